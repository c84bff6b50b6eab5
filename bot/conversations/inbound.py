"""The one way in for a visitor's message, whatever the channel: secrets are masked before anything is stored, then it is logged and answered."""
from __future__ import annotations

from dataclasses import replace

from bot.conversations import dialogue, faults, log, runtime
from bot.conversations.database import run
from bot.conversations.log import Accepted, Inbound
from bot.conversations.models import Conversation, Message
from bot.conversations.notifier import Note
from bot.safety.guard import guard

MOST_CHARACTERS = 4096
"""What is kept of a text: the most that any channel brings; the website refuses more than 4,000 and says so."""


class NotOffered(ValueError):
    """A payload that no button of this conversation carries: somebody made it up."""


async def receive(inbound: Inbound) -> Accepted:
    """Masks, logs and submits a message; returns when it is on the disk.

    Raises NotOffered for a payload that this conversation was not offered, Conversation.DoesNotExist, and RuntimeError before
    the app has started.
    """
    running = runtime.current()
    accepted = await run(_store, inbound)
    faults.reach("after_inbound")
    if not accepted.duplicate:
        running.notifier.publish(Note(inbound.conversation_id, "log"))
    # A duplicate is submitted as well: its first copy may have been stored by a process that died then.
    running.runner.submit(inbound.conversation_id)
    return accepted


def _store(inbound: Inbound) -> Accepted:
    if inbound.payload is not None:
        if not inbound.control and not log.offered(inbound.conversation_id, inbound.payload):
            raise NotOffered("this button was not offered in this conversation")
        title = inbound.title or log.offered_title(inbound.conversation_id, inbound.payload) or inbound.payload
        return log.append_inbound(replace(inbound, title=title))
    if inbound.text is None:
        return log.append_inbound(replace(inbound, title=""))
    return log.append_inbound(inbound if inbound.guarded else masked(inbound))


def masked(inbound: Inbound, before: str | None = None) -> Inbound:
    """The message with its secrets masked, and what was found. For channels that store it themselves before they hand it on.

    Args:
        before: what the visitor wrote just before, masked, where it is not in the log yet.
    """
    conversation = Conversation.objects.filter(pk=inbound.conversation_id).first()
    asked = dialogue.asked(conversation.state) if conversation else None
    guarded = guard(inbound.text, asked=asked, previous=before or (_previous(conversation.pk) if conversation else None))
    return replace(
        inbound, text=guarded.text[:MOST_CHARACTERS], masked=tuple(dict.fromkeys(found.kind for found in guarded.found)), advice=guarded.advice or "",
        only_secret=guarded.only_secret, guarded=True)


def _previous(conversation_id: int) -> str | None:
    """What the visitor wrote last: "my private key is" and the key may come in two messages."""
    return (Message.objects.filter(conversation_id=conversation_id, author=Message.Author.USER)
            .order_by("-seq").values_list("text", flat=True).first())
