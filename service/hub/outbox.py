"""The outbox worker: tells the desk and other hubs what intake wrote down, at least once.

The rule it keeps: nothing that was accepted stays untold. Jobs are leased in batches, so a worker that dies leaves them to
the next one when the lease ends; a delivery that fails is stored with its reason and tried again, later each time and not
all at once; one that keeps failing stays visible until a person puts it back in line. Every destination has a lane of its
own, so a hub that hangs holds up neither the desk nor another hub. A failure of any kind ends in the database, never the
worker: this is the one place that catches everything.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from service.connectors import Connector, DeliveryFailed, Message
from service.store import StoreFault, accounts, counters, outbox

from .context import Hub
from .drafting import DESK
from .putting import put_on_desk
from .wakeup import GATHER_SECONDS, Sleeper

LEASE_SECONDS = 60
BATCH = 100
BATCH_SECONDS = 25.0
"""A batch is cut off after this long, well within its lease, and the rest put back."""
NOTE_SECONDS = 0.5
"""How often a batch at work notes what it delivered so far; a worker that is killed repeats no more than that."""
POLL_SECONDS = 0.3
TICK_SECONDS = 1.0
"""Pause between two looks at what else is due (schedule.py)."""
COUNTERS_KEPT = dt.timedelta(days=2)
JITTER = (0.75, 1.25)
"""Waits are stretched by a random factor, so that a hub that comes back does not meet every job at once."""

log = logging.getLogger("gonzhi.outbox")


class Lane:
    """Delivers what goes to one destination.

    Args:
        name: the destination; deliver: hands one job over and returns when the other side has it.
    """

    def __init__(self, hub: Hub, name: str, deliver: Callable[[Mapping[str, Any]], None]) -> None:
        self._hub = hub
        self.name = name
        self._hand_over = deliver

    @classmethod
    def to(cls, hub: Hub, name: str, connector: Connector) -> Lane:
        """The lane of a connector."""
        return cls(hub, name, lambda job: connector.deliver(_message(hub, job)))

    def run_once(self) -> int:
        """Lease one batch and deliver it. Returns how many jobs were in it."""
        with self._hub.store.write() as tx:
            jobs = outbox.lease_outbox(tx, self._hub.clock(), BATCH, LEASE_SECONDS, only=(self.name,))
        if jobs:
            self._work_off(jobs)
        return len(jobs)

    def _work_off(self, jobs: list[dict[str, Any]]) -> None:
        started = noted = time.monotonic()
        down = ""
        delivered: list[dict[str, Any]] = []
        try:
            for job in jobs:
                if time.monotonic() - started > BATCH_SECONDS:
                    self._note(job, "put back: the batch took too long", dt.timedelta(0))
                elif down:
                    self._note(job, f"not tried: {down}", _wait(job))
                elif failed := self._deliver(job):
                    down = failed if failed.startswith("no answer") else ""
                else:
                    delivered.append(job)
                if delivered and time.monotonic() - noted > NOTE_SECONDS:
                    noted = time.monotonic()
                    self._finish(delivered)
        finally:
            # Whatever ends the batch early, what was delivered is not to be repeated.
            self._finish(delivered)

    def _deliver(self, job: dict[str, Any]) -> str:
        """Deliver one job. Returns why that failed, which is noted then; ``""`` where it did not."""
        try:
            self._hand_over(job)
        except DeliveryFailed as failed:
            wait = max(_wait(job), dt.timedelta(seconds=failed.retry_after))
            self._note(job, failed.reason, wait)
            return failed.reason
        except Exception as error:
            # Whatever a connector does wrong must cost neither the job nor the worker.
            log.exception("connector %s broke on job %s", self.name, job["id"])
            reason = f"{type(error).__name__}: {error}"
            self._note(job, reason, _wait(job))
            return reason
        return ""

    def _finish(self, delivered: list[dict[str, Any]]) -> None:
        """Note what was delivered, many jobs in one unit of work, and forget it."""
        if delivered:
            with self._hub.store.write() as tx:
                outbox.finish_outbox(tx, delivered, self._hub.clock())
            delivered.clear()

    def _note(self, job: Mapping[str, Any], reason: str, wait: dt.timedelta) -> None:
        log.warning("job %s to %s failed, try %s: %s", job["id"], self.name, job["attempts"], reason)
        with self._hub.store.write() as tx:
            outbox.fail_outbox(tx, job, self._hub.clock(), reason, wait=wait)


class DeskLane(Lane):
    """Puts cases on our own desk, which reads the same database: what is committed there is delivered.

    So a batch is taken, delivered and finished in one unit of work, without a lease.
    """

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, DESK, self._put_one)

    def run_once(self) -> int:
        """Put one batch on the desk. Returns how many jobs were in it."""
        try:
            with self._hub.store.write() as tx:
                now = self._hub.clock()
                jobs = outbox.take_outbox(tx, now, DESK, BATCH)
                if jobs:
                    put_on_desk(self._hub, tx, jobs, now)
                    outbox.finish_outbox(tx, jobs, now)
            return len(jobs)
        except StoreFault:
            raise
        except Exception:
            # One job must not keep the others from the desk: it alone is to wait.
            log.exception("a batch for the desk broke; its jobs are tried one by one")
        return super().run_once()

    def _put_one(self, job: Mapping[str, Any]) -> None:
        with self._hub.store.write() as tx:
            put_on_desk(self._hub, tx, [job], self._hub.clock())


class StrayLane:
    """Takes what goes to destinations that are no longer set up, and keeps it visible as failed."""

    name = "stray"

    def __init__(self, hub: Hub, known: tuple[str, ...]) -> None:
        self._hub = hub
        self._known = known

    def run_once(self) -> int:
        """Mark one batch as failed. Returns how many jobs were in it."""
        with self._hub.store.write() as tx:
            now = self._hub.clock()
            jobs = outbox.lease_outbox(tx, now, BATCH, LEASE_SECONDS, but_not=self._known)
            for job in jobs:
                outbox.fail_outbox(tx, job, now, f"there is no connector {job['destination']!r} any more", final=True)
        return len(jobs)


class Worker:
    """Runs every lane in a thread of its own until told to stop.

    Args:
        connectors: by name; the desk needs none.
        sleeper: where taps on the shoulder arrive.
        ticks: each done about once a second in a thread of its own: the schedule, and SMS.
    """

    def __init__(self, hub: Hub, connectors: Mapping[str, Connector], sleeper: Sleeper, *ticks: Callable[[], object]) -> None:
        self._hub = hub
        self._connectors = connectors
        self._sleeper = sleeper
        self._ticks = ticks
        outward = [Lane.to(hub, name, connector) for name, connector in connectors.items()]
        self.lanes: list[Lane | StrayLane] = [DeskLane(hub), *outward, StrayLane(hub, (DESK, *connectors))]
        self._due = [threading.Event() for _ in self.lanes]
        self._stopped = threading.Event()

    def run(self) -> None:
        """Work until :meth:`stop`."""
        threads = [
            threading.Thread(target=self._run_lane, args=(lane, due), name=f"lane-{lane.name}")
            for lane, due in zip(self.lanes, self._due, strict=True)
        ]
        threads += [threading.Thread(target=self._run_ticks, args=(tick,), name="ticks") for tick in self._ticks]
        for thread in threads:
            thread.start()
        while not self._stopped.is_set():
            if self._sleeper.sleep(POLL_SECONDS):
                self._stopped.wait(GATHER_SECONDS)
                self._sleeper.sleep(0)
                self._wake()
            elif _guarded(self._anything_due):
                self._wake()
        self._wake()
        for thread in threads:
            thread.join()
        for connector in self._connectors.values():
            connector.close()

    def stop(self) -> None:
        """Finish the delivery at hand and end; may be called from a signal handler."""
        self._stopped.set()

    def run_until_empty(self) -> int:
        """Deliver whatever is due now, in this thread. Returns how many jobs were handled."""
        handled = 0
        for lane in self.lanes:
            while batch := lane.run_once():
                handled += batch
        return handled

    def _wake(self) -> None:
        for due in self._due:
            due.set()

    def _anything_due(self) -> bool:
        with self._hub.store.read() as tx:
            at = outbox.next_job_at(tx)
        return at is not None and at <= self._hub.clock()

    def _run_lane(self, lane: Lane | StrayLane, due: threading.Event) -> None:
        while not self._stopped.is_set():
            due.wait()
            due.clear()
            # What came while a batch was delivered taps again, or is seen at the next look: taken now, it would be a batch of a few,
            # which costs almost as much as a full one.
            while not self._stopped.is_set() and (_guarded(lane.run_once) or 0) >= BATCH:
                pass

    def _run_ticks(self, tick: Callable[[], object]) -> None:
        while not self._stopped.is_set():
            attempt(tick)
            self._stopped.wait(TICK_SECONDS)


def attempt(work: Callable[[], object]) -> str:
    """Why ``work`` failed, in words to be stored with it; ``""`` where it did not."""
    try:
        work()
    except Exception as error:
        log.exception("what is done again and again broke")
        return f"{type(error).__name__}: {error}"
    return ""


def broken_by(work: Callable[[], object]) -> str:
    """The kind of what broke ``work``, ``""`` for nothing; never its words, which may hold what belongs into no log."""
    try:
        work()
    except Exception as error:
        return type(error).__name__
    return ""


def keep_house(hub: Hub) -> None:
    """Forget counters and sessions that are over."""
    now = hub.clock()
    with hub.store.write() as tx:
        counters.purge_counters(tx, now - COUNTERS_KEPT)
        accounts.purge_sessions(tx, now)


def _message(hub: Hub, job: Mapping[str, Any]) -> Message:
    payload = job["payload"]
    return Message(
        id=job["dedupe_key"],
        topic=job["kind"],
        subject=str(payload.get("case_no", job["dedupe_key"])),
        at=job["created_at"].astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
        source=hub.source,
        data=payload,
    )


def _wait(job: Mapping[str, Any]) -> dt.timedelta:
    return outbox.back_off(job["attempts"]) * random.uniform(*JITTER)


def _guarded(work: Callable[[], Any]) -> Any:
    """The result of ``work``; None where the database does not answer, which is tried again after a pause."""
    try:
        return work()
    except StoreFault:
        log.exception("the database does not answer")
        time.sleep(1.0)
        return None
