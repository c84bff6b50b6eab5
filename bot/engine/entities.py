"""Rasa component that finds what a support agent would underline: amounts, coins, chains, addresses, hashes, times, numbers.

spaCy (blank Chinese, own tokenizer, SpanRuler) with the patterns of data/entities; hashes and addresses by bot.references. Values
are normalised; spans point into the text as typed.
"""
from __future__ import annotations

import json
import re
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Span

from bot.content.load import gather
from bot.engine.aligned import Aligned, align
from bot.engine.fingerprint import PATTERNS, code_fingerprint, files_fingerprint
from bot.engine.patterns import Patterns, load_patterns
from bot.engine.request import now
from bot.engine.times import resolve
from bot.engine.tokens import MessageTokenizer
from bot.home import ROOT
from bot.references import Reading, find
from bot.text import number

FILE = "patterns.json"
SPANS = "found"
REFERENCES = frozenset({"tx_hash", "address", "ticket_no", "order_id", "uid"})


_COUNTED = re.compile(r"[天日号年月周次笔遍点时分秒小钟半%]|个(?:小时|月|多月|钟头|星期)|(?:days?|hours?|hrs?|h|min(?:ute)?s?|weeks?|months?|times?|x|confirmations?|am|pm)$")
_MEANT = re.compile(
    r"(?:本来|本该|原本|原来|应该|应当|该|需要|要求|正确的?|想)(?:是|用|走|选|转|发|填|要|的|链|[\s:：])*$|"
    r"\b(?:should(?: have|'ve)?(?: be| been| use| used| chosen| picked| gone| sent)?|supposed to(?: be| use| pick| choose| send| go)?|meant(?: to(?: use| pick| choose| send))?|instead of|rather than|"
    r"correct (?:one|chain|network) (?:is|was)|needed|wanted)(?: it| to| on| via| over| through| the| with| use)*\s*$"
)
"""Stands before the chain that was not taken."""
_INSTEAD = re.compile(
    r"(?:不对|错了|哦不|啊不|应该是|而是|\b(?:i mean|i meant|sorry|actually|no wait|wait no|oops|rather|correction)\b|[,.] ?no\b)"
    r"(?:[\s\d,，.。:：是选用走发的]|\b(?:i mean|no|it'?s|it (?:is|was)|was|is|i (?:sent|used|chose|picked)|the)\b)*$"
)
"""Stands between two values of a kind where the first is taken back: "用了 erc20 不对 是 bep20", "0.5 btc sorry i mean 500 usdt"."""
_BOUND = re.compile(r"(?:最低|最少|最小|至少|起提|起充|门槛|限额|额度|上限)(?:充值|充币|提现|提币|充|提|数量|金额|要|是|为|只|[\s:：])*$|\b(?:minimum|min|at least|limit)(?: (?:deposit|withdrawal|amount|is|of))*[\s:]*$")
"""Stands before a figure of the rules, not of what somebody sent: "你们最低10U 我充了5个"."""
MOST_AHEAD = 3
"""Entities behind a value that may be meant in its stead."""
MOST_BETWEEN = 40
"""Characters between two such values, and before a figure of the rules."""
_HAN_FIGURE = re.compile(r"[^\d.,]+")


class Finder:
    """The extractor without Rasa."""

    def __init__(self, patterns: Patterns) -> None:
        self._nlp = spacy.blank("zh")
        self._nlp.tokenizer = MessageTokenizer(self._nlp.vocab, patterns)
        self._ruler = self._nlp.add_pipe("span_ruler", config={"spans_key": SPANS})
        self._ruler.add_patterns(patterns.rules)

    def find(self, text: str) -> list[dict[str, Any]]:
        """Every entity as `{entity, value, start, end, text, kind?}`, left to right, without overlap of one label."""
        aligned = align(text)
        if not aligned.text.strip():
            return []
        references = find(aligned.text)
        doc = self._ruler(self._nlp.tokenizer.read(aligned.folded, references))
        starts = doc.user_data["starts"]
        found = [_reference(reading) for reading in references if reading.kind in REFERENCES and not reading.trouble]
        found += [(token._.kind, _plain_form(token._.kind, aligned, starts[token.i], len(token)), starts[token.i], starts[token.i] + len(token), None)
                  for token in doc if token._.kind in ("email", "phone", "pair")]
        for span in _longest(one for one in doc.spans[SPANS] if not _counts_else(one)):
            found += _read(span, aligned, starts)
        return [_entity(aligned, text, *one) for one in _intended(sorted(found, key=lambda one: (one[2], one[3])), aligned.folded)]


def _intended(found: list[tuple], said: str) -> list[tuple]:
    """Where two chains are named, the one it should have been is `expected_network`: "本来该用 TRC20 结果选了 ERC20"."""
    found = [one for at, one in enumerate(found) if not _taken_back(one, found[at + 1:at + 1 + MOST_AHEAD], said) and not (one[0] == "amount" and _BOUND.search(said[max(0, one[2] - MOST_BETWEEN):one[2]]))]
    if len({value for kind, value, *_ in found if kind == "network"}) != 2:
        return found
    meant = [one for one in found if one[0] == "network" and _MEANT.search(said[:one[2]])]
    if len({one[1] for one in meant}) != 1:
        return found
    return [("expected_network", *one[1:]) if one in meant else one for one in found]


