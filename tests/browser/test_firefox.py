"""The core path in Firefox (Debian's firefox-esr, over WebDriver BiDi; Playwright drives only a Firefox of its own)."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

NODE = Path(__file__).parents[1] / "node"
PICTURES = Path(__file__).resolve().parents[2] / "test-results"


def test_the_core_path_works_in_firefox_under_a_strict_policy(door, site, tmp_path):
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if not firefox:
        pytest.skip("no Firefox: install the package firefox-esr")
    if not shutil.which("node") or not (NODE / "node_modules" / "puppeteer-core").is_dir():
        pytest.skip("no puppeteer-core: install Node.js with npm, then `make setup-dev` fetches it")
    PICTURES.mkdir(exist_ok=True)
    policy = f"default-src 'none'; script-src {door.url}; connect-src {door.url}; require-trusted-types-for 'script'; trusted-types 'none'"
    done = subprocess.run(
        ["node", "firefox.mjs", firefox, site.page("/firefox", door.url, Content_Security_Policy=policy), PICTURES / "widget-firefox.png"],
        cwd=NODE, capture_output=True, text=True, timeout=150, env={**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "MOZ_HEADLESS": "1"})
    assert done.stdout, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert "problem" not in seen, seen
    assert [line for line in seen["complaints"] if "favicon" not in line] == []
    assert seen["focus"] == "text"
    assert seen["pressed"] == 2  # the word typed is also a button of the first message
    assert seen["steps"] == 3
    assert seen["mine"] == ["充值没到账", "链上转账", "steps", "English"]
    assert seen["language"] == "en"
    assert seen["tabs"]
    assert seen["closed"]
