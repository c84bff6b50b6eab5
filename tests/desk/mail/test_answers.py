"""What a visitor answers by mail is in his conversation, once; what machines and strangers send is not."""
from __future__ import annotations

import io
from email.message import EmailMessage

import pytest
from PIL import Image

from bot.desk import handling
from bot.desk.models import Agent, Ticket
from tests.desk.mail.conftest import ADDRESS, answer

REPORT = b"""From: MAILER-DAEMON@example.net
To: reply@in.example.com
Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It did not work.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; example.net

Final-Recipient: rfc822; someone@example.net
Action: ACTION
Status: 5.1.1

--b--
"""


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(made, "PNG")
    return made.getvalue()


async def words(post, ticket) -> list[str]:
    return [each["text"] for each in await post.said(ticket) if each["author"] == "user"][1:]


def test_an_answer_is_in_the_conversation_and_the_next_letter_answers_it(post):
    async def scenario(post):
        ticket = await post.ticket()
        await post.reply(ticket, "请发截图")
        await post.round()
        letter = post.box.letters[0][1]
        mail = answer("好的，马上。\n\n在 2026年11月23日，Example Support <support@example.com> 写道：\n" + "\n".join("> " + line for line in letter.get_content().splitlines()))
        assert (await post.hand_in(letter["Reply-To"], mail))[0] == 250
        assert (await post.hand_in(letter["Reply-To"], mail))[0] == 250
        assert await words(post, ticket) == ["好的，马上。"]
        assert ticket.conversation_id in post.told
        await post.reply(ticket, "收到")
        await post.round()
        second = post.box.letters[1][1]
        assert second["In-Reply-To"] == mail["Message-ID"]
        assert mail["Message-ID"] in second["References"]
    post(scenario)


def test_a_secret_is_masked_before_it_is_stored(post):
    async def scenario(post):
        ticket = await post.ticket()
        await post.hand_in(await post.answer_to(ticket), answer("my seed phrase is abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"))
        [said] = await words(post, ticket)
        assert "abandon" not in said
        assert "⟦seed⟧" in said
    post(scenario)


def test_a_ticket_that_was_closed_is_opened_again_once(post):
    async def scenario(post):
        ticket = await post.ticket()
        await post.do(lambda: handling.resolve(ticket, Agent.objects.get()))
        address, mail = await post.answer_to(ticket), answer("还是没到")
        for _ in range(2):
            assert (await post.hand_in(address, mail))[0] == 250
        found = await post.fresh(ticket)
        assert (found.state, found.reopened) == (Ticket.State.OPEN, 1)
        assert await words(post, ticket) == ["还是没到"]
    post(scenario)


def test_pictures_are_kept_and_other_attachments_are_told_of(post):
    async def scenario(post):
        ticket = await post.ticket()
        mail = answer("截图在附件里")
        mail.add_attachment(picture(), maintype="image", subtype="png", filename="转账.png")
        mail.add_attachment(b"MZ\x90 not a picture", maintype="application", subtype="octet-stream", filename="run.exe")
        for _ in range(2):
            await post.hand_in(await post.answer_to(ticket), mail)
        said = await post.said(ticket)
        assert [each["file"]["name"] for each in said if each.get("file")] == ["转账.png"]
        assert sum("没能保存" in each["text"] for each in said) == 1
        assert "截图在附件里" in await words(post, ticket)
    post(scenario)


@pytest.mark.parametrize("headers", [
    {"Auto_Submitted": "auto-replied"}, {"Auto-Submitted": "auto-generated (vacation)"}, {"Precedence": "bulk"}, {"Precedence": "auto_reply"},
    {"List_Id": "<all.example.net>"}, {"X-Autoreply": "yes"}])
def test_what_a_machine_wrote_is_taken_and_forgotten(post, headers):
    async def scenario(post):
        ticket = await post.ticket()
        assert (await post.hand_in(await post.answer_to(ticket), answer("I am on holiday", **headers)))[0] == 250
        assert await words(post, ticket) == []
        await post.round()
        assert post.box.letters == []
    post(scenario)


def test_a_report_that_delivery_failed_ends_the_mails_and_one_of_delay_does_not(post):
    async def scenario(post):
        ticket = await post.ticket()
        address = await post.answer_to(ticket)
        assert (await post.hand_in(address, REPORT.replace(b"ACTION", b"delayed"), sender=""))[0] == 250
        assert (await post.fresh(ticket)).contact["way"] == "email"
        assert (await post.hand_in(address, REPORT.replace(b"ACTION", b"failed"), sender=""))[0] == 250
        assert (await post.fresh(ticket)).contact == {"way": "here", "bounced": ADDRESS}
        assert "被退回" in (await post.said(ticket))[-1]["text"]
        assert (await post.hand_in(address, answer("still here")))[0] == 550
    post(scenario)


def test_forged_tokens_other_senders_and_other_tickets_tokens_are_refused(post):
    async def scenario(post):
        ticket, other = await post.ticket(), await post.ticket("other@example.net")
        address, theirs = await post.answer_to(ticket), await post.answer_to(other)
        name, _, mark = address.partition("@")[0].rpartition("-")
        forged = [f"{name}-{'a' * 20}@in.example.com", f"{name}-{theirs.partition('@')[0].rpartition('-')[2]}@in.example.com", "reply@in.example.com",
                  address.replace("in.example.com", "example.org"), address.replace("reply+", "reply+x"), "a" * 300 + "@in.example.com"]
        for recipient in forged:
            assert (await post.hand_in(recipient, answer("let me in")))[0] == 550
        assert (await post.hand_in(address, answer("forwarded to me", sender="stranger@example.net")))[0] == 550
        assert (await post.hand_in(address.upper(), answer("ours", sender="Someone+tag@Example.net")))[0] == 250
        assert await words(post, ticket) == ["ours"]
        assert await words(post, other) == []
    post(scenario)


def test_hostile_mails_are_answered_and_do_no_harm(post):
    async def scenario(post):
        ticket = await post.ticket()
        address = await post.answer_to(ticket)
        html = EmailMessage()
        html["From"], html["Message-ID"] = ADDRESS, "<html@example.net>"
        html.set_content("<p>Still <b>nothing</b> {{7*7}}</p><script>alert(1)</script><style>p{}</style>", subtype="html")
        assert (await post.hand_in(address, html))[0] == 250
        assert await words(post, ticket) == ["Still nothing {{7*7}}"]
        for broken in (b"", b"\x00\xff\xfe" * 100, b"From: someone@example.net\nContent-Type: text/plain; charset=no-such\n\nhallo",
                       b"From: someone@example.net\nContent-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx", b"From: " + b"<" * 20_000 + b"\n\nx",
                       b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 500):
            code, _ = await post.hand_in(address, broken)
            assert code in (250, 500, 550, 554)  # 500: a line longer than SMTP has
        assert (await post.hand_in(address, answer("> " * 50_000 + "\n" * 50_000 + "在" * 200_000)))[0] == 250
        assert all(len(text) <= 4096 for text in await words(post, ticket))
        assert (await post.hand_in(address, b"From: someone@example.net\n\n" + (b"x" * 900 + b"\r\n") * 30_000))[0] == 552
    post(scenario, seconds=120)
