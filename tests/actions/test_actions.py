"""Actions over the internal listener: behind a secret, the same call twice has one result, a broken one says nothing of the visitor's."""
from __future__ import annotations

import asyncio
import json
import zlib

import pytest
import yaml

from bot.config import ROOT, config


@pytest.fixture
def message(database):
    from bot.conversations import log
    from bot.conversations.log import Inbound

    conversation = log.open_conversation("web", "visitor", "zh-Hans")
    log.append_inbound(Inbound(conversation.pk, "one", text="充值没到账"))
    return conversation, f"{conversation.key}:1"


def request(method, path, body=None, secret=None, encoding=None):
    """One request to the internal listener, without a network."""
    from bot.internal import internal_application

    headers = [(b"content-type", b"application/json")]
    if secret is not None:
        headers.append((b"x-engine-secret", secret.encode()))
    if encoding:
        headers.append((b"content-encoding", encoding.encode()))
    sent = []

    async def receive():
        return {"type": "http.request", "body": body if isinstance(body, bytes) else json.dumps(body).encode(), "more_body": False}

    async def send(event):
        sent.append(event)
    path, _, query = path.partition("?")
    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": headers,
             "scheme": "http", "server": ("127.0.0.1", 1), "client": ("127.0.0.1", 2), "http_version": "1.1", "root_path": ""}
    asyncio.run(internal_application(scope, receive, send))
    text = b"".join(event.get("body", b"") for event in sent[1:]).decode()
    return sent[0]["status"], json.loads(text) if text.startswith(("{", "[")) else text


def call(action, turn, intent="deposit_missing", dialogue=None, text="充值没到账", events=()):
    return {"next_action": action, "sender_id": turn, "tracker": {
        "sender_id": turn, "slots": {"dialogue": dialogue}, "latest_message": {"text": text, "intent": {"name": intent}, "entities": []},
        "events": [{"event": "user", "text": text}, *events], "active_loop": {}, "paused": False, "followup_action": None, "latest_action_name": None}}


def post(body, **more):
    return request("POST", "/webhook", body, secret=more.pop("secret", config().engine_secret.get_secret_value()), **more)


def slots(answer):
    return {event["name"]: event["value"] for event in answer["events"]}


def test_every_action_of_the_domain_is_there_and_no_other(database):
    from bot.internal import EXECUTOR

    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    assert set(EXECUTOR.actions) == set(domain["actions"])


@pytest.mark.parametrize("secret", [None, "", "wrong", "s" * 40])
def test_nothing_runs_without_the_secret(message, secret):
    assert post(call("action_flow_start", message[1]), secret=secret)[0] == 403
    assert request("GET", f"/trace/{message[0].key}?seq=1", secret=secret)[0] == 403
    assert request("POST", f"/agent/{message[0].key}", {"text": "hi"}, secret=secret)[0] == 403


def test_an_action_answers_in_the_sdks_protocol(message):
    status, answer = post(call("action_flow_start", message[1]))
    assert status == 200
    assert answer["responses"][0]["text"]
    assert slots(answer)["flow_stage"] == "asking"
    assert slots(answer)["dialogue"]["flow"]["name"] == "deposit_missing"


def test_a_compressed_call_is_read(message):
    body = zlib.compress(json.dumps(call("action_flow_start", message[1])).encode())
    assert post(body, encoding="deflate")[0] == 200


def test_the_same_call_again_has_the_stored_result(message):
    from bot.conversations.models import ActionResult

    first = post(call("action_flow_start", message[1]))
    again = post(call("action_flow_start", message[1], intent="forgot_password"))
    assert first == again
    assert ActionResult.objects.count() == 1


def test_another_call_of_the_same_action_in_the_turn_has_its_own_result(message):
    first = post(call("action_card", message[1], "concept_kyc"))
    second = post(call("action_card", message[1], "contact_channels", events=[{"event": "action", "name": "action_card"}]))
    assert first[1]["responses"] != second[1]["responses"]


def test_a_ticket_is_opened_once_however_often_the_action_is_called(message):
    from bot.conversations.models import Conversation
    from bot.desk.models import Ticket

    started = slots(post(call("action_flow_start", message[1]))[1])["dialogue"]
    handed = slots(post(call("action_human", message[1], "human_agent", started))[1])["dialogue"]
    first = post(call("action_open_ticket", message[1], "human_agent", handed))
    again = post(call("action_open_ticket", message[1], "human_agent", handed))
    other = post(call("action_open_ticket", message[1], "human_agent", handed, events=[{"event": "action", "name": "x"}]))
    ticket = Ticket.objects.get()
    assert first == again
    assert all(ticket.number in answer[1]["responses"][0]["text"] for answer in (first, again, other))
    # The owner changes with the reply, not before: a replay must be routed as the first time.
    assert Conversation.objects.get().owner == "bot"


def test_despair_is_never_asked_what_it_is_about(message):
    answer = post(call("action_human", message[1], "distress", None, "不想活了"))[1]
    assert slots(answer)["dialogue"]["collect"]["wanted"] == []
    assert "distress" in slots(answer)["dialogue"]["collect"]["facts"]


def test_a_broken_action_is_a_500_that_repeats_nothing(message, caplog):
    secret = "my words, whatever they are"
    status, answer = post(call("action_flow_start", "c_nobody:1", text=secret))
    assert status == 500
    assert secret not in json.dumps(answer) + caplog.text


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"nonsense", b'{"next_action": "x"}', b'{"next_action": "action_card", "tracker": 1}'])
def test_what_is_no_call_is_refused(message, body):
    assert post(body)[0] in (400, 404, 500)


def test_an_unknown_action_is_named(message):
    assert post(call("action_of_another_bot", message[1])) == (404, {"error": "no such action", "action_name": "action_of_another_bot"})


def test_the_trace_of_a_message(message):
    secret = config().engine_secret.get_secret_value()
    status, found = request("GET", f"/trace/{message[0].key}?seq=1", secret=secret)
    assert status == 200
    assert (found["answered"], found["owner"], found["user"], found["ticket"]) == (False, "bot", "充值没到账", None)
    assert request("GET", f"/trace/{message[0].key}?seq=99", secret=secret)[0] == 404
    assert request("GET", f"/trace/{message[0].key}?seq=x", secret=secret)[0] == 422


def test_an_agent_speaks_only_where_there_is_a_ticket(message):
    from bot.conversations import log

    secret = config().engine_secret.get_secret_value()
    assert request("POST", f"/agent/{message[0].key}", {"text": "hello"}, secret=secret)[0] == 409
    assert request("POST", "/agent/c_nobody", {"text": "hello"}, secret=secret)[0] == 404
    assert request("POST", f"/agent/{message[0].key}", {"text": " "}, secret=secret)[0] == 422
    started = slots(post(call("action_human", message[1], "human_agent"))[1])["dialogue"]
    post(call("action_open_ticket", message[1], "human_agent", started))
    status, answer = request("POST", f"/agent/{message[0].key}", {"text": "hello"}, secret=secret)
    assert status == 200
    assert log.events_after(message[0].pk, answer["seq"] - 1)[0]["text"] == "hello"
