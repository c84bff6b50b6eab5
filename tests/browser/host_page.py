"""A stranger's website for the tests: pages on an origin of their own, with the headers and styles a page may have, and the one line in them."""
from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Website:
    """Serves what is put into `pages`: path -> (headers, body)."""

    pages: dict[str, tuple[dict[str, str], str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers, body = site.pages.get(self.path.split("?")[0], ({}, ""))
                self.send_response(200 if body else 204)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def page(self, path: str, door: str, *, script: str = "", head: str = "", body: str = "", html: str = "", **headers: str) -> str:
        """Puts a page with the widget there; returns its address. `script`: further attributes of the tag."""
        text = (f'<!doctype html><html {html or "lang=zh-CN"}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Host</title>{head}'
                f'<script src="{door}/widget.js" {script} defer></script></head><body><main><h1>Host</h1>{body}</main></body></html>')
        self.pages[path] = ({name.replace("_", "-"): value for name, value in headers.items()}, text)
        return self.url + path

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
