"""Understands a text as the first message of a conversation would be, without a conversation. For `bot parse`; nothing is stored."""
from __future__ import annotations

import time
from typing import Any

from bot.config import config
from bot.conversations import clock, dialogue
from bot.conversations.engine import EngineClient
from bot.conversations.models import Conversation
from bot.safety.guard import guard
from bot.text import neutral_slash

FALLBACK, OUT_OF_SCOPE = "fallback", "out_of_scope"


async def understand(engine: EngineClient, text: str) -> dict[str, Any]:
    """`{predicted, confidence, decision, candidates, score, ms}`: what `bot parse` writes of a row (DESIGN: the bot command).

    Raises EngineUnavailable or EngineFailed.
    """
    began = time.perf_counter()
    masked = guard(text).text
    state = dialogue.heard_in(Conversation(), masked)
    understood = await engine.parse(text=neutral_slash(masked), language=dialogue.language(state), now=clock.now().isoformat(),
                                    timezone=config().timezone)
    decision = understood.decision or FALLBACK
    candidates = [str(row["name"]) for row in understood.ranking[:3]]
    first = candidates[0] if candidates else OUT_OF_SCOPE
    return {
        "predicted": OUT_OF_SCOPE if decision == FALLBACK else first, "confidence": understood.confidence, "decision": decision,
        "candidates": candidates, "score": understood.score or 0.0, "ms": round((time.perf_counter() - began) * 1000, 2),
    }
