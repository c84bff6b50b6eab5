"""Which desks tickets go to: data/desks.yml, typed and checked. Secrets are not in it; they come from the environment (docs/desks.md)."""
from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.config import config, environment_value
from bot.content import files

FILE = "data/desks.yml"
PRIORITIES = ("urgent", "high", "normal", "low")
ANY_QUEUE = "*"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")


class DesksError(Exception):
    """data/desks.yml is wrong. The text says where and what to do; one line a mistake."""


class Desk(BaseModel):
    """What every desk's entry has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$")
    queues: Mapping[str, str] = Field(min_length=1, description="our queue -> theirs; * stands for every other")
    fields: Mapping[str, str] = Field(default_factory=dict, description="our field -> theirs; what is not named stays here")
    personal: frozenset[str] = Field(frozenset(), description="fields of these that may leave unmasked though they are personal data")
    language: Literal["zh", "en"] = "zh"
    sweep_seconds: float = Field(600, ge=5, description="how often an open ticket is looked at although nothing was heard of it")

    @field_validator("url")
    @classmethod
    def _safe(cls, url: str) -> str:
        if url.startswith("http://") and not re.match(r"http://(127\.0\.0\.1|localhost|\[::1\])(:|/|$)", url):
            raise ValueError("must begin with https:// (credentials would travel in the clear)")
        return url

    def queue(self, ours: str) -> str | None:
        """Their name of our queue; None when its tickets do not go there."""
        return self.queues.get(ours) or self.queues.get(ANY_QUEUE)


class RequestTracker(Desk):
    kind: Literal["request_tracker"]
    user: str = Field(description="the login name the bot has there")
    key_field: str = Field("bot_key", pattern=r"^[\w -]+$", description="custom field for the ticket's key")
    reference_field: str = Field("bot_conversation", pattern=r"^[\w -]+$", description="custom field for the conversation")
    priorities: Mapping[str, int] = Field(default_factory=lambda: {"urgent": 100, "high": 75, "normal": 50, "low": 0})
    poll_seconds: float = Field(5, ge=0.2)


class Chatwoot(Desk):
    kind: Literal["chatwoot"]
    account: int
    inbox: int = Field(description="number of an inbox of type API")
    queues: Mapping[str, str] = Field(min_length=1, description="our queue -> number of a team; 0: none")


class Zammad(Desk):
    kind: Literal["zammad"]
    key_field: str = Field("bot_key", pattern=r"^[a-z][a-z0-9_]*$", description="ticket attribute (object manager) for the ticket's key")
    priorities: Mapping[str, str] = Field(default_factory=lambda: {"urgent": "3 high", "high": "3 high", "normal": "2 normal", "low": "1 low"})


class Zendesk(Desk):
    kind: Literal["zendesk"]
    user: str = Field(description="the e-mail address the API token belongs to")
    queues: Mapping[str, str] = Field(min_length=1, description="our queue -> number of a group; 0: none")


AnyDesk = Annotated[RequestTracker | Chatwoot | Zammad | Zendesk, Field(discriminator="kind")]


class Desks(BaseModel):
    """The whole file: desks in the order in which they are asked for a queue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    desks: Mapping[str, AnyDesk] = Field(default_factory=dict)

    def of(self, queue: str) -> str | None:
        """The name of the desk that gets tickets of this queue; None: ours."""
        named = next((name for name, desk in self.desks.items() if queue in desk.queues), None)
        return named or next((name for name, desk in self.desks.items() if ANY_QUEUE in desk.queues), None)


def load(path: Path, known_queues: Mapping[str, object] = {}, known_fields: Mapping[str, object] = {}) -> Desks:
    """Reads data/desks.yml; no file means no outside desk.

    Args:
        known_queues, known_fields: what entries may name; empty: anything.

    Raises DesksError.
    """
    if not path.exists():
        return Desks()
    data, problems = files.read(path, path.name if path.name != "desks.yml" else FILE)
    if data is None or problems:
        raise DesksError("\n".join(str(problem) for problem in problems))
    try:
        made = Desks.model_validate(_plain(data))
    except ValidationError as error:
        raise DesksError("\n".join(_line(each) for each in error.errors(include_input=False, include_url=False))) from None
    faults = [f"{FILE}: desks.{name}: a name has small letters, digits and _ only" for name in made.desks if not _NAME.fullmatch(name)]
    faults += [f"{FILE}: desks.mail: the name is taken by the mails to visitors; call it something else"] if "mail" in made.desks else []
    for name, desk in made.desks.items():
        if known_queues:
            faults += [f"{FILE}: desks.{name}.queues.{queue}: data/exchange.yml has no such queue" for queue in desk.queues if queue not in known_queues and queue != ANY_QUEUE]
        if known_fields:
            faults += [f"{FILE}: desks.{name}.fields.{field}: data/fields.yml has no such field" for field in desk.fields if field not in known_fields]
        faults += [f"{FILE}: desks.{name}.personal: {field} is not among its fields" for field in sorted(desk.personal - set(desk.fields))]
    if faults:
        raise DesksError("\n".join(faults))
    return made


@lru_cache(maxsize=1)
def desks() -> Desks:
    """This process's desks. Raises DesksError."""
    return load(config().desks_file)


def token(name: str) -> str:
    """The credential for calls to a desk. Raises DesksError where it is not set."""
    value = environment_value(f"DESK_{name.upper()}_TOKEN")
    if not value:
        raise DesksError(f"{FILE}: desks.{name}: set DESK_{name.upper()}_TOKEN in the environment (or in secrets.env)")
    return value


def webhook_secret(name: str) -> str:
    """What a desk signs its webhooks with; empty: it sends none, and none is believed."""
    return environment_value(f"DESK_{name.upper()}_WEBHOOK_SECRET")


def _plain(value: object) -> object:
    return {key: _plain(each) for key, each in value.items()} if isinstance(value, Mapping) else value


def _line(error: dict) -> str:
    where = ".".join(str(part) for part in error["loc"] if part not in ("request_tracker", "chatwoot", "zammad", "zendesk"))
    return f"{FILE}: {where}: {error['msg']}"
