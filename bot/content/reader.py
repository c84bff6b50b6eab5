"""Turns the mappings of content files into `bot.dialogue.model`. Whether the content is good is `check.py`'s subject."""
from __future__ import annotations

from bot.content.files import WIDE, Mapping
from bot.content.problem import Problem
from bot.dialogue.model import (
    Ask,
    Canned,
    Card,
    CardWhen,
    Check,
    Choice,
    Description,
    End,
    Exchange,
    Field,
    Flow,
    Place,
    Region,
    Say,
    Step,
    Text,
    When,
    Words,
)

STEP_KINDS = {
    "ask": {"ask", "help", "unsure", "choices", "fills", "go", "skip"},
    "say": {"say", "go"},
    "check": {"check", "args", "with", "outcomes"},
    "end": {"end", "queue", "facts", "collect", "flow", "at"},
}
"""A step's kind is the one of these keys it has; the set holds every key it may have."""
ENDS = ("solved", "wait", "handoff", "flow")


class Reader:
    """Reads one file's mapping and gathers what is wrong with its shape."""

    def __init__(self, file: str):
        self.file = file
        self.problems: list[Problem] = []

    def fault(self, where: str, what: str, do: str) -> None:
        """Note a fault and go on reading."""
        self.problems.append(Problem(self.file, where, what, do))

    # -- small shapes -------------------------------------------------------------------------

    def keys(self, data: Mapping, where: str, may: set[str], must: tuple[str, ...] = ()) -> None:
        """Note unknown and absent keys of a mapping."""
        for key in data:
            if key not in may:
                wide = WIDE.search(key)
                self.fault(where, f'unknown key "{key}"', "Write , and : as on an English keyboard." if wide else f"Known here: {', '.join(sorted(may))}.")
        for key in must:
            if key not in data:
                self.fault(where, f'"{key}" is missing', f'Add "{key}: …".')

    def mapping(self, value: object, where: str) -> Mapping:
        """The value as a mapping; an empty one, with a fault noted, when it is something else."""
        if isinstance(value, Mapping):
            return value
        if value not in (None, ""):
            self.fault(where, "should be a mapping", 'Write "name: value" lines below it.')
        empty = Mapping()
        empty.lines = {}
        return empty

    def string(self, value: object, where: str) -> str:
        """The value as a string."""
        if isinstance(value, str):
            return value.strip()
        if value is not None:
            self.fault(where, "should be one text", "Write a plain text here, no list and no mapping.")
        return ""

    def strings(self, value: object, where: str) -> tuple[str, ...]:
        """The value as a list of strings."""
        if value in (None, ""):
            return ()
        if not isinstance(value, list):
            self.fault(where, "should be a list", "Write [one, two], also for a single one.")
            return ()
        return tuple(self.string(item, f"{where} {i}") for i, item in enumerate(value, 1))

    def text(self, value: object, where: str) -> Text:
        """The value as a text in both languages."""
        if isinstance(value, str):
            self.fault(where, "is in one language only", "Write {zh: …, en: …}.")
            return Text(value, value)
        data = self.mapping(value, where)
        self.keys(data, where, {"zh", "en"})
        said = {lang: self.string(data.get(lang), f"{where} {lang}") for lang in ("zh", "en")}
        for lang, content in said.items():
            if not content:
                self.fault(where, f"the {lang} text is missing", f'Write it under "{lang}:".')
        return Text(**said)

    def words(self, value: object, where: str) -> Words:
        """The value as word lists by language."""
        data = self.mapping(value, where)
        self.keys(data, where, {"zh", "en"})
        return Words(*(self.strings(data.get(lang), f"{where} {lang}") for lang in ("zh", "en")))

    def number(self, value: object, where: str) -> int | None:
        """The value as a whole number, or None when absent."""
        text = self.string(value, where)
        if text and not text.isdigit():
            self.fault(where, f'"{text}" is not a whole number', "Write digits.")
            return None
        return int(text) if text else None

    def flag(self, value: object, where: str, default: bool) -> bool:
        """The value as true or false."""
        text = self.string(value, where)
        if text not in ("", "true", "false"):
            self.fault(where, f'"{text}" is neither true nor false', "Write true or false.")
        return text == "true" if text else default

    # -- files --------------------------------------------------------------------------------

    def flow(self, data: Mapping, name: str) -> Flow:
        """A file of `data/flows`."""
        self.keys(data, "", {"flow", "intent", "queue", "title", "examples", "start", "steps", "when"}, ("flow", "intent", "queue", "title", "start", "steps"))
        if data.get("flow") not in (None, name):
            self.fault("flow", f'is "{data["flow"]}", the file is "{name}.yml"', "Make the two equal.")
        when = None
        if "when" in data:
            said = self.mapping(data["when"], "when")
            self.keys(said, "when", {"words", "unless"}, ("words",))
            when = When(self.words(said.get("words"), "when: words"), self.words(said.get("unless"), "when: unless"))
        steps = {n: self.step(n, s) for n, s in self.mapping(data.get("steps"), "steps").items()}
        return Flow(
            name=name,
            intent=self.string(data.get("intent"), "intent"),
            queue=self.string(data.get("queue"), "queue"),
            title=self.text(data.get("title"), "title"),
            start=self.string(data.get("start"), "start"),
            steps={n: s for n, s in steps.items() if s is not None},
            examples=self.words(data.get("examples"), "examples"),
            when=when,
        )

    def step(self, name: str, value: object) -> Step | None:
        """One step of a flow."""
        where = f"step {name}"
        data = self.mapping(value, where)
        kinds = [k for k in STEP_KINDS if k in data]
        if len(kinds) != 1:
            self.fault(where, f"has {' and '.join(kinds) or 'none'} of ask, say, check, end", "A step is exactly one of them; split it in two.")
            return None
        kind = kinds[0]
        self.keys(data, where, STEP_KINDS[kind])
        if kind == "ask":
            return self.ask(name, where, data)
        if kind == "say":
            return Say(name, self.text(data["say"], f"{where}: say"), self._go(data, "go", where))
        if kind == "check":
            args = {a: self.string(f, f"{where}: args {a}") for a, f in self.mapping(data.get("args"), f"{where}: args").items()}
            outcomes = {o: self.string(g, f"{where}: outcome {o}") for o, g in self.mapping(data.get("outcomes"), f"{where}: outcomes").items()}
            fixed = {a: self.string(v, f"{where}: with {a}") for a, v in self.mapping(data.get("with"), f"{where}: with").items()}
            return Check(name, self.string(data["check"], where), args, outcomes, fixed)
        return self.end(name, where, data)

    def ask(self, name: str, where: str, data: Mapping) -> Ask:
        """A step that asks."""
        choices = tuple(self.choice(c, f"{where}: choice {c}", v) for c, v in self.mapping(data.get("choices"), f"{where}: choices").items())
        fills = self._optional(data, "fills", where)
        if fills:
            self._go(data, "go", where)
        elif "go" in data or "skip" in data:
            self.fault(where, '"go" and "skip" belong to a question that fills a field', "Give each choice its own go, or add fills.")
        elif len(choices) < 2:
            self.fault(where, "a question needs at least two choices, or fills", "Add choices, or make it a say.")
        return Ask(
            name=name,
            ask=self.text(data["ask"], f"{where}: ask"),
            choices=choices,
            help=self.text(data["help"], f"{where}: help") if "help" in data else None,
            unsure=self._optional(data, "unsure", where),
            fills=fills,
            go=self._optional(data, "go", where),
            skip=self._optional(data, "skip", where),
        )

    def choice(self, name: str, where: str, value: object) -> Choice:
        """One choice of a question."""
        data = self.mapping(value, where)
        self.keys(data, where, {"label", "words", "opening", "intents", "entities", "sets", "go"}, ("label",))
        return Choice(
            name=name,
            label=self.text(data.get("label"), f"{where}: label"),
            go=self._go(data, "go", where),
            words=self.words(data.get("words"), f"{where}: words"),
            opening=self.words(data.get("opening"), f"{where}: opening"),
            intents=self.strings(data.get("intents"), f"{where}: intents"),
            entities={e: self.strings(v, f"{where}: entities {e}") for e, v in self.mapping(data.get("entities"), f"{where}: entities").items()},
            sets={f: self.string(v, f"{where}: sets {f}") for f, v in self.mapping(data.get("sets"), f"{where}: sets").items()},
        )

    def end(self, name: str, where: str, data: Mapping) -> End:
        """A step that ends the flow."""
        end = self.string(data["end"], where)
        if end not in ENDS:
            self.fault(where, f'end "{end}" is unknown', f"Write one of {', '.join(ENDS)}.")
        if (end == "flow") != ("flow" in data):
            self.fault(where, '"end: flow" and "flow: <name>" belong together', "Write both or neither.")
        return End(
            name, end, self._optional(data, "queue", where), self.strings(data.get("facts"), f"{where}: facts"),
            self.strings(data.get("collect"), f"{where}: collect"), self._optional(data, "flow", where), self._optional(data, "at", where),
        )

    def card(self, data: Mapping, name: str) -> Card:
        """A file of `data/cards`."""
        self.keys(data, "", {"card", "intent", "when", "text", "variants", "title", "buttons", "asks_helped", "queue", "facts"}, ("card",))
        if data.get("card") not in (None, name):
            self.fault("card", f'is "{data["card"]}", the file is "{name}.yml"', "Make the two equal.")
        variants = data.get("variants", [])
        if ("text" in data) == bool(variants) or not isinstance(variants, list):
            self.fault("text", "a card has either text or a list of variants", 'Write "text: {zh: …, en: …}".')
            variants = []
        when = None
        if "when" in data:
            said = self.mapping(data["when"], "when")
            self.keys(said, "when", {"words", "unless", "flows", "knows", "check", "outcome", "before"})
            when = CardWhen(
                self.words(said.get("words"), "when: words"), self.words(said.get("unless"), "when: unless"),
                self.strings(said.get("flows"), "when: flows"), self.strings(said.get("knows"), "when: knows"),
                self._optional(said, "check", "when") or "", self._optional(said, "outcome", "when") or "",
                self.strings(said.get("before"), "when: before"),
            )
        texts = [self.text(data["text"], "text")] if "text" in data else [self.text(v, f"variant {i}") for i, v in enumerate(variants, 1)]
        return Card(
            name=name,
            texts=tuple(texts) or (Text("", ""),),
            title=self.text(data["title"], "title") if "title" in data else None,
            buttons=self.strings(data.get("buttons"), "buttons"),
            asks_helped=self.flag(data.get("asks_helped"), "asks_helped", True),
            intent=self._optional(data, "intent", "") or name,
            when=when,
            queue=self._optional(data, "queue", ""),
            facts=self.strings(data.get("facts"), "facts"),
        )

    def places(self, data: Mapping) -> dict[str, Place]:
        """`data/places.yml`."""
        made = {}
        for name, value in data.items():
            where = f"place {name}"
            one = self.mapping(value, where)
            self.keys(one, where, {"title", "words", "unless", "text", "queue", "elsewhere"}, ("title", "words", "text"))
            made[name] = Place(
                name, self.text(one.get("title"), f"{where}: title"), self.words(one.get("words"), f"{where}: words"), self.text(one.get("text"), f"{where}: text"),
                self.words(one.get("unless"), f"{where}: unless"), self._optional(one, "queue", where), self.flag(one.get("elsewhere"), f"{where}: elsewhere", False),
            )
        return made

    def descriptions(self, data: Mapping) -> tuple[Description, ...]:
        """`data/describe.yml`."""
        made = []
        for name, value in data.items():
            where = f"group {name}"
            one = self.mapping(value, where)
            self.keys(one, where, {"flows", "needs", "parts"}, ("needs", "parts"))
            parts = one.get("parts")
            if not isinstance(parts, list) or not all(isinstance(part, list) and part for part in parts):
                self.fault(f"{where}: parts", "should be a list of lists of texts", "Write each part as a list of its wordings, the fullest first.")
                parts = []
            made.append(Description(
                name, self.strings(one.get("flows"), f"{where}: flows"), self.strings(one.get("needs"), f"{where}: needs"),
                tuple(tuple(self.text(text, f"{where}: part {i} wording {j}") for j, text in enumerate(part, 1)) for i, part in enumerate(parts, 1))))
        return tuple(made)

    def other_languages(self, data: Mapping) -> dict[str, str]:
        """`data/other_languages.yml`."""
        return {code: self.string(sentence, f"language {code}") for code, sentence in data.items()}

    def comparison_words(self, data: Mapping) -> tuple[Text, ...]:
        """`data/comparison_words.yml`."""
        self.keys(data, "", {"words"}, ("words",))
        listed = data.get("words")
        if not isinstance(listed, list):
            self.fault("words", "should be a list", "Write one {zh: ..., en: ...} a line.")
            return ()
        return tuple(self.text(value, f"word {number}") for number, value in enumerate(listed, 1))

    def fields(self, data: Mapping) -> dict[str, Field]:
        """`data/fields.yml`."""
        made = {}
        for name, value in data.items():
            where = f"field {name}"
            one = self.mapping(value, where)
            self.keys(one, where, {"label", "ask", "kind", "personal", "min", "max", "help"}, ("label", "ask", "kind"))
            made[name] = Field(
                name, self.text(one.get("label"), f"{where}: label"), self.text(one.get("ask"), f"{where}: ask"), self.string(one.get("kind"), f"{where}: kind"),
                self.flag(one.get("personal"), f"{where}: personal", False), self.number(one.get("min"), f"{where}: min"), self.number(one.get("max"), f"{where}: max"),
                self.text(one["help"], f"{where}: help") if "help" in one else None,
            )
        return made

    def replies(self, data: Mapping) -> dict[str, Text]:
        """`data/replies.yml`."""
        return {key: self.text(value, f"reply {key}") for key, value in data.items()}

    def canned(self, data: Mapping) -> dict[str, Canned]:
        """`data/canned.yml`."""
        made = {}
        for name, value in data.items():
            where = f"answer {name}"
            one = self.mapping(value, where)
            self.keys(one, where, {"title", "text", "queues"}, ("title", "text"))
            made[name] = Canned(name, self.text(one.get("title"), f"{where}: title"), self.text(one.get("text"), f"{where}: text"), self.strings(one.get("queues"), f"{where}: queues"))
        return made

    def summary(self, data: Mapping) -> tuple[tuple[Text, ...], ...]:
        """`data/summary.yml`."""
        self.keys(data, "", {"clauses"}, ("clauses",))
        clauses = data.get("clauses")
        if not isinstance(clauses, list):
            self.fault("clauses", "should be a list", "Write one list of texts a clause.")
            return ()
        return tuple(tuple(self.text(text, f"clause {n}") for text in (clause if isinstance(clause, list) else [clause])) for n, clause in enumerate(clauses, 1))

    def exchange(self, data: Mapping) -> Exchange:
        """`data/exchange.yml`."""
        self.keys(data, "", set(data), ("brand", "links", "facts", "queues", "coins", "regions"))
        facts = {n: self.text(v, f"fact {n}") if isinstance(v, Mapping) else self._same(v, f"fact {n}") for n, v in self.mapping(data.get("facts"), "facts").items()}
        brand = self.text(data["brand"], "brand") if isinstance(data.get("brand"), Mapping) else self._same(data.get("brand"), "brand")
        facts.setdefault("brand", brand)
        typed = ("brand", "links", "facts", "queues", "coins", "regions")
        return Exchange(
            brand=brand,
            links={n: self.string(v, f"link {n}") for n, v in self.mapping(data.get("links"), "links").items()},
            facts=facts,
            queues=self.mapping(data.get("queues"), "queues"),
            coins=self.mapping(data.get("coins"), "coins"),
            regions={name: self._region(name, value) for name, value in self.mapping(data.get("regions"), "regions").items()},
            rest={k: v for k, v in data.items() if k not in typed},
        )

    def _region(self, name: str, value: object) -> Region:
        where = f"regions: {name}"
        one = self.mapping(value, where)
        words = ("regulator", "police", "distress_line")
        self.keys(one, where, {"timezones", *words}, words if name == "default" else ("timezones",))
        return Region(self.strings(one.get("timezones"), f"{where}: timezones"), {word: self.text(one[word], f"{where}: {word}") for word in words if word in one})

    # -- helpers ------------------------------------------------------------------------------

    def _go(self, data: Mapping, key: str, where: str) -> str:
        if not data.get(key):
            self.fault(where, f'"{key}" is missing', "Name the step that follows.")
        return self.string(data.get(key), f"{where}: {key}")

    def _optional(self, data: Mapping, key: str, where: str) -> str | None:
        return self.string(data[key], f"{where}: {key}") or None if key in data else None

    def _same(self, value: object, where: str) -> Text:
        text = self.string(value, where)
        return Text(text, text)
