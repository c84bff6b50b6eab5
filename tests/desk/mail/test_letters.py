"""What is said to a visitor who asked for mail leaves by mail: once, together, masked, in his language, and not from the request."""
from __future__ import annotations

import pytest

from bot.desk import contact, handling
from bot.desk.models import Notice
from bot.desk.outbox import operating
from tests.desk.mail.conftest import ADDRESS


def body(letter) -> str:
    return letter.get_content().replace("\r\n", "\n")


def test_an_agents_answer_comes_by_mail_after_a_moment_and_with_what_follows_it(post):
    async def scenario(post):
        ticket = await post.ticket()
        await post.reply(ticket, "您好，我在看。")
        await post.round(seconds=1)
        assert post.box.letters == []
        await post.reply(ticket, "已经补录，请查看。")
        await post.round()
        [(envelope, letter)] = post.box.letters
        assert letter["To"] == ADDRESS
        assert letter["From"] == "Example Support <support@example.com>"
        assert ticket.number in letter["Subject"]
        assert letter["Reply-To"] == envelope == await post.answer_to(ticket)
        assert letter["Auto-Submitted"] == "auto-generated"
        assert body(letter).index("小李：\n您好，我在看。") < body(letter).index("已经补录，请查看。")
        assert "充值没到账" not in body(letter)
        await post.round(times=3)
        assert len(post.box.letters) == 1
    post(scenario)


@pytest.mark.parametrize(("language", "word"), [("zh-Hans", "直接回复这封邮件"), ("zh-Hant", "直接回覆這封郵件"), ("en", "Just answer this mail")])
def test_it_is_written_in_the_visitors_language(post, language, word):
    async def scenario(post):
        await post.reply(await post.ticket(language=language), "ok")
        await post.round()
        assert word in body(post.box.letters[0][1])
    post(scenario)


def test_the_closing_comes_as_well_and_letters_of_a_ticket_are_one_thread(post):
    async def scenario(post):
        from bot.desk.models import Agent

        ticket = await post.ticket()
        await post.reply(ticket, "一")
        await post.round()
        await post.do(lambda: handling.resolve(ticket, Agent.objects.get()))
        await post.round()
        first, second = (letter for _, letter in post.box.letters)
        assert "已" in body(second)
        assert ticket.number in body(second)
        assert first["Message-ID"] != second["Message-ID"]
        assert first["References"].split()[0] == second["References"].split()[0]
        assert first["In-Reply-To"]
    post(scenario)


def test_what_he_answered_on_the_page_is_not_mailed(post):
    async def scenario(post):
        from bot.conversations import log

        ticket = await post.ticket()
        await post.reply(ticket, "在吗")
        await post.do(log.append_inbound, log.Inbound(ticket.conversation_id, "typed-on-the-page", text="在"))
        await post.round()
        assert post.box.letters == []
        assert await post.rows(done=None) == []
        await post.reply(ticket, "好的")
        await post.round()
        assert "在吗" not in body(post.box.letters[0][1])
    post(scenario)


def test_secrets_and_personal_data_do_not_travel_and_nothing_is_rendered(post):
    async def scenario(post):
        ticket = await post.ticket()
        await post.reply(ticket, "您的手机 13812345678，地址 TJRabPrwbZy45sbavfcjinPJC18kjpRTv8；写到 support@example.com。{{7*7}} <b>x</b>")
        await post.reply(ticket, "seed: abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about")
        await post.round()
        letter = post.box.letters[0][1]
        assert letter.get_content_type() == "text/plain"
        assert "13812345678" not in body(letter)
        assert "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8" not in body(letter)
        assert "abandon" not in body(letter)
        assert "support@example.com" in body(letter)
        assert "{{7*7}} <b>x</b>" in body(letter)
    post(scenario)


def test_a_hundred_kilobytes_arrive_shortened(post):
    async def scenario(post):
        await post.reply(await post.ticket(), "长" * 100_000)
        await post.round()
        assert 20_000 <= len(body(post.box.letters[0][1])) < 21_000
    post(scenario)


def test_a_server_that_is_away_gets_it_later_once_and_in_order(post):
    async def scenario(post):
        ticket = await post.ticket()
        post.away()
        await post.reply(ticket, "第一句")
        await post.round(times=3)
        await post.reply(ticket, "第二句")
        [waiting, *_] = await post.rows(done=None)
        assert waiting.error.startswith("smtp_")
        assert waiting.dead is None
        post.back()
        await post.round(seconds=700, times=3)
        assert ["第一句" in body(letter) for _, letter in post.box.letters] == [True, False]
        assert await post.rows(done=None) == []
    post(scenario)


