"""When a running clock is spoken of: at half its time, at four fifths, when it is due, and one working day after.

The rule it keeps: a part of a clock's time is counted as its source counts the whole, so half of five working days is half
of their office time and never falls on a Sunday. The last step is in working days for every clock, because it asks an
office to do something.

Sources: a first urging before due, a written one the day after (published practice of a neighbouring city's bureau); 黄牌 at
due and 红牌 one working day later are a county's own terms for them.
"""

from __future__ import annotations

import datetime as dt
from enum import IntEnum

from .calendars import Calendar
from .deadlines import Span, TimeUnit, deadline
from .moments import local_seconds, moment

__all__ = ["AlertLevel", "alert_times"]

_OFFICE_TIME = frozenset({TimeUnit.WORKING_HOURS, TimeUnit.WORKING_DAYS})
_PARTS = (50, 80)
"""Per cent of a clock's time at which its holder is reminded."""
_RED_AFTER = Span(1, TimeUnit.WORKING_DAYS)


class AlertLevel(IntEnum):
    """How late a clock is. The numbers are kept in databases: never renumber one."""

    NONE = 0
    HALF = 1
    MOST = 2
    YELLOW = 3
    RED = 4


def alert_times(started_at: dt.datetime, due_at: dt.datetime, unit: TimeUnit, calendar: Calendar) -> dict[AlertLevel, dt.datetime]:
    """The moments at which a clock reaches each level above none.

    Args:
        started_at, due_at: of the clock, aware. The time between them is what counts, so an extended clock is reminded of
            by its new length.
        unit: what the clock counts in; calendar: working days and office hours, provisional where not published.

    Returns:
        Level -> aware moment in UTC, in order and none earlier than the one before.

    Raises:
        ValueError: a moment is naive.
    """
    times = {AlertLevel(level): _part(started_at, due_at, per_cent, unit, calendar) for level, per_cent in enumerate(_PARTS, 1)}
    due = due_at.astimezone(dt.UTC)
    times[AlertLevel.YELLOW] = due
    times[AlertLevel.RED] = deadline(due, _RED_AFTER, calendar).at
    return times


def _part(start: dt.datetime, due: dt.datetime, per_cent: int, unit: TimeUnit, calendar: Calendar) -> dt.datetime:
    begun, end = local_seconds(start), local_seconds(due)
    if unit in _OFFICE_TIME:
        whole = calendar.office_time(begun, end) if end > begun else 0
        if not whole:
            return due.astimezone(dt.UTC)
        return min(moment(calendar.add_office_time(begun, whole * per_cent // 100)), due.astimezone(dt.UTC))
    return (start + (due - start) * per_cent / 100).astimezone(dt.UTC)
