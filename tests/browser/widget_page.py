"""What the browser tests do in the widget again and again. Playwright's selectors look into its shadow root by themselves."""
from __future__ import annotations

import io
import random
import re

from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
"""A public test vector (BIP-39)."""


def picture(kind: str = "PNG", size: tuple[int, int] = (600, 400)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def noise(size: tuple[int, int] = (480, 360)) -> bytes:
    """A picture that does not compress: some 500 kB."""
    out = io.BytesIO()
    Image.frombytes("RGB", size, random.Random(7).randbytes(size[0] * size[1] * 3)).save(out, "PNG")
    return out.getvalue()


def open_chat(context: BrowserContext, url: str, query: str = "") -> Page:
    """The full page with the first message on it."""
    page = context.new_page()
    page.goto(f"{url}/chat{query}")
    page.locator(".message.bot").first.wait_for()
    return page


def open_widget(page: Page) -> None:
    """Presses the launcher and waits for the first message."""
    page.locator("#launcher").click()
    page.locator(".message.bot").first.wait_for()


def say(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


def mine(page: Page, text: str) -> Locator:
    return page.locator(".message.user", has=page.locator(".bubble", has_text=re.compile(f"^{re.escape(text)}$")))


def reply(page: Page, text: str) -> Locator:
    return page.locator(".message.bot .bubble", has_text=text)


def choose(page: Page, item: str) -> None:
    """A button of the menu, by its id or language."""
    page.locator("#menu").click()
    page.locator(item).click()


def speak(page: Page, tag: str) -> None:
    """Another language, by the menu."""
    choose(page, f"[data-language='{tag}']")
    expect(page.locator(".root")).to_have_attribute("lang", tag)
