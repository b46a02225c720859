"""The trail as it is looked at: who did what, when, about which case and why.

The rule it keeps: looking at the trail stands on the trail; nothing on it can be changed from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.store import audit, cases

from .accounts import User
from .context import Hub
from .numbers import read_case_no

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail."""

    at: dt.datetime
    who: str
    action: str
    case_no: str
    reason: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Entries, newest first; ``before`` is where the next page starts, 0 on the last one."""

    entries: tuple[Entry, ...]
    before: int


def look_at_trail(hub: Hub, by: User, *, who: str = "", action: str = "", case: str = "", before: int = 0, size: int = PAGE_SIZE) -> TrailPage:
    """One page of the trail; the caller has asked for the verb.

    Args:
        who: only what this person did; action: only entries of this kind; case: only entries about the case of this number.
        before: ``TrailPage.before`` of the page before.
    """
    number = read_case_no(case)
    with hub.store.read() as tx:
        row = cases.get_case(tx, number) if number else None
        case_id = row["id"] if row else -1 if case else None
        rows = audit.audit_page(tx, who=who, action=action, case_id=case_id, before=before or None, limit=size + 1)
    asked = {key: value for key, value in (("who", who), ("action", action), ("case_no", number)) if value}
    with hub.store.write() as tx:
        audit.add_audit(tx, hub.clock(), by.username, "see_audit", detail=asked)
    shown = rows[:size]
    entries = (Entry(one["at"], one["who"], one["action"], one["case_no"] or "", one["reason"], one["detail"]) for one in shown)
    return TrailPage(tuple(entries), shown[-1]["id"] if len(rows) > size else 0)
