"""Zammad's REST interface as its documents describe it: what the adapter uses of it, over real HTTP. The search index lags, as the real one does."""
from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time

from aiohttp import web

from tests.desk.adapters.stub import Stub

TOKEN, SECRET = "zammad-token-123", "zammad-webhook-secret"
GROUP = "Deposits"
BOT, AGENT = 3, 5
STATES = ("new", "open", "pending reminder", "closed", "merged")
PRIORITIES = ("1 low", "2 normal", "3 high")


class ZammadStub(Stub):
    """One Zammad. `index_seconds`: how long a new ticket is not found."""

    def __init__(self, index_seconds: float = 0.0) -> None:
        super().__init__()
        self.index_seconds = index_seconds
        self.users = {1: {"id": 1, "login": "-", "firstname": "-", "lastname": ""}, BOT: {"id": BOT, "login": "bot", "firstname": "Bot", "lastname": ""},
                      AGENT: {"id": AGENT, "login": "wang", "firstname": "客服", "lastname": "小王"}}
        self.tickets: dict[int, dict] = {}
        self.articles: dict[int, list[dict]] = {}
        self.files: dict[int, bytes] = {}
        self.links: list[tuple[int, int, str]] = []
        self.ids = itertools.count(100)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Token token={TOKEN}"

    def routes(self) -> list[web.RouteDef]:
        api = "/api/v1"
        return [
            web.get(api + "/users/me", self.me), web.get(api + "/users/{id}", self.user), web.post(api + "/users", self.add_user),
            web.get(api + "/tickets/search", self.search), web.post(api + "/tickets", self.add_ticket), web.get(api + "/tickets/{id}", self.ticket), web.put(api + "/tickets/{id}", self.update),
            web.get(api + "/ticket_articles/by_ticket/{id}", self.listed), web.post(api + "/ticket_articles", self.add_article),
            web.get(api + "/ticket_attachment/{ticket}/{article}/{file}", self.file), web.put(api + "/ticket_merge/{id}/{number}", self.merge),
            web.get(api + "/links", self.linked), web.post(api + "/links/add", self.link),
        ]

    async def me(self, request):
        return web.json_response(self.users[BOT])

    async def user(self, request):
        return web.json_response(self.users[int(request.match_info["id"])])

    async def add_user(self, request):
        body = await request.json()
        if any(each["login"] == body.get("login") for each in self.users.values()):
            return web.json_response({"error": "This login is already used."}, status=422)
        number = next(self.ids)
        self.users[number] = {"id": number, "login": body["login"], "firstname": body.get("firstname", ""), "lastname": "", "email": body.get("email", "")}
        return web.json_response(self.users[number], status=201)

    async def search(self, request):
        wanted = [part.partition(":")[2].strip('"') for part in request.query["query"].split(" OR ")]
        found = [each for each in self.tickets.values() if each["indexed"] <= time.monotonic() and any(word and (word in each["title"] or word == each.get("bot_key")) for word in wanted)]
        return web.json_response([self._expanded(each) for each in found])

    async def add_ticket(self, request):
        body = await request.json()
        customer = next((each for each in self.users.values() if each["login"] == body.get("customer")), None)
        if customer is None or body.get("group") != GROUP or body.get("priority", "2 normal") not in PRIORITIES or not body.get("title"):
            return web.json_response({"error": "No lookup value found"}, status=422)
        number = next(self.ids)
        known = {"bot_key", "txid"}  # attributes made in the object manager; others are dropped without a word
        self.tickets[number] = {"id": number, "number": f"88{number}", "title": body["title"], "state": "new", "priority": body.get("priority", "2 normal"), "group": body["group"],
                                "customer_id": customer["id"], "owner_id": 1, "indexed": time.monotonic() + self.index_seconds, **{name: body[name] for name in known & set(body)}}
        self.articles[number] = []
        self._write(number, body["article"], BOT)
        return web.json_response(self.tickets[number], status=201)

    async def ticket(self, request):
        return web.json_response(self._expanded(self._found(request)))

    async def update(self, request):
        ticket, body = self._found(request), await request.json()
        if body.get("state", "open") not in STATES or body.get("priority", "1 low") not in PRIORITIES or body.get("group", GROUP) != GROUP:
            return web.json_response({"error": "No lookup value found"}, status=422)
        ticket |= {name: value for name, value in body.items() if name in ("state", "priority", "group", "bot_key", "txid")}
        return web.json_response(ticket)

    async def listed(self, request):
        return web.json_response(self.articles[self._found(request)["id"]])

    async def add_article(self, request):
        body = await request.json()
        if int(body["ticket_id"]) not in self.tickets:
            return web.json_response({"error": "Couldn't find Ticket"}, status=404)
        return web.json_response(self._write(int(body["ticket_id"]), body, BOT), status=201)

    async def file(self, request):
        return web.Response(body=self.files[int(request.match_info["file"])])

    async def merge(self, request):
        source, target = self._found(request), next((each for each in self.tickets.values() if each["number"] == request.match_info["number"]), None)
        if target is None or source is target:
            return web.json_response({"result": "failed", "message": "No such target ticket number!"})
        self.articles[target["id"]] += self.articles[source["id"]]
        self.articles[source["id"]] = []
        source["state"] = "merged"
        self.links.append((target["id"], source["id"], "parent"))
        return web.json_response({"result": "success", "target_ticket": target, "source_ticket": source})

    async def linked(self, request):
        number = int(request.query["link_object_value"])
        return web.json_response({"links": [{"link_type": kind, "link_object": "Ticket", "link_object_value": parent} for parent, child, kind in self.links if child == number]})

    async def link(self, request):
        return web.json_response({}, status=201)

    # -- what an agent does there --------------------------------------------------------------

    def answer(self, number: str, text: str, private: bool = False, html: bool = False, files: tuple = ()) -> dict:
        self.tickets[int(number)]["owner_id"] = AGENT
        return self._write(int(number), {"body": text, "internal": private, "sender": "Agent", "type": "note", "content_type": "text/html" if html else "text/plain",
                                         "attachments": list(files)}, AGENT)

    def settle(self, number: str, status: str) -> None:
        self.tickets[int(number)]["state"] = {"resolved": "closed", "open": "open"}[status]

    def webhook(self, number: str, updated: str, delivery: str = "z-1", secret: str = SECRET, article: dict | None = None) -> tuple[dict, bytes]:
        """Headers and body as a trigger's webhook has them."""
        body = json.dumps({"ticket": {"id": int(number), "updated_at": updated}, "article": article or {"subject": "", "internal": False}}).encode()
        return {"X-Hub-Signature": "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest(), "X-Zammad-Delivery": delivery, "X-Zammad-Trigger": "Bot"}, body

    def _write(self, number: int, body: dict, by: int) -> dict:
        import base64

        files = []
        for each in body.get("attachments") or []:
            file = next(self.ids)
            self.files[file] = base64.b64decode(each["data"])
            files.append({"id": file, "filename": each["filename"], "size": str(len(self.files[file]))})
        article = {"id": next(self.ids), "ticket_id": number, "subject": body.get("subject", ""), "body": body["body"], "content_type": body.get("content_type", "text/plain"),
                   "internal": bool(body.get("internal")), "sender": body.get("sender", "Agent"), "type": body.get("type", "note"), "created_by_id": by, "attachments": files,
                   "created_at": "2026-01-02T03:04:05.000Z"}
        self.articles[number].append(article)
        if article["sender"] == "Customer" and self.tickets[number]["state"] == "closed":
            self.tickets[number]["state"] = "open"  # group setting "follow-up possible", the default
        return article

    def _found(self, request) -> dict:
        found = self.tickets.get(int(request.match_info["id"]))
        if found is None:
            raise web.HTTPNotFound(text='{"error": "Couldn\'t find Ticket"}')
        return found

    def _expanded(self, ticket: dict) -> dict:
        return {name: value for name, value in ticket.items() if name != "indexed"}
