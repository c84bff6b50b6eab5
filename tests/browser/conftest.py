"""A real Chromium against a running door. Left out, with the reason, where there is no Chromium."""
from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from host_page import Website
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from widget_page import open_chat

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
PATIENCE_MS = 10_000
IDENTITY_KEY = "exchange-signs-with-this-key-in-tests-0123456789"


def _running_door() -> Any:
    """tests/channels/conftest.py's `running`: the same door, without a second copy of how it is started."""
    path = Path(__file__).parents[1] / "channels" / "conftest.py"
    spec = importlib.util.spec_from_file_location("running_door", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module.running


@pytest.fixture(scope="session")
def chromium_path() -> str:
    found = os.environ.get("BOT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium: install the package chromium, or name one in BOT_CHROMIUM")
    return found


@pytest.fixture(scope="module")
def site() -> Iterator[Website]:
    """Somebody else's website, on an origin that the door knows."""
    site = Website()
    yield site
    site.close()


@pytest.fixture(scope="module")
def door(site: Website, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with _running_door()(tmp_path_factory.mktemp("door"), BOT_RATE_LIMITS="off", WIDGET_ORIGINS=site.url, IDENTITY_KEYS=IDENTITY_KEY) as door:
        yield door


# By module, not for the whole run: while Playwright runs, this thread has an event loop, and Django refuses database work in it.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor's browser, in simplified Chinese on a desktop; what went wrong in it fails the test."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, door: Any) -> Page:
    """The chat page with the first message on it."""
    return open_chat(context, door.url)
