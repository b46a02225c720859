"""What units answered, and cases that follow another: the rows that a move of a case writes beside the move itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import cases, moves
from .tables_handling import resolutions


def annotate_case(tx: Tx, case_id: int, changes: Mapping[str, Any]) -> None:
    """Changes columns that are about a case and no move of it, so that no clerk's open page grows stale.

    Only under the lock of :func:`service.store.cases.get_case`; never for state, lead, holder or helpers.
    """
    tx.execute(cases.update().where(cases.c.id == case_id).values(**changes))


def lock_cases(tx: Tx, case_nos: Collection[str]) -> None:
    """Holds several cases on PostgreSQL, always in the same order, so that two who want the same ones never wait for each other."""
    tx.execute(sa.select(cases.c.id).where(cases.c.case_no.in_(list(case_nos))).order_by(cases.c.id).with_for_update())


def last_move(tx: Tx, case_id: int) -> dict[str, Any] | None:
    """The newest move of a case."""
    query = sa.select(moves).where(moves.c.case_id == case_id).order_by(moves.c.seq.desc()).limit(1)
    found = tx.execute(query).mappings().first()
    return dict(found) if found else None


def add_resolution(tx: Tx, row: Mapping[str, Any]) -> None:
    """Writes what a unit answered: columns of ``resolutions``."""
    tx.execute(resolutions.insert(), dict(row))


def resolutions_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """Every answer given to a case, oldest first; the last one counts."""
    found = tx.execute(sa.select(resolutions).where(resolutions.c.case_id == case_id).order_by(resolutions.c.seq))
    return [dict(row) for row in found.mappings()]


def follow_instead(tx: Tx, case_id: int, main_case_id: int) -> None:
    """Lets the followers of a case that is merged itself follow its main case."""
    tx.execute(cases.update().where(cases.c.main_case_id == case_id).values(main_case_id=main_case_id))
