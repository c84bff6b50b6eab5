"""Where checks look things up: the `sources:` and `coins:` of data/exchange.yml, typed. Standard library only; it asks nobody.

Shipped without a single address: an exchange names its own nodes and price sources, and until it does every check that
needs one is "unknown" at once, without a word to the user.
"""
from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

KINDS = ("evm", "esplora", "tron")
"""How a chain is asked: Ethereum JSON-RPC, the Esplora HTTP API, the TronGrid HTTP API."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SourceError(ValueError):
    """A line of `sources:` or `coins:` cannot be used; the text names it and says what to write."""


@dataclass(frozen=True)
class Endpoint:
    """One server that may be asked."""

    url: str
    """Without a slash at its end."""
    header: str = ""
    """Name of the header that carries its key; the key itself comes from the environment."""
    key_env: str = ""
    """Name of the environment variable that holds the key."""
    per_minute: int = 60
    """Requests this process sends it at most; above that it counts as silent."""

    @property
    def host(self) -> str:
        """What users are told as the source."""
        return urlsplit(self.url).hostname or ""

    def headers(self) -> dict[str, str]:
        """The key, where there is one."""
        key = os.environ.get(self.key_env, "") if self.key_env else ""
        return {self.header: key} if self.header and key else {}


@dataclass(frozen=True)
class Chain:
    """A chain that can be asked about a transaction."""

    network: str
    kind: str
    endpoints: tuple[Endpoint, ...]
    block_seconds: int
    """Usual time from block to block."""


@dataclass(frozen=True)
class Asset:
    """A coin on one of its networks."""

    coin: str
    network: str
    confirmations: int
    min_deposit: Decimal
    """In whole coins."""
    contract: str = ""
    """Of a token, as the chain writes it; empty for the chain's own coin."""
    decimals: int = 18


@dataclass(frozen=True)
class Market:
    """Where prices come from."""

    exchanges: tuple[Mapping[str, str], ...] = ()
    """`{id, url?}`: exchanges by their ccxt id, `url` for one with an address of its own."""
    own: Mapping[str, str] = field(default_factory=dict)
    """The same of this exchange; empty where it has no public API."""
    tell_own_outlier: bool = False
    """Whether users may be told that this exchange's own price is the odd one out."""
    outlier_percent: Decimal = Decimal("2")


@dataclass(frozen=True)
class Sources:
    """Everything that may be asked."""

    chains: Mapping[str, Chain] = field(default_factory=dict)
    assets: tuple[Asset, ...] = ()
    market: Market = Market()
    status: Endpoint | None = None
    status_file: str = ""
    account: Endpoint | None = None

    def asset(self, coin: str, network: str) -> Asset | None:
        """A listed coin on a network."""
        return next((asset for asset in self.assets if (asset.coin, asset.network) == (coin, network)), None)

    def on(self, network: str) -> tuple[Asset, ...]:
        """All that is listed on a network."""
        return tuple(asset for asset in self.assets if asset.network == network)


def read(coins: Mapping, sources: Mapping) -> Sources:
    """The typed form of `coins:` and `sources:`. Raises SourceError at the first line that cannot be used."""
    chains = {network: _chain(network, given) for network, given in _table(sources.get("chains"), "sources: chains").items()}
    assets = tuple(_assets(coins))
    asked = {(asset.network, asset.contract): asset for asset in assets}
    for asset in assets:
        other = asked[asset.network, asset.contract]
        if other is not asset and chains.get(asset.network, Chain("", "", (), 0)).endpoints:
            raise SourceError(f"coins: {asset.coin} and {other.coin} on {asset.network}: write the contract of the one that is a token")
    status = _table(sources.get("status"), "sources: status")
    account = _table(sources.get("account"), "sources: account")
    return Sources(
        chains={name: chain for name, chain in chains.items() if chain.endpoints},
        assets=assets,
        market=_market(_table(sources.get("market"), "sources: market")),
        status=_endpoint(status["url"], "sources: status") if status.get("url") else None,
        status_file=status.get("file", ""),
        account=_endpoint(account, "sources: account") if account.get("url") else None,
    )


def _chain(network: str, given: object) -> Chain:
    where = f"sources: chains: {network}"
    data = _table(given, where)
    if data.get("kind") not in KINDS:
        raise SourceError(f"{where}: kind must be one of {', '.join(KINDS)}")
    endpoints = data.get("endpoints") or []
    if not isinstance(endpoints, list):
        raise SourceError(f"{where}: endpoints must be a list")
    return Chain(network, data["kind"], tuple(_endpoint(one, where) for one in endpoints), _whole(data.get("block_seconds", "0"), f"{where}: block_seconds"))


def _endpoint(given: object, where: str) -> Endpoint:
    data = {"url": given} if isinstance(given, str) else _table(given, where)
    url = str(data.get("url", "")).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise SourceError(f"{where}: {parts.hostname or 'an endpoint'}: write a whole address such as https://node.example.com, keys in key_env")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise SourceError(f"{where}: {parts.hostname}: only https, or http on this machine")
    return Endpoint(url, data.get("header", ""), data.get("key_env", ""), _whole(data.get("per_minute", "60"), f"{where}: per_minute"))


def _assets(coins: Mapping) -> Iterator[Asset]:
    for coin, given in _table(coins, "coins").items():
        for network, one in _table(_table(given, f"coins: {coin}").get("networks"), f"coins: {coin}: networks").items():
            where = f"coins: {coin}: {network}"
            data = _table(one, where)
            yield Asset(coin, network, _whole(data.get("confirmations", "1"), f"{where}: confirmations"), _decimal(data.get("min_deposit", "0"), f"{where}: min_deposit"),
                        data.get("contract", ""), _whole(data.get("decimals", "18"), f"{where}: decimals"))


def _market(data: Mapping) -> Market:
    exchanges = data.get("exchanges") or []
    if not isinstance(exchanges, list):
        raise SourceError("sources: market: exchanges must be a list")
    made = []
    for one in exchanges:
        entry = {"id": one} if isinstance(one, str) else dict(_table(one, "sources: market"))
        if not str(entry.get("id", "")).isalnum():
            raise SourceError("sources: market: each exchange needs its ccxt id, such as kraken")
        made.append(entry)
    own = dict(_table(data.get("own"), "sources: market: own"))
    return Market(tuple(made), own, data.get("tell_own_outlier", "no") == "yes", _decimal(data.get("outlier_percent", "2"), "sources: market: outlier_percent"))


def _table(given: object, where: str) -> Mapping:
    if given in (None, ""):
        return {}
    if not isinstance(given, Mapping):
        raise SourceError(f"{where}: must hold key: value lines")
    return given


def _whole(text: object, where: str) -> int:
    if not str(text).isdigit():
        raise SourceError(f"{where}: must be a whole number")
    return int(str(text))


def _decimal(text: object, where: str) -> Decimal:
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        raise SourceError(f"{where}: must be a number")
    return number
