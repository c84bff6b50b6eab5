"""With every server dead every look-up is unknown, and every flow still comes to an end."""
from __future__ import annotations

import asyncio
import json
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content import load
from bot.dialogue.heard import Heard
from bot.dialogue.route import respond
from bot.facts import account, asking, registry
from bot.facts.catalogue import FACTS, UNKNOWN
from bot.facts.sources import read

CONTENT = load(Path(__file__).parents[2])
ARGUMENTS = {"tx_hash": "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b", "network": "", "coin": "BTC", "address": "", "pair": "BTC/USDT", "price": "60000",
             "side": "buy", "direction": "deposit", "component": "deposits", "order_id": "A1002003"}
LOOK_UPS = sorted(name for name, declared in FACTS.items() if declared.slow)


@pytest.fixture(scope="module", params=["refusing", "silent"])
def sources(request):
    """Every kind of server, each dead: nobody listens, or somebody takes the connection and never answers."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    if request.param == "silent":
        sock.listen(200)
    dead = f"http://127.0.0.1:{sock.getsockname()[1]}"
    if request.param == "refusing":
        sock.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(account.SECRET, "s" * 32)
        yield read({"BTC": {"networks": {"BTC": {"decimals": "8"}}}}, {
            "chains": {"BTC": {"kind": "esplora", "block_seconds": "600", "endpoints": [dead, dead]}},
            "market": {"exchanges": [{"id": "bitstamp", "url": dead}, {"id": "kucoin", "url": dead}], "own": {"id": "kucoin", "url": dead}},
            "status": {"url": dead}, "account": {"url": dead}})
    sock.close()


@pytest.mark.parametrize("name", LOOK_UPS)
def test_a_look_up_is_unknown(sources, name):
    asking.forget_failures()
    tools = registry.Tools(lambda: datetime.now(UTC), sources, {}, "u1")
    assert registry.run(name, ARGUMENTS, tools) is None  # there is somebody to ask
    found = asyncio.run(registry.find(name, ARGUMENTS, tools))
    assert found.outcome == UNKNOWN


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
@pytest.mark.parametrize("flow", sorted(CONTENT.flows))
def test_a_flow_whose_look_ups_all_fail_goes_to_its_end_by_every_first_answer(flow, lang):
    """can_look_up says yes, so what is asked only for a look-up is asked, and the look-up then finds nothing."""
    def dead(name, args):
        return "yes" if name == "can_look_up" else UNKNOWN

    state: dict = {"lang": lang}
    turn = respond(CONTENT, state, Heard(topic=flow, intent="choose"), run_check=dead)
    for _ in range(12):
        if not turn.state["flow"] and not turn.state["collect"]:
            break
        assert turn.replies
        button = next(b for r in reversed(turn.replies) for b in r.buttons if b.payload.startswith('/choose{"choice"') and "?unsure" not in b.payload)
        picked = json.loads(button.payload.removeprefix("/choose"))["choice"]
        turn = respond(CONTENT, turn.state, Heard(intent="choose", choice=picked), run_check=dead)
    assert not turn.state["flow"]
