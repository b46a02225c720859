"""A year of cases, lived through at the real hub, with a second book kept beside it in another hand.

The script is drawn by chance from a fixed seed: cases come at night, on the eve of holidays, on weekends that are worked, in
the last minute of a month; they are bounced, extended, left lying, done again, rated well and badly. Every step moves the
standing clock, acts at the hub, and is written into :class:`Book`, which knows no calendar but that of ``counting.py``.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from gonzhi_code.cases import Action
from service.hub.extensions import ask_extension, decide_extension
from service.hub.handling import Given
from service.hub.rating import rate
from tests.hub.desks import RESULT, centre, do, holder, row_of, send

from .counting import DAY, Office

EAST = dt.timezone(dt.timedelta(hours=8))
ZERO = dt.datetime(2026, 1, 1, tzinfo=EAST)
OWED = ("acknowledge", "handle", "review")
# What a clock gives, as the county says it: amount and kind, for the ordinary case and the urgent one.
ORDINARY = {"acknowledge": (120, "open"), "handle": (5, "working_days"), "review": (1, "working_days"), "rate": (7, "days")}
URGENT = {**ORDINARY, "acknowledge": (30, "wall"), "handle": (24 * 60, "wall")}
TOWNS = ("331081104000", "331081104000", "331081100000", "331081001000")


def at(minute: float) -> dt.datetime:
    """The moment of a minute of the year."""
    return ZERO + dt.timedelta(minutes=minute)


def minute_of(year: int, month: int, day: int, hour: int, minute: int) -> int:
    """The minute of the year of a time in the county."""
    return int((dt.datetime(year, month, day, hour, minute, tzinfo=EAST) - ZERO).total_seconds() // 60)


@dataclass
class Running:
    """A clock in the book."""

    start: float
    due: float
    kind: str


@dataclass
class Entry:
    """A case in the book: what is known of it without asking the hub."""

    case_no: str
    scene: str
    town: str
    reported: float
    spans: dict[str, tuple[int, str]]
    delivered: float = 0.0
    state: str = "assigned"
    running: dict[str, Running] = field(default_factory=dict)
    kept: Running | None = None
    runs: list[tuple[str, str]] = field(default_factory=list)
    grade: int | None = None
    returned: int = 0
    reopened: int = 0
    round: int = 0


class Book:
    """Clocks and outcomes of every case, by the calendar of another."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.entries: dict[str, Entry] = {}

    def due(self, start: float, amount: int, kind: str) -> float:
        """When a span is up."""
        count: dict[str, Callable[[float, int], float]] = {
            "open": self.office.working_minutes, "working_days": self.office.working_days, "days": self.office.natural_days,
            "wall": lambda start, amount: start + amount,
        }  # fmt: skip
        return count[kind](start, amount)

    def times(self, clock: Running) -> list[float]:
        """The four moments at which it is spoken of."""
        if clock.kind in ("open", "working_days"):
            parts = [self.office.part(clock.start, clock.due, per_cent) for per_cent in (50, 80)]
        else:
            parts = [clock.start + (clock.due - clock.start) * per_cent / 100 for per_cent in (50, 80)]
        return [*parts, clock.due, self.office.working_days(clock.due, 1)]

    def level(self, clock: Running, now: float) -> int:
        """How late a clock is."""
        return sum(moment <= now for moment in self.times(clock))

    def begin(self, one: Entry, now: float, *keys: str) -> None:
        """Start clocks."""
        for key in keys:
            amount, kind = one.spans[key]
            one.running[key] = Running(now, self.due(now, amount, kind), kind)

    def end(self, one: Entry, now: float, *keys: str) -> None:
        """Stop clocks that run, each met or late."""
        for key in keys:
            clock = one.running.pop(key, None)
            if clock is not None:
                one.runs.append((key, "met" if now <= clock.due else "late"))

    def assign(self, one: Entry, now: float) -> None:
        """A unit gets the case: it owes an acknowledgement; the handling it owes once a round."""
        one.state = "assigned"
        self.begin(one, now, "acknowledge")
        if "handle" not in one.running:
            self.begin(one, now, "handle")

    def resolve(self, one: Entry, now: float) -> None:
        """The result is there."""
        one.state, one.kept = "resolved", one.running["handle"]
        self.end(one, now, "handle")
        self.begin(one, now, "review")

    def rework(self, one: Entry, now: float) -> None:
        """The review fails it: the handling was never ended."""
        one.state = "in_handling"
        self.end(one, now, "review")
        assert one.kept is not None
        index = max(index for index, run in enumerate(one.runs) if run[0] == "handle")
        del one.runs[index]
        one.running["handle"] = one.kept


