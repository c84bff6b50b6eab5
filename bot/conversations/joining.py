"""A signed-in user's conversations, and how an anonymous one becomes one of them, with the user's consent. Synchronous: call through database.run.

The user's present conversation belongs to the visitor `user:<id>`; earlier ones to `user:<id>:<number>` (an id holds no colon here: it is
percent-encoded for that). Nothing is copied from one conversation into another, so numbers, tickets and offers stay as they were.
"""
from __future__ import annotations

from urllib.parse import quote, unquote

from django.db import transaction

from bot.conversations.log import append_outbound
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import say
from bot.desk.tickets import identity_of

CHANNEL = "web"
USER = "user:"
LONGEST_USER = 90
"""Characters of an id in a visitor's name, encoded: the name holds 120 with what stands around it."""
_AS_IS = "!$&'()*+,/;=?@[]^`{|}~<>\"#\\"


def visitor_of(user: str) -> str:
    """The visitor who owns a user's present conversation. Raises ValueError for an id that is too long: cut, it could be another user's."""
    encoded = quote(user, safe=_AS_IS)
    if len(encoded) > LONGEST_USER:
        raise ValueError("the user's id is too long")
    return USER + encoded


def user_of(visitor: str) -> str:
    """The user a visitor `user:...` stands for."""
    return unquote(visitor.removeprefix(USER).partition(":")[0])


def worth_joining(anonymous: str) -> bool:
    """Whether anything was said in an anonymous conversation."""
    return Message.objects.filter(conversation__channel=CHANNEL, conversation__visitor=anonymous, author=Message.Author.USER).exists()


def join(anonymous: str, user: str) -> list[int]:
    """Makes an anonymous conversation the user's; returns the conversations whose streams must begin anew (none: there was nothing to join).

    It becomes the present one, unless a ticket is open in the user's own and none in it: whoever waits for a person keeps the place.
    """
    present = visitor_of(user)
    with transaction.atomic():
        rows = {row.visitor: row for row in Conversation.objects.select_for_update().filter(
            channel=CHANNEL, visitor__in=(anonymous, present)).order_by("pk")}
        joined, own = rows.get(anonymous), rows.get(present)
        if joined is None:
            return []
        stays = own is not None and own.owner != Conversation.Owner.BOT and joined.owner == Conversation.Owner.BOT
        if stays:
            _rename(joined, f"{present}:{joined.pk}", user)
        else:
            if own is not None:
                _rename(own, f"{present}:{own.pk}", user)
            _rename(joined, present, user)
        shown = own if stays else joined
        append_outbound(shown.pk, Message.Author.SYSTEM, [say("app.joined", shown.language)])
    return [row.pk for row in rows.values()]


def vouched(conversation: Conversation, user: str, profile: dict[str, str] | None) -> None:
    """Notes on a user's conversation who it is and what the exchange vouches for. `profile` None: unchanged."""
    changes: dict = {}
    if conversation.identity != user:
        changes["identity"] = user
    if profile is not None and conversation.profile != profile:
        changes["profile"] = profile
    if changes:
        Conversation.objects.filter(pk=conversation.pk).update(**changes)


def with_ticket(user: str, number: str) -> str | None:
    """The visitor of the user's conversation that holds this ticket; None for anybody else's, or none."""
    return Conversation.objects.filter(channel=CHANNEL, identity=user, visitor__startswith=USER, tickets__number=number.upper()).values_list(
        "visitor", flat=True).first()


def _rename(conversation: Conversation, visitor: str, user: str) -> None:
    conversation.visitor, conversation.identity = visitor, user
    conversation.save(update_fields=["visitor", "identity"])
    conversation.tickets.update(identity=identity_of(conversation))
