"""The next thing to do in a conversation, and writing down what came of it in one transaction. Synchronous: call through database.run."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from bot.conversations import owner
from bot.conversations.leases import LeaseLost
from bot.conversations.log import Reply, append_outbound
from bot.conversations.models import ActionResult, Conversation, Message, TurnRecord
from bot.desk import case


@dataclass(frozen=True)
class Job:
    """One thing to do, with the conversation as it was when the job was taken."""

    conversation: Conversation
    message: Message | None
    """The message to answer; None: a slow check is due."""
    later: tuple[Message, ...] = ()
    """Messages that wait behind it, oldest first."""

    @property
    def turn_id(self) -> str:
        """The name under which the engine and the actions know this turn."""
        return f"{self.conversation.key}:{self.message.seq}" if self.message else f"{self.conversation.key}:check"


@dataclass
class Outcome:
    """What came of a job."""

    replies: list[Reply] = field(default_factory=list)
    state: dict | None = None
    """The engine's state after the turn; None: unchanged."""
    by: str = "nobody"
    """Who answered: engine, app, check, nobody."""
    record: dict[str, Any] = field(default_factory=dict)
    """What the trace keeps (columns of TurnRecord)."""
    effect: Callable[[Conversation], None] | None = None
    """Further changes, made in the same transaction on the locked row."""
    answered: tuple[int, ...] | None = None
    """Numbers of the messages that are done with; None: the job's own."""
    told_outage: bool | None = None
    author: str = Message.Author.BOT
    """Who says it: the system, where a person has the conversation."""
    ms: float = 0.0


def next_job(conversation_id: int, holder: str) -> Job | None:
    """What to do next, or None. A check that is due comes before the messages that were written after it. Raises LeaseLost."""
    conversation = Conversation.objects.get(pk=conversation_id)
    if conversation.lease_holder != holder:
        raise LeaseLost
    waiting = list(Message.objects.filter(conversation_id=conversation_id, unanswered=True).order_by("seq")[:50])
    if conversation.check_due:
        return Job(conversation, None, tuple(waiting))
    if not waiting:
        return None
    return Job(conversation, waiting[0], tuple(waiting[1:]))


def commit(job: Job, outcome: Outcome, holder: str) -> list[int]:
    """Replies, new state, owner and "answered" in one transaction. Returns the replies' numbers.

    Raises LeaseLost when somebody else has taken over: nothing is written then.
    """
    with transaction.atomic():
        conversation = owner.locked(job.conversation.pk)
        if conversation.lease_holder != holder:
            raise LeaseLost
        ticket = conversation.tickets.filter(epoch=job.conversation.epoch).first()
        with_people = conversation.owner != Conversation.Owner.BOT
        interrupted = conversation.epoch != job.conversation.epoch
        if interrupted and ticket is None:
            # A person took over while the bot was thinking: what it wanted to say is no longer its to say.
            outcome = Outcome(by="nobody", record=outcome.record, answered=outcome.answered, ms=outcome.ms)
        changes: dict[str, Any] = {}
        if outcome.state is not None:
            dialogue = (outcome.state.get("slots") or {}).get("dialogue") or {}
            changes |= {"state": outcome.state, "check_due": bool(dialogue.get("check")),
                        "language": dialogue.get("lang") or conversation.language}
        if "action_language" in outcome.record.get("actions", ()):
            changes["language_chosen"] = True
        if outcome.told_outage is not None:
            changes["told_outage"] = outcome.told_outage
        if changes:
            Conversation.objects.filter(pk=conversation.pk).update(**changes)
        seqs = append_outbound(conversation.pk, outcome.author, outcome.replies,
                               reply_to=job.message.seq if job.message else None)
        if outcome.effect:
            outcome.effect(conversation)
        elif ticket and not interrupted:
            case.handed_over(ticket, conversation)
        if with_people and job.message:
            case.said(conversation, job.message)
        _answer(job, outcome, conversation.owner)
    return seqs


def note_failure(message: Message) -> int:
    """Counts a turn the engine broke on; returns how many there were."""
    Message.objects.filter(pk=message.pk).update(failures=F("failures") + 1)
    message.refresh_from_db(fields=["failures"])
    return message.failures


def tell_once(job: Job, replies: list[Reply], holder: str) -> bool:
    """Tells of the engine's outage unless this conversation knows; the message stays unanswered. True when it was told now."""
    with transaction.atomic():
        conversation = owner.locked(job.conversation.pk)
        if conversation.lease_holder != holder:
            raise LeaseLost
        if conversation.told_outage:
            return False
        Conversation.objects.filter(pk=conversation.pk).update(told_outage=True)
        append_outbound(conversation.pk, Message.Author.BOT, replies, reply_to=job.message.seq if job.message else None)
    return True


def _answer(job: Job, outcome: Outcome, owner_after: str) -> None:
    if job.message is None:
        return
    done = outcome.answered if outcome.answered is not None else (job.message.seq,)
    Message.objects.filter(conversation_id=job.conversation.pk, seq__in=done).update(unanswered=False)
    events = ActionResult.objects.filter(message=job.message).order_by("pk").values_list("result__event", flat=True)
    TurnRecord.objects.update_or_create(message=job.message, defaults={
        "event": next(filter(None, events), ""), **outcome.record, "by": outcome.by, "owner": owner_after, "ms": outcome.ms, "at": now()})
