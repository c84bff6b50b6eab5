"""Writes a new flow with its transcript and first examples: sound as it stands, meant to be edited."""
from __future__ import annotations

import re
from pathlib import Path

NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
LONGEST = 40
"""Characters of a flow's name."""


class ScaffoldError(Exception):
    """The flow cannot be written; the message says why and what to do."""


def new_flow(root: Path, name: str) -> list[Path]:
    """Write `data/flows/<name>.yml`, its transcript and examples in both languages below `root`; returns the files.

    Raises ScaffoldError for a bad name, or one that is taken. Nothing is written then.
    """
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise ScaffoldError(f"{name!r} is no name for a flow: lower case words joined by _, at most {LONGEST} characters, for example card_payment_failed")
    root = Path(root)
    words = name.replace("_", " ")
    # The label must fit a button, and tell the new flow from the others.
    title = words if len(words) <= 24 else words[:24].rstrip()
    filled = {"NAME": name, "WORDS": words, "TITLE": title}
    files = {root / path.replace("NAME", name): _fill(body, filled) for path, body in FILES.items()}
    taken = [p for p in files if p.exists()] + [p for p in (root / "data" / "cards" / f"{name}.yml",) if p.exists()]
    if taken:
        raise ScaffoldError(f"{taken[0].relative_to(root)} exists already: choose another name, or edit that file")
    for path, body in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, "utf-8")
    return list(files)


def _fill(body: str, filled: dict[str, str]) -> str:
    for key, value in filled.items():
        body = body.replace(key, value)
    return body


FLOW = """\
# What the problem is, and what the most harmless cause of it is. docs/content-guide.md explains every line.
flow: NAME
intent: NAME
queue: general
title: {zh: 新的问题, en: TITLE}
examples:
  zh: [遇到新的问题 NAME, 新的问题 NAME 怎么办]
  en: [I have a problem with WORDS, WORDS does not work]
start: tip
steps:
  tip:
    say:
      zh: 先看最常见的原因，打开 {link.help} 对照一下。
      en: The commonest cause first. Please compare with {link.help}.
    go: seen

  seen:
    ask:
      zh: 看过之后，现在怎么样？
      en: After looking, how is it now?
    help:
      zh: 选最接近的一项就行。
      en: Pick whatever comes closest.
    choices:
      fine:
        label: {zh: 好了, en: It works now}
        words: {zh: [好了, 可以了, 解决了], en: [works, fixed, solved]}
        intents: [feedback_resolved, affirm]
        go: done
      still:
        label: {zh: 还是不行, en: Still not}
        words: {zh: [不行, 没好, 还是一样], en: [still, not working, no change]}
        intents: [feedback_unresolved, deny]
        go: person

  done: {end: solved}
  person: {end: handoff, facts: [information], collect: [uid]}
"""

TRANSCRIPT = """\
# Conversations that must go as written; the first is the happy path. `intent` and `entities` are what understanding gives.
- id: NAME_solved
  lang: zh-Hans
  turns:
  - user: 新的问题 NAME 怎么办
    intent: NAME
    expect: {flow: NAME, step: seen, says: [最常见的原因], buttons: [好了, 还是不行]}
  - press: 好了
    expect: {outcome: solved, flow: none}
- id: NAME_to_a_person
  lang: en
  turns:
  - user: WORDS does not work
    intent: NAME
    expect: {step: seen, buttons: [It works now, Still not]}
  - user: still not working
    expect: {stage: handoff}
  - press: Skip
    expect: {outcome: handoff, fields: {uid: none}}
"""

NLU_ZH = """\
version: "3.1"
nlu:
- intent: NAME
  examples: |
    - 我遇到了 NAME 的问题
    - NAME 出错了
"""

NLU_EN = """\
version: "3.1"
nlu:
- intent: NAME
  examples: |
    - there is a problem with WORDS
    - help me with WORDS
"""

FILES = {
    "data/flows/NAME.yml": FLOW,
    "tests/flows/NAME.yml": TRANSCRIPT,
    "data/nlu/zh/NAME.yml": NLU_ZH,
    "data/nlu/en/NAME.yml": NLU_EN,
}
"""Path below the root -> what it starts with."""
