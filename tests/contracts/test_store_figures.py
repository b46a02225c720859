"""What the store counts for the board, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from service.store import Store, Tx
from service.store.clock_runs import add_runs
from service.store.figures import COUNTS, Which, cube, late_cases, lines, open_matters, runs_by_unit, sealed_count
from service.store.tables import clocks
from service.store.tables_handling import appeals, extensions, supervisions
from tests.parts.filings import NOON, file

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
NOVEMBER = Which(NOON - 22 * DAY, NOON + 7 * DAY)


def filed(tx: Tx, number: int, *, runs: dict[str, str] | None = None, **case: Any) -> int:
    """A case whose clocks are all met, with runs of these outcomes by key."""
    case_id = file(tx, number, **case).id
    tx.execute(clocks.update().where(clocks.c.case_id == case_id).values(met_at=NOON))
    row = {"case_id": case_id, "unit_id": "labour", "started_at": NOON, "due_at": NOON, "ended_at": NOON, "provisional": False}
    add_runs(tx, [row | {"key": key, "outcome": outcome} for key, outcome in (runs or {}).items()])
    return case_id


def total(tx: Tx, which: Which = NOVEMBER, now: dt.datetime = NOON + DAY) -> dict[str, int]:
    rows = cube(tx, which, now, MINUTE)
    return {name: sum(row[name] for row in rows) for name in COUNTS}


def test_every_count_counts_what_it_says(store: Store) -> None:
    good = {"acknowledge": "met", "handle": "met"}
    with store.write() as tx:
        filed(tx, 1, runs=good, state="closed", delivered_at=NOON + MINUTE, grade=3)
        filed(tx, 2, runs={"acknowledge": "late", "handle": "late"}, state="closed", delivered_at=NOON + 1.01 * MINUTE, grade=2, return_count=1)
        filed(tx, 3, runs={"acknowledge": "met", "handle": "void"}, state="in_handling", reopen_count=2, grade=1, assigned_at=NOON + 2 * MINUTE)
        filed(tx, 4, state="merged")
        filed(tx, 5, state="rejected")
    with store.read() as tx:
        assert total(tx) == {
            "received": 5, "assigned_in_time": 4, "delivered_in_time": 1, "undelivered": 3, "open": 1, "closed": 2, "closed_in_time": 1,
            "came_due": 2, "acknowledged_in_time": 2, "acknowledge_due": 3, "late": 1, "returned": 1, "reopened": 1, "rated": 3,
            "judged": 3, "satisfied": 1, "bad": 2, "unrated": 0, "merged": 1, "rejected": 1,
        }  # fmt: skip


def test_a_clock_that_has_run_out_and_still_runs_is_late(store: Store) -> None:
    with store.write() as tx:
        case_id = filed(tx, 1)
        tx.execute(clocks.update().where(clocks.c.case_id == case_id, clocks.c.key == "acknowledge").values(met_at=None))
    with store.read() as tx:
        before, after = total(tx, now=NOON + 2 * HOUR), total(tx, now=NOON + 2 * HOUR + MINUTE)
    assert (before["late"], before["acknowledge_due"]) == (0, 0)
    assert (after["late"], after["acknowledge_due"], after["acknowledged_in_time"], after["came_due"]) == (1, 1, 0, 0)


def test_a_day_is_a_day_of_the_county(store: Store) -> None:
    with store.write() as tx:
        filed(tx, 1, reported_at=dt.datetime(2026, 11, 22, 15, 59, 59, tzinfo=dt.UTC))
        filed(tx, 2, reported_at=dt.datetime(2026, 11, 22, 16, 0, tzinfo=dt.UTC))
    with store.read() as tx:
        assert {row["day"] for row in cube(tx, NOVEMBER, NOON, MINUTE)} == {"2026-11-22", "2026-11-23"}


@pytest.mark.parametrize(
    ("filters", "found"),
    [({}, 2), ({"township_ids": ("331081101000",)}, 1), ({"unit_id": "labour"}, 2), ({"scene_key": "campus"}, 0), ({"unit_id": "police"}, 0)],
)
def test_filters_and_sealed_cases(store: Store, filters: dict[str, Any], found: int) -> None:
    with store.write() as tx:
        filed(tx, 1)
        filed(tx, 2, township_id="331081102000")
        filed(tx, 3, scene_key="campus", visibility="sealed")
        filed(tx, 4, reported_at=NOON - 30 * DAY)
    with store.read() as tx:
        assert total(tx, Which(NOVEMBER.since, NOVEMBER.before, **filters))["received"] == found
        assert sealed_count(tx, NOVEMBER.since, NOVEMBER.before) == 1


def test_late_cases_stand_in_the_order_in_which_they_ran_out_and_once(store: Store) -> None:
    with store.write() as tx:
        for number in (1, 2):
            file(tx, number)
        file(tx, 3, visibility="sealed")
        file(tx, 4, state="closed")
    with store.read() as tx:
        rows = late_cases(tx, NOVEMBER, NOON + 30 * DAY, 10)
        assert [(row["case_no"], row["late_key"]) for row in rows] == [("AC000001", "acknowledge"), ("AC000002", "acknowledge")]
        assert late_cases(tx, NOVEMBER, NOON, 10) == []


def test_what_waits_for_an_answer_or_a_decision(store: Store) -> None:
    with store.write() as tx:
        case_id, hidden = filed(tx, 1), filed(tx, 2, visibility="sealed")
        asked = {"kind": "supervision", "unit_id": "labour", "by": "centre", "at": NOON, "due_at": NOON + DAY}
        for one in (case_id, hidden):
            tx.execute(supervisions.insert(), {**asked, "case_id": one})
        tx.execute(supervisions.insert(), {**asked, "case_id": case_id, "kind": "reminder"})
        tx.execute(supervisions.insert(), {**asked, "case_id": case_id, "answered_at": NOON})
        wish = {"clock_key": "handle", "working_days": 3, "reason": "等部件", "unit_id": "labour", "asked_by": "a", "asked_at": NOON, "due_before": NOON}
        tx.execute(extensions.insert(), [{**wish, "case_id": case_id, "state": state} for state in ("asked", "granted")])
        tx.execute(appeals.insert(), {"case_id": case_id, "round": 1, "at": NOON, "blob": b"sealed"})
    with store.read() as tx:
        told = open_matters(tx, NOVEMBER, 10)
    assert {name: len(rows) for name, rows in told.items()} == {"supervisions": 1, "extensions": 1, "appeals": 1}
    assert told["supervisions"][0] == {"case_no": "AC000001", "unit_id": "labour", "at": NOON, "due_at": NOON + DAY}


def test_lines_come_page_by_page(store: Store) -> None:
    with store.write() as tx:
        ids = [filed(tx, number) for number in range(5)]
    with store.read() as tx:
        first = lines(tx, NOVEMBER, NOON, MINUTE, limit=3)
        rest = lines(tx, NOVEMBER, NOON, MINUTE, after=first[-1]["id"], limit=3)
    assert [row["id"] for row in (*first, *rest)] == ids
    assert first[0]["is_assigned_in_time"] and not first[0]["is_closed"]


def test_a_clock_is_laid_to_the_unit_that_held_the_case_when_it_ended(store: Store) -> None:
    with store.write() as tx:
        case_id = filed(tx, 1, runs={"acknowledge": "met", "handle": "void"}, lead_unit_id="housing")
        row = {"case_id": case_id, "unit_id": "housing", "started_at": NOON, "due_at": NOON, "ended_at": NOON, "provisional": False}
        add_runs(tx, [row | {"key": "acknowledge", "outcome": outcome} for outcome in ("late", "met", "late")])
        filed(tx, 2, runs={"handle": "late"}, visibility="sealed")
        add_runs(tx, [row | {"key": "handle", "outcome": "late", "ended_at": NOON - 40 * DAY}])
    with store.read() as tx:
        found = {row["unit_id"]: row for row in runs_by_unit(tx, NOVEMBER)}
        mine = runs_by_unit(tx, Which(NOVEMBER.since, NOVEMBER.before, unit_id="labour"))
    assert found == {
        "labour": {"unit_id": "labour", "key": "acknowledge", "met": 1, "late": 0},
        "housing": {"unit_id": "housing", "key": "acknowledge", "met": 1, "late": 2},
    }
    assert [row["unit_id"] for row in mine] == ["labour"]
