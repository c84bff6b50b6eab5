"""The house rules that `bot check` enforces, each in its own words: the sound content passes, and one edit against the rule is named.

| rule | kept by |
|---|---|
| one question a bubble | `wording.question_faults`: asks, advice, help, cards with "did this help?", places, replies, ready answers, fields |
| a way out on every question, and skip | `check_flows._ask`; a value always has its skip button (`bot/dialogue/walk.py`) |
| something useful after at most 2 answers | `check_flows._graph` (`walks.silent`) |
| a ticket after at most 5 answers | `check_flows._graph` (`walks.deepest`) |
| 链 or 手机网络, never a bare 网络 | `wording.faults` |
| words nobody should read: 别担心, 亲, emoji, rows of exclamation marks, promises, requests for a secret | `wording.faults` |
| labels of 12 Han or 24 Latin characters, payloads of 64 bytes | `wording.label_faults`, `check_flows._choice`, `check_cards.places` |
| every step can be reached, and reaches an end | `check_flows._graph` |
| endings: only a hand-off has queue, facts, collect; another flow exists | `check_flows._end` |
| links, facts and regions exist | `wording.faults` |
| both languages, with the same placeholders | `reader.text`, `wording.faults` |
"""
from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.check import check

FLOW = "data/flows/forgot_password.yml"
CARD = "data/cards/concept_kyc.yml"
REPLIES = "data/replies.yml"
HELP = """\
    help:
      zh: 打开 {link.kyc}，最上面写着现在的状态。照着选就行。
      en: Open {link.kyc}; the current status is at the top. Choose what it says.
"""


EDITS = [
    ("one question a bubble", FLOW, "zh: 现在收到了吗？", "zh: 现在收到了吗？是邮件还是短信？", "step came: ask: asks more than one question (zh)"),
    ("one question a bubble", FLOW, "en: Has it arrived now?", 'en: "Has it arrived? Where did you look?"', "step came: ask: asks more than one question (en)"),
    ("one question a bubble", FLOW, "密码可以自己重置：", "密码可以自己重置，好吗？能打开网页吗？", "step reset: say: asks more than one question (zh)"),
    ("one question a bubble", FLOW, "先打开上面的重置页面，", "打开重置页面了吗？填了邮箱吗？", "step how_far: help: asks more than one question (zh)"),
    ("one question a bubble", CARD, "KYC 是“了解你的客户”", "想知道什么是 KYC 吗？“了解你的客户”", "asks more than one question (zh)"),
    ("one question a bubble", REPLIES, "zh: 我没听明白。", "zh: 您说什么？是哪一个？", "reply reword: asks more than one question (zh)"),
    ("one question a bubble", "data/fields.yml", "zh: 是哪个币？", "zh: 是哪个币？多少？", "field coin: ask: asks more than one question (zh)"),
    ("one question a bubble", "data/canned.yml", "zh: 您还在吗？", "zh: 您还在吗？解决了吗？", "answer still_there: text: asks more than one question (zh)"),
    ("a way out", "data/flows/kyc_verification.yml", HELP, "", 'step which: has no way out for "not sure"'),
    ("2 answers to something useful", "data/flows/money_missing.yml", "  to_deposit: {end: flow, flow: deposit_missing}", "  to_deposit: {end: flow, flow: two_factor_problem}", "before anything useful is said"),
    ("5 answers to a ticket", FLOW, "facts: [login_blocked], collect: [email, time]}", "facts: [login_blocked], collect: [email, time, uid, device]}", "takes 6 answers to a ticket"),
    ("no bare 网络", FLOW, "这时 Wi-Fi 帮不上忙。", "这时网络帮不上忙。", 'says a bare "网络"'),
    ("no bare 网络", FLOW, "switch between Wi-Fi and mobile data", "switch the network", 'says a bare "network"'),
    ("words", CARD, "也就是身份认证", "别担心，也就是身份认证", 'says "别担心"'),
    ("words", CARD, "in other words", "please kindly note, in other words", 'says "please kindly"'),
    ("words", CARD, "不要发在聊天里", "亲，不要发在聊天里", 'says "亲"'),
    ("words", CARD, "不要发在聊天里", "不要发在聊天里！！", 'says "！！"'),
    ("words", CARD, "不要发在聊天里", "不要发在聊天里 🙏", 'says "🙏"'),
    ("no promise", CARD, "不要发在聊天里", "同事10分钟内回复，不要发在聊天里", "No text promises a time"),
    ("no request for a secret", CARD, "证件只在", "请把验证码发给我。证件只在", "seems to ask for a secret"),
    ("labels", FLOW, "{zh: 收到了, en: It arrived}", "{zh: 收到了收到了收到了收到了收, en: It arrived}", "is longer than 12 characters"),
    ("labels", FLOW, "{zh: 收到了, en: It arrived}", "{zh: 收到了, en: It has arrived here by now}", "is longer than 24 characters"),
    ("payloads", FLOW, '      contact_gone:\n', f'      {"x" * 60}:\n', "longer than 64 bytes"),
    ("reachability", FLOW, "  solved: {end: solved}", "  solved: {end: solved}\n  nobody: {end: solved}", "step nobody: is never reached"),
    ("endings", FLOW, "  solved: {end: solved}", "  solved: {end: solved, queue: account}", "only a hand-off has queue"),
    ("endings", FLOW, "  solved: {end: solved}", "  solved: {end: flow, flow: nowhere}", 'no flow "nowhere"'),
    ("links exist", FLOW, "1. 打开 {link.reset_password}", "1. 打开 {link.reset}", "{link.reset} is unknown"),
    ("facts exist", FLOW, "3. 等 {fact.reset_mail_minutes}", "3. 等 {fact.minutes}", "{fact.minutes} is unknown"),
    ("regions exist", "data/cards/distress.yml", "请马上拨打{region.distress_line}", "请马上拨打{region.hotline}", "{region.hotline} is unknown"),
    ("both languages", FLOW, "{zh: 还是没有, en: Still nothing}", "{zh: 还是没有}", "the en text is missing"),
    ("same placeholders", FLOW, "1. 打开 {link.reset_password}", "1. 打开重置页面", "use different placeholders: {link.reset_password}"),
]
"""(rule, file, what stands there, the edit against the rule, what `bot check` says)."""


def rounds() -> list[list[tuple[str, ...]]]:
    """The edits in as few checks as can be: in one round none touches another's words, and none could be named in another's place."""
    made: list[list[tuple[str, ...]]] = []
    for edit in EDITS:
        _, file, old, _, says = edit
        free = (each for each in made if not any(f == file and (says in s or s in says or old in o or o in old) for _, f, o, _, s in each))
        fitting = next(free, None)
        if fitting is None:
            made.append([edit])
        else:
            fitting.append(edit)
    return made


@pytest.mark.parametrize("edits", rounds(), ids=lambda edits: ", ".join(dict.fromkeys(edit[0] for edit in edits)))
def test_an_edit_against_a_rule_is_named(root: Path, edits: list[tuple[str, ...]]):
    for _, file, old, new, _ in edits:
        text = (root / file).read_text("utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new, 1), "utf-8")
    problems = [str(p) for p in check(root)]
    for rule, file, _, new, says in edits:
        assert any(p.startswith(file) and says in p for p in problems), (rule, new, problems)
