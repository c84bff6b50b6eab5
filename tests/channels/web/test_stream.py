"""The stream: order, replay, several readers, and readers that do not read."""
from __future__ import annotations

import socket
import time


def test_a_stream_begins_with_the_state_and_the_whole_log(visitor):
    with visitor.stream() as reader:
        assert reader.response.headers["content-type"].startswith("text/event-stream")
        first = reader.next()
        assert first["event"] == "state"
        assert first["data"]["owner"] == "bot"
        assert "id" not in first
        message = reader.message()
        assert message["id"] == str(message["data"]["seq"]) == "1"


def test_what_is_sent_and_answered_arrives_in_order_on_every_open_stream(visitor):
    with visitor.stream() as one, visitor.stream() as two:
        for reader in (one, two):
            reader.message()
        sent = [visitor.send(text=f"number {n}", client_id=f"number-{n}").json["seq"] for n in range(3)]
        for reader in (one, two):
            reader.message(lambda m: m["text"] == "echo text: number 2")
            numbers = [event["data"]["seq"] for event in reader.seen if event["event"] == "message"]
            assert numbers == list(range(1, numbers[-1] + 1))
            mine = [event["data"] for event in reader.seen if event["event"] == "message" and event["data"]["author"] == "user"]
            assert [(m["seq"], m["client_id"]) for m in mine] == [(seq, f"number-{n}") for n, seq in enumerate(sent)]


def test_a_stream_resumes_after_the_last_number_seen(visitor):
    visitor.send(text="one")
    messages = visitor.wait_for(lambda all: all[-1]["text"] == "echo text: one")
    last = messages[-2]["seq"]
    for arguments in ({"after": last}, {"after": 0, "Last_Event_ID": str(last)}):
        with visitor.stream(**arguments) as reader:
            assert reader.message()["data"] == messages[-1]


def test_a_stream_tells_that_an_answer_is_being_written(visitor):
    with visitor.stream() as reader:
        reader.message()
        visitor.send(text="slow")
        reader.message(lambda m: m["text"] == "echo text: slow")
        typing = [event["data"]["on"] for event in reader.seen if event["event"] == "typing"]
        assert typing[:1] == [True]


def test_a_visitor_s_stream_carries_nothing_of_another(door, visitor):
    other = door.visitor()
    with visitor.stream() as reader:
        reader.message()
        other.send(text="secret of another")
        other.wait_for(lambda all: all[-1]["text"] == "echo text: secret of another")
        visitor.send(text="mine")
        reader.message(lambda m: m["text"] == "echo text: mine")
        assert "secret of another" not in str(reader.seen)


def test_the_ninth_stream_of_a_visitor_sends_the_first_one_away(visitor):
    with visitor.stream() as first:
        first.message()
        others = []
        for _ in range(8):
            manager = visitor.stream()
            others.append((manager, manager.__enter__()))
        try:
            while event := first.next():
                last = event
            assert last["event"] == "reconnect"
            visitor.send(text="still here?")
            for _, reader in others:
                reader.message(lambda m: m["text"] == "echo text: still here?")
        finally:
            for manager, _ in others:
                manager.__exit__(None, None, None)


def test_a_reader_that_never_reads_harms_nobody(door, visitor):
    deaf = socket.create_connection(("127.0.0.1", door.stack.ports.public))
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    try:
        deaf.sendall(f"GET /api/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {visitor.token}\r\n\r\n".encode())
        started = time.monotonic()
        for n in range(60):
            assert visitor.send(text=f"{n} " + "字" * 3900).status == 202
        visitor.send(text="the end")
        visitor_messages = []
        with visitor.stream(after=100) as reader:
            reader.message(lambda m: m["text"] == "echo text: the end")
        after = 0
        while page := visitor.history(after):
            visitor_messages += page
            after = page[-1]["seq"]
        assert [m["seq"] for m in visitor_messages] == list(range(1, len(visitor_messages) + 1))
        assert time.monotonic() - started < 60
    finally:
        deaf.close()


def test_streams_end_with_their_process_and_are_told_to_come_back(start_door):
    with start_door() as door:
        visitor = door.visitor()
        with visitor.stream() as reader:
            reader.message()
            began = time.monotonic()
            door.stack.app.terminate()
            while event := reader.next():
                last = event
            assert last["event"] == "reconnect"
            assert door.stack.app.wait(5) == 0
            assert time.monotonic() - began < 5
