"""What agents do at an outside desk reaches the visitor as if they sat at ours: once, in order, by name; what is private there stays there."""
from __future__ import annotations

import json

import pytest

from bot.desk import actors, audit, handling, tickets
from bot.desk.models import AuditEntry
from bot.desk.outbox import arriving, queue
from tests.desk.adapters.conftest import PNG

KINDS = ["zendesk", "chatwoot", "zammad", "request_tracker"]


async def there(site, **more):
    ticket = await site.ticket(**more)
    await site.round(2)
    return ticket, await site.remote(ticket)


@pytest.mark.parametrize("kind", KINDS)
def test_an_agents_answer_reaches_the_visitor_under_the_agents_name_and_the_bot_is_silent(outside, kind):
    async def scenario(site):
        ticket, remote = await there(site)
        before = await site.fresh(ticket)
        await site.world.answer(remote, "您好，我是小王，正在核对这笔充值。")
        await site.heard(ticket)
        after = await site.fresh(ticket)
        assert (after.state, after.assignee, after.conversation.owner) == ("taken", None, "human")
        assert after.conversation.epoch == before.conversation.epoch + 1
        said = [each for each in await site.messages(ticket) if each["author"] == "agent"]
        assert [(each["name"], each["text"]) for each in said] == [("客服小王", "您好，我是小王，正在核对这笔充值。")]
        assert ticket.conversation_id in site.told
        assert after.first_reply
        for _ in range(3):
            await site.heard(ticket)
        assert len([each for each in await site.messages(ticket) if each["author"] == "agent"]) == 1
        await site.round(2)
        assert [text for how, text in await site.world.said(remote) if "正在核对" in text].__len__() == 1
    outside(scenario, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_private_notes_stay_there(outside, kind):
    async def scenario(site):
        ticket, remote = await there(site)
        await site.world.answer(remote, "suspect fraud, check with risk", private=True)
        await site.heard(ticket)
        assert "fraud" not in json.dumps(await site.messages(ticket))
        assert (await site.fresh(ticket)).conversation.owner in ("waiting", "human")
        await site.world.answer(remote, "公开的回复")
        await site.heard(ticket)
        assert "fraud" not in json.dumps(await site.messages(ticket))
        assert [each["text"] for each in await site.messages(ticket) if each["author"] == "agent"] == ["公开的回复"]
        notes = await site.do(lambda: [(note.name, note.text) for note in ticket.notes.all()])
        assert notes == [("客服小王", "suspect fraud, check with risk")]
        await site.round(2)
        assert len([text for _, text in await site.world.said(remote) if "fraud" in text]) == 1
    outside(scenario, kind)


def test_a_note_written_here_is_private_there(outside, agent):
    from bot.desk import notes

    async def scenario(site):
        ticket, remote = await there(site)
        await site.do(notes.add, ticket, agent, "内部：手机 13812345678 已核对", "note-0001")
        await site.round(2)
        how, text = (await site.world.said(remote))[-1]
        assert how == "private"
        assert text == "小李: 内部：手机 ***5678 已核对"
    outside(scenario)


def test_a_file_an_agent_attached_reaches_the_visitor(outside):
    async def scenario(site):
        ticket, remote = await there(site)
        site.stub.answer(remote, "see the form", files=(("form.png", PNG), ("macro.exe", b"MZ")))
        await site.heard(ticket)
        said = [each for each in await site.messages(ticket) if each["author"] == "agent"]
        assert said[0]["text"] == "see the form"
        assert [each["file"]["name"] for each in said if each.get("file")] == ["form.png"]
        await site.heard(ticket)
        assert len([each for each in await site.messages(ticket) if each["author"] == "agent"]) == len(said)
        how, text = (await site.world.said(remote))[-1]
        assert how == "private"
        assert "macro.exe" in text
    outside(scenario)


@pytest.mark.parametrize("kind", KINDS)
def test_resolved_there_is_resolved_here_and_the_visitors_reply_opens_it_again(outside, kind):
    async def scenario(site):
        ticket, remote = await there(site)
        await site.world.answer(remote, "已补入账")
        await site.world.settle(remote, "resolved")
        await site.heard(ticket)
        after = await site.fresh(ticket)
        assert (after.state, after.conversation.owner) == ("resolved", "bot")
        await site.do(tickets.reopen, ticket, actors.VISITOR, "not solved")
        await site.heard(ticket)  # an old state there must not undo what happened here
        assert (await site.fresh(ticket)).state == "open"
        await site.round(3)
        assert await site.world.status(remote) == "open"
        await site.heard(ticket)
        assert (await site.fresh(ticket)).state == "open"
        await site.world.settle(remote, "resolved")
        await site.heard(ticket)
        assert (await site.fresh(ticket)).state == "resolved"
    outside(scenario, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_opened_again_there_is_opened_again_here(outside, kind):
    async def scenario(site):
        ticket, remote = await there(site)
        await site.world.settle(remote, "resolved")
        await site.heard(ticket)
        assert (await site.fresh(ticket)).state == "resolved"
        await site.world.settle(remote, "open")
        await site.heard(ticket)
        assert (await site.fresh(ticket)).state == "open"
    outside(scenario, kind)


def test_an_answer_to_a_ticket_that_was_resolved_here_opens_it_and_is_told(outside, agent):
    async def scenario(site):
        ticket, remote = await there(site)
        await site.do(handling.take, ticket, agent)
        await site.do(handling.resolve, ticket, agent)
        await site.round(2)
        await site.world.answer(remote, "one more thing")
        await site.heard(ticket)
        assert (await site.fresh(ticket)).state == "taken"
        assert (await site.messages(ticket))[-1]["text"] == "one more thing"
    outside(scenario)


def test_an_answer_to_a_ticket_that_the_visitor_gave_up_is_told_too(outside):
    async def scenario(site):
        ticket, remote = await there(site)
        from bot.conversations import owner

        def give_up():
            from django.db import transaction
            with transaction.atomic():
                tickets.cancel_waiting(owner.locked(ticket.conversation_id))
        await site.do(give_up)
        await site.round(2)
        await site.world.answer(remote, "found it after all")
        await site.heard(ticket)
        assert [each["text"] for each in await site.messages(ticket) if each["author"] == "agent"] == ["found it after all"]
        await site.heard(ticket)
        assert len([each for each in await site.messages(ticket) if each["author"] == "agent"]) == 1
    outside(scenario)


def test_who_takes_it_there_has_it_here_and_who_gives_it_back_no_longer(outside):
    async def scenario(site):
        ticket, remote = await there(site)
        site.stub.tickets[int(remote)]["assignee_id"] = 12
        await site.heard(ticket)
        assert (await site.fresh(ticket)).state == "taken"
        site.stub.tickets[int(remote)]["assignee_id"] = None
        await site.heard(ticket)
        assert (await site.fresh(ticket)).state == "open"
    outside(scenario)


@pytest.mark.parametrize("text", ["{{7*7}} <script>alert(1)</script>", "😀 儲值「臺灣」", "字" * 40_000])
def test_what_an_agent_writes_is_text_however_it_looks(outside, text):
    async def scenario(site):
        ticket, remote = await there(site)
        await site.world.answer(remote, text)
        await site.heard(ticket)
        assert "".join(each["text"] for each in await site.messages(ticket) if each["author"] == "agent") == text
    outside(scenario)


def test_an_answer_whose_number_is_below_one_seen_before_is_not_lost(outside):
    async def scenario(site):
        ticket, remote = await there(site)
        late = site.stub.answer(remote, "written first, committed last")
        site.stub.comments[int(remote)].remove(late)
        await site.world.answer(remote, "seen first")
        await site.heard(ticket)
        site.stub.comments[int(remote)].insert(0, late)
        await site.heard(ticket)
        assert [each["text"] for each in await site.messages(ticket) if each["author"] == "agent"] == ["seen first", "written first, committed last"]
    outside(scenario)


def test_many_answers_at_once_arrive_in_order(outside):
    async def scenario(site):
        ticket, remote = await there(site)
        for number in range(150):
            site.stub.answer(remote, f"line {number}")
        await site.heard(ticket)
        assert [each["text"] for each in await site.do(lambda: __import__("bot.conversations.log", fromlist=["log"]).events_after(ticket.conversation_id, 0, 500)) if each["author"] == "agent"] == [
            f"line {number}" for number in range(150)]
    outside(scenario)


def test_an_open_ticket_is_looked_at_now_and_then_although_no_webhook_came(outside):
    async def scenario(site):
        ticket, remote = await there(site)
        await site.world.answer(remote, "nobody told you")
        await site.round(2, seconds=30)
        assert [each for each in await site.messages(ticket) if each["author"] == "agent"] == []
        await site.round(2, seconds=60)
        assert [each["text"] for each in await site.messages(ticket) if each["author"] == "agent"] == ["nobody told you"]
    outside(scenario, sweep_seconds=100)


def test_request_tracker_is_asked_for_what_changed(outside):
    async def scenario(site):
        ticket, remote = await there(site)
        await site.world.answer(remote, "from RT")
        await site.round(2, seconds=6)
        assert [(each["name"], each["text"]) for each in await site.messages(ticket) if each["author"] == "agent"] == [("客服小王", "from RT")]
    outside(scenario, "request_tracker")


@pytest.mark.parametrize("kind", ["zammad", "request_tracker"])
def test_a_ticket_that_agents_merged_into_another_is_followed_there(outside, kind):
    async def scenario(site):
        ticket, remote = await there(site)
        from bot.desk.adapters.base import Case, Visitor
        from tests.desk.adapters.conftest import QUEUES
        other = await site.world.adapter.create(Case("TK-000000000", "x", QUEUES[kind], "low", Visitor("c_other", "x", "en"), "text"))
        await site.world.adapter.merge(remote, other)
        await site.heard(ticket)
        assert await site.remote(ticket) == other
        await site.world.answer(other, "answered in the other one")
        await site.heard(ticket)
        assert (await site.messages(ticket))[-1]["text"] == "answered in the other one"
    outside(scenario, kind)


def test_a_look_that_breaks_off_is_made_again(outside):
    async def scenario(site):
        ticket, remote = await there(site)
        await site.world.answer(remote, "hello")
        site.world.fail(("status", 500))
        await site.heard(ticket)
        site.world.fail()
        await site.round(2, seconds=60)
        assert (await site.messages(ticket))[-1]["text"] == "hello"
    outside(scenario)


def test_what_is_heard_while_looking_is_looked_at_again(outside, monkeypatch):
    async def scenario(site):
        ticket, remote = await there(site)
        real = site.world.adapter.news

        async def slow(*arguments):
            news = await real(*arguments)
            if not heard:
                heard.append(True)
                await site.world.answer(remote, "just then")
                site.moment.go(seconds=1)
                await site.do(queue.nudge, "zendesk", [remote])
            return news
        heard: list[bool] = []
        monkeypatch.setattr(site.world.adapter, "news", slow)
        await site.heard(ticket)
        await site.round()
        assert (await site.messages(ticket))[-1]["text"] == "just then"
    outside(scenario)


def test_the_audit_log_names_the_desk_and_stays_whole(outside):
    async def scenario(site):
        ticket, remote = await there(site)
        await site.world.answer(remote, "您好")
        await site.heard(ticket)
        assert await site.do(lambda: set(AuditEntry.objects.filter(subject=f"ticket:{ticket.number}").values_list("actor", flat=True))) == {"visitor", "desk:zendesk"}
        assert (await site.do(audit.verify)).faults == ()
    outside(scenario)


def test_a_webhook_is_kept_once_and_worked_on_later(database):
    from bot.desk.adapters.base import Nudge
    from bot.desk.outbox.models import Delivery

    assert arriving.accept("zendesk", Nudge("d-1", ("7",)))
    assert not arriving.accept("zendesk", Nudge("d-1", ("7",)))
    assert arriving.accept("zammad", Nudge("d-1", ("7",)))
    assert arriving.work_off() == 0
    assert not Delivery.objects.filter(done=None).exists()
