"""A stand-in for the engine over real HTTP: understands a handful of sentences, calls the real actions back, keeps nothing.

As a process: python engine_stub.py PORT ACTIONS_URL. STUB_FAULT=before_action|after_action kills it at that point of the next turn.
"""
from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

import aiohttp
from aiohttp import web

INTENTS = {
    "充值没到账": "deposit_missing", "my deposit is missing": "deposit_missing", "转人工": "human_agent", "KYC是什么意思": "concept_kyc",
    "到哪一步了": "ticket_status", "我要投诉": "file_complaint", "不等了": "stop_cancel", "好": "affirm", "English": "change_language",
    "不想活了": "distress", "账号被盗了": "account_compromised", "hacked": "account_compromised", "sorry it was erc20 not trc20": "withdrawal_failed_or_pending", "忘记密码了": "forgot_password", "还是不行": "feedback_unresolved", "找你们主管": "escalate_ticket", "去哪里投诉你们": "regulator",
    "给我记录": "keep_records", "跳過": "distress", "还能追回来吗": "official_channel_check", "谢谢": "thanks",
}
DOUBTED = {"对方说发了": "stop_cancel", "你们这个要多长时间": "response_time", "what's the wait": "response_time"}
"""Sentences of which it is not sure."""
ACTIONS = {
    "deposit_missing": "action_flow_start", "account_compromised": "action_flow_start", "forgot_password": "action_flow_start", "keep_records": "action_card", "thanks": "action_card", "human_agent": "action_human", "concept_kyc": "action_card", "distress": "action_card", "stop_cancel": "action_flow_stop",
    "change_language": "action_language", "start_over": "action_flow_restart",
}


SLOW, SLOW_SECONDS = "慢慢想", 2.0
"""A sentence that takes its time."""


class StubEngine:
    """One engine. `fail` texts answer 500, `slow` ones take `slow_seconds`; `turns` has every turn's request."""

    def __init__(self, actions_url: str, secret: str) -> None:
        self.actions_url, self.secret = actions_url, secret
        self.turns: list[dict] = []
        self.fail: set[str] = set()
        self.slow_seconds = 0.0
        self.up = True

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/webhooks/engine/turn", self.turn)
        app.router.add_post("/webhooks/engine/parse", self.parse)
        app.router.add_get("/webhooks/engine/ready", self.ready)
        return app

    async def ready(self, request: web.Request) -> web.Response:
        return web.json_response({"model": "stub", "fingerprint": "stub"} if self.up else {"error": "no model"}, status=200 if self.up else 503)

    async def parse(self, request: web.Request) -> web.Response:
        if not self.up:
            return web.json_response({"error": "no model"}, status=503)
        return web.json_response(self.understood(await request.json()))

    async def turn(self, request: web.Request) -> web.Response:
        if not self.up:
            return web.json_response({"error": "no model"}, status=503)
        assert request.headers["X-Engine-Secret"] == self.secret
        body = await request.json()
        self.turns.append(body)
        if body.get("text") in self.fail:
            return web.json_response({"error": "turn failed", "turn": body["turn"]}, status=500)
        if self.slow_seconds or body.get("text") == SLOW:
            await asyncio.sleep(self.slow_seconds or SLOW_SECONDS)
        _reach("before_action")
        try:
            answer = await self.route(body)
        except RuntimeError:
            return web.json_response({"error": "turn failed", "turn": body["turn"]}, status=500)
        _reach("after_action")
        return web.json_response(answer)

    def understood(self, body: dict) -> dict:
        said = body.get("payload") or body.get("text") or ""
        entities = []
        if said.startswith("/"):
            intent, _, named = said[1:].partition("{")
            entities = [{"entity": name, "value": value} for name, value in json.loads("{" + named).items()] if named else []
        else:
            intent = INTENTS.get(said, "nlu_fallback")
            entities = [{"entity": "network", "value": chain.upper(), "text": chain} for chain in ("erc20", "trc20") if chain in said]
            if said.isdigit():
                intent, entities = "inform", [{"entity": "uid", "value": said, "text": said}]
        if said in DOUBTED:
            return {"turn": body.get("turn"), "intent": "nlu_clarify", "confidence": 0.9, "ranking": [{"name": DOUBTED[said], "confidence": 0.9}], "entities": [], "decision": "clarify", "score": 0.9, "queued": []}
        return {"turn": body.get("turn"), "intent": intent, "confidence": 0.9, "ranking": [{"name": intent, "confidence": 0.9}], "entities": entities,
                "decision": "fallback" if intent == "nlu_fallback" else "act", "score": 0.9, "queued": []}

    async def route(self, body: dict) -> dict:
        """What the trained rules do, for as much of it as these tests need."""
        made = self.understood(body)
        state = body["state"]
        slots, loop = dict(state.get("slots") or {}), state.get("loop")
        message = {"text": body.get("payload") or body.get("text"), "intent": {"name": made["intent"]}, "entities": made["entities"]}
        messages, called = [], []

        async def act(name: str) -> None:
            result = await self.call(name, body["turn"], slots, message, len(called))
            called.append(name)
            messages.extend({"text": each["text"], "buttons": each["buttons"]} for each in result["responses"])
            slots.update({event["name"]: event["value"] for event in result["events"] if event["event"] == "slot"})

        async def form() -> str | None:
            await act("validate_ticket_form")
            if slots.get("requested_slot"):
                await act("action_ask_ticket_answer")
                return "ticket_form"
            await act("action_open_ticket")
            return None

        if loop and made["intent"] in ("nlu_fallback", "inform"):
            slots["ticket_answer"] = body.get("text")
            loop = await form()
        elif loop and made["intent"] == "human_agent":
            loop = None
            await act("action_open_ticket")
        else:
            loop = None
            stage = slots.get("flow_stage")
            default = "action_flow_answer" if stage == "asking" else "action_choose" if made["intent"] in ("choose", "inform", "affirm") else "action_fallback"
            await act(ACTIONS.get(made["intent"], default))
            if slots.get("flow_stage") == "handoff":
                loop = await form()
        requested = slots.pop("requested_slot", None)
        kept = {name: value for name, value in slots.items() if value is not None and name != "ticket_answer"}
        return {**made, "messages": messages, "actions": called, "state": {"slots": kept, "loop": loop, "requested_slot": requested if loop else None}}

    async def call(self, name: str, turn: str, slots: dict, message: dict, count: int) -> dict:
        events = [{"event": "user", "text": message["text"]}, *({"event": "action", "name": "x"} for _ in range(count))]
        if name == "validate_ticket_form" and slots.get("ticket_answer"):
            events.append({"event": "slot", "name": "ticket_answer", "value": slots["ticket_answer"]})
        call = {"next_action": name, "sender_id": turn, "tracker": {
            "sender_id": turn, "slots": slots, "latest_message": message, "events": events, "active_loop": {}, "paused": False,
            "followup_action": None, "latest_action_name": "x"}}
        async with aiohttp.ClientSession(headers={"X-Engine-Secret": self.secret}) as session, session.post(self.actions_url, json=call) as answer:
            if answer.status != 200:
                raise RuntimeError(f"{name}: {answer.status}")
            return await answer.json()


def _reach(point: str) -> None:
    if os.environ.get("STUB_FAULT") == point:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    engine = StubEngine(sys.argv[2], os.environ["ENGINE_SECRET"])
    web.run_app(engine.application(), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
