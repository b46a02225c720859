"""Clocks that speak up by themselves: reminders before due, yellow at due, red and a supervision a working day later.

The rule it keeps: nobody has to look for a case to become visibly late, and nothing is said twice. New clocks are planned
after the fact, so intake pays nothing for it; a level is raised by one conditional UPDATE and everything it brings is
written in the same transaction, with a key that bars a second record. After a pause of the worker a clock is taken to the
level it has reached by now, in one step. ``send_back`` and ``rate`` are rights that end, not debts: nobody is urged.

Sources: the county's own 黄牌 and 红牌; 潍坊市12345条例 Art. 26 (an overdue matter is supervised, 督办).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

from gonzhi_code.alerts import AlertLevel, alert_times
from gonzhi_code.deadlines import Span, TimeUnit, deadline
from gonzhi_code.moments import SHANGHAI
from gonzhi_code.routing_clocks import HUB_CLOCKS
from service.store import alerts as store
from service.store import audit, cases, supervisions
from service.store.engine import Tx

from .context import Hub
from .health import calendar_short
from .telling import tell

SYSTEM = "system"
CHUNK = 50
"""Clocks handled in one transaction, so that a run never keeps intake waiting."""
MOST_PER_RUN = 1000
RIGHTS = frozenset({"dispatch", "send_back", "rate"})
"""Clocks nobody is urged about: dispatch has a watch of its own, the others are rights that end."""
OWING = frozenset({"reported", "accepted", "assigned", "acknowledged", "in_handling", "returned", "resolved"})
"""States in which a running clock still means that somebody owes something."""
SUPERVISED = 1
"""Level of a case that was supervised in general (一般督办)."""
ANSWER_WITHIN = Span(1, TimeUnit.WORKING_DAYS)

log = logging.getLogger("gonzhi.alerts")
Row = Mapping[str, Any]


def run_alerts(hub: Hub) -> int:
    """Plan new clocks and raise those whose time has come. Returns how many were planned or raised."""
    return plan_new(hub) + raise_due(hub)


def plan_new(hub: Hub) -> int:
    """Work out when each new clock is to be spoken of."""
    planned = 0
    while planned < MOST_PER_RUN:
        with hub.store.write() as tx:
            rows = store.unplanned_clocks(tx, CHUNK)
            for row in rows:
                _plan(hub, tx, row)
        planned += len(rows)
        if len(rows) < CHUNK:
            break
    return planned


def raise_due(hub: Hub) -> int:
    """Raise the clocks whose next level has come."""
    raised = 0
    while raised < MOST_PER_RUN:
        with hub.store.write() as tx:
            rows = store.alerting_clocks(tx, hub.clock(), CHUNK)
            for row in rows:
                _raise(hub, tx, row)
        raised += len(rows)
        if len(rows) < CHUNK:
            break
    return raised


def _silent(row: Row) -> bool:
    return row["key"].removeprefix("statutory.") in RIGHTS or row["state"] not in OWING


def _times(hub: Hub, row: Row) -> dict[AlertLevel, dt.datetime]:
    return alert_times(row["started_at"], row["due_at"], TimeUnit(row["unit"] or TimeUnit.HOURS), hub.county.calendar)


def _reached(times: Mapping[AlertLevel, dt.datetime], now: dt.datetime) -> AlertLevel:
    return max((level for level, at in times.items() if at <= now), default=AlertLevel.NONE)


def _next(times: Mapping[AlertLevel, dt.datetime], level: int) -> dt.datetime:
    return next((at for rung, at in times.items() if rung > level), store.NEVER)


def _plan(hub: Hub, tx: Tx, row: Row) -> None:
    """The next alert of a clock. One that was extended falls back to what it has reached by its new length."""
    if _silent(row):
        store.plan_alert(tx, row, row["alert_level"], store.NEVER)
        return
    times = _times(hub, row)
    level = min(row["alert_level"], _reached(times, hub.clock()))
    if store.plan_alert(tx, row, level, _next(times, level)) and row["case_level"]:
        store.settle_alert_level(tx, row["case_id"])


def _raise(hub: Hub, tx: Tx, row: Row) -> None:
    if _silent(row):
        store.plan_alert(tx, row, row["alert_level"], store.NEVER)
        return
    times, now = _times(hub, row), hub.clock()
    level = _reached(times, now)
    if level <= row["alert_level"]:
        store.plan_alert(tx, row, row["alert_level"], _next(times, row["alert_level"]))
        return
    if not store.plan_alert(tx, row, level, _next(times, level)):
        return
    store.settle_alert_level(tx, row["case_id"])
    if level < AlertLevel.YELLOW:
        _remind(hub, tx, row, level, now)
        return
    if row["alert_level"] < AlertLevel.YELLOW:
        _yellow(hub, tx, row, now)
    if level is AlertLevel.RED:
        _red(hub, tx, row, now)


def addressee(row: Row) -> str:
    """The unit that owes what a clock counts: the centre reviews, the lead answers for the law, the holder for the rest."""
    if row["key"] == "review" or row["state"] == "resolved":
        return "centre"
    if row["key"].startswith("statutory."):
        return str(row["lead_unit_id"])
    return str(row["holder"] or row["lead_unit_id"])


def _remind(hub: Hub, tx: Tx, row: Row, level: AlertLevel, now: dt.datetime) -> None:
    part = "过半" if level is AlertLevel.HALF else "过八成"
    text = f"“{clock_title(hub, row)}”的时间已{part}，请在{_when(row['due_at'])}前完成。"
    supervisions.add_supervision(tx, _record(hub, row, level, now) | {"kind": "reminder", "text": text})


def _yellow(hub: Hub, tx: Tx, row: Row, now: dt.datetime) -> None:
    log.warning("case %s is late: %s was due %s", row["case_no"], row["key"], row["due_at"].isoformat())
    _note(tx, row, "alert.yellow", now)
    case = cases.get_case_by_id(tx, row["case_id"])
    if row["key"] == "handle" and case is not None:
        # Once a round: what is late again after a reopening is told again, what was only re-planned is not.
        tell(hub, tx, case, "late", row["reopen_count"])


def _red(hub: Hub, tx: Tx, row: Row, now: dt.datetime) -> None:
    _note(tx, row, "alert.red", now)
    due_at = deadline(now, ANSWER_WITHIN, hub.county.calendar).at
    text = f"“{clock_title(hub, row)}”已超时一个工作日，请在{_when(due_at)}前说明原因和办理计划。"
    record = _record(hub, row, AlertLevel.RED, now) | {"kind": "supervision", "level": "general", "text": text, "due_at": due_at}
    if supervisions.add_supervision(tx, record):
        store.raise_supervision_level(tx, row["case_id"], SUPERVISED)


def _record(hub: Hub, row: Row, level: AlertLevel, now: dt.datetime) -> dict[str, Any]:
    # The deadline is part of the key: a clock that was extended or started anew is another one.
    key = f"alert:{row['case_id']}:{row['key']}:{int(row['due_at'].timestamp())}:{int(level)}"
    return {"case_id": row["case_id"], "unit_id": addressee(row), "by": SYSTEM, "at": now, "clock_key": row["key"], "dedupe_key": key}


def _note(tx: Tx, row: Row, action: str, now: dt.datetime) -> None:
    detail = {"clock": row["key"], "due_at": row["due_at"].isoformat(), "unit_id": addressee(row)}
    audit.add_audit(tx, now, SYSTEM, action, case_id=row["case_id"], detail=detail)


def clock_title(hub: Hub, row: Row) -> str:
    """The name of a clock in Chinese, as its scene or the hub words it."""
    plan = hub.plans.get(row["scene_key"])
    own = [clock for clock in (plan.scene.clocks if plan else ()) if clock.key == row["key"]]
    # Of the hub's clocks with one key the last is the ordinary one.
    known = own or [clock for clock in reversed(HUB_CLOCKS) if clock.key == row["key"]]
    fitting = [clock for clock in known if clock.span.unit.value == row["unit"]]
    return str((fitting or known)[0].title) if known else str(row["key"])


def _when(moment: dt.datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def firm_up(hub: Hub) -> int:
    """Count deadlines again that rested on a year whose working days were not published, once they are. Returns how many moved."""
    calendar, place, moved = hub.county.calendar, (0, ""), 0
    while True:
        with hub.store.write() as tx:
            rows = store.provisional_clocks(tx, place, CHUNK)
            for row in rows:
                spans = [Span(row["amount"], TimeUnit(row["unit"]))]
                spans += [Span(days, TimeUnit.WORKING_DAYS) for days in store.granted_days(tx, row["case_id"], row["key"], row["started_at"])]
                due, provisional = row["started_at"], False
                for span in spans:
                    counted = deadline(due, span, calendar)
                    due, provisional = counted.at, provisional or counted.provisional
                if not provisional:
                    moved += store.firm_up(tx, row, due)
        if len(rows) < CHUNK:
            return moved
        place = rows[-1]["case_id"], rows[-1]["key"]


def watch_calendar(hub: Hub) -> None:
    """Say in the log that the next year's working days are wanted."""
    until = calendar_short(hub)
    if until is not None:
        log.warning("working days are known until %s only: put calendar-%s.json into the county's folder", until, until.year + 1)
