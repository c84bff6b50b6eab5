"""stock.*: the same figures for stock Rasa (bench/stock_rasa.py) on a sample of this project's examples, one answer an intent.

It does far less (no database, no flows, no desk): what it costs to understand a message and to answer it is all that is compared.
"""
from __future__ import annotations

import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.door import TURNS_EACH, USERS
from bench.engine import AROUND, LONG_TURNS, ROUNDS
from bench.figures import keyed, percentile
from bench.memory import rss_mb, size_mb
from bench.stock_rasa import HOW, PIPELINE, StockRasa, environment, nlu
from bench.texts import FIRST, LONG
from bot.insight.examples import learned

SAMPLE = 25  # examples of each intent: all of them take hours


def measure() -> dict[str, float]:
    """Nothing where there is no environment that has it."""
    home = environment()
    if not home:
        print(f"bench: left out: {HOW}", file=sys.stderr)
        return {}
    shuffled = learned()
    random.Random(0).shuffle(shuffled)
    rows, names = [], sorted({one.topic for one in shuffled})
    for name in names:
        rows += [(one.text, name) for one in shuffled if one.topic == name][:SAMPLE]
    with tempfile.TemporaryDirectory(prefix="bench-stock-") as folder:
        stock = StockRasa(home, Path(folder))
        trained = stock.train({
            "config.yml": {"recipe": "default.v1", "assistant_id": "bench", "language": "zh", "pipeline": PIPELINE,
                           "policies": [{"name": "MemoizationPolicy"}, {"name": "RulePolicy"}, {"name": "TEDPolicy", "max_history": 5, "epochs": 100}]},
            "nlu.yml": nlu(rows),
            "domain.yml": {"version": "3.1", "intents": names, "responses": {f"utter_{name}": [{"text": name}] for name in names}},
            "rules.yml": {"version": "3.1", "rules": [{"rule": name, "steps": [{"intent": name}, {"action": f"utter_{name}"}]} for name in names],
                          "stories": [{"story": "two", "steps": [step for name in names[:2] for step in ({"intent": name}, {"action": f"utter_{name}"})]}]},
            "credentials.yml": {"rest": None},
        }, "train", "--data", "nlu.yml", "rules.yml")
        try:
            return {f"stock.{key}": value for key, value in {"train_s": round(trained, 1), **_served(stock)}.items()} | {"stock.engine.env_mb": size_mb(home)}
        finally:
            stock.stop()


def _served(stock: StockRasa) -> dict[str, float]:
    started = stock.start()
    parse = [_ms(stock.parse, text) for _ in range(ROUNDS) for text in FIRST]
    turns = [_ms(stock.say, f"first-{number}-{at}", text) for number in range(3) for at, text in enumerate(FIRST)]
    long = [_ms(stock.say, "long", LONG[number % len(LONG)]) for number in range(LONG_TURNS)]
    with ThreadPoolExecutor(USERS) as users:
        before = time.perf_counter()
        list(users.map(lambda user: [stock.say(f"user-{user}", FIRST[(user + turn) % len(FIRST)]) for turn in range(TURNS_EACH)], range(USERS)))
        seconds = time.perf_counter() - before
    return {
        "start_s": round(started, 2),
        **keyed("parse_ms", parse, p50=0.50, p95=0.95),
        **keyed("engine.turn_ms", turns, p50=0.50, p99=0.99),
        "engine.turn_ms.p50_turn5": percentile(long[:5 + AROUND], 0.50),
        "engine.turn_ms.p50_turn200": percentile(long[200 - AROUND:200 + AROUND], 0.50),
        "door.turns_per_s_50_users": round(USERS * TURNS_EACH / seconds, 1),
        "engine.rss_mb": rss_mb(stock.pid),
    }


def _ms(call, *arguments) -> float:
    before = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - before) * 1000
