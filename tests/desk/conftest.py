"""A conversation that waits, its ticket, and agents."""
from __future__ import annotations

import pytest


@pytest.fixture
def agent(database):
    from bot.desk.models import Agent

    return Agent.objects.create_superuser(username="li.xiaoming", password="a long enough one", alias="小李")


@pytest.fixture
def waiting(database):
    """A ticket whose hand-off was committed."""
    from django.db import transaction

    from bot.conversations import log, owner
    from bot.conversations.log import Inbound
    from bot.desk import tickets

    conversation = log.open_conversation("web", "visitor", "zh-Hans")
    log.append_inbound(Inbound(conversation.pk, "one", text="充值没到账，邮箱 someone@example.com"))
    with transaction.atomic():
        conversation = owner.locked(conversation.pk)
        ticket = tickets.hand_over(
            conversation, queue="deposits", facts=["money_missing"], flow="deposit_missing", tried=["deposit_missing.tip"], language="zh-Hans",
            fields={"tx_hash": {"value": "a" * 64, "said": "a" * 64, "source": "said", "declined": False},
                    "uid": {"value": None, "said": None, "source": "said", "declined": True}})
        owner.change(conversation, "waiting")
    return ticket