def test_a_letter_whose_attempt_was_cut_off_is_the_same_letter_again(post, monkeypatch):
    async def scenario(post):
        from bot.desk.mail import sending

        ticket = await post.ticket()
        await post.reply(ticket, "一")
        sent = sending._send

        def cut_off(letter):
            sent(letter)
            raise sending.Unreachable("smtp_cut_off")
        monkeypatch.setattr(sending, "_send", cut_off)
        await post.round()
        monkeypatch.setattr(sending, "_send", sent)
        await post.reply(ticket, "二")
        await post.round(seconds=700, times=2)
        first, again, second = (letter for _, letter in post.box.letters)
        assert first["Message-ID"] == again["Message-ID"] != second["Message-ID"]
        assert body(first) == body(again)
        assert "二" not in body(again)
    post(scenario)


def test_a_mail_that_is_not_taken_is_a_dead_letter_of_which_supervisors_hear(post):
    async def scenario(post):
        ticket = await post.ticket()
        post.box.broken = "554 no"
        await post.reply(ticket, "一")
        await post.round()
        [row] = await post.rows(done=None)
        assert row.dead
        assert (await post.do(operating.listed))[0]["desk"] == "mail"
        assert await post.do(Notice.objects.filter(kind=Notice.Kind.DEAD_LETTER).count) == 1
        post.box.broken = ""
        await post.do(operating.retry, [row.pk])
        await post.round()
        assert len(post.box.letters) == 1
    post(scenario)


def test_an_address_that_is_refused_is_not_asked_again_and_everybody_sees_it(post):
    async def scenario(post):
        ticket = await post.ticket()
        post.box.refuse[ADDRESS] = "550 no such user"
        await post.reply(ticket, "一")
        await post.round()
        ticket = await post.fresh(ticket)
        assert ticket.contact == {"way": "here", "bounced": ADDRESS}
        last = (await post.said(ticket))[-1]
        assert "so***@example.net" in last["text"]
        assert [button["title"] for button in last["buttons"]] == ["发邮件"]
        assert ticket.conversation_id in post.told
        assert await post.rows(done=None) == []
        await post.reply(ticket, "二")
        await post.round()
        assert await post.rows(done=None) == []
    post(scenario)


def test_an_address_that_is_refused_for_now_is_tried_again(post):
    async def scenario(post):
        ticket = await post.ticket()
        post.box.refuse[ADDRESS] = "450 later"
        await post.reply(ticket, "一")
        await post.round()
        post.box.refuse.clear()
        await post.round(seconds=700)
        assert len(post.box.letters) == 1
    post(scenario)


@pytest.mark.parametrize("address", ["a@example.net\nBcc: all@example.net", "a@example.net\r\n", "-oQ/tmp@", "a b@example.net"])
def test_an_address_cannot_bring_headers_or_commands_of_its_own(post, address):
    async def scenario(post):
        ticket = await post.ticket(address)
        await post.reply(ticket, "一")
        await post.round()
        assert post.box.letters == []
        assert (await post.fresh(ticket)).contact["way"] == "here"
    post(scenario)


def test_without_a_place_for_answers_it_says_so(post):
    async def scenario(post):
        await post.reply(await post.ticket(), "一")
        await post.round()
        envelope, letter = post.box.letters[0]
        assert envelope == "support@example.com"
        assert letter["Reply-To"] is None
        assert "不收回复" in body(letter)
    post(scenario, mail_reply_to="", mail_listen="")


def test_without_a_mail_server_mail_is_not_offered(waiting, mail_settings):
    from pydantic import SecretStr

    waiting.contact, waiting.reasons = {}, []
    assert contact.question(waiting, waiting.conversation) == []
    mail_settings(mail_server=SecretStr("smtp://127.0.0.1:25"), mail_from="a@example.com")
    [asked] = contact.question(waiting, waiting.conversation)
    assert [button["title"] for button in asked.buttons] == ["就在这里", "发邮件"]


def test_mail_takes_over_with_what_did_not_reach_him_in_telegram(post):
    async def scenario(post):
        from django.db import transaction

        from bot.desk import reach

        ticket = await post.ticket(way="telegram")
        await post.reply(ticket, "这一句没有送到")
        await post.round()
        assert post.box.letters == []

        def lost():
            with transaction.atomic():
                reach.lost(ticket.conversation_id, "telegram")
        await post.do(lost)
        await post.round()
        [(_, letter)] = post.box.letters
        assert "这一句没有送到" in body(letter)
    post(scenario)
