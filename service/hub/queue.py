"""The queue of the desk: which cases somebody may see in a list, and how much of each.

The rule it keeps: a township's command room sees its township, a bureau or office what it leads or helps with, the centre
all. A list never shows a person. Of a sealed case it shows number and state; of a protected one those who neither lead it
nor are the centre see the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from gonzhi_code.routing import Visibility
from service.store import cases

from .accounts import User
from .context import Hub
from .receipts import unit_of

PAGE_SIZE = 50
SEES_ALL = ("centre", "auditor")
_CURSOR_LABEL = "gonzhi.queue-cursor.v1"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue; where ``hidden``, everything but number and state is empty."""

    case_no: str
    state: str
    hidden: bool
    scene_key: str
    lead: str
    place: str
    summary: str
    priority: str
    urgent: bool
    marks: tuple[str, ...]
    due_at: dt.datetime | None
    received_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, newest first, and where the next page starts (``""`` on the last one)."""

    rows: tuple[Row, ...]
    after: str


def queue(hub: Hub, user: User, after: str | None = None, *, size: int = PAGE_SIZE) -> Page:
    """One page of what a user may see.

    Args:
        after: ``Page.after`` of the page before; nonsense counts as the first page.
        size: most lines on the page.
    """
    place = _read_cursor(hub, after)
    with hub.store.read() as tx:
        pages = [cases.queue_page(tx, **scope, only_open=True, after=place, limit=size + 1) for scope in _scopes(hub, user)]
    found = sorted((row for page in pages for row in page), key=lambda row: (row["reported_at"], row["id"]), reverse=True)
    shown = found[:size]
    more = len(found) > size
    return Page(
        rows=tuple(_row(hub, user, row) for row in shown),
        after=_cursors(hub).dumps([shown[-1]["reported_at"].isoformat(), shown[-1]["id"]]) if more else "",
    )


def _scopes(hub: Hub, user: User) -> list[dict[str, str]]:
    """What to ask the store for: a township also answers for the statistical units that it owns."""
    if user.role in SEES_ALL:
        return [{}]
    if user.role == "township":
        owned = [town.id for town in hub.county.townships.values() if town.owner_id == user.township_id]
        return [{"township_id": township_id} for township_id in (user.township_id, *owned)]
    return [{"unit_id": user.unit_id}]


def _row(hub: Hub, user: User, row: Mapping[str, Any]) -> Row:
    visibility = row["visibility"]
    outsider = user.role not in SEES_ALL and user.unit_id != row["lead_unit_id"]
    hidden = visibility == Visibility.SEALED.value or (visibility == Visibility.PROTECTED.value and outsider)
    if hidden:
        return Row(row["case_no"], row["state"], True, "", "", "", "", "", False, (), None, None)
    return Row(
        case_no=row["case_no"],
        state=row["state"],
        hidden=False,
        scene_key=row["scene_key"],
        lead=unit_of(hub, row["lead_unit_id"]).name,
        place=row["place"],
        summary=row["summary"],
        priority=row["priority"],
        urgent=row["urgent"],
        marks=tuple(row["marks"]),
        due_at=row["due_at"],
        received_at=row["reported_at"],
    )


def _cursors(hub: Hub) -> URLSafeSerializer:
    return URLSafeSerializer(hub.sealer.derive(_CURSOR_LABEL), salt=_CURSOR_LABEL)


def _read_cursor(hub: Hub, text: str | None) -> cases.Place | None:
    if not text:
        return None
    try:
        at, case_id = _cursors(hub).loads(text[:300])
    except BadSignature:
        return None
    return dt.datetime.fromisoformat(at), int(case_id)
