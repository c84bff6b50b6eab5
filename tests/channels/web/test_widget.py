"""The widget's script as it is built and served: its size, and that joining and shortening change nothing but length."""
from __future__ import annotations

import gzip
import json
import shutil
import subprocess

import pytest

from bot.channels.web.widget import bundle
from bot.channels.web.widget.shorten import shorten

LIMIT_BYTES = 20_000


def run(script: str) -> object:
    """What the script's console.log says, as JSON."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no Node.js: install it, it runs the shortened scripts")
    return json.loads(subprocess.run([node, "-e", script], capture_output=True, text=True, timeout=30, check=True).stdout)


def test_the_script_travels_in_less_than_20_kb(door):
    served = door.call("GET", "/widget.js", Accept_Encoding="gzip")
    assert len(served.body) <= LIMIT_BYTES
    assert len(gzip.compress(gzip.decompress(served.body), 9)) <= LIMIT_BYTES


@pytest.mark.parametrize("script", [
    "const long = 1; function outer(long = 2, { inner = long, other: [third] = [3] } = {}) { return [long, inner, third]; } console.log(JSON.stringify([long, outer(), outer(7)]))",
    "const name = 'n'; const made = { name, long: name, [name]: 1 }; const { long, ...rest } = made; console.log(JSON.stringify([long, rest, `${name}-name`]))",
    "class Thing { #hidden = 1; static #count = 0; get hidden() { return this.#hidden; } #grow() { Thing.#count += ++this.#hidden; return Thing.#count; } grow() { return #hidden in this && this.#grow(); } } "
    "const thing = new Thing(); console.log(JSON.stringify([thing.grow(), thing.hidden, Thing.name.length > 0]))",
    "let text = ''; for (const [key, value] of Object.entries({ first: 1, second: 2 })) { const text2 = key; text += text2 + value; } for (let at = 0; at < 2; at += 1) text += at; "
    "try { null.x; } catch ({ message }) { text += typeof message; } try { null.x; } catch { text += '!'; } console.log(JSON.stringify(text))",
    "const a = 1; { const a = 2; { const b = a; globalThis.seen = b; } } const later = () => hoisted(); function hoisted() { return a + seen; } console.log(JSON.stringify(later()))",
    "const pick = ({ value, value: again, deep: { value: under } }) => [value, again, under]; console.log(JSON.stringify(pick({ value: 1, deep: { value: 2 } })))",
    "const fact = function self(n) { return n < 2 ? 1 : n * self(n - 1); }; console.log(JSON.stringify([fact(5), ((...all) => all.length)(1, 2)]))",
])
def test_a_script_with_short_names_does_the_same(script):
    short = shorten(f"(() => {{ {script} }})()")
    assert run(short) == run(script)
    assert len(short) < len(script) + 12


def test_no_short_name_hides_one_of_the_browser_s():
    short = shorten("(() => { const first = e(t); return [first, n, s]; })()")
    assert not {"const e", "const t", "const n", "const s"} & {short[at:at + 7] for at in range(len(short))}


@pytest.mark.parametrize("script", ["(() => { var x = 1; })()", "(() => { const x = 1; eval('x'); })()", "(() => { const = 1; })()"])
def test_what_cannot_be_followed_is_refused(script):
    with pytest.raises(ValueError, match="widget's script"):
        shorten(script)


@pytest.fixture
def modules(tmp_path):
    """A folder with a style and modules: modules(start=..., other=...) -> the built script."""
    def build(**files: str) -> str:
        (tmp_path / "widget.css").write_text(".root { --own-colour: red; color: var(--own-colour); margin: var(--support-chat-edge); }")
        for name, text in files.items():
            (tmp_path / f"{name}.js").write_text(text)
        return bundle.build(tmp_path).script
    return build


def test_modules_are_joined_in_the_order_of_their_imports(modules):
    script = modules(
        start='import { first } from "./first.js";\nimport { second } from "./second.js";\n// a remark\nconst unused = "__VERSION__";\nconsole.log(JSON.stringify([first(), second, __CSS__, unused]));\n',
        first='import { second } from "./second.js";\nexport function first() {\n  return second + 1;\n}\n',
        second="export const second = 40 + 1;\n")
    first, second, style, version = run(script)
    assert (first, second, len(version)) == (42, 41, 12)
    assert style == ".root{--a:red;color:var(--a);margin:var(--support-chat-edge)}"
    assert "remark" not in script


@pytest.mark.parametrize(("files", "why"), [
    ({"start": 'import { one } from "./one.js";\nconst two = one;\n', "one": "export const one = 1;\nconst two = 2;\n"}, "two modules"),
    ({"start": 'import one from "./one.js";\n'}, "one import or export a line"),
    ({"start": 'import { one } from "./one.js";\n', "one": 'import { two } from "./start.js";\nexport const one = 1;\n'}, "imports itself"),
    ({"start": 'const text = "</script>";\n'}, "would end it in a page"),
    ({"start": "const text = ;\n"}, "cannot be read"),
])
def test_modules_that_cannot_be_joined_stop_the_start(modules, files, why):
    with pytest.raises(ValueError, match=why):
        modules(**files)


def test_any_site_may_ask_whether_it_is_listed(door):
    answer = door.call("GET", "/widget/site", Origin="https://shop.example")
    assert answer.json == {"allowed": False}
    assert answer.headers["access-control-allow-origin"] == "*"
    assert door.call("GET", "/widget/site", Origin=door.url).json == {"allowed": True}
