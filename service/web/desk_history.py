"""The whole history of a case in words: moves, results, urging, extensions, letters, ratings, SMS, oldest first.

Rule: one line of time for everything, each entry saying when, who, what, and why in the words that were given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from gonzhi_code.labels import label
from gonzhi_code.words import Words
from service.hub.handling import conclusions_for
from service.hub.rating import GRADES
from service.hub.supervising import LEVELS

from .desk_answers import CaseWords
from .times import moment

LETTERS = {
    "question": Words("问诉求人", "Asked the reporter"),
    "reply": Words("诉求人答复", "The reporter answered"),
    "addition": Words("诉求人补充", "The reporter added"),
    "note": Words("内部备注", "Note"),
}
NOTICES = {
    "received": Words("受理", "received"), "handed_over": Words("移交", "handed over"), "resolved": Words("结果", "result"),
    "reopened": Words("重办", "reopened"), "extended": Words("延期", "extended"), "late": Words("超时致歉", "late"),
    "question": Words("提问", "question"),
}  # fmt: skip
SENT = {
    "sent": Words("已发出", "sent"), "delivered": Words("已送达", "delivered"), "failed": Words("没有送达", "not delivered"),
    "uncertain": Words("送达不明", "uncertain"), "dropped": Words("没有发", "not sent"), "pending": Words("等待发送", "waiting"),
    "sending": Words("正在发送", "being sent"),
}  # fmt: skip
DECIDED = {"granted": Words("同意", "granted"), "refused": Words("不同意", "refused"), "asked": Words("等待决定", "waiting")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: when, what, who, the unit that got the case, and what was said. ``kind`` gives it its mark."""

    at: dt.datetime
    when: str
    kind: str
    what: str
    who: str
    to: str = ""
    text: str = ""


class History:
    """Writes the history of one case for one reader."""

    def __init__(self, words: CaseWords) -> None:
        self._words, self._view = words, words.view

    def entries(self) -> list[Entry]:
        """Everything that happened, oldest first."""
        parts = (self._moves, self._urging, self._extensions, self._letters, self._ratings, self._appeals, self._photos, self._notices)
        return sorted((entry for part in parts for entry in part()), key=lambda one: one.at)

    def _entry(self, at: dt.datetime, kind: str, what: Words, by: str, *, to: str = "", text: str = "") -> Entry:
        say = self._words.say
        return Entry(at, say(moment(at)), kind, say(what), self._words.person(by) if by else "", self._words.unit(to), text)

    def _moves(self) -> Iterator[Entry]:
        results = {one["seq"]: one for one in self._view.resolutions}
        ends = {one.key: one.title for one in conclusions_for(self._words.hub, self._view.row["scene_key"])}
        for made in self._view.moves:
            text = made["reason"]
            if made["by"] == "system" and made["action"] == "assign":
                # The system gives the rule; why stands in words beside it.
                text = self._words.say(Words(self._view.row["why"], self._view.row["why_en"]))
            result = results.get(made["seq"])
            if result:
                end = ends.get(result["conclusion"])
                said = f"：{result['short']}\n{result['answer']}" if result["short"] else ""
                text = f"{self._words.say(end) if end else result['conclusion']}{said}"
            yield self._entry(made["at"], "move", label(made["action"]), made["by"], to=made["unit_id"], text=text)

    def _urging(self) -> Iterator[Entry]:
        for one in self._view.supervisions:
            level = LEVELS.get(one["level"], Words("督办", "Supervision"))
            what = Words("催办", "Reminder") if one["kind"] == "reminder" else level
            due = self._words.say(Words("{at} 前答复", "Answer by {at}").format(at=self._words.say(moment(one["due_at"])))) if one["due_at"] else ""
            yield self._entry(one["at"], "urge", what, one["by"], to=one["unit_id"], text="\n".join(part for part in (one["text"], due) if part))
            if one["answered_at"]:
                yield self._entry(one["answered_at"], "answer", Words("答复督办", "Answered"), one["answered_by"], text=one["answer"])
            if one["withdrawn_at"] and not one["answered_at"]:
                yield self._entry(one["withdrawn_at"], "answer", Words("督办撤销", "Withdrawn"), "")

    def _extensions(self) -> Iterator[Entry]:
        for one in self._view.extensions:
            days = Words(f"申请延期 {one['working_days']} 个工作日", f"Asked for {one['working_days']} working days more")
            if one["clock_key"] == "complex":
                yield self._entry(one["asked_at"], "time", Words("定为复杂事项", "Found complex"), one["asked_by"], text=one["reason"])
                continue
            yield self._entry(one["asked_at"], "time", days, one["asked_by"], text=one["reason"])
            if one["decided_at"]:
                said = Words("延期：{word}", "Extension {word}").format(word=self._words.say(DECIDED[one["state"]]))
                until = self._words.say(moment(one["due_after"])) if one["due_after"] else ""
                text = "，".join(part for part in (one["decision"], until and self._words.say(Words(f"延到 {until}", f"until {until}"))) if part)
                yield self._entry(one["decided_at"], "time", said, one["decided_by"], text=text)

    def _letters(self) -> Iterator[Entry]:
        for one in self._view.letters:
            other = f"（{one.case_no}）" if one.case_no != self._view.row["case_no"] else ""
            yield self._entry(one.at, "letter", LETTERS[one.kind], one.by, text=one.text + other)

    def _ratings(self) -> Iterator[Entry]:
        for one in self._view.ratings:
            what = Words("评价：{word}", "Rated: {word}").format(word=self._words.say(GRADES[one.grade]))
            yield self._entry(one.at, "rate", what, "reporter", text=one.comment)

    def _appeals(self) -> Iterator[Entry]:
        for one in self._view.appeals:
            yield self._entry(one["at"], "rate", Words("要求重新办理", "Wants it taken up again"), "reporter", text=one["words"])
            if one["decided_at"]:
                what = Words("重新办理：{word}", "Taking it up again: {word}").format(word=self._words.say(DECIDED[one["state"]]))
                yield self._entry(one["decided_at"], "rate", what, one["decided_by"], text=one["decision"])

    def _photos(self) -> Iterator[Entry]:
        for one in self._view.photos:
            if one["source"] == "desk":
                yield self._entry(one["created_at"], "photo", Words("上传现场照片", "Added a photo"), one["by"])

    def _notices(self) -> Iterator[Entry]:
        for one in self._view.notices:
            kind, sent = NOTICES.get(one["kind"], Words(one["kind"])), SENT.get(one["state"], Words(one["state"]))
            what = Words(f"短信（{kind}）{sent}", f"SMS ({kind.en}) {sent.en}")
            yield self._entry(one["sent_at"] or one["created_at"], "sms", what, "", text=one["last_error"] if one["state"] in ("failed", "dropped") else "")
