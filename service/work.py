"""The outbox worker as a process of its own: ``python -m service work``."""

from __future__ import annotations

import logging
import signal
from types import FrameType

from .connectors import make_connector
from .hub.context import Hub
from .hub.jobs import JOBS
from .hub.outbox import Worker
from .hub.schedule import Schedule
from .hub.wakeup import Sleeper


def make_worker(hub: Hub) -> Worker:
    """The worker with every connector that the settings name, and with the schedule."""
    settings = hub.settings
    connectors = {
        name: make_connector(name, webhook_url=settings.webhook_url, webhook_secret=settings.webhook_secret)
        for name in settings.connectors
    }
    return Worker(hub, connectors, Sleeper(settings.var_dir), Schedule(hub, JOBS).run_due)


def run_worker(hub: Hub) -> None:
    """Work until SIGTERM or Ctrl-C; the delivery at hand is finished first."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    worker = make_worker(hub)

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    worker.run()
    hub.close()
