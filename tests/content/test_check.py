from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.check import check

ROOT = Path(__file__).parents[2]
ASK = """\
  first:
    ask: {zh: 是哪一种？, en: "Which is it?"}
    help: {zh: 选一个。, en: Pick one.}
    choices:
      a: {label: {zh: 甲种, en: Kind A}, words: {zh: [甲], en: [alpha]}, go: done}
      b: {label: {zh: 乙种, en: Kind B}, words: {zh: [乙], en: [beta]}, go: done}
  done: {end: solved}
"""


def found(root: Path) -> list[str]:
    """What is wrong with the flow of the test."""
    return [str(p) for p in check(root) if "made" in p.file]


def test_the_projects_own_content_is_sound():
    assert [str(p) for p in check(ROOT)] == []


def test_a_sound_flow_has_no_problems(flow):
    assert found(flow(ASK)) == []


@pytest.mark.parametrize(("old", "new", "says"), [
    ("go: done}\n      b", "go: nowhere}\n      b", 'step first: a: go: no step "nowhere"'),
    ("    help: {zh: 选一个。, en: Pick one.}\n", "", 'has no way out for "not sure"'),
    ("zh: 是哪一种？", "zh: 是哪一种？还是别的？", "asks more than one question (zh)"),
    ('en: "Which is it?"', 'en: "Which? Or not?"', "asks more than one question (en)"),
    ("zh: 甲种", "zh: 一二三四五六七八九十一二三", "is longer than 12 characters"),
    ("en: Kind A", "en: A label that is much too long for it", "is longer than 24 characters"),
    ("zh: 选一个。", "zh: '看 {link.nowhere}。'", "{link.nowhere} is unknown"),
    ("zh: 选一个。", "'zh': '选 {fact.credit_minutes}。'", "zh and en use different placeholders: {fact.credit_minutes}"),
    ("zh: 选一个。", "zh: 检查网络。", 'says a bare "网络"'),
    ("zh: 选一个。", "zh: 别担心。", 'says "别担心"'),
    ("zh: 选一个。", "zh: 亲，选一个。", 'says "亲"'),
    ("zh: 选一个。", "zh: 选一个！！", 'says "！！"'),
    ("en: Pick one.", "en: Pick one 🙂", "says \"🙂\""),
    ("en: Pick one.", "en: See https://evil.example/x", "holds a raw address"),
    ("en: Pick one.", "en: Write to a@evil.org", "holds a raw address"),
    ("en: Pick one.", "en: Ask @evil_support", "holds a raw address"),
    ("en: Pick one.", "en: Send us your password", "seems to ask for a secret"),
    ("zh: 选一个。", "zh: 请把验证码发给我", "seems to ask for a secret"),
    ("zh: 选一个。", "zh: 同事30分钟内回复", "No text promises a time"),
    ("en: Pick one.", "en: We will contact you", "No text promises a time"),
    ("zh: [乙]", "zh: [甲]", '"甲" also belongs to choice a'),
    ("en: [beta]}", "en: [beta]}, intents: [nonsense]", 'intent "nonsense" is unknown'),
    ("en: [beta]}", "en: [beta]}, sets: {nonsense: x}", 'field "nonsense" is unknown'),
    ("en: [beta]}", "en: [beta]}, entities: {network: [TRC99]}", 'network "TRC99" is unknown'),
    ("      b:", "      ?b:", "has a reserved name"),
    ("queue: general", "queue: nowhere", 'queue "nowhere" is unknown'),
    ("start: first", "start: nowhere", 'no step "nowhere"'),
    ("{end: solved}", "{end: solved, collect: [uid]}", "only a hand-off has queue, facts and collect"),
    ("{end: solved}", "{end: handoff, collect: [nonsense]}", 'field "nonsense" is unknown'),
    ("{end: solved}", "{end: flow, flow: nowhere}", 'no flow "nowhere"'),
    ("  done:", "  lost: {say: {zh: 一, en: One}, go: done}\n  done:", "step lost: is never reached"),
    ("  done: {end: solved}", "  done: {say: {zh: 一, en: One}, go: done}", "goes round: done > done"),
    ("  done: {end: solved}", "  done: {say: {zh: 一, en: One}, go: done}", "has no way to an end"),
    ("  done: {end: solved}", "  done: {check: nonsense, outcomes: {unknown: e}}\n  e: {end: solved}", 'check "nonsense" is unknown'),
    ("  done: {end: solved}", "  done: {check: read_reference, args: {reference: tx_hash}, outcomes: {ok: e}}\n  e: {end: solved}", "has no outcome unknown"),
    ("  done: {end: solved}", "  done: {check: read_reference, args: {odd: tx_hash}, outcomes: {unknown: e}}\n  e: {end: solved}", 'argument "odd"'),
])
def test_a_fault_is_found_and_named(flow, old, new, says):
    root = flow(ASK)
    path = root / "data" / "flows" / "made.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    problems = found(root)
    assert any(says in p for p in problems), problems


