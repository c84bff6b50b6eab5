"""Signing in and out, and an agent's own account: password and second factor (TOTP). Django's forms, because Django and django-axes guard them."""
from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps

import segno
from django.contrib.auth import authenticate, login, password_validation, update_session_auth_hash
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from bot.desk.console import sessions, strings
from bot.desk.models import Agent

HOME, LOGIN = "/desk/", "/desk/login"
PENDING = "second_factor"
PENDING_SECONDS = 300
"""How long somebody who gave the right password may take to give the code."""
DEVICE = "authenticator"
View = Callable[..., HttpResponse]


def language_of(request: HttpRequest) -> str:
    return strings.chosen(request.COOKIES.get(strings.COOKIE, ""), request.headers.get("Accept-Language", ""))


def page(request: HttpRequest, name: str, status: int = 200, **values: object) -> HttpResponse:
    """A page of templates/desk, with the console's words as `t`."""
    language = language_of(request)
    words = {key.replace(".", "_"): text for key, text in strings.table()[language].items()}
    return render(request, f"desk/{name}.html", {"t": words, "language": language, "html_language": "zh-Hans" if language == "zh" else "en", **values}, status=status)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; with a second factor the code comes next."""
    if request.method == "GET":
        return page(request, "login")
    try:
        agent = authenticate(request, username=request.POST.get("username", "")[:150], password=request.POST.get("password", "")[:200])
    except PermissionDenied:
        agent = None
    if agent is None or not agent.may("see_desk"):
        # The same words for an unknown name, a wrong password and somebody without a role.
        return page(request, "login", 403, wrong=True, username=request.POST.get("username", "")[:150])
    if TOTPDevice.objects.filter(user=agent, confirmed=True).exists():
        request.session[PENDING] = {"agent": agent.pk, "until": time.time() + PENDING_SECONDS}
        return HttpResponseRedirect("/desk/login/code")
    return _in(request, agent)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The six digits of the authenticator app. The device itself slows down whoever guesses, and takes each code once."""
    pending = request.session.get(PENDING) or {}
    agent = Agent.objects.filter(pk=pending.get("agent"), is_active=True).first()
    if agent is None or pending.get("until", 0) < time.time():
        request.session.pop(PENDING, None)
        return HttpResponseRedirect(LOGIN)
    if request.method == "GET":
        return page(request, "code")
    device = TOTPDevice.objects.filter(user=agent, confirmed=True).first()
    if device is None or not device.verify_is_allowed()[0] or not device.verify_token(_digits(request)):
        return page(request, "code", 403, wrong=True)
    del request.session[PENDING]
    return _in(request, agent)


def locked_out(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """What django-axes answers after too many wrong passwords."""
    return page(request, "login", 429, locked=True)


def signed_in(view: View) -> View:
    """For pages of the signed-in agent, who comes as the second argument."""
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            agent = sessions.agent_in(request)
        except sessions.SignedOut:
            return HttpResponseRedirect(LOGIN)
        request.user = agent  # looked up now: after a change of password the session would no longer lead to it
        return view(request, agent)
    return guarded


@never_cache
@signed_in
def account(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Password and second factor of whoever is signed in."""
    return _account(request, agent)


@require_POST
@sensitive_post_parameters("old", "new", "again")
@signed_in
def change_password(request: HttpRequest, agent: Agent) -> HttpResponse:
    """A new password; every other session of this agent ends."""
    new = request.POST.get("new", "")
    if not agent.check_password(request.POST.get("old", "")):
        return _account(request, agent, 403, password_problem="account.old_wrong")
    if new != request.POST.get("again", ""):
        return _account(request, agent, 422, password_problem="account.not_equal")
    try:
        password_validation.validate_password(new, agent)
    except ValidationError:
        return _account(request, agent, 422, password_problem="account.weak")
    agent.set_password(new)
    agent.save(update_fields=["password"])
    update_session_auth_hash(request, agent)
    return _account(request, agent, done="account.password_changed")


@require_POST
@sensitive_post_parameters("code", "old")
@signed_in
def change_factor(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Sets the second factor up (a code of the new device proves it) or takes it away (with the password)."""
    devices = TOTPDevice.objects.filter(user=agent)
    if request.POST.get("deed") == "remove":
        if not agent.check_password(request.POST.get("old", "")):
            return _account(request, agent, 403, factor_problem="account.old_wrong")
        devices.delete()
        return _account(request, agent, done="account.factor_removed")
    device = devices.filter(confirmed=False).first()
    if device is None or not device.verify_token(_digits(request)):
        return _account(request, agent, 422, factor_problem="account.code_wrong")
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    return _account(request, agent, done="account.factor_added")


def _account(request: HttpRequest, agent: Agent, status: int = 200, **values: str) -> HttpResponse:
    shown = {name: strings.say(language_of(request), key) for name, key in values.items()}
    if not TOTPDevice.objects.filter(user=agent, confirmed=True).exists():
        device, _ = TOTPDevice.objects.get_or_create(user=agent, confirmed=False, defaults={"name": DEVICE})
        shown |= {"qr": segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=2), "secret": _grouped(device)}
    return page(request, "account", status, agent=agent, **shown)


def _grouped(device: TOTPDevice) -> str:
    """The secret as people type it: base32 in groups of four."""
    from base64 import b32encode

    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at:at + 4] for at in range(0, len(text), 4))


def _digits(request: HttpRequest) -> int:
    """The code as django-otp wants it; -1 for anything else."""
    code = request.POST.get("code", "").replace(" ", "")
    return int(code) if code.isascii() and code.isdigit() and len(code) == 6 else -1


def _in(request: HttpRequest, agent: Agent) -> HttpResponse:
    login(request, agent, backend="django.contrib.auth.backends.ModelBackend")
    sessions.begin(request)
    return HttpResponseRedirect(HOME)
