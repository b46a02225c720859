"""Deadlines: every unit, rest days, make-up working days, office hours, and years that are not published."""

from __future__ import annotations

import datetime as dt
import timeit
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonzhi_code.calendars import Calendar
from gonzhi_code.conditions import field
from gonzhi_code.deadlines import Clock, Deadline, Span, TimeUnit, clock_deadlines, deadline, working_minutes_between
from gonzhi_code.errors import CalendarUnknown
from gonzhi_code.moments import SHANGHAI
from gonzhi_code.words import Words

WENLING = Path(__file__).parent.parent / "gonzhi_code" / "counties" / "wenling"
CALENDAR = Calendar.from_folder(WENLING)
DAYS, WORKING_DAYS, WORKING_HOURS = TimeUnit.DAYS, TimeUnit.WORKING_DAYS, TimeUnit.WORKING_HOURS


def at(text: str) -> dt.datetime:
    """A moment of Shanghai: ``2026-09-30 10:00``."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(start: str, amount: int, unit: TimeUnit) -> str:
    found = deadline(at(start), Span(amount, unit), CALENDAR, on_unknown="raise")
    assert not found.provisional
    assert found.at.tzinfo is dt.UTC
    return found.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("start", "amount", "ends"),
    [
        ("2026-09-30 10:00", 5, "2026-10-13 16:40:00"),  # over the week of the National Day, 10 October is worked
        ("2026-02-13 10:00", 5, "2026-02-27 16:40:00"),  # over the Spring Festival, 14 February is worked
        ("2024-06-27 15:00", 2, "2024-07-01 17:00:00"),  # Zhao's Thursday afternoon: the company looks on Monday
        ("2024-06-27 15:00", 6, "2024-07-05 17:00:00"),  # and has it repaired on the sixth working day
        ("2026-11-23 00:00", 1, "2026-11-24 16:40:00"),
        ("2026-11-23 23:59", 1, "2026-11-24 16:40:00"),
        ("2026-11-27 10:00", 1, "2026-11-30 16:40:00"),
        ("2026-11-28 10:00", 1, "2026-11-30 16:40:00"),
        ("2026-11-24 10:00", 0, "2026-11-24 16:40:00"),
        ("2026-11-28 10:00", 0, "2026-11-30 16:40:00"),
    ],
)
def test_working_days_end_at_the_close_of_office_of_the_last_one(start: str, amount: int, ends: str) -> None:
    assert due(start, amount, WORKING_DAYS) == ends


def test_a_weekend_that_is_worked_counts_as_a_working_day() -> None:
    assert due("2026-10-09 10:00", 1, WORKING_DAYS) == "2026-10-10 16:40:00"


@pytest.mark.parametrize(
    ("start", "amount", "ends"),
    [
        ("2026-11-23 10:00", 7, "2026-11-30 23:59:59"),
        ("2026-11-24 10:00", 4, "2026-11-30 23:59:59"),  # Saturday 28: on to Monday
        ("2026-09-24 10:00", 7, "2026-10-08 23:59:59"),  # 1 October: on to the first day after the holiday
        ("2026-10-03 10:00", 7, "2026-10-10 23:59:59"),  # a Saturday that is worked is no rest day
        ("2026-11-23 23:59", 1, "2026-11-24 23:59:59"),
    ],
)
def test_natural_days_leave_out_the_first_and_do_not_end_on_a_rest_day(start: str, amount: int, ends: str) -> None:
    assert due(start, amount, DAYS) == ends


@pytest.mark.parametrize(
    ("start", "hours", "ends"),
    [
        ("2026-11-24 09:00", 2, "2026-11-24 11:00:00"),
        ("2026-11-24 11:00", 2, "2026-11-24 15:10:00"),  # over lunch
        ("2026-11-24 14:40", 2, "2026-11-24 16:40:00"),  # to the very end of the day, not to the next morning
        ("2026-11-27 16:00", 2, "2026-11-30 09:20:00"),  # over the weekend
        ("2026-11-24 03:00", 2, "2026-11-24 10:00:00"),  # before the office opens
        ("2026-11-24 12:00", 2, "2026-11-24 15:40:00"),  # during lunch
        ("2026-11-24 22:00", 2, "2026-11-25 10:00:00"),  # after it has closed
        ("2026-07-01 16:30", 2, "2026-07-02 09:30:00"),  # summer hours end at 17:00
        ("2026-10-10 15:40", 2, "2026-10-12 09:00:00"),  # a Saturday that is worked
        ("2026-11-24 08:00", 13, "2026-11-25 16:40:00"),  # two whole days
    ],
)
def test_working_hours_run_in_office_hours_only(start: str, hours: int, ends: str) -> None:
    assert due(start, hours, WORKING_HOURS) == ends


def test_minutes_and_hours_run_by_the_clock_on_the_wall_and_keep_the_fraction() -> None:
    start = at("2026-10-01 23:50").replace(second=7, microsecond=5)
    assert deadline(start, Span(30, TimeUnit.MINUTES), CALENDAR).at == start + dt.timedelta(minutes=30)
    assert deadline(start, Span(24, TimeUnit.HOURS), CALENDAR).at == start + dt.timedelta(hours=24)


def test_one_moment_gives_one_deadline_in_whatever_zone_it_is_written() -> None:
    shanghai = at("2026-11-24 02:00")
    spans = [Span(3, unit) for unit in TimeUnit]
    elsewhere = [shanghai.astimezone(dt.timezone(dt.timedelta(hours=hours))) for hours in (-11, 0, 14)]
    for span in spans:
        assert {deadline(start, span, CALENDAR).at for start in elsewhere} == {deadline(shanghai, span, CALENDAR).at}


@pytest.mark.parametrize("unit", list(TimeUnit))
def test_a_naive_moment_is_refused_in_every_unit(unit: TimeUnit) -> None:
    with pytest.raises(ValueError, match="aware"):
        deadline(dt.datetime(2026, 11, 24, 10), Span(1, unit), CALENDAR)


def test_a_unit_written_as_text_is_that_unit_and_no_other() -> None:
    assert due("2026-09-30 09:00", 5, "working_days") == due("2026-09-30 09:00", 5, WORKING_DAYS) == "2026-10-13 16:40:00"  # type: ignore[arg-type]
    for unit in TimeUnit:
        assert Span(3, unit.value) == Span(3, unit) and Span(3, unit.value).unit is unit  # type: ignore[arg-type]


@pytest.mark.parametrize("unit", ["x", "day", "WORKING_DAYS", "", None, 5])
def test_a_span_in_no_unit_is_refused(unit: object) -> None:
    with pytest.raises(ValueError, match="a span is counted in minutes, hours, working_hours, working_days, days, not in"):
        Span(1, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", [1.5, "5", None, True])
def test_a_span_of_no_whole_number_is_refused(amount: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        Span(amount, WORKING_DAYS)  # type: ignore[arg-type]


def test_a_negative_span_and_an_unknown_word_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Span(-1, WORKING_DAYS)
    with pytest.raises(ValueError, match="on_unknown"):
        deadline(at("2026-11-24 10:00"), Span(1, WORKING_DAYS), CALENDAR, on_unknown="guess")  # type: ignore[arg-type]


@pytest.mark.parametrize("span", [Span(5, WORKING_DAYS), Span(20, WORKING_HOURS), Span(3, DAYS)], ids=str)
def test_a_span_into_an_unpublished_year_raises_or_is_marked(span: Span) -> None:
    start = at("2026-12-30 15:00")
    with pytest.raises(CalendarUnknown) as refused:
        deadline(start, span, CALENDAR, on_unknown="raise")
    assert refused.value.year == 2027
    assert deadline(start, span, CALENDAR, on_unknown="provisional").provisional


def test_a_provisional_deadline_takes_weekends_and_holidays_of_fixed_date_off() -> None:
    found = deadline(at("2026-12-30 15:00"), Span(2, WORKING_DAYS), CALENDAR)
    assert found == Deadline(at("2027-01-04 16:40"), provisional=True)  # 1 January is a Friday
    october = deadline(at("2027-09-30 15:00"), Span(1, WORKING_DAYS), CALENDAR)
    assert october == Deadline(at("2027-10-04 16:40"), provisional=True)


def test_a_span_that_ends_within_the_published_years_is_a_fact_to_the_last_day() -> None:
    assert due("2026-12-30 15:00", 1, WORKING_DAYS) == "2026-12-31 16:40:00"
    assert due("2026-12-29 15:00", 2, DAYS) == "2026-12-31 23:59:59"


def test_minutes_and_hours_need_no_published_year() -> None:
    assert not deadline(at("2031-01-01 00:00"), Span(24, TimeUnit.HOURS), CALENDAR, on_unknown="raise").provisional


def test_a_year_before_the_first_published_one_is_unknown_as_well() -> None:
    with pytest.raises(CalendarUnknown, match="2023"):
        deadline(at("2023-11-24 10:00"), Span(1, WORKING_DAYS), CALENDAR, on_unknown="raise")
    assert deadline(at("1999-11-24 10:00"), Span(1, WORKING_DAYS), CALENDAR).provisional


moments = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2026, 6, 30)).map(lambda naive: naive.replace(tzinfo=SHANGHAI))


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(0, 60))
def test_counting_day_by_day_gives_the_same_working_day(start: dt.datetime, amount: int) -> None:
    day, left = start.date(), amount
    while left or not CALENDAR.is_workday(day):
        day += dt.timedelta(days=1)
        left -= bool(left) and CALENDAR.is_workday(day)
    found = deadline(start, Span(amount, WORKING_DAYS), CALENDAR, on_unknown="raise").at.astimezone(SHANGHAI)
    assert found.date() == day


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(1, 200))
def test_the_office_time_up_to_a_deadline_is_the_span(start: dt.datetime, hours: int) -> None:
    whole = start.replace(microsecond=0)
    ends = deadline(whole, Span(hours, WORKING_HOURS), CALENDAR, on_unknown="raise").at
    assert working_minutes_between(whole, ends, CALENDAR) == hours * 60
    assert working_minutes_between(whole, ends - dt.timedelta(seconds=60), CALENDAR) == hours * 60 - 1


@settings(max_examples=200, deadline=None)
@given(moments, moments, st.sampled_from(list(TimeUnit)), st.integers(0, 90))
def test_whoever_starts_later_is_never_due_earlier(one: dt.datetime, other: dt.datetime, unit: TimeUnit, amount: int) -> None:
    first, second = sorted((one, other))
    assert deadline(first, Span(amount, unit), CALENDAR).at <= deadline(second, Span(amount, unit), CALENDAR).at


def test_office_minutes_between_two_moments_are_counted_like_a_clerk_would() -> None:
    assert working_minutes_between(at("2026-11-24 10:00"), at("2026-11-25 16:40"), CALENDAR) == 90 + 180 + 390
    assert working_minutes_between(at("2026-11-27 17:00"), at("2026-11-30 07:00"), CALENDAR) == 0
    assert working_minutes_between(at("2026-11-25 10:00"), at("2026-11-24 10:00"), CALENDAR) == 0
    with pytest.raises(ValueError, match="aware"):
        working_minutes_between(dt.datetime(2026, 11, 24), at("2026-11-25 10:00"), CALENDAR)


def test_the_clocks_of_a_decision_start_with_their_moves() -> None:
    hours = Span(2, WORKING_HOURS)
    clocks = (
        Clock("acknowledge", hours, Words("签收"), "setting"),
        Clock("rate", Span(7, DAYS), Words("评价"), "setting", starts="close"),
        Clock("urgent", hours, Words("紧急"), "setting", when=field("urgent") == True),  # noqa: E712
    )
    started = {"assign": at("2026-11-24 09:00")}
    assert list(clock_deadlines(clocks, started, CALENDAR)) == ["acknowledge", "urgent"]
    found = clock_deadlines(clocks, started, CALENDAR, {"urgent": False})
    assert found == {"acknowledge": Deadline(at("2026-11-24 11:00"))}


def test_counting_sixty_working_days_costs_no_more_than_counting_one() -> None:
    start, one, many = at("2026-03-02 10:00"), Span(1, WORKING_DAYS), Span(60, WORKING_DAYS)
    deadline(start, many, CALENDAR)

    def cost(span: Span) -> float:
        return min(timeit.repeat(lambda: deadline(start, span, CALENDAR), number=500, repeat=5))

    assert cost(many) < 4 * cost(one)
