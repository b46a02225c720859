"""What is done again and again: when each job is due, and who holds it just now.

A worker claims a job by one conditional UPDATE: SQLite lets one writer in at a time, and PostgreSQL makes the second wait for
the row and then look at the condition again; so of any number of workers one gets it. The claim is a lease: whoever dies
holding it loses it when the lease ends. ``started_at`` tells one claim from the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .tables_handling import schedules

ERROR_LENGTH = 1000


def know_schedules(tx: Tx, first: Mapping[str, dt.datetime]) -> None:
    """Makes the jobs known, each with the time it is first due; one that is known already keeps its time."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    rows = [{"name": name, "next_at": first[name]} for name in sorted(first)]
    if rows:
        tx.execute(insert(schedules).on_conflict_do_nothing(), rows)


def due_schedules(tx: Tx, now: dt.datetime) -> list[str]:
    """Names of the jobs that are due and held by nobody, the longest due first."""
    found = tx.scalars(sa.select(schedules.c.name).where(_free(now)).order_by(schedules.c.next_at, schedules.c.name))
    return list(found)


def claim_schedule(tx: Tx, name: str, now: dt.datetime, lease: dt.timedelta) -> bool:
    """Takes a job that is due, for as long as the lease. False where another worker has it, or did it meanwhile."""
    held = schedules.update().where(schedules.c.name == name, _free(now))
    return tx.execute(held.values(started_at=now, lease_until=now + lease)).rowcount == 1


def finish_schedule(tx: Tx, name: str, started_at: dt.datetime, now: dt.datetime, next_at: dt.datetime, error: str = "") -> bool:
    """Notes that a claimed job was done or failed, and when it is due again.

    Args:
        started_at: of the claim; error: why it failed, ``""`` where it did not.

    Returns:
        False where the lease had run out and another worker has claimed the job since; nothing was written then.
    """
    ours = schedules.update().where(schedules.c.name == name, schedules.c.started_at == started_at)
    values = {"lease_until": None, "next_at": next_at, "last_error": error[:ERROR_LENGTH]}
    return tx.execute(ours.values(**values, **({} if error else {"finished_at": now}))).rowcount == 1


def all_schedules(tx: Tx) -> list[dict[str, Any]]:
    """Every job with its times and its last error, by name."""
    return [dict(row) for row in tx.execute(sa.select(schedules).order_by(schedules.c.name)).mappings()]


def _free(now: dt.datetime) -> sa.ColumnElement[bool]:
    return (schedules.c.next_at <= now) & (schedules.c.lease_until.is_(None) | (schedules.c.lease_until <= now))
