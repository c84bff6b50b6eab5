"""`make bench-nlu`: the classifier beside others on the same data and splits; one row a pair of data and method, kept in bench/results/nlu.

    python -m bench.nlu [METHOD ...]    in the engine's environment; BENCH_DATA has the public sets (bench/nlu_data.py says which)

A row is measured once: its name holds a hash of the data and of the code that made it, so that a run which was stopped goes on where it was.
"""
from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from bench import nlu_methods, nlu_nlpjs, nlu_stock
from bench.figures import percentile
from bench.nlu_data import Data, load
from bench.nlu_methods import Answer, Machine
from bot.engine.fingerprint import code_fingerprint
from bot.engine.topics import OUTSIDE
from bot.home import ROOT

RESULTS = ROOT / "bench" / "results" / "nlu"
TIMED = 200
"""Messages whose single answers are timed."""
METHODS: dict[str, Callable[[], Machine]] = {
    "this bot": nlu_methods.Ours,
    "- without reading slips both ways": lambda: nlu_methods.Ours(mended=False),
    "- without sentence vectors": lambda: nlu_methods.Ours(sentence=0.0),
    "- characters alone": lambda: nlu_methods.Ours(sentence=0.0, sounds=0.0),
    "Rasa, CountVectors + LogisticRegression": nlu_methods.RasaLogistic,
    "nlp.js": nlu_nlpjs.NlpJs,
    "stock Rasa (Jieba, DIET)": nlu_stock.StockRasaMethod,
}
COLUMNS = ("accuracy", "macro_f1", "auroc", "right", "wrong", "rejected", "train_s", "model_mb", "ms_p50", "ms_p95")


def main() -> int:
    folder = Path(os.environ.get("BENCH_DATA", ROOT.parent / "shared" / "bench-data"))
    if unknown := set(sys.argv[1:]) - set(METHODS):
        print(f"bench: there is no method {', '.join(sorted(unknown))}; there are {', '.join(METHODS)}.", file=sys.stderr)
        return 2
    RESULTS.mkdir(parents=True, exist_ok=True)
    rows = []
    for data in load(folder):
        for name, method in METHODS.items():
            row = _row(data, name, method) if name in sys.argv[1:] or not sys.argv[1:] else None
            if row:
                rows.append(row)
                print(json.dumps(row, ensure_ascii=False), flush=True)
    (RESULTS / "table.md").write_text(table(rows), "utf-8")
    print(f"the table is in {RESULTS.relative_to(ROOT)}/table.md", file=sys.stderr)
    return 0


def _row(data: Data, name: str, method: Callable[[], Machine]) -> dict | None:
    """From the file of an earlier run, or measured now; None where a method is not installed."""
    code = code_fingerprint() + "".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((ROOT / "bench").glob("nlu_*")) if path.is_file())
    made_of = hashlib.sha256("\0".join((name, code, data.digest)).encode()).hexdigest()[:12]
    path = RESULTS / f"{data.name}-{made_of}.json"
    if path.exists():
        return json.loads(path.read_text("utf-8"))
    print(f"{data.name}: {name} ...", file=sys.stderr, flush=True)
    try:
        row = {"data": data.name, "method": name, **measured(data, method()), "date": date.today().isoformat(), "machine": f"{platform.machine()}, {os.cpu_count()} cores"}
    except nlu_methods.NotInstalled as problem:
        print(f"left out: {problem}", file=sys.stderr)
        return None
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    return row


def measured(data: Data, machine: Machine) -> dict[str, float | None]:
    """One method on one set: trained on the training rows, asked the test rows."""
    with tempfile.TemporaryDirectory(prefix="bench-nlu-") as folder:
        began = time.perf_counter()
        machine.train(data.train, Path(folder))
        train_s = time.perf_counter() - began
        answers = machine.answer([text for text, _ in data.test])
        times = []
        for text, _ in data.test[:: max(1, len(data.test) // TIMED)]:
            before = time.perf_counter()
            machine.answer([text])
            times.append((time.perf_counter() - before) * 1000)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        machine.close()
    return {**figures(data.test, answers), "train_s": round(train_s, 1), "model_mb": round(size / 1e6, 1),
            "ms_p50": percentile(times, 0.5), "ms_p95": percentile(times, 0.95)}


def figures(test: Sequence[tuple[str, str]], answers: Sequence[Answer]) -> dict[str, float | None]:
    """Accuracy and macro-F1 of the likeliest intent in scope; AUROC of the score; what becomes of messages where the method acts on its own threshold."""
    wanted = np.array([label for _, label in test])
    said = np.array([answer.intent for answer in answers])
    score = np.array([answer.score for answer in answers])
    inside = wanted != OUTSIDE
    acted = np.array([answer.acts for answer in answers])
    share = lambda mask: round(float(mask.mean()) * 100, 1)  # noqa: E731
    return {
        "accuracy": share((said == wanted)[inside]),
        "macro_f1": round(float(f1_score(wanted[inside], said[inside], labels=sorted(set(wanted[inside])), average="macro", zero_division=0)) * 100, 1),
        "auroc": round(float(roc_auc_score(inside, score)) * 100, 1) if not inside.all() else None,
        "right": share((acted & (said == wanted))[inside]),
        "wrong": share((acted & (said != wanted))[inside]),
        "rejected": share(~np.array([answer.understood for answer in answers])[~inside]) if not inside.all() else None,
    }


def table(rows: Sequence[dict]) -> str:
    """The rows as Markdown."""
    head = ["data", "method", *COLUMNS]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join("" if row.get(key) is None else str(row[key]) for key in head) + " |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
