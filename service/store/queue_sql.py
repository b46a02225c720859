"""The queue of the desk in SQL: whose cases, which of them, in which order, how many.

The rule it keeps: a page and the number beside it come from the same conditions. What lies on a desk is a few thousand cases
whatever the years bring, so it is walked through its partial index and sorted as asked; what is over is read newest first,
one ordered walk for each reason why somebody sees it, and each stops at the end of the page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import DESK_CASE, RUNNING_CLOCK, cases, clocks, helpers, moves
from .tables_handling import ASKED, appeals, clock_runs, extensions, letters
from .types import Utc

Place = tuple[dt.datetime, int]
"""Where a page ended: the time it is sorted by, and the id, of its last case."""

OWED = ("acknowledge", "handle", "review")
"""The clocks whose end somebody at a desk must meet; those of laws stand beside them on the case's page."""
FROM_REPORTER = ("reply", "addition")
COLUMNS = (
    "id", "case_no", "scene_key", "state", "township_id", "village_id", "place", "lead_unit_id", "helper_ids", "holder", "handler",
    "priority", "urgent", "visibility", "marks", "summary", "reported_at", "return_count", "reopen_count", "supervision_level",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases: those that concern somebody, and which of them they may open.

    Args:
        everything: all of the county; the rest then says nothing but who opens what.
        unit_id: led, held or helped with by this unit; township_ids: or lying in these townships.
        village_ids: of the unit's, only those in these villages (a grid officer); empty: wherever they lie.
        protected: opens protected cases that others lead; sealed: opens sealed ones that are the unit's own;
        sealed_of_others: and those of others.
    """

    everything: bool = False
    unit_id: str = ""
    township_ids: tuple[str, ...] = ()
    village_ids: tuple[str, ...] = ()
    protected: bool = False
    sealed: bool = False
    sealed_of_others: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases of a scope; whatever is left empty asks nothing.

    Args:
        on_desk: only what still lies on a desk, the review of the centre included.
        due_since, due_before: somebody owes a clock that ends in this span; late_at: one that ended before, or ever ended late.
        since, before: reported in this span. given_since: some unit got it since then.
        returned, reopened: at least once; bad_code: came by a code that is not good; code_state: by one in this state.
        grades: rated so; unrated: not rated.
        to_decide: more time, or being taken up again, was asked for and nobody has decided yet.
        words: each stands in place or summary; opened: leave out what this scope sees the number of only.
    """

    on_desk: bool = False
    states: tuple[str, ...] = ()
    handler: str = ""
    due_since: dt.datetime | None = None
    due_before: dt.datetime | None = None
    late_at: dt.datetime | None = None
    since: dt.datetime | None = None
    before: dt.datetime | None = None
    given_since: dt.datetime | None = None
    returned: bool = False
    reopened: bool = False
    bad_code: bool = False
    code_state: str = ""
    scene_key: str = ""
    township_id: str = ""
    unit_id: str = ""
    priority: str = ""
    grades: tuple[int, ...] = ()
    unrated: bool = False
    to_decide: bool = False
    words: tuple[str, ...] = ()
    opened: bool = False


def queue_rows(
    tx: Tx, scope: Scope, wanted: Wanted, *, late_first: bool = False, after: Place | None = None, limit: int = 200
) -> list[dict[str, Any]]:
    """A page of a queue: :data:`COLUMNS`; ``next_due``, the nearest end of an owed clock (None without one); ``unread``, whether
    the reporter wrote something that nobody has read.

    Args:
        late_first: by ``next_due``, and what has no clock by when it came; only for what lies on a desk. Otherwise newest first.
        after: ``(sorted, id)`` of the last row of the page before; every row carries its ``sorted``.
    """
    columns = [*(cases.c[name] for name in COLUMNS), _next_due().label("next_due"), _unread().label("unread")]
    if wanted.on_desk and late_first:
        by = sa.func.coalesce(_next_due(), cases.c.reported_at, type_=Utc()).label("sorted")
        found = sa.select(*columns, by).where(DESK_CASE, _whose(scope), *_conditions(scope, wanted)).subquery()
        query = sa.select(found).order_by(found.c.sorted, found.c.id).limit(limit)
        if after is not None:
            query = query.where(sa.tuple_(found.c.sorted, found.c.id) > _place(after))
        return _all(tx, query)
    newest = sa.select(*columns, cases.c.reported_at.label("sorted"))
    if after is not None:
        newest = newest.where(sa.tuple_(cases.c.reported_at, cases.c.id) < _place(after))
    return _all(tx, _newest(newest, scope, wanted, limit))


def count_rows(tx: Tx, scope: Scope, wanted: Wanted, *, most: int = 1000) -> int:
    """How many cases a queue holds, counted up to ``most``."""
    ids = sa.select(cases.c.id, cases.c.reported_at.label("sorted"))
    found = _newest(ids, scope, wanted, most).subquery()
    return int(tx.scalar(sa.select(sa.func.count()).select_from(found)) or 0)


def count_each(tx: Tx, scope: Scope, wanted: Mapping[str, Wanted]) -> dict[str, int]:
    """How many cases each of several queues holds, in one walk; all of them hold only what lies on a desk."""
    sums = [sa.func.sum(sa.case((sa.and_(sa.true(), *_conditions(scope, one)), 1), else_=0)) for one in wanted.values()]
    found = tx.execute(sa.select(*sums).select_from(cases).where(DESK_CASE, _whose(scope))).one()
    return {name: int(count or 0) for name, count in zip(wanted, found, strict=True)}


def running_clocks(tx: Tx, case_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The owed clocks of some cases that are running, nearest first, by case."""
    query = sa.select(clocks).where(clocks.c.case_id.in_(list(case_ids)), RUNNING_CLOCK, clocks.c.key.in_(OWED))
    by_case: dict[int, list[dict[str, Any]]] = {}
    for row in _all(tx, query.order_by(clocks.c.due_at, clocks.c.key)):
        by_case.setdefault(row["case_id"], []).append(row)
    return by_case


def _newest(query: sa.Select[Any], scope: Scope, wanted: Wanted, limit: int) -> sa.Select[Any]:
    """Newest first, at most ``limit``: one ordered walk for each reason to see a case, and a merge of what they give."""
    query = query.where(*_conditions(scope, wanted))
    if wanted.on_desk:
        # Few enough to be walked whole, so that one condition serves whatever the reasons are.
        return _in_order(query.where(DESK_CASE, _whose(scope)), cases.c.reported_at, cases.c.id, limit)
    parts = []
    reasons = _reasons(scope)
    for nth, reason in enumerate(reasons):
        part = query.where(reason, *(sa.not_(earlier) for earlier in reasons[:nth]))
        parts.append(sa.select(_in_order(part, cases.c.reported_at, cases.c.id, limit).subquery()))
    if len(parts) == 1:
        return parts[0]
    both = sa.union_all(*parts).subquery()
    return _in_order(sa.select(both), both.c.sorted, both.c.id, limit)


def _in_order(query: sa.Select[Any], at: sa.ColumnElement[Any], case_id: sa.ColumnElement[Any], limit: int) -> sa.Select[Any]:
    return query.order_by(at.desc(), case_id.desc()).limit(limit)


def _reasons(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """Why a scope sees a case, one by one. Who holds what is over, led it, or is the centre, which sees everything."""
    if scope.everything:
        return [sa.true()]
    own = [
        cases.c.lead_unit_id == scope.unit_id,
        _helped(scope.unit_id),
        sa.and_(cases.c.holder == scope.unit_id, DESK_CASE),
    ]
    if scope.village_ids:
        own = [sa.and_(one, cases.c.village_id.in_(scope.village_ids)) for one in own]
    return [*(cases.c.township_id == township_id for township_id in scope.township_ids), *own]


def _whose(scope: Scope) -> sa.ColumnElement[bool]:
    return sa.or_(*_reasons(scope))


def _helped(unit_id: str) -> sa.ColumnElement[bool]:
    return cases.c.id.in_(sa.select(helpers.c.case_id).where(helpers.c.unit_id == unit_id))


def _opened(scope: Scope) -> sa.ColumnElement[bool]:
    """That a scope sees the case and not its number only; permissions.py says the same of one row."""
    led = cases.c.lead_unit_id == scope.unit_id
    sealed: sa.ColumnElement[bool] = sa.false()
    if scope.sealed_of_others:
        sealed = sa.true()
    elif scope.sealed:
        sealed = sa.or_(led, _helped(scope.unit_id))
    return sa.or_(
        cases.c.visibility.not_in(("protected", "sealed")),
        sa.and_(cases.c.visibility == "protected", sa.true() if scope.protected else led),
        sa.and_(cases.c.visibility == "sealed", sealed),
    )


def _conditions(scope: Scope, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    equal = {
        cases.c.handler: wanted.handler, cases.c.code_state: wanted.code_state, cases.c.scene_key: wanted.scene_key,
        cases.c.township_id: wanted.township_id, cases.c.lead_unit_id: wanted.unit_id, cases.c.priority: wanted.priority,
    }  # fmt: skip
    asked: list[sa.ColumnElement[bool]] = [column == value for column, value in equal.items() if value]
    if wanted.states:
        asked.append(cases.c.state.in_(wanted.states))
    if wanted.due_before:
        asked.append(_owed(wanted.due_before, wanted.due_since))
    if wanted.late_at:
        ran_out = sa.select(clock_runs.c.id).where(
            clock_runs.c.case_id == cases.c.id, clock_runs.c.outcome == "late", clock_runs.c.key.in_(OWED)
        )
        asked.append(sa.or_(_owed(wanted.late_at), ran_out.exists()))
    if wanted.since:
        asked.append(cases.c.reported_at >= wanted.since)
    if wanted.before:
        asked.append(cases.c.reported_at < wanted.before)
    if wanted.given_since:
        got = sa.select(moves.c.seq).where(moves.c.case_id == cases.c.id, moves.c.at >= wanted.given_since, moves.c.unit_id != "")
        asked.append(got.exists())
    if wanted.returned:
        asked.append(cases.c.return_count > 0)
    if wanted.reopened:
        asked.append(cases.c.reopen_count > 0)
    if wanted.bad_code:
        asked.append(cases.c.source == "bad_code")
    if wanted.grades:
        asked.append(cases.c.grade.in_(wanted.grades))
    if wanted.to_decide:
        asked.append(cases.c.id.in_(sa.union_all(*(sa.select(table.c.case_id).where(ASKED) for table in (extensions, appeals)))))
    if wanted.unrated:
        asked.append(cases.c.grade.is_(None))
    for word in wanted.words:
        asked.append(sa.or_(cases.c.place.contains(word, autoescape=True), cases.c.summary.contains(word, autoescape=True)))
    if wanted.opened:
        asked.append(_opened(scope))
    return asked


def _owed(before: dt.datetime, since: dt.datetime | None = None) -> sa.ColumnElement[bool]:
    """That a clock somebody owes runs and ends in a span."""
    query = sa.select(clocks.c.case_id).where(_runs(), clocks.c.due_at < before)
    return (query.where(clocks.c.due_at >= since) if since else query).exists()


def _next_due() -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.min(clocks.c.due_at, type_=Utc())).where(_runs()).scalar_subquery()


def _unread() -> sa.ColumnElement[bool]:
    new = sa.select(letters.c.id).where(letters.c.case_id == cases.c.id, letters.c.kind.in_(FROM_REPORTER), letters.c.read_at.is_(None))
    return new.exists()


def _runs() -> sa.ColumnElement[bool]:
    return sa.and_(clocks.c.case_id == cases.c.id, RUNNING_CLOCK, clocks.c.key.in_(OWED))


def _place(after: Place) -> sa.Tuple:
    return sa.tuple_(sa.literal(after[0], Utc()), sa.literal(after[1]))


def _all(tx: Tx, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in tx.execute(query).mappings()]
