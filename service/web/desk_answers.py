"""The answers of a case in the words of its form, its clocks and its holders, in the reader's language.

Rule: every question keeps the label and every choice the wording that the reporter saw; what is masked or closed says so in
words. Used by the page of a case and by its printed sheet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonzhi_code.areas import Township
from gonzhi_code.deadlines import Deadline, TimeUnit
from gonzhi_code.errors import BadArea
from gonzhi_code.forms import FieldSpec
from gonzhi_code.labels import label, time_left
from gonzhi_code.words import Words, in_language
from service.hub.casepage import CaseView
from service.hub.context import Hub
from service.hub.receipts import unit_of

from .times import day, moment, until, urgency

YES, NO = Words("是", "Yes"), Words("否", "No")
CLOSED = Words("（封存，只有主办单位可看）", "(sealed; the lead alone reads it)")
MASKED = Words("（已封存）", "(sealed)")
BY_LAW = Words("法定", "By law")
NO_LONGER_ASKED = Words("其他", "Other")
GONE = {
    "forgotten": Words("保存期限已过，内容和照片已于 {at} 去除，只留办理经过。", "The time to keep it is over: its words and photos were taken out on {at}; what happened when is left."),
    "masked": Words("诉求人信息已于 {at} 隐去。", "Who reported it was taken out on {at}."),
}
"""What was taken out of a case, the later step first."""
_MET = {"met": Words("按时", "In time"), "late": Words("超时", "Late")}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered question: its label, its lines, and whether it is masked or closed."""

    label: str
    lines: list[str]
    masked: bool = False
    closed: bool = False
    long: bool = False


