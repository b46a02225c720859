"""Every stored word has its wording in Chinese and English, and time left reads as people say it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gonzhi_code import errors, labels
from gonzhi_code.calendars import Calendar
from gonzhi_code.cases import Action, Role, State
from gonzhi_code.deadlines import Deadline, TimeUnit
from gonzhi_code.labels import label, time_left
from gonzhi_code.moments import SHANGHAI
from gonzhi_code.routing import ACCUSED_EXCLUDED, PLACE_UNKNOWN
from gonzhi_code.rules import Priority
from gonzhi_code.scenes import all_scenes
from service.hub.scanning import MARKS
from service.hub.throttling import MANY_FROM_ADDRESS, MANY_FROM_CODE

ROOT = Path(__file__).parent.parent
CALENDAR = Calendar.from_folder(ROOT / "gonzhi_code" / "counties" / "wenling")
CHINESE = re.compile("[一-鿿]")


def stored_words() -> Iterator[str]:
    """Every word that our own code stores and a page may show."""
    for words in (State, Action, Role, Priority):
        yield from (str(word.value) for word in words)  # type: ignore[attr-defined]
    yield from (one.reason for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.GonzhiError))
    yield from MARKS
    yield from MARKS.values()
    yield from ("good", "none", PLACE_UNKNOWN, ACCUSED_EXCLUDED, MANY_FROM_ADDRESS, MANY_FROM_CODE)
    for scene in all_scenes():
        yield from (mark for rule in scene.rules for mark in rule.marks)
        yield from (remark.mark for remark in scene.remarks)


@pytest.mark.parametrize("word", sorted(set(stored_words())))
def test_every_stored_word_is_worded_in_chinese_and_english(word: str) -> None:
    said = label(word)
    assert CHINESE.search(said), word
    assert said.en != said
    assert not CHINESE.search(said.en)


def test_the_reporter_reads_every_step_in_words_of_their_own() -> None:
    assert set(labels.STEPS) == {action.value for action in Action}
    for words in labels.STEPS.values():
        assert CHINESE.search(words) and words.en != words and not CHINESE.search(words.en)
    assert labels.step_label("river_patrol") == "river patrol"


def test_states_that_differ_are_called_differently() -> None:
    for words in (State, Action, Role, Priority):
        assert len({label(word) for word in words}) == len(words)  # type: ignore[call-overload, arg-type, var-annotated]


def test_a_word_of_another_agency_is_shown_as_it_is() -> None:
    assert label("river_patrol") == "river patrol"


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "zh", "en"),
    [
        ("2026-11-24 10:10", "还剩 1 个工作日 4 小时", "1 working day 4 h left"),
        ("2026-11-23 16:40", "还剩 2 个工作日", "2 working days left"),
        ("2026-11-25 10:30", "还剩 4 小时", "4 h left"),
        ("2026-11-25 14:20", "还剩 2 小时 20 分钟", "2 h 20 min left"),
        ("2026-11-25 16:35", "还剩 5 分钟", "5 min left"),
        ("2026-11-25 16:40", "刚刚超时", "just late"),
        ("2026-11-25 16:39:30", "不到 1 分钟", "less than a minute left"),
        ("2026-11-26 09:00", "已超时 1 小时", "1 h late"),
        ("2026-11-30 08:30", "已超时 2 个工作日", "2 working days late"),
    ],
)
def test_time_left_of_a_working_day_deadline_is_counted_in_office_time(now: str, zh: str, en: str) -> None:
    said = time_left(Deadline(at("2026-11-25 16:40")), at(now), CALENDAR)
    assert (said, said.en) == (zh, en)


@pytest.mark.parametrize(
    ("now", "zh", "en"),
    [
        ("2026-11-28 12:00", "还剩 1 天 4 小时", "1 day 4 h left"),
        ("2026-11-29 15:30", "还剩 1 小时 10 分钟", "1 h 10 min left"),
        ("2026-12-01 16:40", "已超时 2 天", "2 days late"),
    ],
)
def test_time_left_of_other_clocks_is_that_of_the_wall(now: str, zh: str, en: str) -> None:
    said = time_left(Deadline(at("2026-11-29 16:40")), at(now), CALENDAR, TimeUnit.HOURS)
    assert (said, said.en) == (zh, en)


def test_a_provisional_deadline_says_about() -> None:
    said = time_left(Deadline(at("2027-01-06 16:40"), provisional=True), at("2027-01-06 14:40"), CALENDAR)
    assert (said, said.en) == ("还剩约 2 小时", "about 2 h left")


def test_time_left_refuses_a_naive_moment() -> None:
    with pytest.raises(ValueError, match="aware"):
        time_left(Deadline(at("2026-11-25 16:40")), dt.datetime(2026, 11, 25), CALENDAR)


def test_no_other_file_words_a_state_or_an_action() -> None:
    """Wording that stands in two places soon differs; pages ask ``label``."""
    worded = {str(words) for words in (*labels.STATES.values(), *labels.ACTIONS.values())} - {"上报", "受理", "交办", "签收", "退回", "移交", "不予受理"}
    for path in (*(ROOT / "gonzhi_code").rglob("*.py"), *(ROOT / "service").rglob("*.py")):
        if path.name != "labels.py":
            text = path.read_text("utf-8")
            assert not [word for word in worded if f'Words("{word}"' in text], path
