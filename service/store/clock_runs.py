"""Clocks that stop, and the record of every stop.

The rule it keeps: ``clocks`` holds how a case stands now, ``clock_runs`` what became of each clock; a run is written in
the same unit of work that stops the clock, and afterwards changes only from met or late to void.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import RUNNING_CLOCK, clocks
from .tables_handling import clock_runs

MET, LATE, VOID = "met", "late", "void"


def stop_clocks(tx: Tx, case_id: int, keys: Collection[str], at: dt.datetime) -> None:
    """Stops running clocks of a case; the caller writes their runs."""
    running = (clocks.c.case_id == case_id) & clocks.c.key.in_(list(keys)) & RUNNING_CLOCK
    tx.execute(clocks.update().where(running).values(met_at=at, next_alert_at=None))


def drop_clocks(tx: Tx, case_id: int, keys: Collection[str]) -> None:
    """Takes clocks off a case; the caller writes their runs as void."""
    tx.execute(clocks.delete().where(clocks.c.case_id == case_id, clocks.c.key.in_(list(keys))))


def resume_clocks(tx: Tx, case_id: int, keys: Collection[str], since: dt.datetime) -> None:
    """Lets clocks that stopped run on towards the deadline they had; the runs written since then become void."""
    held = (clocks.c.case_id == case_id) & clocks.c.key.in_(list(keys))
    tx.execute(clocks.update().where(held).values(met_at=None, next_alert_at=None))
    mine = (clock_runs.c.case_id == case_id) & clock_runs.c.key.in_(list(keys)) & (clock_runs.c.ended_at >= since)
    tx.execute(clock_runs.update().where(mine).values(outcome=VOID))


def move_due(tx: Tx, case_id: int, key: str, due_at: dt.datetime, provisional: bool) -> None:
    """Gives a running clock another deadline; what was planned to be said of the old one is forgotten."""
    held = (clocks.c.case_id == case_id) & (clocks.c.key == key)
    tx.execute(clocks.update().where(held).values(due_at=due_at, provisional=provisional, alert_level=0, next_alert_at=None))


def add_runs(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes runs: columns of ``clock_runs`` without id."""
    if rows:
        tx.execute(clock_runs.insert(), list(rows))


def runs_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """What became of the clocks of a case, in the order they stopped."""
    found = tx.execute(sa.select(clock_runs).where(clock_runs.c.case_id == case_id).order_by(clock_runs.c.id))
    return [dict(row) for row in found.mappings()]
