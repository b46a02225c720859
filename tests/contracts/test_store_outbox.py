"""What the store promises of the outbox, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.store import Store
from service.store.cases import get_case_by_id
from service.store.outbox import (
    LONGEST_WAIT_SECONDS,
    MOST_ATTEMPTS,
    add_outbox,
    back_off,
    fail_outbox,
    failed_jobs,
    finish_outbox,
    lease_outbox,
    mark_cases_delivered,
    next_job_at,
    oldest_open_job,
    outbox_counts,
    outbox_of,
    retry_failed,
)
from tests.parts.filings import NOON, file

MINUTE = dt.timedelta(minutes=1)


def test_a_leased_job_is_nobody_elses_until_the_lease_ends(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1)
    with store.write() as tx:
        assert [job["attempts"] for job in lease_outbox(tx, NOON, lease_seconds=60)] == [1, 1]
    with store.write() as tx:
        assert lease_outbox(tx, NOON + MINUTE / 2) == []
        assert [job["attempts"] for job in lease_outbox(tx, NOON + MINUTE)] == [2, 2]


def test_a_job_is_not_leased_before_its_time(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1)
        assert lease_outbox(tx, NOON - dt.timedelta(seconds=1)) == []
        assert next_job_at(tx) == NOON


def test_many_workers_at_once_get_every_job_exactly_once(store: Store) -> None:
    with store.write() as tx:
        for number in range(30):
            file(tx, number)

    def work(_worker: int) -> list[int]:
        taken: list[int] = []
        while True:
            with store.write() as tx:
                jobs = lease_outbox(tx, NOON, limit=7)
            if not jobs:
                return taken
            taken += [job["id"] for job in jobs]

    with ThreadPoolExecutor(6) as pool:
        taken = [job for jobs in pool.map(work, range(6)) for job in jobs]
    assert len(taken) == len(set(taken)) == 60


def test_a_lease_held_open_does_not_make_others_wait_on_postgresql(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    with store.write() as tx:
        file(tx, 1)
    with store.write() as one, store.write() as other:
        assert len(lease_outbox(one, NOON, limit=1)) == 1
        assert len(lease_outbox(other, NOON)) == 1
    store.close()


def test_a_delivered_job_is_done(store: Store) -> None:
    with store.write() as tx:
        filed = file(tx, 1)
        job, _other = lease_outbox(tx, NOON)
        finish_outbox(tx, [job], NOON + MINUTE)
        finish_outbox(tx, [job], NOON + 2 * MINUTE)
        mark_cases_delivered(tx, [filed.id], NOON + MINUTE)
        mark_cases_delivered(tx, [filed.id], NOON + 2 * MINUTE)
        done = outbox_of(tx, filed.id)[0]
        assert (done["state"], done["delivered_at"]) == ("delivered", NOON + MINUTE)
        row = get_case_by_id(tx, filed.id)
        assert row is not None
        assert (row["delivered_at"], row["version"]) == (NOON + MINUTE, 1)
        assert outbox_counts(tx) == {"delivered": 1, "leased": 1}


def test_a_failed_job_comes_back_after_a_wait_that_doubles(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1)
        now = NOON
        for attempt in range(1, 4):
            job = next(job for job in lease_outbox(tx, now) if job["destination"] == "desk")
            assert job["attempts"] == attempt
            fail_outbox(tx, job, now, "connection refused")
            assert next(row for row in outbox_of(tx, job["case_id"]) if row["id"] == job["id"])["last_error"] == "connection refused"
            now += back_off(attempt)
        assert now - NOON == dt.timedelta(seconds=2 + 4 + 8)


@pytest.mark.parametrize("attempts", [1, 5, 12, 13, 29, 10_000])
def test_the_wait_grows_up_to_an_hour_and_no_further(attempts: int) -> None:
    assert dt.timedelta(seconds=2) <= back_off(attempts) <= dt.timedelta(seconds=LONGEST_WAIT_SECONDS)
    assert back_off(attempts) <= back_off(attempts + 1)


def test_a_receiver_that_names_a_time_is_believed(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1)
        for job in lease_outbox(tx, NOON):
            fail_outbox(tx, job, NOON, "503", wait=10 * MINUTE)
        assert lease_outbox(tx, NOON + 9 * MINUTE) == []
        assert len(lease_outbox(tx, NOON + 10 * MINUTE)) == 2


def test_a_job_given_up_stays_visible_and_can_be_sent_again(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1)
        first, second = lease_outbox(tx, NOON)
        fail_outbox(tx, first, NOON, "410 gone", final=True)
        fail_outbox(tx, {**second, "attempts": 1}, NOON, "x" * 5000)
        assert [job["last_error"] for job in failed_jobs(tx)] == ["410 gone"]
        assert lease_outbox(tx, NOON + dt.timedelta(days=9))[0]["id"] == second["id"]
        assert retry_failed(tx, NOON, [second["id"]]) == 0
        assert retry_failed(tx, NOON) == 1
        again = lease_outbox(tx, NOON)
        assert [(job["id"], job["attempts"]) for job in again] == [(first["id"], 1)]


def test_a_job_that_failed_too_often_is_given_up(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1)
        now = NOON
        for _attempt in range(MOST_ATTEMPTS):
            for job in lease_outbox(tx, now):
                fail_outbox(tx, job, now, "refused")
            now += dt.timedelta(seconds=LONGEST_WAIT_SECONDS)
        assert outbox_counts(tx) == {"failed": 2}
        assert oldest_open_job(tx) is None


def test_a_worker_whose_lease_ran_out_cannot_fail_a_job_that_another_has(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1)
        slow = lease_outbox(tx, NOON)
        lease_outbox(tx, NOON + MINUTE)
        for job in slow:
            fail_outbox(tx, job, NOON + MINUTE, "too late", final=True)
        assert outbox_counts(tx) == {"leased": 2}


def test_a_job_with_a_key_that_was_there_is_not_added_again(store: Store) -> None:
    with store.write() as tx:
        filed = file(tx, 1)
        job = {"case_id": filed.id, "kind": "notice", "destination": "desk", "payload": {}, "next_at": NOON, "created_at": NOON}
        add_outbox(tx, [{**job, "dedupe_key": "1:desk"}, {**job, "dedupe_key": "1:notice"}])
        add_outbox(tx, [])
        assert [row["kind"] for row in outbox_of(tx, filed.id)] == ["case.assigned", "case.assigned", "notice"]
        assert oldest_open_job(tx) == NOON
