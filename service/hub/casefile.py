"""A case as a program reads it: where it is, who has it, until when, why, and every move. No answer and no person.

The rule it keeps: the names of the keys are a promise to scripts and are never renamed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.store import cases
from service.store.engine import Tx

from .context import SHANGHAI, Hub
from .numbers import read_case_no
from .receipts import unit_of

PAGE_SIZE = 500


def case_data(hub: Hub, case_no: str) -> dict[str, Any] | None:
    """One case with its moves and clocks; None where there is none of that number, however it is written."""
    with hub.store.read() as tx:
        row = cases.get_case(tx, read_case_no(case_no))
        return _data(hub, tx, row) if row else None


def all_case_data(hub: Hub) -> Iterator[dict[str, Any]]:
    """Every case, newest first, page by page, so that a year of cases never stands in memory."""
    after: cases.Place | None = None
    while True:
        with hub.store.read() as tx:
            rows = cases.newest_cases(tx, after=after, limit=PAGE_SIZE)
            page = [_data(hub, tx, row) for row in rows]
        yield from page
        if len(rows) < PAGE_SIZE:
            return
        after = (rows[-1]["reported_at"], rows[-1]["id"])


def _data(hub: Hub, tx: Tx, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "case_no": row["case_no"],
        "state": row["state"],
        "scene_key": row["scene_key"],
        "lead": unit_of(hub, row["lead_unit_id"]).name,
        "lead_id": row["lead_unit_id"],
        "helpers": [unit_of(hub, unit_id).name for unit_id in row["helper_ids"]],
        "helper_ids": list(row["helper_ids"]),
        "holder_id": row["holder"],
        "due_at": local_iso(row["due_at"]),
        "why": row["why"],
        "rule_id": row["rule_id"],
        "rules_version": row["rules_version"],
        "priority": row["priority"],
        "urgent": row["urgent"],
        "visibility": row["visibility"],
        "marks": list(row["marks"]),
        "township_id": row["township_id"],
        "village_id": row["village_id"],
        "place": row["place"],
        "source": row["source"],
        "code_state": row["code_state"],
        "spot_id": row["spot_id"],
        "reported_at": local_iso(row["reported_at"]),
        "assigned_at": local_iso(row["assigned_at"]),
        "delivered_at": local_iso(row["delivered_at"]),
        "dispatch_seconds": _seconds(row["reported_at"], row["assigned_at"]),
        "deliver_seconds": _seconds(row["reported_at"], row["delivered_at"]),
        "moves": [_move(hub, move) for move in cases.moves_of(tx, row["id"])],
        "clocks": _clocks(cases.clocks_of(tx, row["id"])),
    }


def _move(hub: Hub, move: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "seq": move["seq"],
        "action": move["action"],
        "from_state": move["from_state"] or None,
        "to_state": move["to_state"],
        "role": move["role"],
        "by": move["by"],
        "unit_id": move["unit_id"],
        "unit": unit_of(hub, move["unit_id"]).name if move["unit_id"] else "",
        "reason": move["reason"],
        "at": local_iso(move["at"]),
    }


def _clocks(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "key": row["key"],
            "due_at": local_iso(row["due_at"]),
            "provisional": row["provisional"],
            "met_at": local_iso(row["met_at"]),
            "source": row["source"],
        }
        for row in rows
    ]


def local_iso(moment: dt.datetime | None) -> str | None:
    """ISO 8601 in the county's time."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="milliseconds") if moment else None


def _seconds(start: dt.datetime, end: dt.datetime | None) -> float | None:
    return round((end - start).total_seconds(), 3) if end else None
