"""Zendesk by its Ticketing API and webhooks (its developer documents). The ticket's external_id is our key; a comment's key stands in the metadata of its update."""
from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from datetime import datetime

from bot.desk.adapters import signatures
from bot.desk.adapters.base import (
    Capabilities,
    Case,
    Change,
    Changes,
    DeskError,
    Entry,
    Gone,
    News,
    Nudge,
    Refused,
    RemoteEntry,
    RemoteFile,
    Visitor,
)
from bot.desk.adapters.config import Zendesk as Settings
from bot.desk.adapters.http import Http
from bot.desk.adapters.plain import tidy

KEY = "bot_key"
RESOLVED = frozenset({"solved", "closed"})
PRIORITIES = {"urgent": "urgent", "high": "high", "normal": "normal", "low": "low"}
PAGE = 100
MERGED_TAG = "closed_by_merge"


class Zendesk:
    """One Zendesk account."""

    # A comment takes 65,535 bytes; a Han character is three of them.
    capabilities = Capabilities(most_characters=20_000)

    def __init__(self, name: str, settings: Settings, token: str, webhook_secret: str) -> None:
        self.name = name
        self._set = settings
        self._secret = webhook_secret
        credentials = base64.b64encode(f"{settings.user}/token:{token}".encode()).decode()
        self._http = Http(settings.url.rstrip("/") + "/api/v2", {"Authorization": f"Basic {credentials}"})
        self._me: int | None = None
        self._visitors: dict[str, int] = {}
        self._people: dict[int, tuple[str, str]] = {}

    async def find(self, case: Case) -> str | None:
        found = await self._http.get("/tickets.json", external_id=case.key)
        same = [ticket for ticket in found.get("tickets") or [] if ticket.get("external_id") == case.key]
        return str(min(int(ticket["id"]) for ticket in same)) if same else None

    async def create(self, case: Case) -> str:
        ticket = {"subject": f"[{case.key}] {case.subject}", "external_id": case.key, "requester_id": await self._visitor(case.visitor),
                  "priority": PRIORITIES[case.priority], "tags": [tag.replace(" ", "_") for tag in case.tags],
                  "custom_fields": _custom(case.fields), "comment": {"body": case.text, "public": False}, "metadata": {KEY: f"{case.key}#0"}}
        if case.queue != "0":
            ticket["group_id"] = int(case.queue)
        if case.follows:
            ticket["via_followup_source_id"] = int(case.follows)
        made = await self._http.call("POST", "/tickets.json", {"ticket": ticket}, headers={"Idempotency-Key": case.key})
        try:
            return str(int(made["ticket"]["id"]))
        except (KeyError, TypeError, ValueError):
            raise DeskError("no_ticket_number") from None

    async def written(self, remote: str, keys: Collection[str]) -> set[str]:
        wanted, found = set(keys), set()
        async for audit in self._listed(f"/tickets/{remote}/audits.json", "audits"):
            found |= {str(((audit.get("metadata") or {}).get("custom") or {}).get(KEY) or "")} & wanted
        return found

    async def write(self, remote: str, visitor: Visitor, entry: Entry) -> None:
        comment: dict = {"body": entry.text or "…", "public": entry.kind == "visitor"}
        if entry.kind == "visitor":
            comment["author_id"] = await self._visitor(visitor)
        if entry.files:
            comment["uploads"] = [await self._uploaded(file) for file in entry.files]
        await self._update(remote, {"comment": comment, "metadata": {KEY: entry.key}})

    async def change(self, remote: str, change: Change) -> None:
        body: dict = {}
        if change.state:
            now = (await self._http.get(f"/tickets/{remote}.json"))["ticket"]
            if (now["status"] in RESOLVED) != (change.state == "resolved"):
                body["status"] = "solved" if change.state == "resolved" else "open"
        if change.priority:
            body["priority"] = PRIORITIES[change.priority]
        if change.queue and change.queue != "0":
            body["group_id"] = int(change.queue)
        if change.fields:
            body["custom_fields"] = _custom(change.fields)
        if body:
            await self._update(remote, body)

    async def merge(self, remote: str, into: str) -> None:
        ticket = (await self._http.get(f"/tickets/{remote}.json"))["ticket"]
        if MERGED_TAG in (ticket.get("tags") or []):
            return
        await self._http.call("POST", f"/tickets/{into}/merge.json", {
            "ids": [int(remote)], "source_comment": f"Merged into #{into}", "target_comment": f"#{remote} was merged into this one",
            "source_comment_is_public": False, "target_comment_is_public": False})

    async def news(self, remote: str, after: str) -> News:
        ticket = (await self._http.get(f"/tickets/{remote}.json"))["ticket"]
        entries = []
        async for comment in self._listed(f"/tickets/{remote}/comments.json", "comments", sort="-created_at"):
            entries.append(await self._entry(comment))
            if int(comment["id"]) <= int(after or 0):
                break
        owner = ticket.get("assignee_id")
        owned = bool(owner) and owner != await self._own_id()
        # What was merged there goes on in another ticket: nobody solved anything.
        resolved = ticket["status"] in RESOLVED and MERGED_TAG not in (ticket.get("tags") or [])
        return News(state="resolved" if resolved else "open", owner=str(owner) if owned else "", owner_name=(await self._person(owner))[0] if owned else "",
                    entries=tuple(sorted(entries, key=lambda each: int(each.id))))

    async def changed(self, cursor: str) -> Changes:
        return Changes((), cursor)

    async def download(self, file: RemoteFile, most_bytes: int) -> bytes:
        if not file.ref.startswith(self._set.url.rstrip("/") + "/"):
            raise Refused("file_elsewhere")  # the credentials go to the desk only
        return await self._http.raw("GET", file.ref, most_bytes=most_bytes)

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Nudge:
        at = headers.get("x-zendesk-webhook-signature-timestamp", "")
        expected = base64.b64encode(signatures.digest(self._secret, at.encode(), body)).decode()
        signatures.check(self._secret, headers.get("x-zendesk-webhook-signature", ""), expected)
        signatures.recent(signatures.moment(at), now)
        event = json.loads(body)
        # A trigger sends the body that docs/desks.md gives, an event subscription its own.
        remote = event.get("ticket") or (event.get("detail") or {}).get("id")
        return Nudge(headers.get("x-zendesk-webhook-invocation-id") or expected, (str(int(remote)),) if remote else ())

    async def close(self) -> None:
        await self._http.close()

    async def _update(self, remote: str, body: dict) -> None:
        try:
            await self._http.call("PUT", f"/tickets/{remote}.json", {"ticket": body})
        except Refused:
            if (await self._http.get(f"/tickets/{remote}.json"))["ticket"]["status"] == "closed":
                raise Gone("closed_for_good") from None
            raise

    async def _visitor(self, visitor: Visitor) -> int:
        if visitor.ref not in self._visitors:
            made = await self._http.call("POST", "/users/create_or_update.json", {"user": {
                "name": visitor.name, "external_id": visitor.ref, "role": "end-user", "skip_verify_email": True, **({"email": visitor.email} if visitor.email else {})}})
            self._visitors[visitor.ref] = int(made["user"]["id"])
        return self._visitors[visitor.ref]

    async def _uploaded(self, file) -> str:
        raw = await self._http.raw("POST", "/uploads.json", query={"filename": file.name}, data=file.content, headers={"Content-Type": file.kind})
        return str(json.loads(raw)["upload"]["token"])

    async def _entry(self, comment: dict) -> RemoteEntry:
        author = int(comment.get("author_id") or 0)
        ours = author == await self._own_id()
        name, role = ("", "") if ours else await self._person(author)
        by = "us" if ours else "agent" if role in ("agent", "admin") else "visitor"
        files = tuple(RemoteFile(str(each["content_url"]), str(each.get("file_name") or ""), int(each.get("size") or 0)) for each in comment.get("attachments") or [])
        return RemoteEntry(id=str(comment["id"]), by=by, text=tidy(str(comment.get("plain_body") or comment.get("body") or "")), private=not comment.get("public"),
                           at=signatures.moment(comment["created_at"]) if comment.get("created_at") else None, author=str(author), name=name, files=files)

    async def _own_id(self) -> int:
        if self._me is None:
            self._me = int((await self._http.get("/users/me.json"))["user"]["id"])
        return self._me

    async def _person(self, person: int) -> tuple[str, str]:
        """The name a visitor may see (the alias, where there is one) and the role."""
        if person <= 0:
            return "", ""
        if person not in self._people:
            found = (await self._http.get(f"/users/{person}.json"))["user"]
            self._people[person] = str(found.get("alias") or found.get("name") or ""), str(found.get("role") or "")
        return self._people[person]

    async def _listed(self, path: str, name: str, **query: object):
        """All pages of a list (cursor pagination)."""
        cursor: dict = {}
        while True:
            found = await self._http.get(path, **{"page[size]": PAGE, **cursor, **query})
            for item in found.get(name) or []:
                yield item
            meta = found.get("meta") or {}
            if not meta.get("has_more"):
                return
            cursor = {"page[after]": meta["after_cursor"]}


def _custom(fields: Mapping[str, str]) -> list[dict]:
    return [{"id": int(name), "value": value} for name, value in fields.items()]
