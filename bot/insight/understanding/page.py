"""A report as one HTML file that needs nothing else: plots inside, no script, no address."""
from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from bot.insight.outcomes import Prediction
from bot.insight.understanding import figures

STYLE = """body{font:15px/1.5 system-ui,sans-serif;color:#1d2329;max-width:1100px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}img{max-width:100%;height:auto}
table{border-collapse:collapse;font-size:13px}td,th{border-bottom:1px solid #dde2e7;padding:.25rem .7rem .25rem 0;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}small{color:#5c6670}"""
SHOWN = {
    "rows": "messages", "accuracy": "predicted is the label", "accuracy_lenient": "predicted is accepted", "macro_f1": "macro-F1", "oos_auroc": "AUROC in scope / out of scope",
    "oos_recall": "out of scope, rejected", "oos_precision": "rejected, out of scope", "right": "in scope: right at once", "asked": "in scope: asked back, right topic offered",
    "missed": "in scope: not understood", "wrong": "in scope: acted upon wrongly", "ms_p50": "milliseconds, p50", "ms_p95": "milliseconds, p95",
}


def page(title: str, facts: Mapping[str, str], summary: Mapping[str, Any], plots: Iterable[tuple[str, Path]], predictions: Sequence[Prediction], timed: Sequence[Prediction]) -> str:
    """The whole page. `facts`: what was measured, when and with what; `timed`: predictions with their times."""
    names, counts = figures.confusion(predictions)
    parts = [f"<h1>{escape(title)}</h1>", _table((), [(name, value) for name, value in facts.items()]),
             "<h2>Summary</h2>", _table(("figure", "value"), [(words, _said(name, summary.get(name))) for name, words in SHOWN.items()])]
    groups = figures.by_group(predictions)
    if groups:
        parts += ["<h2>By group</h2>", _table(("group", "messages", "right", "asked", "not understood", "wrong", "rejected"), [
            (one["group"], one["messages"], *(_said(name, one[name]) for name in ("right", "asked", "missed", "wrong", "rejected"))) for one in groups])]
    for name, path in plots:
        image = base64.b64encode(path.read_bytes()).decode("ascii")
        parts.append(f'<h2>{escape(name)}</h2><p><img alt="{escape(name)}" src="data:image/png;base64,{image}"></p>')
        if name == "Confusion matrix":
            parts.append(_table(("meant", "predicted", "times"), figures.confused(names, counts)))
    parts += ["<h2>Acted upon wrongly, the surest first</h2>", _table(("message", "meant", "taken for", "sure"), [
        (one.text[:200], ", ".join(one.accepted), one.first, f"{one.sure:.2f}") for one in figures.mistakes(predictions)])]
    slow = figures.slowest(timed)
    if slow:
        parts += ["<h2>Slowest messages</h2>", _table(("milliseconds", "characters", "message"), [(f"{one.ms:.1f}", len(one.text), one.text[:120]) for one in slow])]
    return (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n")


def _said(name: str, value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if name.startswith("ms") else f"{value:.1%}" if isinstance(value, float) else str(value)


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    top = "<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>" if head else ""
    body = "".join("<tr>" + "".join(f'<td class="n">{cell}</td>' if isinstance(cell, int) else f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table>{top}{body}</table></div>'
