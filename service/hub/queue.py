"""The queue of the desk: which cases somebody may see in a list, how many there are, and how much of each.

The rule it keeps: what concerns somebody and what of it they see is decided in ``permissions.py``; a list never shows a
person; where somebody sees the number of a case only, its row says number and state and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from gonzhi_code.cases import State
from gonzhi_code.deadlines import Deadline, TimeUnit
from service.store import queue_sql
from service.store.engine import Tx

from .accounts import User
from .context import Hub
from .permissions import Sight, Verb, may, sight
from .queue_asked import DESK_TABS, Asked, decides, scope_of, wanted_of
from .receipts import unit_of

PAGE_SIZE = 200
MOST_COUNTED = 1000
LOOK_BACK = dt.timedelta(minutes=1)
"""Arrivals are asked for from a minute before the last answer: what was being written then was not seen. The page drops repeats."""
_CURSOR_LABEL = "gonzhi.queue-cursor.v1"


@dataclass(frozen=True, slots=True)
class Due:
    """The nearest end of a clock that somebody owes: which clock, when, and the unit it counts in."""

    key: str
    deadline: Deadline
    unit: TimeUnit


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue; where ``hidden``, everything but number and state is empty.

    Args:
        returns, reopenings: how often it was sent back and reopened; supervised: level of supervision, 0 for none.
        unread: the reporter wrote something that the unit has not read yet.
        acknowledgeable: it waits for this user's unit to confirm that it has it.
    """

    case_no: str
    state: str
    hidden: bool
    scene_key: str = ""
    lead: str = ""
    place: str = ""
    summary: str = ""
    priority: str = ""
    urgent: bool = False
    marks: tuple[str, ...] = ()
    due: Due | None = None
    received_at: dt.datetime | None = None
    returns: int = 0
    reopenings: int = 0
    supervised: int = 0
    unread: bool = False
    acknowledgeable: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, and where the next page starts (``""`` on the last one).

    Args:
        total: lines on all pages, counted up to :data:`MOST_COUNTED`.
        counts: by tab of what lies on a desk, under the same filters.
    """

    rows: tuple[Row, ...]
    after: str
    total: int
    counts: Mapping[str, int]


def queue(hub: Hub, user: User, asked: Asked | None = None, after: str | None = None, *, size: int = PAGE_SIZE) -> Page:
    """One page of what a user may see.

    Args:
        asked: tab, order and filters; None for everything open, what is due first on top.
        after: ``Page.after`` of the page before; nonsense counts as the first page.
        size: most lines on the page.
    """
    asked, now = asked or Asked(), hub.clock()
    scope, wanted = scope_of(hub, user), wanted_of(asked, user, now)
    late_first = asked.sort == "late" and wanted.on_desk
    place = _read_cursor(hub, after, late_first)
    with hub.store.read() as tx:
        found = queue_sql.queue_rows(tx, scope, wanted, late_first=late_first, after=place, limit=size + 1)
        counts = _counts(tx, hub, user, asked, now)
        total = counts.get(asked.tab)
        if total is None:
            total = queue_sql.count_rows(tx, scope, wanted, most=MOST_COUNTED)
        rows = rows_of(tx, hub, user, found[:size])
    last = found[size - 1] if len(found) > size else None
    cursor = _cursors(hub).dumps([late_first, last["sorted"].isoformat(), last["id"]]) if last else ""
    return Page(rows=rows, after=cursor, total=total, counts=counts)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came since the last look: lines, the numbers of the tabs, and from when to look next."""

    rows: tuple[Row, ...]
    counts: Mapping[str, int]
    now: dt.datetime


def arrivals(hub: Hub, user: User, asked: Asked, since: dt.datetime, *, size: int = 50) -> Arrivals:
    """The lines of a list that were given to whoever has them since a time, oldest first, and all numbers anew."""
    now = hub.clock()
    wanted = wanted_of(asked, user, now)
    with hub.store.read() as tx:
        counts = _counts(tx, hub, user, asked, now)
        rows: tuple[Row, ...] = ()
        if wanted.on_desk:
            wanted = replace(wanted, given_since=max(since, now - dt.timedelta(days=1)) - LOOK_BACK)
            found = queue_sql.queue_rows(tx, scope_of(hub, user), wanted, limit=size)
            rows = rows_of(tx, hub, user, found[::-1])
    return Arrivals(rows, counts, now)


def rows_of(tx: Tx, hub: Hub, user: User, found: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Lines of the queue from rows of the store."""
    running = queue_sql.running_clocks(tx, [row["id"] for row in found])
    return tuple(_row(hub, user, row, running.get(row["id"], [])) for row in found)


def _counts(tx: Tx, hub: Hub, user: User, asked: Asked, now: dt.datetime) -> dict[str, int]:
    wanted = {tab: wanted_of(asked.at(tab=tab), user, now) for tab in DESK_TABS}
    counts = queue_sql.count_each(tx, scope_of(hub, user), wanted)
    if decides(user):
        counts["decide"] = queue_sql.count_rows(tx, scope_of(hub, user), wanted_of(asked.at(tab="decide"), user, now), most=MOST_COUNTED)
    return counts


def _row(hub: Hub, user: User, row: Mapping[str, Any], running: Sequence[Mapping[str, Any]]) -> Row:
    if sight(hub.county, user, row) < Sight.CASE:
        return Row(row["case_no"], row["state"], True)
    nearest = running[0] if running else None
    waits = row["state"] == State.ASSIGNED.value and row["holder"] == user.unit_id
    return Row(
        case_no=row["case_no"],
        state=row["state"],
        hidden=False,
        scene_key=row["scene_key"],
        lead=unit_of(hub, row["lead_unit_id"]).name,
        place=row["place"],
        summary=row["summary"],
        priority=row["priority"],
        urgent=row["urgent"],
        marks=tuple(row["marks"]),
        due=_due(nearest) if nearest else None,
        received_at=row["reported_at"],
        returns=row["return_count"],
        reopenings=row["reopen_count"],
        supervised=row["supervision_level"],
        unread=bool(row.get("unread")),
        acknowledgeable=waits and may(user, Verb.ACKNOWLEDGE),
    )


def _due(clock: Mapping[str, Any]) -> Due:
    unit = TimeUnit(clock["unit"]) if clock["unit"] else TimeUnit.WORKING_DAYS
    return Due(clock["key"], Deadline(clock["due_at"], clock["provisional"]), unit)


def _cursors(hub: Hub) -> URLSafeSerializer:
    return URLSafeSerializer(hub.sealer.derive(_CURSOR_LABEL), salt=_CURSOR_LABEL)


def _read_cursor(hub: Hub, text: str | None, late_first: bool) -> queue_sql.Place | None:
    """Where a page starts; a place in a list of another order is none in this one."""
    if not text:
        return None
    try:
        order, at, case_id = _cursors(hub).loads(text[:300])
    except BadSignature:
        return None
    return (dt.datetime.fromisoformat(at), int(case_id)) if order == late_first else None
