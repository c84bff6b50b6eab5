"""What the slash commands do: a payload for the conversation, or the channel's own words. Synchronous: call through database.run."""
from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now

from bot.channels.telegram import chats, links
from bot.channels.telegram.models import Chat
from bot.conversations.log import Inbound, Reply
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import say
from bot.desk import comparison, tickets

JUST_OPENED = timedelta(seconds=5)
LANGUAGES = (("button.simplified", "simplified"), ("button.traditional", "traditional"), ("button.english", "english"))
PAYLOADS = {"human": "/human_agent", "status": chats.STATUS, "stop": chats.CANCEL}


def run_command(chat: Chat, name: str, code: str, client_id: str) -> tuple[Inbound | None, list[Reply], int | None]:
    """(a message to hand on, or what to say here, and the website's conversation that has to ask about a link)."""
    conversation = Conversation.objects.get(pk=chat.current_id)
    language = conversation.language
    waits, with_person = conversation.owner == Conversation.Owner.WAITING, conversation.owner == Conversation.Owner.HUMAN
    if name == "start" and code:
        reply, asking = links.use(code, chat)
        return None, [reply], asking
    if name == "start":
        # Opening the conversation has said it; pressed again later, /start says it again.
        greeted = conversation.created > now() - JUST_OPENED and not conversation.messages.filter(author=Message.Author.USER).exists()
        return None, [] if greeted else chats.presented(conversation.pk), None
    if name == "help":
        return None, [say("telegram.help", language, (("button.human", "/human_agent"),))], None
    if name == "lang":
        buttons = tuple((title, f'/change_language{{"language":"{value}"}}') for title, value in LANGUAGES)
        return None, [say("telegram.language", language, buttons)], None
    if name == "verify":
        return None, [_words(conversation)], None
    if with_person:
        return None, chats.standing(conversation), None
    if name == "stop" and waits:
        ticket = tickets.live(conversation.pk)
        if ticket:  # asked back: a slip of the thumb must not close a ticket
            buttons = (("button.cancel_waiting", chats.CANCEL), ("button.keep_waiting", chats.KEEP))
            return None, [say("waiting.cancel_ask", language, buttons, number=ticket.number)], None
    return Inbound(conversation.pk, client_id, payload=PAYLOADS[name], title=f"/{name}", control=True), [], None


def _words(conversation: Conversation) -> Reply:
    ticket = tickets.live(conversation.pk)
    if ticket is None:
        return say("telegram.verify_nothing", conversation.language)
    first, second = comparison.words(ticket, conversation.language or "zh-Hans")
    return say("telegram.verify", conversation.language, first=first, second=second)
