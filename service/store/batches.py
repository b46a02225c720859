"""Batches of posters: the uploaded sheet row by row, and which code each row became. The pair keeps one from minting twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import codes, spots
from .tables_registry import batch_rows, batches

_GOOD = batch_rows.c.problem == ""


def add_batch(tx: Tx, row: Mapping[str, Any]) -> int:
    """Writes a batch: columns of ``batches`` without id. Returns the id."""
    number: int = tx.execute(batches.insert().returning(batches.c.id), dict(row)).scalar_one()
    return number


def find_batch(tx: Tx, batch_id: int, *, lock: bool = False) -> dict[str, Any] | None:
    """A batch by its number."""
    query = sa.select(batches).where(batches.c.id == batch_id)
    found = tx.execute(query.with_for_update() if lock else query).mappings().first()
    return dict(found) if found else None


def all_batches(tx: Tx, limit: int = 100) -> list[dict[str, Any]]:
    """The newest batches."""
    return [dict(row) for row in tx.execute(sa.select(batches).order_by(batches.c.id.desc()).limit(limit)).mappings()]


def running_batch(tx: Tx) -> dict[str, Any] | None:
    """The oldest batch that is being made."""
    query = sa.select(batches).where(batches.c.state == "running").order_by(batches.c.id).limit(1)
    found = tx.execute(query).mappings().first()
    return dict(found) if found else None


def change_batch(tx: Tx, batch_id: int, **changes: Any) -> None:
    """Changes columns of a batch."""
    tx.execute(batches.update().where(batches.c.id == batch_id).values(**changes))


def replace_rows(tx: Tx, batch_id: int, rows: Iterable[Mapping[str, Any]]) -> None:
    """Puts these rows (``row_no``, ``data``, ``problem``) in the place of those that are there; for a batch that was not begun."""
    tx.execute(batch_rows.delete().where(batch_rows.c.batch_id == batch_id))
    made = [{"batch_id": batch_id, **row} for row in rows]
    if made:
        tx.execute(batch_rows.insert(), made)


def rows_of(tx: Tx, batch_id: int, *, good: bool, limit: int) -> list[dict[str, Any]]:
    """The good or the bad rows of a batch in the order of the sheet."""
    query = sa.select(batch_rows).where(batch_rows.c.batch_id == batch_id, _GOOD if good else ~_GOOD)
    return [dict(row) for row in tx.execute(query.order_by(batch_rows.c.row_no).limit(limit)).mappings()]


def unminted_rows(tx: Tx, batch_id: int, limit: int) -> list[dict[str, Any]]:
    """Good rows that are no codes yet, in the order of the sheet."""
    wanted = (batch_rows.c.batch_id == batch_id) & _GOOD & batch_rows.c.code_id.is_(None)
    return [dict(row) for row in tx.execute(sa.select(batch_rows).where(wanted).order_by(batch_rows.c.row_no).limit(limit)).mappings()]


def undrawn_rows(tx: Tx, batch_id: int) -> list[dict[str, Any]]:
    """Rows that are codes, and of which no poster was drawn and read back yet: with the code's columns and ``scene_code``."""
    columns = (codes.c.token, codes.c.spot_id, codes.c.serial, codes.c.scene_code)
    query = sa.select(batch_rows, *columns).join(codes, codes.c.id == batch_rows.c.code_id)
    wanted = (batch_rows.c.batch_id == batch_id) & _GOOD & (batch_rows.c.readback == "")
    return [dict(row) for row in tx.execute(query.where(wanted).order_by(batch_rows.c.row_no)).mappings()]


def change_row(tx: Tx, batch_id: int, row_no: int, **changes: Any) -> None:
    """Changes columns of one row."""
    wanted = (batch_rows.c.batch_id == batch_id) & (batch_rows.c.row_no == row_no)
    tx.execute(batch_rows.update().where(wanted).values(**changes))


def note_batch_code(tx: Tx, batch_id: int, row_no: int, code_id: int) -> None:
    """Notes which code a row became, on both sides."""
    change_row(tx, batch_id, row_no, code_id=code_id)
    tx.execute(codes.update().where(codes.c.id == code_id).values(batch_id=batch_id))


def find_spot_id(tx: Tx, issuer: int, village_id: str, name: str, address: str, subject_name: str) -> int | None:
    """The number of the spot that has this place, name, address and subject."""
    same = (spots.c.village_id == village_id) & (spots.c.name == name) & (spots.c.issuer == issuer)
    same &= (spots.c.address == address) & (spots.c.subject_name == subject_name)
    found = tx.scalar(sa.select(sa.func.min(spots.c.id)).where(same))
    return int(found) if found is not None else None
