"""What the workers do again and again, and how often: the one list."""

from __future__ import annotations

import datetime as dt

from .outbox import keep_house
from .schedule import Every, Job

JOBS: tuple[Job, ...] = (
    Job("keep_house", Every(dt.timedelta(hours=1)), keep_house),
)
