"""What is Request Tracker's own: tokens, transactions asked for by number, permissions it denies with a friendly answer, an outage of the real server."""
from __future__ import annotations

import asyncio
import base64
import json

import pytest

from bot.desk.adapters.base import BadSignature, Capabilities, Change, Entry, File, Refused, Unreachable
from bot.desk.adapters.registry import made
from tests.desk.adapters import rt
from tests.desk.adapters.conftest import PNG, RTWorld, opened, settings


@pytest.fixture
def desk(request_tracker):
    def go(scenario):
        async def whole():
            async with opened("request_tracker", request_tracker) as world:
                await asyncio.wait_for(scenario(world), 120)
        asyncio.run(whole())
    return go


def test_a_token_opens_it_as_a_password_does(request_tracker, desk, case):
    async def scenario(world: RTWorld):
        made_case = case(queue="Deposits")
        remote = await world.adapter.create(made_case)
        with_token = made("rt", settings("request_tracker", request_tracker.url), request_tracker.token)
        assert await with_token.find(made_case) == remote
        await with_token.close()
    desk(scenario)


def test_changes_are_found_once_by_their_numbers_and_never_our_own(desk, case):
    async def scenario(world: RTWorld):
        quiet, spoken = await world.adapter.create(case(queue="Deposits")), await world.adapter.create(case(queue="Other"))
        begun = await world.adapter.changed("")
        assert begun.remotes == ()
        await world.adapter.write(quiet, case().visitor, Entry("TK-1#1", "note", "mine"))
        await world.answer(spoken, "answer")
        found = await world.adapter.changed(begun.cursor)
        assert found.remotes == (spoken,)
        assert (await world.adapter.changed(found.cursor)).remotes == ()
        await world.settle(spoken, "resolved")
        assert (await world.adapter.changed(found.cursor)).remotes == (spoken,)
    desk(scenario)


def test_a_transaction_that_appears_below_the_last_number_is_not_missed(desk, case):
    async def scenario(world: RTWorld):
        remote = await world.adapter.create(case(queue="Deposits"))
        begun = await world.adapter.changed("")
        await world.answer(remote, "committed late")
        cursor = json.loads(begun.cursor)
        ahead = json.dumps({**cursor, "last": cursor["last"] + 50})  # somebody else's number was seen first
        assert (await world.adapter.changed(ahead)).remotes == (remote,)
    desk(scenario)


def test_a_change_it_does_not_allow_is_not_taken_for_done(request_tracker, desk, case):
    async def scenario(world: RTWorld):
        remote = await world.adapter.create(case(queue="Deposits"))
        reader = made("rt", settings("request_tracker", request_tracker.url, user=rt.READER), rt.READER_PASSWORD)
        with pytest.raises(Refused):
            await reader.change(remote, Change(state="resolved"))
        await reader.close()
    desk(scenario)


def test_a_chinese_file_name_arrives_under_an_ascii_one_and_is_told(desk, case):
    async def scenario(world: RTWorld):
        remote = await world.adapter.create(case(queue="Deposits"))
        await world.adapter.write(remote, case().visitor, Entry("TK-1#1", "visitor", "截图", files=(File("截图.png", "image/png", PNG),)))
        kind, text = (await world.said(remote))[-1]
        assert (kind, text.strip()) == ("visitor", "截图\nfile-1.png: 截图.png")
    desk(scenario)


def test_a_file_an_agent_attached_can_be_had(desk, case):
    async def scenario(world: RTWorld):
        remote = await world.adapter.create(case(queue="Deposits"))
        await world.stub.agent("POST", f"/ticket/{remote}/correspond", {"Content": "see file", "ContentType": "text/plain", "Attachments": [
            {"FileName": "form.png", "FileType": "image/png", "FileContent": base64.b64encode(PNG).decode()}]})
        entry = [each for each in (await world.adapter.news(remote, "")).entries if each.by == "agent"][-1]
        assert (entry.text, [file.name for file in entry.files]) == ("see file", ["form.png"])
        assert await world.adapter.download(entry.files[0], 1000) == PNG
        with pytest.raises(Refused):
            await world.adapter.download(entry.files[0], 1)
    desk(scenario)


def test_html_of_an_agent_becomes_text_without_scripts(desk, case):
    async def scenario(world: RTWorld):
        remote = await world.adapter.create(case(queue="Deposits"))
        await world.answer(remote, "first</p><p>second &lt;b&gt; <script>alert(1)</script><a href='javascript:x'>link</a> {{7*7}}")
        entry = [each for each in (await world.adapter.news(remote, "")).entries if each.by == "agent"][-1]
        assert entry.text == "first\n\nsecond <b> link {{7*7}}"
    desk(scenario)


def test_it_sends_no_webhooks_and_none_is_believed(desk):
    async def scenario(world: RTWorld):
        assert Capabilities(webhooks=False).webhooks is world.adapter.capabilities.webhooks
        with pytest.raises(BadSignature):
            world.adapter.hear({}, b"{}", None)
    desk(scenario)


def test_the_server_stops_and_comes_back(request_tracker, desk, case):
    async def scenario(world: RTWorld):
        made_case = case(queue="Deposits")
        direct = made("rt", settings("request_tracker", request_tracker.url), rt.BOT_PASSWORD)
        await world.stop()
        try:
            with pytest.raises(Unreachable) as caught:
                await direct.create(made_case)
            assert caught.value.code == "no_connection"
        finally:
            await world.start()
        assert await direct.find(made_case) is None
        assert await direct.create(made_case)
        await direct.close()
    desk(scenario)
