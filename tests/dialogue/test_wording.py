from __future__ import annotations

import inspect
import re

from bot.dialogue import answers, collect, fields, flows, imitation, offers, opening, side, talk, walk
from bot.dialogue.expect import OFFERS
from bot.dialogue.wording import REPLIES


def test_the_list_of_sentences_is_what_the_code_says():
    code = "\n".join(inspect.getsource(m) for m in (answers, collect, flows, imitation, offers, opening, side, talk, walk))
    said = set(re.findall(r'\.say\(f?"([a-z_.0-9]+)"', code)) | set(re.findall(r'(?:menu|person|ask)\(talk, (?:"\w+", )?f?"([a-z_.0-9]+)"', code))
    said |= set(re.findall(r'\.text\("([a-z_.0-9]+)"', code)) | set(re.findall(r'key: str = "([a-z_.0-9]+)"', code))
    said |= {"reword", "reword.value"} | {f"{kind}.{misses}" for kind in ("fallback", "elsewhere") for misses in (1, 2, 3)}
    said |= {f"field.{code}" for code in re.findall(r'Trouble\("(\w+)"', inspect.getsource(fields))}
    said |= {f"button.{b}" for answers in OFFERS.values() for b in answers} | {f"button.{b}" for b in re.findall(r'\.(?:offer_)?button\("(\w+)"', code)}
    assert {s for s in said if not s.endswith(".")} == set(REPLIES)
