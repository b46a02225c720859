"""Working days and office hours of a county, as far as they are published.

The rule it keeps: a day of a year whose notice is not published is never passed off as known. Asking for it raises
:class:`~gonzhi_code.errors.CalendarUnknown`, or the answer is marked provisional; there is no third way.

Source: each November the General Office of the State Council (国务院办公厅) publishes which days of the next year are off and
which weekends are worked instead (调休). One notice is one file ``calendar-YYYY.json``, in the form of the public data set
holiday-cn: ``{"year", "papers", "days": [{"name", "date", "isOffDay"}]}``. Days it does not name follow the week. A notice
may still name days of the last December (that of 2019 moved 29 December 2018); the later file then has the last word.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from .errors import CalendarUnknown
from .moments import EPOCH, SECONDS_PER_DAY
from .office_hours import OfficeHours

_SATURDAY = 5
_FILE = re.compile(r"calendar-[0-9]{4}\.json")

FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the holidays that the law itself fixes (全国年节及纪念日放假办法, as amended from 2025, Art. 2). A provisional
date takes them and the weekends off; the holidays of the moon calendar and the moved weekends wait for the notice."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that a notice names: off, or worked although it is a weekend."""

    date: dt.date
    name: str
    off: bool


class _Days:
    """Every day of a run of whole years, worked out once: which are worked, and how much office time lies before each."""

    def __init__(self, first: int, last: int, special: Mapping[dt.date, SpecialDay], published: frozenset[int], hours: OfficeHours):
        self.first, self.last = first, last
        self.origin = dt.date(first, 1, 1).toordinal()
        self.working: list[int] = []
        self.rank: list[int] = []  # how many working days there are up to and with the day
        self.office_seconds: list[int] = []  # office time up to the end of the day
        spells = {month: hours.of_month(month) for month in range(1, 13)}
        lengths = {month: sum(closing - opening for opening, closing in spells[month]) for month in spells}
        total = 0
        for ordinal in range(self.origin, dt.date(last, 12, 31).toordinal() + 1):
            day = dt.date.fromordinal(ordinal)
            named = special.get(day)
            if named:
                worked = not named.off
            else:
                by_law = day.year not in published and (day.month, day.day) in FIXED_HOLIDAYS
                worked = day.weekday() < _SATURDAY and not by_law
            if worked:
                self.working.append(ordinal)
                total += lengths[day.month]
            self.rank.append(len(self.working))
            self.office_seconds.append(total)


