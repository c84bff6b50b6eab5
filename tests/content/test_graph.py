from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import load
from bot.content.graph import graph

CONTENT = load(Path(__file__).parents[2])


@pytest.mark.parametrize("name", sorted(CONTENT.flows))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_step_and_every_way_is_drawn(name, lang):
    flow = CONTENT.flows[name]
    rows = graph(flow, lang).splitlines()
    assert rows[1] == "flowchart TD"
    for step in flow.steps.values():
        assert any(row.startswith(f"  s_{step.name}") and "-->" not in row for row in rows)
        for target in step.targets():
            assert any(row.startswith(f"  s_{step.name} -->") and row.endswith(f" s_{target}") for row in rows)
