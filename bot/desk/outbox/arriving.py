"""What was said and done at an outside desk, brought into the visitor's conversation: once, in order, and never a private note. Synchronous: call through database.run."""
from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from bot.conversations import clock, owner, uploads
from bot.conversations.log import Reply, append_outbound
from bot.conversations.models import Message
from bot.desk import actors, handling, notes, tickets
from bot.desk.actors import Actor
from bot.desk.adapters.base import News, Nudge, RemoteEntry
from bot.desk.adapters.plain import parts
from bot.desk.models import Ticket
from bot.desk.outbox import leaving, queue
from bot.desk.outbox.follow import from_outside
from bot.desk.outbox.models import Delivery, Link

logger = logging.getLogger(__name__)
KEPT = 200
"""Numbers of things said there that are remembered."""
OVERLAP = 20
"""So many are looked at again: on a busy desk a lower number may appear after a higher one."""
BUBBLE_CHARACTERS = 16_000
NAME_CHARACTERS = 40
DELIVERIES_DAYS = 7


def accept(desk: str, nudge: Nudge) -> bool:
    """Writes a webhook down, so that it may be answered. False for one that was taken before."""
    try:
        with transaction.atomic():
            Delivery.objects.create(desk=desk, name=nudge.delivery[:100], remotes=list(nudge.remotes), received=clock.now())
    except IntegrityError:
        return False
    return True


def work_off(limit: int = 200) -> int:
    """Has the tickets of waiting webhooks looked at, and forgets old webhooks. Returns how many tickets of ours were named."""
    found = 0
    for delivery in Delivery.objects.filter(done=None).order_by("pk")[:limit]:
        with transaction.atomic():
            found += queue.nudge(delivery.desk, delivery.remotes)
            Delivery.objects.filter(pk=delivery.pk).update(done=clock.now())
    Delivery.objects.filter(received__lt=clock.now() - timedelta(days=DELIVERIES_DAYS)).exclude(done=None).delete()
    return found


def after(link: Link) -> str:
    """The entry from which on the desk is asked; some before the last one we have seen."""
    numbers = sorted(int(each) for each in link.seen)
    return str(numbers[-OVERLAP]) if len(numbers) > OVERLAP else ""


def fresh(link: Link, news: News) -> list[RemoteEntry]:
    """What agents wrote, to the visitor or among themselves, that is not here yet."""
    seen = set(link.seen)
    return [entry for entry in news.entries if entry.by == "agent" and entry.id not in seen]


def bring(link_id: int, holder: str, news: News, files: Mapping[str, bytes], begun: datetime) -> int | None:
    """Everything new, in one transaction. Returns the conversation's id when something in it changed. Raises LeaseLost.

    Args:
        files: contents of what agents attached, by RemoteFile.ref.
        begun: when the desk was asked; what was heard of the ticket after that is looked at again.
    """
    with transaction.atomic():
        # The conversation first: whoever writes a message holds it while he adds a row for the link.
        owner.locked(Link.objects.values_list("ticket__conversation_id", flat=True).get(pk=link_id))
        link = queue.held(link_id, holder)
        ticket = link.ticket
        before = (ticket.state, ticket.conversation.last_seq)
        for entry in fresh(link, news):
            if entry.private:
                _note(link, ticket, entry)
            else:
                _say(link, ticket, entry, files)
        _own(link, ticket, news)
        _settle(link, ticket, news)
        _moved(link, news)
        seen = [*link.seen, *(entry.id for entry in news.entries if entry.id not in set(link.seen))]
        link.seen, link.state, link.owner = seen[-KEPT:], news.state, news.owner
        ticket = Ticket.objects.select_related("conversation").get(pk=ticket.pk)
        if link.look_at is None or link.look_at <= begun:
            link.look_at = queue.next_look(link.desk) if ticket.state in leaving.LIVE else None
        link.save(update_fields=["seen", "state", "owner", "look_at", "remote"])
        return ticket.conversation_id if (ticket.state, ticket.conversation.last_seq) != before else None


def _note(link: Link, ticket: Ticket, entry: RemoteEntry) -> None:
    """A private note there is one here: the visitor's side does not know notes at all."""
    with contextlib.suppress(tickets.NotPossible):  # nothing is written in it
        notes.add(ticket, _actor(link, entry.name), entry.text, from_outside(link.desk, entry.id))


