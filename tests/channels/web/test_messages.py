"""What a visitor may send, and what is refused before anything is stored."""
from __future__ import annotations

import http.client
import json
import uuid
from urllib.parse import quote

import pytest

from bot.conversations.log import ALWAYS_OFFERED


def users(messages: list[dict]) -> list[dict]:
    return [message for message in messages if message["author"] == "user"]


def test_a_text_is_taken_with_its_number_and_answered(visitor):
    answer = visitor.send(text="你好")
    assert answer.status == 202
    messages = visitor.wait_for(lambda all: all[-1]["text"] == "echo text: 你好")
    assert [m["text"] for m in users(messages)] == ["你好"]
    assert users(messages)[0]["seq"] == answer.json["seq"]
    assert messages[-1]["reply_to"] == answer.json["seq"]


def test_the_same_message_twice_has_one_number_and_one_answer(visitor):
    client_id = uuid.uuid4().hex
    first = visitor.send(client_id=client_id, text="once")
    again = visitor.send(client_id=client_id, text="once")
    assert (first.status, again.status) == (202, 202)
    assert first.json == again.json
    visitor.send(text="after")
    messages = visitor.wait_for(lambda all: all[-1]["text"] == "echo text: after")
    assert [m["text"] for m in messages].count("echo text: once") == 1


@pytest.mark.parametrize("text", ["/restart", "/human_agent", "／human_agent", "\u200b/human_agent", '/choose{"choice":"a.b"}'])
def test_a_typed_slash_is_text(visitor, text):
    assert visitor.send(text=text).status == 202
    messages = visitor.wait_for(lambda all: bool(users(all)))
    assert users(messages)[0]["text"] == text
    reply = visitor.wait_for(lambda all: bool(all[-1].get("reply_to")))[-1]
    assert reply["text"].startswith("echo text: ")


def test_a_button_that_was_shown_fires_and_is_logged_by_its_title(visitor):
    visitor.send(text="充值没到账")
    shown = visitor.wait_for(lambda all: bool(users(all)) and bool(all[-1].get("buttons")) and all[-1]["reply_to"])[-1]
    button = shown["buttons"][0]
    assert visitor.send(payload=button["payload"]).status == 202
    messages = visitor.wait_for(lambda all: len(users(all)) == 2)
    assert users(messages)[1]["text"] == button["title"]


@pytest.mark.parametrize("payload", [
    '/choose{"choice":"origin.onchain"}', "/restart", "human_agent", "/human_agent ", "／human_agent", "/human_agent\u200b", "/HUMAN_AGENT", "/go\0back",
])
def test_a_button_that_this_conversation_was_not_shown_does_not_fire(visitor, payload):
    answer = visitor.send(payload=payload)
    assert answer.status == 422
    assert answer.json["code"] == "payload_not_offered"
    assert users(visitor.history()) == []


def test_a_button_that_somebody_else_was_shown_does_not_fire(door, visitor):
    visitor.send(text="充值没到账")
    shown = visitor.wait_for(lambda all: bool(users(all)) and bool(all[-1].get("buttons")) and all[-1].get("reply_to"))[-1]
    assert door.visitor().send(payload=shown["buttons"][0]["payload"]).json["code"] == "payload_not_offered"


@pytest.mark.parametrize("payload", sorted(ALWAYS_OFFERED))
def test_the_page_s_own_buttons_always_fire(visitor, payload):
    assert visitor.send(payload=payload).status == 202
    assert users(visitor.wait_for(lambda all: bool(users(all))))[0]["text"]


def test_4000_characters_are_taken_and_one_more_is_explained_in_the_visitor_s_language(door, visitor):
    assert visitor.send(text="字" * 4000).status == 202
    for language, words in (("zh-CN", "太长"), ("zh-HK", "則訊息"), ("en-GB", "too long")):
        answer = door.call("POST", "/api/messages", json_body={"client_id": uuid.uuid4().hex, "text": "字" * 4001}, token=visitor.token, Accept_Language=language)
        assert answer.status == 422
        assert answer.json["code"] == "text_too_long"
        assert words in answer.json["message"]
    assert len(users(visitor.history())) == 1


