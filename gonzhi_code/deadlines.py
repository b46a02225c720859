"""Clocks and deadlines: how long a law or a county gives, and when that time is up.

The rules it keeps, and their source (民法典, Civil Code):

* Art. 201: counted by hours, a period starts at the moment; counted by days, the first day does not count.
* Art. 203: where the last day is a rest day, the first working day after it is the last; where there are office hours,
  the period ends when the office closes. So a deadline in working days ends **at the close of office** of its last day: it
  binds an office, and an office can do nothing after it closes. Natural days also bind citizens, who write at any hour, so
  they end at 24:00; that is given as 23:59:59, so that the date shown is the last day and not the one after.
* Working hours run during office hours of working days only. Weekends worked instead of others (调休) are working days.
* A day of a year whose notice is not published makes the deadline provisional, or raises; it is never silently guessed.

Units are never converted into one another. All moments are aware; results are in UTC, as the store keeps them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal

from .calendars import Calendar, SpecialDay
from .conditions import ALWAYS, Condition
from .errors import CalendarUnknown
from .moments import (
    EPOCH,
    SECONDS_PER_DAY,
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
    SHANGHAI,
    aware,
    local_seconds,
    moment,
)
from .office_hours import OfficeHours
from .words import Words

__all__ = [
    "SHANGHAI",
    "Calendar",
    "Clock",
    "Deadline",
    "OfficeHours",
    "Span",
    "SpecialDay",
    "TimeUnit",
    "clock_deadlines",
    "deadline",
    "working_minutes_between",
]

OnUnknown = Literal["raise", "provisional"]
_LAST_SECOND = SECONDS_PER_DAY - 1


class TimeUnit(StrEnum):
    """The unit a rule's source counts in; they are never converted into one another."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as a rule states it: ``Span(5, TimeUnit.WORKING_DAYS)``.

    Args:
        amount: a whole number, 0 or more, in ``unit``.
        unit: a :class:`TimeUnit`, or its value as text (``"working_days"``), which becomes one.

    Raises:
        ValueError: the amount is negative or no whole number, or there is no such unit.
    """

    amount: int
    unit: TimeUnit

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount < 0:
            raise ValueError(f"the amount of a span is a whole number, not negative, and not {self.amount!r}")
        try:
            unit = TimeUnit(self.unit)
        except ValueError:
            raise ValueError(f"a span is counted in {', '.join(TimeUnit)}, not in {self.unit!r}") from None
        # Text that reads as a unit is equal to it and still not the same object, by which deadlines are chosen.
        object.__setattr__(self, "unit", unit)


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
        stops: what stops it: an action word, or ``"tell"`` (a word to the reporter) or ``"rate"`` (the reporter's rating). A
            clock that ``"acknowledge"`` or ``"send_back"`` stops is started anew for each unit that gets the case.
        extend_days: working days by which it may be extended once, with approval; 0 for one that may not.
    """

    key: str
    span: Span
    title: Words
    source: str
    starts: str = "assign"
    when: Condition = ALWAYS
    setting: str = ""
    stops: str = "resolve"
    extend_days: int = 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time, in UTC; ``provisional`` where it rests on a calendar year not yet published."""

    at: dt.datetime
    provisional: bool = False


def deadline(start: dt.datetime, span: Span, calendar: Calendar, *, on_unknown: OnUnknown = "provisional") -> Deadline:
    """When a span that starts at a moment is up.

    Args:
        start: aware, in any zone.
        span: how long.
        calendar: working days and office hours.
        on_unknown: what to do where the days counted touch a year that is not published: ``"raise"``, or mark the deadline
            ``"provisional"`` and count weekends and the holidays of fixed date as off.

    Returns:
        The deadline in UTC. Spans of minutes and hours end to the microsecond; all others on a whole second.

    Raises:
        ValueError: ``start`` is naive, or ``on_unknown`` is neither word.
        CalendarUnknown: a year is not published and ``on_unknown`` is ``"raise"``.
    """
    if on_unknown not in ("raise", "provisional"):
        raise ValueError(f"on_unknown is 'raise' or 'provisional', not {on_unknown!r}")
    unit = span.unit
    if unit is TimeUnit.MINUTES:
        return Deadline(aware(start).astimezone(dt.UTC) + dt.timedelta(minutes=span.amount))
    if unit is TimeUnit.HOURS:
        return Deadline(aware(start).astimezone(dt.UTC) + dt.timedelta(hours=span.amount))
    begun = local_seconds(start)
    if unit is not TimeUnit.WORKING_HOURS:
        # All that starts on one day ends at the same moment, and cases come all day.
        return _of_day(begun // SECONDS_PER_DAY, span, calendar, on_unknown)
    due = calendar.add_office_time(begun, span.amount * SECONDS_PER_HOUR) if span.amount else begun
    return Deadline(moment(due), _provisional(begun // SECONDS_PER_DAY, due // SECONDS_PER_DAY, calendar, on_unknown))


@lru_cache(maxsize=1024)
def _of_day(day: int, span: Span, calendar: Calendar, on_unknown: OnUnknown) -> Deadline:
    """The deadline of days that are counted from a day."""
    first, due = _last_day(day, span, calendar)
    return Deadline(moment(due), _provisional(first, due // SECONDS_PER_DAY, calendar, on_unknown))


def _last_day(day: int, span: Span, calendar: Calendar) -> tuple[int, int]:
    """The first day whose being worked or not matters, and the second at which the period ends.

    Days are counted from 1970, seconds in local time from 1970.
    """
    if span.unit is TimeUnit.WORKING_DAYS:
        last = calendar.add_working_days(day + EPOCH, span.amount)
        return day + (1 if span.amount else 0), (last - EPOCH) * SECONDS_PER_DAY + calendar.close_of_office(last)
    nominal = day + span.amount
    last = calendar.add_working_days(nominal + EPOCH, 0) - EPOCH
    return nominal, last * SECONDS_PER_DAY + _LAST_SECOND


def _provisional(first: int, last: int, calendar: Calendar, on_unknown: OnUnknown) -> bool:
    """Whether a day from ``first`` to ``last``, counted from 1970, lies in a year that is not published."""
    years = dt.date.fromordinal(first + EPOCH).year, dt.date.fromordinal(max(first, last) + EPOCH).year
    year = calendar.unpublished(*years)
    if year is None:
        return False
    if on_unknown == "raise":
        raise CalendarUnknown(year)
    return True


def clock_deadlines(
    clocks: Iterable[Clock],
    started: Mapping[str, dt.datetime],
    calendar: Calendar,
    facts: Mapping[str, Any] | None = None,
    *,
    on_unknown: OnUnknown = "provisional",
) -> dict[str, Deadline]:
    """The deadlines of the clocks that have started.

    Args:
        clocks: those of a routing decision, their amounts filled in from the county's settings.
        started: action word -> when that move was made. A clock whose move was not made yet is left out.
        facts: where given, a clock whose ``when`` does not hold is left out; a decision's clocks all hold already.

    Returns:
        Deadlines by the clock's key, in the order of the clocks.

    Raises:
        ValueError, CalendarUnknown: see :func:`deadline`.
    """
    return {
        clock.key: deadline(started[clock.starts], clock.span, calendar, on_unknown=on_unknown)
        for clock in clocks
        if clock.starts in started and (facts is None or clock.when.holds(facts))
    }


def working_minutes_between(start: dt.datetime, end: dt.datetime, calendar: Calendar) -> int:
    """Whole minutes of office time from ``start`` to ``end``, both aware; 0 where ``end`` is not later.

    An unpublished year is counted as :func:`deadline` counts a provisional one.

    Raises:
        ValueError: a moment is naive.
    """
    return max(calendar.office_time(local_seconds(start), local_seconds(end)), 0) // SECONDS_PER_MINUTE
