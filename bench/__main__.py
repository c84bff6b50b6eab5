"""python -m bench [PART ...]: runs every benchmark, or these, against one bot of its own and writes bench/results/latest.json (flat keys, docs/benchmarks.md)."""
from __future__ import annotations

import asyncio
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

from bench import desk, door, engine, faults, guard, hostile, look_ups, memory, stock, streams, telegram, widget
from bot.commands.client import Address
from bot.commands.run import prepare
from bot.commands.train import train
from bot.home import ROOT, Home
from bot.stack import Ports, Stack

LATEST = ROOT / "bench" / "results" / "latest.json"


def main() -> int:
    """Every part, or those named on the command line; these are written into the figures that are there."""
    parts = sys.argv[1:]
    known = {*_running(), *_apart()}
    if unknown := set(parts) - known:
        print(f"bench: there is no part {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}.", file=sys.stderr)
        return 2
    wanted = lambda part: not parts or part in parts  # noqa: E731
    model = train(Home.from_environment())
    figures: dict[str, float] = json.loads(LATEST.read_text()) if parts and LATEST.exists() else {}
    if any(map(wanted, _running())):
        figures |= _with_a_bot(model, wanted)
    for part, measure in _apart().items():
        if wanted(part):
            print(f"bench: {part} ...", file=sys.stderr, flush=True)
            figures |= measure(model)
    figures["at"] = datetime.now(timezone.utc).isoformat(timespec="seconds")
    figures["machine"] = f"{platform.machine()}, Python {platform.python_version()}"
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    print(json.dumps(figures, indent=1, sort_keys=True))
    return 0


def _running() -> dict[str, Callable[[Stack, Address], dict[str, float]]]:
    """The parts that share one running bot, in their order: memory is read last, after the load."""
    return {
        "understanding": lambda stack, address: asyncio.run(engine.measure(f"http://127.0.0.1:{stack.ports.engine}", address)),
        "hostile": lambda stack, address: asyncio.run(hostile.measure(f"http://127.0.0.1:{stack.ports.engine}", address)),
        "door": lambda stack, address: asyncio.run(door.measure(address)),
        "widget": lambda stack, address: widget.measure(address),
        "streams": streams.measure,
        "desk": lambda stack, address: desk.measure(stack),
        "guard": lambda stack, address: guard.measure(),
        "memory": lambda stack, address: memory.measure(stack),
    }


def _apart() -> dict[str, Callable[[Path], dict[str, float]]]:
    """The parts that start what they need themselves, from the trained model."""
    return {
        "look-ups": lambda model: look_ups.measure(),
        "telegram": telegram.measure,
        "faults": lambda model: faults.measure(),
        "stock": lambda model: stock.measure(),
    }


def _with_a_bot(model: Path, wanted: Callable[[str], bool]) -> dict[str, float]:
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
            for part, measure in _running().items():
                if wanted(part):
                    print(f"bench: {part} ...", file=sys.stderr, flush=True)
                    figures |= measure(stack, address)
        finally:
            stack.stop()
    return figures


if __name__ == "__main__":
    sys.exit(main())
