"""Uploads: what is taken, under which name it is kept, and who gets it back."""
from __future__ import annotations

import io
import sqlite3
import uuid

import pytest
from PIL import Image


def picture(kind: str, size: tuple[int, int] = (30, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


PNG = picture("PNG")
GOOD = {"png": (PNG, "image/png"), "jpg": (picture("JPEG"), "image/jpeg"), "webp": (picture("WEBP"), "image/webp")}
PDF = b"%PDF-1.7\n" + bytes(100)


def file_of(visitor) -> dict:
    messages = visitor.wait_for(lambda all: any("file" in message for message in all))
    return next(message["file"] for message in messages if "file" in message)


def conversation_of(door, client_id: str) -> int:
    with sqlite3.connect(door.stack.home.path / "bot.sqlite3") as database:
        return database.execute("select conversation_id from conversations_message where client_id = ?", [client_id]).fetchone()[0]


def fetched(door, visitor, file: dict):
    answer = door.call("GET", f"/api/files/{file['id']}", token=visitor.token)
    assert answer.status == 200
    assert answer.headers["content-type"] == file["kind"]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    return answer.body


@pytest.mark.parametrize("ending", GOOD)
def test_a_picture_becomes_a_message_and_comes_back_drawn_anew_with_safe_headers(door, visitor, ending):
    content, kind = GOOD[ending]
    assert visitor.upload(content, "转出记录.bin", kind="text/html").status == 202
    file = file_of(visitor)
    body = fetched(door, visitor, file)
    assert (file["kind"], file["size"], file["name"]) == (kind, len(body), f"转出记录.{ending}")
    with Image.open(io.BytesIO(body)) as shown:
        assert (shown.size, shown.get_format_mimetype()) == ((30, 20), kind)


def test_a_pdf_comes_back_as_it_was(door, visitor):
    assert visitor.upload(PDF, "statement.pdf").status == 202
    assert fetched(door, visitor, file_of(visitor)) == PDF


def test_a_picture_that_cannot_be_opened_is_explained_and_not_kept(door, visitor):
    answer = visitor.upload(PNG[:40])
    assert (answer.status, answer.json["code"]) == (422, "file_broken")
    assert not [message for message in visitor.history() if "file" in message]


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
