"""No word is lost and none is said twice: offline, reloads, many tabs, restarts, proxies that keep streams back or cut them."""
from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from widget_page import mine, noise, open_chat, open_widget, picture, reply, say

from bot.stack import Ports


def test_typed_offline_reloaded_and_back_every_message_is_there_once_in_order(context, door, site):
    page = context.new_page()
    address = site.page("/offline", door.url)
    page.goto(address)
    open_widget(page)
    # The page itself can be loaded (its own server answers); only the support server cannot be reached.
    context.route(f"{door.url}/api/**", lambda route: route.abort())
    for text in ("离线一", "离线二", "离线三"):
        say(page, text)
    expect(mine(page, "离线三")).to_contain_text("等待发送")
    page.reload()
    page.locator("#launcher").click()
    expect(mine(page, "离线二")).to_contain_text("等待发送")
    say(page, "离线四")
    context.unroute(f"{door.url}/api/**")
    expect(reply(page, "echo text: 离线四")).to_be_visible(timeout=30_000)
    assert page.locator(".message.user .bubble").all_text_contents() == ["离线一", "离线二", "离线三", "离线四"]
    expect(page.locator(".message.pending")).to_have_count(0)
    page.reload()
    page.locator("#launcher").click()
    expect(reply(page, "echo text: 离线四")).to_be_visible()
    assert page.locator(".message.user .bubble").all_text_contents() == ["离线一", "离线二", "离线三", "离线四"]


def test_eight_tabs_need_one_stream_and_all_of_them_see_and_say_everything(context, door):
    pages = [open_chat(context, door.url) for _ in range(8)]
    for number, page in enumerate(pages):
        say(page, f"从第{number}个窗口")
    for page in pages:
        for number in range(8):
            expect(mine(page, f"从第{number}个窗口")).to_have_count(1)
            expect(reply(page, f"echo text: 从第{number}个窗口")).to_have_count(1)
    with urllib.request.urlopen(f"{door.stack.internal_url}/metrics") as answer:
        streams = re.search(r"^\w*streams (\d+)", answer.read().decode(), re.M)
    assert streams[1] == "1"


def test_when_the_tab_that_holds_the_stream_goes_another_takes_over(context, door):
    first = open_chat(context, door.url)
    second = open_chat(context, door.url)
    say(second, "一")
    expect(reply(first, "echo text: 一")).to_be_visible()
    first.close()
    say(second, "二")
    expect(reply(second, "echo text: 二")).to_have_count(1)
    third = open_chat(context, door.url)
    say(third, "三")
    expect(reply(second, "echo text: 三")).to_have_count(1)
    expect(reply(third, "echo text: 一")).to_have_count(1)


def test_a_tab_whose_stream_holder_is_frozen_takes_the_line_over(context, door):
    first = open_chat(context, door.url)
    second = open_chat(context, door.url)
    # A frozen tab keeps its lock and answers nothing.
    first.evaluate("""() => { BroadcastChannel.prototype.postMessage = () => {}; }""")
    second.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    second.wait_for_timeout(2500)
    say(second, "还在吗")
    expect(reply(second, "echo text: 还在吗")).to_have_count(1)


def test_a_page_that_comes_back_from_the_browser_s_back_button_goes_on(context, door, site):
    page = context.new_page()
    page.goto(site.page("/first", door.url))
    open_widget(page)
    say(page, "之前")
    expect(reply(page, "echo text: 之前")).to_be_visible()
    page.goto(site.page("/second", door.url))
    page.go_back()
    page.locator("#launcher").wait_for()
    if not page.locator(".panel").is_visible():
        page.locator("#launcher").click()
    say(page, "之后")
    expect(reply(page, "echo text: 之后")).to_have_count(1)


def test_a_screenshot_on_its_way_shows_progress_and_can_be_taken_back(context, door, page):
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    speed = {"offline": False, "latency": 0, "downloadThroughput": -1}
    line.send("Network.emulateNetworkConditions", {**speed, "uploadThroughput": 20_000})  # bytes a second: the picture takes half a minute
    page.locator("#file").set_input_files({"name": "转出页.png", "mimeType": "image/png", "buffer": noise()})
    row = page.locator(".message.pending")
    expect(row.locator("progress")).to_be_visible()
    row.get_by_role("button", name="取消").click()
    expect(row).to_have_count(0)
    line.send("Network.emulateNetworkConditions", {**speed, "uploadThroughput": -1})
    say(page, "继续")
    expect(reply(page, "echo text: 继续")).to_be_visible()
    assert page.locator(".attachment").count() == 0