def _taken_back(one: tuple, behind: list[tuple], said: str) -> bool:
    """Whether another value of its kind stands behind words that take it back."""
    return any(other[0] == one[0] and other[1] != one[1] and one[3] <= other[2] <= one[3] + MOST_BETWEEN and _INSTEAD.search(said[one[3]:other[2]]) for other in behind)


def _longest(spans: Any) -> list[Span]:
    """The spans that no longer one covers."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        if not any(span.start < other.end and other.start < span.end for other in kept):
            kept.append(span)
    return kept


def _counts_else(span: Span) -> bool:
    """Whether the figure counts something else than coins: "提现3天了", "USDT TRC20 3 times"."""
    if span.label_ != "amount" or span[-1]._.kind != "number":
        return False
    return bool(_COUNTED.match(span.doc[span.end].text)) if span.end < len(span.doc) else False


def _read(span: Span, aligned: Aligned, starts: list[int]) -> list[tuple]:
    """The entities of one span of the ruler, as (entity, value, start, end, kind)."""
    start, end = starts[span.start], starts[span.end - 1] + len(span[-1])
    if span.label_ == "time":
        value = resolve(aligned.folded[start:end], now())
        return [("time", value, start, end, None)] if value else []
    if span.label_ in ("amount", "price"):
        return _figure(span, aligned, starts)
    if span.label_ == "error_code":
        figure = next((token for token in reversed(list(span)) if token._.kind in ("number", "errcode")), None)
        at = starts[figure.i] if figure is not None else start
        return [("error_code", aligned.text[at:at + len(figure)].upper(), at, at + len(figure), None)] if figure is not None else []
    return [(span.label_, span[0]._.value, start, end, None)]


def _figure(span: Span, aligned: Aligned, starts: list[int]) -> list[tuple]:
    """The figure of an amount or price, and the names beside it (coin, side) as entities of their own."""
    figures = [token for token in span if token._.kind == "number"]
    start = starts[figures[0].i]
    end = starts[figures[-1].i] + len(figures[-1])
    if span[-1].i == figures[-1].i and not any(token._.value or token.text == "$" for token in span) and _HAN_FIGURE.fullmatch(aligned.folded[start:end]):
        return []  # "充值一直没到", "转了两次": a numeral without a unit counts something else
    following = aligned.folded[end:end + 1]
    value = number(aligned.folded[start:end] + (following if following == "个" and aligned.folded[start:end] == "半" else ""))
    if value is None or value <= 0:
        return []
    found = [(span.label_, format(value.normalize(), "f"), start, end, None)]
    for token in span:
        at = starts[token.i]
        if token._.value:
            found.append((token._.kind, token._.value, at, at + len(token), None))
        elif token.text == "u" and span.label_ == "amount":
            found.append(("coin", "USDT", at, at + 1, None))
    return found


def _reference(reading: Reading) -> tuple:
    guess = reading.network_guesses[0] if reading.kind == "address" and reading.network_guesses else None
    return reading.kind, reading.value, reading.start, reading.end, guess


def _plain_form(kind: str, aligned: Aligned, start: int, length: int) -> str:
    said = aligned.folded[start:start + length]
    if kind == "phone":
        return ("+" if said.startswith("+") else "") + "".join(char for char in said if char.isdigit())
    if kind == "pair":
        said = said.replace(" ", "").replace("_", "/").replace("-", "/").upper()
        for quote in ("USDT", "USDC", "FDUSD"):
            if "/" not in said and said.endswith(quote):
                said = f"{said[:-len(quote)]}/{quote}"
    return said


def _entity(aligned: Aligned, text: str, entity: str, value: str, start: int, end: int, kind: str | None) -> dict[str, Any]:
    first, last = aligned.original(start, end)
    found = {"entity": entity, "value": value, "start": first, "end": last, "text": text[first:last], "extractor": "PatternEntityExtractor"}
    return {**found, "kind": kind} if kind else found


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PatternEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Keeps the patterns in the model, so that a model says what it said when it was trained."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, patterns: Patterns | None = None) -> None:
        self._storage, self._resource = model_storage, resource
        self._finder = Finder(patterns) if patterns else None

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> PatternEntityExtractor:
        """Without patterns until it is trained."""
        return cls(model_storage, resource)

    @classmethod
    def load(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> PatternEntityExtractor:
        """With the model's patterns, warm."""
        with model_storage.read_from(resource) as folder:
            patterns = Patterns.from_json(json.loads((folder / FILE).read_text("utf-8")))
        made = cls(model_storage, resource, patterns)
        made._finder.find("昨天 0.5 BTC")
        return made

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Changes with the pattern files, the exchange's coins and the code."""
        return files_fingerprint(PATTERNS.glob("*.yml")) + ",".join(_coins()) + code_fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        """Reads the pattern files. Raises BadPattern."""
        patterns = load_patterns(PATTERNS.glob("*.yml"), _coins())
        self._finder = Finder(patterns)
        with self._storage.write_to(self._resource) as folder:
            (folder / FILE).write_text(json.dumps(patterns.to_json(), ensure_ascii=False), "utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities of each message."""
        for message in messages:
            if message.get(TEXT):
                message.set(ENTITIES, [*(message.get(ENTITIES) or []), *self._finder.find(str(message.get(TEXT)))], add_to_output=True)
        return messages


def _coins() -> list[str]:
    """Codes of the exchange's coins."""
    content, _ = gather(ROOT)
    return sorted(content.exchange.coins)
