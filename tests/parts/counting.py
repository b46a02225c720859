"""Working time counted minute by minute over the days of chinesecalendar: slow, plain, and nothing of it is ours.

The simulator of a year holds the hub against this. Moments are whole minutes of Shanghai's time since 2026 began.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right

import chinese_calendar

BEGIN = dt.date(2026, 1, 1)
DAYS = 500
DAY = 24 * 60
# The law's own holidays, for a year that is not published: New Year, Labour Day, National Day.
FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
WINTER = ((8 * 60, 11 * 60 + 30), (13 * 60 + 40, 16 * 60 + 40))
SUMMER = ((8 * 60, 11 * 60 + 30), (14 * 60, 17 * 60))


class Office:
    """Every minute in which the offices of the county are open, in a list.

    Args:
        notice: days of 2027 that a notice moved: date -> whether it is worked.
    """

    def __init__(self, notice: dict[dt.date, bool] | None = None) -> None:
        self.notice = notice
        self.worked = [self._works(BEGIN + dt.timedelta(days=number)) for number in range(DAYS)]
        self.open = [
            number * DAY + minute
            for number in range(DAYS)
            if self.worked[number]
            for opening, closing in self._hours(number)
            for minute in range(opening, closing)
        ]

    def _works(self, day: dt.date) -> bool:
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            if self.notice is None:
                return day.weekday() < 5 and (day.month, day.day) not in FIXED
            return self.notice.get(day, day.weekday() < 5)

    def _hours(self, number: int) -> tuple[tuple[int, int], ...]:
        return SUMMER if (BEGIN + dt.timedelta(days=number)).month in (6, 7, 8, 9) else WINTER

    def working_minutes(self, start: float, minutes: int) -> float:
        """When so many open minutes have gone by."""
        return float(self.open[bisect_left(self.open, start) + minutes - 1] + 1)

    def working_days(self, start: float, days: int) -> float:
        """The close of office of the last of so many working days after the day of ``start``."""
        number = int(start // DAY)
        while days:
            number += 1
            days -= self.worked[number]
        return float(number * DAY + self._hours(number)[-1][1])

    def natural_days(self, start: float, days: int) -> float:
        """The last second of the last day, moved on to a working day."""
        number = int(start // DAY) + days
        while not self.worked[number]:
            number += 1
        return number * DAY + DAY - 1 / 60

    def part(self, start: float, due: float, per_cent: int) -> float:
        """When so much of the open time between two moments is over."""
        first = bisect_left(self.open, start)
        seconds = (bisect_right(self.open, due - 1) - first) * 60 * per_cent // 100
        whole, rest = divmod(seconds, 60)
        return self.open[first + whole] + rest / 60 if rest else float(self.open[first + whole - 1] + 1)
