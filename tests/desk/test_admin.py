"""The desk's pages as a browser gets them: to look through, to take, answer and close."""
from __future__ import annotations

import pytest
from django.test import Client

from bot.conversations import log
from bot.desk.models import Agent


@pytest.fixture
def browser(agent):
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=False)
    client.force_login(agent)
    return client


def page(ticket):
    return f"/desk/ticket/{ticket.pk}/change/"


def do(browser, ticket, deed, **data):
    return browser.post(f"/desk/ticket/{ticket.pk}/do/{deed}/", data, follow=True)


def test_the_list_shows_tickets_the_urgent_first(browser, waiting):
    answer = browser.get("/desk/ticket/")
    assert answer.status_code == 200
    assert waiting.number in answer.content.decode()
    assert browser.get("/desk/ticket/?state__exact=resolved").content.decode().count(waiting.number) == 0


def test_the_page_shows_fields_reasons_and_transcript(browser, waiting):
    text = browser.get(page(waiting)).content.decode()
    for expected in (waiting.number, "tx_hash", "not given", "money is not where it should be", "充值没到账"):
        assert expected in text
    assert "someone@example.com" not in text


def test_a_ticket_is_taken_answered_and_resolved(browser, waiting):
    assert "Send" not in browser.get(page(waiting)).content.decode()
    assert "Send" in do(browser, waiting, "take").content.decode()
    assert "您好，我看到了" in do(browser, waiting, "reply", text="您好，我看到了").content.decode()
    do(browser, waiting, "resolve")
    waiting.refresh_from_db()
    assert waiting.state == "resolved"
    assert [each["author"] for each in log.events_after(waiting.conversation_id, 1)] == ["system", "agent", "system"]


def test_what_is_not_possible_is_said_on_the_page(browser, waiting):
    assert "take the ticket first" in do(browser, waiting, "reply", text="hello").content.decode()
    do(browser, waiting, "return")
    assert "can no longer be taken" in do(browser, waiting, "take").content.decode()


def test_what_a_visitor_wrote_is_shown_as_text(browser, waiting):
    from bot.conversations.log import Inbound

    log.append_inbound(Inbound(waiting.conversation_id, "x", text="<script>alert(1)</script>"))
    assert "<script>alert(1)" not in browser.get(page(waiting)).content.decode()


def test_deeds_are_posted_by_somebody_who_may(browser, waiting, database):
    assert browser.get(f"/desk/ticket/{waiting.pk}/do/take/").status_code == 405
    stranger = Client(HTTP_HOST="localhost")
    assert stranger.post(f"/desk/ticket/{waiting.pk}/do/take/").status_code == 302
    reader = Agent.objects.create_user(username="reader", password="a long enough one", is_staff=True)
    stranger.force_login(reader)
    stranger.post(f"/desk/ticket/{waiting.pk}/do/take/")
    waiting.refresh_from_db()
    assert waiting.state == "open"


def test_a_ticket_is_neither_added_nor_edited_nor_deleted_by_hand(browser, waiting):
    assert browser.get("/desk/ticket/add/").status_code == 403
    assert browser.post(f"/desk/ticket/{waiting.pk}/delete/", {"post": "yes"}).status_code == 403
    browser.post(page(waiting), {"priority": "low"})
    waiting.refresh_from_db()
    assert waiting.priority == "high"


def test_agents_have_an_alias(browser):
    assert "alias" in browser.get("/desk/agent/add/").content.decode()
