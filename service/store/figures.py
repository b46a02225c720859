"""Counts of cases for the board: how many came in a span, and what became of them, by place, scene, unit and day.

The rule it keeps: every figure of a row is about the same cases, those reported in the span, so that a part is never larger
than its whole. Sealed cases (minors) are left out of all of it and counted by themselves. A figure says what the queue of the
desk lists for the same filters; ``late`` there and here means: a clock somebody owed ended late, or has run out and still runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import RUNNING_CLOCK, cases, clocks
from .tables_handling import OPEN_SUPERVISION, appeals, clock_runs, extensions, supervisions

OWED = ("acknowledge", "handle", "review")
"""The clocks that somebody at a desk must meet."""
SEALED = "sealed"
SATISFIED = 3
"""Grades from here up are satisfied; 1 and 2 are bad, and no rating is none."""
COUNTS = (
    "received", "assigned_in_time", "delivered_in_time", "undelivered", "open", "closed", "closed_in_time", "came_due",
    "acknowledged_in_time", "acknowledge_due", "late", "returned", "reopened", "rated", "judged", "satisfied", "bad",
    "unrated", "merged", "rejected",
)  # fmt: skip
PAGE = 500


@dataclass(frozen=True, slots=True)
class Which:
    """Cases of a span that meet these filters; what is empty asks nothing.

    Args:
        since, before: reported from and before; township_ids: lying in one of these; unit_id: led by this unit.
    """

    since: dt.datetime
    before: dt.datetime
    township_ids: tuple[str, ...] = ()
    unit_id: str = ""
    scene_key: str = ""

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """As conditions on ``cases``."""
        asked = [cases.c.reported_at >= self.since, cases.c.reported_at < self.before, *self.matters()]
        return [*asked, cases.c.lead_unit_id == self.unit_id] if self.unit_id else asked

    def matters(self) -> list[sa.ColumnElement[bool]]:
        """Those of place and scene alone."""
        asked: list[sa.ColumnElement[bool]] = []
        if self.township_ids:
            asked.append(cases.c.township_id.in_(self.township_ids))
        if self.scene_key:
            asked.append(cases.c.scene_key == self.scene_key)
        return asked


def cube(tx: Tx, which: Which, now: dt.datetime, promised: dt.timedelta) -> list[dict[str, Any]]:
    """Counts by township, scene, lead unit and day in the county, sealed cases left out.

    Args:
        now: for clocks that still run; promised: how long dispatch may take from the report.

    Returns:
        Rows with ``township_id``, ``scene_key``, ``unit_id``, ``day`` (ISO) and every count of :data:`COUNTS`.
    """
    chosen = (*which.conditions(), cases.c.visibility != SEALED)
    runs, over = _clocks_of(chosen, now)
    flags = _flags(tx, promised, runs, over)
    one = _with_clocks(
        sa.select(
            cases.c.township_id, cases.c.scene_key, cases.c.lead_unit_id.label("unit_id"), _local_day(tx).label("day"),
            *(sa.case((condition, 1), else_=0).label(name) for name, condition in flags.items()),
        ), runs, over,
    ).where(*chosen).subquery()  # fmt: skip
    by = [one.c.township_id, one.c.scene_key, one.c.unit_id, one.c.day]
    sums = [sa.func.count().label("received"), *(sa.func.sum(one.c[name]).label(name) for name in flags)]
    found = tx.execute(sa.select(*by, *sums).group_by(*by)).mappings()
    return [{name: int(value) if name in COUNTS else str(value) for name, value in row.items()} for row in found]


def sealed_count(tx: Tx, since: dt.datetime, before: dt.datetime) -> int:
    """How many sealed cases the whole county has of a span."""
    span = Which(since, before).conditions()
    return int(tx.scalar(sa.select(sa.func.count()).where(*span, cases.c.visibility == SEALED)) or 0)


def _clocks_of(chosen: Sequence[sa.ColumnElement[bool]], now: dt.datetime) -> tuple[sa.Subquery, sa.Subquery]:
    """By case: how the owed clocks ended, and which have run out and still run. Each is walked once, not once for each case."""

    def any_of(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.max(sa.case((sa.and_(*conditions), 1), else_=0))

    late, key = clock_runs.c.outcome == "late", clock_runs.c.key
    ended = sa.select(
        clock_runs.c.case_id,
        any_of(clock_runs.c.outcome == "met", key == "acknowledge").label("acknowledge_met"),
        any_of(late, key == "acknowledge").label("acknowledge"), any_of(late, key == "handle").label("handle"), any_of(late).label("any"),
    ).join(cases, cases.c.id == clock_runs.c.case_id).where(*chosen, key.in_(OWED))  # fmt: skip
    running = sa.select(
        clocks.c.case_id, any_of(clocks.c.key == "acknowledge").label("acknowledge"), any_of(clocks.c.key == "handle").label("handle"),
        sa.literal(1).label("any"),
    ).where(RUNNING_CLOCK, clocks.c.due_at < now, clocks.c.key.in_(OWED))  # fmt: skip
    return ended.group_by(clock_runs.c.case_id).subquery("runs"), running.group_by(clocks.c.case_id).subquery("over")


def _with_clocks(query: sa.Select[Any], runs: sa.Subquery, over: sa.Subquery) -> sa.Select[Any]:
    return query.select_from(cases).outerjoin(runs, runs.c.case_id == cases.c.id).outerjoin(over, over.c.case_id == cases.c.id)


def _flags(tx: Tx, promised: dt.timedelta, runs: sa.Subquery, over: sa.Subquery) -> dict[str, sa.ColumnElement[bool]]:
    def yes(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        return sa.func.coalesce(column, 0) == 1

    def late(key: str) -> sa.ColumnElement[bool]:
        return sa.or_(yes(runs.c[key]), yes(over.c[key]))

    met = yes(runs.c.acknowledge_met)
    closed = cases.c.state == "closed"
    return {
        "assigned_in_time": _within(tx, cases.c.assigned_at, promised),
        "delivered_in_time": _within(tx, cases.c.delivered_at, promised),
        "undelivered": cases.c.delivered_at.is_(None),
        "open": cases.c.state.not_in(("closed", "merged", "rejected")),
        "closed": closed,
        "closed_in_time": sa.and_(closed, sa.not_(late("handle"))),
        "came_due": sa.or_(closed, yes(over.c.handle)),
        "acknowledged_in_time": sa.and_(met, sa.not_(late("acknowledge"))),
        "acknowledge_due": sa.or_(met, late("acknowledge")),
        "late": late("any"),
        "returned": cases.c.return_count > 0,
        "reopened": cases.c.reopen_count > 0,
        "rated": cases.c.grade.is_not(None),
        # What was rated badly is open again, mostly; it is judged all the same, or the share of the satisfied would flatter.
        "judged": sa.or_(closed, sa.and_(cases.c.grade.is_not(None), cases.c.grade < SATISFIED)),
        "satisfied": sa.and_(closed, cases.c.grade.is_not(None), cases.c.grade >= SATISFIED),
        "bad": sa.and_(cases.c.grade.is_not(None), cases.c.grade < SATISFIED),
        "unrated": sa.and_(closed, cases.c.grade.is_(None)),
        "merged": cases.c.state == "merged",
        "rejected": cases.c.state == "rejected",
    }


def _within(tx: Tx, moment: sa.Column[Any], promised: dt.timedelta) -> sa.ColumnElement[bool]:
    if tx.dialect.name == "postgresql":
        seconds = sa.extract("epoch", sa.type_coerce(moment, sa.DateTime()) - sa.type_coerce(cases.c.reported_at, sa.DateTime()))
        return seconds <= promised.total_seconds()
    # SQLite counts days in floating point, exact to the millisecond.
    days = sa.func.julianday(moment, type_=sa.Float()) - sa.func.julianday(cases.c.reported_at, type_=sa.Float())
    return sa.func.round(days * 86400, 3, type_=sa.Float()) <= promised.total_seconds()


def _local_day(tx: Tx) -> sa.ColumnElement[str]:
    if tx.dialect.name == "postgresql":
        return sa.func.to_char(sa.func.timezone("Asia/Shanghai", cases.c.reported_at), "YYYY-MM-DD", type_=sa.String())
    return sa.func.date(cases.c.reported_at, "+8 hours", type_=sa.String())


def runs_by_unit(tx: Tx, which: Which) -> list[dict[str, Any]]:
    """Owed clocks that ended in the span, by the unit that held the case then, whoever has it now.

    Returns:
        Rows with ``unit_id``, ``key``, ``met`` and ``late``; void clocks and sealed cases are left out.
    """
    asked = [clock_runs.c.ended_at >= which.since, clock_runs.c.ended_at < which.before, clock_runs.c.key.in_(OWED)]
    asked += [clock_runs.c.outcome.in_(("met", "late")), cases.c.visibility != SEALED, *which.matters()]
    if which.unit_id:
        asked.append(clock_runs.c.unit_id == which.unit_id)
    by = [clock_runs.c.unit_id, clock_runs.c.key]
    counts = [sa.func.sum(sa.case((clock_runs.c.outcome == outcome, 1), else_=0)).label(outcome) for outcome in ("met", "late")]
    query = sa.select(*by, *counts).join(cases, cases.c.id == clock_runs.c.case_id).where(*asked).group_by(*by)
    return [{**row, "met": int(row["met"]), "late": int(row["late"])} for row in tx.execute(query).mappings()]


def late_cases(tx: Tx, which: Which, now: dt.datetime, limit: int) -> list[dict[str, Any]]:
    """Open cases with a clock that has run out and still runs, the longest late first; whenever they were reported.

    Returns:
        Whole rows of ``cases`` with ``late_key`` and ``late_since``, of the clock that ran out first.
    """
    run_out = sa.select(
        clocks.c.case_id, clocks.c.key, clocks.c.due_at,
        sa.func.row_number().over(partition_by=clocks.c.case_id, order_by=clocks.c.due_at).label("nth"),
    ).where(RUNNING_CLOCK, clocks.c.due_at < now, clocks.c.key.in_(OWED)).subquery()  # fmt: skip
    query = (
        sa.select(cases, run_out.c.key.label("late_key"), run_out.c.due_at.label("late_since"))
        .join(run_out, (run_out.c.case_id == cases.c.id) & (run_out.c.nth == 1))
        .where(*which.conditions()[2:], cases.c.visibility != SEALED, cases.c.state.not_in(("closed", "merged", "rejected")))
    )
    return [dict(row) for row in tx.execute(query.order_by(run_out.c.due_at, cases.c.id).limit(limit)).mappings()]


def open_matters(tx: Tx, which: Which, limit: int) -> dict[str, list[dict[str, Any]]]:
    """What waits for an answer or a decision, the oldest first: ``supervisions``, ``extensions`` and ``appeals``.

    Returns:
        For each, at most ``limit`` rows with ``case_no``, ``unit_id``, ``at``, ``due_at`` (None where there is none).
    """
    never = sa.null().label("due_at")
    lists = {
        "supervisions": sa.select(cases.c.case_no, supervisions.c.unit_id, supervisions.c.at, supervisions.c.due_at)
        .join(supervisions, supervisions.c.case_id == cases.c.id)
        .where(OPEN_SUPERVISION, supervisions.c.kind == "supervision")
        .order_by(supervisions.c.due_at, supervisions.c.id),
        "extensions": sa.select(cases.c.case_no, extensions.c.unit_id, extensions.c.asked_at.label("at"), extensions.c.due_before.label("due_at"))
        .join(extensions, extensions.c.case_id == cases.c.id)
        .where(extensions.c.state == "asked")
        .order_by(extensions.c.asked_at, extensions.c.id),
        "appeals": sa.select(cases.c.case_no, cases.c.lead_unit_id.label("unit_id"), appeals.c.at, never)
        .join(appeals, appeals.c.case_id == cases.c.id)
        .where(appeals.c.state == "asked")
        .order_by(appeals.c.at, appeals.c.id),
    }
    told = {}
    for name, query in lists.items():
        asked = query.where(*which.conditions()[2:], cases.c.visibility != SEALED).limit(limit)
        told[name] = [dict(row) for row in tx.execute(asked).mappings()]
    return told


def lines(tx: Tx, which: Which, now: dt.datetime, promised: dt.timedelta, after: int = 0, limit: int = PAGE) -> list[dict[str, Any]]:
    """A page of cases in the order they were filed, each a row of ``cases`` with the flags of :data:`COUNTS` but ``received``."""
    page = sa.select(cases.c.id).where(*which.conditions(), cases.c.id > after).order_by(cases.c.id).limit(limit)
    ids = list(tx.scalars(page))
    runs, over = _clocks_of((cases.c.id.in_(ids),), now)
    flags = [condition.label(f"is_{name}") for name, condition in _flags(tx, promised, runs, over).items()]
    query = _with_clocks(sa.select(cases, *flags), runs, over).where(cases.c.id.in_(ids))
    return [dict(row) for row in tx.execute(query.order_by(cases.c.id)).mappings()]
