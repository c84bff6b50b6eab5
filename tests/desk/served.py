"""A door in this process: an ASGI application on a free port, in a thread of its own, and a client that sends what it is told to."""
from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import uvicorn


@dataclass
class Answer:
    status_code: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Door:
    """`port` is where it listens."""

    def __init__(self, port: int) -> None:
        self.port = port

    def post(self, path: str, content: bytes, headers: dict | None = None) -> Answer:
        return self.call("POST", path, content, headers)

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    def call(self, method: str, path: str, content: bytes | None = None, headers: dict | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, content, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        finally:
            connection.close()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):
        yield


@contextlib.contextmanager
def served(application) -> Iterator[Door]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(application, lifespan="off", log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield Door(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
