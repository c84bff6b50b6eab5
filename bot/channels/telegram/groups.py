"""What the bot says in a group: general knowledge to who asks for it by name, and for anything of somebody's own the way to the private chat.

Nothing that is said in a group is stored, and no conversation belongs to one.
"""
from __future__ import annotations

from bot.channels.telegram import inbox, outgoing
from bot.channels.telegram.models import Update
from bot.conversations import dialogue, first_message, runtime
from bot.conversations.database import run
from bot.conversations.engine import EngineFailed, EngineUnavailable
from bot.conversations.models import Conversation
from bot.conversations.sentences import card, content, say

GENERAL = ("concept_exchange", "concept_kyc", "concept_support", "concept_ticket_system", "choosing_exchange", "common_frauds", "why_support_matters",
           "keep_records", "official_channel_check", "contact_channels")
"""Cards that speak of nobody's account."""


async def answer(update: Update, username: str) -> None:
    """Queues the answer to a mention, once."""
    text = update.body["text"]
    topic = await _topic(text) if text and not update.body.get("only_secret") else ""
    await run(_queue, update, topic, username)


async def _topic(text: str) -> str:
    try:
        understood = await first_message.understand(runtime.current().engine, text)
    except (EngineUnavailable, EngineFailed):
        return ""
    topic = understood["predicted"] if understood["decision"] == "act" else ""
    return topic if topic in GENERAL and topic in content().cards else ""


def _queue(update: Update, topic: str, username: str) -> None:
    body = update.body
    language = dialogue.language(dialogue.heard_in(Conversation(language=body["language"]), body["text"]))
    said = card(topic, language).text if topic else say("telegram.group", language, address=f"https://t.me/{username}").text
    if inbox.handled([update]):
        outgoing.put(body["chat_id"], "text", {"text": said, "reply_to": body["message_id"]})
