"""Block-explorer links: which chain a link is about and which part of it may be a hash or an address. It opens no link."""
from __future__ import annotations

import re

_HOSTS = {
    "etherscan.io": "ERC20", "ethplorer.io": "ERC20", "bscscan.com": "BEP20", "polygonscan.com": "POLYGON", "arbiscan.io": "ARBITRUM",
    "optimistic.etherscan.io": "OPTIMISM", "basescan.org": "BASE", "snowtrace.io": "AVAXC", "snowscan.xyz": "AVAXC",
    "tronscan.org": "TRC20", "tronscan.io": "TRC20", "mempool.space": "BTC", "blockstream.info": "BTC", "btc.com": "BTC", "blockchain.com": "BTC",
    "blockchain.info": "BTC", "btcscan.org": "BTC", "solscan.io": "SOL", "explorer.solana.com": "SOL", "solana.fm": "SOL", "xrpscan.com": "XRP",
    "livenet.xrpl.org": "XRP", "tonscan.org": "TON", "tonviewer.com": "TON", "litecoinspace.org": "LTC", "dogechain.info": "DOGE",
    "cardanoscan.io": "ADA", "stellar.expert": "XLM",
}
_SECTIONS = {  # explorers of many chains name the chain in the path
    "bitcoin": "BTC", "btc": "BTC", "ethereum": "ERC20", "eth": "ERC20", "bnb": "BEP20", "bsc": "BEP20", "tron": "TRC20", "trx": "TRC20",
    "litecoin": "LTC", "ltc": "LTC", "dogecoin": "DOGE", "doge": "DOGE", "solana": "SOL", "polygon": "POLYGON", "matic": "POLYGON",
    "arbitrum": "ARBITRUM", "arbitrum-one": "ARBITRUM", "optimism": "OPTIMISM", "avalanche": "AVAXC", "avaxc": "AVAXC", "base": "BASE",
    "ripple": "XRP", "xrp": "XRP", "ton": "TON", "cardano": "ADA", "stellar": "XLM",
}
_MANY_CHAINS = ("blockchair.com", "oklink.com", "blockchain.com", "blockcypher.com", "tokenview.io", "btc.com", "okx.com", "3xpl.com", "live.blockcypher.com")
_BREAKS = re.compile(r"[/?#&=:]+")


def is_link(chunk: str) -> bool:
    """Whether a run of ASCII without blanks is a link: it names a scheme, or a host before the first slash."""
    head, slash, _ = chunk.partition("/")
    return "://" in chunk[:12] or bool(slash and "." in head and not head.startswith(".") and len(head) <= 60)


def parts(link: str) -> tuple[str | None, list[tuple[str, int]]]:
    """The chain that a link is about (None if its host is unknown), and the pieces of its path with their offsets."""
    after = link.find("://")
    offset = after + 3 if after >= 0 else 0
    pieces, at = [], offset
    for mark in _BREAKS.finditer(link, offset):
        pieces.append((link[at:mark.start()], at))
        at = mark.end()
    pieces.append((link[at:], at))
    host = pieces[0][0].lower().removeprefix("www.")
    return _network(host, [piece.lower() for piece, _ in pieces[1:5]]), pieces[1:]


def _network(host: str, path: list[str]) -> str | None:
    if any(host == name or host.endswith("." + name) for name in _MANY_CHAINS):
        section = next((_SECTIONS[piece] for piece in path if piece in _SECTIONS), None)
        if section:
            return section
    labels = host.split(".")
    for start in range(min(len(labels), 4)):
        if network := _HOSTS.get(".".join(labels[start:])):
            return network
    return None
