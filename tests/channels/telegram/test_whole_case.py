"""A deposit case from /start to a live agent and back, through the trained engine, the webhook and a Telegram that keeps its limits, with everything going
wrong on the way. Takes about two minutes, so it runs with the crash trials: `make faults FAULTS=tests/channels`, and in CI."""
from __future__ import annotations

import contextlib
import urllib.request

import pytest
from telegram_api import Telegram, User
from telegram_api.people import titles
from telegram_api.pictures import png
from telegram_api.rules import units

from bot.stack import StackFailed
from tests.channels.telegram.conftest import TICKET

pytestmark = pytest.mark.faults
PUBLIC = "https://support.example.com"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
PARAGRAPHS = [f"第 {number} 段。" + "我们逐行核对了这一笔转账的记录和入账的流水。" * 23 for number in range(1, 13)]
"""An agent's reply of 6,000 characters: two messages of Telegram's."""


@pytest.fixture(scope="module")
def hooked(start_bot):
    """The trained bot behind a webhook; Telegram keeps its limits."""
    with Telegram() as telegram, start_bot(telegram, trained=True, TELEGRAM_WEBHOOK=PUBLIC) as bot:
        telegram.run(lambda: telegram.updates.hosts.update({PUBLIC: bot.stack.url}))
        done = bot.command("telegram", "setup")
        assert done.returncode == 0, done.stderr
        yield bot, telegram


def forged(bot, telegram) -> None:
    """Somebody who knows the path, but not the secret, is turned away and leaves no trace."""
    path = telegram.updates.webhook["url"].removeprefix(PUBLIC)
    update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "from": {"id": 66, "is_bot": False, "first_name": "M"},
                                          "chat": {"id": 66, "type": "private"}, "text": "转人工"}}
    for headers in ({}, {SECRET_HEADER: ""}, {SECRET_HEADER: "A" * 43}):
        assert bot.call(path, update, {"Content-Type": "application/json", **headers})[0] == 403
    assert bot.sql("select count(*) from telegram_update where chat_id=66") == [(0,)]


def squeezed(text: str) -> str:
    return "".join(text.split())


def shown(user: User) -> str:
    """All that the user was told, in order; without what a pressed button left below its question."""
    return squeezed("\n".join(text.partition("\n\n› ")[0] for text in user.texts()))


def told(bot, user: User) -> str:
    """All that the log has for the user, in order."""
    rows = bot.sql("select author, m.name, text from conversations_message m join conversations_conversation c on c.id=m.conversation_id where c.key=? order by seq",
                   bot.conversation(user))
    return squeezed("\n".join(f"人工客服 {name}\n{text}" if author == "agent" else text for author, name, text in rows if author != "user"))


def nowhere_on_the_disk(bot, token: str) -> None:
    """The token is in no log, database or other file of the bot's, and in no metric."""
    secret = token.split(":")[1]
    assert b'"Application startup complete."' in (bot.stack.home.logs / "app.log").read_bytes()
    assert [path.name for path in bot.stack.home.path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()] == []
    with urllib.request.urlopen(f"{bot.stack.internal_url}/metrics", timeout=20) as answer:
        metrics = answer.read().decode()
    assert "bot_telegram_calls_total" in metrics
    assert secret not in metrics


def test_a_deposit_case_from_start_to_an_agent_and_back_loses_nothing_whatever_goes_wrong(hooked):
    bot, telegram = hooked
    wei = User(telegram, username="wei_lin")
    forged(bot, telegram)

    # With the bot: buttons, an edited message taken as a correction, a picture, a button that has expired.
    wei.starts()
    wei.presses("充值没到账", wei.hears("自助客服", seconds=60))
    wei.presses("对方已完成，这边没有", wei.hears("现在是哪种情况", seconds=60))
    wei.hears("请粘贴交易哈希", seconds=60)
    said, meant = (f"哈希 {HASH}，0.5 个 BTC，用 {network} 转的" for network in ("ERC20", "BEP20"))
    message_id = wei.says(said)
    wei.hears("对过之后", seconds=60)
    wei.edits(message_id, meant)
    assert "BEP20" in wei.hears("已改为", seconds=60)["text"]
    wei.hears("对过之后", 2, seconds=60)
    wei.photo(png(1))
    asked = wei.hears("对过之后", 3, seconds=60)
    wei.presses_data(asked, "t:no-longer-known")
    wei.hears("已经过期", seconds=60)
    again = wei.hears("对过之后", 4, seconds=60)
    assert titles(again) == titles(asked)

    # To a person, who sees all of it on the ticket.
    wei.presses("还没到，请人查", again)
    wei.hears("UID", seconds=60)
    wei.says("123456789")
    wei.hears("TK-", seconds=60)
    bot.settled(wei)
    number = bot.sql(TICKET, str(wei.id))[0][0]
    agent = bot.console()
    fields = {field["name"]: field["value"] for field in agent.ticket(number)["fields"]}
    assert (fields["tx_hash"], fields["network"], fields["uid"]) == (HASH, "BEP20", "123456789")
    assert [message["file"]["kind"] for message in agent.messages(number) if message.get("file")] == ["image/png"]
    agent.takes(number)
    wei.hears("人工客服 小赵 已接手", seconds=60)

    # A long reply into a storm of 429; killed in the storm, and once more when Telegram had taken a piece that was not noted yet.
    assert sum(map(len, PARAGRAPHS)) >= 6000
    telegram.run(lambda: telegram.limits.storm(6))
    agent.replies(number, "\n\n".join(PARAGRAPHS))
    wei.waits_for(lambda _: telegram.limits.refused >= 2, seconds=60)
    bot.stack.app.kill()
    bot.stack.app.wait()
    wei.says("我先补一句")
    wei.photo(png(2))
    with contextlib.suppress(StackFailed):  # it may die before it is ready
        bot.restart("after_telegram_send")
    bot.died()
    wei.says("还在吗")
    bot.restart()
    wei.hears(PARAGRAPHS[-1], seconds=60)
    agent.hears(number, "还在吗")
    assert telegram.limits.refused >= 6
    pieces = [text for text in wei.texts() if "逐行核对" in text]
    assert len(pieces) > 1
    assert all(units(piece) <= 4096 and piece.endswith("流水。") for piece in pieces)

    # And back to the bot.
    agent.do(number, "resolve", reason="solved")
    wei.hears("标记为处理完成", seconds=60)
    wei.says("KYC是什么意思")
    wei.hears("身份认证", seconds=60)
    bot.settled(wei)
    assert bot.sql("select owner from conversations_conversation where key=?", bot.conversation(wei)) == [("bot",)]

    # Nothing lost, doubled or out of order, in either direction.
    assert [text for author, text in bot.log(wei) if author == "user"] == [
        "充值没到账", "对方已完成，这边没有", said, meant, "", "还没到，请人查", "123456789", "我先补一句", "", "还在吗", "KYC是什么意思"]
    assert shown(wei) == told(bot, wei)
    forged(bot, telegram)
    nowhere_on_the_disk(bot, telegram.token)


def test_the_language_that_was_pressed_is_spoken(hooked):
    _, telegram = hooked
    wei = User(telegram, username="wei_hant")
    wei.starts()
    wei.hears("自助客服", seconds=60)
    for title, words in (("繁體中文", "接下來用中文"), ("English", "English from here on"), ("简体中文", "接下来用中文")):
        before = len(wei.heard())
        wei.says("/lang")
        wei.waits_for(lambda texts: len(texts) > before, seconds=60)  # noqa: B023
        wei.presses(title)
        wei.hears(words, seconds=60)
