"""Reminders (催办) and supervision (督办): what was urged, of whom, until when, and what they answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .tables_handling import OPEN_SUPERVISION, supervisions


def add_supervision(tx: Tx, row: Mapping[str, Any]) -> int | None:
    """Writes one: columns of ``supervisions`` without id. Returns its id; None where its ``dedupe_key`` is there already."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement = insert(supervisions).values(**row).on_conflict_do_nothing().returning(supervisions.c.id)
    found: int | None = tx.scalar(statement)
    return found


def get_supervision(tx: Tx, supervision_id: int) -> dict[str, Any] | None:
    """One by its id."""
    found = tx.execute(sa.select(supervisions).where(supervisions.c.id == supervision_id)).mappings().first()
    return dict(found) if found else None


def supervisions_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """All of a case, oldest first."""
    found = tx.execute(sa.select(supervisions).where(supervisions.c.case_id == case_id).order_by(supervisions.c.id))
    return [dict(row) for row in found.mappings()]


def open_supervisions(tx: Tx, unit_id: str = "", *, limit: int = 200) -> list[dict[str, Any]]:
    """Supervision with a level that waits for an answer, of one unit or of all, the nearest deadline first."""
    query = sa.select(supervisions).where(OPEN_SUPERVISION, supervisions.c.kind == "supervision")
    if unit_id:
        query = query.where(supervisions.c.unit_id == unit_id)
    found = tx.execute(query.order_by(supervisions.c.due_at, supervisions.c.id).limit(limit))
    return [dict(row) for row in found.mappings()]


def change_supervision(tx: Tx, supervision_id: int, changes: Mapping[str, Any]) -> bool:
    """Answers or withdraws one that is open. Returns False where it is not open any more."""
    held = supervisions.update().where(supervisions.c.id == supervision_id, OPEN_SUPERVISION)
    return tx.execute(held.values(**changes)).rowcount == 1


def hand_on_supervisions(tx: Tx, case_id: int, unit_id: str) -> None:
    """Whoever gets the case answers what is open about it."""
    tx.execute(supervisions.update().where(supervisions.c.case_id == case_id, OPEN_SUPERVISION).values(unit_id=unit_id))


def withdraw_supervisions(tx: Tx, case_id: int, at: dt.datetime) -> None:
    """Nothing is to be answered any more."""
    tx.execute(supervisions.update().where(supervisions.c.case_id == case_id, OPEN_SUPERVISION).values(withdrawn_at=at))
