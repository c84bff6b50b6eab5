"""data/desks.yml: what it may say, and what is said when it is wrong."""
from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import ROOT
from bot.desk.adapters import config

RT = """
desks:
  rt:
    kind: request_tracker
    url: https://rt.example.com
    user: bot
    queues: {deposits: Deposits, "*": General}
    fields: {tx_hash: txid, uid: uid}
    personal: [uid]
"""
CHATWOOT = """
  cw:
    kind: chatwoot
    url: https://chat.example.com
    account: 1
    inbox: 7
    queues: {security: "3"}
"""


def read(tmp_path: Path, text: str) -> config.Desks:
    (tmp_path / "desks.yml").write_text(text, "utf-8")
    return config.load(tmp_path / "desks.yml", {"deposits": {}, "security": {}}, {"tx_hash": {}, "uid": {}})


def test_the_file_we_ship_names_no_desk_and_none_is_the_same_as_no_file(tmp_path):
    assert config.load(ROOT / "data/desks.yml").desks == {}
    assert config.load(tmp_path / "missing.yml").desks == {}


def test_a_queue_goes_to_the_desk_that_names_it_before_the_one_that_takes_all(tmp_path):
    desks = read(tmp_path, RT + CHATWOOT)
    assert [desks.of(queue) for queue in ("deposits", "security", "trading")] == ["rt", "cw", "rt"]
    assert desks.desks["rt"].queue("trading") == "General"
    assert desks.desks["cw"].queue("trading") is None


@pytest.mark.parametrize(("old", "new", "says"), [
    ("kind: request_tracker", "kind: remedy", "kind"),
    ("https://rt", "http://rt", "https://"),
    ("    user: bot\n", "", "user"),
    ("user: bot", "user: bot\n    token: secret123", "token"),
    ("deposits: Deposits", "deposit: Deposits", "data/exchange.yml has no such queue"),
    ("tx_hash: txid", "txhash: txid", "data/fields.yml has no such field"),
    ("personal: [uid]", "personal: [phone]", "is not among its fields"),
    ("rt:\n", "R-T:\n", "small letters"),
    ("desks:", "desk:", "desk"),
    ("  rt:", "\trt:", "YAML"),
])
def test_a_mistake_is_told_with_its_place(tmp_path, old, new, says):
    assert old in RT
    with pytest.raises(config.DesksError) as caught:
        read(tmp_path, RT.replace(old, new, 1))
    assert says in str(caught.value)
    assert "desks.yml" in str(caught.value)
    assert "secret123" not in str(caught.value)


def test_a_desk_without_its_token_is_told_which_variable_to_set(tmp_path, monkeypatch):
    monkeypatch.delenv("DESK_RT_TOKEN", raising=False)
    with pytest.raises(config.DesksError, match="DESK_RT_TOKEN"):
        config.token("rt")
    monkeypatch.setenv("DESK_RT_TOKEN", "t")
    assert config.token("rt") == "t"
    assert config.webhook_secret("rt") == ""