def figures(book: Book, now: float, chosen: Callable[[Entry], bool]) -> dict[str, int]:
    """What the board must say of the chosen cases."""
    counts: dict[str, int] = dict.fromkeys(
        ("received", "delivered_in_time", "open", "closed", "closed_in_time", "came_due", "acknowledged_in_time", "acknowledge_due",
         "late", "returned", "reopened", "rated", "judged", "satisfied", "bad", "unrated"), 0,
    )  # fmt: skip
    for one in book.entries.values():
        if not chosen(one):
            continue
        over = {key for key, clock in one.running.items() if key in OWED and clock.due < now}
        late = over | {key for key, outcome in one.runs if outcome == "late" and key in OWED}
        met = ("acknowledge", "met") in one.runs
        closed, bad = one.state == "closed", one.grade is not None and one.grade <= 2
        facts = {
            "received": True, "delivered_in_time": bool(one.delivered) and one.delivered - one.reported <= 1,
            "open": not closed, "closed": closed, "closed_in_time": closed and "handle" not in late,
            "came_due": closed or "handle" in over, "acknowledged_in_time": met and "acknowledge" not in late,
            "acknowledge_due": met or "acknowledge" in late, "late": bool(late), "returned": one.returned > 0,
            "reopened": one.reopened > 0, "rated": one.grade is not None, "judged": closed or bad,
            "satisfied": closed and one.grade is not None and one.grade >= 3, "bad": bad, "unrated": closed and one.grade is None,
        }  # fmt: skip
        for name, true in facts.items():
            counts[name] += true
    return counts


