"""The schedule: once for all workers, once after a pause, again after a crash or a failure."""

import datetime as dt
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.hub.jobs import JOBS
from service.hub.outbox import Worker
from service.hub.schedule import AGAIN_AFTER, LEASE, Daily, Every, Job, Schedule, schedule_data
from service.hub.wakeup import Sleeper

from .conftest import START

HOUR = dt.timedelta(hours=1)


class Noted:
    """Work that notes when it was done, and fails as often as it is told."""

    def __init__(self, *faults):
        self.faults, self.done = list(faults), []

    def __call__(self, hub):
        if self.faults:
            raise self.faults.pop(0)
        self.done.append(hub.clock())


def hourly(work, name="test"):
    return Job(name, Every(HOUR), work)


def test_a_job_is_done_at_once_and_then_once_an_hour(hub, clock):
    work = Noted()
    schedule = Schedule(hub, [hourly(work)])
    assert (schedule.run_due(), schedule.run_due()) == (1, 0)
    clock.move(minutes=59)
    assert schedule.run_due() == 0
    clock.move(minutes=1)
    assert schedule.run_due() == 1
    assert work.done == [START, START + HOUR]


def test_what_was_missed_is_done_once_and_a_restart_does_nothing_twice(hub, clock):
    work = Noted()
    Schedule(hub, [hourly(work)]).run_due()
    clock.move(days=3)
    for _ in range(3):
        Schedule(hub, [hourly(work)]).run_due()
    assert len(work.done) == 2


@pytest.mark.parametrize(
    ("now", "due"),
    [("2026-11-24T10:00", "2026-11-25T01:30"), ("2026-11-24T01:29", "2026-11-24T01:30"), ("2026-12-31T01:30", "2027-01-01T01:30")],
)
def test_a_daily_job_is_due_at_its_time_in_the_county(now, due):
    east = dt.timezone(8 * HOUR)
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=east)
    assert Daily(dt.time(1, 30)).after(moment.astimezone(dt.UTC)) == dt.datetime.fromisoformat(due).replace(tzinfo=east)


def test_two_workers_at_once_do_every_job_once(hub, clock):
    done, lock = [], threading.Lock()

    def work(name):
        def note(_hub):
            with lock:
                done.append(name)

        return note

    jobs = [hourly(work(f"job {number}"), f"job {number}") for number in range(6)]
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda _: Schedule(hub, jobs).run_due(), range(4)))
    assert sorted(done) == [job.name for job in jobs]


def test_the_job_of_a_killed_worker_is_taken_over_when_its_lease_ends(hub, clock):
    def die(_hub):
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            Schedule(hub, [hourly(die)]).run_due()
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    work = Noted()
    schedule = Schedule(hub, [hourly(work)])
    assert schedule.run_due() == 0, "it is still held"
    clock.now += LEASE
    assert schedule.run_due() == 1
    assert work.done == [START + LEASE]


def test_a_job_that_fails_is_kept_with_its_reason_and_tried_again_soon_and_holds_up_no_other(hub, clock):
    broken, fine = Noted(ValueError("no ink")), Noted()
    schedule = Schedule(hub, [hourly(broken, "a"), hourly(fine, "b")])
    schedule.run_due()
    assert len(fine.done) == 1
    told = {row["name"]: row for row in schedule_data(hub)}
    assert (told["a"]["last_error"], told["a"]["finished_at"], told["a"]["next_at"]) == ("ValueError: no ink", None, START + AGAIN_AFTER)
    clock.now += AGAIN_AFTER
    assert schedule.run_due() == 1
    assert schedule_data(hub)[0]["last_error"] == "" and len(broken.done) == 1


def test_a_slow_job_that_was_taken_over_leaves_the_other_workers_note_alone(hub, clock):
    def slow(_hub):
        clock.now += LEASE + dt.timedelta(seconds=1)
        assert Schedule(hub, [hourly(Noted())]).run_due() == 1

    Schedule(hub, [hourly(slow)]).run_due()
    (row,) = schedule_data(hub)
    assert row["next_at"] == START + LEASE + dt.timedelta(seconds=1) + HOUR


def test_the_worker_runs_the_schedule(hub, tmp_path):
    ran = threading.Event()
    sleeper = Sleeper(tmp_path / "var")
    worker = Worker(hub, {}, sleeper, Schedule(hub, [hourly(lambda _hub: ran.set())]).run_due)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert ran.wait(10)
    finally:
        worker.stop()
        thread.join(10)
        sleeper.close()
    assert not thread.is_alive()


def test_every_job_of_the_service_has_a_name_of_its_own_and_can_be_done_in_an_empty_county(hub):
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert Schedule(hub, JOBS).run_due() == sum(isinstance(job.due, Every) for job in JOBS)
    assert [row["last_error"] for row in schedule_data(hub)] == [""] * len(JOBS)
