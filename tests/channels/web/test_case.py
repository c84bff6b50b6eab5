"""The case sheet: what is there, what is missing, and what becomes of corrections."""
from __future__ import annotations

import io
import time
import uuid

import pytest
from PIL import Image

HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


def case(visitor) -> dict:
    answer = visitor.door.call("GET", "/api/case", token=visitor.token, Accept_Language="zh-CN")
    assert answer.status == 200
    return answer.json


def correct(visitor, **fields: str):
    return visitor.door.call("POST", "/api/case", json_body={"fields": fields}, token=visitor.token, Accept_Language="zh-CN")


def field(found: dict, name: str) -> dict:
    return next(one for one in found["fields"] if one["name"] == name)


@pytest.fixture
def troubled(visitor):
    """A visitor in the middle of a missing deposit."""
    visitor.send(text="充值案例")
    visitor.wait_for(lambda all: all[-1]["text"] == "echo text: 充值案例")
    return visitor


def test_without_a_problem_there_is_no_case(visitor):
    found = case(visitor)
    assert (found["fields"], found["title"], found["editable"]) == ([], "", False)
    assert correct(visitor, uid="12345678").json["code"] == "field_unknown"


def test_a_problem_shows_what_is_there_and_what_is_missing_in_order(troubled):
    found = case(troubled)
    assert found["title"] == "充值没到账"
    assert [one["name"] for one in found["fields"]] == ["uid", "time", "coin", "amount", "network", "tx_hash"]
    assert [one["name"] for one in found["fields"] if one["missing"]] == ["uid", "time", "network", "tx_hash"]
    assert field(found, "amount")["value"] == "250"
    assert found["description"] == "你好，我充值了 250 USDT，但我的账户里没有到账。"


def test_a_correction_is_read_like_an_answer_and_shows_in_the_description_and_the_log(troubled):
    answer = correct(troubled, network="trc 20", time="昨天下午3点")
    assert answer.status == 200
    assert field(answer.json, "network")["value"] == "TRC20"
    assert answer.json["description"] == "你好，我在昨天下午3点充值了 250 USDT，用的链是 TRC20，但我的账户里没有到账。"
    said = [m["text"] for m in troubled.history() if m["author"] == "user"]
    assert said[-1] == "补充资料：链 trc 20\n补充资料：时间 昨天下午3点"
    assert case(troubled)["description"] == answer.json["description"]


def test_a_faulty_value_is_explained_by_the_field_and_not_kept(troubled):
    answer = correct(troubled, uid="12")
    assert (answer.status, answer.json["code"]) == (422, "field")
    assert "2" in answer.json["message"]
    assert field(case(troubled), "uid")["missing"]
    assert correct(troubled, network="你猜").json["code"] == "field"


def test_what_somebody_does_not_have_is_no_longer_missing(troubled):
    found = correct(troubled, uid="").json
    assert (field(found, "uid")["missing"], field(found, "uid")["value"]) == (False, "")


def test_the_field_that_is_asked_right_now_goes_its_way_as_an_answer(troubled):
    assert correct(troubled, tx_hash=HASH).status == 200
    said = troubled.wait_for(lambda all: any(m["text"] == f"echo text: {HASH}" for m in all))
    assert [m["text"] for m in said if m["author"] == "user"][-1] == HASH


def test_a_secret_is_not_kept(troubled):
    answer = correct(troubled, problem="我的登录密码是 hunter2Abc!")
    assert answer.json["code"] == "secret"
    assert "hunter2" not in str(troubled.history())


def test_an_own_description_replaces_the_ready_made_one(troubled):
    found = correct(troubled, problem="昨天转的 250 USDT 没到，对方显示已完成。").json
    assert found["description"] == "昨天转的 250 USDT 没到，对方显示已完成。"


def test_screenshots_are_counted(troubled):
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    troubled.upload(out.getvalue())
    troubled.wait_for(lambda all: any("file" in m for m in all))
    assert case(troubled)["files"] == 1


def test_the_stream_tells_how_much_of_the_case_is_filled_in(troubled):
    with troubled.stream() as reader:
        event = reader.next()
        assert (event["event"], event["data"]["case"]) == ("state", {"have": 2, "want": 7})


def test_a_correction_made_while_a_turn_is_worked_on_is_not_overwritten_by_it(troubled):
    troubled.send(text="slow one")
    time.sleep(0.2)
    assert correct(troubled, network="TRC20").status == 200
    troubled.wait_for(lambda all: any(m["text"] == "echo text: slow one" for m in all))
    assert field(case(troubled), "network")["value"] == "TRC20"


def test_the_same_correction_twice_is_one_line(troubled):
    body = {"fields": {"network": "TRC20"}, "client_id": uuid.uuid4().hex}
    for _ in range(2):
        assert troubled.door.call("POST", "/api/case", json_body=body, token=troubled.token).status == 200
    assert len([m for m in troubled.history() if m["author"] == "user"]) == 2


@pytest.mark.parametrize("body", [
    {}, {"fields": {}}, {"fields": []}, {"fields": {"uid": 5}}, {"fields": {"uid": None}}, {"fields": {"language": "en"}}, {"fields": {"nonsense": "x"}},
    {"fields": {"__proto__": "x"}}, {"fields": {"uid": "1" * 501}}, {"fields": {f"f{n}": "x" for n in range(9)}}, {"fields": {"uid": "12345678"}, "client_id": "x"},
])
def test_a_correction_of_the_wrong_shape_is_refused(troubled, body):
    answer = troubled.door.call("POST", "/api/case", json_body=body, token=troubled.token)
    assert answer.status == 422


def test_another_visitor_s_case_cannot_be_seen_or_changed(door, troubled):
    other = door.visitor()
    assert case(other)["fields"] == []
    assert correct(other, network="TRC20").json["code"] == "field_unknown"
    assert field(case(troubled), "network")["missing"]
