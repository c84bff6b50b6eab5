"""Chatwoot by its account API and webhooks (the vendor's OpenAPI document). Needs an inbox of type API: only there may a visitor's words be posted.

Chatwoot gives a webhook five seconds and does not try again, so ours answers at once and open tickets are looked at now and then.
Conversations cannot be merged there.
"""
from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timezone

import aiohttp

from bot.desk.adapters import signatures
from bot.desk.adapters.base import (
    BadSignature,
    Capabilities,
    Case,
    Change,
    Changes,
    DeskError,
    Entry,
    News,
    Nudge,
    Refused,
    RemoteEntry,
    RemoteFile,
    Visitor,
)
from bot.desk.adapters.config import Chatwoot as Settings
from bot.desk.adapters.http import Http
from bot.desk.adapters.plain import tidy

KEY = "bot_key"
PRIORITIES = {"urgent": "urgent", "high": "high", "normal": "medium", "low": "low"}
EVENTS = {"message_created": "conversation", "message_updated": "conversation", "conversation_status_changed": "", "conversation_updated": ""}
"""Events that matter -> where in the payload the conversation is."""
PAGE = 20


class Chatwoot:
    """One account of one Chatwoot."""

    capabilities = Capabilities(merges=False, most_characters=100_000)

    def __init__(self, name: str, settings: Settings, token: str, webhook_secret: str) -> None:
        self.name = name
        self._set = settings
        self._secret = webhook_secret
        self._http = Http(f"{settings.url.rstrip('/')}/api/v1/accounts/{settings.account}", {"api_access_token": token})

    async def find(self, case: Case) -> str | None:
        contact = await self._contact(case.visitor.ref)
        if contact is None:
            return None
        listed = await self._http.get(f"/contacts/{contact['id']}/conversations")
        for conversation in _payload(listed):
            if (conversation.get("custom_attributes") or {}).get(KEY) == case.key:
                remote = str(conversation["id"])
                # It may have been cut off between the conversation and what belongs in it.
                await self._complete(remote, case)
                return remote
        return None

    async def create(self, case: Case) -> str:
        contact = await self._contact(case.visitor.ref) or await self._new_contact(case.visitor)
        body = {"source_id": await self._source(contact), "inbox_id": str(self._set.inbox), "contact_id": str(contact["id"]), "status": "open",
                "custom_attributes": {**case.fields, KEY: case.key}, "additional_attributes": {"subject": f"[{case.key}] {case.subject}"}}
        if case.queue != "0":
            body["team_id"] = case.queue
        made = await self._http.call("POST", "/conversations", body)
        try:
            remote = str(int(made["id"]))
        except (KeyError, TypeError, ValueError):
            raise DeskError("no_ticket_number") from None
        await self._complete(remote, case)
        return remote

    async def written(self, remote: str, keys: Collection[str]) -> set[str]:
        wanted, found = set(keys), set()
        async for message in self._messages(remote):
            found |= {_key(message)} & wanted
            if found == wanted:
                break
        return found

    async def write(self, remote: str, visitor: Visitor, entry: Entry) -> None:
        shown = {"message_type": "incoming" if entry.kind == "visitor" else "outgoing", "private": entry.kind != "visitor"}
        if not entry.files:
            await self._http.call("POST", f"/conversations/{remote}/messages", {"content": entry.text, **shown, "content_attributes": {KEY: entry.key}})
            return
        form = aiohttp.FormData()
        for name, value in {"content": entry.text, "message_type": shown["message_type"], "private": str(shown["private"]).lower(),
                            "content_attributes": json.dumps({KEY: entry.key})}.items():
            form.add_field(name, value)
        for file in entry.files:
            form.add_field("attachments[]", file.content, filename=file.name, content_type=file.kind)
        await self._http.raw("POST", f"/conversations/{remote}/messages", data=form)

    async def change(self, remote: str, change: Change) -> None:
        if change.fields:
            await self._http.call("POST", f"/conversations/{remote}/custom_attributes", {"custom_attributes": {**change.fields, **await self._kept(remote)}})
        if change.priority:
            await self._http.raw("POST", f"/conversations/{remote}/toggle_priority", json_body={"priority": PRIORITIES[change.priority]})
        if change.queue:
            await self._http.call("POST", f"/conversations/{remote}/assignments", {"team_id": int(change.queue)})
        if change.state:
            await self._http.call("POST", f"/conversations/{remote}/toggle_status", {"status": change.state})

    async def merge(self, remote: str, into: str) -> None:
        raise Refused("cannot_merge")

    async def news(self, remote: str, after: str) -> News:
        conversation = await self._http.get(f"/conversations/{remote}")
        entries = []
        async for message in self._messages(remote):
            entries.append(_entry(message))
            if int(message["id"]) <= int(after or 0):
                break
        assignee = (conversation.get("meta") or {}).get("assignee") or {}
        return News(state="resolved" if conversation["status"] == "resolved" else "open", owner=str(assignee.get("id") or ""),
                    owner_name=_shown(assignee), entries=tuple(reversed(entries)))

    async def changed(self, cursor: str) -> Changes:
        return Changes((), cursor)

    async def download(self, file: RemoteFile, most_bytes: int) -> bytes:
        if not file.ref.startswith(self._set.url.rstrip("/") + "/"):
            raise Refused("file_elsewhere")  # the credentials go to the desk only
        return await self._http.raw("GET", file.ref, most_bytes=most_bytes)

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Nudge:
        at = headers.get("x-chatwoot-timestamp", "")
        signatures.check(self._secret, headers.get("x-chatwoot-signature", ""), "sha256=" + signatures.digest(self._secret, at.encode(), b".", body).hex())
        if not at.isascii() or not at.isdigit() or len(at) > 12:
            raise BadSignature("no time in it")
        signatures.recent(datetime.fromtimestamp(int(at), timezone.utc), now)
        event = json.loads(body)
        name = str(event.get("event") or "")
        delivery = headers.get("x-chatwoot-delivery") or signatures.digest(self._secret, at.encode(), body).hex()
        if name not in EVENTS or _key(event):
            return Nudge(delivery, ())
        holder = event.get(EVENTS[name]) or {} if EVENTS[name] else event
        return Nudge(delivery, (str(int(holder["id"])),) if holder.get("id") else ())

    async def close(self) -> None:
        await self._http.close()

    async def _contact(self, ref: str) -> dict | None:
        found = await self._http.get("/contacts/search", q=ref)
        return next((each for each in _payload(found) if each.get("identifier") == ref), None)

    async def _new_contact(self, visitor: Visitor) -> dict:
        made = await self._http.call("POST", "/contacts", {"inbox_id": self._set.inbox, "name": visitor.name, "identifier": visitor.ref,
                                                           **({"email": visitor.email} if visitor.email else {})})
        try:
            return made["payload"]["contact"]
        except (KeyError, TypeError):
            raise DeskError("no_contact") from None

    async def _source(self, contact: dict) -> str:
        """The name under which the inbox knows the contact."""
        for each in contact.get("contact_inboxes") or []:
            if (each.get("inbox") or {}).get("id") == self._set.inbox:
                return str(each["source_id"])
        made = await self._http.call("POST", f"/contacts/{contact['id']}/contact_inboxes", {"inbox_id": self._set.inbox})
        return str(made["source_id"])

    async def _complete(self, remote: str, case: Case) -> None:
        key = f"{case.key}#0"
        if key in await self.written(remote, [key]):
            return
        await self._http.raw("POST", f"/conversations/{remote}/toggle_priority", json_body={"priority": PRIORITIES[case.priority]})
        if case.tags:
            await self._http.call("POST", f"/conversations/{remote}/labels", {"labels": [tag.replace(" ", "-") for tag in case.tags]})
        # The note comes last: where it stands, all the rest was done.
        await self.write(remote, case.visitor, Entry(key, "note", case.text))

    async def _kept(self, remote: str) -> dict:
        known = (await self._http.get(f"/conversations/{remote}")).get("custom_attributes") or {}
        return {KEY: known[KEY]} if KEY in known else {}

    async def _messages(self, remote: str):
        """The newest first."""
        before = ""
        while True:
            page = _payload(await self._http.get(f"/conversations/{remote}/messages", **({"before": before} if before else {})))
            for message in sorted(page, key=lambda each: -int(each["id"])):
                yield message
            if len(page) < PAGE:
                return
            before = str(min(int(each["id"]) for each in page))