def test_a_long_payload_is_found(flow):
    assert any("longer than 64 bytes" in p for p in found(flow(ASK.replace("      a:", f"      {'a' * 50}:"))))


def test_more_buttons_than_fit_are_found(flow):
    more = "".join(f"      {c}: {{label: {{zh: 第{c}, en: Kind {c}}}, go: done}}\n" for c in "cdef")
    assert any("buttons with the added ones" in p for p in found(flow(ASK.replace("  done:", more + "  done:"))))


def test_three_questions_before_anything_useful_are_found(flow):
    steps = "".join(
        f"  {n}:\n    ask: {{zh: 问题{n}？, en: \"Question {n}?\"}}\n    help: {{zh: 选, en: Pick}}\n    choices:\n"
        f"      a: {{label: {{zh: 甲, en: A}}, go: {go}}}\n      b: {{label: {{zh: 乙, en: B}}, go: {go}}}\n" for n, go in (("first", "second"), ("second", "third"), ("third", "done")))
    assert any("before anything useful is said" in p for p in found(flow(steps + "  done: {end: solved}\n")))


def test_six_answers_to_a_ticket_are_found(flow):
    problems = found(flow(ASK.replace("{end: solved}", "{end: handoff, collect: [uid, coin, amount, time, address]}")))
    assert any("takes 6 answers to a ticket" in p for p in problems)


def test_a_value_asked_on_the_way_is_not_counted_twice(flow):
    steps = ASK.replace("go: done", "go: uid").replace("  done:", "  uid:\n    ask: {zh: UID, en: UID}\n    fills: uid\n    go: done\n  done:")
    assert found(flow(steps.replace("{end: solved}", "{end: handoff, collect: [uid, coin, amount, time]}"))) == []


OPENS = "  done: {end: solved}\n  person: {end: handoff}\n"
"""Ends for a choice that may have `opening` words."""


@pytest.mark.parametrize(("a", "b", "says"), [
    ("opening: {zh: [显示甲]}, go: person", "opening: {zh: [显示乙]}, go: person", None),
    ("opening: {zh: [显示甲]}, go: done", "go: person", "would end the problem that it opens"),
    ("opening: {zh: [显示]}, go: person", "opening: {zh: [显示]}, go: person", '"显示" by itself says b'),
    ("opening: {zh: [显示甲]}, go: person", "opening: {zh: [好像乙]}, go: person", '"好像乙" by itself says nothing'),
])
def test_words_of_the_opening_message_are_held_to_what_they_say(flow, a, b, says):
    steps = ASK.replace("[alpha]}, go: done", f"[alpha]}}, {a}").replace("[beta]}, go: done", f"[beta]}}, {b}").replace("  done: {end: solved}\n", OPENS)
    problems = found(flow(steps if "done" in a else steps.replace("  done: {end: solved}\n", "")))
    assert problems == [] if says is None else any(says in p for p in problems), problems


def test_opening_words_of_a_question_for_a_value_are_found(flow):
    value = ASK.replace("    choices:", "    fills: uid\n    go: done\n    choices:").replace("alpha]}", "alpha]}, opening: {zh: [显示]}")
    assert any("opening: never counts here" in p for p in found(flow(value)))


def test_a_later_question_may_have_opening_words_too(flow):
    later = ASK.replace("go: done}\n      b", "go: second}\n      b").replace("  done:", ASK.replace("  first:", "  second:").replace("alpha]}, go: done", "alpha]}, opening: {zh: [显示甲]}, go: person").replace("  done: {end: solved}\n", "") + "  done:")
    assert found(flow(later.replace("  done: {end: solved}\n", OPENS))) == []


def test_a_flow_goes_on_in_another_at_a_step_of_it(flow):
    end = "{end: flow, flow: two_factor_problem, at: lost}"
    assert found(flow(ASK.replace("{end: solved}", end))) == []
    assert any('at: no step "nowhere"' in p for p in found(flow(ASK.replace("{end: solved}", end.replace("lost", "nowhere")))))
    assert any('at: no step "lost"' in p for p in found(flow(ASK.replace("{end: solved}", "{end: handoff, at: lost}"))))


def test_answers_count_on_where_a_flow_goes_on_in_another(flow):
    problems = found(flow(ASK.replace("{end: solved}", "{end: flow, flow: two_factor_problem}")))
    assert any("two_factor_problem.person: takes 6 answers to a ticket" in p for p in problems), problems
    problems = found(flow(ASK.replace("go: done", "go: second").replace("  done:", ASK.replace("  first:", "  second:").replace("  done: {end: solved}\n", "") + "  done:").replace("{end: solved}", "{end: flow, flow: login_other}")))
    assert any("before anything useful is said" in p for p in problems)


def test_flows_that_go_on_in_each_other_for_ever_are_found(flow):
    assert any("goes round through flows: made > made" in p for p in found(flow(ASK.replace("{end: solved}", "{end: flow, flow: made}"))))


