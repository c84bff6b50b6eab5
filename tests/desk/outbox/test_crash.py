"""The delivering process is killed at random, again and again, while an outside desk answers: afterwards nothing is lost and nothing is there twice."""
from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.home import ROOT
from tests.desk.adapters import chatwoot_stub, zendesk_stub

WORKER = Path(__file__).parent / "crash_worker.py"
SECRETS = {"SECRET_KEY": "k" * 40, "ENGINE_SECRET": "e" * 40}
ENTRIES = {
    "zendesk": {"kind": "zendesk", "user": zendesk_stub.USER, "queues": {"*": "0"}},
    "chatwoot": {"kind": "chatwoot", "account": 1, "inbox": chatwoot_stub.INBOX, "queues": {"*": "0"}},
}
STUBS = {"zendesk": (zendesk_stub.ZendeskStub, zendesk_stub.TOKEN), "chatwoot": (chatwoot_stub.ChatwootStub, chatwoot_stub.TOKEN)}


class Desk(threading.Thread):
    """The stand-in in a thread of its own, with an agent who answers now and then, and now and then loses an answer on the way."""

    def __init__(self, kind: str) -> None:
        super().__init__(daemon=True)
        self.stub = STUBS[kind][0]()
        self.kind = kind
        self.answered: dict[str, list[str]] = {}
        self.ready, self.quiet, self._end = threading.Event(), threading.Event(), threading.Event()

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        async with self.stub.running():
            self.ready.set()
            while not self._end.is_set():
                await asyncio.sleep(0.1)
                if self.quiet.is_set():
                    self.stub.faults = []
                    continue
                kept = self.stub.tickets if self.kind == "zendesk" else self.stub.conversations
                if kept and random.random() < 0.3:
                    remote = random.choice(list(kept))
                    text = f"answer {sum(map(len, self.answered.values()))}"
                    self.stub.answer(str(remote), text)
                    self.answered.setdefault(str(remote), []).append(text)
                if random.random() < 0.05:
                    self.stub.faults = [("after",)]

    def stop(self) -> None:
        self._end.set()
        self.join(20)


def trial(home: Path, kind: str, kills: int, tickets: int, messages: int) -> str:
    """Runs it and counts. Returns what `make faults` prints."""
    desk = Desk(kind)
    desk.start()
    assert desk.ready.wait(20)
    home.mkdir(exist_ok=True)
    (home / "desks.yml").write_text(json.dumps({"desks": {kind: {**ENTRIES[kind], "url": desk.stub.url}}}))
    environment = {**{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "WORKER")}, **SECRETS, "BOT_HOME": str(home),
                   "BOT_DESKS": str(home / "desks.yml"), f"DESK_{kind.upper()}_TOKEN": STUBS[kind][1], "PYTHONPATH": str(ROOT)}

    def call(*arguments: str) -> str:
        done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=3000)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    try:
        call("-m", "bot.prepare")
        ran = json.loads(call(str(WORKER), "run", str(kills), str(tickets), str(messages)))
        desk.quiet.set()
        call(str(WORKER), "run", "0", str(tickets), str(messages))  # one life in peace, for what was said last
    finally:
        desk.stop()
    report = json.loads(call(str(WORKER), "report"))
    lost, doubled = count(desk, report)
    summary = f"{kind}: {ran['kills']} kills ({ran['points']}), {len(report['tickets'])} tickets: {len(lost)} lost, {len(doubled)} doubled"
    assert (lost, doubled, report["faults"], report["waiting"]) == ([], [], [], 0), summary
    assert ran["kills"] >= kills
    assert len(report["tickets"]) >= tickets
    assert all(len(ticket["said"]) == messages for ticket in report["tickets"])
    return summary


def count(desk: Desk, report: dict) -> tuple[list, list]:
    """What is missing on either side, and what is there more than once or out of order."""
    lost, doubled = [], []
    stub = desk.stub
    for ticket in report["tickets"]:
        if desk.kind == "zendesk":
            mine = [number for number, each in stub.tickets.items() if each["external_id"] == ticket["number"]]
            said = {number: [each["body"] for each in stub.comments[number] if each["author_id"] == stub.tickets[number]["requester_id"]] for number in mine}
        else:
            mine = [number for number, each in stub.conversations.items() if each["custom_attributes"].get("bot_key") == ticket["number"]]
            said = {number: [each["content"] for each in stub.messages[number] if each["message_type"] == 0] for number in mine}
        lost += [ticket["number"]] if not mine else []
        doubled += mine[1:]
        for number in mine:
            lost += [(number, text) for text in ticket["said"] if text not in said[number]]
            if said[number] != ticket["said"] and not set(ticket["said"]) - set(said[number]):
                doubled.append((number, said[number]))
            answers = desk.answered.get(str(number), [])
            lost += [(number, text) for text in answers if text not in ticket["answers"]]
            doubled += [(number, text) for text in set(ticket["answers"]) if ticket["answers"].count(text) > 1]
    return lost, doubled


@pytest.mark.timeout(900)
def test_twenty_kills_lose_and_double_nothing(tmp_path):
    print(trial(tmp_path / "home", "zendesk", kills=20, tickets=10, messages=4))


@pytest.mark.faults
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["zendesk", "chatwoot"])
def test_two_hundred_kills_over_a_hundred_tickets_lose_and_double_nothing(tmp_path, kind, capsys):
    summary = trial(tmp_path / "home", kind, kills=200, tickets=100, messages=6)
    with capsys.disabled():
        print(f"\n{summary}")
