"""Addresses of codes that departments printed before, where each leads now, and how often each is still scanned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .tables_registry import alias_counts, aliases

UNKNOWN = 0
"""Counted under this id: old addresses that nobody has told us of."""


def save_alias(tx: Tx, row: Mapping[str, Any]) -> bool:
    """Writes where an address leads; one that is there is brought up to date. Returns whether it was new."""
    changes = {name: value for name, value in row.items() if name not in ("address", "added_by", "added_at")}
    if tx.execute(aliases.update().where(aliases.c.address == row["address"]).values(**changes, retired_at=None)).rowcount:
        return False
    tx.execute(aliases.insert(), dict(row))
    return True


def find_alias(tx: Tx, address: str) -> dict[str, Any] | None:
    """Where an address leads."""
    return _first(tx, aliases.c.address == address)


def alias_by_id(tx: Tx, alias_id: int) -> dict[str, Any] | None:
    """The same by its number."""
    return _first(tx, aliases.c.id == alias_id)


def count_alias(tx: Tx, day: dt.date, alias_id: int) -> None:
    """Counts one scan of an old code."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    new = insert(alias_counts).values(day=day, alias_id=alias_id, opened=1)
    tx.execute(new.on_conflict_do_update(index_elements=["day", "alias_id"], set_={"opened": alias_counts.c.opened + 1}))


def alias_report(tx: Tx, since: dt.date) -> list[dict[str, Any]]:
    """Every alias with ``opened`` since a day and ``last_day`` of all, the most scanned first."""
    opened = sa.func.coalesce(sa.func.sum(sa.case((alias_counts.c.day >= since, alias_counts.c.opened), else_=0)), 0).label("opened")
    last = sa.func.max(alias_counts.c.day).label("last_day")
    joined = aliases.outerjoin(alias_counts, alias_counts.c.alias_id == aliases.c.id)
    query = sa.select(aliases, opened, last).select_from(joined).group_by(*aliases.c).order_by(sa.desc("opened"), aliases.c.id)
    return [dict(row) for row in tx.execute(query).mappings()]


def unknown_since(tx: Tx, since: dt.date) -> int:
    """How often an old address was scanned that nobody has told us of."""
    query = sa.select(sa.func.sum(alias_counts.c.opened)).where(alias_counts.c.alias_id == UNKNOWN, alias_counts.c.day >= since)
    return int(tx.scalar(query) or 0)


def _first(tx: Tx, condition: sa.ColumnElement[bool]) -> dict[str, Any] | None:
    found = tx.execute(sa.select(aliases).where(condition)).mappings().first()
    return dict(found) if found else None
