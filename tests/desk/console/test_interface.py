"""The console's interface over real HTTP: who may what, lists and search, deeds, and what reaches the visitor."""
from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing
from io import BytesIO

import pytest
from PIL import Image

from bot.home import ROOT

HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
READS = ("start", "tickets?view=all", "people", "tickets/{n}", "tickets/{n}/messages")
WRITES = ("take", "assign", "release", "reply", "note", "ask", "resolve", "return", "merge", "typing", "files")


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    return out.getvalue()


def file_of(staff, case) -> str:
    """The id of the file in a ticket's conversation."""
    return next(message["file"]["id"] for message in staff.get(f"tickets/{case.number}/messages")["messages"] if "file" in message)


def said(case) -> list[str]:
    return [message["text"] for message in case.visitor.history()]


# -- who may what


@pytest.mark.parametrize("path", READS)
def test_without_a_session_nothing_is_told(desk, waiting, path):
    answer = desk.call("GET", "/desk/api/" + path.format(n=waiting.number))
    assert (answer.status, answer.json["code"]) == (401, "signed_out")


@pytest.mark.parametrize("path", READS)
def test_an_auditor_reads_everything(auditor, waiting, path):
    assert auditor.call("GET", path.format(n=waiting.number)).status == 200


@pytest.mark.parametrize("deed", WRITES)
def test_an_auditor_changes_nothing(auditor, waiting, deed):
    answer = auditor.do(waiting.number, deed, text="x", client_id="12345678", reason="solved", field="uid", queue="kyc")
    assert (answer.status, answer.json["code"]) == (403, "not_allowed")


def test_a_request_that_another_page_could_send_is_refused(li, waiting):
    answer = li.call("POST", f"tickets/{waiting.number}/take", {}, mark=False)
    assert (answer.status, answer.json["code"]) == (403, "not_own_page")
    assert li.call("POST", f"tickets/{waiting.number}/take", {}, Sec_Fetch_Site="cross-site").status == 403
    assert li.get(f"tickets/{waiting.number}")["state"] == "open"


def test_the_page_itself_is_for_people_of_the_desk(desk, li):
    assert desk.call("GET", "/desk/").headers["location"] == "/desk/login"
    answer = desk.call("GET", "/desk/", Cookie=f"desk={li.cookies['desk']}")
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_colleague_s_ticket_is_moved_by_a_supervisor_alone(li, wang, chen, waiting):
    li.do(waiting.number, "take")
    me = next(one["id"] for one in wang.get("people")["people"] if one["alias"] == "小王")
    assert wang.do(waiting.number, "assign", to=me).json["code"] == "supervisors_only"
    assert wang.do(waiting.number, "resolve", reason="solved").json["code"] == "with_colleague"
    assert chen.do(waiting.number, "assign", to=me).status == 200
    assert wang.get(f"tickets/{waiting.number}")["mine"]


# -- lists


def test_lists_filter_and_search_find_a_ticket_by_number_hash_and_words(li, waiting):
    number = waiting.number
    waiting.visitor.send(text="我用的是一台很旧的安卓手机")

    def numbers(**query):
        return [row["number"] for row in li.get("tickets", **query)["tickets"]]
    assert number in numbers(view="unassigned")
    assert number in numbers(view="all", queue="deposits", priority="high")
    assert number not in numbers(view="all", queue="kyc")
    assert number not in numbers(view="mine")
    assert numbers(q=number) == [number]
    assert numbers(q=number.removeprefix("TK-")[:7]) == [number]
    assert number in numbers(q=HASH)
    assert number in numbers(q="哈希 usdt")
    assert numbers(q="' or 1=1 --") == []
    for _ in range(30):
        if numbers(q="很旧的安卓"):
            break
        time.sleep(0.1)
    assert number in numbers(q="很旧的安卓")


def test_a_long_list_comes_in_pages_without_gap_or_double(li, cases):
    cases(60)
    first = li.get("tickets", view="unassigned")
    assert first["more"]
    seen = [row["number"] for row in first["tickets"]]
    more = li.get("tickets", view="unassigned", after=seen[-1])
    seen += [row["number"] for row in more["tickets"]]
    assert len(seen) == len(set(seen))
    assert len(seen) == min(100, first["counts"]["unassigned"])


