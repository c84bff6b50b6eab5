"""Uploads: what is taken, under which name it is kept, and who gets it back."""
from __future__ import annotations

import http.cookiejar
import os
import re
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pytest

from bot.home import ROOT

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
GOOD = {
    "png": (PNG, "image/png"), "jpg": (b"\xff\xd8\xff\xe0" + bytes(100), "image/jpeg"),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(100), "image/webp"), "pdf": (b"%PDF-1.7\n" + bytes(100), "application/pdf"),
}


def file_of(visitor) -> dict:
    messages = visitor.wait_for(lambda all: any("file" in message for message in all))
    return next(message["file"] for message in messages if "file" in message)


def conversation_of(door, client_id: str) -> int:
    with sqlite3.connect(door.stack.home.path / "bot.sqlite3") as database:
        return database.execute("select conversation_id from conversations_message where client_id = ?", [client_id]).fetchone()[0]


@pytest.mark.parametrize("ending", GOOD)
def test_a_picture_or_pdf_becomes_a_message_and_comes_back_with_safe_headers(door, visitor, ending):
    content, kind = GOOD[ending]
    assert visitor.upload(content, "转出记录.bin", kind="text/html").status == 202
    file = file_of(visitor)
    assert (file["kind"], file["size"], file["name"]) == (kind, len(content), f"转出记录.{ending}")
    answer = door.call("GET", f"/api/files/{file['id']}", token=visitor.token)
    assert (answer.status, answer.body) == (200, content)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["content-type"] == kind
    assert headers["content-disposition"].startswith("attachment")
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]


@pytest.mark.parametrize("content", [
    b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + bytes(50), b"MZ" + bytes(50),
    b"PK\x03\x04" + bytes(50), b" %PDF-1.7", b"RIFF\x10\0\0\0WAVEfmt ",
])
def test_other_types_are_refused_whatever_they_call_themselves(visitor, content):
    answer = visitor.upload(content, "shot.png", kind="image/png")
    assert answer.status == 415
    assert answer.json["code"] == "file_type"


def test_a_file_over_ten_megabytes_is_refused(visitor):
    answer = visitor.upload(PNG + bytes(10 * 1024 * 1024))
    assert answer.status == 413
    assert answer.json["code"] == "file_too_large"


def test_an_empty_or_missing_file_is_refused(door, visitor):
    assert visitor.upload(b"").json["code"] == "file_missing"
    assert door.call("POST", "/api/files", data=b"x", token=visitor.token, Content_Type="multipart/form-data; boundary=a").status == 400
    assert door.call("POST", "/api/files", json_body={}, token=visitor.token).status == 400


def test_another_visitor_s_file_does_not_exist(door, visitor):
    visitor.upload(PNG)
    file = file_of(visitor)
    answer = door.call("GET", f"/api/files/{file['id']}", token=door.visitor().token)
    assert answer.status == 404
    assert answer.json["code"] == "not_found"


@pytest.mark.parametrize("path", ["..%2f..%2fbot.sqlite3", "..%2Fsecrets.env", "%2e%2e/secrets.env", "a" * 24 + ".png", "%00.png"])
def test_an_invented_name_finds_nothing(door, visitor, path):
    visitor.upload(PNG)
    assert door.call("GET", f"/api/files/{path}", token=visitor.token).status == 404


def test_the_same_upload_twice_is_one_message_and_one_file(door, visitor):
    client_id = uuid.uuid4().hex
    first, again = (visitor.upload(PNG, client_id=client_id) for _ in range(2))
    assert first.json == again.json
    assert len(list((door.stack.home.path / "uploads" / str(conversation_of(door, client_id))).iterdir())) == 1


def test_a_name_with_folders_or_reversed_reading_is_shown_plain(visitor):
    visitor.upload(PNG, "..\\\\..\\\\etc/pass\u202egnp.exe")
    assert file_of(visitor)["name"] == "passgnp.png"


def test_staff_get_a_visitor_s_file_and_strangers_a_login(door, visitor):
    client_id = uuid.uuid4().hex
    visitor.upload(PNG, client_id=client_id)
    address = f"{door.url}/desk/files/{conversation_of(door, client_id)}/{file_of(visitor)['id']}"
    stranger = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with stranger.open(address) as answer:
        assert "/desk/login/" in answer.url
        login = answer.read().decode()
    password = uuid.uuid4().hex
    subprocess.run([sys.executable, "-m", "django", "createsuperuser", "--no-input", "--username", client_id, "--email", "a@example.com"], cwd=ROOT, check=True,
                   env={**os.environ, **door.stack.environment, "DJANGO_SETTINGS_MODULE": "bot.settings", "DJANGO_SUPERUSER_PASSWORD": password}, stdout=subprocess.DEVNULL)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', login)[1]
    form = {"csrfmiddlewaretoken": token, "username": client_id, "password": password, "next": "/desk/"}
    stranger.open(f"{door.url}/desk/login/", urllib.parse.urlencode(form).encode()).close()
    with stranger.open(address) as answer:
        assert answer.read() == PNG
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["content-security-policy"]
    with pytest.raises(urllib.error.HTTPError, match="404"):
        stranger.open(address.replace(".png", ".pdf"))
