"""The checks find_deposit and find_withdrawal: where a transfer is on its chain, and what that means for the user. How chains are asked is chain/'s."""
from __future__ import annotations

from decimal import Decimal
from math import ceil

from bot.facts import asking, registry
from bot.facts.catalogue import UNKNOWN
from bot.facts.chain import lookup
from bot.facts.chain.transaction import FAILED, PENDING, Transaction, Transfer
from bot.facts.sources import Asset, Chain, Sources
from bot.references import networks_of

_SETTLED = ("confirmed", "failed", "other_address", "wrong_token", "below_minimum")
MINUTES_SETTLED, SECONDS_MOVING = 10, 20
"""How long an answer that will not change, and one that will, is given again."""


def _can_ask(args: registry.Arguments, tools: registry.Tools) -> bool:
    return bool(args.get("tx_hash")) and bool(lookup.candidates(tools.sources, args["tx_hash"], args.get("network", "")))


@registry.look_up("find_deposit", possible=_can_ask)
async def find_deposit(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue, judged against the coin, chain, address and minimum that are known.

    What is not known is not judged: without an address nobody is told that it went to another one.
    """
    return await _find(args, tools, deposit=True)


@registry.look_up("find_withdrawal", possible=_can_ask)
async def find_withdrawal(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """The same for coins that left us: there is no minimum, and the receiver's side credits."""
    return await _find(args, tools, deposit=False)


async def _find(args: registry.Arguments, tools: registry.Tools, deposit: bool) -> registry.Found:
    tx_hash, network = args.get("tx_hash", ""), args.get("network", "")
    chains = lookup.candidates(tools.sources, tx_hash, network)
    async with asking.opened() as asker:
        seen = await lookup.look_everywhere(asker, chains, tx_hash)
    hit = lookup.found(seen)
    if hit is None:
        # "Not found" only from the chain that was named, or from every chain that it can be on.
        sure = any(one.chain.network == network for one in seen) or (not network and seen and len(seen) == len(chains))
        return registry.Found("not_found", _values(seen[0])) if sure else registry.Found(UNKNOWN)
    outcome, values = judge(hit.transaction, hit.chain, tools.sources, args, deposit)
    if outcome == UNKNOWN:
        return registry.Found(UNKNOWN)
    if network and hit.chain.network != network and deposit:
        outcome = "other_network"
    values |= _values(hit) | _evidence(outcome, hit, values)
    return registry.Found(outcome, values, keep=MINUTES_SETTLED * 60 if outcome in _SETTLED else SECONDS_MOVING)


def judge(transaction: Transaction, chain: Chain, sources: Sources, args: registry.Arguments, deposit: bool) -> tuple[str, dict[str, str]]:
    """(outcome, values) of a transaction that exists."""
    if transaction.state == FAILED:
        return "failed", {}
    asset, matching, trouble = _compare(transaction, chain, sources, args)
    values = {"coin": asset.coin} if asset else {}
    if matching and asset:
        values["amount"] = written(matching, asset)
    if trouble == "other_address":
        values["to"] = _short(transaction.transfers[0].to)
    if transaction.state == PENDING:
        low, high = transaction.blocks_to_wait or (1, 3)
        return trouble or "pending", values | _wait(low, high, chain) | {"fee": transaction.fee or "unknown"}
    if trouble:
        return trouble, values
    if deposit and matching and asset and sum(Decimal(one.amount) for one in matching) / 10 ** asset.decimals < asset.min_deposit:
        return "below_minimum", values | {"minimum": f"{asset.min_deposit.normalize():f}"}
    needed = (asset.confirmations if asset else max((one.confirmations for one in sources.on(chain.network)), default=1))
    values |= {"confirmations": str(transaction.confirmations), "needed": str(needed)}
    left = needed - transaction.confirmations
    if left > 0:
        return "confirming", values | _wait(left, left, chain)
    return "confirmed", values


def _compare(transaction: Transaction, chain: Chain, sources: Sources, args: registry.Arguments) -> tuple[Asset | None, list[Transfer], str]:
    """The listed coin that moved, the transfers of it that were meant, and what is wrong: "", "other_address" or "wrong_token"."""
    listed = {_key(asset.contract, chain): asset for asset in sources.on(chain.network)}
    wanted = sources.asset(args.get("coin", ""), chain.network)
    address = _key(args.get("address", ""), chain) if chain.network in networks_of(args.get("address", "")) else ""
    there = [one for one in transaction.transfers if not address or _key(one.to, chain) == address]
    if not there:
        # A contract may have passed the chain's own coins on unseen; tokens always leave a log.
        token = wanted.contract if wanted else any(_key(one.contract, chain) in listed for one in transaction.transfers if one.contract)
        return wanted, [], "other_address" if transaction.transfers and (token or not transaction.opaque) else ""
    assets = [listed.get(_key(one.contract, chain)) for one in there]
    if wanted is not None:
        meant = [one for one, asset in zip(there, assets) if asset == wanted]
        if meant:
            return wanted, meant if address or len(meant) == 1 else [], ""
        return wanted, [], "wrong_token" if address and not (transaction.opaque and not wanted.contract) else ""
    known = [asset for asset in dict.fromkeys(assets) if asset is not None]
    if len(known) == 1:
        return known[0], [one for one, asset in zip(there, assets) if asset == known[0]] if address or len(there) == 1 else [], ""
    return None, [], "wrong_token" if address and not known and not transaction.opaque else ""


def written(transfers: list[Transfer], asset: Asset) -> str:
    """An amount in whole coins as people write it: "0.5"."""
    amount = sum(Decimal(one.amount) for one in transfers) / Decimal(10) ** asset.decimals
    return f"{amount.normalize():f}"


def _key(address: str, chain: Chain) -> str:
    return address.lower() if chain.kind == "evm" else address


def _wait(low_blocks: int, high_blocks: int, chain: Chain) -> dict[str, str]:
    """The usual range in minutes. Blocks come by chance on some chains, so the far end is generous."""
    low = max(1, ceil(low_blocks * chain.block_seconds * 0.8 / 60))
    return {"wait_low": str(low), "wait_high": str(max(low + 1, ceil(high_blocks * chain.block_seconds * 1.5 / 60)))}


def _values(seen: lookup.Seen) -> dict[str, str]:
    return {"network": seen.chain.network, "source": ", ".join(seen.hosts)}


def _evidence(outcome: str, seen: lookup.Seen, values: dict[str, str]) -> dict[str, str]:
    """One line for the person who takes over; for the ticket's field `chain_status`."""
    moved = seen.transaction
    parts = [seen.chain.network, outcome.replace("_", " ")]
    if moved.block is not None:
        parts.append(f"block {moved.block}")
    if "confirmations" in values:
        parts.append(f"{values['confirmations']}/{values['needed']} confirmations")
    if "amount" in values:
        parts.append(f"{values['amount']} {values['coin']}")
    parts += [f"to {_short(one.to)}" for one in moved.transfers[:2]]
    return {"chain_status": " · ".join([*parts, "via " + ", ".join(seen.hosts)])}


def _short(address: str) -> str:
    return f"{address[:6]}…{address[-4:]}"