def _payload(answer: object) -> list[dict]:
    """The document says a list; real ones come as {"payload": [...]}."""
    found = answer.get("payload") if isinstance(answer, dict) else answer
    return found if isinstance(found, list) else []


def _key(message: dict) -> str:
    return str((message.get("content_attributes") or {}).get(KEY) or "")


def _shown(person: dict) -> str:
    return str(person.get("available_name") or person.get("name") or "")


def _entry(message: dict) -> RemoteEntry:
    sender = message.get("sender") or {}
    kind = message.get("message_type")
    kind = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}.get(kind, kind)
    key = _key(message)
    by = "us" if key else "visitor" if kind == "incoming" else "agent" if kind == "outgoing" and sender.get("type", "user") == "user" else "system"
    files = tuple(RemoteFile(str(each["data_url"]), str(each.get("data_url", "")).rpartition("/")[2], int(each.get("file_size") or 0))
                  for each in message.get("attachments") or [] if each.get("data_url"))
    return RemoteEntry(id=str(message["id"]), by=by, text=tidy(str(message.get("content") or "")), private=bool(message.get("private")),
                       at=datetime.fromtimestamp(int(message["created_at"]), timezone.utc) if message.get("created_at") else None,
                       author=str(sender.get("id") or ""), name=_shown(sender), key=key, files=files)
