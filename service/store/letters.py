"""Words between desk and reporter, and notes of the desk; all of them sealed before they come here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .tables_handling import letters


def add_letter(tx: Tx, row: Mapping[str, Any]) -> tuple[int, bool]:
    """Writes a letter: columns of ``letters`` without id. Returns its id, and False where its ``dedupe_key`` was there before."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    found = tx.scalar(insert(letters).values(**row).on_conflict_do_nothing().returning(letters.c.id))
    if found is not None:
        return int(found), True
    before = tx.scalar(sa.select(letters.c.id).where(letters.c.dedupe_key == row["dedupe_key"]))
    return int(before or 0), False


def letters_of(tx: Tx, case_ids: Collection[int]) -> list[dict[str, Any]]:
    """The letters of these cases, oldest first."""
    found = tx.execute(sa.select(letters).where(letters.c.case_id.in_(list(case_ids))).order_by(letters.c.at, letters.c.id))
    return [dict(row) for row in found.mappings()]


def count_letters(tx: Tx, case_id: int, kinds: Collection[str]) -> int:
    """How many letters of these kinds a case has."""
    query = sa.select(sa.func.count()).where(letters.c.case_id == case_id, letters.c.kind.in_(list(kinds)))
    return int(tx.scalar(query) or 0)


def mark_read(tx: Tx, case_ids: Collection[int], kinds: Collection[str], at: dt.datetime) -> int:
    """Notes that letters of these kinds were read. Returns how many were not before."""
    unread = letters.c.case_id.in_(list(case_ids)) & letters.c.kind.in_(list(kinds)) & letters.c.read_at.is_(None)
    return tx.execute(letters.update().where(unread).values(read_at=at)).rowcount
