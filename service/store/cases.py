"""Cases, their moves, clocks and sealed parts: how they come in and how they are found again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from . import intake_sql
from .engine import Tx
from .intake_sql import Filing
from .prepared import Prepared
from .tables import OPEN_CASE, RUNNING_CLOCK, cases, clocks, helpers, moves, sealed

Row = Mapping[str, Any]
Place = tuple[dt.datetime, int]
"""Where a page of the queue ended: ``(reported_at, id)`` of its last case."""


class CaseNumberTaken(Exception):
    """Another case already has this number. Nothing was written and the transaction goes on: draw another number."""

    def __init__(self, case_no: str) -> None:
        super().__init__(f"case number {case_no!r} is taken")
        self.case_no = case_no


class CaseChanged(Exception):
    """Somebody else changed the case since it was read. Nothing was written."""

    def __init__(self, case_id: int, version: int) -> None:
        super().__init__(f"case {case_id} is no longer at version {version}")
        self.case_id, self.version = case_id, version


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a submission.

    Args:
        id, case_no: of the case that now stands for the submission id.
        content_hash: of what is stored; when it differs from what was sent, the id was used for something else.
        created: False when the submission had come before, and nothing was written now.
        counts: where its counters stood with it, in the order of ``Filing.counted``; none of one that is not new.
    """

    id: int
    case_no: str
    content_hash: str
    created: bool
    counts: tuple[int, ...] = ()


def insert_case(
    tx: Tx, row: Row, *, moves: Sequence[Row], clocks: Sequence[Row] = (), sealed: Row | None = None, outbox: Sequence[Row] = ()
) -> Filed:
    """Files a case with everything that belongs to it, or finds the one its submission id made before.

    Args:
        row: columns of ``cases`` without id; left-out ones take their defaults, times are aware.
        moves, clocks, outbox: columns of those tables without case_id; moves are numbered by ``seq`` from 1.
        sealed: ``blob`` and, where known, ``phone_index`` and ``tail_index``.

    Raises:
        CaseNumberTaken: draw another number and call again in the same transaction.
        TypeError: a row names a column that is not there, or leaves one out that has no default.
    """
    (filed,) = insert_cases(tx, [Filing(row, moves, clocks, sealed, outbox)])
    if filed is None:
        raise CaseNumberTaken(row["case_no"])
    return filed


def insert_cases(tx: Tx, filings: Sequence[Filing]) -> list[Filed | None]:
    """What :func:`insert_case` does, for many at once. None stands for a case number that is taken: draw another."""
    found: list[Filed | None] = []
    for filing, inserted in zip(filings, intake_sql.insert(tx, filings), strict=True):
        row = filing.case
        if inserted is not None:
            found.append(Filed(inserted.id, row["case_no"], row["content_hash"], created=True, counts=inserted.counts))
        else:
            found.append(find_submission(tx, row["submission_id"]))
    return found


def mark_new_case(tx: Tx, case_id: int, marks: Sequence[str]) -> None:
    """Writes the marks of a case that was inserted just now; hardly anybody has seen it, so its version stays."""
    _MARK.one(tx, {"wanted_id": case_id, "new_marks": list(marks)})


def _mark(_dialect: sa.Dialect) -> sa.ClauseElement:
    wanted = cases.c.id == sa.bindparam("wanted_id", type_=cases.c.id.type)
    return cases.update().where(wanted).values(marks=sa.bindparam("new_marks", type_=cases.c.marks.type))


_MARK = Prepared(_mark)


def find_submission(tx: Tx, submission_id: str) -> Filed | None:
    """The case that a submission id made, if it made one."""
    found = tx.execute(
        sa.select(cases.c.id, cases.c.case_no, cases.c.content_hash).where(cases.c.submission_id == submission_id)
    ).first()
    return Filed(*found, created=False) if found else None


def get_case(tx: Tx, case_no: str, *, lock: bool = False) -> dict[str, Any] | None:
    """The whole row of a case by its number; with ``lock``, held on PostgreSQL until the unit of work ends."""
    query = sa.select(cases).where(cases.c.case_no == case_no)
    return _one(tx, query.with_for_update() if lock else query)


def get_case_by_id(tx: Tx, case_id: int, *, lock: bool = False) -> dict[str, Any] | None:
    """The whole row of a case; with ``lock``, held on PostgreSQL until the unit of work ends."""
    query = sa.select(cases).where(cases.c.id == case_id)
    return _one(tx, query.with_for_update() if lock else query)


def moves_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """The history of a case, oldest first."""
    return _all(tx, sa.select(moves).where(moves.c.case_id == case_id).order_by(moves.c.seq))


def clocks_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """The deadlines of a case, nearest first."""
    return _all(tx, sa.select(clocks).where(clocks.c.case_id == case_id).order_by(clocks.c.due_at, clocks.c.key))


def sealed_of(tx: Tx, case_id: int) -> dict[str, Any] | None:
    """What is sealed of a case: ``blob``, ``phone_index``, ``tail_index``."""
    return _one(tx, sa.select(sealed).where(sealed.c.case_id == case_id))


