"""What every desk's adapter has to do, on every desk: the same tests, four times."""
from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.desk.adapters import request_tracker, zendesk
from bot.desk.adapters.base import Busy, Change, DeskError, Entry, File, Gone, NotAllowed, Refused, Unreachable
from tests.desk.adapters.conftest import FIELDS, PNG, QUEUES

TRADITIONAL = "儲值沒有到帳，鏈上顯示已確認；「臺灣」𠮷"


@pytest.fixture
def ready(world, case):
    """A case for this desk: ready(**more)."""
    def make(**more):
        return case(**{"queue": QUEUES[world.kind], **more})
    return make


def entry(number: str, text: str, kind: str = "visitor", **more) -> Entry:
    return Entry(number, kind, text, **more)


def test_a_ticket_is_made_once_and_found_again_by_its_key(world, ready):
    async def scenario(desk):
        made = ready(fields={FIELDS[world.kind]: "0xabc"})
        assert await desk.adapter.find(made) is None
        remote = await desk.adapter.create(made)
        assert await desk.adapter.find(made) == remote
        assert await desk.adapter.find(ready()) is None
        assert await desk.field(remote) == "0xabc"
        assert any("交易哈希: 0xabc" in text and kind == "private" for kind, text in await desk.said(remote))
        assert await desk.status(remote) == "open"
    world(scenario)


def test_what_the_visitor_says_next_follows_and_is_found_by_its_key(world, ready):
    async def scenario(desk):
        made = ready()
        remote = await desk.adapter.create(made)
        keys = [f"{made.key}#{number}" for number in (1, 2, 3)]
        await desk.adapter.write(remote, made.visitor, entry(keys[0], "还是没到"))
        await desk.adapter.write(remote, made.visitor, entry(keys[1], "第二句"))
        assert await desk.adapter.written(remote, keys) == set(keys[:2])
        assert [text for kind, text in await desk.said(remote) if kind == "visitor"] == ["还是没到", "第二句"]
    world(scenario)


def test_notes_and_what_the_bot_said_are_for_agents_only(world, ready):
    async def scenario(desk):
        made = ready()
        remote = await desk.adapter.create(made)
        for number, kind in enumerate(("note", "bot", "agent"), 1):
            await desk.adapter.write(remote, made.visitor, entry(f"{made.key}#{number}", f"{kind} words", kind))
        assert {kind for kind, text in await desk.said(remote) if text.endswith("words")} == {"private"}
    world(scenario)


def test_an_agents_answer_and_private_note_are_told_apart(world, ready):
    async def scenario(desk):
        made = ready()
        remote = await desk.adapter.create(made)
        await desk.adapter.write(remote, made.visitor, entry(f"{made.key}#1", "在吗"))
        before = await desk.adapter.news(remote, "")
        assert [each for each in before.entries if each.by == "agent"] == []
        assert (before.state, before.owner) == ("open", "")
        await desk.answer(remote, "您好，我是小王，正在核对。")
        await desk.answer(remote, "internal: looks like fraud", private=True)
        news = await desk.adapter.news(remote, before.entries[-1].id if before.entries else "")
        said = {each.text: each for each in news.entries if each.by == "agent"}
        assert said["您好，我是小王，正在核对。"].private is False
        assert said["您好，我是小王，正在核对。"].name == "客服小王"
        assert said["internal: looks like fraud"].private is True
        assert news.owner
        assert news.owner_name == "客服小王"
        assert [int(each.id) for each in news.entries] == sorted(int(each.id) for each in news.entries)
    world(scenario)


def test_news_after_an_entry_hold_all_that_came_later_over_many_pages(world, ready, monkeypatch):
    monkeypatch.setattr(request_tracker, "PAGE", 3)
    monkeypatch.setattr(zendesk, "PAGE", 3)

    async def scenario(desk):
        made = ready()
        remote = await desk.adapter.create(made)
        await desk.answer(remote, "one")
        first = [each for each in (await desk.adapter.news(remote, "")).entries if each.by == "agent"][-1]
        count = 5 if world.kind == "request_tracker" else 25
        for number in range(count):
            await desk.answer(remote, f"answer {number}")
        later = [each.text for each in (await desk.adapter.news(remote, first.id)).entries if each.by == "agent" and int(each.id) > int(first.id)]
        assert later == [f"answer {number}" for number in range(count)]
    world(scenario)


