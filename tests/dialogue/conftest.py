"""The project's own content, and a small one whose flows the tests know by heart."""
from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.content import files, load
from bot.content.reader import Reader
from bot.content.transcript import pressed
from bot.dialogue.heard import Heard
from bot.dialogue.model import Content, Flow
from bot.dialogue.route import respond
from bot.dialogue.turn import Turn

ROOT = Path(__file__).parents[2]

COINS = """
flow: coins
intent: coins
queue: deposits
title: {zh: 币没到, en: Coins missing}
start: tip
steps:
  tip: {say: {zh: '先看 {link.assets}。', en: 'Look at {link.assets} first.'}, go: shown}
  shown:
    ask: {zh: 记录里显示什么？, en: "What does the record show?"}
    help: {zh: 看转出记录里的状态。, en: Look at the status in the record.}
    choices:
      ok:
        label: {zh: 已成功, en: Confirmed}
        words: {zh: [成功, 已确认], en: [confirmed, success]}
        go: hash
      pending:
        label: {zh: 处理中, en: Pending}
        words: {zh: [处理中, 未确认], en: [pending, unconfirmed]}
        sets: {status: pending}
        go: later
      failed:
        label: {zh: 失败, en: Failed}
        words: {zh: [失败, 没有成功], en: [failed, not successful]}
        go: person
  hash:
    ask: {zh: 交易哈希是什么？, en: "What is the hash?"}
    help: {zh: 在记录里。, en: It is in the record.}
    fills: tx_hash
    go: read
    skip: chain
  read:
    check: read_reference
    args: {reference: tx_hash}
    outcomes: {ok: chain, unknown: chain}
  chain:
    ask: {zh: 用的是哪条链？, en: "Which chain was it?"}
    help: {zh: 例如 TRC20。, en: TRC20 for example.}
    fills: network
    go: same
  same:
    ask: {zh: 和充值页面一致吗？, en: "Does it match the deposit page?"}
    help: {zh: 对一下地址。, en: Compare the address.}
    choices:
      match:
        label: {zh: 一致, en: It matches}
        words: {zh: [一致, 一样], en: [match, same]}
        intents: [affirm]
        go: done
      wrong:
        label: {zh: 不一致, en: It differs}
        words: {zh: [不一致, 不一样], en: [not the same, differs]}
        intents: [deny]
        go: person
  done: {end: solved}
  later: {end: wait}
  person: {end: handoff, queue: recovery, facts: [money_missing], collect: [uid, amount]}
"""
DOOR = """
flow: door
intent: door
queue: account
title: {zh: 进不去, en: Cannot get in}
start: which
steps:
  which:
    ask: {zh: 哪里进不去？, en: "Where is it stuck?"}
    help: {zh: 选一个。, en: Pick one.}
    choices:
      app: {label: {zh: 应用, en: The app}, words: {zh: [应用], en: [app]}, go: done}
      web: {label: {zh: 网页, en: The website}, words: {zh: [网页], en: [website]}, go: done}
  done: {end: solved}
"""
VAGUE = """
flow: vague
intent: coins
queue: security
title: {zh: 钱不见了, en: Money is missing}
when: {words: {zh: [钱不见了], en: [money is gone]}, unless: {zh: [充值], en: [deposit]}}
start: which
steps:
  which:
    ask: {zh: 是哪一种？, en: "Which is it?"}
    help: {zh: 选一个。, en: Pick one.}
    choices:
      in: {label: {zh: 转进来, en: Coming in}, words: {zh: [转进来], en: [coming in]}, go: coins}
      out: {label: {zh: 转出去, en: Going out}, words: {zh: [转出去], en: [going out]}, go: person}
  coins: {end: flow, flow: coins}
  person: {end: handoff}
"""


def flow_of(text: str, tmp: Path) -> Flow:
    """A flow written in YAML."""
    path = tmp / "flow.yml"
    path.write_text(text, "utf-8")
    data, problems = files.read(path, "flow.yml")
    assert not problems
    reader = Reader("flow.yml")
    made = reader.flow(data, data["flow"])
    assert not reader.problems
    return made


@pytest.fixture(scope="session")
def real() -> Content:
    """data/ as it is."""
    return load(ROOT)


@pytest.fixture(scope="session")
def content(real: Content, tmp_path_factory: pytest.TempPathFactory) -> Content:
    """data/ with three small flows in place of its own."""
    tmp = tmp_path_factory.mktemp("flows")
    flows = [flow_of(text, tmp) for text in (COINS, DOOR, VAGUE)]
    return dataclasses.replace(real, flows={f.name: f for f in flows})


class Chat:
    """A conversation without Rasa."""

    def __init__(self, content: Content, lang: str = "zh-Hans", checks: dict | None = None):
        self.content = content
        self.state: dict = {"lang": lang}
        self.turn: Turn | None = None
        self.checks = checks or {}

    def say(self, text: str, intent: str | None = "nlu_fallback", *entities: tuple[str, str], **more) -> Turn:
        """A typed message as understanding gives it."""
        found = tuple({"entity": e, "value": v, "text": v} for e, v in entities)
        return self._hear(Heard(text=text, intent=intent, entities=found, **more))

    def press(self, title: str) -> Turn:
        """A button of the last turn, by its title."""
        assert self.turn
        payload = next(b.payload for r in reversed(self.turn.replies) for b in r.buttons if b.title == title)
        return self.send(payload)

    def send(self, payload: str) -> Turn:
        """Any payload."""
        return self._hear(pressed(payload))

    def _hear(self, heard: Heard) -> Turn:
        self.turn = respond(self.content, self.state, heard, run_check=lambda name, args: self.checks.get(name, "unknown"))
        self.state = self.turn.state
        return self.turn

    @property
    def step(self) -> str | None:
        """The open step."""
        return (self.state["flow"] or {}).get("step")

    @property
    def said(self) -> str:
        """All bubbles of the last turn."""
        return "\n".join(r.text for r in self.turn.replies)

    @property
    def titles(self) -> list[str]:
        """All buttons of the last turn."""
        return [b.title for r in self.turn.replies for b in r.buttons]

    def field(self, name: str) -> str | None:
        """A field's value."""
        return (self.state["fields"].get(name) or {}).get("value")


@pytest.fixture
def chat(content: Content) -> Chat:
    """A Chinese conversation on the small flows."""
    return Chat(content)


@pytest.fixture
def english(content: Content) -> Chat:
    """An English one."""
    return Chat(content, "en")
