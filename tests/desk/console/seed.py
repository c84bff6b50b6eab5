"""Fills the database of a running door for the console's tests: people of every role, and conversations that wait. Prints JSON.

    python tests/desk/console/seed.py TICKETS
"""
from __future__ import annotations

import json
import sys

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.db import transaction  # noqa: E402

from bot.channels.web import session  # noqa: E402
from bot.conversations import log, owner  # noqa: E402
from bot.conversations.log import Inbound, Reply  # noqa: E402
from bot.conversations.models import Message  # noqa: E402
from bot.desk import case, search, tickets  # noqa: E402
from bot.desk.models import Agent  # noqa: E402

PASSWORD = "a long enough one"
PEOPLE = {"li": ("小李", "agent"), "wang": ("小王", "agent"), "chen": ("陈主管", "supervisor"), "audit": ("审计", "auditor"), "nobody": ("", "")}
HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


def people() -> None:
    for name, (alias, role) in PEOPLE.items():
        if not Agent.objects.filter(username=name).exists():
            agent = Agent.objects.create_user(name, password=PASSWORD, alias=alias)
            agent.groups.set(Group.objects.filter(name=role))


def waiting(visitor: str, language: str = "zh-Hans") -> dict[str, str]:
    """A visitor who waits for a person because of a deposit: {"number", "token"}."""
    conversation = log.open_conversation(session.CHANNEL, visitor, language)
    log.append_outbound(conversation.pk, Message.Author.BOT, [Reply("出了什么事？", [{"title": "充值没到账", "payload": "/deposit_missing"}])])
    for n, text in enumerate(("充值没到账", f"250 USDT，TRC20，哈希 {HASH}")):
        log.append_inbound(Inbound(conversation.pk, f"{visitor}-{n}", text=text))
    Message.objects.filter(conversation=conversation).update(unanswered=False)
    fields = {"tx_hash": HASH, "amount": "250", "coin": "USDT"}
    with transaction.atomic():
        conversation = owner.locked(conversation.pk)
        opened = tickets.open(
            conversation, queue="deposits", facts=["money_missing"], flow="deposit_missing", language=language,
            fields={name: {"value": value, "said": value, "source": "said", "declined": False} for name, value in fields.items()})
        case.handed_over(opened.ticket, conversation)
    return {"number": opened.ticket.number, "token": session.issue(visitor)[0]}


if __name__ == "__main__":
    people()
    before = Agent.objects.count() and Message.objects.count()
    made = [waiting(f"visitor-{before}-{n}") for n in range(int(sys.argv[1]))]
    search.index()
    print(json.dumps(made))
