"""The console's addresses below /desk: the page, its files and its interface (docs/architecture.md, "The desk's HTTP")."""
from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from bot.channels.failures import Failures
from bot.conversations import runtime
from bot.conversations.notifier import Note
from bot.desk.console import deeds, files, lists, notices, sessions, shown, stream
from bot.desk.console.http import (
    COOKIE,
    Refusal,
    answer,
    body,
    job,
    language_of,
    not_found,
    number,
    refused,
    unavailable,
)
from bot.desk.console.lists import Asked
from bot.desk.models import Agent

FOLDER = Path(__file__).parent / "page"


async def page(request: Request) -> Response:
    """GET /desk/: the console, or the way to the login."""
    try:
        await job(request, "see_desk", lambda agent: None)
    except Refusal as refusal:
        if refusal.status in (401, 403):
            return RedirectResponse("/desk/login", 303)
        raise
    return FileResponse(FOLDER / "index.html", headers={"Cache-Control": "no-store"})


async def start(request: Request) -> Response:
    """GET start: who I am and what stays the same."""
    return answer(await job(request, "see_desk", shown.start, language_of(request)))


async def tickets(request: Request) -> Response:
    """GET tickets?view=&queue=&priority=&q=&after=: a page of a list, and how many there are where."""
    asked = request.query_params
    wanted = Asked(asked.get("view", "mine"), asked.get("queue", ""), asked.get("priority", ""), asked.get("q", ""), asked.get("after", ""))
    return answer(await job(request, "see_desk", _listed, language_of(request), wanted, active=asked.get("quiet") != "1"))


def _listed(agent: Agent, language: str, wanted: Asked) -> dict:
    found = lists.page(agent, language, wanted)
    return found | {"counts": found["counts"] | {"notices": notices.count(agent)}}


async def ticket(request: Request) -> Response:
    """GET tickets/{number}?seen=1: everything beside the conversation; `seen` writes down that it was opened, and tells the visitor that his messages were read."""
    name = request.path_params["number"]
    found = await job(request, "see_desk", shown.ticket, language_of(request), name, active=request.query_params.get("seen") == "1")
    if request.query_params.get("seen") == "1":
        _tell_seen(await job(request, "see_desk", shown.seen, name))
    return answer(found)


async def messages(request: Request) -> Response:
    """GET tickets/{number}/messages?before=N."""
    return answer(await job(request, "see_desk", shown.messages, request.path_params["number"], number(request.query_params.get("before", ""))))


async def canned(request: Request) -> Response:
    """GET tickets/{number}/canned: ready answers, filled in."""
    return answer(await job(request, "work_desk", shown.canned, request.path_params["number"], language_of(request)))


async def people(request: Request) -> Response:
    """GET people: colleagues."""
    return answer(await job(request, "see_desk", shown.people))


async def do(request: Request) -> Response:
    """POST tickets/{number}/{deed}: one thing done to a ticket."""
    said = await body(request)
    deed = request.path_params["deed"]
    if deed == "typing":
        return await _typing(request, said)
    if deed == "seen":
        _tell_seen(await job(request, "see_desk", shown.read, request.path_params["number"], active=False))
        return answer({})
    made = await job(request, "work_desk", deeds.do, request.path_params["number"], deed, said)
    runtime.current().tell(made.pop("conversation"))
    return answer(made)


async def beat(request: Request) -> Response:
    """POST presence {said}: the page's heartbeat; it does not keep a session alive."""
    return answer(await job(request, "work_desk", deeds.beat, (await body(request)).get("said"), active=False))


async def sign_out(request: Request) -> Response:
    """POST sign-out."""
    await job(request, "see_desk", lambda agent: sessions.end(request.cookies.get(COOKIE)))
    return answer({})


async def noticed(request: Request) -> Response:
    """GET notices: what the team, or for supervisors they, should know now."""
    return answer(await job(request, "see_desk", notices.page))


async def seen_to(request: Request) -> Response:
    """POST notices/{id}: somebody has seen to it."""
    return answer(await job(request, "work_desk", notices.seen_to, request.path_params["id"]))


async def _typing(request: Request, said: dict) -> Response:
    conversation_id = await job(request, "work_desk", lambda agent, name: files.mine(agent, name).conversation_id, request.path_params["number"])
    runtime.current().notifier.publish(Note(conversation_id, "typing_on" if said.get("on") else "typing_off"))
    return answer({})


def _tell_seen(conversation_id: int | None) -> None:
    if conversation_id is not None:
        runtime.current().notifier.publish(Note(conversation_id, "state"))


def interface() -> Starlette:
    """Everything below /desk/api."""
    return Starlette(
        routes=[
            Route("/start", start), Route("/tickets", tickets), Route("/people", people), Route("/stream", stream.stream),
            Route("/sign-out", sign_out, methods=["POST"]), Route("/presence", beat, methods=["POST"]), Route("/notices", noticed),
            Route("/notices/{id:int}", seen_to, methods=["POST"]),
            Route("/tickets/{number}", ticket), Route("/tickets/{number}/messages", messages), Route("/tickets/{number}/canned", canned),
            Route("/tickets/{number}/files", files.send, methods=["POST"]), Route("/tickets/{number}/files/{id}", files.download),
            Route("/tickets/{number}/{deed}", do, methods=["POST"]),
        ],
        middleware=[Middleware(Failures, answer=unavailable)],
        exception_handlers={Refusal: refused, HTTPException: not_found},
    )


class Assets(StaticFiles):
    """The page's own files; checked for a newer version at every visit."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def file_response(self, *args, **kwargs):
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
