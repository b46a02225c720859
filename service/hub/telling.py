"""Writing down that a reporter is to hear of something by SMS, in the transaction of the move itself.

The rule it keeps: least data. A notice carries no number and nothing of the answers; the telephone number stays in the
sealed part of the case until the moment of sending. Where the matter is protected, or its scene says so, the notice carries
the case number and nothing else. Who left no number, or did not ask to hear, is told nothing; a telephone hears once of one
thing, however many reports it made of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import Any

from gonzhi_code.routing import Visibility
from service.store import cases, notices
from service.store.engine import Tx

from .context import SHANGHAI, Hub
from .receipts import unit_of

WISH = "wants_feedback"
"""The answer by which a reporter asks to hear; a scene that does not ask it sends to every number that was left."""
RESULT_LENGTH = 35
"""Characters of a variable at the provider that allows the most (Aliyun); the result is written to fit."""


class Kind(StrEnum):
    """What a notice is about. The words are kept in the database: never rename one."""

    RECEIVED = "received"
    HANDED_OVER = "handed_over"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    EXTENDED = "extended"
    LATE = "late"
    QUESTION = "question"
    REJECTED = "rejected"


def tell(hub: Hub, tx: Tx, row: Mapping[str, Any], kind: str, seq: int, params: Mapping[str, str] | None = None) -> int:
    """Write the notices of one thing: for the reporter of the case, and of every case that was merged into it.

    Only that it was received, and a question, are for the reporter of this one case alone.

    Args:
        row: the case as it stands after the move, a whole row of ``cases``.
        kind: a word of :class:`Kind`; seq: of the move, so that the same thing is told once.
        params: ``result`` for ``resolved`` (at most 35 characters); ``unit`` and ``date`` are worked out where not given.

    Returns:
        How many are new; none where nobody is to hear.

    Raises:
        ValueError: there is no such kind.
    """
    word = Kind(kind)
    if not hub.settings.sms.on:
        return 0
    seen: set[str] = set()
    rows = []
    for reporter in _reporters(tx, row, word):
        phone_index = _phone_to_tell(hub, tx, reporter)
        if not phone_index or phone_index in seen:
            continue
        seen.add(phone_index)
        rows.append(_notice(hub, reporter, row, word, seq, params or {}, phone_index))
    return notices.add_notices(tx, rows)


def tell_received(hub: Hub, tx: Tx, case_ids: Collection[int]) -> int:
    """What :func:`tell` writes of ``received`` under number 1, for many new cases at once, in two statements.

    Returns:
        How many notices are new.
    """
    if not hub.settings.sms.on:
        return 0
    rows = [row for row in cases.with_phone(tx, case_ids) if _wants_to_hear(hub, row)]
    return notices.add_notices(tx, [_notice(hub, row, row, Kind.RECEIVED, 1, {}, row["phone_index"]) for row in rows])


def _notice(
    hub: Hub, reporter: Mapping[str, Any], main: Mapping[str, Any], kind: Kind, seq: int, params: Mapping[str, str], phone_index: str
) -> dict[str, Any]:
    now = hub.clock()
    merged = "" if reporter["id"] == main["id"] else f"{main['case_no']}-"
    return {
        "case_id": reporter["id"],
        "kind": kind.value,
        "dedupe_key": f"{reporter['case_no']}:{kind.value}:{merged}{seq}",
        "params": _params(hub, reporter, main, kind, params),
        "phone_index": phone_index,
        "next_at": now,
        "created_at": now,
    }


def _reporters(tx: Tx, row: Mapping[str, Any], kind: Kind) -> Iterator[Mapping[str, Any]]:
    yield row
    if kind not in (Kind.RECEIVED, Kind.QUESTION):
        yield from cases.merged_into(tx, row["id"])


def _wants_to_hear(hub: Hub, row: Mapping[str, Any]) -> bool:
    plan = hub.plans.get(row["scene_key"])
    return plan is None or WISH not in plan.scene.fields or bool(row["answers"].get(WISH))


def _phone_to_tell(hub: Hub, tx: Tx, row: Mapping[str, Any]) -> str:
    if not _wants_to_hear(hub, row):
        return ""
    sealed = cases.sealed_of(tx, row["id"])
    return str((sealed and sealed["phone_index"]) or "")


def number_only(hub: Hub, row: Mapping[str, Any]) -> bool:
    """Whether an SMS about this case holds nothing but its number."""
    plan = hub.plans.get(row["scene_key"])
    return plan is None or plan.scene.number_only_sms or row["visibility"] != Visibility.NORMAL.value


def _params(
    hub: Hub, reporter: Mapping[str, Any], main: Mapping[str, Any], kind: Kind, given: Mapping[str, str]
) -> dict[str, str]:
    if number_only(hub, reporter) or number_only(hub, main):
        return {}
    if kind is Kind.RESOLVED:
        result = " ".join(given.get("result", "").split())
        return {"result": result} if result and len(result) <= RESULT_LENGTH else {}
    if kind is Kind.EXTENDED:
        return {"date": given.get("date") or _day(main["due_at"])} if given.get("date") or main["due_at"] else {}
    if kind in (Kind.QUESTION, Kind.REJECTED):
        return {}
    return {"unit": given.get("unit") or unit_of(hub, main["holder"] or main["lead_unit_id"]).name}


def _day(moment: dt.datetime) -> str:
    day = moment.astimezone(SHANGHAI)
    return f"{day.month}月{day.day}日"