def test_a_ticket_is_told_in_the_agent_s_language(li, waiting):
    found = {language: li.call("GET", f"tickets/{waiting.number}", Accept_Language=language).json for language in ("zh", "en")}
    assert "充值没到账" in found["zh"]["summary"]
    assert "250 USDT" in found["zh"]["summary"]
    assert "Deposit not credited" in found["en"]["summary"]
    assert {reason["text"] for reason in found["zh"]["reasons"]} == {"钱没有到该到的地方", "提供了交易哈希"}
    assert [field["value"] for field in found["en"]["fields"] if field["name"] == "tx_hash"] == [HASH]
    assert "uid" in [field["name"] for field in found["en"]["missing"]]
    assert found["en"]["due"]


def test_opening_a_ticket_is_written_into_the_audit_log(li, waiting, audited):
    li.get(f"tickets/{waiting.number}", seen="1")
    li.get(f"tickets/{waiting.number}")
    assert audited(waiting.number).count("ticket.seen") == 1


# -- deeds


def test_of_two_who_take_it_one_wins_and_the_other_is_told_by_name(li, wang, waiting):
    assert li.do(waiting.number, "take").status == 200
    answer = wang.do(waiting.number, "take")
    assert answer.status == 409
    assert answer.json["code"] == "taken"
    assert "小李" in answer.json["message"]


