"""The published calendars of Wenling, held against two independent sets, and what a calendar file may not be."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest

from gonzhi_code.calendars import Calendar, SpecialDay
from gonzhi_code.counties import load_county
from gonzhi_code.errors import CalendarUnknown
from gonzhi_code.office_hours import OfficeHours

ROOT = Path(__file__).parent.parent
WENLING = ROOT / "gonzhi_code" / "counties" / "wenling"
YEARS = (2024, 2025, 2026)
# The notice of 2026 (国办发明电〔2025〕7号), typed in from the notice itself: days off as (first, last), and weekends worked.
NOTICE_2026_OFF = [
    ("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-19", "06-21"), ("09-25", "09-27"),
    ("10-01", "10-07"),
]  # fmt: skip
NOTICE_2026_WORKED = {"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"}


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return Calendar.from_folder(WENLING)


def days_of(year: int) -> Iterator[dt.date]:
    day = dt.date(year, 1, 1)
    while day.year == year:
        yield day
        day += dt.timedelta(days=1)


@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_a_year_agrees_with_chinesecalendar(calendar: Calendar, year: int) -> None:
    assert [calendar.is_workday(day) for day in days_of(year)] == [chinese_calendar.is_workday(day) for day in days_of(year)]


def test_every_day_of_2026_is_what_the_notice_says(calendar: Calendar) -> None:
    for day in days_of(2026):
        short = f"{day:%m-%d}"
        off = any(first <= short <= last for first, last in NOTICE_2026_OFF)
        worked = short in NOTICE_2026_WORKED or (day.weekday() < 5 and not off)
        assert calendar.is_workday(day) == worked, day


@pytest.mark.parametrize("year", YEARS)
def test_the_script_writes_the_files_that_ship(tmp_path: Path, year: int) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "make_calendar.py", str(year), tmp_path], check=True, capture_output=True)
    name = f"calendar-{year}.json"
    assert (tmp_path / name).read_text("utf-8") == (WENLING / name).read_text("utf-8")


def test_the_script_refuses_a_year_whose_notice_nobody_named(tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, ROOT / "scripts" / "make_calendar.py", "2027", tmp_path], check=False, capture_output=True
    )
    assert asked.returncode == 2
    assert not list(tmp_path.iterdir())


def test_every_file_names_the_notice_it_comes_from() -> None:
    for year in YEARS:
        (paper,) = json.loads((WENLING / f"calendar-{year}.json").read_text("utf-8"))["papers"]
        assert f"国务院办公厅关于{year}年部分节假日安排的通知" in paper
        assert f"〔{year - 1}〕" in paper


def test_2027_is_not_published_and_says_so(calendar: Calendar) -> None:
    assert calendar.published_until == dt.date(2026, 12, 31)
    with pytest.raises(CalendarUnknown) as refused:
        calendar.is_workday(dt.date(2027, 1, 1))
    assert refused.value.year == 2027


def test_a_calendar_without_any_year_knows_nothing() -> None:
    empty = Calendar({})
    assert empty.published_until is None
    with pytest.raises(CalendarUnknown):
        empty.is_workday(dt.date(2026, 1, 5))


def test_a_later_notice_may_change_the_last_days_of_the_year_before() -> None:
    moved = SpecialDay(dt.date(2018, 12, 29), "元旦", off=False)
    both = Calendar({2018: [], 2019: [moved]})
    assert both.is_workday(dt.date(2018, 12, 29))
    assert not Calendar({2018: []}).is_workday(dt.date(2018, 12, 29))


GOOD: dict[str, Any] = {"year": 2026, "papers": [], "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": True}]}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"days": []}, "names no day"),  # the public data set holds empty files for years to come
        ({"days": [{"name": "元旦", "date": "2026-13-01", "isOffDay": True}]}, "form of holiday-cn"),
        ({"days": [{"name": "元旦", "date": "2026-01-01"}]}, "form of holiday-cn"),
        ({"days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": "no"}]}, "true or false"),
        ({"days": GOOD["days"] * 2}, "twice"),
        ({"year": "soon"}, "form of holiday-cn"),
        ({"days": 5}, "calendar of 2026 .* its days are no list"),
        ({"days": [[]]}, "a day is an object"),
        ({"days": [{"name": "元旦", "date": 5, "isOffDay": True}]}, "a day is an object"),
    ],
)
def test_a_file_that_could_mislead_is_refused(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Calendar.from_data([GOOD | change])


def test_two_files_of_one_year_are_refused() -> None:
    with pytest.raises(ValueError, match="two calendar files"):
        Calendar.from_data([GOOD, GOOD])


def test_a_file_must_be_of_the_year_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "calendar-2025.json").write_text(json.dumps(GOOD), "utf-8")
    with pytest.raises(ValueError, match="2026"):
        Calendar.from_folder(tmp_path)


@pytest.mark.parametrize("text", ["[]", "{", "[" * 100_000, "5", ""])
def test_a_file_that_is_no_object_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "calendar-2026.json").write_text(text, "utf-8")
    with pytest.raises(ValueError, match="calendar-2026.json"):
        Calendar.from_folder(tmp_path)


def test_office_hours_come_from_the_settings_of_the_county() -> None:
    county = load_county("wenling")
    assert county.calendar.hours == OfficeHours()
    assert county.calendar.hours.minutes(7) == county.calendar.hours.minutes(11) == 390
    assert {f"settings.office.{name}" for name in ("winter", "summer", "summer_months")} <= county.assumed
    other = OfficeHours.from_settings({"office.winter": ["09:00-12:00", "13:00-17:30"], "office.summer_months": []})
    assert other.of_month(7) == ((32400, 43200), (46800, 63000))


@pytest.mark.parametrize(
    "settings",
    [
        {"office.winter": ["8-5"]},
        {"office.winter": ["11:30-08:00"]},
        {"office.winter": ["08:00-12:00", "11:00-17:00"]},
        {"office.winter": []},
        {"office.summer_months": [0]},
        {"office.summer_months": 6},
        {"office.summer_months": ["June"]},
        {"office.winter": 5},
        {"office.winter": "08:00-12:00"},
        {"office.winter": [5]},
    ],
    ids=str,
)
def test_office_hours_that_make_no_day_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="hours|months"):
        OfficeHours.from_settings(settings)
