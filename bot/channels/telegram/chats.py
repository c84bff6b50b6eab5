"""Private chats and their conversations: found or opened, blocked and unblocked, spoken to. Synchronous: call through database.run."""
from __future__ import annotations

from django.db import transaction
from django.utils.timezone import now

from bot.channels.telegram.models import Chat, Feed, Outgoing
from bot.channels.telegram.outgoing import WAITING
from bot.conversations import dialogue, opening
from bot.conversations.log import Reply, append_outbound
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import say
from bot.desk import case, reach, tickets

CHANNEL = "telegram"
STATUS, CANCEL, KEEP = '/choose{"topic":"ticket_status"}', "/stop_cancel", "/deny"


def of(body: dict) -> Chat:
    """The chat of an update, opened with its conversation at the first one. Whoever writes has not blocked us."""
    chat = Chat.objects.filter(pk=body["chat_id"]).first()
    if chat is None:
        conversation = opening.open_conversation(CHANNEL, str(body["chat_id"]), body["language"])
        with transaction.atomic():
            chat, _ = Chat.objects.get_or_create(pk=body["chat_id"], defaults={"conversation": conversation, "name": body["name"]})
            Feed.objects.get_or_create(chat=chat, conversation=conversation)
    if body["name"] and chat.name != body["name"]:
        Chat.objects.filter(pk=chat.pk).update(name=body["name"])
    if chat.blocked:
        unblocked(chat.pk)
    return chat


def speakers(conversation_id: int) -> list[int]:
    """Ids of the chats that follow a conversation."""
    return list(Feed.objects.filter(conversation_id=conversation_id, live=True, chat__blocked=None).values_list("chat_id", flat=True))


def tell(conversation_id: int, key: str, **arguments: object) -> None:
    """Writes one of the channel's sentences into a conversation."""
    conversation = Conversation.objects.get(pk=conversation_id)
    append_outbound(conversation_id, Message.Author.BOT, [say(key, conversation.language, **arguments)])


def deleted(call_id: int, conversation_id: int, gone: bool) -> None:
    """Says once what became of a message with a secret in it, and that the call is done."""
    with transaction.atomic():
        if Outgoing.objects.filter(pk=call_id, state__in=WAITING).update(state=Outgoing.State.SENT):
            tell(conversation_id, "telegram.secret_deleted" if gone else "telegram.secret_stays")


def blocked(chat_id: int) -> None:
    """The user has blocked the bot: nothing more is sent, the desk hears of it, and what waits stays for the day he comes back."""
    with transaction.atomic():
        chat = Chat.objects.filter(pk=chat_id).first()
        if chat is None:
            Outgoing.objects.filter(chat_id=chat_id, state__in=WAITING).update(state=Outgoing.State.FAILED, body={})
        elif Chat.objects.filter(pk=chat_id, blocked=None).update(blocked=now()):
            for conversation_id in chat.feeds.filter(live=True).values_list("conversation_id", flat=True):
                reach.lost(conversation_id, CHANNEL)


def unblocked(chat_id: int) -> None:
    """He is back: what waited goes out."""
    with transaction.atomic():
        chat = Chat.objects.filter(pk=chat_id).first()
        if chat is not None and Chat.objects.filter(pk=chat_id).exclude(blocked=None).update(blocked=None):
            for conversation_id in chat.feeds.filter(live=True).values_list("conversation_id", flat=True):
                reach.back(conversation_id, CHANNEL)


def presented(conversation_id: int) -> list[Reply]:
    """What /start says to somebody who is here already: who speaks, or where his case stands."""
    conversation = Conversation.objects.get(pk=conversation_id)
    if conversation.owner != Conversation.Owner.BOT:
        return standing(conversation)
    return dialogue.again(conversation) if conversation.dialogue and conversation.dialogue.get("flow") else dialogue.greeting(conversation)


def expired(conversation_id: int) -> list[Reply]:
    """What an old button says: that it is old, and what is open now."""
    conversation = Conversation.objects.get(pk=conversation_id)
    now_open = dialogue.again(conversation) if conversation.owner == Conversation.Owner.BOT else standing(conversation)
    return [say("telegram.expired", conversation.language), *now_open]


def standing(conversation: Conversation) -> list[Reply]:
    """Where a case stands that is with people, or on its way to them."""
    ticket = tickets.live(conversation.pk)
    if ticket is None:
        return []
    with_person = conversation.owner == Conversation.Owner.HUMAN
    return [case.status(ticket, conversation.language, () if with_person else (("button.status", STATUS), ("button.cancel_waiting", CANCEL)))]
