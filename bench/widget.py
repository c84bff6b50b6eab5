"""widget.reply_ms, widget.paint_ms and widget.launcher_ms in Chromium, widget.gzip_bytes: what a visitor of the website waits for."""
from __future__ import annotations

import gzip
import os
import shutil
import time
import urllib.request

from bench.figures import keyed
from bench.texts import FIRST
from bot.commands.client import Address

TURNS = 60
PAINTS = 20
LAUNCHER = """new MutationObserver((_, me) => {
    if (document.querySelector('support-chat')?.shadowRoot) { window.launcherAt = performance.now(); me.disconnect(); }
}).observe(document, {childList: true, subtree: true});"""
# From pressing Enter to the first bubble of the answer being in the page.
TURN = """(text) => new Promise((done) => {
    const root = document.querySelector('support-chat').shadowRoot, box = root.querySelector('#text'), log = root.querySelector('#log');
    box.value = text;
    box.dispatchEvent(new Event('input', {bubbles: true}));
    const before = performance.now();
    new MutationObserver((changes, me) => {
        if (changes.some((change) => [...change.addedNodes].some((node) => node.classList.contains('bot')))) { me.disconnect(); done(performance.now() - before); }
    }).observe(log, {childList: true});
    box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true}));
})"""


def measure(address: Address) -> dict[str, float]:
    with urllib.request.urlopen(f"{address.url}/widget.js") as answer:
        figures: dict[str, float] = {"widget.gzip_bytes": len(gzip.compress(answer.read(), 9))}
    chromium = os.environ.get("BOT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        return figures
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 800})
        page.add_init_script(LAUNCHER)
        painted, launched = [], []
        for number in range(PAINTS):
            page.goto(f"{address.url}/demo?{number}")
            page.locator("#launcher").wait_for()
            while not page.evaluate("performance.getEntriesByName('first-contentful-paint').length"):
                time.sleep(0.01)
            painted.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            launched.append(page.evaluate("window.launcherAt"))
        page.goto(f"{address.url}/chat")
        page.locator(".message.bot").first.wait_for()
        time.sleep(1)
        replies = []
        for number in range(TURNS):
            replies.append(page.evaluate(TURN, FIRST[number % len(FIRST)]))
            time.sleep(0.15)  # the rest of the answer
        browser.close()
    return {**figures, **keyed("widget.paint_ms", painted, p50=0.50), **keyed("widget.launcher_ms", launched, p50=0.50), **keyed("widget.reply_ms", replies, p50=0.50, p99=0.99)}
