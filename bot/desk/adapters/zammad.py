"""Zammad by its REST interface and webhooks (its documents for API and administrators). A visitor is a customer there, and an article's subject carries our key.

Its search index is fed in the background, so a ticket made a moment ago may not be found by its key yet: see Capabilities.lookup_lag.
"""
from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

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
from bot.desk.adapters.config import Zammad as Settings
from bot.desk.adapters.http import Http
from bot.desk.adapters.plain import from_html, tidy

RESOLVED = frozenset({"closed", "merged", "removed"})
WINDOW = timedelta(hours=1)
"""Zammad signs no time of sending; its payload says when the ticket changed, and it tries four times within minutes."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_KEY = re.compile(r"TK-\d+[#.\w]*")


class Zammad:
    """One Zammad."""

    capabilities = Capabilities(lookup_lag=30.0, most_characters=100_000)

    def __init__(self, name: str, settings: Settings, token: str, webhook_secret: str) -> None:
        self.name = name
        self._set = settings
        self._secret = webhook_secret
        self._http = Http(settings.url.rstrip("/") + "/api/v1", {"Authorization": f"Token token={token}"})
        self._me: int | None = None
        self._people: dict[int, str] = {}

    async def find(self, case: Case) -> str | None:
        found = await self._http.get("/tickets/search", query=f'{self._set.key_field}:"{case.key}" OR title:"{case.key}"', limit=20, expand="true")
        for ticket in found if isinstance(found, list) else []:
            # A search by words finds what is like it; only the same will do.
            if ticket.get(self._set.key_field) == case.key or str(ticket.get("title") or "").startswith(f"[{case.key}]"):
                return str(ticket["id"])
        return None

    async def create(self, case: Case) -> str:
        await self._customer(case.visitor)
        made = await self._http.call("POST", "/tickets", {
            "title": f"[{case.key}] {case.subject}"[:240], "group": case.queue, "customer": _login(case.visitor), "priority": self._set.priorities[case.priority],
            self._set.key_field: case.key, **case.fields, "tags": ",".join(case.tags),
            "article": {"subject": f"{case.key}#0", "body": case.text, "content_type": "text/plain", "type": "note", "internal": True, "sender": "Agent"}})
        try:
            remote = str(int(made["id"]))
        except (KeyError, TypeError, ValueError):
            raise DeskError("no_ticket_number") from None
        if case.follows:
            with suppress(Refused):  # only a link between the two
                number = (await self._http.get(f"/tickets/{case.follows}"))["number"]
                await self._http.call("POST", "/links/add", {"link_type": "normal", "link_object_target": "Ticket", "link_object_target_value": int(remote),
                                                             "link_object_source": "Ticket", "link_object_source_number": number})
        return remote

    async def written(self, remote: str, keys: Collection[str]) -> set[str]:
        return {str(article.get("subject") or "") for article in await self._articles(remote)} & set(keys)

    async def write(self, remote: str, visitor: Visitor, entry: Entry) -> None:
        body = {"ticket_id": int(remote), "subject": entry.key, "body": entry.text, "content_type": "text/plain", "type": "note", "internal": entry.kind != "visitor",
                "sender": "Customer" if entry.kind == "visitor" else "Agent",
                "attachments": [{"filename": file.name, "data": base64.b64encode(file.content).decode(), "mime-type": file.kind} for file in entry.files]}
        if entry.kind == "visitor":
            body["origin_by_id"] = (await self._http.get(f"/tickets/{remote}"))["customer_id"]
        await self._http.call("POST", "/ticket_articles", body)

    async def change(self, remote: str, change: Change) -> None:
        body: dict = dict(change.fields)
        if change.state:
            now = await self._http.get(f"/tickets/{remote}", expand="true")
            if now.get("state") in ("merged", "removed"):
                raise Gone("closed_for_good")
            if (now.get("state") in RESOLVED) != (change.state == "resolved"):
                body["state"] = "closed" if change.state == "resolved" else "open"
        if change.priority:
            body["priority"] = self._set.priorities[change.priority]
        if change.queue:
            body["group"] = change.queue
        if body:
            await self._http.call("PUT", f"/tickets/{remote}", body)

    async def merge(self, remote: str, into: str) -> None:
        if (await self._http.get(f"/tickets/{remote}", expand="true")).get("state") == "merged":
            return
        number = (await self._http.get(f"/tickets/{into}"))["number"]
        answer = await self._http.call("PUT", f"/ticket_merge/{remote}/{number}")
        if not isinstance(answer, dict) or answer.get("result") != "success":
            raise Refused("not_merged")

    async def news(self, remote: str, after: str) -> News:
        ticket = await self._http.get(f"/tickets/{remote}", expand="true")
        entries = [await self._entry(article) for article in sorted(await self._articles(remote), key=lambda each: int(each["id"]))]
        owner = int(ticket.get("owner_id") or 1)
        owned = owner not in (1, await self._own_id())  # 1: Zammad's "nobody"
        return News(state="resolved" if ticket.get("state") in RESOLVED else "open", owner=str(owner) if owned else "",
                    owner_name=await self._name(owner) if owned else "", entries=tuple(entries),
                    merged_into=await self._parent(remote) if ticket.get("state") == "merged" else "")

    async def changed(self, cursor: str) -> Changes:
        return Changes((), cursor)

    async def download(self, file: RemoteFile, most_bytes: int) -> bytes:
        return await self._http.raw("GET", f"/ticket_attachment/{file.ref}", most_bytes=most_bytes)

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Nudge:
        signatures.check(self._secret, headers.get("x-hub-signature", ""), "sha1=" + signatures.digest(self._secret, body, algorithm="sha1").hex())
        event = json.loads(body)
        ticket = event.get("ticket") or {}
        times = [str(each["updated_at"]) for each in (ticket, event.get("article") or {}) if each.get("updated_at")]
        if times:
            signatures.recent(max(map(signatures.moment, times)), now, WINDOW)
        delivery = headers.get("x-zammad-delivery") or signatures.digest(self._secret, body).hex()
        ours = bool(_KEY.fullmatch(str((event.get("article") or {}).get("subject") or "")))
        return Nudge(delivery, (str(int(ticket["id"])),) if ticket.get("id") and not ours else ())

    async def close(self) -> None:
        await self._http.close()

    async def _customer(self, visitor: Visitor) -> None:
        """Sees to it that the visitor is known there."""
        person = {"login": _login(visitor), "firstname": visitor.name, "roles": ["Customer"], **({"email": visitor.email} if visitor.email else {})}
        with suppress(Refused):  # 422: is known already
            await self._http.call("POST", "/users", person)

    async def _articles(self, remote: str) -> list[dict]:
        return await self._http.get(f"/ticket_articles/by_ticket/{remote}", expand="true") or []

    async def _entry(self, article: dict) -> RemoteEntry:
        key = str(article.get("subject") or "")
        author = int(article.get("created_by_id") or 0)
        ours = author == await self._own_id()
        by = "us" if ours else {"Agent": "agent", "Customer": "visitor"}.get(str(article.get("sender")), "system")
        body = str(article.get("body") or "")
        files = tuple(RemoteFile(f"{article['ticket_id']}/{article['id']}/{each['id']}", str(each.get("filename") or ""), int(each.get("size") or 0))
                      for each in article.get("attachments") or [])
        return RemoteEntry(id=str(article["id"]), by=by, text=from_html(body) if article.get("content_type") == "text/html" else tidy(body),
                           private=bool(article.get("internal")), at=signatures.moment(article["created_at"]) if article.get("created_at") else None,
                           author=str(author), name=await self._name(author) if by == "agent" else "", key=key if ours and _KEY.fullmatch(key) else "", files=files)

    async def _own_id(self) -> int:
        if self._me is None:
            self._me = int((await self._http.get("/users/me"))["id"])
        return self._me

    async def _name(self, person: int) -> str:
        if person not in self._people:
            found = await self._http.get(f"/users/{person}")
            names = [str(found[part]) for part in ("firstname", "lastname") if found.get(part)]
            self._people[person] = ("" if all(_HAN.match(name) for name in names) else " ").join(names)
        return self._people[person]

    async def _parent(self, remote: str) -> str:
        found = await self._http.get("/links", link_object="Ticket", link_object_value=remote)
        parents = [each["link_object_value"] for each in found.get("links") or [] if each.get("link_type") == "parent"]
        return str(parents[0]) if parents else ""


def _login(visitor: Visitor) -> str:
    return f"bot-{visitor.ref}".lower()
