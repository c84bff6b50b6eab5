"""How alike texts are, as the classifier compares them: for near-doubles and for groups of unclear messages. Knows no topics."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import hstack

from bot.engine import encoder
from bot.engine.features import Vocabulary, characters, feature_text, pinyin

NEAR = 0.9
"""From here two texts say the same."""
TOGETHER = 0.36
"""Mean likeness from which texts stand in one group: found by looking at groups of the held-out file's messages."""


class Space:
    """Vectors of texts; the likeness of two is their product, 0-1."""

    def __init__(self, texts: Sequence[str]) -> None:
        made = [feature_text(text) for text in texts]
        counted, sounded = [characters(text) for text in made], [pinyin(text) for text in made]
        grams = [Vocabulary.fit(documents).transform(documents) for documents in (counted, sounded)]
        # Latin texts have no sounds: what is there counts for all of it.
        shares = 1 + (np.diff(grams[1].indptr) > 0)
        self._grams = hstack(grams).tocsr()
        self._sentences = encoder.encode(made).astype(np.float32) if encoder.available() and len(made) else None
        self._whole = shares + (self._sentences is not None)

    def likeness(self, rows: slice, columns: slice) -> np.ndarray:
        """Of the texts in `rows` (few thousand at a time) with those in `columns`."""
        alike = np.asarray((self._grams[rows] @ self._grams[columns].T).todense(), np.float32)
        if self._sentences is not None:
            alike += np.clip(self._sentences[rows] @ self._sentences[columns].T, 0, 1)
        return np.clip(alike / np.sqrt(np.outer(self._whole[rows], self._whole[columns])), 0, 1)


def near(new: Sequence[str], known: Sequence[Sequence[str]]) -> list[list[tuple[int, int]]]:
    """For each list of known texts, and at last for `new` itself: (place in `new`, place in that list of the most alike) of each new
    text that says what one of those says. Among `new` only those before it count.
    """
    if not new:
        return [[] for _ in range(len(known) + 1)]
    lists = [*known, new]
    space = Space([text for one in lists for text in one])
    starts = np.cumsum([0, *(len(one) for one in lists)])
    rows = slice(int(starts[-2]), int(starts[-1]))
    found = []
    for at, one in enumerate(lists):
        if not len(one):
            found.append([])
            continue
        alike = space.likeness(rows, slice(int(starts[at]), int(starts[at + 1])))
        if at == len(known):
            alike = np.tril(alike, -1)
        found.append([(int(i), int(alike[i].argmax())) for i in np.flatnonzero(alike.max(1) >= NEAR)])
    return found


def groups(texts: Sequence[str]) -> list[list[int]]:
    """Places of texts that say similar things together, the most typical of each group first; single ones are groups of one."""
    from sklearn.cluster import AgglomerativeClustering
    if len(texts) < 2:
        return [[place] for place in range(len(texts))]
    whole = slice(0, len(texts))
    alike = Space(texts).likeness(whole, whole)
    labels = AgglomerativeClustering(n_clusters=None, affinity="precomputed", linkage="average", distance_threshold=1 - TOGETHER).fit_predict(1 - alike)
    found = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        typical = alike[np.ix_(members, members)].mean(1)
        found.append([int(place) for place in members[np.argsort(-typical, kind="stable")]])
    return found
