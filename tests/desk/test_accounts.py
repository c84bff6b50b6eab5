"""Accounts of the desk: made and changed from the command line, each change in the audit log."""
from __future__ import annotations

import pytest


@pytest.fixture
def accounts(database):
    from bot.desk import accounts

    return accounts


def test_the_first_account_is_a_supervisor_whose_password_is_told_once(accounts):
    from bot.desk.models import Agent

    made = accounts.first()
    agent = Agent.objects.get(username="operator")
    assert agent.check_password(made["password"])
    assert agent.may("supervise_desk")
    assert accounts.first() == {"username": "operator", "password": None}


def test_a_new_account_needs_a_role_and_known_queues(accounts):
    with pytest.raises(LookupError, match="--role"):
        accounts.change("anna")
    with pytest.raises(ValueError, match="there is no queue nowhere"):
        accounts.change("anna", role="agent", queues=["nowhere"])
    assert accounts.change("anna", role="agent", queues=["kyc"], alias="Anna")["password"]
    assert accounts.listed()[0] | {"presence": ""} == {"username": "anna", "alias": "Anna", "roles": ["agent"], "queues": ["kyc"], "at_once": 5, "active": True,
                                                       "second_factor": False, "presence": ""}


def test_what_is_not_given_stays(accounts):
    accounts.change("anna", role="agent", queues=["kyc"], alias="Anna")
    assert accounts.change("anna", role="supervisor")["password"] is None
    anna = accounts.listed()[0]
    assert (anna["roles"], anna["queues"], anna["alias"]) == (["supervisor"], ["kyc"], "Anna")


def test_who_is_switched_off_cannot_sign_in(accounts):
    from django.contrib.auth import authenticate
    from django.test import RequestFactory

    password = accounts.change("anna", role="agent")["password"]
    request = RequestFactory().post("/desk/login")
    assert authenticate(request, username="anna", password=password)
    accounts.change("anna", active=False)
    assert authenticate(request, username="anna", password=password) is None


def test_every_change_is_in_the_audit_log_without_the_password(accounts):
    from bot.desk import audit

    password = accounts.change("anna", role="agent")["password"]
    entries = list(audit.exported())
    assert [entry["action"] for entry in entries] == ["account.changed"]
    assert password not in str(entries)


@pytest.mark.parametrize(("language", "name"), [("zh-Hans", "客服"), ("zh-Hant", "客服"), ("en", "Agent")])
def test_an_operator_without_an_alias_has_a_name_in_the_visitors_language(waiting, language, name, database):
    from bot.conversations import log
    from bot.conversations.models import Conversation
    from bot.desk import handling
    from bot.desk.models import Agent

    Conversation.objects.filter(pk=waiting.conversation_id).update(language=language)
    agent = Agent.objects.create_superuser(username="operator", password="a long enough one")
    handling.take(waiting, agent)
    handling.reply(waiting, agent, "ok")
    taken, said = log.events_after(waiting.conversation_id, 0)[-2:]
    assert said["name"] == f"{name} {agent.pk}"
    assert f"{name} {agent.pk}" in taken["text"]
    assert "operator" not in taken["text"]
