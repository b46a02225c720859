"""Putting what the outbox holds on our own desk: from then on the unit has the case.

The rule it keeps: it may happen twice and makes no difference then, because the outbox delivers at least once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from service.store import audit, outbox
from service.store.engine import Tx

from .context import Hub
from .telling import tell_received


def put_on_desk(hub: Hub, tx: Tx, jobs: Sequence[Mapping[str, Any]], now: dt.datetime) -> None:
    """Deliver jobs to our own desk: the cases are with their units from now on, alarms are put on record."""
    assigned = [job["case_id"] for job in jobs if job["kind"] == "case.assigned" and job["case_id"] is not None]
    if assigned:
        outbox.mark_cases_delivered(tx, assigned, now)
        # The reporter hears here and not at intake, whose transaction a citizen waits for; a later assignment says it no second time.
        tell_received(hub, tx, assigned)
    for job in jobs:
        if job["kind"] == "code.alarm":
            payload = job["payload"]
            audit.add_audit(tx, now, "outbox", "code.alarm", case_id=job["case_id"], reason=payload["code_state"], detail=payload)
