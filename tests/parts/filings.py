"""Rows of a case as the hub writes them, for tests of the store."""

from __future__ import annotations

import datetime as dt
from typing import Any

from service.store import Filed, Tx
from service.store.cases import insert_case

NOON = dt.datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=8)))
STEPS = (("report", "", "reported"), ("accept", "reported", "accepted"), ("assign", "accepted", "assigned"))


def rows(number: int, **case: Any) -> dict[str, Any]:
    """Everything of case ``number``, as keywords of :func:`insert_case` with ``row`` among them."""
    row = {
        "case_no": f"AC{number:06d}", "submission_id": f"submission-{number}", "content_hash": f"hash-{number}",
        "scene_key": "wage", "state": "assigned", "source": "code", "language": "zh", "lead_unit_id": "labour",
        "helper_ids": ["court", "police"], "township_id": "331081101000", "why": "欠薪三十人以上", "marks": ["police_now"],
        "answers": {"worker_count": 31, "note": "工资没发😀"}, "reported_at": NOON, "accepted_at": NOON, "assigned_at": NOON,
        "due_at": NOON + dt.timedelta(days=5),
    }
    moves = [
        {"seq": seq, "action": action, "from_state": before, "to_state": after, "role": "system", "by": "hub", "at": NOON}
        for seq, (action, before, after) in enumerate(STEPS, 1)
    ]
    clocks = [
        {"key": key, "starts": "assign", "started_at": NOON, "due_at": NOON + dt.timedelta(hours=hours), "source": "setting"}
        for key, hours in (("dispatch", 1), ("acknowledge", 2), ("handle", 120))
    ]
    jobs = [
        {"kind": "case.assigned", "destination": to, "dedupe_key": f"{number}:{to}", "payload": {"to": to}, "next_at": NOON, "created_at": NOON}
        for to in ("desk", "webhook")
    ]
    seal = {"blob": b"\x00sealed\xff", "phone_index": "phone-1", "tail_index": "tail-1"}
    return {"row": {**row, **case}, "moves": moves, "clocks": clocks, "sealed": seal, "outbox": jobs}


def file(tx: Tx, number: int, **case: Any) -> Filed:
    """Files case ``number``."""
    parts = rows(number, **case)
    return insert_case(tx, parts.pop("row"), **parts)
