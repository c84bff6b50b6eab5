"""A mail server on a loopback port, the outbox's courier, the LMTP listener, and a clock that is ours: what a visitor's mailbox and our desk see of each other."""
from __future__ import annotations

import asyncio
import email
import email.policy
import itertools
import smtplib
import socket
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from tests.desk.outbox.conftest import hand_off

NUMBERS = itertools.count(1)
ADDRESS = "someone@example.net"


class Mailbox:
    """The mail server's handler. `refuse`: answers to RCPT by address; `broken`: the answer to DATA."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.refuse: dict[str, str] = {}
        self.broken = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        if self.broken:
            return self.broken
        self.letters.append((envelope.mail_from, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 ok"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Post:
    """What a test talks to."""

    def __init__(self, server: Controller, port: int, moment) -> None:
        from bot.desk.outbox.courier import Courier

        self.server, self.box, self.port, self.moment, self.told = server, server.handler, port, moment, []
        self.courier = Courier("test", self.told.append)

    def away(self) -> None:
        """Nobody listens where the mail server was."""
        self.server.stop()

    def back(self) -> None:
        self.server = Controller(self.box, hostname="127.0.0.1", port=self.server.port)
        self.server.start()

    async def do(self, function, *arguments, **named):
        from bot.conversations.database import run

        return await run(function, *arguments, **named)

    async def ticket(self, address: str = ADDRESS, language: str = "zh-Hans", way: str = "email"):
        """A ticket whose visitor asked for mail, taken by an agent."""
        return await self.do(_ticket, address, language, way)

    async def reply(self, ticket, text: str) -> int:
        from bot.desk import handling
        from bot.desk.models import Agent

        return await self.do(lambda: handling.reply(ticket, Agent.objects.get(), text))

    async def round(self, seconds: float = 120, times: int = 1) -> None:
        for _ in range(times):
            self.moment.forward(seconds=seconds)
            await self.courier.round()
            await self.courier.settled()

    async def rows(self, **like):
        from bot.desk.outbox.models import OutboxRow

        return await self.do(lambda: list(OutboxRow.objects.filter(**like).order_by("pk")))

    async def fresh(self, ticket):
        from bot.desk.models import Ticket

        return await self.do(Ticket.objects.select_related("conversation").get, pk=ticket.pk)

    async def said(self, ticket) -> list[dict]:
        from bot.conversations import log

        return await self.do(log.events_after, (await self.fresh(ticket)).conversation_id, 0)

    async def answer_to(self, ticket) -> str:
        from bot.desk.mail import tokens

        return await self.do(lambda: tokens.address(ticket))

    async def hand_in(self, recipient: str, mail: EmailMessage | bytes, sender: str = ADDRESS) -> tuple[int, str]:
        """Over LMTP, as a mail server does. Returns the listener's answer."""
        return await asyncio.to_thread(_hand_in, self.port, recipient, mail, sender)


def _hand_in(port: int, recipient: str, mail: EmailMessage | bytes, sender: str) -> tuple[int, str]:
    with smtplib.LMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo_or_helo_if_needed()
        client.mail(sender)
        code, said = client.rcpt(recipient)
        if code == 250:
            code, said = client.data(mail if isinstance(mail, bytes) else mail.as_bytes(policy=email.policy.SMTP))
        return code, said.decode()


def _ticket(address: str, language: str, way: str):
    from bot.conversations.models import Conversation
    from bot.desk import contact, handling
    from bot.desk.models import Agent

    agent, _ = Agent.objects.get_or_create(username="li", defaults={"alias": "小李"})
    made = hand_off(f"visitor-{next(NUMBERS)}", "充值没到账")
    Conversation.objects.filter(pk=made.conversation_id).update(language=language)
    handling.take(made, agent)
    from django.db import transaction

    from bot.conversations import owner

    with transaction.atomic():
        owner.locked(made.conversation_id)
        contact.save(made, way, address)
    made.refresh_from_db()
    return made


def answer(text: str, *, sender: str = ADDRESS, **headers: str) -> EmailMessage:
    """A mail as a visitor's program writes it."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = f"Some One <{sender}>", "Re: news"
    mail["Message-ID"] = f"<answer-{next(NUMBERS)}@example.net>"
    for name, value in headers.items():
        name = name.replace("_", "-")
        del mail[name]
        mail[name] = value
    mail.set_content(text)
    return mail


@pytest.fixture
def mail_settings(monkeypatch):
    """mail_settings(**values): this process's settings with those of mail; None as a server: none."""
    from bot import config

    def set_to(**values):
        made = config.config().model_copy(update=values)
        for module in ("bot.config", "bot.desk.contact", "bot.desk.mail.following", "bot.desk.mail.letters", "bot.desk.mail.sending", "bot.desk.mail.tokens", "bot.desk.mail.arriving"):
            monkeypatch.setattr(f"{module}.config", lambda: made)
        return made
    return set_to


@pytest.fixture
def post(database, monkeypatch, mail_settings):
    """Runs `async def scenario(post)` with mail set up: post(scenario, **settings)."""
    from pydantic import SecretStr

    from bot.conversations import clock, runtime
    from bot.desk.mail.arriving import Letterbox

    class Moved:
        at = datetime(2026, 11, 23, 2, 0, tzinfo=timezone.utc)

        def __call__(self):
            return self.at

        def forward(self, **span):
            self.at += timedelta(**span)

    def go(scenario, seconds: float = 60, **more):
        moment, port, server = Moved(), free_port(), Controller(Mailbox(), hostname="127.0.0.1", port=free_port())
        mail_settings(**{"mail_server": SecretStr(f"smtp://127.0.0.1:{server.port}"), "mail_from": "Example Support <support@example.com>",
                         "mail_reply_to": "reply@in.example.com", "mail_listen": f"127.0.0.1:{port}", "mail_delay_seconds": 60, **more})

        site = Post(server, port, moment)

        async def whole():
            box = Letterbox(site.told.append)
            await runtime.start(sweeps=False)
            await box.start()
            try:
                await asyncio.wait_for(scenario(site), seconds)
            finally:
                await box.stop()
                await site.courier.stop()
                await runtime.stop()
        server.start()
        try:
            with clock.using(moment):
                asyncio.run(whole())
        finally:
            site.server.stop()
    return go
