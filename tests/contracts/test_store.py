"""What the store promises of units of work and of cases, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from service.store import CaseChanged, CaseNumberTaken, Filed, Store
from service.store.cases import (
    cases_of_phone,
    change_case,
    clocks_of,
    counts_by_state,
    due_clocks,
    find_submission,
    get_case,
    get_case_by_id,
    insert_case,
    meet_clocks,
    moves_of,
    newest_cases,
    overdue_cases,
    sealed_of,
    start_clocks,
)
from service.store.outbox import outbox_of
from service.store.queue_sql import Scope, Wanted, queue_rows
from service.store.tables import cases, moves
from tests.parts.filings import NOON, file, rows


def test_a_unit_of_work_that_raises_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as tx:
        file(tx, 1)
        raise RuntimeError("the wall fell down")
    with store.read() as tx:
        assert get_case(tx, "AC000001") is None
        assert tx.scalar(sa.select(sa.func.count()).select_from(moves)) == 0


def test_a_reading_block_cannot_write(store: Store) -> None:
    with pytest.raises(sa.exc.DBAPIError), store.read() as tx:
        file(tx, 1)


def test_a_reading_block_sees_one_unchanging_state(store: Store) -> None:
    with store.read() as before:
        assert counts_by_state(before) == {}
        with store.write() as tx:
            file(tx, 1)
        assert counts_by_state(before) == {}
    with store.read() as after:
        assert counts_by_state(after) == {"assigned": 1}


def test_a_case_comes_back_as_it_went_in(store: Store) -> None:
    with store.write() as tx:
        filed = file(tx, 1)
    assert (filed.case_no, filed.content_hash, filed.created) == ("AC000001", "hash-1", True)
    with store.read() as tx:
        row = get_case(tx, "AC000001")
        assert row is not None
        expected = rows(1)
        assert {name: row[name] for name in expected["row"]} == expected["row"]
        assert row["version"] == 1
        assert row["urgent"] is False
        assert row["spot_id"] is None
        assert row["code_token"] == ""
        assert [move["to_state"] for move in moves_of(tx, filed.id)] == ["reported", "accepted", "assigned"]
        assert [clock["key"] for clock in clocks_of(tx, filed.id)] == ["dispatch", "acknowledge", "handle"]
        assert sealed_of(tx, filed.id) == {"case_id": filed.id, **expected["sealed"]}
        jobs = outbox_of(tx, filed.id)
        assert [(job["destination"], job["payload"], job["state"]) for job in jobs] == [
            ("desk", {"to": "desk"}, "pending"), ("webhook", {"to": "webhook"}, "pending"),
        ]


def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    with store.write() as tx:
        filed = file(tx, 1)
    with store.read() as tx:
        row = get_case_by_id(tx, filed.id)
        assert row is not None
        times = (row["reported_at"], moves_of(tx, filed.id)[0]["at"], outbox_of(tx, filed.id)[0]["created_at"])
    for at in times:
        assert at == NOON
        assert at.utcoffset() == dt.timedelta(0)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises((ValueError, sa.exc.StatementError), match="no time zone"), store.write() as tx:
        file(tx, 1, reported_at=NOON.replace(tzinfo=None))


def test_a_row_with_an_unknown_or_a_missing_column_is_refused(store: Store) -> None:
    with pytest.raises(TypeError, match="colour"), store.write() as tx:
        file(tx, 1, colour="red")
    parts = rows(1)
    del parts["row"]["state"]
    with pytest.raises(TypeError, match="state"), store.write() as tx:
        insert_case(tx, parts.pop("row"), **parts)


def test_a_case_may_come_without_identity_clocks_or_helpers(store: Store) -> None:
    parts = rows(1, helper_ids=[])
    with store.write() as tx:
        filed = insert_case(tx, parts["row"], moves=parts["moves"])
        assert sealed_of(tx, filed.id) is None
        assert clocks_of(tx, filed.id) == []
        assert outbox_of(tx, filed.id) == []


def test_the_same_submission_twice_is_one_case(store: Store) -> None:
    with store.write() as tx:
        first = file(tx, 1)
    with store.write() as tx:
        again = file(tx, 1, case_no="AC000099", content_hash="another hash")
        assert again == Filed(first.id, "AC000001", "hash-1", created=False)
        assert find_submission(tx, "submission-1") == again
        assert find_submission(tx, "submission-2") is None
        assert len(moves_of(tx, first.id)) == 3
        assert len(outbox_of(tx, first.id)) == 2


def test_a_taken_case_number_is_told_and_the_unit_of_work_goes_on(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1)
    with store.write() as tx:
        with pytest.raises(CaseNumberTaken):
            file(tx, 2, case_no="AC000001")
        assert file(tx, 2).created
    with store.read() as tx:
        assert counts_by_state(tx) == {"assigned": 2}


def test_one_submission_sent_by_many_at_once_is_one_case(store: Store) -> None:
    together = threading.Barrier(8)

    def send(number: int) -> Filed:
        together.wait()
        with store.write() as tx:
            return file(tx, 1, case_no=f"AC1000{number:02d}")

    with ThreadPoolExecutor(8) as pool:
        filed = list(pool.map(send, range(8)))
    assert sum(one.created for one in filed) == 1
    assert len({(one.id, one.case_no) for one in filed}) == 1


def test_many_submissions_at_once_that_draw_from_few_numbers_all_get_one(store: Store) -> None:
    numbers = [f"AC2000{number:02d}" for number in range(24)]

    def send(number: int) -> str:
        with store.write() as tx:
            for case_no in numbers[number // 2 :]:
                try:
                    return file(tx, number, case_no=case_no).case_no
                except CaseNumberTaken:
                    continue
        raise AssertionError("no number was left")

    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(send, range(12)))
    assert len(set(drawn)) == 12


def test_changing_a_case_appends_moves_and_counts_the_version_up(store: Store) -> None:
    with store.write() as tx:
        filed = file(tx, 1)
        move = {
            "seq": 4, "action": "acknowledge", "from_state": "assigned", "to_state": "acknowledged",
            "role": "unit", "by": "zhao", "unit_id": "labour", "reason": "", "at": NOON,
        }
        changes = {"state": "acknowledged", "acknowledged_at": NOON, "helper_ids": ["police", "fire"]}
        assert change_case(tx, filed.id, 1, changes, [move]) == 2
        row = get_case_by_id(tx, filed.id, lock=True)
        assert row is not None
        assert (row["state"], row["version"], row["helper_ids"]) == ("acknowledged", 2, ["police", "fire"])
        assert moves_of(tx, filed.id)[-1]["by"] == "zhao"
        assert [len(on_desk(tx, unit)) for unit in ("court", "fire", "police", "labour")] == [0, 1, 1, 1]


def test_of_two_clerks_with_the_same_version_the_second_is_told(store: Store) -> None:
    with store.write() as tx:
        filed = file(tx, 1)
    with store.write() as tx:
        change_case(tx, filed.id, 1, {"holder": "first"})
    with pytest.raises(CaseChanged) as told, store.write() as tx:
        change_case(tx, filed.id, 1, {"holder": "second"})
    assert (told.value.case_id, told.value.version) == (filed.id, 1)
    with store.read() as tx:
        row = get_case_by_id(tx, filed.id)
        assert row is not None and row["holder"] == "first"


def test_the_queue_walks_through_every_case_once_newest_first(store: Store) -> None:
    with store.write() as tx:
        for number in range(25):
            # Five at a time arrive in the same microsecond, so the id has to break the tie at page ends.
            file(tx, number, reported_at=NOON + dt.timedelta(minutes=number // 5))
    seen: list[tuple[dt.datetime, int]] = []
    after = None
    with store.read() as tx:
        while page := newest_cases(tx, after=after, limit=7):
            seen += [(row["reported_at"], row["id"]) for row in page]
            after = seen[-1]
    assert len(seen) == 25
    assert seen == sorted(set(seen), reverse=True)


def test_a_unit_sees_what_it_leads_and_what_it_helps_with_and_nothing_else(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1, lead_unit_id="labour", helper_ids=["police"])
        file(tx, 2, lead_unit_id="police", helper_ids=["labour", "police"])
        file(tx, 3, lead_unit_id="housing", helper_ids=[])
        file(tx, 4, lead_unit_id="labour", helper_ids=[], state="closed", township_id="331081102000")

        def numbers(unit_id: str, **wanted: Any) -> list[str]:
            return [row["case_no"][-1] for row in on_desk(tx, unit_id, **wanted)]

        assert [row["case_no"][-1] for row in newest_cases(tx)] == ["4", "3", "2", "1"]
        assert numbers("labour") == ["4", "2", "1"]
        assert numbers("labour", on_desk=True) == ["2", "1"]
        assert numbers("labour", states=("closed",)) == ["4"]
        assert numbers("police") == ["2", "1"]
        assert numbers("court") == []
        assert [row["case_no"][-1] for row in queue_rows(tx, Scope(unit_id="room", township_ids=("331081102000",)), Wanted())] == ["4"]


def on_desk(tx: Any, unit_id: str, **wanted: Any) -> Sequence[Any]:
    """What the desk of a unit lists, newest first."""
    return queue_rows(tx, Scope(unit_id=unit_id), Wanted(**wanted))


def test_overdue_cases_are_those_still_owed_work(store: Store) -> None:
    with store.write() as tx:
        for number, (state, hours) in enumerate([("assigned", -1), ("returned", -2), ("closed", -3), ("resolved", -4), ("assigned", 1)]):
            file(tx, number, state=state, due_at=NOON + dt.timedelta(hours=hours))
        assert [row["case_no"] for row in overdue_cases(tx, NOON)] == ["AC000001", "AC000000"]


def test_clocks_run_until_they_are_met_and_can_be_started_anew(store: Store) -> None:
    with store.write() as tx:
        filed = file(tx, 1)
        late = NOON + dt.timedelta(hours=3)
        assert [clock["key"] for clock in due_clocks(tx, late)] == ["dispatch", "acknowledge"]
        assert meet_clocks(tx, filed.id, ["acknowledge", "review"], NOON) == 1
        assert meet_clocks(tx, filed.id, ["acknowledge"], late) == 0
        assert [clock["key"] for clock in due_clocks(tx, late)] == ["dispatch"]
        start_clocks(tx, filed.id, [{"key": "acknowledge", "started_at": late, "due_at": late, "source": "setting"}])
        anew = next(clock for clock in clocks_of(tx, filed.id) if clock["key"] == "acknowledge")
        assert (anew["started_at"], anew["met_at"]) == (late, None)


def test_cases_of_one_phone_are_found_by_its_keyed_hash(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1)
        file(tx, 2)
        assert [row["case_no"] for row in cases_of_phone(tx, "phone-1")] == ["AC000002", "AC000001"]
        assert cases_of_phone(tx, "phone-2") == []


def test_a_deleted_case_takes_everything_of_it_along(store: Store) -> None:
    with store.write() as tx:
        filed = file(tx, 1)
        tx.execute(cases.delete())
        assert moves_of(tx, filed.id) == clocks_of(tx, filed.id) == outbox_of(tx, filed.id) == []
        assert sealed_of(tx, filed.id) is None
        assert on_desk(tx, "police") == []
