"""The rating of a closed case: five grades, once a round, while its window is open.

The rules it keeps: only the reporter rates, by the page that number and query code open or by answering the SMS; a page
must turn away whoever is signed in as staff. 1 and 2 are bad: the case is taken up again one level up, the first time at
once, later when the centre decides so. Who does not rate is not counted as satisfied. The reporter's words are sealed, for
the centre alone; the unit that is rated sees a grade and no more.

Source: the scheme 政务服务“好差评” (five grades, the last two bad; ratings are voluntary, raters are not shown to the rated).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.cases import State
from gonzhi_code.words import Words
from service.sealing import CannotOpen
from service.store import cases, handling, ratings
from service.store.clock_runs import VOID
from service.store.engine import Tx

from .accounts import User
from .context import Hub
from .handling_clocks import stop
from .numbers import read_case_no
from .permissions import Sight, sight
from .refusals import Incomplete
from .reopening import appeal_purpose, own_and_main, take_up

GRADES: Mapping[int, Words] = {
    5: Words("非常满意", "Very satisfied"),
    4: Words("满意", "Satisfied"),
    3: Words("基本满意", "Fairly satisfied"),
    2: Words("不满意", "Dissatisfied"),
    1: Words("非常不满意", "Very dissatisfied"),
}
BAD = 2
"""This grade and below."""
CHANNELS = ("page", "sms")
CLOCK = "rate"
LONGEST_COMMENT = 500
BATCH = 200
"""Windows that one run of the schedule ends; the next run takes the others."""

_NO_GRADE = Words("请选择满意程度", "Choose how satisfied you are")
_LONG = Words(f"最多 {LONGEST_COMMENT} 个字", f"At most {LONGEST_COMMENT} characters")

log = logging.getLogger("gonzhi.hub")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RateOutcome:
    """What became of a rating.

    Args:
        outcome: ``rated``, or why not: ``already_rated``, ``window_over``, ``not_closed``.
        reopened: the case is taken up again; appeal_asked: the centre is to decide whether it is.
    """

    outcome: str
    reopened: bool = False
    appeal_asked: bool = False


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating as a person at a desk may see it; ``comment`` is empty for all but the centre."""

    round: int
    grade: int
    unit_id: str
    at: dt.datetime
    channel: str
    comment: str


def rate(hub: Hub, case_no: str, grade: int, comment: str = "", channel: str = "page") -> RateOutcome:
    """The reporter rates how a case was handled; the caller has made sure that it is the reporter.

    Args:
        case_no: of the reporter's own case; where it was merged, the handling of the main case is rated.
        grade: 5 to 1; comment: in free words; channel: a word of :data:`CHANNELS`.

    Raises:
        NotAllowed: ``no_case``. Incomplete: ``grade``, ``comment``.
    """
    errors = {}
    if grade not in GRADES:
        errors["grade"] = _NO_GRADE
    said = comment.strip()
    if len(said) > LONGEST_COMMENT:
        errors["comment"] = _LONG
    if errors:
        raise Incomplete(errors)
    if channel not in CHANNELS:
        raise ValueError(f"a rating comes by {' or '.join(CHANNELS)}, not by {channel!r}")
    with hub.store.write() as tx:
        own, main = own_and_main(tx, read_case_no(case_no))
        outcome = _rate(hub, tx, own, main, grade, said, channel)
    hub.waker.wake()
    return outcome


def rating_open(hub: Hub, row: Row) -> bool:
    """Whether the reporter of this case may rate it now."""
    with hub.store.read() as tx:
        main = row if row["main_case_id"] is None else cases.get_case_by_id(tx, row["main_case_id"])
        if main is None or ratings.rating_of_round(tx, row["id"], main["reopen_count"]) is not None:
            return False
        return not _why_not(hub, tx, main)


