"""The check read_reference: reads a hash or an address offline; whether the transaction exists is another check's question."""
from __future__ import annotations

from bot.facts import registry
from bot.facts.catalogue import UNKNOWN
from bot.references import Reading, read

_OUTCOMES = {"too_short": "too_short", "too_long": "too_long", "bad_checksum": "bad_checksum", "bad_character": "bad_checksum"}


@registry.fact("read_reference")
def read_reference(args: registry.Arguments, clock: registry.Clock) -> registry.Found:
    """Outcomes of the catalogue. Values: kind, network (the likeliest, or the only one), networks (all, comma apart), and figures.

    Figures as bot.references.Reading has them: expected, length, missing or extra, position, character, slip.
    """
    wanted, text = ("address", args["address"]) if "address" in args else ("tx_hash", args.get("reference", ""))
    if not text.strip():
        return registry.Found(UNKNOWN)
    reading = read(text)
    return registry.Found(_outcome(reading, wanted), _values(reading))


def _outcome(reading: Reading, wanted: str) -> str:
    if reading.kind not in ("tx_hash", "address"):
        return "other"
    if reading.kind != wanted:
        return "address" if reading.kind == "address" else "hash"
    return _OUTCOMES[reading.trouble] if reading.trouble else "ok"


def _values(reading: Reading) -> dict[str, str]:
    values = {"kind": reading.kind, **{name: str(figure) for name, figure in reading.figures.items()}}
    if reading.network_guesses:
        values |= {"network": reading.network_guesses[0], "networks": ", ".join(reading.network_guesses)}
    return values
