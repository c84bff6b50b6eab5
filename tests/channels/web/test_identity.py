"""Signed-in users: whose word is taken for it, which conversation they get, and what joining does."""
from __future__ import annotations

import base64
import json
import time
import uuid
from typing import Any

import jwt
import pytest

KEY, OLD_KEY = "k" * 40, "o" * 40


@pytest.fixture(scope="module")
def door(start_door):
    with start_door(IDENTITY_KEYS=f"{KEY},{OLD_KEY}", BOT_RATE_LIMITS="off") as door:
        yield door


def token(user: str, key: str = KEY, algorithm: str = "HS256", **changed: Any) -> str:
    claims = {"sub": user, "aud": "support-chat", "iat": int(time.time()), "exp": int(time.time()) + 120, **changed}
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm)


def session(door, bearer: str = "", **body: Any) -> dict:
    answer = door.call("POST", "/api/session", json_body=body, token=bearer)
    assert answer.status == 200, answer.body
    return answer.json


def new_user() -> str:
    return f"u{uuid.uuid4().hex[:10]}"


def say(door, bearer: str, text: str) -> None:
    assert door.call("POST", "/api/messages", json_body={"client_id": uuid.uuid4().hex, "text": text}, token=bearer).status == 202


def texts(door, bearer: str) -> list[str]:
    return [m["text"] for m in door.call("GET", "/api/messages?after=0", token=bearer).json["messages"]]


def test_a_user_has_one_conversation_wherever_he_signs_in(door):
    user = new_user()
    here = session(door, identity=token(user))
    assert (here["user"], here["joinable"]) == (True, False)
    say(door, here["token"], "from the phone")
    there = session(door, identity=token(user))
    assert there["conversation"] == here["conversation"]
    assert there["who"] == here["who"]
    assert "from the phone" in texts(door, there["token"])


def test_two_users_never_share_and_similar_names_are_different_people(door):
    stem = new_user()
    users = [stem, stem + ":1", stem + "%3A1", stem.upper(), stem + "1"]
    opened = [session(door, identity=token(user)) for user in users]
    assert len({one["conversation"] for one in opened}) == len(users)
    assert len({one["who"] for one in opened}) == len(users)


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_both_keys_are_valid_while_one_replaces_the_other(door, key):
    assert session(door, identity=token(new_user(), key))["user"]


def unsigned(user: str) -> str:
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()  # noqa: E731
    now = int(time.time())
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part({'sub': user, 'aud': 'support-chat', 'iat': now, 'exp': now + 60})}."


