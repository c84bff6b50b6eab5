"""Runs axe-core, the accessibility checker, in a page of Playwright's; it judges what is on the screen at that moment, shadow roots included."""
from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

NODE = Path(__file__).parents[1] / "node"
AXE = NODE / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page: Page, within: str | None = None, without: tuple[str, ...] = ()) -> list[str]:
    """What WCAG 2.2 A and AA and axe's own best practice find wrong, one line a place; empty when all is well.

    Args:
        within: CSS selector of the part to look at; None: the whole page.
        without: names of axe's rules to leave out.
    """
    if not AXE.exists():
        pytest.skip("no axe-core: install Node.js with npm, then `make setup-dev` fetches it")
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text("utf-8") + ";0")  # as the debugger, so that no content policy stops it
    found = page.evaluate(
        """([within, rules, without]) => axe.run(within || document, {
             runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'], rules: Object.fromEntries(without.map((name) => [name, {enabled: false}])),
           }).then((result) => result.violations.flatMap((rule) => rule.nodes.map((node) =>
             `${rule.impact} ${rule.id}: ${node.target.flat().join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`)))""",
        [within, RULES, list(without)])
    return sorted(found)
