"""Slow checks: a turn of their own, in order, also after a crash."""
from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import datetime

import pytest

from bot.conversations import dialogue
from bot.conversations.database import run
from bot.conversations.models import Conversation
from bot.dialogue.state import frame, fresh
from bot.facts import catalogue, registry


@pytest.fixture
def slow_fact(monkeypatch):
    """read_reference, made slow: it answers when `go` is set."""
    go = threading.Event()

    async def waiting(args, tools):
        await asyncio.to_thread(go.wait, 2)
        return registry.Found("ok")

    registry.run("read_reference", {}, registry.Tools(datetime.now))  # the real checks register before one is replaced
    declared = catalogue.FACTS["read_reference"]
    monkeypatch.setitem(catalogue.FACTS, "read_reference", replace(declared, slow=True))
    monkeypatch.setitem(registry._look_ups, "read_reference", (waiting, lambda args, tools: True))
    return go


def checking(conversation):
    """Puts the conversation where a turn left it that reached a slow check."""
    flow = dialogue.content().flows["deposit_missing"]
    step = next(step for step in flow.steps.values() if getattr(step, "check", None) == "read_reference")
    state = fresh({"lang": "zh-Hans"})
    state["flow"] = frame("deposit_missing", step.name)
    state["check"] = {"name": "read_reference", "args": {"reference": "a" * 64}, "step": step.name}
    Conversation.objects.filter(pk=conversation.pk).update(
        state={"slots": {"dialogue": state, "flow_stage": "asking"}, "loop": None, "requested_slot": None}, check_due=True)


def test_the_finding_comes_before_what_was_typed_meanwhile(site, slow_fact):
    async def scenario(site):
        visitor = await site.visitor()
        await run(checking, visitor)
        typed = await site.post(visitor, "KYC是什么意思")
        slow_fact.set()
        await site.settled()
        said = [each for each in await site.messages(visitor) if each["author"] == "bot" and each["seq"] > 1]
        assert "reply_to" not in said[0]
        assert said[-1]["reply_to"] == typed.seq
        assert (await site.fresh(visitor)).dialogue["check"] is None
        assert not visitor.check_due
    site(scenario)


def test_a_check_left_by_a_process_that_died_is_taken_up_again(site, slow_fact):
    async def scenario(site):
        from bot.conversations.sweeper import Sweeper

        visitor = await site.visitor()
        await run(checking, visitor)
        slow_fact.set()
        assert await Sweeper(site.running.engine, site.running.runner, site.running.notifier).sweep() == 1
        await site.settled()
        assert len(await site.messages(visitor)) > 1
        assert not (await site.fresh(visitor)).check_due
    site(scenario)


def test_a_check_that_breaks_counts_as_unknown(site, slow_fact, monkeypatch):
    async def broken(args, tools):
        raise RuntimeError("what the visitor typed")

    async def scenario(site):
        monkeypatch.setitem(registry._look_ups, "read_reference", (broken, lambda args, tools: True))
        visitor = await site.visitor()
        await run(checking, visitor)
        site.running.runner.submit(visitor.pk)
        await site.settled()
        assert len(await site.messages(visitor)) > 1
        assert not (await site.fresh(visitor)).check_due
    site(scenario)


def test_a_finding_is_not_told_once_a_person_answers(site, slow_fact):
    async def scenario(site):
        visitor = await site.visitor()
        await run(checking, visitor)
        await run(Conversation.objects.filter(pk=visitor.pk).update, owner="human", epoch=2)
        slow_fact.set()
        site.running.runner.submit(visitor.pk)
        await site.settled()
        assert len(await site.messages(visitor)) == 1
        assert not (await site.fresh(visitor)).check_due
        assert visitor.dialogue["check"] is None
    site(scenario)
