"""Asks TRON by the TronGrid (full node) HTTP API. Source: TRON's HTTP API pages gettransactionbyid, gettransactioninfobyid, gettransactionfrompending, getnowblock.

Most newcomers' USDT comes this way: a TriggerSmartContract whose Transfer event stands in the `log` of the info, addresses
there as 20 bytes of hex without the 41 in front.
"""
from __future__ import annotations

from hashlib import sha256

from bot.facts.asking import Asker, together
from bot.facts.chain.evm import TRANSFER_TOPIC
from bot.facts.chain.transaction import ABSENT, FAILED, INCLUDED, PENDING, Transaction, Transfer
from bot.facts.sources import Endpoint
from bot.references import base58


async def look(asker: Asker, endpoint: Endpoint, tx_hash: str) -> Transaction:
    """The transaction of a hash (64 hex digits). Raises NoAnswer."""
    value = tx_hash.lower().removeprefix("0x")
    sent, info, head = await together(
        asker.post(endpoint, "/wallet/gettransactionbyid", {"value": value}),
        asker.post(endpoint, "/wallet/gettransactioninfobyid", {"value": value}),
        asker.post(endpoint, "/wallet/getnowblock", {}))
    height = int(head["block_header"]["raw_data"]["number"])
    if not info.get("blockNumber"):
        if not sent:
            sent = await asker.post(endpoint, "/wallet/gettransactionfrompending", {"value": value})
        return Transaction(PENDING if sent else ABSENT, height=height, transfers=_native(sent) if sent else ())
    block = int(info["blockNumber"])
    results = {row.get("contractRet", "SUCCESS") for row in sent.get("ret") or [{}]}
    if results - {"SUCCESS"} or info.get("result") == "FAILED" or info.get("receipt", {}).get("result", "SUCCESS") not in ("SUCCESS", "DEFAULT"):
        return Transaction(FAILED, block, height)
    tokens = tuple(transfer for log in info.get("log", ()) if (transfer := _token(log)))
    called = any(contract["type"] == "TriggerSmartContract" for contract in sent["raw_data"]["contract"])
    return Transaction(INCLUDED, block, height, _native(sent) + tokens, opaque=called or bool(info.get("internal_transactions")))


def _native(sent: dict) -> tuple[Transfer, ...]:
    found = []
    for contract in sent["raw_data"]["contract"]:
        value = contract["parameter"]["value"]
        if contract["type"] == "TransferContract":
            found.append(Transfer(written(value["to_address"]), int(value["amount"])))
    return tuple(found)


def _token(log: dict) -> Transfer | None:
    topics = log.get("topics", ())
    if len(topics) != 3 or "0x" + topics[0] != TRANSFER_TOPIC or len(log.get("data", "")) != 64:
        return None
    return Transfer(written("41" + topics[2][-40:]), int(log["data"], 16), written("41" + log["address"][-40:]))


def written(address: str) -> str:
    """A TRON address as people write it (T...), from its hex form with the 41 in front; one that is written so already stays."""
    if address.startswith("T"):
        return address
    raw = bytes.fromhex(address)
    return base58.encode(raw + sha256(sha256(raw).digest()).digest()[:4])