class CaseWords:
    """Words one case for one reader.

    Args:
        lang: ``"zh"`` or ``"en"``.
    """

    def __init__(self, hub: Hub, lang: str, view: CaseView) -> None:
        self.hub, self.lang, self.view = hub, lang, view
        self.plan = hub.plans.get(view.row["scene_key"])

    def say(self, words: str | None) -> str:
        """The wording in the reader's language."""
        return in_language(words, self.lang) if words else ""

    def unit(self, unit_id: str) -> str:
        """The name of a unit."""
        return unit_of(self.hub, unit_id).name if unit_id else ""

    def person(self, username: str) -> str:
        """What somebody in the history is called."""
        known = {"system": "system", "hub": "system", "reporter": "reporter"}
        return self.say(label(known[username])) if username in known else self.view.names.get(username, username)

    def scene(self) -> str:
        """The name of the scene."""
        return self.say(self.plan.scene.title) if self.plan else str(self.view.row["scene_key"])

    # --- answers

    def answers(self) -> list[tuple[str, list[Answer]]]:
        """The answered questions under the headings of the form."""
        shown = self.view.answers
        there = set(shown.answers) | shown.masked | shown.closed
        sections: list[tuple[str, list[Answer]]] = []
        known: set[str] = set()
        for section in self.plan.scene.form.sections if self.plan else ():
            known.update(spec.name for spec in section.fields)
            told = [self._answer(spec) for spec in section.fields if spec.name in there]
            if told:
                sections.append((self.say(section.title), told))
        derived = set(self.plan.scene.fact_names) if self.plan else set()
        rest = [Answer(name, [str(shown.answers[name])]) for name in sorted(there - known - derived) if name in shown.answers]
        return [*sections, (self.say(NO_LONGER_ASKED), rest)] if rest else sections

    def gone(self) -> str:
        """What was taken out of it and when, in a sentence; ``""`` for nothing."""
        step = next((one for one in GONE if one in self.view.gone), "")
        if not step:
            return ""
        when = day(self.view.gone[step])
        return self.say(Words(str(GONE[step]).format(at=when), GONE[step].en.format(at=when.en)))

    def _answer(self, spec: FieldSpec) -> Answer:
        shown, name = self.view.answers, self.say(spec.label)
        if spec.name in shown.closed:
            return Answer(name, [self.say(CLOSED)], closed=True)
        masked = spec.name in shown.masked
        if spec.name not in shown.answers:
            return Answer(name, [self.say(MASKED)], masked=True)
        lines = self._lines(spec, shown.answers[spec.name])
        return Answer(name, lines, masked=masked, long=spec.widget == "textarea")

    def _lines(self, spec: FieldSpec, value: Any) -> list[str]:
        if spec.widget == "rows" and isinstance(value, list):
            return [self._row(spec, row) for row in value]
        if isinstance(value, list):
            return [self.say(Words("、", ", ")).join(self._one(spec, one) for one in value)]
        if spec.widget == "textarea":
            return str(value).splitlines() or [""]
        return [self._one(spec, value)]

    def _row(self, spec: FieldSpec, row: Mapping[str, Any]) -> str:
        cells = [(cell, row[cell.name]) for cell in spec.rows if row.get(cell.name) is not None]
        colon, comma = self.say(Words("：", ": ")), self.say(Words("，", ", "))
        return comma.join(f"{self.say(cell.label)}{colon}{self._one(cell, value)}" for cell, value in cells)

    def _one(self, spec: FieldSpec, value: Any) -> str:
        if isinstance(value, bool) or spec.boolean:
            return self.say(YES if value in (True, "yes") else NO)
        for option in spec.options:
            if option.value == str(value):
                return self.say(option.label)
        if spec.widget in ("township", "village"):
            return self._place(str(value))
        text = _day_words(spec.widget, str(value))
        if spec.widget == "money":
            text = _grouped(text)
        return f"{self.say(text)} {self.say(spec.unit)}" if spec.unit else self.say(text)

    def _place(self, area_id: str) -> str:
        try:
            return self.hub.county.place_name(area_id)
        except BadArea:
            return area_id

    # --- clocks and holders

    def clocks(self) -> list[dict[str, Any]]:
        """Every deadline: what it is, when, how long there is in its own unit, and who set it; running ones first."""
        ended = {(run["key"], run["started_at"]): run["outcome"] for run in self.view.runs}
        told = []
        for clock in self.view.clocks:
            outcome = ended.get((clock["key"], clock["started_at"]), "met")
            told.append(self._clock(clock, "" if clock["met_at"] is None else outcome))
        return sorted(told, key=lambda one: bool(one["ended"]))

    def _clock(self, clock: Mapping[str, Any], outcome: str) -> dict[str, Any]:
        due = Deadline(clock["due_at"], clock["provisional"])
        unit = TimeUnit(clock["unit"]) if clock["unit"] else TimeUnit.WORKING_DAYS
        left = self.say(time_left(due, self.view.now, self.hub.county.calendar, unit))
        if outcome:
            left = f"{self.say(moment(clock['met_at']))} {self.say(_MET.get(outcome, _MET['met']))}"
        by_law = clock["key"].startswith("statutory.")
        return {
            "key": clock["key"],
            "title": self.say(self.view.titles.get(clock["key"]) or label(clock["key"].rpartition(".")[2])),
            "due": self.say(until(due)),
            "left": left,
            "ended": outcome,
            "urgency": "late" if outcome == "late" else "" if outcome else urgency(due.at, self.view.now),
            "source": "" if clock["source"] == "setting" else self.say(clock["source"]),
            "by_law": self.say(BY_LAW) if by_law else "",
        }

    def held(self) -> list[dict[str, str]]:
        """Who had the case, from when until when, and for how much office time."""
        open_now = bool(self.view.held) and self.view.held[-1].until >= self.view.now
        spells = self.view.held
        return [
            {
                "unit": self.unit(one.unit_id),
                "since": self.say(moment(one.since)),
                "until": "" if open_now and nth == len(spells) - 1 else self.say(moment(one.until)),
                "office": self.say(office_time(one.working_minutes)),
            }
            for nth, one in enumerate(spells)
        ]


def office_time(minutes: int) -> Words:
    """Office time in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    zh = (f"{hours} 小时" if hours else "") + (f" {rest} 分钟" if rest else "")
    return Words(zh.strip() or "不到 1 分钟", (f"{hours} h " if hours else "") + f"{rest} min" if minutes else "under a minute")


def picker(hub: Hub, unit_ids: Sequence[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Units for a select, under their township or the county, in the order they were given."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit_id in unit_ids:
        unit = unit_of(hub, unit_id)
        town: Township | None = hub.county.townships.get(unit.township_id)
        groups.setdefault(town.name if town else hub.county.name, []).append((unit.id, unit.name))
    return list(groups.items())


def _day_words(widget: str, text: str) -> str:
    try:
        if widget == "month":
            first = dt.date.fromisoformat(f"{text}-01")
            return Words(f"{first.year} 年 {first.month} 月", f"{first:%b %Y}")
        if widget == "date":
            day = dt.date.fromisoformat(text)
            return Words(f"{day.year} 年 {day.month} 月 {day.day} 日", f"{day.day} {day:%b %Y}")
        if widget == "datetime":
            at = dt.datetime.fromisoformat(text)
            return Words(f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}", f"{at.day} {at:%b %Y, %H:%M}")
    except ValueError:
        return text
    return text


def _grouped(text: str) -> str:
    whole, point, cents = text.partition(".")
    return f"{int(whole):,}{point}{cents}" if whole.isdecimal() else text
