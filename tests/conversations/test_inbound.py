"""What a visitor sends is masked before it is stored, and a message that is only a secret goes no further."""
from __future__ import annotations

from bot.conversations.database import run
from bot.conversations.models import Message

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def test_a_message_that_is_only_a_secret_is_answered_by_the_app(site):
    async def scenario(site):
        visitor = await site.visitor()
        await site.send(visitor, PHRASE)
        stored = await run(lambda: Message.objects.get(author="user"))
        assert "sausage" not in stored.text
        assert stored.masked == ["seed"]
        assert site.engine.turns == []
        assert len(await site.said(visitor)) == 2
    site(scenario)


def test_a_secret_beside_a_problem_is_masked_and_the_problem_is_heard(site):
    async def scenario(site):
        visitor = await site.visitor()
        await site.send(visitor, "我忘记密码了登录不了，旧密码是 Qwe!2023abc，帮我看看怎么重置")
        assert len(site.engine.turns) == 1
        assert "Qwe!2023abc" not in str(site.engine.turns) + str(await site.messages(visitor))
        assert len([each for each in await site.messages(visitor) if each.get("reply_to")]) >= 2
    site(scenario)


def test_a_file_is_kept_and_the_open_question_asked_again(site):
    async def scenario(site):
        visitor = await site.visitor()
        await site.send(visitor, "充值没到账")
        question = (await site.said(visitor))[-1]
        await site.send(visitor, None, file={"id": "f", "name": "shot.png", "kind": "image/png", "size": 10})
        messages = await site.messages(visitor)
        assert next(each for each in messages if each.get("file"))["file"]["name"] == "shot.png"
        assert messages[-1]["text"] == question
    site(scenario)


def test_a_very_long_text_is_cut_and_answered(site):
    async def scenario(site):
        visitor = await site.visitor()
        await site.send(visitor, "充值没到账" * 5000)
        assert len((await site.messages(visitor))[1]["text"]) == 4096
        assert len(await site.said(visitor)) == 2
    site(scenario)


def test_nothing_of_a_message_is_in_a_log_line(site, caplog):
    async def scenario(site):
        visitor = await site.visitor()
        site.engine.fail = {"my very own words"}
        await site.send(visitor, "my very own words")
        site.engine.up = False
        await site.send(visitor, "more of my own words")
    with caplog.at_level("DEBUG"):
        site(scenario)
    ours = [record for record in caplog.records if record.name.startswith(("bot", "actions"))]
    assert ours
    assert not [record for record in ours if "own words" in record.getMessage() + str(vars(record))]
