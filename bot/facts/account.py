"""The checks account_state, account_limits, deposit_record and order_state: what the exchange's own backend says of the logged-in account.

One read-only HTTP interface, documented in docs/facts.md: GET /v1/account, /v1/deposits/<hash>, /v1/orders/<id>, each
signed with HMAC-SHA256 over method, path, user and time. The user is the one the identity token vouched for: what somebody
types is never looked up here. Off unless `sources: account:` and ACCOUNT_API_SECRET are there.
"""
from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from bot.facts import asking, registry
from bot.facts.catalogue import FACTS, UNKNOWN
from bot.facts.sources import Endpoint

KEEP_SECONDS = 10
SECRET = "ACCOUNT_API_SECRET"
MOST_VALUE = 60
_REFERENCE = re.compile(r"[0-9A-Za-z_-]{1,100}")


def signature(secret: str, method: str, path: str, user: str, timestamp: str) -> str:
    """Hex HMAC-SHA256 of the four lines method, path, user, timestamp (seconds since 1970)."""
    return hmac.new(secret.encode(), "\n".join((method, path, user, timestamp)).encode(), hashlib.sha256).hexdigest()


def possible(args: registry.Arguments, tools: registry.Tools) -> bool:
    """Whether this visitor's account can be asked about."""
    return bool(tools.sources.account and tools.identity and os.environ.get(SECRET))


@registry.look_up("account_state", possible=possible)
async def account_state(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue. A lock without an end may have a cause that only people tell: it is not told of here."""
    answer = await _get(tools, "/v1/account")
    found = _found("account_state", answer, "state", tools.sources.account)
    if found.outcome in ("locked", "hold") and registry.moment(found.values.get("until", "")) is None:
        return registry.Found(UNKNOWN)
    return found


@registry.look_up("account_limits", possible=possible)
async def account_limits(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue."""
    answer = await _get(tools, "/v1/account")
    limit, used = _number(answer.get("daily_limit")), _number(answer.get("daily_used"))
    if limit is None or used is None or not answer.get("kyc_level") or not answer.get("limit_coin"):
        return registry.Found(UNKNOWN)
    left = f"{max(limit - used, Decimal(0)).normalize():f}"
    return _found("account_limits", {**answer, "state": "known", "daily_left": left}, "state", tools.sources.account)


@registry.look_up("deposit_record", possible=lambda args, tools: possible(args, tools) and bool(_REFERENCE.fullmatch(args.get("tx_hash", ""))))
async def deposit_record(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue. "not_seen" is the backend's 404."""
    answer = await _get(tools, f"/v1/deposits/{quote(args['tx_hash'])}", {"state": "not_seen"})
    if answer.get("state") == "credited" and answer.get("account") in ("funding", "spot"):
        answer = {**answer, "state": f"in_{answer['account']}"}
    return _found("deposit_record", answer, "state", tools.sources.account)


@registry.look_up("order_state", possible=lambda args, tools: possible(args, tools) and bool(_REFERENCE.fullmatch(args.get("order_id", ""))))
async def order_state(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue."""
    return _found("order_state", await _get(tools, f"/v1/orders/{quote(args['order_id'])}", {"state": "not_found"}), "state", tools.sources.account)


def _number(given: object) -> Decimal | None:
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


async def _get(tools: registry.Tools, path: str, missing: object = asking.NoAnswer) -> Mapping:
    timestamp = str(int(tools.clock().timestamp()))
    headers = {"X-User": tools.identity, "X-Timestamp": timestamp,
               "X-Signature": signature(os.environ[SECRET], "GET", path, tools.identity, timestamp)}
    async with asking.opened() as asker:
        answer, _ = await asking.agreed([tools.sources.account], lambda endpoint: asker.get(endpoint, path, missing, headers), lambda one, _: one)
    return answer


def _found(name: str, answer: Mapping, key: str, endpoint: Endpoint) -> registry.Found:
    declared = FACTS[name]
    outcome = str(answer.get(key, UNKNOWN))
    values = {value: str(answer[value])[:MOST_VALUE] for value in declared.values if answer.get(value) is not None}
    return registry.Found(outcome, values | {"source": endpoint.host}, KEEP_SECONDS)