def _say(link: Link, ticket: Ticket, entry: RemoteEntry, files: Mapping[str, bytes]) -> None:
    actor = _actor(link, entry.name)
    key = from_outside(link.desk, entry.id)
    kept = []
    for number, file in enumerate(entry.files):
        described = _keep(ticket, file.ref, file.name, files)
        if described:
            kept.append(described)
        else:  # the agent is told, there too, that the visitor does not have it
            notes.add(ticket, actors.WORKER, f"{leaving.word('unfit', leaving.language_of(link))}: {file.name}", from_outside(link.desk, f"{entry.id}-file{number}"))
    texts = [piece for piece in parts(entry.text, BUBBLE_CHARACTERS) if piece.strip()] if entry.text.strip() else []
    if not texts and not kept:
        return
    ticket = _taken(ticket, actor)
    for said, (text, file) in enumerate([*((text, None) for text in texts), *(("", file) for file in kept)], 1):
        name = key if said == 1 else f"{key[:60]}-{said}"
        if ticket.state in leaving.LIVE:
            handling.reply(ticket, actor, text, key=name, **({"file": file} if file else {}))
        elif not Message.objects.filter(conversation_id=ticket.conversation_id, client_id=name).exists():
            # It is over for us, and for good; what somebody answered is told all the same.
            append_outbound(ticket.conversation_id, Message.Author.AGENT, [Reply(text)], name=actor.shown_as, client_id=name)


def _taken(ticket: Ticket, actor: Actor) -> Ticket:
    """The ticket in the hands of who answered there."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    if ticket.state not in leaving.LIVE:
        try:
            ticket = tickets.reopen(ticket, actor, "outside")
        except tickets.NotPossible:
            return ticket
    handling.take(ticket, actor, over=True)
    return Ticket.objects.get(pk=ticket.pk)


def _own(link: Link, ticket: Ticket, news: News) -> None:
    """Somebody took it there, or gave it back."""
    if news.owner == link.owner:
        return
    ticket = Ticket.objects.get(pk=ticket.pk)
    if news.owner and ticket.state == Ticket.State.OPEN:
        handling.take(ticket, _actor(link, news.owner_name), over=True)
    elif not news.owner and ticket.state == Ticket.State.TAKEN and ticket.assignee_id is None and news.state == "open":
        handling.release(ticket, _actor(link, ""))


def _settle(link: Link, ticket: Ticket, news: News) -> None:
    """It was resolved there, or opened again: what changed since we last looked counts, so that an older state never undoes ours."""
    if news.state == link.state:
        return
    ticket = Ticket.objects.get(pk=ticket.pk)
    actor = _actor(link, news.owner_name)
    if news.state == "resolved" and ticket.state in leaving.LIVE:
        handling.resolve(ticket, actor)
    elif news.state == "open" and ticket.state not in leaving.LIVE:
        try:
            tickets.reopen(ticket, actor, "outside")
        except tickets.NotPossible:
            logger.info("a ticket was opened there that is over here", extra={"ticket": ticket.number, "adapter": link.desk})


def _moved(link: Link, news: News) -> None:
    """Agents made it part of another ticket: that one is followed from now on, unless a ticket of ours has it already."""
    if news.merged_into and not Link.objects.filter(desk=link.desk, remote=news.merged_into).exists():
        link.remote = news.merged_into


def _keep(ticket: Ticket, ref: str, name: str, files: Mapping[str, bytes]) -> dict | None:
    if ref not in files:
        return None
    try:
        return uploads.keep(ticket.conversation_id, io.BytesIO(files[ref])).described(name)
    except Exception as error:  # an agent's file of a kind that visitors are not given
        logger.info("a file from an outside desk was not kept", extra={"ticket": ticket.number, "error": type(error).__name__})
        return None


def _actor(link: Link, name: str) -> Actor:
    shown = "".join(sign for sign in name if sign.isprintable()).strip()[:NAME_CHARACTERS]
    return actors.outside(link.desk, shown or leaving.word("agent", leaving.language_of(link)))
