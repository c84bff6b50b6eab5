"""What the checks of bot/facts find for one conversation, in the dialogue's shape: for the visitor whom the exchange vouched for, in his time zone."""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.conversations import clock
from bot.conversations.models import Conversation
from bot.conversations.sentences import DEFAULT_LANGUAGE, content, say, sources
from bot.desk import moments
from bot.dialogue.talk import Checked, RunCheck
from bot.facts import registry
from bot.facts.catalogue import UNKNOWN

VERIFIED = frozenset({"network", "coin", "amount", "chain_status", "incident"})
"""Ticket fields that a look-up fills. Others of the same name keep what was said: a price found is not the price somebody saw."""
JUST_NOW = 5
"""Seconds."""
_BESIDE = ("source", "age")
_OWN_FIELD = "chain_status"
"""A finding with this value brings its line for the ticket along."""


def at_once(conversation: Conversation) -> RunCheck:
    """Checks for the dialogue within a turn: the finding, or None where it is slow and waits for a turn of its own."""
    def run_check(name: str, args: Mapping[str, str | None]) -> Checked | None:
        found = registry.run(name, _known(args), _tools(conversation))
        return None if found is None else _checked(name, found, conversation)
    return run_check


async def look_up(conversation: Conversation, name: str, args: Mapping[str, str | None]) -> Checked:
    """Any check's finding, within its limit of 3 s. Anything that goes wrong is the outcome `unknown`."""
    return _checked(name, await registry.find(name, _known(args), _tools(conversation)), conversation)


def _known(args: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in args.items() if value}


def _tools(conversation: Conversation) -> registry.Tools:
    return registry.Tools(clock.now, sources(), content().exchange.rest.get("channels", {}), conversation.identity)


def _checked(name: str, found: registry.Found, conversation: Conversation) -> Checked:
    declared = registry.get(name)
    slow = bool(declared and declared.slow)
    values = dict(found.values)
    until = registry.moment(values.get("until", ""))
    if values.get("source") and declared and (declared.personal or values["source"] == Path(sources().status_file).name):
        values["source"] = content().exchange.brand.of(conversation.language or DEFAULT_LANGUAGE)  # ours: no inner host or file name is shown
    if "age" in values:
        values["when"] = _when(int(values["age"]), conversation.language)
    if until:
        values["until"] = moments.shown(until, conversation, clock.now())
    fields = {key: value for key, value in found.values.items() if key in content().fields and (not slow or key in VERIFIED)}
    if "," in found.values.get("networks", ""):
        fields.pop("network", None)  # a guess among several is no value
    return Checked(found.outcome, fields, "verified" if slow else "read", values, _evidence(found) if slow else "")


def _when(seconds: int, language: str) -> str:
    """How old an answer is: "just now", "20 seconds ago"."""
    if seconds < JUST_NOW:
        return say("found.now", language).text
    return say("found.seconds", language, n=seconds).text if seconds < 120 else say("found.minutes", language, n=seconds // 60).text


def _evidence(found: registry.Found) -> str:
    """One line for the ticket: the outcome, what was found, by whom, when."""
    if found.outcome == UNKNOWN or _OWN_FIELD in found.values:
        return ""
    told = [f"{key} {value}" for key, value in found.values.items() if value and key not in _BESIDE]
    return " · ".join([found.outcome, *told, f"via {found.values.get('source', '')}", f"{clock.now():%Y-%m-%d %H:%M}Z"])
