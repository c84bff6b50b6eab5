"""POST /hooks/desk/<name> as desks call it: signed, recent, once; answered at once, worked on later."""
from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from bot.desk.outbox.models import Delivery
from tests.desk.adapters import chatwoot_stub, zammad_stub, zendesk_stub
from tests.desk.adapters.conftest import settings
from tests.desk.served import served

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=timezone.utc)
LATER, EARLIER = NOW + timedelta(minutes=6), NOW - timedelta(minutes=6)


@pytest.fixture
def door(database, monkeypatch):
    """The public door with three desks configured; nothing behind it runs."""
    from bot.asgi import application
    from bot.conversations import clock
    from bot.desk.adapters import config, registry

    desks = config.Desks(desks={kind: settings(kind, "https://desk.example") for kind in ("chatwoot", "zammad", "zendesk", "request_tracker")})
    secrets = {"chatwoot": chatwoot_stub.SECRET, "zammad": zammad_stub.SECRET, "zendesk": zendesk_stub.SECRET, "request_tracker": "x"}
    made = {name: registry.made(name, desk, "token", secrets[name]) for name, desk in desks.desks.items()}
    monkeypatch.setattr(config, "desks", lambda: desks)
    monkeypatch.setattr(registry, "adapter", made.__getitem__)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with served(application) as door:
        yield door


def signed(kind: str, at: datetime = NOW, delivery: str = "d-1", secret: str | None = None) -> tuple[dict, bytes]:
    more = {"secret": secret} if secret else {}
    if kind == "chatwoot":
        return chatwoot_stub.ChatwootStub().webhook("message_created", {"id": 5, "content": "hi", "conversation": {"id": 42}}, int(at.timestamp()), delivery, **more)
    if kind == "zammad":
        return zammad_stub.ZammadStub().webhook("42", (at if at == NOW else at + (at - NOW) * 20).isoformat().replace("+00:00", "Z"), delivery, **more)
    return zendesk_stub.ZendeskStub().webhook("42", at.isoformat().replace("+00:00", "Z"), delivery, **more)


KINDS = ["chatwoot", "zammad", "zendesk"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_signed_delivery_is_written_down_and_the_same_again_is_not(door, kind):
    headers, body = signed(kind)
    assert door.post(f"/hooks/desk/{kind}", content=body, headers=headers).json() == {"taken": True}
    answer = door.post(f"/hooks/desk/{kind}", content=body, headers=headers)
    assert (answer.status_code, answer.json()) == (202, {"taken": False})
    assert [(each.desk, each.name, each.remotes) for each in Delivery.objects.all()] == [(kind, "d-1", ["42"])]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_unsigned_forged_changed_or_old_is_refused_and_not_kept(door, kind):
    headers, body = signed(kind)
    wrong = [({}, body), (headers, body + b" "), (headers, body.replace(b"42", b"43")), signed(kind, secret="another"), signed(kind, EARLIER), signed(kind, LATER),
             ({name: value[:-2] + "xx" for name, value in headers.items()}, body), ({name: "é" for name in headers}, body)]
    for headers, body in wrong:
        encoded = {name: value.encode() for name, value in headers.items()}
        assert door.post(f"/hooks/desk/{kind}", content=body, headers=encoded).status_code == 401
    assert not Delivery.objects.exists()


def test_a_desk_without_a_secret_is_never_believed(door, monkeypatch):
    from bot.desk.adapters import registry

    silent = registry.made("zendesk", settings("zendesk", "https://desk.example"), "token", "")
    monkeypatch.setattr(registry, "adapter", lambda name: silent)
    headers, body = signed("zendesk", secret="")
    assert door.post("/hooks/desk/zendesk", content=body, headers=headers).status_code == 401


def test_other_addresses_methods_and_bodies_end_in_a_4xx(door):
    assert door.post("/hooks/desk/nobody", content=b"{}").status_code == 404
    assert door.get("/hooks/desk/zendesk").status_code == 405
    assert door.post("/hooks/desk/request_tracker", content=b"{}").status_code == 401
    assert door.post("/hooks/desk/zendesk", content=b"x" * (1024 * 1024 + 1)).status_code == 413
    for text in (b"", b"[]", b"{", b'{"ticket": {"id": "x"}}', b"[" * 100_000):
        at = NOW.isoformat().replace("+00:00", "Z")
        import base64
        import hashlib
        import hmac
        signature = base64.b64encode(hmac.new(zendesk_stub.SECRET.encode(), at.encode() + text, hashlib.sha256).digest()).decode()
        headers = {"X-Zendesk-Webhook-Signature": signature, "X-Zendesk-Webhook-Signature-Timestamp": at}
        assert door.post("/hooks/desk/zendesk", content=text, headers=headers).status_code == 400
    assert not Delivery.objects.exists()


def test_what_our_own_writing_causes_asks_for_nothing(door):
    payload = {"id": 5, "content": "hi", "content_attributes": {"bot_key": "TK-1#1"}, "conversation": {"id": 42}}
    headers, body = chatwoot_stub.ChatwootStub().webhook("message_created", payload, int(NOW.timestamp()))
    assert door.post("/hooks/desk/chatwoot", content=body, headers=headers).status_code == 202
    assert Delivery.objects.get().remotes == []


def test_nobodys_words_are_kept_with_a_delivery(door):
    headers, body = signed("chatwoot")
    door.post("/hooks/desk/chatwoot", content=body, headers=headers)
    assert "hi" not in json.dumps([Delivery.objects.get().remotes, Delivery.objects.get().name])
