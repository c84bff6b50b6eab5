"""Streams: every message once, in order, without a gap, for whoever listens; who cannot keep up is let go."""
from __future__ import annotations

import asyncio

from bot.conversations import hub as hubs
from bot.conversations import log
from bot.conversations.database import run
from bot.conversations.log import Reply
from bot.conversations.notifier import Note


async def read(subscription, count):
    """Numbers of the next `count` messages."""
    numbers = []
    async for event in subscription:
        if event.kind == "message":
            numbers.append(event.seq)
        if len(numbers) == count:
            break
    return numbers


def write(conversation, count):
    return log.append_outbound(conversation.pk, "bot", [Reply(str(n)) for n in range(count)])


def test_a_subscriber_first_learns_the_state_then_what_it_missed_then_what_comes(site):
    async def scenario(site):
        visitor = await site.visitor()
        await run(write, visitor, 3)
        subscription = site.running.hub.subscribe(visitor.pk, 1)
        first = await anext(subscription)
        assert (first.kind, first.data["owner"]) == ("state", "bot")
        assert await read(subscription, 3) == [2, 3, 4]
        await run(write, visitor, 2)
        site.running.notifier.publish(Note(visitor.pk, "log"))
        assert await read(subscription, 2) == [5, 6]
    site(scenario)


def test_a_long_history_comes_whole(site):
    async def scenario(site):
        visitor = await site.visitor()
        await run(write, visitor, 450)
        assert await read(site.running.hub.subscribe(visitor.pk, 0), 451) == list(range(1, 452))
    site(scenario)


def test_messages_written_while_the_history_is_read_come_once(site):
    async def scenario(site):
        visitor = await site.visitor()
        subscriptions = [site.running.hub.subscribe(visitor.pk, 0) for _ in range(3)]
        readers = [asyncio.create_task(read(each, 41)) for each in subscriptions]
        for _ in range(20):
            await run(write, visitor, 2)
            site.running.notifier.publish(Note(visitor.pk, "log"))
        assert await asyncio.wait_for(asyncio.gather(*readers), 10) == [list(range(1, 42))] * 3
    site(scenario)


def test_without_any_note_the_poll_finds_what_was_written(site):
    async def scenario(site):
        visitor = await site.visitor()
        subscription = site.running.hub.subscribe(visitor.pk, 1)
        await anext(subscription)
        await run(write, visitor, 1)
        assert await asyncio.wait_for(read(subscription, 1), 10) == [2]
    site(scenario)


def test_a_change_of_owner_reaches_the_stream(site):
    async def scenario(site):
        visitor = await site.visitor()
        subscription = site.running.hub.subscribe(visitor.pk, 1)
        await anext(subscription)
        await site.send(visitor, "充值没到账")
        await site.send(visitor, payload="/human_agent")
        async for event in subscription:
            if event.kind == "state" and event.data["owner"] == "waiting":
                break
        assert event.data["ticket"] == (await site.tickets(visitor))[0].number
        assert event.data["position"] == 1
    site(scenario)


def test_somebody_else_s_conversation_is_not_heard(site):
    async def scenario(site):
        mine, other = await site.visitor(), await site.visitor()
        subscription = site.running.hub.subscribe(mine.pk, 1)
        await anext(subscription)
        await run(write, other, 5)
        site.running.notifier.publish(Note(other.pk, "log"))
        await run(write, mine, 1)
        site.running.notifier.publish(Note(mine.pk, "log"))
        event = await anext(subscription)
        assert (event.kind, event.seq, event.data["text"]) == ("message", 2, "0")
    site(scenario)


def test_a_reader_that_does_not_keep_up_is_let_go_and_comes_back_without_loss(site):
    async def scenario(site):
        visitor = await site.visitor()
        slow = site.running.hub.subscribe(visitor.pk, 1)
        await anext(slow)
        slow_read = asyncio.create_task(read(slow, 1))
        await run(write, visitor, 1)
        site.running.notifier.publish(Note(visitor.pk, "log"))
        assert await slow_read == [2]
        for _ in range(hubs.QUEUE_EVENTS + 10):
            site.running.hub.heard(Note(visitor.pk, "typing_on"))
        kinds = [event.kind async for event in slow]
        assert len(kinds) == hubs.QUEUE_EVENTS
        await run(write, visitor, 2)
        assert await read(site.running.hub.subscribe(visitor.pk, slow.after), 2) == [3, 4]
    site(scenario)


def test_streams_end_when_the_app_stops(site):
    async def scenario(site):
        visitor = await site.visitor()
        subscription = site.running.hub.subscribe(visitor.pk, 0)
        await anext(subscription)
        await site.running.hub.stop()
        assert [event.kind async for event in subscription] == ["message"]
        assert site.running.hub.open_streams == 0
    site(scenario)


def test_that_a_visitor_writes_is_told_to_the_desk_alone(site):
    async def scenario(site):
        visitor = await site.visitor()
        own, desk = site.running.hub.subscribe(visitor.pk, 0), site.running.hub.subscribe(visitor.pk, 0, desk=True)
        assert await read(own, 1) == await read(desk, 1) == [1]
        for kind in ("user_typing_on", "typing_on"):
            site.running.notifier.publish(Note(visitor.pk, kind))
        assert (await anext(own)).kind == "typing"
        assert [(await anext(desk)).kind for _ in range(2)] == ["user_typing", "typing"]
    site(scenario)


def test_a_watcher_hears_of_every_conversation(site):
    async def scenario(site):
        heard = []
        forget = site.running.hub.watch(lambda note: heard.append(note.conversation_id))
        visitor = await site.visitor()
        site.running.notifier.publish(Note(visitor.pk, "log"))
        forget()
        site.running.notifier.publish(Note(visitor.pk, "log"))
        assert heard == [visitor.pk]
    site(scenario)
