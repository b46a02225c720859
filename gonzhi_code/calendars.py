"""Working days and office hours of a county, from published data only.

Each published year is a file ``calendar-YYYY.json``: the State Council's notice for that year as a list of the days that
differ from an ordinary week, ``{"name": "国庆节", "date": "2026-10-01", "isOffDay": true}``; a make-up working day has
``isOffDay`` false. A year without a file is unknown and raises.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources.abc import Traversable

from .errors import CalendarUnknown

SHANGHAI = dt.timezone(dt.timedelta(hours=8), "CST")
"""China has one zone and has had no summer time since 1992."""

_FILE = re.compile(r"calendar-([0-9]{4})\.json")
SUMMER_MONTHS = (5, 6, 7, 8, 9)

Opening = tuple[dt.time, dt.time]


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When offices are open.

    The defaults are the published hours of a town in the same prefecture (临海, domain facts S75) and are assumed for others:
    winter 8:00-11:30 and 13:40-16:40, summer 8:00-11:30 and 14:00-17:00.
    """

    winter: tuple[Opening, ...] = ((dt.time(8), dt.time(11, 30)), (dt.time(13, 40), dt.time(16, 40)))
    summer: tuple[Opening, ...] = ((dt.time(8), dt.time(11, 30)), (dt.time(14), dt.time(17)))
    summer_months: tuple[int, ...] = SUMMER_MONTHS

    def on(self, day: dt.date) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
        """Opening and closing moments of a working day, in order."""
        return _openings(self.summer if day.month in self.summer_months else self.winter, day)

    def minutes(self, day: dt.date) -> int:
        """How many minutes offices are open on a working day."""
        return sum(int((closes - opens).total_seconds()) // 60 for opens, closes in self.on(day))


@lru_cache(maxsize=1024)
def _openings(times: tuple[Opening, ...], day: dt.date) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    combine = dt.datetime.combine
    return tuple((combine(day, opens, SHANGHAI), combine(day, closes, SHANGHAI)) for opens, closes in times)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """What differs from an ordinary week in one published year."""

    days_off: frozenset[dt.date]
    workdays: frozenset[dt.date]


@dataclass(frozen=True)
class Calendar:
    """Working days as far as they are published.

    Args:
        years: year -> what differs in it from an ordinary week.
        hours: when offices are open.
    """

    years: Mapping[int, CalendarYear]
    hours: OfficeHours = field(default_factory=OfficeHours)

    @property
    def published_until(self) -> dt.date | None:
        """The last day of the last published year; None when nothing is published."""
        return dt.date(max(self.years), 12, 31) if self.years else None

    def is_workday(self, day: dt.date) -> bool:
        """Whether offices work on that day.

        Raises:
            CalendarUnknown: its year is not published.
        """
        year = self.years.get(day.year)
        if year is None:
            raise CalendarUnknown(day.year)
        return day in year.workdays or (day.weekday() < 5 and day not in year.days_off)

    @classmethod
    def from_folder(cls, folder: Traversable, hours: OfficeHours | None = None) -> Calendar:
        """Every ``calendar-YYYY.json`` of a folder.

        Raises:
            ValueError: a file is not as described above, or holds a day of another year.
        """
        years = {}
        for entry in folder.iterdir():
            if found := _FILE.fullmatch(entry.name):
                number = int(found.group(1))
                years[number] = read_year(number, json.loads(entry.read_text(encoding="utf-8"))["days"])
        return cls(years, hours or OfficeHours())


def read_year(number: int, days: Iterable[Mapping[str, object]]) -> CalendarYear:
    """One published year from its list of differing days.

    Raises:
        ValueError: a day is malformed or lies in another year.
    """
    off, work = set(), set()
    for entry in days:
        day = dt.date.fromisoformat(str(entry["date"]))
        if day.year != number:
            raise ValueError(f"calendar of {number} holds {day}")
        (off if entry["isOffDay"] else work).add(day)
    return CalendarYear(frozenset(off), frozenset(work))
