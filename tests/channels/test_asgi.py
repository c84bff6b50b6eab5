"""The door as a whole: what answers, what does not, and with which headers."""
from __future__ import annotations

import pytest


def test_the_page_names_the_exchange_and_runs_under_a_strict_policy(door):
    answer = door.call("GET", "/")
    assert answer.status == 200
    assert "示例交易所" in answer.body.decode()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    body = answer.body.decode()
    assert "style=" not in body
    assert "onclick" not in body
    assert "http:" not in body.replace("http://www.w3.org", "")


@pytest.mark.parametrize("name", ["chat.js", "chat.css", "contract.js", "outbox.js", "view.js", "strings.js", "strings.json", "favicon.svg"])
def test_the_page_s_files_are_served(door, name):
    assert door.call("GET", f"/assets/{name}").status == 200


@pytest.mark.parametrize("path", [
    "/webhook", "/metrics", "/trace", "/trace/c_x", "/agent/c_x", "/actions", "/assets/__init__.py", "/assets/index.html", "/assets/../strings.py",
    "/assets/%2e%2e/session.py", "/static/../settings.py", "/static/", "/assets/", "/admin/", "/api/", "/api/none", "/.env", "/var/secrets.env",
])
def test_what_is_internal_or_unknown_does_not_exist(door, path):
    for method in ("GET", "POST"):
        assert door.call(method, path, data=b"{}" if method == "POST" else None).status in (404, 405)


def test_refusals_below_the_api_are_json(door):
    assert door.call("GET", "/api/none").json["code"] == "not_found"
    wrong_method = door.call("GET", "/api/session")
    assert (wrong_method.status, wrong_method.json["code"]) == (405, "method_not_allowed")


def test_health_and_readiness_answer(door):
    assert door.call("GET", "/healthz").status == 200
    assert door.call("GET", "/readyz").json["ready"] is True


def test_the_desk_s_login_is_there_with_its_style(door):
    answer = door.call("GET", "/desk/login/")
    assert answer.status == 200
    assert "/static/admin/css/base.css" in answer.body.decode()
    assert door.call("GET", "/static/admin/css/base.css").status == 200


def test_without_an_engine_the_door_lives_but_is_not_ready(start_door):
    with start_door() as door:
        door.stack.engine.kill()
        door.stack.engine.wait()
        assert door.call("GET", "/healthz").status == 200
        assert door.call("GET", "/readyz").status == 503


def test_the_desk_takes_no_large_body_from_a_stranger(door):
    assert door.call("POST", "/desk/login/", data=b"x" * (3 * 1024 * 1024)).status == 413