def test_resolving_and_reopening_there_and_here(world, ready):
    async def scenario(desk):
        made = ready()
        remote = await desk.adapter.create(made)
        await desk.settle(remote, "resolved")
        assert (await desk.adapter.news(remote, "")).state == "resolved"
        for _ in range(2):
            await desk.adapter.change(remote, Change(state="open"))
            assert await desk.status(remote) == "open"
        for _ in range(2):
            await desk.adapter.change(remote, Change(state="resolved", priority="urgent", queue=QUEUES[world.kind], fields={FIELDS[world.kind]: "0xdef"}))
        assert (await desk.adapter.news(remote, "")).state == "resolved"
        assert await desk.field(remote) == "0xdef"
        assert await desk.adapter.find(made) == remote
        await desk.settle(remote, "open")
        assert (await desk.adapter.news(remote, "")).state == "open"
    world(scenario)


def test_one_ticket_becomes_part_of_another_where_the_desk_can(world, ready):
    async def scenario(desk):
        first, second = await desk.adapter.create(ready()), await desk.adapter.create(ready())
        if not desk.adapter.capabilities.merges:
            with pytest.raises(Refused):
                await desk.adapter.merge(second, first)
            return
        for _ in range(2):
            await desk.adapter.merge(second, first)
        assert await desk.merged(second, first)
    world(scenario)


def test_a_desk_that_is_away_is_unreachable_and_works_again_when_it_is_back(world, ready):
    async def scenario(desk):
        made = ready()
        desk.fail(("down",))
        with pytest.raises(Unreachable):
            await desk.adapter.find(made)
        if world.kind != "request_tracker":  # stopping RT for good is tested once, in test_request_tracker.py
            await desk.stop()
            with pytest.raises(Unreachable) as caught:
                await desk.adapter.find(made)
            assert caught.value.code == "no_connection"
            await desk.start()
        assert await desk.adapter.find(made) is None
        assert await desk.adapter.create(made)
    world(scenario)


def test_an_answer_lost_after_the_work_was_done_leaves_one_ticket_and_one_entry(world, ready):
    async def scenario(desk):
        made = ready()
        only = {"request_tracker": "POST /REST/2.0/ticket", "chatwoot": "POST /api/v1/accounts/1/conversations", "zammad": "POST /api/v1/tickets", "zendesk": "POST /api/v2/tickets"}[world.kind]
        desk.fail(("after",), only=only)
        with pytest.raises(Unreachable):
            await desk.adapter.create(made)
        remote = await desk.adapter.find(made)
        assert remote
        assert await desk.count(made.key) == 1
        only = {"request_tracker": "/correspond", "chatwoot": "/messages", "zammad": "POST /api/v1/ticket_articles", "zendesk": "PUT "}[world.kind]
        desk.fail(("after",), only=only)
        with pytest.raises(Unreachable):
            await desk.adapter.write(remote, made.visitor, entry(f"{made.key}#7", "说一次"))
        desk.fail()
        assert await desk.adapter.written(remote, [f"{made.key}#7"]) == {f"{made.key}#7"}
        assert [text for _, text in await desk.said(remote)].count("说一次") == 1
    world(scenario)


def test_a_desk_that_is_busy_says_for_how_long(world, ready):
    async def scenario(desk):
        desk.fail(("status", 429, {"Retry-After": "17"}))
        with pytest.raises(Busy) as caught:
            await desk.adapter.find(ready())
        assert caught.value.seconds == 17
        desk.fail(("status", 429))
        with pytest.raises(Busy) as caught:
            await desk.adapter.create(ready())
        assert caught.value.seconds > 0
    world(scenario)


@pytest.mark.parametrize(("status", "error"), [(500, Unreachable), (502, Unreachable), (503, Unreachable), (504, Unreachable), (408, Unreachable), (302, Unreachable),
                                               (401, NotAllowed), (403, NotAllowed), (400, Refused), (422, Refused), (404, Gone)])
