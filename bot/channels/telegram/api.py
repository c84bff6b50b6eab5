"""The Bot API through python-telegram-bot: the few calls this channel makes, and what their failures mean. The only module that knows the library,
and the only one that loads it: without a token it costs nothing.

Nothing of the library's own errors leaves this module: their texts may hold the token.
"""
from __future__ import annotations

import contextlib
import warnings
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MenuButtonCommands,
    MessageEntity,
    ReplyParameters,
    error,
)
from telegram.constants import ChatAction
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from bot.channels.telegram.errors import Away, BadToken, Blocked, PolledElsewhere, Refused, Wait
from bot.channels.telegram.reading import ALLOWED_UPDATES
from bot.config import Config

POLL_SECONDS = 25
CONNECTIONS = 24
_READ_SECONDS = 15.0
_BLOCKED = ("chat not found", "user is deactivated", "bot can't initiate conversation", "peer_id_invalid", "have no rights to send")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# `updates` asks for raw JSON on purpose: parsed by the library, one odd update would fail the whole batch.
warnings.filterwarnings("ignore", message=r"Please use 'Bot\.", category=PTBUserWarning)


@contextlib.asynccontextmanager
async def _ours() -> AsyncIterator[None]:
    """Turns the library's errors into ours, and cuts their texts off."""
    try:
        yield
    except error.RetryAfter as problem:
        wait = problem.retry_after
        raise Wait(wait.total_seconds() if isinstance(wait, timedelta) else float(wait)) from None
    except error.Forbidden:
        raise Blocked("blocked") from None
    except error.InvalidToken:
        raise BadToken("Telegram does not know this token") from None
    except error.Conflict as problem:
        raise PolledElsewhere("webhook" in problem.message.lower()) from None
    except error.BadRequest as problem:
        why = problem.message.lower()
        if any(sign in why for sign in _BLOCKED):
            raise Blocked("gone") from None
        raise Refused(why) from None
    except error.ChatMigrated:
        raise Refused("group became a supergroup") from None
    except error.TelegramError:
        raise Away("no answer") from None


