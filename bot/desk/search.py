"""Finds conversations by what was said in them: an index of words beside the log, full-text on PostgreSQL (GIN) and SQLite (FTS5). Synchronous.

Visitors' and agents' messages are indexed, not the bot's: its sentences are in every conversation. Chinese is cut into pairs of
characters, 繁體 is folded to 简体, so that every search means the same on both databases. Rows are written by the worker within a
second and go when their message goes (triggers of migration 0003).
"""
from __future__ import annotations

import re

from django.db import connection

from bot.text import fold

TABLE = "desk_search"
MOST = 500
"""Messages that count for one search, the newest."""
NEWEST, ENOUGH = 20_000, 100
"""On PostgreSQL so many of the newest messages are read first, and what they have is the answer when it is that many."""
MOST_WORDS = 12
BATCH = 2000
OVERLAP = 2000
"""Numbers below the newest indexed one that are looked at again: on PostgreSQL a lower number may be committed later."""
_WORDS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")


def tokens(text: str) -> list[str]:
    """The words of a text, each once: Latin words and figures whole, Chinese in pairs of characters."""
    found: dict[str, None] = {}
    for run in _WORDS.findall(fold(text).lower()):
        if run[0] < "\u3400":
            found[run[:100]] = None
        else:
            found.update(dict.fromkeys([run] if len(run) == 1 else [run[at:at + 2] for at in range(len(run) - 1)]))
    return list(found)


def index(batch: int = BATCH) -> int:
    """Indexes messages that are not yet; returns how many. Called by the worker again and again."""
    with connection.cursor() as cursor:
        cursor.execute(f"select coalesce(max({_key()}), 0) from {TABLE}")
        newest = cursor.fetchone()[0]
        cursor.execute(
            f"select m.id, m.conversation_id, m.text from conversations_message m where m.id > %s and m.author in ('user', 'agent') "
            f"and m.text <> '' and not exists (select 1 from {TABLE} s where s.{_key()} = m.id) order by m.id limit %s", [newest - OVERLAP, batch])
        rows = [(message, conversation, tokens(text)) for message, conversation, text in cursor.fetchall()]
        insert(cursor, rows)
    return len(rows)


def insert(cursor, rows: list[tuple[int, int, list[str]]]) -> None:
    """Writes index rows (message, conversation, words)."""
    if _postgresql():
        cursor.executemany(f"insert into {TABLE} (message_id, conversation_id, words) values (%s, %s, array_to_tsvector(%s::text[])) on conflict do nothing", rows)
    else:
        cursor.executemany(f"insert or replace into {TABLE} (rowid, conversation_id, words) values (%s, %s, %s)", [(message, conversation, " ".join(words)) for message, conversation, words in rows])


def conversations(query: str) -> list[int]:
    """Conversations in which every word of `query` was said in one message, of the newest MOST such messages.

    A Latin word may be unfinished: somebody is still typing it.
    """
    words = tokens(query)[:MOST_WORDS]
    if not words:
        return []
    if _postgresql():
        found = _in_postgresql(" & ".join(f"'{word}'" + (":*" if _open_ended(word) else "") for word in words))
    else:
        asked = " ".join(f'"{word}"' + ("*" if _open_ended(word) else "") for word in words)
        found = _rows(f"select conversation_id from {TABLE} where {TABLE} match %s order by rowid desc limit {MOST}", asked)
    return list(dict.fromkeys(int(row[0]) for row in found))


def _in_postgresql(asked: str) -> list[tuple]:
    """A common word is in the newest messages, a rare one is quickly had from the index; the planner, which must guess which it is, takes a second when it is wrong."""
    recent = f"select message_id, conversation_id, words from {TABLE} order by message_id desc limit {NEWEST}"
    found = _rows(f"select conversation_id from ({recent}) recent where words @@ %s::tsquery order by message_id desc limit {MOST}", asked)
    if len(found) >= ENOUGH:
        return found
    every = f"select message_id, conversation_id from {TABLE} where words @@ %s::tsquery"
    return _rows(f"with found as materialized ({every}) select conversation_id from found order by message_id desc limit {MOST}", asked)


def _rows(sql: str, asked: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked])
        return cursor.fetchall()


def _open_ended(word: str) -> bool:
    return word.isascii() or len(word) == 1


def _postgresql() -> bool:
    return connection.vendor == "postgresql"


def _key() -> str:
    return "message_id" if _postgresql() else "rowid"
