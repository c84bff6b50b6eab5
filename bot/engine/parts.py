"""Cuts a message where a second matter may begin; which of the parts are problems is the classifier's to say."""
from __future__ import annotations

import re

_CUT = re.compile(
    r"[。！？!?;；\n]+|(?<=[^\d\s])\.(?=\s|$)|[,，、\s]*(?:还有一?[个件]?(?=[,，我你]|就是|那个|问题|事)|另外|此外|而且|同时|顺便|再就是|以及我|還有|另外一|第二[,，、个]|其次)[,，:：]?"
    r"|[,\s]*\b(?:also|besides|in addition|another (?:thing|problem|issue)|on top of that|secondly|second problem|plus|and (?:my|i)(?= ))\b[,:]?",
    re.IGNORECASE)
_SHORTEST = 4
"""Characters that can name a problem; "KYC？" alone is not one."""
MOST = 6


def parts(text: str) -> list[str]:
    """The parts of a message that may each name a matter; empty where there is only one."""
    found = [part.strip(" ,，。.") for part in _CUT.split(text[:1000]) if part]
    found = [part for part in found if len(part) >= _SHORTEST][:MOST]
    return found if len(found) > 1 else []
