"""A conversation full of secrets, handed over and worked on: no store, log, document or outgoing request holds one of them."""
from __future__ import annotations

import json
import logging

import pytest

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
SECRETS = {
    "seed": (f"我的助记词是 {SEED}", "sausage worth"),
    "key": ("私钥 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ 帮我看看", "5HueCGU8rMjx"),
    "password": ("我的登录密码是 Qwe!2023abc，还是登不上", "Qwe!2023abc"),
    "code": ("短信验证码是 482913，收到了", "482913"),
    "card": ("银行卡号 4111 1111 1111 1111 充值失败", "4111 1111"),
    "api": ("API secret: 9fQ2mZx7Lk0Vt3Rb8Yc5Hw1Np6Ds4Gj", "9fQ2mZx7Lk0V"),
}
NEEDLES = [needle for _, needle in SECRETS.values()]


def everything_stored() -> str:
    """All rows of all tables, the search index among them."""
    from django.db import connection

    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names():
            cursor.execute(f'select * from "{table}"')
            rows += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return "\n".join(rows)


def leaks(text: str) -> list[str]:
    return [needle for needle in NEEDLES if needle in text or json.dumps(needle)[1:-1] in text]


def written(conversation) -> None:
    """The visitor's messages as every channel hands them in, and files whose names tell."""
    from bot.conversations import inbound, log, uploads

    for number, (text, _) in enumerate(SECRETS.values()):
        log.append_inbound(inbound.masked(log.Inbound(conversation.pk, f"secret-{number:08d}", text=text)))
    for number, name in enumerate([f"{SEED}.png", f"{SEED.replace(' ', '_')}.png", "密码是 Qwe!2023abc.png"]):
        log.append_inbound(log.Inbound(conversation.pk, f"file-{number:08d}", file={"id": f"{number}.png", "name": uploads.shown_name(name, f"{number}.png"), "kind": "image/png", "size": 9}))


@pytest.mark.parametrize("kind", ["zendesk", "chatwoot"])
def test_nothing_secret_is_stored_logged_sent_or_printed(outside, caplog, kind):
    from bot.desk import handling, notes, search
    from bot.desk.models import Agent
    from bot.insight import unclear
    from bot.records import html, pdf, records

    caplog.set_level(logging.DEBUG)

    async def scenario(site):
        ticket = await site.ticket()
        conversation = ticket.conversation
        await site.do(written, conversation)
        agent = await site.do(lambda: Agent.objects.create(username="li.xiaoming", alias="小李"))
        await site.do(handling.take, ticket, agent)
        for number, (text, _) in enumerate(SECRETS.values()):
            await site.do(handling.reply, ticket, agent, f"您说的是：{text}", f"agent-{number:08d}")
            await site.do(notes.add, ticket, agent, f"用户发了 {text}", f"note-{number:08d}")
        await site.round(12, seconds=2)
        remote = await site.remote(ticket)
        await site.do(search.index)
        stored = await site.do(everything_stored)
        assert "⟦seed⟧" in stored
        assert leaks(stored) == []
        there = "\n".join(f"{how} {text}" for how, text in await site.world.said(remote))
        assert "⟦seed⟧" in there
        assert leaks(there) == []
        fresh = await site.fresh(ticket)
        for made in (await site.do(records.of, fresh.conversation, "zh-Hans"), await site.do(records.dossier, fresh, "en")):
            page = html.render(made)
            assert "⟦seed⟧" in page
            assert leaks(page) == []
            assert leaks(_words(pdf.render(made))) == []
        assert leaks(json.dumps([unclear.masked(text) for text, _ in SECRETS.values()], ensure_ascii=False)) == []
        # what an agent of the outside desk writes comes in masked as well
        await site.do(handling.release, fresh, agent)
        for text, _ in SECRETS.values():
            await site.world.answer(remote, f"请确认：{text}")
        await site.heard(ticket)
        assert leaks(await site.do(everything_stored)) == []
        assert leaks("\n".join(record.getMessage() for record in caplog.records)) == []
    outside(scenario, kind)


def test_a_file_name_with_a_secret_is_not_kept_and_an_ordinary_one_is():
    from bot.conversations.uploads import shown_name

    assert shown_name(f"{SEED.replace(' ', '-')}.jpeg", "a.png") == "file.png"
    assert shown_name("私钥_5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ.png", "a.png") == "file.png"
    assert shown_name("Screenshot_2025-12-01-15-30-22-884_com.exchange.app.jpg", "a.jpg") == "Screenshot_2025-12-01-15-30-22-884_com.exchange.app.jpg"
    assert shown_name("充值截图 (2).png", "a.png") == "充值截图 (2).png"


def _words(document: bytes) -> str:
    from io import BytesIO

    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages)
