"""What somebody is told who is too fast."""
from __future__ import annotations


def test_whoever_is_too_fast_is_told_when_to_go_on_and_nothing_is_stored(start_door):
    with start_door() as door:
        visitor = door.visitor("en")
        answers = [visitor.send(text=f"number {n}") for n in range(20)]
        refused = [answer for answer in answers if answer.status != 202]
        assert {answer.status for answer in refused} == {429}
        assert int(refused[0].headers["retry-after"]) >= 1
        assert refused[0].json["code"] == "too_many"
        assert len([m for m in visitor.history() if m["author"] == "user"]) == 20 - len(refused)
