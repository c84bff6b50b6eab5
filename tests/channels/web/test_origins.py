"""Which sites may use the API from their pages: those on the list, for every address alike, and no others."""
from __future__ import annotations

import uuid

import pytest

SITE = "https://www.example.com"
OTHER = "https://www.example.net"


@pytest.fixture(scope="module")
def listed(start_door):
    with start_door(WIDGET_ORIGINS=f"{SITE}, https://app.example.com:8443", BOT_RATE_LIMITS="off") as door:
        yield door


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/api/session", "/api/messages", "/api/stream", "/api/files", "/api/case", "/api/typing"])
@pytest.mark.parametrize("origin", [OTHER, "null", "http://www.example.com", "https://www.example.com.evil.example", "https://www.example.com:444", "https://example.com", "file://"])
def test_another_site_gets_nothing_from_any_address(listed, method, path, origin):
    token = listed.visitor().token
    answer = listed.call(method, path, json_body={} if method == "POST" else None, token=token, Origin=origin)
    assert (answer.status, answer.json["code"]) == (403, "origin")
    assert "access-control-allow-origin" not in answer.headers
    preflight = listed.call("OPTIONS", path, Origin=origin, Access_Control_Request_Method=method)
    assert preflight.status == 403
    assert "access-control-allow-origin" not in preflight.headers


def test_a_listed_site_may_ask_write_and_follow(listed):
    for path in ("/api/messages", "/api/stream"):
        preflight = listed.call("OPTIONS", path, Origin=SITE, Access_Control_Request_Method="POST", Access_Control_Request_Headers="authorization,content-type,last-event-id")
        assert preflight.status == 204
        assert preflight.headers["access-control-allow-origin"] == SITE
        assert {"authorization", "content-type", "last-event-id"} <= {name.strip() for name in preflight.headers["access-control-allow-headers"].split(",")}
        assert int(preflight.headers["access-control-max-age"]) > 600
    session = listed.call("POST", "/api/session", json_body={}, Origin=SITE)
    assert session.headers["access-control-allow-origin"] == SITE
    assert "access-control-allow-credentials" not in session.headers
    assert "origin" in session.headers["vary"].lower()
    token = session.json["token"]
    assert listed.call("POST", "/api/messages", json_body={"client_id": uuid.uuid4().hex, "text": "hi"}, token=token, Origin=SITE).status == 202


def test_a_refusal_can_be_read_by_a_listed_site(listed):
    answer = listed.call("POST", "/api/messages", json_body={}, Origin=SITE)
    assert answer.status == 401
    assert answer.headers["access-control-allow-origin"] == SITE
    assert "Retry-After" in answer.headers["access-control-expose-headers"]


def test_a_stream_of_a_listed_site_carries_the_header_too(listed):
    visitor = listed.visitor()
    with visitor.stream(Origin=SITE) as reader:
        assert reader.response.getheader("Access-Control-Allow-Origin") == SITE
        reader.message()


def test_the_bot_s_own_pages_and_programs_without_an_origin_need_no_list(door):
    host = f"127.0.0.1:{door.stack.ports.public}"
    assert door.call("POST", "/api/session", json_body={}, Origin=f"http://{host}").status == 200
    assert door.call("POST", "/api/session", json_body={}).status == 200
    assert door.call("POST", "/api/session", json_body={}, Origin="https://127.0.0.1").status == 403
