"""Whether the service can do its work: the database answers in the right shape, and the outbox moves."""

from __future__ import annotations

from typing import Any

from service.store import StoreFault, outbox
from service.store.migrating import is_current

from .context import Hub

LATE_SECONDS = 45
"""An undelivered message this old is an alarm: the county promises dispatch within 60 seconds."""


def readiness(hub: Hub) -> dict[str, Any]:
    """Facts for a watchdog.

    Returns:
        ``ready`` (the database answers and has this release's tables), ``database`` (a word), ``outbox_age_seconds``
        (of the oldest message that waits, 0 for none), ``outbox_late``, ``outbox_failed``.
    """
    try:
        with hub.store.read() as tx:
            if not is_current(tx):
                return _not_ready("not_migrated")
            oldest = outbox.oldest_open_job(tx)
            failed = outbox.outbox_counts(tx).get("failed", 0)
    except StoreFault:
        return _not_ready("unreachable")
    age = max(0.0, (hub.clock() - oldest).total_seconds()) if oldest else 0.0
    return {
        "ready": True,
        "database": "ok",
        "outbox_age_seconds": round(age, 1),
        "outbox_late": age > LATE_SECONDS,
        "outbox_failed": failed,
    }


def _not_ready(word: str) -> dict[str, Any]:
    return {"ready": False, "database": word, "outbox_age_seconds": None, "outbox_late": None, "outbox_failed": None}