class Api:
    """One per process; `close` it. `me` is None until `begin` has reached Telegram."""

    def __init__(self, config: Config) -> None:
        base = config.telegram_api.rstrip("/")
        self._bot = Bot(
            config.telegram_token.get_secret_value(), base_url=f"{base}/bot", base_file_url=f"{base}/file/bot",
            request=HTTPXRequest(connection_pool_size=CONNECTIONS, read_timeout=_READ_SECONDS, pool_timeout=_READ_SECONDS),
            get_updates_request=HTTPXRequest(connection_pool_size=1, read_timeout=POLL_SECONDS + 10.0))
        self.username = ""
        self.id = 0

    async def begin(self) -> None:
        """Asks Telegram who the bot is. Raises TelegramError (errors.py)."""
        async with _ours():
            me = await self._bot.get_me()
        self.username, self.id = me.username or "", me.id

    async def close(self) -> None:
        for request in self._bot._request:  # the library closes them only if it asked `getMe` itself
            await request.shutdown()

    # -- receiving --------------------------------------------------------------------------------

    async def updates(self, offset: int | None) -> list[Any]:
        """What came, as decoded JSON; waits up to POLL_SECONDS. Asking from `offset` on acknowledges everything below."""
        asked = {"timeout": POLL_SECONDS, "limit": 100, "allowed_updates": list(ALLOWED_UPDATES)}
        async with _ours():
            got = await self._bot.do_api_request("getUpdates", api_kwargs=asked if offset is None else {**asked, "offset": offset})
        return got if isinstance(got, list) else []

    async def content(self, file_id: str, most: int) -> bytes | None:
        """A file's bytes; None when it is larger than `most` bytes."""
        async with _ours():
            found = await self._bot.get_file(file_id)
            if (found.file_size or 0) > most:
                return None
            got = bytes(await found.download_as_bytearray(read_timeout=60))
        return got if len(got) <= most else None

    # -- sending ----------------------------------------------------------------------------------

    async def send_text(self, chat_id: int, text: str, entities: list[dict], keyboard: list[list[dict]] | None, reply_to: int | None = None) -> int:
        """Sends one message; returns its id. Formatting by entities alone: no text can break it."""
        async with _ours():
            sent = await self._bot.send_message(
                chat_id, text, entities=_entities(entities), reply_markup=_markup(keyboard), link_preview_options=_NO_PREVIEW,
                reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None)
        return sent.message_id

    async def send_file(self, chat_id: int, content: bytes, name: str, image: bool, caption: str, entities: list[dict], keyboard: list[list[dict]] | None) -> int:
        """Sends a picture or document; returns the message's id."""
        async with _ours():
            more = {"caption": caption or None, "caption_entities": _entities(entities), "reply_markup": _markup(keyboard), "filename": name}
            sent = await (self._bot.send_photo(chat_id, content, **more) if image else self._bot.send_document(chat_id, content, **more))
        return sent.message_id

    async def delete(self, chat_id: int, message_id: int) -> None:
        async with _ours():
            await self._bot.delete_message(chat_id, message_id)

    async def take_keyboard(self, chat_id: int, message_id: int, text: str, entities: list[dict]) -> None:
        """Removes a message's buttons; with `text`, shows that instead of the old one."""
        async with _ours():
            if text:
                await self._bot.edit_message_text(text, chat_id, message_id, entities=_entities(entities), link_preview_options=_NO_PREVIEW)
            else:
                await self._bot.edit_message_reply_markup(chat_id, message_id)

    async def is_ours(self, chat_id: int, message_id: int, keyboard: list[list[dict]] | None) -> bool:
        """Whether there is a message of the bot's with this id in this chat, found out without changing it: its keyboard is set to what
        it has, and Telegram's answer tells (https://core.telegram.org/bots/api#editmessagereplymarkup)."""
        try:
            async with _ours():
                await self._bot.edit_message_reply_markup(chat_id, message_id, reply_markup=_markup(keyboard))
        except Refused as refusal:
            return "not modified" in refusal.why
        return True

    async def answer(self, query: str, text: str = "") -> None:
        """Ends the waiting sign of a pressed button; `text` is shown for a moment."""
        async with _ours():
            await self._bot.answer_callback_query(query, text or None)

    async def typing(self, chat_id: int) -> None:
        async with _ours():
            await self._bot.send_chat_action(chat_id, ChatAction.TYPING)

    # -- setting up -------------------------------------------------------------------------------

    async def present(self, commands: dict[str, list[tuple[str, str]]], about: dict[str, tuple[str, str]]) -> None:
        """Commands, menu button and descriptions. Keys are language codes, "" for everybody else.

        Args:
            commands: [(name, description)].
            about: (what an empty chat shows, at most 512 characters; the profile's line, at most 120).
        """
        async with _ours():
            for language, listed in commands.items():
                await self._bot.set_my_commands([BotCommand(name, said) for name, said in listed], language_code=language or None)
            for language, (description, short) in about.items():
                await self._bot.set_my_description(description, language_code=language or None)
                await self._bot.set_my_short_description(short, language_code=language or None)
            await self._bot.set_chat_menu_button(menu_button=MenuButtonCommands())

    async def set_webhook(self, url: str, secret: str) -> None:
        async with _ours():
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=list(ALLOWED_UPDATES), max_connections=20)

    async def delete_webhook(self) -> None:
        """What has not been delivered stays with Telegram and comes by polling."""
        async with _ours():
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def webhook(self) -> dict[str, Any]:
        """{"set", "pending" (updates that wait), "error" (Telegram's last one, "")}; never the address, which nobody should see."""
        async with _ours():
            info = await self._bot.get_webhook_info()
        return {"set": bool(info.url), "pending": info.pending_update_count, "error": info.last_error_message or ""}


def _entities(entities: list[dict]) -> list[MessageEntity] | None:
    return [MessageEntity(each["type"], each["offset"], each["length"]) for each in entities] or None


def _markup(keyboard: list[list[dict]] | None) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup.de_json({"inline_keyboard": keyboard}) if keyboard else None


