"""Counters over windows of time, shared by every process: they slow and mark, and never refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx, to_json
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
    ordered = sorted(counts.items())
    if tx.dialect.name != "postgresql" or len(ordered) < 2:
        return {(key, start): bump_counter(tx, key, start, by) for (key, start), by in ordered}
    rows = [{"key": key, "window_start": start, "count": by} for (key, start), by in ordered]
    return {(key, start): count for key, start, count in _BUMP_ALL.rows(tx, {"rows": to_json(rows)})}


def _bump_all(_dialect: sa.Dialect) -> sa.ClauseElement:
    """All of them in one statement, so that a distant database is asked once."""
    given = sa.func.json_populate_recordset(
        sa.literal_column("NULL::counters"), sa.cast(sa.bindparam("rows", type_=sa.Text), postgresql.JSON)
    ).alias("given")
    names = ("key", "window_start", "count")
    chosen: Any = sa.select(*(sa.literal_column(f"given.{name}") for name in names)).select_from(given)
    new = postgresql.insert(counters).from_select(list(names), chosen)
    added = {"count": counters.c.count + new.excluded["count"]}
    done = new.on_conflict_do_update(index_elements=["key", "window_start"], set_=added)
    return done.returning(counters.c.key, counters.c.window_start, counters.c.count)


_BUMP_ALL = Prepared(_bump_all)


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
