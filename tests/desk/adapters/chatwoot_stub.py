"""Chatwoot's account API as its OpenAPI document and its own validations describe it: what the adapter uses of it, over real HTTP."""
from __future__ import annotations

import hashlib
import hmac
import itertools
import json

from aiohttp import web

from tests.desk.adapters.stub import Stub

TOKEN, SECRET = "cw-token-123", "cw-webhook-secret"
INBOX, TEAM = 7, 3
AGENT = {"id": 21, "name": "Wang Wei", "available_name": "客服小王", "type": "user"}


class ChatwootStub(Stub):
    """One account with one API inbox."""

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[int, dict] = {}
        self.conversations: dict[int, dict] = {}
        self.messages: dict[int, list[dict]] = {}
        self.files: dict[str, bytes] = {}
        self.ids = itertools.count(1)

    def authorised(self, request: web.Request) -> bool:
        return request.path.startswith("/files/") or request.headers.get("api_access_token") == TOKEN

    def routes(self) -> list[web.RouteDef]:
        base = "/api/v1/accounts/1"
        return [
            web.get(base + "/contacts/search", self.search), web.post(base + "/contacts", self.add_contact),
            web.get(base + "/contacts/{id}/conversations", self.of_contact), web.post(base + "/contacts/{id}/contact_inboxes", self.add_inbox),
            web.post(base + "/conversations", self.add_conversation), web.get(base + "/conversations/{id}", self.conversation),
            web.post(base + "/conversations/{id}/messages", self.add_message), web.get(base + "/conversations/{id}/messages", self.listed),
            web.post(base + "/conversations/{id}/toggle_status", self.toggle_status), web.post(base + "/conversations/{id}/toggle_priority", self.toggle_priority),
            web.post(base + "/conversations/{id}/labels", self.labels), web.post(base + "/conversations/{id}/assignments", self.assign),
            web.post(base + "/conversations/{id}/custom_attributes", self.attributes), web.get("/files/{name}", self.file),
        ]

    async def search(self, request):
        q = request.query["q"].lower()
        found = [each for each in self.contacts.values() if q in json.dumps(each, ensure_ascii=False).lower()]
        return web.json_response({"meta": {"count": len(found), "current_page": 1}, "payload": found})

    async def add_contact(self, request):
        body = await request.json()
        if not isinstance(body.get("inbox_id"), int):
            return web.json_response({"message": "inbox_id missing"}, status=422)
        if any(each["identifier"] == body.get("identifier") for each in self.contacts.values()):
            return web.json_response({"message": "Identifier has already been taken", "attributes": ["identifier"]}, status=422)
        number = next(self.ids)
        contact = {"id": number, "name": body.get("name") or "", "identifier": body.get("identifier"), "email": body.get("email") or "", "phone_number": "", "thumbnail": "",
                   "additional_attributes": {}, "custom_attributes": {}, "contact_inboxes": [{"source_id": f"src-{number}", "inbox": {"id": body["inbox_id"], "name": "Bot", "channel_type": "Channel::Api"}}]}
        self.contacts[number] = contact
        return web.json_response({"payload": {"contact": contact, "contact_inbox": {"source_id": f"src-{number}"}}})

    async def add_inbox(self, request):
        return web.json_response({"source_id": f"src-{request.match_info['id']}", "inbox": {"id": INBOX}})

    async def of_contact(self, request):
        number = int(request.match_info["id"])
        return web.json_response({"payload": [self._shown(each) for each in self.conversations.values() if each["contact"] == number]})

    async def add_conversation(self, request):
        body = await request.json()
        contact = next((each for each in self.contacts.values() if each["contact_inboxes"][0]["source_id"] == body.get("source_id")), None)
        if contact is None or str(body.get("inbox_id")) != str(INBOX):
            return web.json_response({"error": "Resource could not be found"}, status=404)
        number = next(self.ids)
        self.conversations[number] = {"id": number, "contact": contact["id"], "status": body.get("status", "open"), "custom_attributes": body.get("custom_attributes") or {},
                                      "additional_attributes": body.get("additional_attributes") or {}, "labels": [], "priority": None, "team": body.get("team_id"), "assignee": None}
        self.messages[number] = []
        return web.json_response({"id": number, "account_id": 1, "inbox_id": INBOX})

    async def conversation(self, request):
        return web.json_response(self._shown(self._found(request)))

    async def add_message(self, request):
        conversation, files = self._found(request), []
        if request.content_type == "multipart/form-data":
            body = {}
            async for part in await request.multipart():
                if part.filename:
                    self.files[part.filename] = bytes(await part.read())
                    files.append({"id": next(self.ids), "data_url": f"{self.url}/files/{part.filename}", "file_size": len(self.files[part.filename]), "file_type": "image"})
                else:
                    body[part.name] = await part.text()
            body["private"] = body.get("private") == "true"
            body["content_attributes"] = json.loads(body.get("content_attributes") or "{}")
        else:
            body = await request.json()
        content = body.get("content") or ""
        if len(content) > 150_000:
            return web.json_response({"error": "Content is too long (maximum is 150000 characters)"}, status=422)
        incoming = body.get("message_type") == "incoming"
        return web.json_response(self._say(conversation, content, 0 if incoming else 1, bool(body.get("private")), body.get("content_attributes") or {},
                                           {"id": 1, "name": "Bot", "type": "user"} if not incoming else {"id": conversation["contact"], "type": "contact"}, files))

    async def listed(self, request):
        kept = self.messages[self._found(request)["id"]]
        if request.query.get("before"):
            kept = [each for each in kept if each["id"] < int(request.query["before"])]
        return web.json_response({"meta": {}, "payload": kept[-20:]})

    async def toggle_status(self, request):
        conversation, body = self._found(request), await request.json()
        conversation["status"] = body["status"]
        return web.json_response({"meta": {}, "payload": {"success": True, "current_status": body["status"], "conversation_id": conversation["id"]}})

    async def toggle_priority(self, request):
        self._found(request)["priority"] = (await request.json())["priority"]
        return web.Response(status=200)

    async def labels(self, request):
        conversation = self._found(request)
        conversation["labels"] = (await request.json())["labels"]
        return web.json_response({"payload": conversation["labels"]})

    async def assign(self, request):
        conversation = self._found(request)
        conversation["team"] = (await request.json()).get("team_id")
        return web.json_response({"id": conversation["team"]})

    async def attributes(self, request):
        conversation = self._found(request)
        conversation["custom_attributes"] = (await request.json())["custom_attributes"]
        return web.json_response({"custom_attributes": conversation["custom_attributes"]})

    async def file(self, request):
        return web.Response(body=self.files[request.match_info["name"]])

    # -- what an agent does there --------------------------------------------------------------

    def answer(self, number: str, text: str, private: bool = False, files: tuple = ()) -> dict:
        conversation = self.conversations[int(number)]
        conversation["assignee"] = AGENT
        return self._say(conversation, text, 1, private, {}, AGENT, list(files))

    def settle(self, number: str, status: str) -> None:
        self.conversations[int(number)]["status"] = status

    def webhook(self, event: str, payload: dict, at: int, delivery: str = "d-1", secret: str = SECRET) -> tuple[dict, bytes]:
        """Headers and body as Chatwoot sends them."""
        body = json.dumps({"event": event, **payload}).encode()
        signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Chatwoot-Signature": f"sha256={signature}", "X-Chatwoot-Timestamp": str(at), "X-Chatwoot-Delivery": delivery}, body

    def _say(self, conversation, content, kind, private, attributes, sender, files) -> dict:
        if kind == 0 and conversation["status"] == "resolved":
            conversation["status"] = "open"  # a visitor's message reopens
        message = {"id": next(self.ids), "content": content, "message_type": kind, "content_type": "text", "content_attributes": attributes, "private": private,
                   "created_at": 1790000000, "conversation_id": conversation["id"], "sender": sender, **({"attachments": files} if files else {})}
        self.messages[conversation["id"]].append(message)
        return message

    def _found(self, request) -> dict:
        found = self.conversations.get(int(request.match_info["id"]))
        if found is None:
            raise web.HTTPNotFound(text='{"error": "Resource could not be found"}')
        return found

    def _shown(self, conversation: dict) -> dict:
        return {"id": conversation["id"], "account_id": 1, "inbox_id": INBOX, "status": conversation["status"], "custom_attributes": conversation["custom_attributes"],
                "additional_attributes": conversation["additional_attributes"], "priority": conversation["priority"], "labels": conversation["labels"], "messages": [],
                "meta": {"sender": {"id": conversation["contact"]}, "assignee": conversation["assignee"]}}
