"""The promise of one minute: who is still waiting for a case that was accepted, and driving it on before the minute is over.

The rule it keeps: dispatch is measured from the citizen's submit to the assignment and to the unit's desk, never from a
time of our own choosing. What has not arrived after 45 seconds is put on record once, shown, logged, and put in line again,
also when a worker that died still holds it: a desk that is told twice hears it once.

Source: the Wenling centre's published practice: dispatched within a minute of the scan.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from service.store import audit, dispatches

from .context import Hub
from .health import LATE_SECONDS

PROMISED_SECONDS = 60
MOST_PER_RUN = 500

log = logging.getLogger("gonzhi.dispatch")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that has not reached its unit's desk."""

    case_no: str
    township_id: str
    unit_id: str
    reported_at: dt.datetime


def undelivered(hub: Hub, limit: int = MOST_PER_RUN) -> list[Waiting]:
    """Cases that have waited for their desk longer than 45 seconds, the oldest first."""
    with hub.store.read() as tx:
        rows = dispatches.waiting_for_desk(tx, _before(hub), limit)
    return [Waiting(row["case_no"], row["township_id"], row["lead_unit_id"], row["reported_at"]) for row in rows]


def watch_dispatch(hub: Hub) -> int:
    """Put what waits too long on record, and in line again. Returns how many cases it was."""
    with hub.store.read() as tx:
        waiting = dispatches.waiting_for_desk(tx, _before(hub), MOST_PER_RUN)
    if not waiting:
        return 0
    now = hub.clock()
    with hub.store.write() as tx:
        rows = dispatches.waiting_for_desk(tx, _before(hub), MOST_PER_RUN)
        for row in rows:
            if not row["alarmed"]:
                detail = {"unit_id": row["lead_unit_id"], "state": row["state"], "attempts": row["attempts"]}
                audit.add_audit(tx, now, "system", dispatches.ALARM, case_id=row["case_id"], detail=detail)
                log.error("case %s has not reached the desk of %s after %d seconds", row["case_no"], row["lead_unit_id"], LATE_SECONDS)
        dispatches.drive_again(tx, [row["id"] for row in rows], now)
    hub.waker.wake()
    return len(rows)


def _before(hub: Hub) -> dt.datetime:
    return hub.clock() - dt.timedelta(seconds=LATE_SECONDS)
