"""The HTTP server and the methods of the Bot API that a support bot calls. Runs in a thread with a loop of its own."""
from __future__ import annotations

import asyncio
import itertools
import json
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from telegram_api import rules
from telegram_api.limits import Limits
from telegram_api.rules import ApiError, bad
from telegram_api.updates import Updates

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
OLD_MESSAGE_SECONDS = 48 * 3600


class Telegram:
    """Telegram for one bot. `with Telegram() as telegram:` serves until the block ends.

    Args:
        strict: False switches the limits on messages off, for tests of other things.
        query_seconds: after which a callback query is too old to be answered.
    """

    def __init__(self, strict: bool = True, query_seconds: float = 15.0, token: str = TOKEN, username: str = "example_support_bot") -> None:
        self.token, self.query_seconds = token, query_seconds
        self.me = {"id": int(token.split(":")[0]), "is_bot": True, "first_name": "Support", "username": username, "can_join_groups": True,
                   "can_read_all_group_messages": False, "supports_inline_queries": False}
        self.limits = Limits(strict)
        self.updates = Updates()
        self.chats: dict[int, dict[str, Any]] = {}
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        """(chat, id) -> message, as it stands now; deleted ones are gone."""
        self.files: dict[str, dict[str, Any]] = {}
        self.queries: dict[str, dict[str, Any]] = {}
        """Callback queries: {"at", "answered": None | text}."""
        self.profile: dict[str, Any] = {"commands": {}, "description": {}, "short_description": {}, "menu_button": None}
        self.calls: list[tuple[float, str, dict]] = []
        """Every call but getUpdates: (moment, method, arguments)."""
        self.delay = 0.0
        """Seconds every call takes: the way to Telegram and back."""
        self.after_send: Callable[[dict], None] | None = None
        """Called with a message that was just taken, before its answer goes out."""
        self.down = False
        """Every call is answered 502 as long as this is set."""
        self._message_ids = itertools.count(1000)
        self._queries = itertools.count(1)
        self._lock = threading.RLock()

    # -- running ----------------------------------------------------------------------------------

    def __enter__(self) -> Telegram:
        started: Future = Future()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, args=(started,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{started.result(10)}"
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    def run(self, work: Callable[[], Any]) -> Any:
        """Runs a function in the server's loop, where its state lives, and returns what it returned."""
        async def call() -> Any:
            return work()
        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(10)

    def _serve(self, started: Future) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._run(started))
        self.loop.close()

    async def _run(self, started: Future) -> None:
        self._stopping = asyncio.Event()
        app = web.Application(client_max_size=rules.UPLOAD_BYTES)
        app.router.add_route("*", "/bot{token}/{method}", self._method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        started.set_result(runner.addresses[0][1])
        await self._stopping.wait()
        await runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    # -- HTTP -------------------------------------------------------------------------------------

    async def _method(self, request: web.Request) -> web.Response:
        name = request.match_info["method"].lower()
        if self.down:
            return web.json_response({"ok": False, "error_code": 502, "description": "Bad Gateway"}, status=502)
        try:
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            arguments = await _arguments(request)
            method = getattr(self, f"on_{name}", None)
            if method is None:
                raise ApiError(404, "Not Found: method not found")
            if name != "getupdates":
                shown = {key: value for key, value in arguments.items() if not isinstance(value, bytes)}
                self.calls.append((time.monotonic(), name, shown))
                if self.delay:
                    await asyncio.sleep(self.delay)
            result = method(arguments)
            if asyncio.iscoroutine(result):
                result = await result
            return web.json_response({"ok": True, "result": result})
        except ConnectionResetError:  # the caller has gone away in the middle of his question
            return web.Response(status=499)
        except ApiError as error:
            answer = {"ok": False, "error_code": error.code, "description": error.description}
            if error.parameters:
                answer["parameters"] = error.parameters
            return web.json_response(answer, status=error.code)

    async def _download(self, request: web.Request) -> web.Response:
        found = next((file for file in self.files.values() if file["path"] == request.match_info["path"]), None)
        if request.match_info["token"] != self.token or found is None or not found["asked"]:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.Response(body=found["content"])

    # -- methods ----------------------------------------------------------------------------------

    def on_getme(self, a: dict) -> dict:
        return self.me

    async def on_getupdates(self, a: dict) -> list[dict]:
        offset = int(a["offset"]) if "offset" in a else None
        return await self.updates.get(offset, int(a.get("limit") or 100), float(a.get("timeout") or 0), rules.decoded(a, "allowed_updates"))

    def on_sendmessage(self, a: dict) -> dict:
        chat_id = self._reachable(a)
        text = rules.text_of(a)
        entities = rules.entities_of(a, text)
        return self._sent(chat_id, a, {"text": text, **({"entities": entities} if entities else {})})

    def on_sendphoto(self, a: dict) -> dict:
        return self._sent_file(a, "photo", rules.PHOTO_BYTES)

    def on_senddocument(self, a: dict) -> dict:
        return self._sent_file(a, "document", rules.UPLOAD_BYTES)

    def on_editmessagetext(self, a: dict) -> dict:
        message = self._own(a)
        text = rules.text_of(a)
        changed = {**message, "text": text, "entities": rules.entities_of(a, text), "reply_markup": rules.markup_of(a)}
        return self._edited(message, changed)

    def on_editmessagereplymarkup(self, a: dict) -> dict:
        message = self._own(a)
        return self._edited(message, {**message, "reply_markup": rules.markup_of(a)})

    def on_deletemessage(self, a: dict) -> bool:
        chat_id, message_id = rules.number(a, "chat_id"), rules.number(a, "message_id")
        message = self.messages.get((chat_id, message_id))
        if message is None:
            raise bad("message to delete not found")
        if time.time() - message["date"] > OLD_MESSAGE_SECONDS:
            raise bad("message can't be deleted for everyone")
        del self.messages[chat_id, message_id]
        return True

    def on_answercallbackquery(self, a: dict) -> bool:
        query = self.queries.get(str(a.get("callback_query_id")))
        if query is None or query["answered"] is not None or time.monotonic() - query["at"] > self.query_seconds:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        text = str(a.get("text") or "")
        if len(text) > 200:
            raise bad("MESSAGE_TOO_LONG")
        query["answered"] = text
        return True

    def on_sendchataction(self, a: dict) -> bool:
        self._reachable(a)
        if a.get("action") not in rules.ACTIONS:
            raise bad("wrong parameter action in request")
        return True

    def on_getfile(self, a: dict) -> dict:
        file = self.files.get(str(a.get("file_id")))
        if file is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(file["content"]) > rules.DOWNLOAD_BYTES:
            raise bad("file is too big")
        file["asked"] = True
        return {"file_id": a["file_id"], "file_unique_id": f"u{a['file_id']}", "file_size": len(file["content"]), "file_path": file["path"]}

    def on_setwebhook(self, a: dict) -> bool:
        url, secret = str(a.get("url") or ""), str(a.get("secret_token") or "")
        if url and not url.startswith("https://"):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if url and (urlsplit(url).port or 443) not in (443, 80, 88, 8443):
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad("secret token contains unallowed characters")
        self.updates.set_webhook(url, secret, rules.decoded(a, "allowed_updates"))
        return True

    def on_deletewebhook(self, a: dict) -> bool:
        if a.get("drop_pending_updates") in (True, "true", "True"):
            self.updates.waiting.clear()
        self.updates.set_webhook("", "", None)
        return True

    def on_getwebhookinfo(self, a: dict) -> dict:
        webhook = self.updates.webhook
        info = {"url": webhook["url"] if webhook else "", "has_custom_certificate": False, "pending_update_count": len(self.updates.waiting)}
        return info | ({"last_error_date": int(time.time()), "last_error_message": self.updates.last_error} if self.updates.last_error else {})

    def on_setmycommands(self, a: dict) -> bool:
        self.profile["commands"][_language(a)] = rules.commands_of(a)
        return True

    def on_setmydescription(self, a: dict) -> bool:
        return self._described(a, "description", 512)

    def on_setmyshortdescription(self, a: dict) -> bool:
        return self._described(a, "short_description", 120)

    def on_setchatmenubutton(self, a: dict) -> bool:
        self.profile["menu_button"] = rules.decoded(a, "menu_button")
        return True

    # -- what methods share -----------------------------------------------------------------------

    def _described(self, a: dict, name: str, most: int) -> bool:
        if len(str(a.get(name) or "")) > most:
            raise bad(f"{name.upper()}_TOO_LONG")
        self.profile[name][_language(a)] = a.get(name) or ""
        return True

    def _reachable(self, a: dict) -> int:
        chat_id = rules.number(a, "chat_id")
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad("chat not found")
        if chat.get("gone"):
            raise ApiError(403, "Forbidden: user is deactivated")
        if chat.get("blocked"):
            raise ApiError(403, "Forbidden: bot was kicked from the group chat" if chat_id < 0 else "Forbidden: bot was blocked by the user")
        return chat_id

    def _sent(self, chat_id: int, a: dict, content: dict) -> dict:
        markup = rules.markup_of(a)
        self.limits.message(chat_id)
        message = {"message_id": self.next_message_id(), "date": int(time.time()), "chat": self.chats[chat_id]["chat"], "from": self.me, **content}
        if markup:
            message["reply_markup"] = markup
        if rules.decoded(a, "link_preview_options"):
            message["link_preview_options"] = rules.decoded(a, "link_preview_options")
        replied = rules.decoded(a, "reply_parameters")
        if replied and (chat_id, replied["message_id"]) in self.messages:
            message["reply_to_message"] = self.messages[chat_id, replied["message_id"]]
        self.messages[chat_id, message["message_id"]] = message
        if self.after_send:
            self.after_send(message)
        return message

    def _sent_file(self, a: dict, kind: str, most: int) -> dict:
        chat_id = self._reachable(a)
        content, name = a.get(kind), a.get(f"{kind}.name", "file")
        if isinstance(content, str) and content.startswith("attach://"):
            content, name = a.get(content.removeprefix("attach://")), a.get(f"{content.removeprefix('attach://')}.name", "file")
        if not isinstance(content, bytes) or not content:
            raise bad(f"there is no {kind} in the request")
        if len(content) > most:
            raise ApiError(413, "Request Entity Too Large")
        caption = rules.text_of(a, "caption", rules.CAPTION_UNITS)
        file_id = self.keep_file(content)
        shown = [{"file_id": file_id, "file_unique_id": f"u{file_id}", "width": 90, "height": 90}] if kind == "photo" else {
            "file_id": file_id, "file_unique_id": f"u{file_id}", "file_name": name, "file_size": len(content)}
        entities = rules.entities_of(a, caption, "caption_entities")
        return self._sent(chat_id, a, {kind: shown, **({"caption": caption, "caption_entities": entities} if caption else {})})

    def _own(self, a: dict) -> dict:
        message = self.messages.get((rules.number(a, "chat_id"), rules.number(a, "message_id")))
        if message is None:
            raise bad("message to edit not found")
        if message["from"]["id"] != self.me["id"]:
            raise bad("message can't be edited")
        return message

    def _edited(self, message: dict, changed: dict) -> dict:
        plain = {key: value for key, value in changed.items() if value}
        if plain == {key: value for key, value in message.items() if value}:
            raise bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply "
                      "markup of the message")
        self.messages[message["chat"]["id"], message["message_id"]] = {**plain, "edit_date": int(time.time())}
        return plain

    def keep_file(self, content: bytes) -> str:
        file_id = f"AgACAgUAAxk{len(self.files):06d}"
        self.files[file_id] = {"content": content, "path": f"photos/file_{len(self.files)}.jpg", "asked": False}
        return file_id

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def next_query_id(self) -> str:
        return f"4382{next(self._queries):012d}"


def _language(a: dict) -> str:
    code = str(a.get("language_code") or "")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad("invalid language code specified")
    return code


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Query, JSON, form or multipart; files as bytes, with their names under `<field>.name`."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        arguments |= json.loads(await request.read() or b"{}")
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                arguments[name], arguments[f"{name}.name"] = value.file.read(), value.filename
            else:
                arguments[name] = value
    return arguments
