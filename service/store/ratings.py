"""Ratings, one a round, and appeals: wishes to have a case taken up again that somebody must decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .tables_handling import ASKED, appeals, ratings


def add_rating(tx: Tx, row: Mapping[str, Any]) -> bool:
    """Writes a rating: columns of ``ratings``. Returns False where this round of the case is rated already."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement = insert(ratings).values(**row).on_conflict_do_nothing().returning(ratings.c.case_id)
    return tx.scalar(statement) is not None


def ratings_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """The ratings of a case, the first round first."""
    found = tx.execute(sa.select(ratings).where(ratings.c.case_id == case_id).order_by(ratings.c.round))
    return [dict(row) for row in found.mappings()]


def rating_of_round(tx: Tx, case_id: int, number: int) -> dict[str, Any] | None:
    """The rating of one round; None where there is none."""
    query = sa.select(ratings).where(ratings.c.case_id == case_id, ratings.c.round == number)
    found = tx.execute(query).mappings().first()
    return dict(found) if found else None


def add_appeal(tx: Tx, row: Mapping[str, Any]) -> int | None:
    """Writes an appeal: columns of ``appeals`` without id. Returns its id; None where this round has one already."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    found: int | None = tx.scalar(insert(appeals).values(**row).on_conflict_do_nothing().returning(appeals.c.id))
    return found


def get_appeal(tx: Tx, appeal_id: int) -> dict[str, Any] | None:
    """One by its id."""
    found = tx.execute(sa.select(appeals).where(appeals.c.id == appeal_id)).mappings().first()
    return dict(found) if found else None


def appeals_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """All of a case, oldest first."""
    found = tx.execute(sa.select(appeals).where(appeals.c.case_id == case_id).order_by(appeals.c.round))
    return [dict(row) for row in found.mappings()]


def asked_appeals(tx: Tx, *, limit: int = 200) -> list[dict[str, Any]]:
    """Those that wait for a decision, the oldest first."""
    found = tx.execute(sa.select(appeals).where(ASKED).order_by(appeals.c.at, appeals.c.id).limit(limit))
    return [dict(row) for row in found.mappings()]


def decide_appeal(tx: Tx, appeal_id: int, changes: Mapping[str, Any]) -> bool:
    """Decides one that is asked. Returns False where it was decided before."""
    asked = appeals.update().where(appeals.c.id == appeal_id, ASKED)
    return tx.execute(asked.values(**changes)).rowcount == 1
