"""When a clock speaks up: by its own kind of time, never on a day off, and in order."""

import datetime as dt

import pytest

from gonzhi_code.alerts import AlertLevel, alert_times
from gonzhi_code.counties import load_county
from gonzhi_code.deadlines import SHANGHAI, Span, TimeUnit, deadline

CALENDAR = load_county("wenling").calendar


def local(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "span", "times"),
    [
        # Office hours in winter are 8:00-11:30 and 13:40-16:40; two working hours from 10:00 run over noon.
        ("2026-11-24 10:00", Span(2, TimeUnit.WORKING_HOURS), ["11-24 11:00", "11-24 13:46", "11-24 14:10", "11-25 16:40"]),
        # From Friday at noon: 5 working days end on Friday; half of their 5.46 days of office time is on Wednesday.
        ("2026-11-20 12:00", Span(5, TimeUnit.WORKING_DAYS), ["11-25 09:45", "11-26 16:04", "11-27 16:40", "11-30 16:40"]),
        # Natural time does not rest; red waits for an office to have had a whole day.
        ("2026-11-20 18:00", Span(24, TimeUnit.HOURS), ["11-21 06:00", "11-21 13:12", "11-21 18:00", "11-23 16:40"]),
        # The make-up Saturday before National Day's holiday is worked, the holiday is not.
        ("2026-09-30 16:00", Span(2, TimeUnit.WORKING_DAYS), ["10-08 16:10", "10-09 13:52", "10-09 16:40", "10-10 16:40"]),
    ],
)
def test_the_four_moments_of_a_clock(start, span, times):
    due = deadline(local(start), span, CALENDAR).at
    found = alert_times(local(start), due, span.unit, CALENDAR)
    assert list(found) == [AlertLevel.HALF, AlertLevel.MOST, AlertLevel.YELLOW, AlertLevel.RED]
    assert [at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") for at in found.values()] == times


@pytest.mark.parametrize("unit", list(TimeUnit))
def test_a_clock_without_time_is_due_at_once_and_in_order(unit):
    at = local("2026-10-03 12:00")
    times = list(alert_times(at, at, unit, CALENDAR).values())
    assert times == sorted(times) and times[0] == at


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="aware"):
        alert_times(dt.datetime(2026, 1, 1), local("2026-01-02 12:00"), TimeUnit.HOURS, CALENDAR)
