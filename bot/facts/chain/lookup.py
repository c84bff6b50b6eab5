"""Looks a transaction hash up on the chains it can be on, through whichever servers are configured. What it means is judged elsewhere."""
from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from bot.facts import asking
from bot.facts.chain import esplora, evm, tron
from bot.facts.chain.transaction import ABSENT, Transaction, merge
from bot.facts.sources import Chain, Sources
from bot.references import read

_READERS = {"evm": evm.look, "esplora": esplora.look, "tron": tron.look}


@dataclass(frozen=True)
class Seen:
    """An answer with where it comes from."""

    chain: Chain
    transaction: Transaction
    hosts: tuple[str, ...]


def candidates(sources: Sources, tx_hash: str, network: str = "") -> list[Chain]:
    """The chains worth asking, the named one first. A hash has a form: none is asked that cannot know it."""
    possible = read(tx_hash).network_guesses
    chains = [sources.chains[name] for name in possible if name in sources.chains]
    return sorted(chains, key=lambda chain: chain.network != network)


async def look(asker: asking.Asker, chain: Chain, tx_hash: str) -> Seen:
    """The transaction as one chain's servers agree on it. Raises NoAnswer, Disagreement."""
    reader = _READERS[chain.kind]
    transaction, heard = await asking.agreed(chain.endpoints, lambda endpoint: reader(asker, endpoint, tx_hash), merge)
    return Seen(chain, transaction, tuple(dict.fromkeys(endpoint.host for endpoint in heard)))


async def look_everywhere(asker: asking.Asker, chains: Iterable[Chain], tx_hash: str) -> list[Seen]:
    """The same for several chains at once, in their order; those that gave no answer are left out."""
    answers = await asyncio.gather(*(look(asker, chain, tx_hash) for chain in chains), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, asking.NoAnswer):
            raise answer
    return [answer for answer in answers if isinstance(answer, Seen)]


def found(seen: Iterable[Seen]) -> Seen | None:
    """The first chain that knows the transaction."""
    return next((one for one in seen if one.transaction.state != ABSENT), None)
