"""What the workers do again and again, and how often: the one list."""

from __future__ import annotations

import datetime as dt

from .alerts import firm_up, run_alerts, watch_calendar
from .batch_making import run_batches
from .dispatch_watch import watch_dispatch
from .outbox import keep_house
from .rating import end_windows
from .reconcile import reconcile_days
from .retention import run_retention
from .schedule import Daily, Every, Job

JOBS: tuple[Job, ...] = (
    Job("watch_dispatch", Every(dt.timedelta(seconds=5)), watch_dispatch),
    Job("alerts", Every(dt.timedelta(seconds=10)), run_alerts),
    Job("batches", Every(dt.timedelta(seconds=1)), run_batches),
    Job("firm_up", Every(dt.timedelta(hours=6)), firm_up),
    Job("end_windows", Every(dt.timedelta(minutes=10)), end_windows),
    Job("watch_calendar", Every(dt.timedelta(days=1)), watch_calendar),
    # In the dead of night, when a day is over and every desk has what came in it.
    Job("reconcile", Daily(dt.time(1, 30)), reconcile_days),
    Job("retention", Every(dt.timedelta(minutes=10)), run_retention),
    Job("keep_house", Every(dt.timedelta(hours=1)), keep_house),
)
