"""How the outbox stands: what waits, what was given up, and putting that back in line."""

from __future__ import annotations

from typing import Any

from service.store import audit, outbox

from .context import Hub


def standing(hub: Hub) -> dict[str, int]:
    """How many jobs stand in each state."""
    with hub.store.read() as tx:
        return outbox.outbox_counts(tx)


def failed(hub: Hub) -> list[dict[str, Any]]:
    """Jobs that were given up, newest first, JSON-able."""
    keys = ("id", "kind", "destination", "dedupe_key", "attempts", "last_error")
    with hub.store.read() as tx:
        return [{key: row[key] for key in keys} | {"created_at": row["created_at"].isoformat()} for row in outbox.failed_jobs(tx)]


def redrive(hub: Hub) -> int:
    """Put every job that was given up back in line. Returns how many."""
    now = hub.clock()
    with hub.store.write() as tx:
        count = outbox.retry_failed(tx, now)
        audit.add_audit(tx, now, "system", "outbox.redrive", detail={"count": count})
    hub.waker.wake()
    return count
