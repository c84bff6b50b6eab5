"""Moves about in an open problem: back, start over, stop, resume, and on with the outcome of a slow check."""
from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue import offers, walk
from bot.dialogue import state as states
from bot.dialogue.answers import mended
from bot.dialogue.heard import Heard
from bot.dialogue.model import Check, Content
from bot.dialogue.talk import Checked, RunCheck, Talk
from bot.dialogue.turn import Turn


def back(content: Content, state: Mapping | None, heard: Heard | None = None, run_check: RunCheck | None = None) -> Turn:
    """One question back: what was heard since is forgotten."""
    talk = Talk(content, state, run_check)
    talk.state["check"] = None
    if talk.state["offer"] and talk.frame and not mended(talk):
        talk.state["offer"] = None
        walk.ask(talk)
        return talk.turn("back")
    open_ticket = talk.state["collect"]
    if open_ticket and open_ticket["order"]:
        talk.state["fields"].pop(open_ticket["order"].pop(), None)
        open_ticket["asked"], open_ticket["tries"] = None, 0
        return talk.turn("back")
    if open_ticket and open_ticket["frame"] and not open_ticket["frame"]["marks"]:
        talk.say("back.nothing")  # nothing was asked before the ticket: its own question stays open
        return talk.turn("back")
    if open_ticket and open_ticket["frame"]:
        talk.state["flow"], talk.state["collect"] = open_ticket["frame"], None
    elif open_ticket:
        talk.state["collect"] = None
    if talk.frame and mended(talk):
        return talk.turn("restarted")
    if talk.frame and talk.frame["marks"]:
        taken = talk.frame.get("said_back") or 1  # answers said back in one bubble are taken back together
        states.rewind(talk.state, talk.frame, talk.frame["marks"][-taken])
        walk.ask(talk)
    elif talk.frame and (talk.frame.get("came_from") or {}).get("marks"):
        talk.state["flow"] = talk.frame["came_from"]  # the last answer led into another flow
        states.rewind(talk.state, talk.frame, talk.frame["marks"][-1])
        if not mended(talk):
            walk.ask(talk)
    elif talk.frame:
        talk.say("back.nothing")
        walk.ask(talk)
    else:
        talk.state["offer"] = None
        offers.menu(talk, "nothing_open")
    return talk.turn("back")


def restart(content: Content, state: Mapping | None, heard: Heard | None = None, run_check: RunCheck | None = None) -> Turn:
    """The open problem from its beginning; what was said is forgotten, what we verified is not."""
    talk = Talk(content, state, run_check)
    frame = talk.frame or (talk.state["collect"] or {}).get("frame")
    talk.state.update(check=None, offer=None, collect=None, misses=0)
    talk.state["fields"] = {n: r for n, r in talk.state["fields"].items() if r["source"] == "verified"}
    flow = talk.content.flows.get(frame["name"]) if frame else None
    talk.state["flow"] = None
    if flow is None:
        offers.menu(talk, "menu")
        return talk.turn("restarted")
    talk.say("restarted")
    walk.begin(talk, flow)
    return talk.turn("restarted")


def stop(content: Content, state: Mapping | None, heard: Heard | None = None, run_check: RunCheck | None = None) -> Turn:
    """Leave it: the open problem, ticket or question is dropped; parked problems stay."""
    talk = Talk(content, state, run_check)
    return talk.turn(offers.left(talk, heard or Heard()))


def resume(content: Content, state: Mapping | None, heard: Heard | None = None, run_check: RunCheck | None = None) -> Turn:
    """The open question again; without one, the problem parked last."""
    talk = Talk(content, state, run_check)
    if talk.state["collect"]:
        return talk.turn("resumed")
    if talk.frame:
        if not mended(talk):
            talk.state["offer"] = None
            walk.ask(talk)
    elif talk.state["parked"]:
        offers.resumed(talk, talk.state["parked"][-1]["name"])
    else:
        offers.menu(talk, "nothing_open")
    return talk.turn("resumed")


def go_on(content: Content, state: Mapping | None, found: str | Checked, run_check: RunCheck | None = None) -> Turn:
    """Go on with the outcome of a slow check (`walk` to callers). Nothing happens when the check is no longer waited for."""
    talk = Talk(content, state, run_check)
    talk.looking = True
    waiting = talk.state["check"]
    if not waiting or not talk.frame or talk.frame["step"] != waiting["step"]:
        talk.state["check"] = None
        return talk.turn("too_late")
    talk.state["check"] = None
    if not mended(talk):
        if isinstance(talk.step, Check):
            walk.enter(talk, walk.outcome(talk, talk.step, found))
        else:
            walk.enter(talk, talk.frame["step"])
    return talk.turn("checked")