@pytest.mark.parametrize(("regions", "says"), [
    ("  somewhere:\n    timezones: [Asia/Atlantis]\n", 'regions: somewhere: time zone "Asia/Atlantis" is unknown'),
    ("  one:\n    timezones: [Asia/Taipei]\n  two:\n    timezones: [Asia/Taipei]\n", 'regions: two: time zone "Asia/Taipei" is in one already'),
    ("  somewhere:\n    police: {zh: 警察, en: police}\n", '"timezones" is missing'),
    ("  somewhere:\n    timezones: [Asia/Taipei]\n    hotline: {zh: 一, en: one}\n", 'unknown key "hotline"'),
    ("  somewhere:\n    timezones: [Asia/Taipei]\n    police: {zh: 警察}\n", "the en text is missing"),
    ("  somewhere:\n    timezones: [Asia/Taipei]\n    police: {zh: 报警, en: the police}\n", None),
])
def test_a_region_says_where_it_is_and_what_is_different_there(root, regions, says):
    path = root / "data/exchange.yml"
    path.write_text(path.read_text("utf-8") + regions, "utf-8")
    problems = [str(p) for p in check(root)]
    assert problems == [] if says is None else any(says in p for p in problems), problems


def test_two_plain_flows_of_one_intent_are_found(root):
    text = (root / "data/flows/forgot_password.yml").read_text("utf-8").replace("flow: forgot_password", "flow: other")
    (root / "data/flows/other.yml").write_text(text, "utf-8")
    assert any("intent forgot_password starts forgot_password and other" in p.what for p in check(root))


def test_missing_and_unused_sentences_are_found(root):
    path = root / "data/replies.yml"
    path.write_text(path.read_text("utf-8").replace("\nsolved:", "\nsolvedd:", 1), "utf-8")
    problems = [str(p) for p in check(root)]
    assert any("reply solved: is missing" in p for p in problems)
    assert any("reply solvedd: is not used" in p for p in problems)


def test_a_sentence_with_an_argument_it_does_not_get_is_found(root):
    path = root / "data/replies.yml"
    path.write_text(path.read_text("utf-8").replace("{number}", "{ticket}"), "utf-8")
    assert any("{ticket} is unknown" in str(p) for p in check(root))


def test_a_card_that_offers_what_does_not_exist_is_found(root):
    path = root / "data/cards/help_menu.yml"
    path.write_text(path.read_text("utf-8").replace("deposit_missing", "nowhere"), "utf-8")
    assert any('"nowhere" is neither a flow nor a card' in str(p) for p in check(root))


@pytest.mark.parametrize(("old", "new", "says"), [
    ("{zh: 收到了, en: It arrived}", "{zh: 收到了，en: It arrived}", "as on an English keyboard"),
    ("{zh: 收到了, en: It arrived}", "{zh：收到了，en：It arrived}", "as on an English keyboard"),
    ("  look_for_it:\n    say:", "  look_for_it:\n\tsay:", "not a tab"),
    ("    ask:\n      zh: 现在收到了吗？\n      en: Has it arrived now?", "    ask: 现在收到了吗？", "is in one language only. Write {zh: …, en: …}"),
    ("1. 打开 {link.reset_password}", "1. 打开 {link.resetpassword}", "Write {link.reset_password} if that is meant"),
    ("1. 打开 {link.reset_password}", "1. 打开 ｛link.reset_password｝", "the braces { and } of an English keyboard"),
])
def test_what_an_author_mistypes_is_told_as_what_to_write(root, old, new, says):
    path = root / "data/flows/forgot_password.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    problems = [str(p) for p in check(root)]
    assert any(says in p for p in problems), problems


def test_a_go_to_a_mistyped_step_is_named_once_with_the_step_that_was_meant(root):
    path = root / "data/flows/forgot_password.yml"
    path.write_text(path.read_text("utf-8").replace("go: look_for_it", "go: look_for", 1), "utf-8")
    problem, = check(root)
    assert (problem.what, problem.do) == ('go: no step "look_for"', 'Write "look_for_it" if that is meant, or add the step.')


@pytest.mark.parametrize("file", ["data/replies.yml", "data/fields.yml", "data/exchange.yml", "data/flows/deposit_missing.yml", "data/cards/concept_kyc.yml"])
def test_a_file_that_cannot_be_read_is_named_once_and_nothing_else_is(root, file):
    path = root / file
    path.write_text(path.read_text("utf-8") + "\nbroken: a: b\n", "utf-8")
    problem, = check(root)
    assert problem.file.startswith(file + ":")
    assert "Put the text in quotes" in problem.do


def test_everything_is_found_at_once(root):
    (root / "data/flows/forgot_password.yml").write_text("flow: [", "utf-8")
    path = root / "data/cards/concept_kyc.yml"
    path.write_text(path.read_text("utf-8").replace("zh:", "zh: 别担心 #", 1), "utf-8")
    (root / "data/exchange.yml").unlink()
    files = {p.file.partition(":")[0] for p in check(root)}
    assert {"data/flows/forgot_password.yml", "data/exchange.yml"} <= files
