"""The daily reconciliation: from the scan to the notice nothing may be lost on the way, and it is counted whether it was.

The rules it keeps:

* Each equation has a name, holds one count against others taken from other tables, and lists the cases that spoil it.
* What may differ with reason is a bound and not an equation, is shown, and fails nothing: forms opened are counted in
  memory for two seconds, so a killed process loses some; and a form that is opened before midnight may be sent after it.
* What is on its way is not lost: a case has its minute to reach a desk, and a notice that waits for the end of the quiet
  hours is counted as waiting.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.routing import PLACE_UNKNOWN
from gonzhi_code.words import Words
from service.store import balances

from .context import SHANGHAI, Hub, local_day
from .dispatch_watch import PROMISED_SECONDS
from .telling import WISH

MOST_LISTED = 20
"""Case numbers listed of one equation; how many there are stands beside them."""
DAYS_AGAIN = 7
"""So many days back a day is done that was missed, and done again that did not balance."""
NOTICE_GRACE = dt.timedelta(minutes=10)
"""A notice that is due this long and still waits is not on its way."""
_ENDED = frozenset({"sent", "delivered", "failed", "dropped", "uncertain"})

log = logging.getLogger("gonzhi.reconcile")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Equation:
    """One count held against the sum of others.

    Args:
        key: never renamed, it is kept; words: for people.
        left, right: names with their counts; the left must be the sum of the right, of a bound at least that.
        cases: numbers of the cases that spoil it.
        bound: may differ with reason and fails nothing.
    """

    key: str
    words: Words
    left: tuple[str, int]
    right: tuple[tuple[str, int], ...]
    cases: tuple[str, ...] = ()
    bound: bool = False

    @property
    def holds(self) -> bool:
        """Whether it comes out."""
        total = sum(count for _, count in self.right)
        return (self.left[1] >= total if self.bound else self.left[1] == total) and not self.cases

    def data(self) -> dict[str, Any]:
        """JSON-able."""
        return {
            "key": self.key,
            "words": str(self.words),
            "holds": self.holds,
            "bound": self.bound,
            "left": list(self.left),
            "right": [list(one) for one in self.right],
            "spoiled_by": len(self.cases),
            "cases": list(self.cases[:MOST_LISTED]),
        }


@dataclass(frozen=True)
class Balance:
    """The reconciliation of a day."""

    day: dt.date
    equations: tuple[Equation, ...]

    @property
    def balanced(self) -> bool:
        """Whether every equation comes out; bounds may not."""
        return all(one.holds or one.bound for one in self.equations)

    def data(self) -> dict[str, Any]:
        """JSON-able."""
        return {"day": self.day.isoformat(), "balanced": self.balanced, "equations": [one.data() for one in self.equations]}


def reconcile(hub: Hub, day: dt.date) -> Balance:
    """Hold the counts of a day in the county against one another. Writes nothing."""
    since = dt.datetime.combine(day, dt.time(), SHANGHAI)
    before, rows, after = since + dt.timedelta(days=1), [], 0
    with hub.store.read() as tx:
        opened, submitted = balances.scan_totals(tx, day)
        while page := balances.day_cases(tx, since, before, after):
            rows += [_slim(hub, row) for row in page]
            after = page[-1]["id"]
        messages = balances.day_messages(tx, since, before)
        notices = balances.day_notices(tx, since, before)
    forms = (
        Equation("opened", Words("打开的表单不少于提交的", "Forms opened are no fewer than sent"), ("opened", opened), (("submitted", submitted),), (), True),
        Equation("submitted", Words("每份提交都成为一件", "Every form sent became a case"), ("submitted", submitted), (("cases", len(rows)),)),
    )
    of_cases = (*_dispatch(rows), *_delivery(rows, messages, day == hub.today()), *_integrity(rows))
    return Balance(day, (*forms, *of_cases, *_notified(hub, rows, notices)))


def reconcile_days(hub: Hub) -> int:
    """Do yesterday, and the days of the last week that were missed or did not balance. Returns how many were done."""
    today = hub.today()
    with hub.store.read() as tx:
        began = balances.first_day(tx)
        known = {row["day"]: row["balanced"] for row in balances.balances_between(tx, today - dt.timedelta(days=DAYS_AGAIN), today)}
    if began is None:
        return 0
    days = [today - dt.timedelta(days=back) for back in range(DAYS_AGAIN, 0, -1)]
    wanted = [day for day in days if day >= local_day(began) and not known.get(day)]
    for day in wanted:
        made = reconcile(hub, day)
        with hub.store.write() as tx:
            balances.save_balance(tx, day, made.data(), made.balanced, hub.clock())
        if not made.balanced:
            log.error("the counts of %s do not balance: %s", day, ", ".join(one.key for one in made.equations if not one.holds and not one.bound))
    return len(wanted)


def last_balances(hub: Hub) -> list[dict[str, Any]]:
    """The reconciliations of the last week as they were kept, the newest first."""
    today = hub.today()
    with hub.store.read() as tx:
        return balances.balances_between(tx, today - dt.timedelta(days=DAYS_AGAIN), today)


def _slim(hub: Hub, row: Row) -> dict[str, Any]:
    """What is needed of a case; its answers are looked at once and let go."""
    plan = hub.plans.get(row["scene_key"])
    asks = plan is not None and WISH in plan.scene.fields
    wants = bool(row["phone_index"]) and (not asks or bool(row["answers"].get(WISH)))
    quarantined = row["source"] == "bad_code" or PLACE_UNKNOWN in row["marks"]
    on_its_way = dt.timedelta(0) <= hub.clock() - row["reported_at"] < dt.timedelta(seconds=PROMISED_SECONDS)
    kept = {name: value for name, value in row.items() if name not in ("answers", "phone_index", "marks")}
    return {**kept, "wants_to_hear": wants, "quarantined": quarantined, "on_its_way": on_its_way}


def _numbers(rows: Iterable[Row], spoils: Callable[[Row], bool]) -> tuple[str, ...]:
    return tuple(row["case_no"] for row in rows if spoils(row))


def _count(rows: Iterable[Row], counts: Callable[[Row], bool]) -> int:
    return sum(1 for row in rows if counts(row))


def _dispatch(rows: list[dict[str, Any]]) -> tuple[Equation, ...]:
    given = [row for row in rows if row["assigned_at"] is not None and row["assigned_moves"]]
    apart = _count(given, lambda row: row["quarantined"])
    bad_codes = [row for row in rows if row["source"] == "bad_code"]
    return (
        Equation(
            "dispatched", Words("每一件都已交办，或在待核区", "Every case was dispatched, or stands apart to be checked"),
            ("cases", len(rows)), (("dispatched", len(given) - apart), ("quarantined", apart)),
            _numbers(rows, lambda row: row["assigned_at"] is None or not row["assigned_moves"]),
        ),
        Equation(
            "alarms", Words("每张有问题的码都报给了中心", "The centre was told of every code that is not good"),
            ("bad codes", len(bad_codes)), (("alarms", _count(bad_codes, lambda row: row["alarm_messages"] > 0)),),
            _numbers(rows, lambda row: (row["source"] == "bad_code") != (row["alarm_messages"] > 0)),
        ),
    )  # fmt: skip


def _delivery(rows: list[dict[str, Any]], messages: list[dict[str, Any]], still_today: bool) -> tuple[Equation, ...]:
    there = _count(rows, lambda row: row["delivered_at"] is not None)
    waiting = _count(rows, lambda row: row["delivered_at"] is None and row["on_its_way"])
    found = [
        Equation(
            "delivered", Words("每一件都到了承办单位的工作台", "Every case reached its unit's desk"),
            ("cases", len(rows)), (("delivered", there), ("on their way", waiting)),
            _numbers(rows, lambda row: row["delivered_at"] is None and not row["on_its_way"]),
        ),
        Equation(
            "messages", Words("发件箱与工作台说法一致", "The outbox says the same as the desk"),
            ("delivered", there), (("delivered messages", _count(rows, lambda row: row["desk_delivered"] > 0)),),
            _numbers(rows, lambda row: (row["desk_delivered"] > 0) != (row["delivered_at"] is not None) or not row["desk_messages"]),
        ),
    ]  # fmt: skip
    for name in sorted({row["destination"] for row in messages} - {"desk"}):
        of_hub = [row for row in messages if row["destination"] == name]
        by_state = {row["state"]: row["count"] for row in of_hub}
        # Another hub may rest for a while; what it has not taken by the end of the day is a difference.
        waiting = by_state.get("pending", 0) + by_state.get("leased", 0) if still_today else 0
        fine = ("delivered", "pending", "leased") if still_today else ("delivered",)
        late = tuple(row["case_no"] for row in of_hub if row["state"] not in fine)
        right = (("delivered", by_state.get("delivered", 0)), ("on their way", waiting))
        words = Words(f"{name} 收到了每一条消息", f"{name} has every message")
        found.append(Equation(f"hub.{name}", words, ("messages", sum(by_state.values())), right, late))
    return tuple(found)


def _integrity(rows: list[dict[str, Any]]) -> tuple[Equation, ...]:
    sound = _count(rows, lambda row: row["state"] == row["last_state"] and row["move_count"] == row["last_seq"])
    return (
        Equation(
            "history", Words("每一件的状态与流转记录一致，记录不缺号", "The state of every case is where its history ends, and no move is missing"),
            ("cases", len(rows)), (("sound", sound),),
            _numbers(rows, lambda row: row["state"] != row["last_state"] or row["move_count"] != row["last_seq"]),
        ),
    )  # fmt: skip


def _notified(hub: Hub, rows: list[dict[str, Any]], notices: list[dict[str, Any]]) -> tuple[Equation, ...]:
    there = [row for row in rows if row["delivered_at"] is not None]
    told = _count(there, lambda row: row["received_notices"] > 0)
    silent = _count(there, lambda row: not row["wants_to_hear"] and not row["received_notices"])
    late = hub.clock() - NOTICE_GRACE
    waiting = [row for row in notices if row["state"] not in _ENDED]
    by_state: dict[str, int] = {}
    for row in notices:
        by_state[row["state"]] = by_state.get(row["state"], 0) + 1
    ended = tuple((state, by_state.get(state, 0)) for state in sorted(_ENDED))
    due = _numbers(waiting, lambda row: row["next_at"] <= late)
    ends = Equation(
        "notices", Words("每条短信都有结果，或还没到发送时间", "Every notice ended, or is not due yet"),
        ("notices", len(notices)), (*ended, ("waiting", len(waiting) - len(due))), due,
    )  # fmt: skip
    if not hub.settings.sms.on:
        return (ends,)
    return (
        Equation(
            "notified", Words("要回音的人都写了受理短信", "Whoever wants to hear has a notice that the case was received"),
            ("delivered", len(there)), (("notified", told), ("none wanted", silent)),
            _numbers(there, lambda row: row["wants_to_hear"] != (row["received_notices"] > 0)),
        ),
        ends,
    )  # fmt: skip