def with_phone(tx: Tx, case_ids: Collection[int]) -> list[dict[str, Any]]:
    """Those of the cases whose reporter left a number: whole rows, with its ``phone_index``."""
    query = sa.select(cases, sealed.c.phone_index).join(sealed, sealed.c.case_id == cases.c.id)
    return _all(tx, query.where(cases.c.id.in_(list(case_ids)), sealed.c.phone_index.is_not(None)).order_by(cases.c.id))


def cases_since(tx: Tx, scene_key: str, since: dt.datetime, after_id: int = 0, limit: int = 200) -> list[dict[str, Any]]:
    """Cases of a scene that were reported from a moment on, by id; ``after_id`` is that of the last one of the page before."""
    wanted = (cases.c.scene_key == scene_key) & (cases.c.reported_at >= since) & (cases.c.id > after_id)
    return _all(tx, sa.select(cases).where(wanted).order_by(cases.c.id).limit(limit))


def change_case(tx: Tx, case_id: int, version: int, changes: Row, new_moves: Sequence[Row] = ()) -> int:
    """Changes columns of a case and appends moves, if it is still at the version that was read.

    Returns:
        The new version.

    Raises:
        CaseChanged: somebody else was first.
    """
    held = cases.c.id == case_id
    statement = cases.update().where(held, cases.c.version == version).values(**changes, version=version + 1)
    if tx.execute(statement).rowcount != 1:
        raise CaseChanged(case_id, version)
    if new_moves:
        tx.execute(moves.insert(), [{**move, "case_id": case_id} for move in new_moves])
    if "helper_ids" in changes:
        tx.execute(helpers.delete().where(helpers.c.case_id == case_id))
        rows = [{"case_id": case_id, "unit_id": unit_id} for unit_id in dict.fromkeys(changes["helper_ids"])]
        if rows:
            tx.execute(helpers.insert(), rows)
    return version + 1


def start_clocks(tx: Tx, case_id: int, rows: Sequence[Row]) -> None:
    """Starts clocks of a case; one that runs already is started anew."""
    if not rows:
        return
    keys = [row["key"] for row in rows]
    tx.execute(clocks.delete().where(clocks.c.case_id == case_id, clocks.c.key.in_(keys)))
    tx.execute(clocks.insert(), [{**row, "case_id": case_id} for row in rows])


def meet_clocks(tx: Tx, case_id: int, keys: Collection[str], now: dt.datetime) -> int:
    """Marks running clocks of a case as met. Returns how many were running."""
    running = (clocks.c.case_id == case_id) & clocks.c.key.in_(list(keys)) & RUNNING_CLOCK
    return tx.execute(clocks.update().where(running).values(met_at=now)).rowcount


def newest_cases(tx: Tx, *, after: Place | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """A page of all cases, newest first; ``after`` is the place of the last case of the page before. The desk's lists: ``queue_sql``."""
    query = sa.select(cases).order_by(cases.c.reported_at.desc(), cases.c.id.desc()).limit(limit)
    if after is not None:
        at = sa.literal(after[0], cases.c.reported_at.type)
        query = query.where(sa.tuple_(cases.c.reported_at, cases.c.id) < sa.tuple_(at, sa.literal(after[1])))
    return _all(tx, query)


def overdue_cases(tx: Tx, now: dt.datetime, *, limit: int = 200) -> list[dict[str, Any]]:
    """Cases still owed work whose handling was due before ``now``, the latest first in line."""
    late = sa.select(cases).where(OPEN_CASE, cases.c.due_at < now)
    return _all(tx, late.order_by(cases.c.due_at, cases.c.id).limit(limit))


def due_clocks(tx: Tx, before: dt.datetime, *, key: str = "", limit: int = 500) -> list[dict[str, Any]]:
    """Running clocks that are due before a time, earliest first; only those of one key where one is given."""
    running = sa.select(clocks).where(RUNNING_CLOCK, clocks.c.due_at < before)
    if key:
        running = running.where(clocks.c.key == key)
    return _all(tx, running.order_by(clocks.c.due_at, clocks.c.case_id, clocks.c.key).limit(limit))


def cases_of_phone(tx: Tx, phone_index: str, *, limit: int = 50) -> list[dict[str, Any]]:
    """Cases whose reporter left this number (its keyed hash), newest first."""
    query = sa.select(cases).join(sealed, sealed.c.case_id == cases.c.id).where(sealed.c.phone_index == phone_index)
    return _all(tx, query.order_by(cases.c.reported_at.desc(), cases.c.id.desc()).limit(limit))


def merged_into(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """Cases that were merged into this one, oldest first."""
    return _all(tx, sa.select(cases).where(cases.c.main_case_id == case_id, cases.c.main_case_id.is_not(None)).order_by(cases.c.id))


def counts_by_state(tx: Tx) -> dict[str, int]:
    """How many cases stand in each state."""
    found = tx.execute(sa.select(cases.c.state, sa.func.count()).group_by(cases.c.state))
    return {state: int(count) for state, count in found}


def _one(tx: Tx, query: sa.Select[Any]) -> dict[str, Any] | None:
    found = tx.execute(query).mappings().first()
    return dict(found) if found else None


def _all(tx: Tx, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in tx.execute(query).mappings()]
