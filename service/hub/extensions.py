"""Extensions (延期): asked by the lead before the time is up, once, decided by the centre, and told to the citizen.

The rules it keeps: the hub's own deadline is extended by at most the county's ``clock.extension_days`` working days; a
statutory one only where its law says so, by what the law says, and then the reporter is to hear of it within three days. A
case the centre finds complex gets the longer span from the day its clock began. Nobody gets less time by asking.

Sources: Shandong's rules for 12345 (asked before due, at most 10 working days, reason told); 劳动保障监察条例 Art. 17 and
浙江省劳动保障监察条例 Art. 30 (30 working days more with approval, told within 3 days).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gonzhi_code.deadlines import Deadline, Span, TimeUnit, deadline
from gonzhi_code.routing import COMPLEX
from gonzhi_code.words import Words
from service.store import alerts, audit, cases, clock_runs, extensions, handling
from service.store.engine import Tx

from .accounts import User
from .context import SHANGHAI, Hub
from .drafting import SYSTEM
from .handling_clocks import INFORM, clock_row, clocks_for, stop
from .permissions import Verb
from .refusals import Incomplete, NotAllowed
from .seeing import check_sight, check_verb, locked_by_id, seen_case
from .telling import tell

HANDLE = "handle"
LONGEST_REASON = 500
NO_MORE_TIME = frozenset({"resolved", "closed", "rejected", "merged"})
"""States in which nobody needs more time."""

_NO_REASON = Words("请写明延期的原因，会告知诉求人", "Say why; the reporter is told")
_LONG = Words(f"最多 {LONGEST_REASON} 个字", f"At most {LONGEST_REASON} characters")
_NO_DECISION = Words("请写明决定的理由", "Say why it is decided so")
_NO_COMPLEX = Words("请写明为什么是复杂事项", "Say what makes it complex")

Row = Mapping[str, Any]


def most_days(hub: Hub, tx: Tx, row: Row, clock_key: str) -> int:
    """By how many working days this clock of a case may be extended at most; 0 for not at all."""
    if clock_key == HANDLE:
        return int(hub.county.settings["clock.extension_days"])
    return next((clock.extend_days for clock in clocks_for(hub, tx, row) if clock.key == clock_key), 0)


def ask_extension(hub: Hub, user: User, case_no: str, working_days: int, reason: str, clock_key: str = HANDLE) -> int:
    """Ask for more time.

    Args:
        working_days: how many; reason: why, in words; clock_key: ``"handle"``, or a statutory clock that its law lets extend.

    Returns:
        The id of what was asked.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, ``no_verb``, ``not_holder``, ``no_clock``, ``too_late``, ``asked_before``.
        Incomplete: ``working_days``, ``reason``.
    """
    check_verb(user, Verb.ASK_EXTENSION)
    now = hub.clock()
    with hub.store.write() as tx:
        row = seen_case(hub, tx, user, case_no)
        if user.unit_id not in (row["lead_unit_id"], row["holder"]) or row["lead_unit_id"] != row["holder"]:
            raise NotAllowed("not_holder")
        clock = _running(tx, row, clock_key)
        most = most_days(hub, tx, row, clock_key)
        if most == 0:
            raise NotAllowed("no_clock")
        if now >= clock["due_at"]:
            raise NotAllowed("too_late")
        if any(one["clock_key"] == clock_key and one["asked_at"] >= clock["started_at"] for one in extensions.extensions_of(tx, row["id"])):
            raise NotAllowed("asked_before")
        errors = _reason_errors("reason", reason, _NO_REASON)
        if not 1 <= working_days <= most:
            errors["working_days"] = Words(f"填 1 到 {most} 个工作日", f"1 to {most} working days")
        if errors:
            raise Incomplete(errors)
        asked = {
            "case_id": row["id"], "clock_key": clock_key, "working_days": working_days, "reason": reason.strip(),
            "unit_id": user.unit_id, "asked_by": user.username, "asked_at": now, "due_before": clock["due_at"],
        }  # fmt: skip
        return extensions.add_extension(tx, asked)


def decide_extension(hub: Hub, user: User, extension_id: int, granted: bool, decision: str) -> None:
    """Grant or refuse more time; what is granted is told to the citizen.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, ``no_verb``, ``decided``, ``no_clock``. Incomplete: ``decision`` (to refuse).
    """
    check_verb(user, Verb.DECIDE_EXTENSION)
    now = hub.clock()
    with hub.store.write() as tx:
        asked = extensions.get_extension(tx, extension_id)
        if asked is None:
            raise NotAllowed("no_case")
        row = locked_by_id(tx, asked["case_id"])
        check_sight(hub, user, row)
        errors = _reason_errors("decision", decision, _NO_DECISION) if decision.strip() or not granted else {}
        if errors:
            raise Incomplete(errors)
        decided: dict[str, Any] = {
            "state": "granted" if granted else "refused", "decision": decision.strip(), "decided_by": user.username, "decided_at": now,
        }  # fmt: skip
        due = None
        if granted and asked["state"] == "asked":
            clock = _running(tx, row, asked["clock_key"])
            due = deadline(clock["due_at"], Span(asked["working_days"], TimeUnit.WORKING_DAYS), hub.county.calendar)
        if not extensions.decide_asked(tx, asked["id"], {**decided, "due_after": due.at if due else None}):
            raise NotAllowed("decided")
        if due is not None:
            clock_runs.move_due(tx, row["id"], asked["clock_key"], due.at, due.provisional)
            _tell(hub, tx, row, asked["clock_key"], asked["id"], due)
        audit.add_audit(
            tx, now, user.username, "decide_extension", case_id=row["id"], reason=decision.strip(), detail={"granted": granted}
        )
    hub.waker.wake()


def mark_complex(hub: Hub, user: User, case_no: str, reason: str) -> None:
    """Decide that a case is complex: its handling is due later, counted from the same day, and the citizen is told.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, ``no_verb``, ``no_clock``, ``decided`` (it is complex already), ``not_later``.
        Incomplete: ``reason``.
    """
    check_verb(user, Verb.DECIDE_EXTENSION)
    now = hub.clock()
    with hub.store.write() as tx:
        row = seen_case(hub, tx, user, case_no)
        clock = _running(tx, row, HANDLE)
        if COMPLEX in row["marks"]:
            raise NotAllowed("decided")
        if errors := _reason_errors("reason", reason, _NO_COMPLEX):
            raise Incomplete(errors)
        marked = {**row, "marks": [*row["marks"], COMPLEX]}
        longer = next(one for one in clocks_for(hub, tx, marked) if one.key == HANDLE)
        new = clock_row(hub, longer, clock["started_at"])
        if new["due_at"] <= clock["due_at"]:
            raise NotAllowed("not_later")
        cases.start_clocks(tx, row["id"], [new])
        handling.annotate_case(tx, row["id"], {"marks": marked["marks"]})
        extension_id = extensions.add_extension(
            tx,
            {
                "case_id": row["id"], "clock_key": COMPLEX, "working_days": longer.span.amount, "reason": reason.strip(),
                "unit_id": user.unit_id, "asked_by": user.username, "asked_at": now, "state": "granted", "decided_by": user.username,
                "decided_at": now, "due_before": clock["due_at"], "due_after": new["due_at"],
            },
        )  # fmt: skip
        _tell(hub, tx, row, HANDLE, extension_id, Deadline(new["due_at"], new["provisional"]))
        audit.add_audit(tx, now, user.username, "mark_complex", case_id=row["id"], reason=reason.strip())
    hub.waker.wake()


def _tell(hub: Hub, tx: Tx, row: Row, clock_key: str, extension_id: int, due: Deadline) -> None:
    """Write the new date on the case and tell the reporter; a law's clock sets a duty to tell, which telling meets."""
    changes: dict[str, Any] = {"extension_count": row["extension_count"] + 1}
    if clock_key == HANDLE:
        changes["due_at"] = due.at
    handling.annotate_case(tx, row["id"], changes)
    alerts.settle_alert_level(tx, row["id"])
    day = due.at.astimezone(SHANGHAI)
    told = tell(hub, tx, {**row, **changes}, "extended", extension_id, {"date": f"{day.month}月{day.day}日"})
    if clock_key == HANDLE:
        return
    duty = clock_row(hub, INFORM, hub.clock())
    cases.start_clocks(tx, row["id"], [duty])
    if told:
        stop(tx, row, [duty], hub.clock())


def drop_asked(hub: Hub, tx: Tx, case_id: int, state: str) -> None:
    """Once there is a result, or nothing is owed any more, no more time is needed."""
    if state in NO_MORE_TIME:
        done = {"state": "refused", "decision": "已有结果，不再需要延期", "decided_by": SYSTEM, "decided_at": hub.clock()}
        extensions.decide_all_asked(tx, case_id, done)


def _running(tx: Tx, row: Row, clock_key: str) -> dict[str, Any]:
    clock = next((one for one in cases.clocks_of(tx, row["id"]) if one["key"] == clock_key and one["met_at"] is None), None)
    if clock is None:
        raise NotAllowed("no_clock")
    return clock


def _reason_errors(name: str, text: str, missing: Words) -> dict[str, Words]:
    said = text.strip()
    if not said:
        return {name: missing}
    return {name: _LONG} if len(said) > LONGEST_REASON else {}
