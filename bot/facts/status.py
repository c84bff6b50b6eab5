"""The check service_status: what the exchange's status page says, as Atlassian Statuspage's JSON or as a plain file.

Source: Statuspage's public API, GET /api/v2/summary.json (status.indicator, incidents, scheduled_maintenances, components).
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from bot.facts import asking, registry
from bot.facts.catalogue import UNKNOWN

KEEP_SECONDS = 30
MOST_BYTES = 100_000
MOST_TITLE = 120
"""Characters of an incident's title that are shown."""
_NAMES = {  # what a status page may call what we ask about
    "deposits": ("deposit", "充值", "充币"), "withdrawals": ("withdraw", "提现", "提币"), "trading": ("trading", "trade", "order", "spot", "交易", "撮合"),
    "login": ("login", "log in", "sign in", "account", "登录", "登入", "账户"),
}


def _possible(args: registry.Arguments, tools: registry.Tools) -> bool:
    return bool(tools.sources.status or tools.sources.status_file)


@registry.look_up("service_status", possible=_possible)
async def service_status(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue. An incident that names another component is none for who asks about this one."""
    wanted = _NAMES.get(args.get("component", ""), ())
    if tools.sources.status_file:
        return _of_file(Path(tools.sources.status_file), wanted)
    async with asking.opened() as asker:
        summary, _ = await asking.agreed([tools.sources.status], lambda endpoint: asker.get(endpoint, "/api/v2/summary.json"), lambda one, _: one)
    source = {"source": tools.sources.status.host}
    for kind, rows in (("incident", summary.get("incidents", ())), ("maintenance", _under_way(summary.get("scheduled_maintenances", ())))):
        for row in rows:
            if row.get("status") in ("resolved", "postmortem", "completed"):
                continue
            if not wanted or _concerns(_words(row), wanted) or not row.get("components"):
                return registry.Found(kind, {"title": str(row["name"])[:MOST_TITLE], "incident": str(row["id"])[:40], "since": str(row.get("started_at") or row.get("created_at") or "")[:16]} | source, KEEP_SECONDS)
    for part in summary.get("components", ()):
        if part.get("status") in ("partial_outage", "major_outage", "degraded_performance", "under_maintenance") and (not wanted or _concerns([part.get("name", "")], wanted)):
            kind = "maintenance" if part["status"] == "under_maintenance" else "incident"
            return registry.Found(kind, {"title": str(part["name"])[:MOST_TITLE], "incident": str(part["id"])[:40], "since": ""} | source, KEEP_SECONDS)
    return registry.Found("ok", source, KEEP_SECONDS)


def _under_way(rows: Iterable[Mapping]) -> list[Mapping]:
    return [row for row in rows if row.get("status") in ("in_progress", "verifying")]


def _words(row: Mapping) -> list[str]:
    return [row.get("name", ""), *(part.get("name", "") for part in row.get("components", ()))]


def _concerns(names: Iterable[str], wanted: Iterable[str]) -> bool:
    return any(word in name.lower() for name in names for word in wanted)


def _of_file(path: Path, wanted: tuple[str, ...]) -> registry.Found:
    """`{state: ok | incident | maintenance, title, id, since, components: [...]}` in YAML; a file that is not there says nothing."""
    try:
        with path.open("rb") as file:
            data = yaml.safe_load(file.read(MOST_BYTES))
    except (OSError, yaml.YAMLError):
        return registry.Found(UNKNOWN)
    if not isinstance(data, Mapping) or data.get("state") not in ("ok", "incident", "maintenance"):
        return registry.Found(UNKNOWN)
    parts = [str(part) for part in data.get("components") or ()]
    if data["state"] == "ok" or (wanted and parts and not _concerns([part.lower() for part in parts], wanted)):
        return registry.Found("ok", {"source": path.name}, KEEP_SECONDS)
    return registry.Found(data["state"], {"title": str(data.get("title", ""))[:MOST_TITLE], "incident": str(data.get("id", ""))[:40], "since": str(data.get("since", ""))[:16], "source": path.name}, KEEP_SECONDS)