WRONG = {
    "nothing": {}, "both": {"text": "a", "payload": "/human_agent"}, "text a number": {"text": 1}, "text a list": {"text": ["a"]},
    "text an object": {"text": {"a": "b"}}, "text true": {"text": True}, "payload a number": {"payload": 1}, "payload empty": {"payload": ""},
    "payload long": {"payload": "/" + "x" * 64}, "text empty": {"text": ""}, "text of spaces": {"text": " \n\t "},
    "text invisible": {"text": "\u200b\u2060\ufeff"}, "text of control signs": {"text": "\x00\x01"},
    "id missing": {"client_id": None, "text": "a"}, "id a number": {"client_id": 5, "text": "a"}, "id short": {"client_id": "a", "text": "a"},
    "id long": {"client_id": "a" * 65, "text": "a"}, "id with spaces": {"client_id": "a b c d e f g", "text": "a"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_message_of_the_wrong_shape_is_refused_and_not_stored(visitor, wrong):
    answer = visitor.send(**WRONG[wrong])
    assert answer.status == 422
    assert {"error", "code", "message"} == set(answer.json)
    assert users(visitor.history()) == []


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 30_000, b'{"client_id": ' + b"9" * 6000 + b"}", b"text=a",
])
def test_a_body_that_is_no_json_object_is_refused(door, visitor, body):
    answer = door.call("POST", "/api/messages", data=body, token=visitor.token)
    assert 400 <= answer.status < 500


def test_control_signs_and_half_characters_do_not_reach_the_log(visitor):
    visitor.send(text="a\x00b\ud83dc\r\nd")
    messages = visitor.wait_for(lambda all: bool(users(all)))
    assert users(messages)[0]["text"] == "abc\nd"


def test_a_megabyte_is_refused_by_its_announced_length(door, visitor):
    answer = door.call("POST", "/api/messages", data=json.dumps({"client_id": "a" * 32, "text": "x" * 1_000_000}).encode(), token=visitor.token)
    assert answer.status == 413
    assert answer.json["code"] == "body_too_large"


def test_a_megabyte_without_an_announced_length_is_refused_while_it_comes(door, visitor):
    connection = http.client.HTTPConnection("127.0.0.1", door.stack.ports.public, timeout=10)

    def drip():
        for _ in range(20):
            yield b"x" * 8000

    try:
        connection.request("POST", "/api/messages", body=drip(), encode_chunked=True,
                           headers={"Authorization": f"Bearer {visitor.token}", "Transfer-Encoding": "chunked"})
        assert connection.getresponse().status == 413
    finally:
        connection.close()


def test_history_begins_after_the_number_that_is_asked_for(door, visitor):
    visitor.send(text="one")
    messages = visitor.wait_for(lambda all: all[-1]["text"] == "echo text: one")
    assert visitor.history(after=messages[0]["seq"]) == messages[1:]
    assert visitor.history(after=10_000) == []


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "٣", "9" * 30])
def test_a_number_that_is_none_is_refused(door, visitor, after):
    assert door.call("GET", f"/api/messages?after={quote(after)}", token=visitor.token).status == 400


def test_a_visitor_sees_nothing_of_another_whatever_ids_it_sends(door, visitor):
    visitor.send(text="mine alone")
    visitor.wait_for(lambda all: all[-1]["text"] == "echo text: mine alone")
    conversation = door.call("POST", "/api/session", json_body={}, token=visitor.token).json["conversation"]
    other = door.visitor()
    other.send(text="hello", conversation=conversation, conversation_id=1, seq=1, visitor="x")
    answer = door.call("GET", f"/api/messages?after=0&conversation={conversation}&conversation_id=1", token=other.token)
    assert "mine alone" not in answer.body.decode()
    assert "hello" not in json.dumps(visitor.history())


def test_that_somebody_is_writing_can_be_said_and_leaves_no_message(visitor, door):
    before = visitor.history()
    assert door.call("POST", "/api/typing", json_body={"on": True}, token=visitor.token).status == 204
    assert door.call("POST", "/api/typing", json_body={"on": "yes"}, token=visitor.token).status == 422
    assert door.call("POST", "/api/typing", json_body={"on": True}).status == 401
    assert visitor.history() == before
