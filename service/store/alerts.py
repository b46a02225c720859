"""Clocks that must be spoken of, and the records that come of it: reminders, supervisions, levels.

A running clock without ``next_alert_at`` is one nobody has planned yet; one that will never be spoken of again waits until
:data:`NEVER`, so that planning finds the new ones through an index. A level only ever rises by a conditional UPDATE, so of
two workers that see the same clock one goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import RUNNING_CLOCK, cases, clocks
from .tables_handling import extensions

NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
_CASE = ("case_no", "scene_key", "state", "lead_unit_id", "holder", "township_id", "reopen_count")

Row = Mapping[str, Any]


def unplanned_clocks(tx: Tx, limit: int) -> list[dict[str, Any]]:
    """Running clocks that nobody has planned yet, with the columns of their case that matter."""
    return _clocks(tx, clocks.c.next_alert_at.is_(None), limit)


def alerting_clocks(tx: Tx, now: dt.datetime, limit: int) -> list[dict[str, Any]]:
    """Running clocks whose next alert is due, the longest due first."""
    return _clocks(tx, clocks.c.next_alert_at <= now, limit)


def provisional_clocks(tx: Tx, after: tuple[int, str], limit: int) -> list[dict[str, Any]]:
    """Running clocks whose deadline rests on a year that was not published, in the order of case and key."""
    place = sa.tuple_(clocks.c.case_id, clocks.c.key) > sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
    query = sa.select(clocks).where(RUNNING_CLOCK, clocks.c.provisional.is_(True), place)
    return [dict(row) for row in tx.execute(query.order_by(clocks.c.case_id, clocks.c.key).limit(limit)).mappings()]


def _clocks(tx: Tx, which: sa.ColumnElement[bool], limit: int) -> list[dict[str, Any]]:
    first = sa.select(clocks.c.case_id, clocks.c.key).where(RUNNING_CLOCK, which).order_by(clocks.c.next_alert_at).limit(limit).subquery()
    query = (
        sa.select(clocks, *(cases.c[name] for name in _CASE), cases.c.alert_level.label("case_level"))
        .join(first, (first.c.case_id == clocks.c.case_id) & (first.c.key == clocks.c.key))
        .join(cases, cases.c.id == clocks.c.case_id)
        .order_by(clocks.c.next_alert_at, clocks.c.case_id, clocks.c.key)
    )
    return [dict(row) for row in tx.execute(query).mappings()]


def plan_alert(tx: Tx, clock: Row, level: int, next_at: dt.datetime) -> bool:
    """Notes when a clock is to be spoken of next, if its level and deadline are still those that were read.

    Returns:
        False where it was met, started anew or raised meanwhile.
    """
    same = (
        (clocks.c.case_id == clock["case_id"])
        & (clocks.c.key == clock["key"])
        & (clocks.c.due_at == clock["due_at"])
        & (clocks.c.alert_level == clock["alert_level"])
    )
    changed = tx.execute(clocks.update().where(same, RUNNING_CLOCK).values(alert_level=level, next_alert_at=next_at))
    return changed.rowcount == 1


def settle_alert_level(tx: Tx, case_id: int) -> None:
    """Brings the level of a case to the highest of its running clocks. The case's version stays: no clerk is disturbed."""
    highest = sa.select(sa.func.coalesce(sa.func.max(clocks.c.alert_level), 0)).where(clocks.c.case_id == case_id, RUNNING_CLOCK)
    level = int(tx.scalar(highest) or 0)
    tx.execute(cases.update().where(cases.c.id == case_id, cases.c.alert_level != level).values(alert_level=level))


def raise_supervision_level(tx: Tx, case_id: int, level: int) -> None:
    """Notes on a case how severely it was supervised; it never goes down by itself."""
    tx.execute(cases.update().where(cases.c.id == case_id, cases.c.supervision_level < level).values(supervision_level=level))


def firm_up(tx: Tx, clock: Row, due_at: dt.datetime) -> bool:
    """Puts the published deadline in the place of a provisional one; the clock is planned anew.

    Returns:
        False where the clock was met or moved meanwhile.
    """
    case_id, key = clock["case_id"], clock["key"]
    same = (clocks.c.case_id == case_id) & (clocks.c.key == key) & (clocks.c.due_at == clock["due_at"])
    changed = tx.execute(clocks.update().where(same, RUNNING_CLOCK).values(due_at=due_at, provisional=False, next_alert_at=None))
    if changed.rowcount == 1 and key == "handle":
        tx.execute(cases.update().where(cases.c.id == case_id).values(due_at=due_at))
    return changed.rowcount == 1


def granted_days(tx: Tx, case_id: int, clock_key: str, since: dt.datetime) -> list[int]:
    """Working days by which a clock was extended since it was started, in the order they were granted."""
    granted = (extensions.c.case_id == case_id) & (extensions.c.clock_key == clock_key) & (extensions.c.state == "granted")
    query = sa.select(extensions.c.working_days).where(granted, extensions.c.asked_at >= since).order_by(extensions.c.id)
    return [int(days) for days in tx.scalars(query)]