def test_taking_over_works_only_from_whom_one_saw(li, wang, chen, waiting):
    li.do(waiting.number, "take")
    holder = wang.get(f"tickets/{waiting.number}")["assignee"]["id"]
    chen.do(waiting.number, "take", **{"from": holder})
    late = wang.do(waiting.number, "take", **{"from": holder})
    assert (late.status, late.json["code"]) == (409, "taken")
    assert "陈主管" in late.json["message"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script><b>x</b>", "{{7*7}} ${7*7} #{7*7} %s {0} {link.home}", "👩‍👩‍👧‍👦🇸🇬 ok", "=HYPERLINK(\"x\")", "a" * 10_000, "‮反向"])
def test_an_agent_s_words_arrive_as_they_were_written(li, waiting, text):
    li.do(waiting.number, "take")
    assert li.reply(waiting.number, text).status == 200
    assert said(waiting)[-1] == text


def test_what_is_too_long_or_empty_is_refused_with_the_reason_and_nothing_is_sent(li, waiting):
    li.do(waiting.number, "take")
    before = said(waiting)
    answer = li.reply(waiting.number, "长" * 33_000)  # 99 KB
    assert (answer.status, answer.json["code"], answer.json["n"]) == (422, "text_too_long", 23_000)
    assert li.reply(waiting.number, " \n ").json["code"] == "text_empty"
    assert li.call("POST", f"tickets/{waiting.number}/reply", data=b"x" * 600_000, Content_Type="application/json").status == 413
    assert li.call("POST", f"tickets/{waiting.number}/reply", data=b"{nonsense", Content_Type="application/json").status == 400
    assert said(waiting) == before


def test_the_same_reply_twice_is_said_once(li, waiting):
    li.do(waiting.number, "take")
    key = uuid.uuid4().hex
    first, again = (li.reply(waiting.number, "只说一次", key) for _ in range(2))
    assert first.json == again.json
    assert said(waiting).count("只说一次") == 1


def test_a_note_is_for_colleagues_alone(li, wang, waiting):
    key = uuid.uuid4().hex
    for _ in range(2):
        assert li.do(waiting.number, "note", text="财务说要等到周一", client_id=key).status == 200
    assert [note["text"] for note in wang.get(f"tickets/{waiting.number}")["notes"]] == ["财务说要等到周一"]
    assert not any("周一" in text for text in said(waiting))
    assert not any("周一" in message["text"] for message in wang.get(f"tickets/{waiting.number}/messages")["messages"])


def test_a_secret_an_agent_pastes_is_masked(li, waiting):
    li.do(waiting.number, "take")
    li.reply(waiting.number, "legal winner thank year wave sausage worth useful legal winner thank yellow")
    assert "sausage" not in said(waiting)[-1]


def test_ready_answers_are_in_the_visitor_s_language_with_the_ticket_s_values(li, waiting):
    rows = li.get(f"tickets/{waiting.number}/canned")["canned"]
    texts = {row["name"]: row["text"] for row in rows}
    assert HASH in texts["found_on_chain"]
    assert waiting.number in texts["hello"]
    assert "小李" in texts["hello"]
    assert rows[0]["here"]


def test_files_go_both_ways(li, wang, waiting):
    sent = waiting.visitor.upload(picture())
    assert sent.status == 202
    got = li.call("GET", f"tickets/{waiting.number}/files/{file_of(li, waiting)}")
    assert got.headers["content-type"] == "image/png"
    assert "sandbox" in got.headers["content-security-policy"]
    assert wang.upload(waiting.number, picture()).json["code"] == "take_first"
    li.do(waiting.number, "take")
    key = uuid.uuid4().hex
    first, again = (li.upload(waiting.number, picture(), key) for _ in range(2))
    assert (first.status, first.json) == (200, again.json)
    assert li.upload(waiting.number, b"MZ\x90\x00 not a picture").status == 415
    files = [message for message in waiting.visitor.history() if message["author"] == "agent"]
    assert len(files) == 1
    assert waiting.visitor.door.call("GET", f"/api/files/{files[0]['file']['id']}", token=waiting.visitor.token).status == 200


def test_a_file_is_found_through_its_own_ticket_alone(li, waiting, cases):
    waiting.visitor.upload(picture())
    file_id = file_of(li, waiting)
    other = cases(1)[0]
    assert li.call("GET", f"tickets/{other.number}/files/{file_id}").status == 404
    assert li.call("GET", f"tickets/{waiting.number}/files/..%2F..%2Fsecrets.env").status == 404


def test_a_visitor_s_file_is_not_for_whoever_is_not_signed_in(desk, li, waiting):
    waiting.visitor.upload(picture())
    path = f"/desk/api/tickets/{waiting.number}/files/{file_of(li, waiting)}"
    for credentials in ({}, {"Authorization": f"Bearer {waiting.visitor.token}"}, {"Cookie": "desk=invented"}):
        answer = desk.call("GET", path, **credentials)
        assert (answer.status, answer.json["code"]) == (401, "signed_out")


def test_resolving_needs_a_reason_and_gives_the_conversation_back(li, waiting):
    li.do(waiting.number, "take")
    assert li.do(waiting.number, "resolve", reason="because").json["code"] == "no_such_reason"
    assert li.do(waiting.number, "resolve", reason="solved").status == 200
    found = li.get(f"tickets/{waiting.number}")
    assert (found["state"], found["resolution"], found["conversation"]["owner"]) == ("resolved", "solved", "bot")
    answer = li.reply(waiting.number, "太晚了")
    assert (answer.status, answer.json["code"]) == (409, "closed")
    assert "已解决" in li.call("POST", f"tickets/{waiting.number}/reply", {"text": "x", "client_id": "12345678"}, Accept_Language="zh").json["message"]


def test_what_is_not_there_is_said_so(li):
    assert li.call("GET", "tickets/TK-000000000").json["code"] == "no_such_ticket"
    assert li.do("TK-000000000", "take").status == 404
    assert li.call("GET", "nothing").status == 404


# -- the stream


def test_the_stream_brings_messages_and_resumes_where_it_was(li, waiting):
    reader = li.stream(waiting.number, 0)
    assert reader.message()["data"]["seq"] == 1
    last = waiting.visitor.history()[-1]["seq"]
    sent = waiting.visitor.send(text="还在吗").json["seq"]
    assert reader.message(lambda message: message["seq"] == sent)["data"]["text"] == "还在吗"
    reader.response.close()
    waiting.visitor.send(text="第二句")
    resumed = li.stream(waiting.number, sent)
    numbers = [resumed.message()["data"]["seq"]]
    assert numbers[0] == sent + 1
    assert last < sent


def test_typing_is_shown_both_ways(desk, li, waiting):
    li.do(waiting.number, "take")
    mine = li.stream(waiting.number, 10_000)
    until(mine, "state")
    desk.call("POST", "/api/typing", json_body={"on": True}, token=waiting.visitor.token)
    assert until(mine, "user_typing") == {"on": True}
    with waiting.visitor.stream(10_000) as theirs:
        until(theirs, "state")
        assert li.do(waiting.number, "typing", on=True).status == 200
        assert until(theirs, "typing") == {"on": True}


def until(reader, kind):
    """The data of the next event of this kind."""
    while (event := reader.next())["event"] != kind:
        assert event
    return event["data"]


def read_up_to(waiting):
    return waiting.visitor.door.call("GET", "/api/messages?after=0", token=waiting.visitor.token).json["state"].get("seen")


def test_the_visitor_is_told_when_somebody_who_can_help_has_read_his_words(li, waiting):
    sent = waiting.visitor.send(text="还在吗").json["seq"]
    assert read_up_to(waiting) is None
    li.get(f"tickets/{waiting.number}")  # a look at the list's data opens nothing
    assert read_up_to(waiting) is None
    with waiting.visitor.stream(10_000) as theirs:
        assert theirs.next()["event"] == "state"
        li.get(f"tickets/{waiting.number}", seen="1")
        while (seen := until(theirs, "state").get("seen")) is None:  # other changes of the state may come first
            pass
    assert seen >= sent
    later = waiting.visitor.send(text="第二句").json["seq"]
    assert read_up_to(waiting) < later
    assert li.do(waiting.number, "seen").status == 200
    assert read_up_to(waiting) >= later


def test_an_auditor_s_look_and_a_look_at_a_closed_ticket_tell_the_visitor_nothing(li, auditor, waiting):
    auditor.get(f"tickets/{waiting.number}", seen="1")
    auditor.do(waiting.number, "seen")
    assert read_up_to(waiting) is None
    li.do(waiting.number, "take")
    li.do(waiting.number, "resolve", reason="solved")
    li.get(f"tickets/{waiting.number}", seen="1")
    assert read_up_to(waiting) is None


def test_every_console_hears_that_a_ticket_changed(li, wang, waiting):
    reader = wang.stream()
    assert reader.next()["event"] == "beat"
    li.do(waiting.number, "take")
    while waiting.number not in (event := reader.next())["data"].get("numbers", ()):
        assert event


def test_a_stream_needs_a_session(desk, waiting):
    assert desk.call("GET", f"/desk/api/stream?ticket={waiting.number}").status == 401


# -- notices


def notices(staff):
    return {(one["number"], one["kind"]) for one in staff.get("notices")["notices"]}


def happened(desk, number, kind, audience):
    """As the worker writes it down (bot/desk/promises.py)."""
    code = ("import django; django.setup(); from bot.desk import promises; from bot.desk.models import Ticket; import sys; "
            "promises.notify(Ticket.objects.get(number=sys.argv[1]), sys.argv[2], sys.argv[3])")
    environment = {**desk.stack.environment, "DJANGO_SETTINGS_MODULE": "bot.settings"}
    subprocess.run([sys.executable, "-c", code, number, kind, audience], env=environment, cwd=ROOT, check=True, capture_output=True, timeout=60)


def test_the_team_hears_of_a_promise_about_to_break_until_somebody_answered(desk, li, wang, auditor, waiting):
    happened(desk, waiting.number, "warn", "team")
    for staff in (li, wang):
        assert (waiting.number, "warn") in notices(staff)
        assert staff.get("tickets")["counts"]["notices"] >= 1
    assert notices(auditor) == set()
    assert auditor.get("tickets")["counts"]["notices"] == 0
    li.do(waiting.number, "take")
    assert (waiting.number, "warn") in notices(wang)
    li.reply(waiting.number, "您好，我在看。")
    assert (waiting.number, "warn") not in notices(wang)


def test_what_is_for_supervisors_is_shown_to_them_alone_until_one_has_seen_to_it(desk, li, chen, waiting):
    happened(desk, waiting.number, "vanished", "supervisors")
    assert (waiting.number, "vanished") not in notices(li)
    mine = next(one for one in chen.get("notices")["notices"] if one["number"] == waiting.number)
    li.call("POST", f"notices/{mine['id']}", {})
    assert (waiting.number, "vanished") in notices(chen)
    assert chen.call("POST", f"notices/{mine['id']}", {}).status == 200
    assert (waiting.number, "vanished") not in notices(chen)


def test_a_new_urgent_ticket_is_news_until_somebody_has_it(desk, li, wang, waiting):
    happened(desk, waiting.number, "urgent", "team")
    assert (waiting.number, "urgent") in notices(wang)
    li.do(waiting.number, "take")
    assert (waiting.number, "urgent") not in notices(wang)


def test_two_people_s_tickets_are_merged_only_where_somebody_is_sure_and_never_where_it_is_known(desk, li, cases):
    mine, other = cases(2)
    li.do(mine.number, "take")
    answer = li.do(mine.number, "merge", into=other.number)
    assert (answer.status, answer.json["code"]) == (409, "maybe_other_person")
    assert li.get(f"tickets/{mine.number}")["state"] == "taken"
    belongs(desk, {mine.number: "id:anna", other.number: "id:bert"})
    answer = li.do(mine.number, "merge", into=other.number, sure=True)
    assert (answer.status, answer.json["code"]) == (409, "other_person")
    belongs(desk, {other.number: "id:anna"})
    assert li.do(mine.number, "merge", into=other.number).json["into"] == other.number
    assert li.get(f"tickets/{mine.number}")["merged_into"] == other.number


def belongs(desk, identities):
    with closing(sqlite3.connect(desk.stack.home.path / "bot.sqlite3", timeout=20)) as database, database:
        for number, identity in identities.items():
            database.execute("update desk_ticket set identity = ? where number = ?", (identity, number))
