"""The door as a whole: what answers, what does not, and with which headers."""
from __future__ import annotations

import gzip

import pytest


@pytest.mark.parametrize("path", ["/chat", "/demo"])
def test_the_pages_name_the_exchange_and_run_under_a_strict_policy(door, path):
    answer = door.call("GET", path, Accept_Language="zh-CN")
    assert answer.status == 200
    body = answer.body.decode()
    assert "示例交易所" in body
    assert 'lang="zh-Hans"' in body
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "style=" not in body
    assert "onclick" not in body


def test_the_pages_speak_the_browser_s_language(door):
    for asked, tag in (("en-GB,en;q=0.9", "en"), ("zh-TW", "zh-Hant"), ("", "zh-Hans")):
        assert f'<html lang="{tag}">' in door.call("GET", "/chat", Accept_Language=asked).body.decode()


def test_the_root_leads_to_the_chat(door):
    answer = door.call("GET", "/")
    assert (answer.status, answer.headers["location"]) == (307, "/chat")


def test_the_chat_may_be_framed_by_known_sites_only(start_door):
    with start_door(WIDGET_ORIGINS="https://www.example.com, https://app.example.com:8443") as door:
        answer = door.call("GET", "/chat")
        assert "frame-ancestors https://www.example.com https://app.example.com:8443;" in answer.headers["content-security-policy"]
        assert "x-frame-options" not in answer.headers
        assert door.call("GET", "/demo").headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(("path", "kind"), [
    ("/widget.js", "text/javascript"), ("/widget.css", "text/css"), ("/widget/en.json", "application/json"), ("/widget/zh-Hans.json", "application/json"),
    ("/widget/zh-Hant.json", "application/json"), ("/widget/chat.css", "text/css"), ("/widget/demo.css", "text/css"), ("/favicon.svg", "image/svg+xml"),
])
def test_the_widget_s_files_may_be_used_by_any_site_and_are_packed_and_kept(door, path, kind):
    answer = door.call("GET", path, Accept_Encoding="gzip")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age" in answer.headers["cache-control"]
    plain = door.call("GET", path)
    assert gzip.decompress(answer.body) == plain.body
    assert "content-encoding" not in plain.headers
    assert door.call("GET", path, If_None_Match=answer.headers["etag"]).status == 304


@pytest.mark.parametrize("path", [
    "/webhook", "/metrics", "/trace", "/trace/c_x", "/agent/c_x", "/actions", "/widget/__init__.py", "/widget/start.js", "/widget/words.json", "/widget/../strings.py",
    "/widget/%2e%2e/session.py", "/assets/chat.js", "/static/../settings.py", "/static/", "/widget/", "/admin/", "/api/", "/api/none", "/.env", "/var/secrets.env",
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


def test_the_desk_leads_to_its_login_which_has_its_style(door):
    assert door.call("GET", "/desk/").headers["location"] == "/desk/login"
    answer = door.call("GET", "/desk/login")
    assert answer.status == 200
    assert "/desk/assets/console.css" in answer.body.decode()
    assert door.call("GET", "/desk/assets/console.css").status == 200


def test_without_an_engine_the_door_lives_but_is_not_ready(start_door):
    with start_door() as door:
        door.stack.engine.kill()
        door.stack.engine.wait()
        assert door.call("GET", "/healthz").status == 200
        assert door.call("GET", "/readyz").status == 503


def test_the_desk_takes_no_large_body_from_a_stranger(door):
    assert door.call("POST", "/desk/login/", data=b"x" * (3 * 1024 * 1024)).status == 413
