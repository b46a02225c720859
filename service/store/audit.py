"""The audit trail: who did or saw what, when and why. Rows are appended; nothing here changes or removes one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import audit, cases


def add_audit(
    tx: Tx, at: dt.datetime, who: str, action: str, *, case_id: int | None = None, reason: str = "", detail: Mapping[str, Any] | None = None
) -> None:
    """Appends one entry.

    Args:
        who: username, or the name of a part of the service; action: a lower-case word such as ``sign_in`` or ``reveal``.
        detail: facts without personal data.
    """
    row = {"at": at, "who": who, "action": action, "case_id": case_id, "reason": reason, "detail": dict(detail or {})}
    tx.execute(audit.insert(), row)


def audit_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """Entries about a case, oldest first."""
    found = tx.execute(sa.select(audit).where(audit.c.case_id == case_id).order_by(audit.c.id))
    return [dict(row) for row in found.mappings()]


def recent_audit(tx: Tx, limit: int = 100) -> list[dict[str, Any]]:
    """The newest entries first."""
    return [dict(row) for row in tx.execute(sa.select(audit).order_by(audit.c.id.desc()).limit(limit)).mappings()]


def audit_page(
    tx: Tx, *, who: str = "", action: str = "", case_id: int | None = None, before: int | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """One page of the trail, newest first, with the ``case_no`` of the case where it still exists.

    Args:
        who, action, case_id: only entries of this person, of this kind, about this case.
        before: id of the last row of the page before.
    """
    query = sa.select(audit, cases.c.case_no).join(cases, cases.c.id == audit.c.case_id, isouter=True)
    if who:
        query = query.where(audit.c.who == who)
    if action:
        query = query.where(audit.c.action == action)
    if case_id is not None:
        query = query.where(audit.c.case_id == case_id)
    if before is not None:
        query = query.where(audit.c.id < before)
    return [dict(row) for row in tx.execute(query.order_by(audit.c.id.desc()).limit(limit)).mappings()]