def test_each_answer_of_trouble_is_told_by_what_it_means(world, ready, status, error):
    async def scenario(desk):
        remote = await desk.adapter.create(ready())
        desk.fail(("status", status))
        with pytest.raises(error) as caught:
            await desk.adapter.news(remote, "")
        assert caught.value.code == f"http_{status}"
        assert await desk.adapter.news(remote, "")
    world(scenario)


def test_an_error_never_quotes_what_was_sent(world, ready):
    async def scenario(desk):
        remote = await desk.adapter.create(ready())
        desk.fail(("status", 422), ("status", 422), ("status", 422))
        with pytest.raises(DeskError) as caught:
            await desk.adapter.write(remote, ready().visitor, entry("TK-1#1", "my words"))
        assert "my words" not in repr(caught.value)
        assert caught.value.__context__ is None or "my words" not in repr(caught.value.__context__)
    world(scenario)


@pytest.mark.parametrize("text", [TRADITIONAL, "😀 emoji {{7*7}} <script>alert(1)</script> & \"quotes\" 'x'", "line\nline\n\nline", "a" * 65_536, "字" * 21_000])
def test_every_text_arrives_as_it_is(world, ready, text):
    async def scenario(desk):
        made = ready(subject=text[:60].replace("\n", " "))
        remote = await desk.adapter.create(made)
        most = desk.adapter.capabilities.most_characters
        pieces = [text[at:at + most] for at in range(0, len(text), most)]
        for number, piece in enumerate(pieces):
            await desk.adapter.write(remote, made.visitor, entry(f"{made.key}#{number + 1}", piece))
        said = "".join(said for kind, said in await desk.said(remote) if kind == "visitor")
        assert said.replace("\r\n", "\n").rstrip("\n") == text
    world(scenario)


def test_64_kb_of_an_agents_words_arrive_whole(world, ready):
    async def scenario(desk):
        remote = await desk.adapter.create(ready())
        await desk.answer(remote, TRADITIONAL + "字" * 20_000)
        assert [each.text for each in (await desk.adapter.news(remote, "")).entries if each.by == "agent"] == [TRADITIONAL + "字" * 20_000]
    world(scenario)


def test_a_field_the_desk_does_not_know_loses_no_ticket(world, ready):
    async def scenario(desk):
        unknown = {"zendesk": "987654321"}.get(world.kind, "no_such_field")
        made = ready(fields={unknown: "x"})
        remote = await desk.adapter.create(made)
        assert await desk.adapter.find(made) == remote
    world(scenario)


def test_files_go_along_under_any_name(world, ready):
    async def scenario(desk):
        made = ready()
        remote = await desk.adapter.create(made)
        await desk.adapter.write(remote, made.visitor, entry(f"{made.key}#1", "截图", files=(File("充值截图.png", "image/png", PNG), File("plain.png", "image/png", PNG))))
        assert await desk.adapter.written(remote, [f"{made.key}#1"])
        assert any("截图" in text for _, text in await desk.said(remote))
    world(scenario)


def test_a_ticket_that_is_gone_is_said_to_be_gone(world, ready):
    async def scenario(desk):
        with pytest.raises(Gone):
            await desk.adapter.news("99999999", "")
    world(scenario)


def test_two_tickets_of_one_visitor_stay_two(world, ready):
    async def scenario(desk):
        first = ready()
        second = replace(ready(), visitor=first.visitor)
        remotes = [await desk.adapter.create(first), await desk.adapter.create(second)]
        assert [await desk.adapter.find(first), await desk.adapter.find(second)] == remotes
        assert len(set(remotes)) == 2
    world(scenario)


def test_a_ticket_that_follows_another_can_be_made(world, ready):
    async def scenario(desk):
        first = ready()
        remote = await desk.adapter.create(first)
        following = replace(first, key=first.key + ".2", follows=remote)
        assert await desk.adapter.find(following) is None
        assert await desk.adapter.create(following) != remote
    world(scenario)


def test_a_slow_desk_is_given_up(world, ready, monkeypatch):
    async def scenario(desk):
        held = asyncio.Event()

        async def silent(reader, writer):
            await held.wait()
            writer.close()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        from bot.desk.adapters.http import Http
        http = Http(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", {}, seconds=0.3)
        with pytest.raises(Unreachable) as caught:
            await http.get("/x")
        assert caught.value.code == "timeout"
        held.set()
        await http.close()
        server.close()
    world(scenario)
