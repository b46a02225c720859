"""Extensions (延期): asked by the lead, decided by the centre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables_handling import ASKED, extensions


def add_extension(tx: Tx, row: Mapping[str, Any]) -> int:
    """Writes one: columns of ``extensions`` without id. Returns its id."""
    extension_id: int = tx.execute(extensions.insert().returning(extensions.c.id), dict(row)).scalar_one()
    return extension_id


def get_extension(tx: Tx, extension_id: int) -> dict[str, Any] | None:
    """One by its id."""
    found = tx.execute(sa.select(extensions).where(extensions.c.id == extension_id)).mappings().first()
    return dict(found) if found else None


def extensions_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """All of a case, oldest first."""
    found = tx.execute(sa.select(extensions).where(extensions.c.case_id == case_id).order_by(extensions.c.id))
    return [dict(row) for row in found.mappings()]


def asked_extensions(tx: Tx, *, limit: int = 200) -> list[dict[str, Any]]:
    """Those that wait for a decision, the oldest first."""
    found = tx.execute(sa.select(extensions).where(ASKED).order_by(extensions.c.asked_at, extensions.c.id).limit(limit))
    return [dict(row) for row in found.mappings()]


def decide_asked(tx: Tx, extension_id: int, changes: Mapping[str, Any]) -> bool:
    """Decides one that is asked. Returns False where it was decided before."""
    asked = extensions.update().where(extensions.c.id == extension_id, ASKED)
    return tx.execute(asked.values(**changes)).rowcount == 1


def decide_all_asked(tx: Tx, case_id: int, changes: Mapping[str, Any]) -> None:
    """Decides whatever is still asked of a case."""
    tx.execute(extensions.update().where(extensions.c.case_id == case_id, ASKED).values(**changes))
