"""The check read_reference tells an author's flow what was given."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.facts import registry

HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"


TOOLS = registry.Tools(lambda: datetime(2025, 12, 1, 15, tzinfo=UTC))


@pytest.mark.parametrize(("args", "outcome", "values"), [
    ({"reference": HASH}, "ok", {"kind": "tx_hash"}), ({"reference": HASH[:62]}, "too_short", {"length": "62", "missing": "2", "expected": "64"}), ({"reference": HASH + "a"}, "too_long", {"extra": "1"}),
    ({"reference": HASH[:5] + "l" + HASH[6:]}, "bad_checksum", {"position": "6", "character": "l"}), ({"reference": TRON}, "address", {"network": "TRC20"}), ({"reference": "12345678"}, "other", {}),
    ({"reference": "a1b2...9f"}, "other", {}), ({"reference": "不知道"}, "other", {}), ({"reference": ""}, "unknown", {}), ({}, "unknown", {}),
    ({"address": TRON}, "ok", {"network": "TRC20"}), ({"address": HASH}, "hash", {}), ({"address": TRON[:-1]}, "too_short", {"missing": "1"}), ({"address": TRON.replace("7NH", "8NH")}, "bad_checksum", {"position": "3"}),
    ({"reference": f"https://tronscan.org/#/transaction/{HASH}"}, "ok", {"network": "TRC20", "networks": "TRC20"}),
])
def test_what_was_given_decides_the_outcome(args, outcome, values):
    found = registry.run("read_reference", args, TOOLS)
    assert found.outcome == outcome
    assert values.items() <= found.values.items()
