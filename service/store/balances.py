"""What the daily reconciliation counts, and how it came out.

Every count is taken from another table than the one it is held against: visits and forms from the counters, cases from
``cases``, moves, messages and notices from theirs. A sum that only repeats itself would always balance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .tables import cases, moves, outbox, scan_counts, sealed
from .tables_handling import balances, notices

PAGE = 500


def scan_totals(tx: Tx, day: dt.date) -> tuple[int, int]:
    """How many forms were opened and how many were sent on a day, as the counters have it."""
    sums = [sa.func.coalesce(sa.func.sum(column), 0) for column in (scan_counts.c.opened, scan_counts.c.submitted)]
    opened, submitted = tx.execute(sa.select(*sums).where(scan_counts.c.day == day)).one()
    return int(opened), int(submitted)


def day_cases(tx: Tx, since: dt.datetime, before: dt.datetime, after: int = 0, limit: int = PAGE) -> list[dict[str, Any]]:
    """A page of the cases reported in a span, in the order they were filed, with what other tables say of each.

    Returns:
        Columns of ``cases``, and: ``move_count``, ``last_seq``, ``last_state``, ``assigned_moves``, ``desk_messages``,
        ``desk_delivered``, ``alarm_messages``, ``received_notices``, ``phone_index``.
    """

    def count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).select_from(table).where(table.c.case_id == cases.c.id, *conditions).scalar_subquery()

    to_desk = (outbox.c.kind == "case.assigned") & (outbox.c.destination == "desk")
    mine = moves.c.case_id == cases.c.id
    last = sa.select(moves.c.to_state).where(mine).order_by(moves.c.seq.desc()).limit(1).scalar_subquery()
    phone = sa.select(sealed.c.phone_index).where(sealed.c.case_id == cases.c.id).scalar_subquery()
    query = sa.select(
        cases.c.id, cases.c.case_no, cases.c.scene_key, cases.c.state, cases.c.source, cases.c.marks, cases.c.answers,
        cases.c.reported_at, cases.c.assigned_at, cases.c.delivered_at,
        count(moves).label("move_count"),
        sa.select(sa.func.max(moves.c.seq)).where(mine).scalar_subquery().label("last_seq"),
        last.label("last_state"),
        count(moves, moves.c.action == "assign").label("assigned_moves"),
        count(outbox, to_desk).label("desk_messages"),
        count(outbox, to_desk, outbox.c.state == "delivered").label("desk_delivered"),
        count(outbox, outbox.c.kind == "code.alarm", outbox.c.destination == "desk").label("alarm_messages"),
        count(notices, notices.c.kind == "received").label("received_notices"),
        phone.label("phone_index"),
    ).where(cases.c.reported_at >= since, cases.c.reported_at < before, cases.c.id > after)  # fmt: skip
    return [dict(row) for row in tx.execute(query.order_by(cases.c.id).limit(limit)).mappings()]


def day_messages(tx: Tx, since: dt.datetime, before: dt.datetime) -> list[dict[str, Any]]:
    """Messages of the cases reported in a span, counted by destination and state, with one case number of each."""
    query = (
        sa.select(outbox.c.destination, outbox.c.state, sa.func.count().label("count"), sa.func.min(cases.c.case_no).label("case_no"))
        .join(cases, cases.c.id == outbox.c.case_id)
        .where(cases.c.reported_at >= since, cases.c.reported_at < before)
        .group_by(outbox.c.destination, outbox.c.state)
        .order_by(outbox.c.destination, outbox.c.state)
    )
    return [dict(row) for row in tx.execute(query).mappings()]


def day_notices(tx: Tx, since: dt.datetime, before: dt.datetime) -> list[dict[str, Any]]:
    """Notices written in a span: ``case_no``, ``kind``, ``state`` and ``next_at`` of each."""
    query = (
        sa.select(cases.c.case_no, notices.c.kind, notices.c.state, notices.c.next_at)
        .join(cases, cases.c.id == notices.c.case_id)
        .where(notices.c.created_at >= since, notices.c.created_at < before)
        .order_by(notices.c.id)
    )
    return [dict(row) for row in tx.execute(query).mappings()]


def save_balance(tx: Tx, day: dt.date, figures: Mapping[str, Any], balanced: bool, made_at: dt.datetime) -> None:
    """Keeps how the reconciliation of a day came out, in the place of an earlier one."""
    insert = postgresql.insert(balances) if tx.dialect.name == "postgresql" else sqlite.insert(balances)
    values = {"figures": dict(figures), "balanced": balanced, "made_at": made_at}
    tx.execute(insert.values(day=day, **values).on_conflict_do_update(index_elements=["day"], set_=values))


def balances_between(tx: Tx, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """Reconciliations of the days from first to last, the newest first."""
    query = sa.select(balances).where(balances.c.day.between(first, last)).order_by(balances.c.day.desc())
    return [dict(row) for row in tx.execute(query).mappings()]


def first_day(tx: Tx) -> dt.datetime | None:
    """When the first case was reported; None where there is none."""
    found: dt.datetime | None = tx.scalar(sa.select(sa.func.min(cases.c.reported_at)))
    return found
