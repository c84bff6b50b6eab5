"""A stand-in for the engine, spoken to over real HTTP, for tests of the door: it answers at once and understands nothing.

    python tests/channels/engine_stub.py PORT
"""
from __future__ import annotations

import asyncio
import sys

from aiohttp import web

CHOICES = [
    {"title": "链上转账", "payload": '/choose{"choice":"origin.onchain"}'},
    {"title": "平台内转账", "payload": '/choose{"choice":"origin.internal"}'},
    {"title": "不确定", "payload": '/choose{"choice":"origin.?unsure"}'},
]
ANSWERS = {
    "充值没到账": ("先别着急，多数情况下钱还在路上。这笔充值是从哪里转过来的？", CHOICES),
    '/choose{"choice":"origin.onchain"}': (
        "好的，是链上转账。请粘贴交易哈希（一长串字母数字，64 位左右），也可以直接发转出页面的截图。\n不会找也没关系，教程在这里：https://www.example.com/guide/find-txid",
        [{"title": "教我找", "payload": '/choose{"choice":"hash.?unsure"}'}, {"title": "跳过", "payload": '/choose{"choice":"hash.?skip"}'}]),
    "steps": ("先看两个最常见的原因：\n1. 等一会儿再看。\n2. 看资金账户和现货账户：https://www.example.com/assets\n3. 看转出记录。\n2025 年的充值不受影响。", []),
    "markup": ('<img src=x onerror="document.title=1"> javascript:alert(1) https://www.example.com/a?b=1。 http://plain.example https://user@evil.example/', []),
}


# A conversation in the middle of a problem, as the dialogue's state has it: the case sheet is made from this.
OPEN_PROBLEM = {
    "lang": "zh-Hans", "flow": {"name": "deposit_missing", "step": "hash", "path": [], "tries": 0, "marks": [], "undo": []},
    "fields": {"coin": {"value": "USDT", "said": "USDT", "source": "said", "declined": False},
               "amount": {"value": "250", "said": "250", "source": "said", "declined": False}},
}


async def turn(request: web.Request) -> web.Response:
    body = await request.json()
    said = body.get("payload") or body.get("text") or ""
    if said.startswith("slow"):
        await asyncio.sleep(1)
    text, buttons = ANSWERS.get(said, (f"echo {'payload' if body.get('payload') else 'text'}: {said}", []))
    state = body.get("state") or {}
    if said == "充值案例":
        state = {**state, "slots": {**state.get("slots", {}), "dialogue": OPEN_PROBLEM}}
    return web.json_response({
        "turn": body.get("turn"), "intent": "inform", "confidence": 1.0, "ranking": [], "entities": [], "decision": "act", "score": 1.0, "queued": [],
        "messages": [{"text": text, "buttons": buttons}], "actions": [], "state": state,
    })


async def ready(request: web.Request) -> web.Response:
    return web.json_response({"model": "stub", "fingerprint": "stub"})


def main() -> None:
    app = web.Application()
    app.router.add_post("/webhooks/engine/turn", turn)
    app.router.add_post("/webhooks/engine/parse", turn)
    app.router.add_get("/webhooks/engine/ready", ready)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()