def test_pasted_and_dropped_pictures_are_sent(page):
    page.locator("#text").focus()
    for kind in ("paste", "drop"):
        page.evaluate("""([kind, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], `${kind}.png`, {type: 'image/png'}));
            const root = document.querySelector('support-chat').shadowRoot;
            const event = kind === 'paste' ? new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})
                                           : new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true});
            root.querySelector(kind === 'paste' ? '#text' : '.panel').dispatchEvent(event);
        }""", [kind, list(picture())])
        expect(page.get_by_role("button", name=f"截图：{kind}.png").locator("canvas")).to_be_visible()


class Proxy:
    """A proxy that spoils streams: `keeps` holds every answer back until it is complete, else a stream is cut after `cut` seconds."""

    def __init__(self, port: int, keeps: bool, cut: float = 0.3) -> None:
        self.door, self.keeps, self.cut = port, keeps, cut
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self.loop).result()
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
            body = await reader.readexactly(length) if length else b""
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
            upstream, out = await asyncio.open_connection("127.0.0.1", self.door)
            out.write(b"\r\n".join([*lines[:-2], b"Connection: close", b"", b""]) + body)
            if b"/api/stream" in lines[0] and not self.keeps:
                asyncio.get_running_loop().call_later(self.cut, out.close)
                asyncio.get_running_loop().call_later(self.cut, writer.close)
            if self.keeps:
                writer.write(await upstream.read())
            else:
                while piece := await upstream.read(65536):
                    writer.write(piece)
            await writer.drain()
            out.close()
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            writer.close()


@pytest.mark.parametrize("keeps", [True, False], ids=["keeps streams back", "cuts streams"])
def test_behind_a_broken_proxy_it_polls_with_the_same_numbers(context, door, keeps):
    proxy = Proxy(door.stack.ports.public, keeps)
    page = context.new_page()
    page.goto(f"{proxy.url}/chat")
    expect(page.locator(".message.bot").first).to_be_visible(timeout=25_000)
    for text in ("一", "二", "三"):
        say(page, text)
        expect(reply(page, f"echo text: {text}")).to_have_count(1, timeout=15_000)
    assert page.locator(".message.user .bubble").all_text_contents() == ["一", "二", "三"]
    expect(page.locator("#banner")).to_be_hidden()


@pytest.fixture
def http2(door, tmp_path: Path) -> Iterator[str]:
    """nginx as people put it in front: TLS, HTTP/2, its defaults for buffering."""
    nginx = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if not nginx or not shutil.which("openssl"):
        pytest.skip("no nginx: install the packages nginx-light and openssl")
    port = Ports.free().public
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", tmp_path / "key.pem",
                    "-out", tmp_path / "cert.pem"], check=True, capture_output=True)
    (tmp_path / "nginx.conf").write_text(f"""
daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {tmp_path}/body; proxy_temp_path {tmp_path}/proxy; fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;
  server {{
    listen 127.0.0.1:{port} ssl http2; ssl_certificate {tmp_path}/cert.pem; ssl_certificate_key {tmp_path}/key.pem;
    location / {{ proxy_pass http://127.0.0.1:{door.stack.ports.public}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host:$server_port; }}
  }}
}}""")
    process = subprocess.Popen([nginx, "-c", tmp_path / "nginx.conf", "-p", tmp_path])
    yield f"https://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


def test_behind_an_http2_proxy_with_its_defaults_answers_stream_at_once(browser, http2):
    context = browser.new_context(locale="zh-CN", ignore_https_errors=True)
    page = context.new_page()
    for _ in range(50):
        try:
            page.goto(f"{http2}/chat")
            break
        except Exception:
            page.wait_for_timeout(100)
    page.locator(".message.bot").first.wait_for()
    say(page, "经过代理")
    expect(reply(page, "echo text: 经过代理")).to_be_visible()
    protocols = page.evaluate("performance.getEntriesByType('resource').filter((e) => e.name.includes('/widget.js') || e.name.includes('/api/')).map((e) => e.nextHopProtocol)")
    assert set(protocols) == {"h2"}
    polls = page.evaluate("performance.getEntriesByType('resource').filter((e) => e.name.includes('/api/messages?')).length")
    assert polls <= 2
    context.close()
