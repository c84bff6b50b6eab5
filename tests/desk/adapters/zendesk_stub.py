"""Zendesk's Ticketing API as its developer documents describe it: what the adapter uses of it, over real HTTP."""
from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json

from aiohttp import web

from tests.desk.adapters.stub import Stub

USER, TOKEN, SECRET = "bot@example.com", "zendesk-token-123", "zendesk-webhook-secret"
BOT, AGENT, GROUP, FIELD = 11, 12, 360001, 900001
COMMENT_BYTES = 65_535


class ZendeskStub(Stub):
    """One account."""

    def __init__(self) -> None:
        super().__init__()
        self.users = {BOT: {"id": BOT, "name": "Bot", "role": "admin", "alias": ""}, AGENT: {"id": AGENT, "name": "Wang Wei", "role": "agent", "alias": "客服小王"}}
        self.tickets: dict[int, dict] = {}
        self.audits: dict[int, list[dict]] = {}
        self.comments: dict[int, list[dict]] = {}
        self.idempotent: dict[str, tuple[bytes, dict]] = {}
        self.uploads: dict[str, tuple[str, bytes]] = {}
        self.ids = itertools.count(100)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == "Basic " + base64.b64encode(f"{USER}/token:{TOKEN}".encode()).decode()

    def routes(self) -> list[web.RouteDef]:
        api = "/api/v2"
        return [
            web.get(api + "/users/me.json", self.me), web.get(api + r"/users/{id:\d+}.json", self.user), web.post(api + "/users/create_or_update.json", self.add_user),
            web.get(api + "/tickets.json", self.by_external_id), web.post(api + "/tickets.json", self.add_ticket),
            web.get(api + r"/tickets/{id:\d+}.json", self.ticket), web.put(api + r"/tickets/{id:\d+}.json", self.update),
            web.get(api + r"/tickets/{id:\d+}/comments.json", self.listed), web.get(api + r"/tickets/{id:\d+}/audits.json", self.audited),
            web.post(api + r"/tickets/{id:\d+}/merge.json", self.merge), web.post(api + "/uploads.json", self.upload), web.get("/attachments/{token}", self.attachment),
        ]

    async def me(self, request):
        return web.json_response({"user": self.users[BOT]})

    async def user(self, request):
        return web.json_response({"user": self.users[int(request.match_info["id"])]})

    async def add_user(self, request):
        body = (await request.json())["user"]
        known = next((each for each in self.users.values() if each.get("external_id") == body["external_id"]), None)
        if known is None:
            number = next(self.ids)
            known = self.users[number] = {"id": number, "role": "end-user", "alias": "", **body}
        return web.json_response({"user": known})

    async def by_external_id(self, request):
        found = [each for each in self.tickets.values() if each["external_id"] == request.query["external_id"]]
        return web.json_response({"tickets": found, "count": len(found)})

    async def add_ticket(self, request):
        raw = await request.read()
        key = request.headers.get("Idempotency-Key", "")
        if key in self.idempotent:
            before, answer = self.idempotent[key]
            if before != raw:
                return web.json_response({"error": "IdempotentRequestError", "description": "The request parameters do not match"}, status=400)
            return web.json_response(answer, status=201, headers={"x-idempotency-lookup": "hit"})
        body = json.loads(raw)["ticket"]
        wrong = self._wrong(body)
        if wrong:
            return wrong
        number = next(self.ids)
        self.tickets[number] = {"id": number, "external_id": body.get("external_id"), "subject": body["subject"], "status": "new", "priority": body.get("priority"), "tags": body.get("tags") or [],
                                "requester_id": body["requester_id"], "assignee_id": None, "group_id": body.get("group_id"), "custom_fields": body.get("custom_fields") or [],
                                "via_followup_source_id": body.get("via_followup_source_id")}
        self.audits[number], self.comments[number] = [], []
        self._note(number, body, BOT)
        answer = {"ticket": self.tickets[number]}
        self.idempotent[key] = raw, answer
        return web.json_response(answer, status=201, headers={"x-idempotency-lookup": "miss"})

    async def ticket(self, request):
        return web.json_response({"ticket": self._found(request)})

    async def update(self, request):
        ticket, body = self._found(request), (await request.json())["ticket"]
        if ticket["status"] == "closed":
            return web.json_response({"error": "RecordInvalid", "details": {"status": [{"description": "Status: closed prevents ticket update"}]}}, status=422)
        wrong = self._wrong(body)
        if wrong:
            return wrong
        ticket |= {name: value for name, value in body.items() if name in ("status", "priority", "group_id", "custom_fields")}
        self._note(ticket["id"], body, BOT)
        return web.json_response({"ticket": ticket})

    async def listed(self, request):
        kept = list(self.comments[self._found(request)["id"]])
        if request.query.get("sort") == "-created_at":
            kept.reverse()
        return web.json_response(self._page(request, "comments", kept))

    async def audited(self, request):
        return web.json_response(self._page(request, "audits", self.audits[self._found(request)["id"]]))

    async def merge(self, request):
        target, body = self._found(request), await request.json()
        for number in body["ids"]:
            source = self.tickets[number]
            source["status"], source["tags"] = "closed", [*source["tags"], "closed_by_merge"]
            self._note(target["id"], {"comment": {"body": body["target_comment"], "public": body["target_comment_is_public"]}}, BOT)
        return web.json_response({"job_status": {"id": "j1", "status": "queued"}})

    async def upload(self, request):
        token = f"u{next(self.ids)}"
        self.uploads[token] = request.query["filename"], await request.read()
        return web.json_response({"upload": {"token": token}}, status=201)

    async def attachment(self, request):
        return web.Response(body=self.uploads[request.match_info["token"]][1])

    # -- what an agent does there --------------------------------------------------------------

    def answer(self, number: str, text: str, private: bool = False, files: tuple = ()) -> dict:
        self.tickets[int(number)] |= {"assignee_id": AGENT, "status": "open"}
        for name, content in files:
            self.uploads[name] = name, content
        return self._note(int(number), {"comment": {"body": text, "public": not private, "uploads": [name for name, _ in files]}}, AGENT)

    def settle(self, number: str, status: str) -> None:
        self.tickets[int(number)]["status"] = {"resolved": "solved", "open": "open"}[status]

    def webhook(self, number: str, at: str, delivery: str = "i-1", secret: str = SECRET) -> tuple[dict, bytes]:
        """Headers and body as a trigger's webhook has them."""
        body = json.dumps({"ticket": number}).encode()
        signature = base64.b64encode(hmac.new(secret.encode(), at.encode() + body, hashlib.sha256).digest()).decode()
        return {"X-Zendesk-Webhook-Signature": signature, "X-Zendesk-Webhook-Signature-Timestamp": at, "X-Zendesk-Webhook-Invocation-Id": delivery}, body

    def _wrong(self, body: dict) -> web.Response | None:
        text = (body.get("comment") or {}).get("body")
        if text is not None and not 0 < len(text.encode()) <= COMMENT_BYTES:
            return web.json_response({"error": "RecordInvalid", "description": "Comment: is too long"}, status=422)
        if any(not isinstance(each["id"], int) for each in body.get("custom_fields") or []):
            return web.json_response({"error": "RecordInvalid"}, status=422)
        return None

    def _note(self, number: int, body: dict, by: int) -> dict:
        comment = body.get("comment")
        self.audits[number].append({"id": next(self.ids), "ticket_id": number, "author_id": by, "metadata": {"system": {}, "custom": body.get("metadata") or {}}})
        if not comment:
            return {}
        made = {"id": next(self.ids), "author_id": comment.get("author_id", by), "body": comment["body"], "plain_body": comment["body"], "public": comment.get("public", True),
                "created_at": "2026-01-02T03:04:05Z", "audit_id": self.audits[number][-1]["id"],
                "attachments": [{"content_url": f"{self.url}/attachments/{token}", "file_name": self.uploads[token][0], "size": len(self.uploads[token][1])} for token in comment.get("uploads") or []]}
        self.comments[number].append(made)
        return made

    def _page(self, request, name: str, kept: list) -> dict:
        size, after = min(100, int(request.query.get("page[size]", 100))), int(request.query.get("page[after]", 0))
        return {name: kept[after:after + size], "meta": {"has_more": len(kept) > after + size, "after_cursor": str(after + size)}}

    def _found(self, request) -> dict:
        found = self.tickets.get(int(request.match_info["id"]))
        if found is None:
            raise web.HTTPNotFound(text='{"error": "RecordNotFound"}')
        return found
