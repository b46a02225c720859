"""Clocks and deadlines: minutes, working hours, working days and natural days, counted as their sources count them.

Rules, with their sources:

- The first day does not count (民法典 Art. 201). A period of natural days whose last day is a day of rest ends on the next
  working day, and a last day ends when business closes (Art. 203), so day deadlines fall at the close of office.
- "Days" of two, three, five and seven in 行政处罚法 are working days (Art. 85); whoever states a span states its unit.
- Working days follow the State Council's notice of the year, make-up working days included. A year that is not published
  is never guessed in silence: counting through it raises, or the deadline is marked provisional.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from .calendars import SHANGHAI, Calendar
from .conditions import ALWAYS, Condition
from .errors import CalendarUnknown
from .words import Words

__all__ = ["Calendar", "Clock", "Deadline", "Span", "TimeUnit", "deadline", "working_minutes_between"]


class TimeUnit(str, Enum):
    """The unit a rule's source counts in; they are never converted into one another."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as a rule states it: ``Span(5, TimeUnit.WORKING_DAYS)``."""

    amount: int
    unit: TimeUnit


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline a scene sets.

    Args:
        key: ``"dispatch"``, ``"acknowledge"``, ``"send_back"``, ``"handle"``, ``"review"``, ``"rate"`` for the hub's own,
            ``"statutory.<word>"`` for a clock that a law sets beside them.
        span: how long.
        title: for people.
        source: the law and article, or ``"setting"`` where the county decides.
        starts: the move that starts it, an action word of cases.py (``"report"``, ``"assign"``, ``"accept"`` ...).
        when: facts under which it applies (``urgent`` is one of the facts).
        setting: dotted county setting that overrides the amount, ``""`` for a statutory span nobody may change.
    """

    key: str
    span: Span
    title: Words
    source: str
    starts: str = "assign"
    when: Condition = ALWAYS
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time (in UTC+8); ``provisional`` where it rests on a calendar year not yet published."""

    at: dt.datetime
    provisional: bool = False


def deadline(start: dt.datetime, span: Span, calendar: Calendar, *, on_unknown: str = "raise") -> Deadline:
    """When a span that starts now is over.

    Args:
        start: aware point in time.
        span: how long, in its own unit.
        calendar: the county's working days and office hours.
        on_unknown: what to do in a year that is not published: ``"raise"``, or ``"provisional"``, which counts Monday
            to Friday there and says so.

    Raises:
        CalendarUnknown: the span reaches into a year that is not published and ``on_unknown`` is ``"raise"``.
        ValueError: ``start`` is naive, the amount negative, or ``on_unknown`` is another word.
    """
    if start.tzinfo is None:
        raise ValueError("a point in time must carry its zone")
    if span.amount < 0 or on_unknown not in ("raise", "provisional"):
        raise ValueError(f"cannot count {span.amount} {span.unit.value} with on_unknown={on_unknown!r}")
    local = start.astimezone(SHANGHAI)
    if span.unit is TimeUnit.MINUTES:
        return Deadline(local + dt.timedelta(minutes=span.amount))
    if span.unit is TimeUnit.HOURS:
        return Deadline(local + dt.timedelta(hours=span.amount))
    count = _Count(calendar, guess=on_unknown == "provisional")
    if span.unit is TimeUnit.WORKING_HOURS:
        at = count.after_office_minutes(local, span.amount * 60)
    elif span.unit is TimeUnit.WORKING_DAYS:
        at = count.closing(count.working_day_after(local.date(), span.amount))
    else:
        at = count.closing(count.next_working_day(local.date() + dt.timedelta(days=span.amount)))
    return Deadline(at, count.guessed)


def working_minutes_between(start: dt.datetime, end: dt.datetime, calendar: Calendar) -> int:
    """Office minutes from ``start`` to ``end``; 0 when ``end`` is not later. Unpublished years count Monday to Friday.

    Args:
        start, end: aware points in time.
    """
    count = _Count(calendar, guess=True)
    here, there = start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
    minutes = 0.0
    day = here.date()
    while day <= there.date():
        if count.works(day):
            for opens, closes in calendar.hours.on(day):
                span = min(there, closes) - max(here, opens)
                minutes += max(span.total_seconds(), 0) / 60
        day += dt.timedelta(days=1)
    return int(minutes)


class _Count:
    """One count over a calendar that remembers whether it had to guess a day."""

    def __init__(self, calendar: Calendar, guess: bool) -> None:
        self.calendar, self.guess, self.guessed = calendar, guess, False

    def works(self, day: dt.date) -> bool:
        try:
            return self.calendar.is_workday(day)
        except CalendarUnknown:
            if not self.guess:
                raise
            self.guessed = True
            return day.weekday() < 5

    def next_working_day(self, day: dt.date) -> dt.date:
        """``day`` itself if it is a working day, else the next one."""
        while not self.works(day):
            day += dt.timedelta(days=1)
        return day

    def working_day_after(self, day: dt.date, amount: int) -> dt.date:
        """The ``amount``-th working day after ``day``, which itself does not count."""
        left = amount
        while left:
            day += dt.timedelta(days=1)
            left -= self.works(day)
        return self.next_working_day(day)

    def closing(self, day: dt.date) -> dt.datetime:
        """The close of office on a day."""
        return self.calendar.hours.on(day)[-1][1]

    def after_office_minutes(self, start: dt.datetime, minutes: int) -> dt.datetime:
        """The moment when that many office minutes have passed since ``start``."""
        left = dt.timedelta(minutes=minutes)
        day = start.date()
        while True:
            if self.works(day):
                for opens, closes in self.calendar.hours.on(day):
                    begins = max(start, opens)
                    if begins < closes:
                        if begins + left <= closes:
                            return begins + left
                        left -= closes - begins
            day += dt.timedelta(days=1)
