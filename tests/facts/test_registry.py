"""A flow always gets an outcome, whatever a check runs into."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.facts import registry
from bot.facts.catalogue import FACTS, Declaration

TOOLS = registry.Tools(lambda: datetime(2025, 12, 1, 15, tzinfo=UTC))


@pytest.fixture
def trial(monkeypatch):
    """Registers a function as the check `trial` for one test."""
    registry.run("trial", {}, TOOLS)  # the real checks register before the table is replaced
    monkeypatch.setitem(FACTS, "trial", Declaration("trial", ("given",), ("ok", "unknown")))
    monkeypatch.setattr(registry, "_facts", dict(registry._facts))
    return registry.fact("trial")


def test_a_check_gets_its_declared_arguments_and_the_clock(trial):
    trial(lambda args, tools: registry.Found("ok", {"seen": " ".join(sorted(args)), "year": str(tools.clock().year)}))
    found = registry.run("trial", {"given": "x", "other": "y"}, TOOLS)
    assert found == registry.Found("ok", {"seen": "given", "year": "2025"})


def test_an_argument_without_a_value_is_not_passed(trial):
    trial(lambda args, tools: registry.Found("unknown" if not args else "ok"))
    assert registry.run("trial", {"given": ""}, TOOLS).outcome == "unknown"


def test_a_check_that_fails_is_unknown_and_its_message_is_not_logged(trial, caplog):
    def failing(args, tools):
        raise RuntimeError("Qwe!2023abc")
    trial(failing)
    assert registry.run("trial", {}, TOOLS).outcome == "unknown"
    assert "Qwe!2023abc" not in caplog.text


def test_an_outcome_that_was_not_declared_is_unknown(trial):
    trial(lambda args, tools: registry.Found("surprise"))
    assert registry.run("trial", {}, TOOLS).outcome == "unknown"


def test_an_unknown_name_is_unknown():
    assert registry.run("no_such_check", {}, TOOLS).outcome == "unknown"
    assert registry.get("no_such_check") is None


def test_a_check_that_is_not_in_the_catalogue_cannot_be_registered():
    with pytest.raises(ValueError, match="catalogue"):
        registry.fact("no_such_check")


@pytest.mark.parametrize("name", FACTS)
def test_every_check_of_the_catalogue_exists_and_can_be_unknown(name):
    registry.run(name, {}, TOOLS)
    assert name in (registry._look_ups if FACTS[name].slow else registry._facts)
    assert "unknown" in FACTS[name].outcomes
    assert FACTS[name].name == name


def test_the_catalogue_needs_nothing_but_the_standard_library():
    import subprocess
    import sys
    from pathlib import Path

    code = "import sys; sys.path.insert(0, sys.argv[1]); import bot.facts.catalogue; print(any(m.split('.')[0] in ('django', 'yaml', 'aiohttp', 'starlette') for m in sys.modules))"
    out = subprocess.run([sys.executable, "-I", "-S", "-c", code, str(Path(__file__).parents[2])], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "False"
