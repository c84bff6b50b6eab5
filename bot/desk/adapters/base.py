"""What a company's own desk can do for us, in our words: dataclasses in and out. No HTTP, no database, no clock here."""
from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["visitor", "bot", "agent", "note"]
State = Literal["open", "resolved"]


@dataclass(frozen=True)
class Capabilities:
    """What a desk can and cannot, so that the outbox need not know which desk it is."""

    webhooks: bool = True
    """It tells us of changes."""
    lists_changes: bool = False
    """`changed` answers: it has to be asked, as it tells nothing by itself."""
    merges: bool = True
    """It can make two tickets one; without, the duplicate gets a note and is resolved."""
    writes_as_visitor: bool = True
    """A visitor's words can stand there under the visitor's name; without, they are marked as such."""
    most_characters: int = 60_000
    """Of one entry; longer ones are sent in parts."""
    lookup_lag: float = 0.0
    """Seconds until a new ticket is found by its key: after an attempt of unknown outcome nothing is tried before that."""


@dataclass(frozen=True)
class File:
    """A file that goes out. `name` may hold any letters; adapters make it fit."""

    name: str
    kind: str
    """Media type."""
    content: bytes


@dataclass(frozen=True)
class Entry:
    """One thing said about a ticket. `key` is stored with it remotely, so that it can be found again."""

    key: str
    kind: Kind
    text: str
    author: str = ""
    """Who said it, as our own agents see it; empty for the visitor and the bot."""
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Visitor:
    """Whom the ticket is about, as far as another company may know."""

    ref: str
    """The conversation's public key: the same for all tickets of one visitor."""
    name: str
    language: str
    email: str = ""
    """Only where desks.yml lets it out."""


@dataclass(frozen=True)
class Case:
    """A ticket that is to be made."""

    key: str
    """Our ticket number; stored remotely and looked up before a second attempt."""
    subject: str
    queue: str
    """The desk's own name or number of the queue, group, inbox or team."""
    priority: str
    """urgent, high, normal or low."""
    visitor: Visitor
    text: str
    """Facts, fields and the conversation so far, redacted."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The desk's own names of fields and their values."""
    tags: tuple[str, ...] = ()
    follows: str = ""
    """The remote id of a ticket that can no longer be written to and that this one goes on from."""


@dataclass(frozen=True)
class Change:
    """What is different about a ticket; None: unchanged."""

    state: State | None = None
    priority: str | None = None
    queue: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RemoteFile:
    """A file an agent attached there. `ref` is what `download` wants."""

    ref: str
    name: str
    size: int = 0


@dataclass(frozen=True)
class RemoteEntry:
    """One thing said there."""

    id: str
    """Unique within the desk."""
    by: Literal["us", "agent", "visitor", "system"]
    text: str
    private: bool
    at: datetime | None = None
    author: str = ""
    """The login or number of who said it."""
    name: str = ""
    """The name a visitor may see."""
    key: str = ""
    """The key of an entry of ours."""
    files: tuple[RemoteFile, ...] = ()


@dataclass(frozen=True)
class News:
    """A ticket as it stands there now."""

    state: State
    owner: str = ""
    """Login or number of the agent who has it; empty: nobody."""
    owner_name: str = ""
    merged_into: str = ""
    """The remote id of the ticket it became part of."""
    entries: tuple[RemoteEntry, ...] = ()
    """Oldest first; at least those after the one asked for, and often some before it."""


@dataclass(frozen=True)
class Changes:
    """Tickets that changed there since the last look, and where to look on from."""

    remotes: tuple[str, ...]
    cursor: str


@dataclass(frozen=True)
class Nudge:
    """What a webhook said: something about these tickets changed. What it was is asked of the desk."""

    delivery: str
    """The desk's own id of this delivery; the same again is the same delivery."""
    remotes: tuple[str, ...]


class DeskError(Exception):
    """A desk did not do what was asked. `code` is short, fixed and free of anybody's words: it is stored and shown to operators."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Unreachable(DeskError):
    """No answer, or none that tells what happened: it may or may not have been done."""


class Busy(DeskError):
    """It asks us to come back later; nothing was done. `seconds` to wait."""

    def __init__(self, code: str, seconds: float):
        super().__init__(code)
        self.seconds = seconds


class NotAllowed(DeskError):
    """Our credentials do not open it (401, 403): every ticket waits until somebody mends them."""


class Refused(DeskError):
    """It will never take this one as it is: asking again changes nothing."""


class Gone(Refused):
    """The ticket is not there any more, or is closed for good."""


class BadSignature(Exception):
    """A webhook that the desk did not sign, or not just now."""


class DeskAdapter(Protocol):
    """One external desk. Every method but `hear` may raise a DeskError; none of them retries."""

    name: str
    """Its name in data/desks.yml."""
    capabilities: Capabilities

    async def find(self, case: Case) -> str | None:
        """The remote id of the ticket with the case's key, if it is there."""

    async def create(self, case: Case) -> str:
        """Makes the ticket; returns its remote id."""

    async def written(self, remote: str, keys: Collection[str]) -> set[str]:
        """Which of these entries of ours are there."""

    async def write(self, remote: str, visitor: Visitor, entry: Entry) -> None:
        """Adds an entry. `note`, and what the bot and our own agents said, must never be sent on to the visitor from there."""

    async def change(self, remote: str, change: Change) -> None:
        """Changes the ticket itself. Doing it twice is the same as once."""

    async def merge(self, remote: str, into: str) -> None:
        """Makes `remote` part of `into`. Doing it twice is the same as once."""

    async def news(self, remote: str, after: str) -> News:
        """The ticket's state and what was said since the entry `after` (empty: from the beginning)."""

    async def changed(self, cursor: str) -> Changes:
        """Tickets that changed since `cursor` (empty: nothing has been looked at yet; says only where to begin)."""

    async def download(self, file: RemoteFile, most_bytes: int) -> bytes:
        """The bytes of a file. Raises Refused for one that is larger than `most_bytes`."""

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Nudge:
        """Reads a webhook. `headers` have lower-case names. Raises BadSignature."""

    async def close(self) -> None:
        """Ends open connections."""
