"""How Rasa calls the app's actions: the answer's schema is compiled once, and a failed action ends the turn instead of going unnoticed.

Rasa 3.6.21 checks and re-reads the schema at every call (16 ms of a turn, measured), and an action that fails leaves the user
without an answer. Imported for its effect by bot/engine/tokenizer.py, and so active wherever our pipeline is.
"""
from __future__ import annotations

import logging
from functools import cache
from typing import Any

from jsonschema.validators import validator_for
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction

from bot.engine.request import current

logger = logging.getLogger(__name__)


class TurnFailed(BaseException):
    """An action could not run. Not an Exception, because Rasa swallows those; the channel answers it with a 500."""

    def __init__(self, action: str, reason: str) -> None:
        super().__init__(action, reason)
        self.action, self.reason = action, reason


@cache
def _validator():
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _validate(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Raises jsonschema.ValidationError for an answer the action protocol does not allow."""
    _validator().validate(result)
    return True


_run = RemoteAction.run


async def _guarded_run(self: RemoteAction, output_channel, nlg, tracker, domain):
    try:
        return await _run(self, output_channel, nlg, tracker, domain)
    except ActionExecutionRejection:
        raise
    except Exception as problem:
        reason = type(problem.__cause__ or problem.__context__ or problem).__name__  # the message may hold what the user wrote
        if current() is not None:
            raise TurnFailed(self.name(), reason) from None
        await output_channel.send_text_message(
            tracker.sender_id, f"[{self.name()}] Actions run in the app, which is not there ({reason}). Start all of it with `make run`, "
                               f"or talk in the terminal with `bot say`; this shell shows understanding and routing.")
        return []


def install() -> None:
    """Puts both in place; again is harmless."""
    RemoteAction._validate_action_result = _validate
    RemoteAction.run = _guarded_run


install()
