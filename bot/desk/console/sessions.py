"""Who is signed in at the desk: Django's sessions, read for the console's interface and streams, with an idle and an absolute end. Synchronous."""
from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user, logout
from django.http import HttpRequest
from django.utils.timezone import now

from bot.config import config
from bot.desk.models import Agent

BEGAN, USED = "began", "used"
TOUCH_SECONDS = 30
"""How stale the note of the last use may be: a write for every request would be one too many."""


class SignedOut(Exception):
    """Nobody is signed in with this cookie (any more)."""


def begin(request: HttpRequest) -> None:
    """Notes the start of a session; called once, by the login."""
    request.session[BEGAN] = request.session[USED] = _seconds()


def agent_of(key: str | None, active: bool) -> Agent:
    """The agent of a session's cookie. Raises SignedOut.

    Args:
        key: the cookie's value.
        active: somebody did something; a heartbeat or an open stream does not keep a session alive.
    """
    if not key:
        raise SignedOut
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return agent_in(request, active)


def end(key: str | None) -> None:
    """Signs out."""
    if key:
        import_module(settings.SESSION_ENGINE).SessionStore(key).flush()


def agent_in(request: HttpRequest, active: bool = True) -> Agent:
    """The agent of a request with a session; an idle or too old session is ended. Raises SignedOut."""
    session = request.session
    agent = get_user(request)  # checks the password's hash too: a changed password ends every other session
    if not agent.is_authenticated:
        raise SignedOut
    at = _seconds()
    if at - session.get(USED, 0) > config().desk_idle_minutes * 60 or at - session.get(BEGAN, 0) > config().desk_session_hours * 3600:
        logout(request)
        raise SignedOut
    if active and at - session[USED] > TOUCH_SECONDS:
        session[USED] = at
        session.save()
    return agent


def _seconds() -> int:
    return int(now().timestamp())
