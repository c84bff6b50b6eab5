"""Rasa tokenizer for Chinese mixed with English: a token per Han character or word, with offsets in the text as typed."""
from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.engine import remote_action  # noqa: F401 - guards every action call
from bot.engine.aligned import align

_TOKEN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[^\W_]+(?:[.:/@+-][^\W_]+)*|\S", re.UNICODE)
_HAN_INSIDE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[^\u3400-\u4dbf\u4e00-\u9fff]+")

MOST_CHARACTERS = 1_000
"""What comes after them has no tokens: nothing of ours reads them."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class MixedTokenizer(Tokenizer):
    """Tokens carry the normalised word and the place of the original one. `rasa test nlu` needs them; our features do not."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's own settings, as they are."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The tokens of one attribute of a message."""
        aligned = align(message.get(attribute) or "")
        tokens = []
        for chunk in _TOKEN.finditer(aligned.folded, 0, MOST_CHARACTERS):
            for part in _HAN_INSIDE.finditer(chunk[0]):
                start, end = aligned.original(chunk.start() + part.start(), chunk.start() + part.end())
                tokens.append(Token(part[0], start, end))
        return tokens
