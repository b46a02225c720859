"""Counters over windows of time, shared by every process: they slow and mark, and never refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .prepared import Prepared
from .tables import counters

CounterKey = tuple[str, dt.datetime]
"""``(key, window_start)``."""


def _bump(dialect: sa.Dialect) -> sa.ClauseElement:
    insert = postgresql.insert(counters) if dialect.name == "postgresql" else sqlite.insert(counters)
    names = ("key", "window_start", "count")
    new = insert.values({name: sa.bindparam(name, type_=counters.c[name].type) for name in names})
    added = {"count": counters.c.count + new.excluded["count"]}
    return new.on_conflict_do_update(index_elements=["key", "window_start"], set_=added).returning(counters.c.count)


_BUMP = Prepared(_bump)


def bump_counter(tx: Tx, key: str, window_start: dt.datetime, by: int = 1) -> int:
    """Counts up and returns the new count. Exact under concurrency: one statement does both.

    Args:
        key: what is counted, at most 160 characters; an address goes in as a keyed hash.
        window_start: aware start of the window that is being counted.
    """
    count: int = _BUMP.one(tx, {"key": key, "window_start": window_start, "count": by})
    return count


def bump_counters(tx: Tx, counts: Mapping[CounterKey, int]) -> dict[CounterKey, int]:
    """Counts several up at once and returns the new counts.

    Args:
        counts: how much each is counted up by, by ``(key, window_start)`` as in :func:`bump_counter`.
    """
    # In one order for everybody: two units of work that count the same crosswise would wait for each other for ever.
    return {(key, start): bump_counter(tx, key, start, by) for (key, start), by in sorted(counts.items())}


def read_counter(tx: Tx, key: str, window_start: dt.datetime) -> int:
    """The count so far, 0 for none."""
    query = sa.select(counters.c.count).where(counters.c.key == key, counters.c.window_start == window_start)
    return int(tx.scalar(query) or 0)


def reset_counter(tx: Tx, key: str) -> None:
    """Forgets every window of a key."""
    tx.execute(counters.delete().where(counters.c.key == key))


def purge_counters(tx: Tx, before: dt.datetime) -> int:
    """Forgets windows that started before a time. Returns how many."""
    return tx.execute(counters.delete().where(counters.c.window_start < before)).rowcount
