"""The checks read_reference and compare_network: read a hash or an address offline; whether the transaction exists is another check's question."""
from __future__ import annotations

from bot.facts import registry
from bot.facts.catalogue import UNKNOWN
from bot.references import Reading, networks_of, read

_OUTCOMES = {"too_short": "too_short", "too_long": "too_long", "bad_checksum": "bad_checksum", "bad_character": "bad_checksum"}


@registry.fact("read_reference")
def read_reference(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue. Values: kind, network (the likeliest, or the only one), networks (all, comma apart), and figures.

    Figures as bot.references.Reading has them: expected, length, missing or extra, position, character, slip.
    """
    wanted, text = ("address", args["address"]) if "address" in args else ("tx_hash", args.get("reference", ""))
    if not text.strip():
        return registry.Found(UNKNOWN)
    reading = read(text)
    return registry.Found(_outcome(reading, wanted), _values(reading))


@registry.fact("compare_network")
def compare_network(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue. An address that fits several chains (0x...) fits each of them."""
    address, network = args.get("address", "").strip(), args.get("network", "")
    if not address or not network:
        return registry.Found(UNKNOWN)
    possible = networks_of(address)
    if not possible:
        return registry.Found("bad_address" if read(address).trouble else UNKNOWN)
    return registry.Found("fits" if network in possible else "other_network", {"networks": ", ".join(possible[:3])})


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
