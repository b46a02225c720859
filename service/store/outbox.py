"""The outbox: what others must be told, written with the case and delivered afterwards, at least once.

A worker leases jobs for a while; if it dies, the lease runs out and another worker takes them, so a job may be delivered
twice but never not at all. ``dedupe_key`` travels with it for the receiver to notice. A job that keeps failing is kept,
visible, as ``failed``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .tables import FAILED_JOB, OPEN_JOB, cases, outbox

# Waiting doubles from 2 seconds, within the minute that dispatch has, up to an hour; 30 tries last about a day.
FIRST_WAIT_SECONDS = 2
LONGEST_WAIT_SECONDS = 3600
MOST_ATTEMPTS = 30
ERROR_LENGTH = 1000


def back_off(attempts: int) -> dt.timedelta:
    """How long to wait after so many failed attempts (from 1)."""
    return dt.timedelta(seconds=min(FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 20), LONGEST_WAIT_SECONDS))


def add_outbox(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds jobs; one whose ``dedupe_key`` is there already is left as it is."""
    if not rows:
        return
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    tx.execute(insert(outbox).on_conflict_do_nothing(), list(rows))


def lease_outbox(
    tx: Tx,
    now: dt.datetime,
    limit: int = 50,
    lease_seconds: int = 60,
    *,
    only: Collection[str] = (),
    but_not: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Takes jobs that are due, oldest first; nobody else gets them before the lease ends.

    Args:
        only, but_not: destinations to serve or to leave out; empty for all, so that a slow one holds up no other.

    Returns:
        Whole rows with ``attempts`` already counted up; pass the row back to :func:`finish_outbox` or :func:`fail_outbox`.
    """
    due = _due(outbox.c.id, now, limit)
    if only:
        due = due.where(outbox.c.destination.in_(list(only)))
    if but_not:
        due = due.where(outbox.c.destination.not_in(list(but_not)))
    ids = list(tx.scalars(due))
    if not ids:
        return []
    until = now + dt.timedelta(seconds=lease_seconds)
    leased = outbox.update().where(outbox.c.id.in_(ids))
    # While leased, next_at is the end of the lease: the one query above then finds waiting and abandoned jobs alike.
    tx.execute(leased.values(state="leased", attempts=outbox.c.attempts + 1, lease_until=until, next_at=until))
    rows = tx.execute(sa.select(outbox).where(outbox.c.id.in_(ids)).order_by(outbox.c.id)).mappings()
    return [dict(row) for row in rows]


def take_outbox(tx: Tx, now: dt.datetime, destination: str, limit: int = 50) -> list[dict[str, Any]]:
    """Due jobs of a destination that lies in this same database, oldest first, held until the unit of work ends.

    They are not leased: who takes them delivers and finishes them in this unit of work, and otherwise they were never taken.
    """
    found = tx.execute(_due(outbox, now, limit).where(outbox.c.destination == destination)).mappings()
    return [dict(row) for row in found]


def _due(what: sa.Table | sa.Column[int], now: dt.datetime, limit: int) -> sa.Select[Any]:
    query = sa.select(what).where(OPEN_JOB, outbox.c.next_at <= now).order_by(outbox.c.next_at, outbox.c.id).limit(limit)
    return query.with_for_update(skip_locked=True)


def finish_outbox(tx: Tx, jobs: Sequence[Mapping[str, Any]], now: dt.datetime) -> None:
    """Notes that jobs were delivered. The first delivery to a unit's desk is the case's own ``delivered_at``."""
    ids = [job["id"] for job in jobs]
    done = outbox.update().where(outbox.c.id.in_(ids), outbox.c.delivered_at.is_(None))
    tx.execute(done.values(state="delivered", delivered_at=now, lease_until=None, last_error=""))


def mark_cases_delivered(tx: Tx, case_ids: Collection[int], now: dt.datetime) -> None:
    """Notes on cases that their units have them, the first time only; their versions stay, no clerk is disturbed."""
    first = cases.update().where(cases.c.id.in_(list(case_ids)), cases.c.delivered_at.is_(None))
    tx.execute(first.values(delivered_at=now))


def fail_outbox(
    tx: Tx, job: Mapping[str, Any], now: dt.datetime, error: str, *, final: bool = False, wait: dt.timedelta | None = None
) -> None:
    """Notes that a delivery failed: to be tried again after a wait, or ``failed`` for a person to look at.

    Args:
        job: as leased; a job that another worker has leased since is left alone.
        final: the receiver will never take it; wait: instead of :func:`back_off`, when the receiver named a time.
    """
    held = (outbox.c.id == job["id"]) & (outbox.c.attempts == job["attempts"]) & (outbox.c.state == "leased")
    given_up = final or job["attempts"] >= MOST_ATTEMPTS
    later = now + (wait if wait is not None else back_off(job["attempts"]))
    values = {"state": "failed" if given_up else "pending", "next_at": later, "lease_until": None}
    tx.execute(outbox.update().where(held).values(**values, last_error=error[:ERROR_LENGTH]))


def retry_failed(tx: Tx, now: dt.datetime, ids: Collection[int] | None = None) -> int:
    """Puts failed jobs back in line, all of them or these. Returns how many."""
    failed = outbox.update().where(outbox.c.state == "failed")
    if ids is not None:
        failed = failed.where(outbox.c.id.in_(list(ids)))
    return tx.execute(failed.values(state="pending", attempts=0, next_at=now)).rowcount


def outbox_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """Every job of a case, oldest first."""
    found = tx.execute(sa.select(outbox).where(outbox.c.case_id == case_id).order_by(outbox.c.id))
    return [dict(row) for row in found.mappings()]


def count_failed(tx: Tx) -> int:
    """How many jobs were given up; asked by every watchdog, so it must not read the jobs that were delivered."""
    return int(tx.scalar(sa.select(sa.func.count()).select_from(outbox).where(FAILED_JOB)) or 0)


def failed_jobs(tx: Tx, limit: int = 100) -> list[dict[str, Any]]:
    """Jobs that were given up, the newest first."""
    found = tx.execute(sa.select(outbox).where(FAILED_JOB).order_by(outbox.c.id.desc()).limit(limit))
    return [dict(row) for row in found.mappings()]


def oldest_open_job(tx: Tx) -> dt.datetime | None:
    """When the oldest undelivered job was written; None when nothing waits."""
    found: dt.datetime | None = tx.scalar(sa.select(sa.func.min(outbox.c.created_at)).where(OPEN_JOB))
    return found


def next_job_at(tx: Tx) -> dt.datetime | None:
    """When the next job falls due, so that a worker knows how long it may sleep."""
    query = sa.select(outbox.c.next_at).where(OPEN_JOB).order_by(outbox.c.next_at).limit(1)
    found: dt.datetime | None = tx.scalar(query)
    return found


def outbox_counts(tx: Tx) -> dict[str, int]:
    """How many jobs stand in each state."""
    found = tx.execute(sa.select(outbox.c.state, sa.func.count()).group_by(outbox.c.state))
    return {state: int(count) for state, count in found}
