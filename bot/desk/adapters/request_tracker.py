"""Request Tracker 5 by its REST2 interface. RT tells nothing by itself: its transactions are asked for by number.

What RT does that one would not expect (5.0.3, seen): a body that is not JSON comes back in the wrong encoding, so everything goes as
JSON; a file name with other than ASCII letters makes it answer 500 and keep nothing; an unknown custom field is dropped silently;
a change it does not allow is answered with 200 and a sentence. docs/desks.md says how to set RT up.
"""
from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from urllib.parse import quote

from bot.desk.adapters.base import (
    BadSignature,
    Capabilities,
    Case,
    Change,
    Changes,
    DeskError,
    Entry,
    File,
    News,
    Nudge,
    Refused,
    RemoteEntry,
    RemoteFile,
    Visitor,
)
from bot.desk.adapters.config import RequestTracker as Settings
from bot.desk.adapters.http import Http
from bot.desk.adapters.plain import from_html, tidy

PAGE = 100
OVERLAP = 200
"""Transactions read again at each look: on a database with several writers a lower number can appear after a higher one."""
SPOKEN = ("Correspond", "Comment")
WATCHED = "Type = 'Correspond' OR Type = 'Comment' OR Type = 'Status' OR Type = 'Set' OR Type = 'AddLink'"
RESOLVED = frozenset({"resolved", "rejected", "deleted"})
SYSTEM = "RT_System"
NOBODY = "Nobody"
_TOKEN = re.compile(r"\d+-\d+-[0-9a-f]{16,}")
_KEY = re.compile(r"\[(TK-\d+[#.\w]*)\]")


