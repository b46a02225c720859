"""What the store promises of the schedule, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from service.store import Store
from service.store.schedules import all_schedules, claim_schedule, due_schedules, finish_schedule, know_schedules
from tests.parts.filings import NOON

MINUTE = dt.timedelta(minutes=1)
LEASE = 5 * MINUTE


def known(store: Store, **first: dt.datetime) -> None:
    with store.write() as tx:
        know_schedules(tx, first)


def claim(store: Store, name: str, now: dt.datetime) -> bool:
    with store.write() as tx:
        return claim_schedule(tx, name, now, LEASE)


def test_a_job_that_is_known_keeps_its_time_when_it_is_made_known_again(store: Store) -> None:
    known(store, house=NOON, report=NOON + MINUTE)
    known(store, house=NOON + LEASE)
    with store.read() as tx:
        assert due_schedules(tx, NOON - MINUTE) == []
        assert due_schedules(tx, NOON + MINUTE) == ["house", "report"]


def test_of_many_workers_at_once_one_gets_the_job(store: Store) -> None:
    known(store, house=NOON)
    with ThreadPoolExecutor(8) as workers:
        assert sum(workers.map(lambda number: claim(store, "house", NOON + number * dt.timedelta(milliseconds=1)), range(16))) == 1


def test_a_job_that_is_held_is_nobody_elses_until_the_lease_ends(store: Store) -> None:
    known(store, house=NOON)
    assert claim(store, "house", NOON)
    with store.read() as tx:
        assert due_schedules(tx, NOON + LEASE - MINUTE) == []
    assert not claim(store, "house", NOON + LEASE - MINUTE)
    assert claim(store, "house", NOON + LEASE)


def test_a_worker_whose_lease_ran_out_writes_nothing_over_the_next_one(store: Store) -> None:
    known(store, house=NOON)
    claim(store, "house", NOON)
    claim(store, "house", NOON + LEASE)
    with store.write() as tx:
        assert not finish_schedule(tx, "house", NOON, NOON + LEASE + MINUTE, NOON + 60 * MINUTE)
        assert finish_schedule(tx, "house", NOON + LEASE, NOON + LEASE + MINUTE, NOON + 60 * MINUTE)
        (row,) = all_schedules(tx)
    assert (row["finished_at"], row["next_at"], row["lease_until"]) == (NOON + LEASE + MINUTE, NOON + 60 * MINUTE, None)


def test_a_failure_is_kept_with_its_reason_and_is_no_finish(store: Store) -> None:
    known(store, house=NOON)
    claim(store, "house", NOON)
    with store.write() as tx:
        finish_schedule(tx, "house", NOON, NOON, NOON + MINUTE, "ValueError: no")
        (row,) = all_schedules(tx)
    assert (row["last_error"], row["finished_at"], row["next_at"]) == ("ValueError: no", None, NOON + MINUTE)
