"""Fills a bot's database with tickets and messages in bulk, for the desk's benchmarks; prints {agents: [session], auditors: [session], open: [{number, token}]} as JSON.

    python -m bench.desk_data TICKETS MESSAGES_EACH OPEN AGENTS
"""
from __future__ import annotations

import json
import random
import sys
from datetime import timedelta
from importlib import import_module

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from bot.channels.web import session as visitors  # noqa: E402
from bot.conversations.models import Conversation, Message  # noqa: E402
from bot.desk import handling, search  # noqa: E402
from bot.desk.console import sessions  # noqa: E402
from bot.desk.models import Agent, Promise, Reference, Ticket  # noqa: E402
from bot.desk.numbers import new_number  # noqa: E402

ZH = ["充值", "没到账", "提现", "等待", "审核", "验证器", "手机", "换了", "订单", "不成交", "链上", "确认", "地址", "哈希", "客服", "您好", "请问", "昨天", "今天", "下午", "截图", "显示", "处理中", "完成", "余额", "账户", "登录", "密码", "邮箱", "收不到", "谢谢", "麻烦", "很急", "一直"]
EN = ["deposit", "withdrawal", "pending", "address", "hash", "order", "cancel", "price", "account", "login", "phone", "email", "code", "missing", "network", "chain", "wallet", "exchange", "balance", "please", "help", "since", "yesterday", "morning", "still", "nothing", "arrived", "confirm"]
FLOWS = {"deposit_missing": "deposits", "withdrawal_failed_or_pending": "withdrawals", "order_not_filled": "trading", "kyc_verification": "kyc", "two_factor_problem": "account", "account_compromised": "security"}
PRIORITIES = ("urgent", "high", "normal", "low")
LIVE_SHARE = 0.1
BATCH = 2000


def text(dice: random.Random) -> str:
    words, joiner = (ZH, "") if dice.random() < 0.7 else (EN, " ")
    said = joiner.join(dice.choices(words, k=dice.randint(3, 14)))
    return f"{said} {dice.getrandbits(256):064x}" if dice.random() < 0.03 else said


def fill(tickets: int, each: int, dice: random.Random) -> None:
    """So many closed and open tickets, each in a conversation of its own with so many messages."""
    moment = now()
    numbers: set[str] = set()
    while len(numbers) < tickets:
        numbers.add(new_number())
    start = Conversation.objects.count()
    for first in range(0, tickets, BATCH):
        count = min(BATCH, tickets - first)
        conversations = Conversation.objects.bulk_create([
            Conversation(channel="bench", visitor=str(start + first + n), language=dice.choice(("zh-Hans", "en")), last_seq=each, created=moment) for n in range(count)])
        made = []
        for conversation in conversations:
            flow = dice.choice(list(FLOWS))
            rank = dice.choices(range(4), (1, 4, 10, 5))[0]
            live = dice.random() < LIVE_SHARE
            made.append(Ticket(
                number=numbers.pop(), conversation=conversation, epoch=0, identity=f"conversation:{conversation.pk}", flow=flow, queue=FLOWS[flow], priority=PRIORITIES[rank], rank=rank,
                state="open" if live else "resolved", reasons=["money_missing"], fields={"tx_hash": {"value": f"{dice.getrandbits(256):064x}", "said": None, "source": "said", "declined": False}},
                created=moment - timedelta(seconds=dice.randrange(90 * 86400)), closed=None if live else moment, offered=None, aside=live))
        made = Ticket.objects.bulk_create(made)
        Reference.objects.bulk_create([Reference(ticket=ticket, kind="tx_hash", value=ticket.fields["tx_hash"]["value"]) for ticket in made])
        Promise.objects.bulk_create([Promise(ticket=ticket, kind="first_reply", calendar="always", made=ticket.created, budget_seconds=1800, running_since=ticket.created,
                                             due=moment + timedelta(days=900)) for ticket in made if ticket.state == "open"])
        _messages(conversations, each, moment, dice)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")


def _messages(conversations: list[Conversation], each: int, moment, dice: random.Random) -> None:
    rows = [(conversation.pk, seq, "user" if seq % 2 else "agent", text(dice)) for conversation in conversations for seq in range(1, each + 1)]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            Message.objects.bulk_create([Message(conversation_id=pk, seq=seq, author=author, text=said, at=moment) for pk, seq, author, said in rows], batch_size=BATCH)
        else:
            columns = "conversation_id, seq, author, text, name, payload, buttons, at, masked, advice, only_secret, unanswered, failures"
            with cursor.copy(f"copy conversations_message ({columns}) from stdin") as copy:
                for row in rows:
                    copy.write_row((*row, "", "", "[]", moment, "[]", "", False, False, 0))
    while search.index() == search.BATCH:
        pass


def people(count: int, role: str = "agent") -> list[str]:
    """People who are signed in: their session cookies."""
    cookies = []
    for n in range(count):
        agent = Agent.objects.create_user(f"bench-{role}-{n}", alias=f"A{n}", at_once=20)
        agent.groups.set([Group.objects.get(name=role)])
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        moment = int(now().timestamp())
        store.update({SESSION_KEY: str(agent.pk), BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend", HASH_SESSION_KEY: agent.get_session_auth_hash(),
                      sessions.BEGAN: moment, sessions.USED: moment})
        store.save()
        cookies.append(store.session_key)
    return cookies


def taken(count: int) -> list[dict[str, str]]:
    """Conversations of visitors with an agent, spread over all agents."""
    agents = list(Agent.objects.filter(username__startswith="bench-agent-").order_by("pk"))
    made = []
    for n in range(count):
        conversation = Conversation.objects.create(channel=visitors.CHANNEL, visitor=f"open-{n}", language="zh-Hans")
        ticket = Ticket.objects.create(number=new_number(), conversation=conversation, epoch=0, identity=f"conversation:{conversation.pk}", flow="deposit_missing", queue="deposits", priority="high", rank=1)
        handling.take(ticket, agents[n % len(agents)])
        made.append({"number": ticket.number, "token": visitors.issue(conversation.visitor)[0]})
    return made


if __name__ == "__main__":
    tickets, each, opened, agents = map(int, sys.argv[1:5])
    fill(tickets, each, random.Random(7))
    print(json.dumps({"agents": people(agents), "auditors": people(1, "auditor"), "open": taken(opened)}))
