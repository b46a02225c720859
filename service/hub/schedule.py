"""Jobs that are done again and again, each once whoever asks: in one worker or several, through restarts and crashes.

The rule it keeps: a job that is due is claimed in the database before it is begun, so several workers do it once; a worker
that dies while it holds one leaves it to the next when the lease ends. What was missed while nobody worked is done once,
not once for each time it was missed. A job that fails is stored with its reason and tried again soon. Every job must bear
being done twice, since a lease may end under a worker that is merely slow.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from service.store import schedules

from .context import SHANGHAI, Hub
from .outbox import attempt

LEASE = dt.timedelta(minutes=5)
"""Longer than any job takes at a time: each is bounded in what it does in one run."""
AGAIN_AFTER = dt.timedelta(minutes=1)
"""A job that failed is tried again after this, or when it would be due anyway, whichever is sooner."""

log = logging.getLogger("gonzhi.schedule")


@dataclass(frozen=True)
class Every:
    """Due at once, and then so long after it was last begun."""

    span: dt.timedelta

    def first(self, now: dt.datetime) -> dt.datetime:
        """When it is due for the first time."""
        return now

    def after(self, now: dt.datetime) -> dt.datetime:
        """When it is due next, having been begun at ``now``."""
        return now + self.span


@dataclass(frozen=True)
class Daily:
    """Due once a day at this time in the county."""

    at: dt.time

    def first(self, now: dt.datetime) -> dt.datetime:
        """When it is due for the first time."""
        return self.after(now)

    def after(self, now: dt.datetime) -> dt.datetime:
        """The next such time after ``now``, in UTC."""
        local = now.astimezone(SHANGHAI)
        today = dt.datetime.combine(local.date(), self.at, SHANGHAI)
        return (today if today > local else today + dt.timedelta(days=1)).astimezone(dt.UTC)


@dataclass(frozen=True)
class Job:
    """One thing that is done again and again.

    Args:
        name: in the table ``schedules``; never renamed.
        due: when.
        work: what is done; it may be done twice without harm.
        lease: how long a worker may hold it before another takes it over.
    """

    name: str
    due: Every | Daily
    work: Callable[[Hub], object]
    lease: dt.timedelta = LEASE


class Schedule:
    """The jobs of one worker; any number of workers may have the same."""

    def __init__(self, hub: Hub, jobs: Sequence[Job]) -> None:
        self._hub = hub
        self._jobs = {job.name: job for job in jobs}
        self._known = False

    def run_due(self) -> int:
        """Do what is due and held by nobody else. Returns how many jobs were done or tried."""
        now = self._hub.clock()
        if not self._known:
            with self._hub.store.write() as tx:
                schedules.know_schedules(tx, {job.name: job.due.first(now) for job in self._jobs.values()})
            self._known = True
        with self._hub.store.read() as tx:
            due = schedules.due_schedules(tx, now)
        return sum(self._run(self._jobs[name]) for name in due if name in self._jobs)

    def _run(self, job: Job) -> bool:
        started = self._hub.clock()
        with self._hub.store.write() as tx:
            if not schedules.claim_schedule(tx, job.name, started, job.lease):
                return False
        error = attempt(lambda: job.work(self._hub))
        next_at = job.due.after(started)
        if error:
            log.error("job %s failed: %s", job.name, error)
            next_at = min(next_at, self._hub.clock() + AGAIN_AFTER)
        with self._hub.store.write() as tx:
            if not schedules.finish_schedule(tx, job.name, started, self._hub.clock(), next_at, error):
                log.warning("job %s took longer than its lease and was begun again elsewhere", job.name)
        return True


def schedule_data(hub: Hub) -> list[dict[str, Any]]:
    """Every job with its times and its last error, for people who look after the service."""
    with hub.store.read() as tx:
        return schedules.all_schedules(tx)
