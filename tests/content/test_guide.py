from __future__ import annotations

import re
from pathlib import Path

from bot.content import load
from bot.content.check import check
from bot.content.transcript import play, read

GUIDE = (Path(__file__).parents[2] / "docs" / "content-guide.md").read_text("utf-8")


def block(begins: str) -> str:
    """The YAML example of the guide that begins so."""
    return next(b for b in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if b.startswith(begins))


def test_the_guides_flow_card_and_transcript_work_as_printed(root):
    (root / "data/flows/card_payment_failed.yml").write_text(block("flow:"), "utf-8")
    (root / "data/cards/fees.yml").write_text(block("card:"), "utf-8")
    (root / "data/nlu/zh/fees.yml").write_text("", "utf-8")
    places = root / "data/places.yml"
    places.write_text(places.read_text("utf-8") + block("gift_cards:"), "utf-8")
    path = root / "tests/flows/card_payment_failed.yml"
    path.write_text(block("- id:"), "utf-8")
    assert [str(p) for p in check(root)] == []
    content = load(root)
    assert [fault for t in read(path, path.name) for fault in play(content, t)] == []