class Calendar:
    """The working days of every published year, and the office hours.

    It is read-only and safe to share between threads; a county has one.

    Args:
        notices: year -> days that the notice of that year names. A year that is not among them is not published.
        hours: when offices are open.
    """

    def __init__(self, notices: Mapping[int, Iterable[SpecialDay]], hours: OfficeHours | None = None) -> None:
        self.years = frozenset(notices)
        self.hours = hours or OfficeHours()
        self._special = {day.date: day for year in sorted(notices) for day in notices[year]}
        self._days: _Days | None = None

    @classmethod
    def from_data(cls, papers: Iterable[Mapping[str, Any]], hours: OfficeHours | None = None) -> Calendar:
        """A calendar from the contents of ``calendar-YYYY.json`` files.

        Args:
            papers: one mapping a year: ``{"year": 2026, "papers": [...], "days": [{"name", "date", "isOffDay"}, ...]}``.

        Raises:
            ValueError: a file lacks something, has a day twice, names no day (a year whose notice is not out yet), or two
                files are of one year.
        """
        notices: dict[int, list[SpecialDay]] = {}
        for paper in papers:
            year = paper.get("year")
            if type(year) is not int:
                raise ValueError(f"a calendar file is not in the form of holiday-cn: its year is {year!r}")
            if not isinstance(paper.get("days"), list):
                raise ValueError(f"the calendar of {year} is not in the form of holiday-cn: its days are no list")
            days = [_special_day(day, year) for day in paper["days"]]
            if year in notices:
                raise ValueError(f"two calendar files are of {year}")
            if len({day.date for day in days}) != len(days):
                raise ValueError(f"the calendar of {year} has a day twice")
            if not any(day.date.year == year for day in days):
                raise ValueError(f"the calendar of {year} names no day of that year; leave it out until the notice is published")
            notices[year] = days
        return cls(notices, hours)

    @classmethod
    def from_folder(cls, folder: Traversable, hours: OfficeHours | None = None) -> Calendar:
        """A calendar from every ``calendar-YYYY.json`` of a county's folder.

        Raises:
            ValueError: see :meth:`from_data`, or a file is no JSON in UTF-8, or is of another year than its name says.
        """
        papers = []
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if _FILE.fullmatch(entry.name):
                paper = _read(entry)
                if f"calendar-{paper.get('year')}.json" != entry.name:
                    raise ValueError(f"{entry.name} says that it is of the year {paper.get('year')}")
                papers.append(paper)
        return cls.from_data(papers, hours)

    def __repr__(self) -> str:
        return f"Calendar({', '.join(map(str, sorted(self.years)))})"

    @property
    def published_until(self) -> dt.date | None:
        """The last day of the last published year; None where nothing is published."""
        return dt.date(max(self.years), 12, 31) if self.years else None

    def is_workday(self, day: dt.date) -> bool:
        """Whether offices work on that day.

        Raises:
            CalendarUnknown: its year is not published.
        """
        if day.year not in self.years:
            raise CalendarUnknown(day.year)
        named = self._special.get(day)
        return not named.off if named else day.weekday() < _SATURDAY

    def unpublished(self, first: int, last: int) -> int | None:
        """The first year from ``first`` to ``last`` that is not published, or None."""
        return next((year for year in range(first, last + 1) if year not in self.years), None)

    def add_working_days(self, day: int, amount: int) -> int:
        """The ordinal of the ``amount``-th working day after ``day``; for 0, of the first one from ``day`` on."""
        days = self._reaching(day)
        index = days.rank[day - days.origin] + amount - 1
        if amount == 0:
            index = bisect_left(days.working, day)
        while index >= len(days.working):
            days = self._wider(days)
        return days.working[index]

    def add_office_time(self, at: int, seconds: int) -> int:
        """The moment by which so much office time has passed; both moments in seconds of local time since 1970."""
        day, second = divmod(at, SECONDS_PER_DAY)
        days = self._reaching(day + EPOCH)
        target = self._office_time_until(days, day + EPOCH, second) + seconds
        while days.office_seconds[-1] < target:
            days = self._wider(days)
        index = bisect_left(days.office_seconds, target)
        missing = days.office_seconds[index] - target
        ordinal = index + days.origin
        for opening, closing in reversed(self.spells(ordinal)):
            if closing - missing > opening:
                return (ordinal - EPOCH) * SECONDS_PER_DAY + closing - missing
            missing -= closing - opening
        raise AssertionError("the day found has the office time that is asked for")  # pragma: no cover

    def office_time(self, start: int, end: int) -> int:
        """Seconds of office time between two moments, given in seconds of local time since 1970; ``start`` <= ``end``."""
        (first, from_second), (last, to_second) = divmod(start, SECONDS_PER_DAY), divmod(end, SECONDS_PER_DAY)
        self._reaching(first + EPOCH)
        days = self._reaching(last + EPOCH)
        until = self._office_time_until(days, last + EPOCH, to_second)
        return until - self._office_time_until(days, first + EPOCH, from_second)

    def spells(self, ordinal: int) -> tuple[tuple[int, int], ...]:
        """Office hours of a day that is worked, by its ordinal."""
        return self.hours.of_month(dt.date.fromordinal(ordinal).month)

    def close_of_office(self, ordinal: int) -> int:
        """Second of the day at which offices close on a day that is worked."""
        return self.spells(ordinal)[-1][1]

    def _office_time_until(self, days: _Days, ordinal: int, second: int) -> int:
        """Office time from the start of the table to a second of a day."""
        index = ordinal - days.origin
        if index and days.rank[index] == days.rank[index - 1] or not index and not days.rank[0]:
            return days.office_seconds[index]
        later = sum(closing - max(opening, second) for opening, closing in self.spells(ordinal) if closing > second)
        return days.office_seconds[index] - later

    def _table(self, first: int, last: int) -> _Days:
        return _Days(first, last, self._special, self.years, self.hours)

    def _reaching(self, ordinal: int) -> _Days:
        """The table, made or widened where it does not hold that day yet."""
        days = self._days
        if days and 0 <= ordinal - days.origin < len(days.rank):
            return days
        year = dt.date.fromordinal(ordinal).year
        years = {year, *((days.first, days.last) if days else (*self.years, max(self.years, default=year) + 1))}
        # The wider table takes the place of the other in one step, so that threads see either, whole.
        self._days = wider = self._table(min(years), max(years))
        return wider

    def _wider(self, days: _Days) -> _Days:
        """The table with one year more at its end."""
        self._days = wider = self._table(days.first, days.last + 1)
        return wider


def _read(entry: Traversable) -> Mapping[str, Any]:
    """The JSON object in a file."""
    try:
        paper = json.loads(entry.read_text("utf-8"))
    except ValueError as fault:
        raise ValueError(f"{entry.name} is no JSON in UTF-8 ({fault})") from None
    except RecursionError:
        raise ValueError(f"{entry.name} is nested too deeply") from None
    if not isinstance(paper, dict):
        raise ValueError(f'{entry.name} must hold one JSON object, {{"year": ..., "papers": ..., "days": ...}}')
    return paper


def _special_day(day: object, year: int) -> SpecialDay:
    """One entry of ``days``."""
    fault = f"the calendar of {year} is not in the form of holiday-cn: "
    if not isinstance(day, Mapping) or not all(isinstance(day.get(name), str) for name in ("date", "name")):
        raise ValueError(f"{fault}a day is an object with date, name and isOffDay, not {day!r:.80}")
    if not isinstance(day.get("isOffDay"), bool):
        raise ValueError(f"{fault}isOffDay of {day['date']} is true or false, not {day.get('isOffDay')!r}")
    try:
        return SpecialDay(dt.date.fromisoformat(day["date"]), day["name"], day["isOffDay"])
    except ValueError:
        raise ValueError(f"{fault}{day['date']!r} is no date") from None