class Year:
    """Draws the script, lives it, keeps the book.

    Args:
        hub: with a standing clock; deliver: puts what the outbox holds on the desks.
    """

    def __init__(self, hub: Any, clock: Any, deliver: Callable[[], object], office: Office, seed: int) -> None:
        self.hub, self.clock, self.deliver = hub, clock, deliver
        self.book = Book(office)
        self.chance = random.Random(seed)
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, Callable[[float], None]]] = []

    def later(self, minute: float, step: Callable[..., None], *facts: Any) -> None:
        """Do a step at a minute."""
        heapq.heappush(self._waiting, (minute, next(self._order), lambda now: step(now, *facts)))

    def live(self, until: float) -> Iterator[float]:
        """Live through the script; yields each minute at which something was done."""
        while self._waiting and self._waiting[0][0] <= until:
            minute, _, step = heapq.heappop(self._waiting)
            self.clock.now = at(minute)
            step(minute)
            yield minute

    def pause(self, *, long: int = 9) -> int:
        """How long somebody takes: minutes mostly, a day or two at times, and now and then more than a week."""
        return self.chance.choice((7, 25, 95, 170, 400, 1300, 2900, 4300, long * DAY))

    def report(self, now: float) -> None:
        """A case comes in."""
        kind = self.chance.choice(("general", "general", "general", "urgent", "wage"))
        town = self.chance.choice(TOWNS)
        more = {"urgency": "urgent"} if kind == "urgent" else {}
        scene = "wage" if kind == "wage" else "general"
        case_no = send(self.hub, scene, township_id=town, village_id="", **more)
        one = Entry(case_no, scene, town, now, URGENT if row_of(self.hub, case_no)["urgent"] else ORDINARY)
        self.book.entries[case_no] = one
        self.book.assign(one, now)
        late = self.chance.random() < 0.08
        self.later(now + (75 if late else 5) / 60, self.arrive, one)
        self.later(now + self.pause(), self.bounce if self.chance.random() < 0.15 else self.acknowledge, one)

    def arrive(self, now: float, one: Entry) -> None:
        """The worker puts what waits on the desks."""
        self.deliver()
        for other in self.book.entries.values():
            other.delivered = other.delivered or now

    def act(self, one: Entry, action: Action, who: Any = None, given: Any = None) -> None:
        """Act at the hub."""
        do(self.hub, who or holder(self.hub, one.case_no), one.case_no, action, given)

    def bounce(self, now: float, one: Entry) -> None:
        """Not ours."""
        self.act(one, Action.SEND_BACK)
        self.book.end(one, now, "acknowledge")
        one.state, one.returned = "returned", one.returned + 1
        self.later(now + self.pause(long=3), self.give, one)

    def give(self, now: float, one: Entry) -> None:
        """Whoever holds it names a unit."""
        if one.scene == "wage":
            unit = "housing" if one.reopened else "labour"
        else:
            unit = f"{one.town[:9]}.{'enforcement' if one.reopened else 'safety'}"
        self.act(one, Action.ASSIGN, given=Given(unit_id=unit))
        self.book.assign(one, now)
        self.later(now + self.pause(), self.acknowledge, one)

    def acknowledge(self, now: float, one: Entry) -> None:
        """Taken note of, and begun a little later; or never."""
        self.act(one, Action.ACKNOWLEDGE)
        self.book.end(one, now, "acknowledge")
        one.state = "acknowledged"
        if self.chance.random() < 0.94:
            self.later(now + self.pause(long=2), self.start, one)

    def start(self, now: float, one: Entry) -> None:
        """Work begins; more time is asked for at times; some never end it."""
        self.act(one, Action.START)
        one.state = "in_handling"
        if self.chance.random() < 0.3 and one.running["handle"].due > now:
            self.extend(now, one)
        if self.chance.random() < 0.93:
            self.later(now + self.pause(long=14), self.finish, one)

    def extend(self, now: float, one: Entry) -> None:
        """More time, granted at once."""
        days = self.chance.randint(1, 10)
        asked = ask_extension(self.hub, holder(self.hub, one.case_no), one.case_no, days, "等设备到货")
        decide_extension(self.hub, centre(self.hub), asked, True, "")
        clock = one.running["handle"]
        one.running["handle"] = Running(clock.start, self.book.office.working_days(clock.due, days), clock.kind)

    def finish(self, now: float, one: Entry) -> None:
        """A result, reviewed later."""
        self.act(one, Action.RESOLVE, given=replace(RESULT, conclusion="paid_in_full") if one.scene == "wage" else RESULT)
        self.book.resolve(one, now)
        self.later(now + self.pause(long=4), self.review, one)

    def review(self, now: float, one: Entry) -> None:
        """Passed, or not."""
        who = centre(self.hub, f"closer{one.round}")
        if self.chance.random() < 0.12:
            self.act(one, Action.REWORK, who)
            self.book.rework(one, now)
            self.later(now + self.pause(long=6), self.finish, one)
            return
        self.act(one, Action.CLOSE, who)
        self.book.end(one, now, "review")
        one.state = "closed"
        self.book.begin(one, now, "rate")
        if self.chance.random() < 0.6:
            self.later(now + self.chance.randint(1, 6 * DAY), self.grade, one)

    def grade(self, now: float, one: Entry) -> None:
        """The citizen says how it was; the first bad word opens it again."""
        grade = self.chance.choice((5, 5, 4, 3, 2, 1)) if not one.reopened else 5
        outcome = rate(self.hub, one.case_no, grade)
        assert outcome.outcome == "rated" and outcome.reopened == (grade <= 2)
        one.grade = grade
        self.book.end(one, now, "rate")
        if grade <= 2:
            one.state, one.kept = "accepted", None
            one.reopened, one.round = one.reopened + 1, one.round + 1
            self.later(now + self.pause(long=2), self.give, one)