def ratings_for(hub: Hub, tx: Tx, user: User, row: Row) -> list[Rating]:
    """The ratings of a case, the words only for the centre, and not where the centre itself was rated."""
    if sight(hub.county, user, row) is not Sight.CASE:
        return []
    return [
        Rating(
            one["round"], one["grade"], one["unit_id"], one["at"], one["channel"],
            _comment(hub, row, one) if user.role == "centre" and one["unit_id"] != user.unit_id else "",
        )
        for one in ratings.ratings_of(tx, row["id"])
    ]  # fmt: skip


def appeal_words(hub: Hub, row: Row, appeal: Row) -> str:
    """What the reporter wrote in an appeal, for whoever decides it; ``""`` where it cannot be opened any more."""
    return _open(hub, appeal_purpose(row["case_no"], appeal["round"]), appeal["blob"])


def end_windows(hub: Hub) -> int:
    """End every window that is over unused, so many at a time. Returns how many."""
    with hub.store.read() as tx:
        over = [clock["case_id"] for clock in cases.due_clocks(tx, hub.clock(), key=CLOCK, limit=BATCH)]
    return sum(end_window(hub, case_id) for case_id in over)


def end_window(hub: Hub, case_id: int) -> bool:
    """Once the window is over unused, the clock stops: unrated is void, neither met nor late. Returns whether it did."""
    with hub.store.write() as tx:
        row = cases.get_case_by_id(tx, case_id, lock=True)
        if row is None or row["state"] != State.CLOSED:
            return False
        clock = _clock(tx, row)
        if clock is None or clock["met_at"] is not None or hub.clock() <= clock["due_at"]:
            return False
        stop(tx, row, [clock], hub.clock(), outcome=VOID)
        return True


def _rate(hub: Hub, tx: Tx, row: dict[str, Any], main: dict[str, Any], grade: int, said: str, channel: str) -> RateOutcome:
    number, now = main["reopen_count"], hub.clock()
    if ratings.rating_of_round(tx, row["id"], number) is not None:
        return RateOutcome("already_rated")
    if why_not := _why_not(hub, tx, main):
        # A bad rating that was sent twice: the first one has opened the next round already.
        again = main["state"] != State.CLOSED and ratings.rating_of_round(tx, row["id"], number - 1) is not None
        return RateOutcome("already_rated" if again else why_not)
    result = handling.resolutions_of(tx, main["id"])[-1]
    kept = {
        "case_id": row["id"], "round": number, "grade": grade, "channel": channel, "unit_id": result["unit_id"], "at": now,
        "blob": hub.sealer.seal(rating_purpose(row["case_no"], number), said.encode()) if said else None,
    }  # fmt: skip
    if not ratings.add_rating(tx, kept):
        return RateOutcome("already_rated")
    handling.annotate_case(tx, row["id"], {"grade": grade})
    if row["id"] == main["id"] and (clock := _clock(tx, main)) is not None:
        stop(tx, {**main, "holder": result["unit_id"]}, [clock], now)
    if grade > BAD:
        return RateOutcome("rated")
    wish = take_up(hub, tx, {**main, "grade": grade} if row["id"] == main["id"] else main, said, f"评价为“{GRADES[grade]}”")
    return RateOutcome("rated", wish.reopened, wish.asked)


def _why_not(hub: Hub, tx: Tx, main: Row) -> str:
    if main["state"] != State.CLOSED:
        return "not_closed"
    clock = _clock(tx, main)
    return "window_over" if clock is None or hub.clock() > clock["due_at"] else ""


def _clock(tx: Tx, row: Row) -> dict[str, Any] | None:
    return next((one for one in cases.clocks_of(tx, row["id"]) if one["key"] == CLOCK), None)


def rating_purpose(case_no: str, number: int) -> str:
    """What the words of a rating are bound to."""
    return f"rating:{case_no}:{number}"


def _comment(hub: Hub, row: Row, rating: Row) -> str:
    return _open(hub, rating_purpose(row["case_no"], rating["round"]), rating["blob"]) if rating["blob"] else ""


def _open(hub: Hub, purpose: str, blob: bytes) -> str:
    try:
        return hub.sealer.open(purpose, blob).decode()
    except CannotOpen:
        log.warning("what was sealed for %s cannot be opened", purpose)
        return ""
