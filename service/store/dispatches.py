"""What was assigned and has not reached its unit's desk: found, put on record once, and driven again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import OPEN_JOB, audit, cases, outbox

ALARM = "dispatch.alarm"
"""The audit entry of a case that was late on its way; one for each case."""
_WAITING = (outbox.c.kind == "case.assigned") & (outbox.c.destination == "desk")


def waiting_for_desk(tx: Tx, before: dt.datetime, limit: int) -> list[dict[str, Any]]:
    """Messages to desks that were written before a time and are not delivered, the oldest first.

    Returns:
        Rows of ``outbox`` with ``case_no``, ``township_id``, ``lead_unit_id`` and ``alarmed``: whether that is on record.
    """
    waiting = sa.select(outbox).where(OPEN_JOB, _WAITING, outbox.c.created_at <= before)
    # In the order of the partial index, and cut off there, so that what was delivered long ago is not walked through.
    job = waiting.order_by(outbox.c.next_at, outbox.c.id).limit(limit).subquery()
    on_record = sa.exists().where(audit.c.case_id == job.c.case_id, audit.c.action == ALARM)
    query = (
        sa.select(job, cases.c.case_no, cases.c.township_id, cases.c.lead_unit_id, cases.c.reported_at, on_record.label("alarmed"))
        .join(cases, cases.c.id == job.c.case_id)
        .where(cases.c.delivered_at.is_(None))
        .order_by(job.c.id)
    )
    return [dict(row) for row in tx.execute(query).mappings()]


def drive_again(tx: Tx, ids: Collection[int], now: dt.datetime) -> int:
    """Puts jobs in line at once, also those that a worker holds. Returns how many."""
    waiting = outbox.update().where(outbox.c.id.in_(list(ids)), outbox.c.delivered_at.is_(None))
    return tx.execute(waiting.values(state="pending", next_at=now, lease_until=None)).rowcount
