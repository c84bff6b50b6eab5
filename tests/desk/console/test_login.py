"""Signing in: passwords with throttling, the second factor, and sessions that end."""
from __future__ import annotations

import re
import time

import pytest
from django import test

PASSWORD = "a long enough one"


class Client(test.Client):
    """Django as bot/asgi.py mounts it: below /desk."""

    def generic(self, method, path, *arguments, **named):
        return super().generic(method, path.removeprefix("/desk"), *arguments, **named)


@pytest.fixture
def agent(database):
    from django.contrib.auth.models import Group

    from bot.desk.models import Agent

    agent = Agent.objects.create_user("li", password=PASSWORD, alias="小李")
    agent.groups.add(Group.objects.get(name="agent"))
    return agent


@pytest.fixture
def browser(agent):
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="en")


def sign_in(browser, password=PASSWORD, name="li"):
    return browser.post("/desk/login", {"username": name, "password": password})


def account(browser):
    return browser.get("/desk/account")


def test_name_and_password_lead_to_the_desk(browser):
    answer = sign_in(browser)
    assert (answer.status_code, answer["location"]) == (302, "/desk/")
    cookie = browser.cookies["desk"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert account(browser).status_code == 200


@pytest.mark.parametrize(("name", "password"), [("li", "wrong"), ("nobody", PASSWORD), ("", ""), ("li' --", PASSWORD), ("x" * 5000, "y" * 5000)])
def test_whatever_is_wrong_the_same_words_are_said(browser, name, password):
    answer = sign_in(browser, password, name)
    assert answer.status_code == 403
    assert "user name or password is wrong" in answer.content.decode()
    assert account(browser).status_code == 302


def test_somebody_without_a_role_does_not_come_in(browser):
    from bot.desk.models import Agent

    Agent.objects.create_user("guest", password=PASSWORD)
    assert sign_in(browser, name="guest").status_code == 403


def test_after_five_wrong_passwords_even_the_right_one_waits(browser):
    statuses = [sign_in(browser, "wrong").status_code for _ in range(5)]
    assert statuses[-1] == 429
    answer = sign_in(browser)
    assert answer.status_code == 429
    assert "15 minutes" in answer.content.decode()


def test_somebody_else_s_wrong_passwords_lock_nobody_out_elsewhere(browser):
    for _ in range(6):
        browser.post("/desk/login", {"username": "li", "password": "wrong"}, REMOTE_ADDR="203.0.113.9")
    assert sign_in(browser).status_code == 302


def test_forms_without_their_token_are_refused(agent):
    assert sign_in(Client(HTTP_HOST="localhost", enforce_csrf_checks=True)).status_code == 403


def test_the_login_page_is_in_the_reader_s_language(browser):
    assert "Sign in" in browser.get("/desk/login").content.decode()
    chinese = browser.get("/desk/login", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).content.decode()
    assert "登录客服工作台" in chinese


# -- the second factor


def codes(device):
    from django_otp.oath import TOTP

    made = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    made.time = time.time()
    return f"{made.token():06d}"


@pytest.fixture
def device(browser, agent):
    from django_otp.plugins.otp_totp.models import TOTPDevice

    sign_in(browser)
    page = account(browser).content.decode()
    assert "data:image/svg+xml" in page
    device = TOTPDevice.objects.get(user=agent)
    wrong = browser.post("/desk/account/factor", {"code": "abc"})
    assert wrong.status_code == 422
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert browser.post("/desk/account/factor", {"code": codes(device)}).status_code == 200
    browser.logout()
    TOTPDevice.objects.update(last_t=-1)
    return device


def test_with_a_second_factor_the_password_alone_does_not_sign_in(browser, device):
    answer = sign_in(browser)
    assert answer["location"] == "/desk/login/code"
    assert account(browser).status_code == 302
    assert browser.post("/desk/login/code", {"code": "000000"}).status_code == 403
    device.refresh_from_db()
    device.throttle_reset()
    assert browser.post("/desk/login/code", {"code": codes(device)})["location"] == "/desk/"
    assert account(browser).status_code == 200


def test_a_code_works_once(browser, device):
    code = codes(device)
    sign_in(browser)
    assert browser.post("/desk/login/code", {"code": code}).status_code == 302
    other = Client(HTTP_HOST="localhost")
    sign_in(other)
    assert other.post("/desk/login/code", {"code": code}).status_code == 403


def test_guessing_codes_is_slowed_down(browser, device):
    sign_in(browser)
    assert browser.post("/desk/login/code", {"code": "000000"}).status_code == 403
    assert browser.post("/desk/login/code", {"code": codes(device)}).status_code == 403


def test_a_code_without_a_password_before_is_nothing(browser, device):
    assert browser.post("/desk/login/code", {"code": codes(device)})["location"] == "/desk/login"


def test_the_second_factor_is_taken_away_with_the_password_only(browser, device):
    from django_otp.plugins.otp_totp.models import TOTPDevice

    sign_in(browser)
    browser.post("/desk/login/code", {"code": codes(device)})
    assert browser.post("/desk/account/factor", {"deed": "remove", "old": "wrong"}).status_code == 403
    assert browser.post("/desk/account/factor", {"deed": "remove", "old": PASSWORD}).status_code == 200
    assert not TOTPDevice.objects.filter(user__username="li", confirmed=True).exists()


# -- sessions


def passed(browser, **seconds):
    """Lets time pass for a session: `used`, `began` seconds ago."""
    session = browser.session
    for name, ago in seconds.items():
        session[name] -= ago
    session.save()


def test_a_session_ends_when_nothing_is_done_and_after_a_day_s_work(browser):
    sign_in(browser)
    passed(browser, used=29 * 60)
    assert account(browser).status_code == 200
    passed(browser, used=31 * 60)
    assert account(browser).status_code == 302
    sign_in(browser)
    passed(browser, began=12 * 3600 + 60)
    assert account(browser).status_code == 302


def test_a_heartbeat_does_not_keep_a_session_alive(browser):
    from bot.desk.console import sessions

    sign_in(browser)
    key = browser.cookies["desk"].value
    passed(browser, used=29 * 60)
    sessions.agent_of(key, active=False)
    passed(browser, used=2 * 60)
    with pytest.raises(sessions.SignedOut):
        sessions.agent_of(key, active=True)


def test_a_new_password_ends_every_other_session(browser, agent):
    sign_in(browser)
    other = Client(HTTP_HOST="localhost")
    sign_in(other)
    answer = browser.post("/desk/account/password", {"old": PASSWORD, "new": "another long one", "again": "another long one"})
    assert "has been changed" in answer.content.decode()
    assert account(browser).status_code == 200
    assert account(other).status_code == 302


@pytest.mark.parametrize(("old", "new", "again", "said"), [
    ("wrong", "another long one", "another long one", "present password is wrong"), (PASSWORD, "another long one", "different", "differ"), (PASSWORD, "short", "short", "too short"),
    (PASSWORD, "password1234", "password1234", "too common")])
def test_a_bad_new_password_is_refused_with_the_reason(browser, agent, old, new, again, said):
    sign_in(browser)
    assert said in browser.post("/desk/account/password", {"old": old, "new": new, "again": again}).content.decode()
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)


def test_no_page_shows_a_name_as_markup(browser, agent):
    agent.alias = "<script>alert(1)</script>"
    agent.save()
    sign_in(browser)
    assert not re.search("<script>alert", account(browser).content.decode())
