"""Makes the one script out of the widget's modules: in the order of their imports, comments and spaces taken out, names shortened, the style and a version put in. No Node.js.

The modules share one scope in it. They are written for that: named imports and exports only, one a line, and no two names at the top alike.
"""
from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import minify_html
import rcssmin

from bot.channels.web.widget.shorten import shorten, without_comments

FOLDER = Path(__file__).parent
ENTRY = "start.js"
_IMPORT = re.compile(r'^import \{ [\w, ]+ \} from "\./(?P<file>\w+\.js)";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) \w+)", re.M)
_TOP = re.compile(r"^(?:async function|function|class|const|let) (\w+)", re.M)


@dataclass(frozen=True)
class Built:
    """What is served; `version` names these contents."""

    script: str
    style: str
    version: str

    @property
    def gzipped_bytes(self) -> int:
        """The script as it travels."""
        return len(gzip.compress(self.script.encode(), 9))


def build(folder: Path = FOLDER, beside: str = "") -> Built:
    """The script and the style from the modules in `folder`. `beside`: what the script fetches, so that its version follows that too.

    Raises ValueError for a module that is written otherwise than this file can join.
    """
    style = _short_properties(rcssmin.cssmin((folder / "widget.css").read_text("utf-8")))
    script = shorten(_compact(without_comments(_joined(folder)))).replace("__CSS__", json.dumps(style, ensure_ascii=False))
    version = hashlib.sha256((script + beside).encode()).hexdigest()[:12]
    return Built(script.replace("__VERSION__", version), style, version)


def _joined(folder: Path) -> str:
    bodies = [_body(folder, name) for name in _order(folder, ENTRY)]
    twice = [name for name, times in Counter(name for body in bodies for name in _TOP.findall(body)).items() if times > 1]
    if twice:
        raise ValueError(f"two modules of the widget have a {twice[0]} at their top; rename one")
    return "(() => {\n" + "\n".join(bodies) + "\n})();\n"


def _order(folder: Path, name: str, before: tuple[str, ...] = ()) -> list[str]:
    """`name` and all it imports, each after what it needs."""
    if name in before:
        raise ValueError(f"{name} imports itself by way of {', '.join(before)}")
    found: list[str] = []
    for match in _IMPORT.finditer((folder / name).read_text("utf-8")):
        found += [each for each in _order(folder, match["file"], (*before, name)) if each not in found]
    return [*found, name]


def _body(folder: Path, name: str) -> str:
    body = _EXPORT.sub("", _IMPORT.sub("", (folder / name).read_text("utf-8")))
    odd = re.search(r"^(?:import\b(?!\()|export\b).*", body, re.M)
    if odd:
        raise ValueError(f"{name}: write one import or export a line, by names: {odd[0]}")
    return body


def _compact(script: str) -> str:
    """Without comments, spaces and roundabout expressions. The minifier wants a page, so it gets the smallest one."""
    if "</script" in script or "<!--" in script:
        raise ValueError("the widget's script holds what would end it in a page")
    page = minify_html.minify(f"<script>{script}</script>", minify_js=True)
    small = page.removeprefix("<script>").removesuffix("</script>")
    if len(small) > 0.8 * len(script):
        raise ValueError("the widget's script cannot be read")
    return small.replace("/* @__PURE__ */ ", "")


def _short_properties(style: str) -> str:
    """Short names for the style's own custom properties; those that a page may set (`--support-chat-…`) and those the script sets (`--view-…`) keep theirs."""
    names = Counter(name for name in re.findall(r"--([a-z][a-z-]*)", style) if not name.startswith(("support-chat-", "view-")))
    short = {name: _letters(at) for at, (name, _) in enumerate(names.most_common())}
    return re.sub(r"--([a-z][a-z-]*)", lambda match: f"--{short.get(match[1], match[1])}", style)


def _letters(number: int) -> str:
    return chr(97 + number % 26) + (str(number // 26) if number > 25 else "")
