from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import ContentErrors, load
from bot.dialogue.model import Ask

ROOT = Path(__file__).parents[2]


def test_the_projects_content_loads():
    content = load(ROOT)
    assert {"deposit_missing", "forgot_password", "order_not_filled"} <= set(content.flows)
    assert isinstance(content.flows["deposit_missing"].steps["hash"], Ask)
    assert content.exchange.facts["brand"].zh


def test_every_problem_of_every_file_is_raised_at_once(root):
    (root / "data/flows/forgot_password.yml").write_text("flow: [", "utf-8")
    path = root / "data/fields.yml"
    path.write_text(path.read_text("utf-8") + "\nodd: {label: {zh: 一}, kind: text, max: many}\n", "utf-8")
    (root / "data/replies.yml").unlink()
    with pytest.raises(ContentErrors) as raised:
        load(root)
    said = str(raised.value)
    assert "forgot_password.yml" in said
    assert "data/replies.yml: is missing" in said
    for part in ("the en text is missing", '"ask" is missing', '"many" is not a whole number'):
        assert part in said


@pytest.mark.parametrize(("step", "says"), [
    ("x: {say: {zh: 一, en: 1}, end: solved}", "has say and end of ask, say, check, end"),
    ("x: {go: y}", "has none of ask, say, check, end"),
    ("x: {say: {zh: 一, en: 1}}", '"go" is missing'),
    ("x: {end: nowhere}", 'end "nowhere" is unknown'),
    ("x: {say: {zh: 一, en: 1}, go: y, odd: 1}", 'unknown key "odd"'),
    ("x: {ask: {zh: 一, en: 1}}", "at least two choices"),
    ("x: {ask: {zh: 一, en: 1}, fills: uid}", '"go" is missing'),
    ("x: {end: flow}", "belong together"),
    ("x: 1", "should be a mapping"),
])
def test_a_step_of_the_wrong_shape_is_named(root, step, says):
    path = root / "data/flows/forgot_password.yml"
    path.write_text(path.read_text("utf-8") + f"\n  {step}\n", "utf-8")
    with pytest.raises(ContentErrors) as raised:
        load(root)
    assert says in str(raised.value)
    assert "step x" in str(raised.value)


def test_a_flow_must_be_called_as_its_file(root):
    (root / "data/flows/forgot_password.yml").rename(root / "data/flows/other.yml")
    with pytest.raises(ContentErrors, match="Make the two equal"):
        load(root)


def test_one_deployment_can_replace_keys_of_the_exchange(tmp_path, monkeypatch):
    own = tmp_path / "own.yml"
    own.write_text("brand: {zh: 我们, en: Us}\nlinks: {login: https://login.example.net}\ncoins: {BTC: {networks: {BTC: {confirmations: '6'}}}}\n", "utf-8")
    monkeypatch.setenv("BOT_EXCHANGE_FILE", str(own))
    exchange = load(Path(__file__).parents[2]).exchange
    assert exchange.brand.en == "Us"
    assert exchange.links["login"] == "https://login.example.net"
    assert exchange.links["support"]
    assert exchange.coins["BTC"]["networks"]["BTC"]["confirmations"] == "6"
    assert exchange.coins["BTC"]["networks"]["BTC"]["min_deposit"]


def test_a_deployment_s_own_file_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("BOT_EXCHANGE_FILE", str(tmp_path / "none.yml"))
    with pytest.raises(ContentErrors, match="none.yml"):
        load(Path(__file__).parents[2])
