"""One turn in the making: the state being changed and the replies gathered so far. It decides nothing."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot import references
from bot.dialogue import render
from bot.dialogue import state as states
from bot.dialogue.model import Content, Field, Flow, Step, Text
from bot.dialogue.turn import Button, Part, Turn


@dataclass(frozen=True)
class Checked:
    """What a check found."""

    outcome: str
    """One of the step's outcomes; anything else counts as `unknown`."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Ticket fields it read or verified."""
    source: str = "read"
    """How far they can be trusted: `read` (from what the user sent) or `verified` (looked up)."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What the texts that follow may say as `{found.x}`."""
    evidence: str = ""
    """The finding in one line, for the person who takes over."""


RunCheck = Callable[[str, Mapping[str, str | None]], str | Checked | None]
"""(name, arguments) -> outcome, or None when it takes longer than a turn may last."""


class Talk:
    """The turn being made."""

    def __init__(self, content: Content, state: Mapping | None, run_check: RunCheck | None = None):
        self.content = content
        self.state = states.fresh(state)
        self.run_check = run_check
        self.replies: list = []
        self.outcome: str | None = None
        self.found: dict[str, str] = {}
        """What a check about this message found, for the texts of this turn."""
        self.taken: list[Text] = []
        """Answers taken from the opening message in this turn, said back in the bubble `taken_at`."""
        self.taken_at = 0
        self.looking = False
        """Whether the user was told already that something is being looked up."""

    def check(self, name: str, args: Mapping[str, str | None]) -> str | Checked | None:
        """What a check finds, or None when it is slow or there is nobody to run it."""
        try:
            return self.run_check(name, args) if self.run_check else None
        except Exception:  # a check that breaks must not cost the user his turn: what follows "unknown" says what to do
            return "unknown"

    # -- speaking -----------------------------------------------------------------------------

    def show(self, text: Text | str, buttons: Sequence[Button] = (), **args: object) -> None:
        """Add a bubble with a text of the content."""
        found = {**((self.frame or {}).get("found") or {}), **self.found}
        self.replies.append(render.reply(self.content, self.state, text, buttons, found=found, **args))

    def say(self, key: str, buttons: Sequence[Button] = (), **args: object) -> None:
        """Add a bubble with one of the bot's own sentences (`data/replies.yml`)."""
        if key == "noted" and self._only_when(args["noted"]):
            return
        self.show(self.text(key), buttons, **args)

    def text(self, key: str) -> Text:
        """One of the bot's own sentences."""
        return self.content.replies.get(key) or Text(key, key)

    def button(self, key: str, payload: str) -> Button:
        """A button with the title `button.<key>`."""
        return Button(self.text(f"button.{key}").of(self.state["lang"]), payload)

    def offer_button(self, answer: str) -> Button:
        """A button that answers a question of the bot's own."""
        return self.button(answer, render.choose("offer", answer))

    @property
    def human(self) -> Button:
        """The button that is always there: a person."""
        return self.button("human", "/human_agent")

    def turn(self, event: str) -> Turn:
        """The finished turn."""
        return Turn(self.state, tuple(self.replies), states.stage(self.state), self.outcome, event)

    # -- where we are -------------------------------------------------------------------------

    @property
    def frame(self) -> dict | None:
        """The run of the open flow."""
        return self.state["flow"]

    @property
    def flow(self) -> Flow | None:
        """The open flow, or None when there is none or its file is gone."""
        return self.content.flows.get(self.frame["name"]) if self.frame else None

    @property
    def step(self) -> Step | None:
        """The open step, or None when it is gone."""
        return self.flow.steps.get(self.frame["step"]) if self.flow else None

    def title(self, name: str) -> Text:
        """What a flow, card or place is called."""
        return self.content.title(name)

    # -- what is known ------------------------------------------------------------------------

    def value(self, name: str) -> str | None:
        """A field's value."""
        return states.value(self.state, name)

    def put(self, name: str, value: str | None, said: str | None, source: str = "said") -> None:
        """Set a field; None = declined."""
        states.put(self.state, name, states.record(value, said, source), self.frame or (self.state["collect"] or {}).get("frame"))

    def wanted(self, name: str) -> dict | None:
        """A field as its reader needs it."""
        found: Field | None = self.content.fields.get(name)
        return states.wanted(found, self.content) if found else None

    def fill(self, entities: Sequence[Mapping], but: str | None = None) -> list[str]:
        """Keep every entity that is a field and not known yet; returns the names."""
        taken = []
        for entity in entities:
            name = str(entity.get("entity"))
            if name in self.content.fields and name != but and self.value(name) is None and entity.get("value") not in (None, ""):
                self.put(name, str(entity["value"]), str(entity.get("text") or entity["value"]))
                taken.append(name)
        return taken

    def fill_chain(self, said: str) -> list[str]:
        """Keep the chain that a hash in `said` can only be on, as a link of a block explorer names it, where none is known; returns the field's name."""
        if "network" not in self.content.fields or self.value("network") is not None:
            return []
        guesses = {each.network_guesses for each in references.find(said) if each.kind == "tx_hash" and not each.trouble}
        if len(guesses) != 1 or len(only := guesses.pop()) != 1:
            return []
        self.put("network", only[0], only[0], "read")
        return ["network"]

    def _only_when(self, noted: object) -> bool:
        """Whether what was noted is a time alone: "记下了：时间 今天" tells nobody anything."""
        time = self.content.fields.get("time")
        return bool(time) and isinstance(noted, tuple) and len(noted) == 2 and noted[0].text.strip() == time.label.of(self.state["lang"])

    def noted(self, names: Sequence[str]) -> tuple[Part, ...]:
        """ "amount 0.5, chain TRC20": fields as they may be shown back."""
        lang = self.state["lang"]
        parts: list[Part] = []
        for name in names:
            joiner = ("，" if lang.startswith("zh") else ", ") if parts else ""
            parts += [Part(f"{joiner}{self.content.fields[name].label.of(lang)} "), Part(render.shown(self.content, self.state, name), fixed=True)]
        return tuple(parts)
