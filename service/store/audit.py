"""The audit trail: who did or saw what, when and why. Rows are appended; nothing here changes or removes one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import audit


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
