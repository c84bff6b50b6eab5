"""Understand each row of a CSV file as a first message and print the scores."""
from __future__ import annotations

import argparse
import asyncio
import csv
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import aiohttp

from bot.commands import CommandError
from bot.commands.client import Address
from bot.commands.own_stack import own_stack
from bot.commands.time_argument import moment
from bot.insight import labelled
from bot.insight.labelled import topics
from bot.insight.scores import Row, summary

ADDED = ("predicted", "confidence", "decision", "candidates", "score")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="UTF-8 CSV with a column text, and topic (and alt) for scores")
    parser.add_argument("--url", help="a bot that runs already (default: one of its own)")
    parser.add_argument("--now", type=moment, metavar="TIME", help="fix the clock (ISO 8601)")


def run(args: argparse.Namespace) -> int:
    columns, rows = read(args.file)
    if args.url and args.now:
        raise CommandError("--now cannot set the clock of a bot that runs already; leave out --url or --now.")
    with nullcontext(Address.of(args.url)) if args.url else own_stack(args.now) as address:
        try:
            parsed = asyncio.run(_parse_all([row["text"] for row in rows], address))
        except aiohttp.ClientError as error:
            raise CommandError(f"no bot answers at {address.internal_url} ({type(error).__name__}).", 1) from error
    write(args.file.with_name(args.file.stem + ".parsed.csv"), columns, rows, parsed)
    scored = [Row(topics(row, "topic"), topics(row, "alt"), result["predicted"], result["score"], result["ms"]) for row, result in zip(rows, parsed)]
    print(json.dumps(summary(scored, labelled="topic" in columns)))
    return 0


def read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns and rows. Raises CommandError naming what is wrong."""
    try:
        return labelled.read(path)
    except labelled.BadFile as error:
        raise CommandError(str(error)) from error


def write(path: Path, columns: list[str], rows: list[dict[str, str]], parsed: list[dict[str, Any]]) -> None:
    kept = [name for name in columns if name not in ADDED]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*kept, *ADDED], extrasaction="ignore")
        writer.writeheader()
        for row, result in zip(rows, parsed):
            writer.writerow({**row, "predicted": result["predicted"], "confidence": _number(result["confidence"]), "decision": result["decision"],
                             "candidates": "|".join(result["candidates"]), "score": _number(result["score"])})


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


async def _parse_all(texts: list[str], address: Address) -> list[dict[str, Any]]:
    parsed = []
    async with aiohttp.ClientSession(headers={"X-Engine-Secret": address.secret}) as http:
        for text in texts:  # one at a time: the times are those of a message that waits for nobody
            async with http.post(address.internal_url + "/parse", json={"text": text}) as answer:
                if answer.status != 200:
                    raise CommandError(f"the bot could not parse a row (status {answer.status}).", 1)
                parsed.append(await answer.json())
    return parsed
