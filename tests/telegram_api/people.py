"""People who write to the bot, and the groups they are in: what Telegram's own apps would make of what they do."""
from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from typing import Any

from telegram_api.server import Telegram

_ids = itertools.count(5_000_000_001)
_groups = itertools.count(-1_001_900_000_000_001, -1)
_albums = itertools.count(13_000_000_000)
PATIENCE_SECONDS = 20.0


class User:
    """Somebody in a private chat with the bot. Every deed returns the id of the message it made."""

    def __init__(self, telegram: Telegram, first_name: str = "Wei", username: str | None = None, language: str | None = "zh-hans", id: int | None = None) -> None:
        self.telegram = telegram
        self.id = next(_ids) if id is None else id
        self.user = {"id": self.id, "is_bot": False, "first_name": first_name}
        self.user |= {"username": username} if username else {}
        self.user |= {"language_code": language} if language else {}
        self.chat = {"id": self.id, "type": "private", "first_name": first_name} | ({"username": username} if username else {})

    # -- deeds ------------------------------------------------------------------------------------

    def starts(self, code: str = "") -> int:
        """Opens the chat, or comes by a link t.me/bot?start=code."""
        return self.says(f"/start {code}".strip())

    def says(self, text: str, **more: Any) -> int:
        return self.sends({"text": text, **_entities(text, self.telegram.me["username"]), **more})

    def photo(self, content: bytes, caption: str = "", album: str = "", size: int | None = None) -> int:
        return self.telegram.run(lambda: self._photo(content, caption, album, size))

    def album(self, *contents: bytes, caption: str = "") -> list[int]:
        """Several pictures at once; the caption is on the first, as Telegram's apps do it."""
        group = str(next(_albums))
        return [self.photo(content, caption if place == 0 else "", group) for place, content in enumerate(contents)]

    def document(self, content: bytes, name: str, caption: str = "", size: int | None = None) -> int:
        def act() -> int:
            file_id = self.telegram.keep_file(content)
            document = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_name": name, "mime_type": "application/octet-stream",
                        "file_size": len(content) if size is None else size}
            return self._sends({"document": document} | ({"caption": caption} if caption else {}))
        return self.telegram.run(act)

    def sends(self, content: dict[str, Any]) -> int:
        """Any message at all: {"voice": {...}}, {"sticker": {...}}."""
        return self.telegram.run(lambda: self._sends(content))

    def edits(self, message_id: int, text: str) -> None:
        def act() -> None:
            message = self.telegram.messages[self.id, message_id]
            message.update(text=text, edit_date=int(time.time()), **_entities(text, self.telegram.me["username"]))
            self.telegram.updates.add("edited_message", dict(message), self.id)
        self.telegram.run(act)

    def presses(self, title: str, message: dict | None = None) -> str:
        """Presses a button of a message, by default the last one that has such a button; returns the callback query's id."""
        shown = message or next((each for each in reversed(self.messages()) if title in titles(each)), None)
        assert shown, f"no button {title!r}; there is: {[(each.get('text'), titles(each)) for each in self.messages()]}"
        data = next(button["callback_data"] for row in shown["reply_markup"]["inline_keyboard"] for button in row if button["text"] == title)
        return self.presses_data(shown, data)

    def presses_data(self, message: dict, data: str) -> str:
        def act() -> str:
            query = self.telegram.next_query_id()
            self.telegram.queries[query] = {"at": time.monotonic(), "answered": None}
            content = {"id": query, "from": self.user, "message": message, "chat_instance": "1", "data": data}
            self.telegram.updates.add("callback_query", content, self.id)
            return query
        return self.telegram.run(act)

    def blocks(self, blocked: bool = True) -> None:
        """Blocks the bot, or lets it in again."""
        def act() -> None:
            self.telegram.chats.setdefault(self.id, {"chat": self.chat})["blocked"] = blocked
            old, new = ("member", "kicked") if blocked else ("kicked", "member")
            change = {"chat": self.chat, "from": self.user, "date": int(time.time()), "old_chat_member": {"user": self.telegram.me, "status": old},
                      "new_chat_member": {"user": self.telegram.me, "status": new}}
            self.telegram.updates.add("my_chat_member", change, self.id)
        self.telegram.run(act)

    # -- what he sees -----------------------------------------------------------------------------

    def messages(self) -> list[dict]:
        """The chat as it stands, oldest first."""
        return self.telegram.run(lambda: [message for (chat_id, _), message in sorted(self.telegram.messages.items()) if chat_id == self.id])

    def heard(self) -> list[dict]:
        """What the bot said."""
        return [message for message in self.messages() if message["from"]["is_bot"]]

    def texts(self) -> list[str]:
        """The words of what the bot said."""
        return [message.get("text") or message.get("caption") or "" for message in self.heard()]

    def waits_for(self, true: Callable[[list[str]], Any], seconds: float = PATIENCE_SECONDS) -> list[str]:
        """The bot's words, once `true` holds of them."""
        end = time.monotonic() + seconds
        while not true(texts := self.texts()):
            assert time.monotonic() < end, f"did not come; there is: {texts}"
            time.sleep(0.03)
        return texts

    def hears(self, words: str, times: int = 1, seconds: float = PATIENCE_SECONDS) -> dict:
        """The latest message with these words, once there are so many of them."""
        self.waits_for(lambda texts: sum(words in text for text in texts) >= times, seconds)
        return [message for message in self.heard() if words in (message.get("text") or message.get("caption") or "")][-1]

    def _photo(self, content: bytes, caption: str, album: str, size: int | None) -> int:
        file_id, small = self.telegram.keep_file(content), self.telegram.keep_file(b"\xff\xd8\xff\xe0thumbnail")
        photo = [{"file_id": small, "file_unique_id": f"u{small}", "width": 90, "height": 90, "file_size": 20},
                 {"file_id": file_id, "file_unique_id": f"u{file_id}", "width": 1280, "height": 960, "file_size": len(content) if size is None else size}]
        return self._sends({"photo": photo} | ({"caption": caption} if caption else {}) | ({"media_group_id": album} if album else {}))

    def _sends(self, content: dict[str, Any]) -> int:
        self.telegram.chats.setdefault(self.id, {"chat": self.chat})
        message = {"message_id": self.telegram.next_message_id(), "from": self.user, "chat": self.chat, "date": int(time.time()), **content}
        self.telegram.messages[self.id, message["message_id"]] = message
        self.telegram.updates.add("message", dict(message), self.id)
        return message["message_id"]


class Group(User):
    """A group, and somebody who writes in it. The bot gets what it would get with privacy mode off."""

    def __init__(self, telegram: Telegram, title: str = "Traders", username: str | None = "wei", language: str | None = "zh-hans") -> None:
        super().__init__(telegram, "Wei", username, language)
        self.id = next(_groups)
        self.chat = {"id": self.id, "type": "supergroup", "title": title}


def titles(message: dict) -> list[str]:
    """The buttons of a message, by their titles."""
    return [button["text"] for row in (message.get("reply_markup") or {}).get("inline_keyboard", []) for button in row]


def _entities(text: str, username: str) -> dict[str, Any]:
    """The entities Telegram itself finds: commands and mentions."""
    def units(part: str) -> int:
        return len(part.encode("utf-16-le", "surrogatepass")) // 2

    found = [("bot_command", match) for match in re.finditer(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?", text)]
    found += [("mention", match) for match in re.finditer(r"(?<![\w/])@\w{5,32}", text) if not any(a.start() <= match.start() < a.end() for _, a in found)]
    entities = [{"type": kind, "offset": units(text[:match.start()]), "length": units(match[0])} for kind, match in sorted(found, key=lambda one: one[1].start())]
    return {"entities": entities} if entities else {}
