"""Who a visitor is follows from a token that we signed, and from nothing else."""
from __future__ import annotations

import base64
import json
import time
import uuid

import jwt
import pytest

AUDIENCE = "bot:visitor"


def claims(**changes) -> dict:
    now = int(time.time())
    return {"sub": "somebody", "aud": AUDIENCE, "iat": now, "exp": now + 600} | changes


def test_a_first_visit_gets_a_token_and_the_first_message(door):
    answer = door.call("POST", "/api/session", json_body={"language": "en"})
    assert answer.status == 200
    assert answer.json["language"] == "en"
    assert answer.json["resumed"] is False
    assert answer.json["expires"] > time.time() + 3600
    first = door.call("GET", "/api/messages?after=0", token=answer.json["token"]).json["messages"]
    assert first[0]["author"] == "bot"
    assert first[0]["seq"] == 1


def test_an_empty_body_opens_a_session_in_the_browser_s_language(door):
    answer = door.call("POST", "/api/session", data=b"", Accept_Language="zh-TW,zh;q=0.9")
    assert answer.status == 200
    assert answer.json["language"] == "zh-Hant"


def test_a_token_of_an_earlier_visit_resumes_the_conversation_without_a_second_greeting(door, visitor):
    before = visitor.history()
    answer = door.call("POST", "/api/session", json_body={}, token=visitor.token)
    assert answer.json["resumed"] is True
    after = door.call("GET", "/api/messages?after=0", token=answer.json["token"]).json["messages"]
    assert after == before


def test_two_visitors_get_two_conversations(door):
    one, two = (door.call("POST", "/api/session", json_body={}).json for _ in range(2))
    assert one["conversation"] != two["conversation"]


def unsigned(door) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims())
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


FORGERIES = {
    "another key": lambda door: jwt.encode(claims(), "x" * 48, "HS256"),
    "no signature": unsigned,
    "another algorithm": lambda door: jwt.encode(claims(), door.secret, "HS384"),
    "expired": lambda door: jwt.encode(claims(exp=int(time.time()) - 1), door.secret, "HS256"),
    "another audience": lambda door: jwt.encode(claims(aud="bot:agent"), door.secret, "HS256"),
    "no expiry": lambda door: jwt.encode({k: v for k, v in claims().items() if k != "exp"}, door.secret, "HS256"),
    "a number as subject": lambda door: jwt.encode(claims(sub=1), door.secret, "HS256"),
    "a visitor nobody knows": lambda door: jwt.encode(claims(sub=uuid.uuid4().hex), door.secret, "HS256"),
    "no token at all": lambda door: "",
    "noise": lambda door: "a.b.c",
    "very long": lambda door: "x" * 8000,
}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/api/messages?after=0"), ("GET", "/api/stream"), ("POST", "/api/messages"), ("POST", "/api/files"), ("GET", "/api/files/x.png"),
])
def test_a_token_that_is_not_ours_opens_nothing(door, forgery, method, path):
    answer = door.call(method, path, json_body={} if method == "POST" else None, token=FORGERIES[forgery](door))
    assert answer.status == 401
    assert answer.json["code"] == "unauthorized"


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_is_not_ours_resumes_nothing(door, forgery):
    answer = door.call("POST", "/api/session", json_body={}, token=FORGERIES[forgery](door))
    assert answer.status == 200
    assert answer.json["resumed"] is False


@pytest.mark.parametrize("language", ["fr", "", 1, ["en"], {"a": 1}])
def test_a_language_we_do_not_speak_is_refused(door, language):
    assert door.call("POST", "/api/session", json_body={"language": language}).status == 422
