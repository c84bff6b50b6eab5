"""An agent who talks to the desk's console over HTTP as its page does."""
from __future__ import annotations

import json
import re
import time
import uuid
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from bot.commands.run import prepare
from bot.stack import Stack

NAME, ALIAS = "zhao", "小赵"


@dataclass
class Console:
    """One signed-in agent, whom visitors see as 小赵."""

    port: int
    session: str

    @classmethod
    def signed_in(cls, stack: Stack) -> Console:
        """A new agent's, or a known one's with a new password."""
        known = any(each["username"] == NAME for each in prepare(stack, "--list"))
        made = prepare(stack, "--change", json.dumps({"name": NAME, "reset": True} if known else {"name": NAME, "role": "agent", "alias": ALIAS}))
        console = cls(stack.ports.public, "")
        _, headers, page = console.request("GET", "/desk/login")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.decode())[1]
        form = urlencode({"username": NAME, "password": made["password"], "csrfmiddlewaretoken": token}).encode()
        status, headers, _ = console.request("POST", "/desk/login", form, {
            "Content-Type": "application/x-www-form-urlencoded", "Cookie": headers["set-cookie"].split(";")[0], "Referer": f"{stack.url}/desk/login"})
        assert status == 302
        console.session = re.search(r"desk=([^;]+)", headers["set-cookie"])[1]
        return console

    def get(self, path: str) -> Any:
        return self._answer(self.request("GET", f"/desk/api/{path}", None, self._mine))

    def do(self, number: str, deed: str, **said: Any) -> Any:
        """One thing done to a ticket: take, reply, typing, resolve."""
        return self._answer(self.request("POST", f"/desk/api/tickets/{number}/{deed}", json.dumps(said).encode(), {**self._mine, "Content-Type": "application/json"}))

    def takes(self, number: str) -> None:
        self.do(number, "take")

    def replies(self, number: str, text: str) -> None:
        self.do(number, "reply", text=text, client_id=uuid.uuid4().hex)

    def sends(self, number: str, content: bytes, name: str) -> None:
        """A file to the visitor."""
        line = uuid.uuid4().hex
        parts = (f'--{line}\r\nContent-Disposition: form-data; name="client_id"\r\n\r\n{uuid.uuid4().hex}\r\n'
                 f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n').encode()
        self._answer(self.request("POST", f"/desk/api/tickets/{number}/files", parts + content + f"\r\n--{line}--\r\n".encode(),
                                  {**self._mine, "Content-Type": f"multipart/form-data; boundary={line}"}))

    def ticket(self, number: str) -> dict:
        """Everything beside the conversation."""
        return self.get(f"tickets/{number}")

    def messages(self, number: str) -> list[dict]:
        return self.get(f"tickets/{number}/messages")["messages"]

    def hears(self, number: str, text: str) -> list[dict]:
        """All that the visitor has said, once he has said this."""
        end = time.monotonic() + 20
        while True:
            said = [message for message in self.messages(number) if message["author"] == "user"]
            if said and said[-1]["text"] == text:
                return said
            assert time.monotonic() < end, f"did not come; there is: {said}"
            time.sleep(0.1)

    def request(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    @property
    def _mine(self) -> dict[str, str]:
        return {"Cookie": f"desk={self.session}", "X-Desk": "1"}

    @staticmethod
    def _answer(got: tuple[int, dict[str, str], bytes]) -> Any:
        status, _, body = got
        assert status == 200, body
        return json.loads(body)
