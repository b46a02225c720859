"""Whether the service can do its work: the database answers in the right shape, and the outbox moves."""

from __future__ import annotations

import datetime as dt
from typing import Any

from service.store import StoreFault, notices, outbox
from service.store.migrating import is_current

from .context import Hub

NOTICE_MARGIN = dt.timedelta(days=90)
"""So long before the last published year ends the next year's working days are asked for; they are published in November."""
LATE_SECONDS = 45
"""An undelivered message this old is an alarm: the county promises dispatch within 60 seconds."""


def readiness(hub: Hub) -> dict[str, Any]:
    """Facts for a watchdog.

    Returns:
        ``ready`` (the database answers and has this release's tables), ``database`` (a word), ``outbox_age_seconds``
        (of the oldest message that waits, 0 for none), ``outbox_late``, ``outbox_failed``, ``sms_stopped`` (the provider refuses
        the account, the signature or the texts, and notices wait for that), ``calendar_until`` (the last day
        whose being worked is known) and ``calendar_short`` (less than 90 days ahead: the next year's notice is wanted).
    """
    try:
        with hub.store.read() as tx:
            if not is_current(tx):
                return _not_ready("not_migrated")
            oldest = outbox.oldest_open_job(tx)
            failed = outbox.count_failed(tx)
            stopped = notices.stopped_codes(tx)
    except StoreFault:
        return _not_ready("unreachable")
    age = max(0.0, (hub.clock() - oldest).total_seconds()) if oldest else 0.0
    return {
        "ready": True,
        "database": "ok",
        "outbox_age_seconds": round(age, 1),
        "outbox_late": age > LATE_SECONDS,
        "outbox_failed": failed,
        "sms_stopped": bool(stopped),
        **_calendar(hub),
    }


def calendar_short(hub: Hub) -> dt.date | None:
    """The last day whose being worked is known, where that is less than 90 days ahead; None where the calendar is long enough."""
    until = hub.county.calendar.published_until or dt.date.min
    return until if hub.today() + NOTICE_MARGIN > until else None


def _calendar(hub: Hub) -> dict[str, Any]:
    until = hub.county.calendar.published_until
    return {"calendar_until": until.isoformat() if until else None, "calendar_short": calendar_short(hub) is not None}


def _not_ready(word: str) -> dict[str, Any]:
    unknown = dict.fromkeys(("outbox_age_seconds", "outbox_late", "outbox_failed", "sms_stopped", "calendar_until", "calendar_short"))
    return {"ready": False, "database": word, **unknown}
