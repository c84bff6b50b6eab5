"""What the console says in a few words: summaries and the steps somebody has been through."""
from __future__ import annotations

import pytest


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_somebody_tried_says_what_it_was(language):
    from bot.conversations.sentences import content
    from bot.desk.summary import tried
    from bot.dialogue.model import Say

    steps = [f"{flow.name}.{name}" for flow in content().flows.values() for name, step in flow.steps.items() if isinstance(step, Say)]
    assert len(steps) > 50
    for step in steps:
        said, = tried(step, language)
        assert not said.endswith((":", "：")), step
        assert len(said) <= 140
