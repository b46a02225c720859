"""How often each code was opened, started and submitted on each day: dead and badly placed posters show here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .prepared import Prepared
from .tables import scan_counts

KEY = ("day", "code_id", "scene_key")
KINDS = ("opened", "started", "submitted", "near", "far")
NO_CODE = 0
"""Counted under this id: visits without a code, and with one that is not registered."""

ScanKey = tuple[dt.date, int, str]
"""``(day in the county, code id or NO_CODE, scene key)``."""


def add_scans(tx: Tx, counts: Mapping[ScanKey, Mapping[str, int]]) -> None:
    """Adds to the counts, many at once, so that a process may gather visits for a second and write them together.

    Args:
        counts: per key how many more of each of :data:`KINDS` there were; left-out ones are 0.
    """
    # In one order for everybody: two transactions that add the same rows crosswise would wait for each other for ever.
    rows = [
        {"day": day, "code_id": code_id, "scene_key": scene_key, **{kind: more.get(kind, 0) for kind in KINDS}}
        for (day, code_id, scene_key), more in sorted(counts.items(), key=lambda item: item[0])
    ]
    _ADD.many(tx, rows)


def _add(dialect: sa.Dialect) -> sa.ClauseElement:
    insert = postgresql.insert(scan_counts) if dialect.name == "postgresql" else sqlite.insert(scan_counts)
    new = insert.values({column.name: sa.bindparam(column.name, type_=column.type) for column in scan_counts.c})
    added = {kind: scan_counts.c[kind] + new.excluded[kind] for kind in KINDS}
    return new.on_conflict_do_update(index_elements=list(KEY), set_=added)


_ADD = Prepared(_add)


def scans_between(tx: Tx, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """Counts of the days from first to last, both included."""
    query = sa.select(scan_counts).where(scan_counts.c.day.between(first, last))
    order = (scan_counts.c.day, scan_counts.c.code_id, scan_counts.c.scene_key)
    return [dict(row) for row in tx.execute(query.order_by(*order)).mappings()]
