"""What the whole bot says of faults, scams, secrets and despair, whoever asks in whichever words."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.client import Address
from tests.stack.visiting import converse, deployment, said

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
LINE = "000-TEST-LINE"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds everything that the bot writes."""
    return tmp_path_factory.mktemp("deployment")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[Address]:
    (folder / "status.yml").write_text("state: incident\ntitle: 撮合延迟\nid: inc-7\nsince: 2025-12-01T10:00\n", "utf-8")
    with deployment(folder, f"""
sources: {{status: {{file: "{folder / 'status.yml'}"}}}}
channels:
  phones: ["+65 6123 4567"]
regions: {{taiwan: {{timezones: [Asia/Taipei], distress_line: {{zh: {LINE}, en: {LINE}}}}}}}
""") as running:
        yield running


@pytest.mark.parametrize(("question", "wait", "language"), [
    ("是不是崩了", "没有，我等恢复", "zh-Hans"), ("系統是不是崩了", "沒有，我等恢復", "zh-Hant"), ("服务器挂了吗", "没有，我等恢复", "zh-Hans"),
    ("is it down?", "No, I will wait", "en"), ("are you guys down?", "No, I will wait", "en")])
def test_who_asks_whether_it_is_down_joins_the_incident_and_no_ticket_is_made(address, question, wait, language):
    lines = converse(address, question, f"[{wait}]", language=language)
    assert "撮合延迟" in said(lines[0]).replace("撮合延遲", "撮合延迟")
    assert not lines[-1].get("error")
    assert lines[-1]["ticket"] is None
    assert "TK-" not in "".join(map(said, lines))


def test_who_needs_a_person_during_an_incident_gets_a_ticket_that_belongs_to_it(address):
    ticket = converse(address, "是不是崩了", "[请人看看]")[-1]["ticket"]
    assert ticket["fields"]["incident"] == "inc-7"
    assert "service_status: incident" in ticket["fields"]["looked_up"]


@pytest.mark.parametrize(("text", "language"), [
    ("examp1e.com 是你们的网站吗", "zh-Hans"), ("is exarnple.com your website?", "en"),
    ("@example_exchange_supp0rt 是官方客服吗", "zh-Hans"), ("someone with the handle @example_exchange_suport wrote to me, is that you", "en"),
    ("收到 support@examp1e.com 的邮件，是真的吗", "zh-Hans"), ("I got an email from support@example-support.com, is it real?", "en"),
    ("+65 6123 4568 给我打电话说是客服", "zh-Hans"), ("is +65 6123 4568 your phone number?", "en")])
def test_a_look_alike_is_called_an_imitation(address, text, language):
    answer = said(converse(address, text, language=language)[0])
    assert ("仿冒" in answer or "看起来像" in answer) if language != "en" else "it is not ours" in answer
    assert "在我们的名单里" not in answer
    assert "on our list" not in answer


@pytest.mark.parametrize(("text", "language", "expected"), [
    ("example.com 是官网吗", "zh-Hans", "只有您自己从"), ("+65 6123 4567 打电话给我，是你们吗", "zh-Hans", "证明不了什么"),
    ("is https://www.example.com/login yours", "en", "proves nothing"), ("someone called me from +65 6123 4567, was that you?", "en", "proves nothing")])
def test_what_is_ours_proves_nothing_about_who_wrote(address, text, language, expected):
    assert expected in said(converse(address, text, language=language)[0])


@pytest.mark.parametrize(("text", "language", "expected"), [
    ("google.com 是你们的吗", "zh-Hans", "不是我们的"), ("a call from +852 9123 4567, was that support?", "en", "not ours")])
def test_anything_else_is_not_ours(address, text, language, expected):
    assert expected in said(converse(address, text, language=language)[0])


@pytest.mark.parametrize(("text", "language"), [
    ("客服让我装 AnyDesk 远程控制帮我处理", "zh-Hans"), ("support asked me to install TeamViewer to fix my account", "en"),
    ("他们让我交验证保证金才能提现", "zh-Hans"), ("they want a verification deposit before I can withdraw", "en"),
    ("对方说先交解冻费才给我解锁，是真的吗", "zh-Hans"), ("I have to pay a fee to unlock my account, is that normal", "en"), ("对方让我共享屏幕", "zh-Hans")])
def test_a_known_fraud_is_recognised(address, text, language):
    line = converse(address, text, language=language)[0]
    assert ("停下来，不要照做" if language != "en" else "top and do not do what they say") in said(line)
    assert ("账号可能被盗" if language != "en" else "Account may be hacked") in [button["title"] for reply in line["replies"] for button in reply["buttons"]]


@pytest.mark.parametrize(("text", "language"), [("我装了 AnyDesk，还把验证码给他了", "zh-Hans"), ("I installed AnyDesk and gave him the code", "en"), ("我已经转了保证金给他们了", "zh-Hans")])
def test_where_harm_is_done_the_account_is_frozen_first(address, text, language):
    assert "https://www.example.com/account/freeze" in said(converse(address, text, language=language)[0])


def test_a_pasted_seed_phrase_is_nowhere_on_disk(address, folder):
    lines = converse(address, f"我的助记词是 {SEED}", "充值没到账", SEED, f"帮我看看 {SEED} 对不对", "转人工", f"补充：助记词 {SEED}")
    assert "⟦seed⟧" in lines[0]["user"]
    assert "谁来要都是骗子" in said(lines[0])
    assert lines[-1]["ticket"]
    assert "TK-" in said(lines[4])
    files = [path for path in (folder / "home").rglob("*") if path.is_file()]
    assert any("⟦seed⟧".encode() in path.read_bytes() for path in files)  # what is looked through is where it would be
    part = " ".join(SEED.split()[:3]).encode()
    assert [path.name for path in files if part in path.read_bytes()] == []


@pytest.mark.parametrize(("turns", "language", "caring"), [
    (("钱没了，我不想活了",), "zh-Hans", "您的安全最要紧"), (("充值没到账", "我要自杀"), "zh-Hans", "您的安全最要紧"), (("不想活了",), "zh-Hant", "您的安全最要緊"),
    (("I want to kill myself, all my money is gone",), "en", "your safety comes first"), (("my deposit is missing", "i can't go on living"), "en", "your safety comes first")])
def test_words_of_despair_get_a_caring_answer_the_region_s_line_and_an_urgent_hand_off(address, turns, language, caring):
    last = converse(address, *turns, language=language, timezone="Asia/Taipei")[-1]
    assert caring in last["replies"][0]["text"]
    assert LINE in last["replies"][0]["text"]
    assert (last["ticket"]["priority"], last["owner"]) == ("urgent", "waiting")
    assert "distress" in last["ticket"]["reasons"]


def test_where_no_line_is_named_none_is_invented(address):
    answer = said(converse(address, "我不想活了", timezone="Europe/Paris")[-1])
    assert "当地的紧急电话" in answer
    assert LINE not in answer