class RequestTracker:
    """One RT."""

    capabilities = Capabilities(webhooks=False, lists_changes=True, writes_as_visitor=False, most_characters=100_000)

    def __init__(self, name: str, settings: Settings, token: str) -> None:
        self.name = name
        self._set = settings
        if _TOKEN.fullmatch(token):
            credentials = f"token {token}"
        else:
            credentials = "Basic " + base64.b64encode(f"{settings.user}:{token}".encode()).decode()
        self._http = Http(settings.url.rstrip("/") + "/REST/2.0", {"Authorization": credentials})
        self._people: dict[str, tuple[str, bool]] = {}

    async def find(self, case: Case) -> str | None:
        found = await self._http.get("/tickets", query=f"CF.{{{self._set.key_field}}} = '{case.key}'", orderby="id", order="ASC")
        items = found.get("items") or []
        return str(items[0]["id"]) if items else None

    async def create(self, case: Case) -> str:
        fields = {**case.fields, self._set.key_field: case.key, self._set.reference_field: case.visitor.ref}
        made = await self._http.call("POST", "/ticket", {
            "Queue": case.queue, "Subject": f"[{case.key}] {case.subject}", "Content": case.text, "ContentType": "text/plain",
            "Priority": self._set.priorities[case.priority], "CustomFields": fields, **({"RefersTo": int(case.follows)} if case.follows else {})})
        try:
            return str(int(made["id"]))
        except (KeyError, TypeError, ValueError):
            raise DeskError("no_ticket_number") from None

    async def written(self, remote: str, keys: Collection[str]) -> set[str]:
        wanted = set(keys)
        found: set[str] = set()
        async for transaction in self._history(remote):
            if transaction["Type"] in SPOKEN:
                found |= {_key(transaction)} & wanted
            if found == wanted:
                break
        return found

    async def write(self, remote: str, visitor: Visitor, entry: Entry) -> None:
        # Correspondence is what RT may mail on; all that is for agents only is a comment.
        how = "correspond" if entry.kind == "visitor" else "comment"
        await self._http.call("POST", f"/ticket/{remote}/{how}", {
            "Subject": f"[{entry.key}]", "Content": _with_names(entry.text, entry.files), "ContentType": "text/plain", "Attachments": _attachments(entry.files)})

    async def change(self, remote: str, change: Change) -> None:
        body: dict = {}
        if change.priority:
            body["Priority"] = self._set.priorities[change.priority]
        if change.queue:
            body["Queue"] = change.queue
        if change.fields:
            body["CustomFields"] = dict(change.fields)
        if change.state:
            now = await self._http.get(f"/ticket/{remote}", fields="Status")
            if (now["Status"] in RESOLVED) != (change.state == "resolved"):
                body["Status"] = "resolved" if change.state == "resolved" else "open"
        if not body:
            return
        await self._http.call("PUT", f"/ticket/{remote}", body)
        if "Status" in body and (await self._http.get(f"/ticket/{remote}", fields="Status"))["Status"] != body["Status"]:
            raise Refused("state_not_changed")

    async def merge(self, remote: str, into: str) -> None:
        if await self._effective(remote) == await self._effective(into):
            return
        await self._http.call("PUT", f"/ticket/{remote}", {"MergeInto": int(into)})
        if await self._effective(remote) != await self._effective(into):
            raise Refused("not_merged")

    async def news(self, remote: str, after: str) -> News:
        ticket = await self._http.get(f"/ticket/{remote}", **{"fields": "Status,Owner,EffectiveId"})
        entries = []
        async for transaction in self._history(remote):
            if transaction["Type"] in SPOKEN:
                entries.append(await self._entry(transaction, int(transaction["id"]) > int(after or 0)))
            if int(transaction["id"]) <= int(after or 0):
                break
        owner = str((ticket.get("Owner") or {}).get("id") or NOBODY)
        effective = str((ticket.get("EffectiveId") or {}).get("id") or remote)
        return News(state="resolved" if ticket["Status"] in RESOLVED else "open", owner="" if owner in (NOBODY, self._set.user) else owner,
                    owner_name=(await self._person(owner))[0] if owner not in (NOBODY, self._set.user) else "",
                    merged_into=effective if effective != remote else "", entries=tuple(reversed(entries)))

    async def changed(self, cursor: str) -> Changes:
        before = json.loads(cursor) if cursor else await self._beginning()
        seen, last, remotes = set(before["seen"]), before["last"], {}
        async for item in self._transactions(max(0, before["last"] - OVERLAP)):
            number = int(item["id"])
            if number not in seen and item.get("ObjectType") == "RT::Ticket" and (item.get("Creator") or {}).get("id") != self._set.user:
                remotes[str(item["ObjectId"])] = True
            seen.add(number)
            last = max(last, number)
        kept = json.dumps({"last": last, "seen": sorted(number for number in seen if number > last - OVERLAP)})
        return Changes(tuple(remotes) if cursor else (), kept)

    async def download(self, file: RemoteFile, most_bytes: int) -> bytes:
        found = json.loads(await self._http.raw("GET", f"/attachment/{file.ref}", query={"fields": "Content"}, most_bytes=most_bytes * 4 // 3 + 4096))
        content = base64.b64decode(found.get("Content") or "")
        if len(content) > most_bytes:
            raise Refused("too_large")
        return content

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Nudge:
        raise BadSignature("Request Tracker sends no webhooks")

    async def close(self) -> None:
        await self._http.close()

    async def _beginning(self) -> dict:
        newest = await self._http.get("/transactions", query="id > 0", orderby="id", order="DESC", per_page=1)
        return {"last": int(newest["items"][0]["id"]) if newest.get("items") else 0, "seen": []}

    async def _transactions(self, after: int):
        """What matters of all tickets' transactions above a number."""
        page = 1
        while True:
            found = await self._http.get("/transactions", query=f"id > {after} AND ({WATCHED})", orderby="id", order="ASC",
                                         fields="Type,Creator,ObjectType,ObjectId", per_page=PAGE, page=page)
            items = found.get("items") or []
            for item in items:
                yield item
            if len(items) < PAGE:
                return
            page += 1

    async def _history(self, remote: str):
        """The ticket's transactions, the newest first."""
        page = 1
        while True:
            found = await self._http.get(f"/ticket/{remote}/history", fields="Type,Creator,Created,Data", orderby="id", order="DESC", per_page=PAGE, page=page)
            items = sorted(found.get("items") or [], key=lambda each: -int(each["id"]))
            for item in items:
                yield item
            if len(items) < PAGE:
                return
            page += 1

    async def _entry(self, transaction: dict, whole: bool) -> RemoteEntry:
        login = str((transaction.get("Creator") or {}).get("id") or "")
        name, privileged = await self._person(login) if login not in (self._set.user, SYSTEM) else ("", False)
        by = "us" if login == self._set.user else "system" if login == SYSTEM else "agent" if privileged else "visitor"
        # An entry from before is only there to be recognised, and our own is known by its key.
        text, files = await self._content(transaction["id"]) if whole and by == "agent" else ("", ())
        return RemoteEntry(id=str(transaction["id"]), by=by, text=text, private=transaction["Type"] == "Comment", author=login, name=name,
                           at=datetime.fromisoformat(transaction["Created"].replace("Z", "+00:00")), key=_key(transaction) if by == "us" else "", files=files)

    async def _content(self, transaction: str) -> tuple[str, tuple[RemoteFile, ...]]:
        listed = await self._http.get(f"/transaction/{transaction}/attachments", per_page=PAGE)
        plain, html, files = "", "", []
        for item in listed.get("items") or []:
            part = await self._http.get(f"/attachment/{item['id']}", fields="ContentType,Filename,Content,ContentLength")
            kind, name = str(part.get("ContentType") or ""), str(part.get("Filename") or "")
            if name:
                files.append(RemoteFile(str(item["id"]), name, int(part.get("ContentLength") or 0)))
            elif kind == "text/html" and not html:
                html = _decoded(part)
            elif kind.startswith("text/") and not plain:
                plain = _decoded(part)
        return (tidy(plain) if plain else from_html(html)), tuple(files)

    async def _person(self, login: str) -> tuple[str, bool]:
        """The name to show, and whether the person works there."""
        if login not in self._people:
            found = await self._http.get(f"/user/{quote(login, safe='')}")
            self._people[login] = (str(found.get("RealName") or ""), str(found.get("Privileged")) == "1")
        return self._people[login]

    async def _effective(self, remote: str) -> str:
        found = await self._http.get(f"/ticket/{remote}", fields="EffectiveId")
        return str((found.get("EffectiveId") or {}).get("id") or remote)


def _key(transaction: dict) -> str:
    # The subject of a comment or an answer is kept as the transaction's data.
    found = _KEY.search(str(transaction.get("Data") or ""))
    return found[1] if found else ""


def _decoded(part: dict) -> str:
    return base64.b64decode(part.get("Content") or "").decode("utf-8", "replace")


def _ascii(file: File, number: int) -> str:
    ending = file.name.rpartition(".")[2]
    return file.name if re.fullmatch(r"[\w. -]{1,80}", file.name, re.ASCII) else f"file-{number}.{ending if re.fullmatch('[A-Za-z0-9]{1,5}', ending) else 'bin'}"


def _attachments(files: tuple[File, ...]) -> list[dict]:
    return [{"FileName": _ascii(file, number), "FileType": file.kind, "FileContent": base64.b64encode(file.content).decode()} for number, file in enumerate(files, 1)]


def _with_names(text: str, files: tuple[File, ...]) -> str:
    renamed = [f"{_ascii(file, number)}: {file.name}" for number, file in enumerate(files, 1) if _ascii(file, number) != file.name]
    return "\n".join([text, *renamed]) if renamed else text
