"""Any bytes somebody may send are understood or not, without an exception and without hanging. How fast is `make bench`'s subject."""
from __future__ import annotations

import pytest

from bench.texts import HOSTILE


@pytest.mark.timeout(20, func_only=True)  # a regular expression that runs away takes minutes; training the model is not its time
@pytest.mark.parametrize("kind", HOSTILE)
def test_is_answered(understand, kind):
    assert understand(HOSTILE[kind])["decision"] in ("act", "clarify", "fallback")