NOW = int(time.time())
FORGED = {
    "another key": lambda: token("x", "z" * 40),
    "no signature": lambda: unsigned("x"),
    "another algorithm": lambda: token("x", KEY * 2, "HS512"),
    "another audience": lambda: token("x", aud="bot:visitor"),
    "no audience": lambda: token("x", aud=None),
    "expired": lambda: token("x", iat=int(time.time()) - 400, exp=int(time.time()) - 100),
    "no expiry": lambda: token("x", exp=None),
    "no time of issue": lambda: token("x", iat=None),
    "good for too long": lambda: token("x", exp=int(time.time()) + 3600),
    "made in the future": lambda: token("x", iat=int(time.time()) + 3600, exp=int(time.time()) + 3700),
    "long by an old time of issue": lambda: token("x", iat=int(time.time()) - 3600, exp=int(time.time()) + 60),
    "no user": lambda: token("x", sub=None),
    "an empty user": lambda: token(""),
    "a user with line breaks": lambda: token("a\nb"),
    "a user that is too long": lambda: token("x" * 91),
    "not a token": lambda: "abc",
    "nothing": lambda: "",
    "a megabyte": lambda: "a" * 50_000,
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_token_that_the_exchange_did_not_sign_for_us_just_now_opens_nothing(door, forged):
    answer = door.call("POST", "/api/session", json_body={"identity": FORGED[forged]()})
    assert (answer.status, answer.json["code"]) == (401, "identity")


def test_our_own_token_is_no_identity_and_an_identity_no_token(door):
    own = session(door)["token"]
    assert door.call("POST", "/api/session", json_body={"identity": own}).status == 401
    assert door.call("GET", "/api/messages?after=0", token=token(new_user())).status == 401


def test_without_keys_nobody_is_signed_in(start_door):
    with start_door() as door:
        assert door.call("POST", "/api/session", json_body={"identity": token("x")}).status == 401


def test_signing_in_alone_takes_nothing_along(door):
    anonymous = session(door)["token"]
    say(door, anonymous, "typed before signing in")
    signed = session(door, anonymous, identity=token(new_user()))
    assert signed["joinable"]
    assert "typed before signing in" not in texts(door, signed["token"])
    assert "typed before signing in" in texts(door, anonymous)


def test_with_consent_the_anonymous_conversation_becomes_the_user_s_and_its_old_token_ends(door):
    user = new_user()
    anonymous = session(door)
    say(door, anonymous["token"], "typed before signing in")
    signed = session(door, anonymous["token"], identity=token(user), begin=False)
    assert signed["conversation"] is None
    joined = session(door, signed["token"], join=anonymous["token"])
    assert joined["conversation"] == anonymous["conversation"]
    assert "typed before signing in" in texts(door, joined["token"])
    assert door.call("GET", "/api/messages?after=0", token=anonymous["token"]).status == 401
    assert session(door, identity=token(user))["conversation"] == anonymous["conversation"]


def test_joining_keeps_the_earlier_conversation_and_says_what_happened(door):
    user = new_user()
    first = session(door, identity=token(user))
    say(door, first["token"], "last week's problem")
    anonymous = session(door, language="en")
    say(door, anonymous["token"], "today's problem")
    signed = session(door, anonymous["token"], identity=token(user))
    assert signed["conversation"] == first["conversation"]
    joined = session(door, signed["token"], join=anonymous["token"])
    assert joined["conversation"] == anonymous["conversation"]
    assert any("belongs to your account" in text for text in texts(door, joined["token"]))
    assert "last week's problem" not in texts(door, joined["token"])


def test_joining_needs_the_anonymous_conversation_s_own_token(door):
    victim = session(door, identity=token(new_user()))
    say(door, victim["token"], "somebody else's")
    attacker = session(door, identity=token(new_user()))
    for claimed in (victim["token"], victim["conversation"], token("x"), "", "a.b.c"):
        joined = session(door, attacker["token"], join=claimed)
        assert joined["conversation"] == attacker["conversation"]
    assert "somebody else's" in texts(door, victim["token"])


def test_an_anonymous_visitor_can_join_nothing(door):
    one, other = session(door), session(door)
    say(door, one["token"], "mine")
    assert session(door, other["token"], join=one["token"])["conversation"] == other["conversation"]
    assert "mine" in texts(door, one["token"])


def test_an_open_stream_of_the_anonymous_conversation_ends_when_it_changes_hands(door):
    visitor = door.visitor()
    visitor.send(text="before")
    signed = session(door, visitor.token, identity=token(new_user()))
    with visitor.stream() as reader:
        reader.message()
        session(door, signed["token"], join=visitor.token)
        while event := reader.next():
            last = event
        assert last["event"] == "reconnect"


def test_a_user_s_token_is_not_renewed_without_the_exchange(door):
    user = new_user()
    first = session(door, identity=token(user))
    time.sleep(1.1)
    again = session(door, first["token"])
    assert again["resumed"]
    assert again["expires"] == first["expires"]
    assert first["expires"] - time.time() <= 24 * 3600
    assert session(door, first["token"], identity=token(user))["expires"] > first["expires"]


def test_a_page_that_only_says_who_is_there_makes_no_conversation(door):
    user = new_user()
    quiet = session(door, identity=token(user), begin=False)
    assert quiet["conversation"] is None
    begun = session(door, quiet["token"])
    assert begun["conversation"]
    assert session(door, identity=token(user), begin=False)["conversation"] == begun["conversation"]


def test_what_the_exchange_vouches_for_is_known_and_stands_on_the_case(door):
    signed = session(door, identity=token(new_user(), uid="30012345", email="Mei@Example.com", phone=True, name="\u202eMei"))
    say(door, signed["token"], "充值案例")
    until = time.monotonic() + 10
    while not (fields := door.call("GET", "/api/case", token=signed["token"]).json["fields"]):
        assert time.monotonic() < until
        time.sleep(0.1)
    [uid] = [field for field in fields if field["name"] == "uid"]
    assert (uid["value"], uid["editable"], uid["missing"]) == ("30012345", False, False)
    refused = door.call("POST", "/api/case", json_body={"fields": {"uid": "999999"}}, token=signed["token"])
    assert refused.json["code"] == "field_unknown"


def test_signing_in_as_somebody_else_on_the_same_device_opens_his_conversation(door):
    first = session(door, identity=token(new_user()))
    say(door, first["token"], "private")
    second = session(door, first["token"], identity=token(new_user()))
    assert (second["resumed"], second["joinable"]) == (False, False)
    assert second["who"] != first["who"]
    assert "private" not in texts(door, second["token"])


@pytest.mark.parametrize("body", [{"identity": 5}, {"join": []}, {"begin": "no"}, {"case": {}}, {"timezone": 7}, {"language": "fr"}])
def test_a_session_asked_for_wrongly_is_refused(door, body):
    assert door.call("POST", "/api/session", json_body=body).status == 422


def test_an_unknown_time_zone_or_case_changes_nothing(door):
    assert session(door, timezone="Mars/Olympus", case="TK-000000000")["conversation"]
