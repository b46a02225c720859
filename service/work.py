"""The outbox worker as a process of its own: ``python -m service work``."""

from __future__ import annotations

import logging
import os
import signal
from types import FrameType

from .connectors import make_connector
from .hub.context import Hub
from .hub.jobs import JOBS
from .hub.noticing import Noticing
from .hub.outbox import Worker
from .hub.schedule import Schedule
from .hub.wakeup import Sleeper
from .notify import MissingExtra, make_channel
from .settings import BadSetting

NICENESS = 5
"""How far the worker stands back for the web server (man 7 sched): a citizen waits for an answer, a delivery has a minute."""
"""Where the channel ``file`` writes, under the folder of the service."""


def make_worker(hub: Hub) -> Worker:
    """The worker with every connector that the settings name, the schedule, and SMS."""
    settings = hub.settings
    connectors = {
        name: make_connector(name, webhook_url=settings.webhook_url, webhook_secret=settings.webhook_secret)
        for name in settings.connectors
    }
    noticing = make_noticing(hub)
    ticks = [Schedule(hub, JOBS).run_due, *([noticing.run_due] if noticing else [])]
    return Worker(hub, connectors, Sleeper(settings.var_dir), *ticks)


def make_noticing(hub: Hub) -> Noticing | None:
    """What sends SMS, by the channel that the settings name; None for none.

    Raises:
        BadSetting: the kit of the provider is not installed.
    """
    sms = hub.settings.sms
    try:
        channel = make_channel(
            sms.channel,
            folder=hub.settings.sms_folder,
            echo=hub.settings.demo,
            key_id=sms.key_id,
            key_secret=sms.key_secret,
            app_id=sms.app_id,
            region=sms.region,
            endpoint=sms.endpoint,
            most_characters=sms.most_characters,
        )
    except MissingExtra as missing:
        raise BadSetting("GONZHI_SMS", f"cannot be used: {missing}.") from None
    return Noticing(hub, channel) if channel else None


def run_worker(hub: Hub) -> None:
    """Work until SIGTERM or Ctrl-C; the delivery at hand is finished first."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    os.nice(NICENESS)
    worker = make_worker(hub)

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    worker.run()
    hub.close()
