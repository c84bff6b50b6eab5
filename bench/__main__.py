"""Runs every benchmark against one bot of its own and writes bench/results/latest.json (flat keys, docs/benchmarks.md)."""
from __future__ import annotations

import asyncio
import json
import platform
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

from bench import desk, door, engine, faults, guard, hostile, look_ups, memory, streams, telegram, widget
from bot.commands.client import Address
from bot.commands.run import prepare
from bot.commands.train import train
from bot.home import ROOT, Home
from bot.stack import Ports, Stack

RESULTS = ROOT / "bench" / "results"


def main() -> int:
    model = train(Home.from_environment())
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Home(Path(folder))
        home.make()
        stack = Stack(home, Ports.free(), model, {"BOT_RATE_LIMITS": "off", "DATABASE_URL": "", "REDIS_URL": ""})
        before = time.monotonic()
        try:
            stack.start_engine()
            prepare(stack)
            stack.start_app()
            stack.wait_ready()
            figures["start_s"] = round(time.monotonic() - before, 2)
            address = Address(stack.url, stack.internal_url, home.secrets()["ENGINE_SECRET"])
            engine_url = f"http://127.0.0.1:{stack.ports.engine}"
            for name, measure in (
                ("understanding", lambda: asyncio.run(engine.measure(engine_url, address))),
                ("hostile texts", lambda: asyncio.run(hostile.measure(engine_url, address))),
                ("door", lambda: asyncio.run(door.measure(address))),
                ("widget", lambda: widget.measure(address)),
                ("streams", lambda: streams.measure(stack, address)),
                ("desk", lambda: desk.measure(stack)),
                ("guard", guard.measure),
                ("memory", lambda: memory.measure(stack)),
            ):
                print(f"bench: {name} ...", file=sys.stderr, flush=True)
                figures |= measure()
        finally:
            stack.stop()
    print("bench: look-ups ...", file=sys.stderr, flush=True)
    figures |= look_ups.measure()
    print("bench: telegram ...", file=sys.stderr, flush=True)
    figures |= telegram.measure(model)
    print("bench: faults ...", file=sys.stderr, flush=True)
    figures |= faults.measure()
    figures["at"] = datetime.now(timezone.utc).isoformat(timespec="seconds")
    figures["machine"] = f"{platform.machine()}, Python {platform.python_version()}"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    print(json.dumps(figures, indent=1, sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
