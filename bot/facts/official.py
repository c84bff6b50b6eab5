"""The check official_channel: whether what somebody was written, called or sent from is ours. Offline; how it is judged is safety/channels.py's."""
from __future__ import annotations

from bot.facts import registry
from bot.facts.catalogue import UNKNOWN
from bot.safety import channels


@registry.fact("official_channel")
def official_channel(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue, of the gravest that stands in the text; "unknown" where there is nothing to judge."""
    verdicts = channels.judge(args.get("text", ""), tools.channels)
    if not verdicts:
        return registry.Found(UNKNOWN)
    worst = verdicts[0]
    return registry.Found(worst.outcome, {"shown": worst.channel.shown, "like": worst.like, "kind": worst.channel.kind})
