"""What the page of one's own case says: the five grades, what was just done, and what stands at its top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gonzhi_code.cases import State
from gonzhi_code.words import Words
from service.hub.citizen_case import CitizenCase


@dataclass(frozen=True, slots=True)
class Grade:
    """One of the five grades of 政务服务“好差评”; the face is the mouth of a drawing, the words always stand beside it."""

    value: int
    words: Words
    face: str


GRADES = (
    Grade(5, Words("非常满意", "Very satisfied"), "M6.5 13.5c1.5 5.5 9.5 5.5 11 0z"),
    Grade(4, Words("满意", "Satisfied"), "M7 14.5c2 3.5 8 3.5 10 0"),
    Grade(3, Words("基本满意", "Fairly satisfied"), "M7.5 15.5h9"),
    Grade(2, Words("不满意", "Not satisfied"), "M7.5 17c2-2.5 7-2.5 9 0"),
    Grade(1, Words("非常不满意", "Not satisfied at all"), "M6.8 18c2-4.5 8.4-4.5 10.4 0M7 7l2.5 1M17 7l-2.5 1"),
)
_WORDS = {one.value: one.words for one in GRADES}

DONE: Mapping[str, Words] = {
    "rated": Words("谢谢，您的评价收到了。", "Thank you, your rating has arrived."),
    "reopened": Words("收到了。没有办好的，已经交给上一级重新办，原来的经办人不再经手。", "Received. It goes to the level above and is handled again, by other people."),
    "appealed": Words("收到了。是否重新办理由市中心决定，结果会写在这一页。", "Received. The county centre decides whether it is taken up again; this page will say."),
    "words": Words("收到了，已经放进案卷，办理单位看得到。", "Received and put with the case; the office sees it."),
    "photos": Words("照片传上了。", "The photos have arrived."),
}
NO_STAFF = Words("工作人员账号不能评价；请诉求人在自己的手机上评价。", "A staff account cannot rate; the reporter does, on their own phone.")
TEXT_WANTED = Words("请写一点内容", "Please write something")
UNTIL_RATED = Words("{at} 前有效，不用登录", "Counts until {at}; no login")

_TITLES: Mapping[str, Words] = {
    State.CLOSED.value: Words("办好了，这是答复", "Settled: this is the answer"),
    State.REJECTED.value: Words("没有受理", "Not accepted"),
    State.RESOLVED.value: Words("办完了，正在审核", "Done, being reviewed"),
    State.RETURNED.value: Words("正在换一家单位办", "Being passed to another office"),
}
_ON_THE_WAY = Words("正在办", "Being handled")


def title_of(case: CitizenCase) -> Words:
    """The heading: what matters most now."""
    if case.question is not None:
        return Words("办理单位有话问您", "The office has a question for you")
    if case.progress.state_key == State.CLOSED.value and case.answer is None:
        return Words("办结了", "Settled")
    return _TITLES.get(case.progress.state_key, _ON_THE_WAY)


def grade_words(grade: int) -> Words:
    """A grade in words."""
    return _WORDS[grade]


def notes_of(case: CitizenCase) -> list[Words]:
    """What else the reader should know."""
    notes = []
    if case.merged:
        notes.append(Words("您反映的事和另一件合在一起办，结果一样告诉您。", "Your matter is handled together with another one; you are told the same outcome."))
    if case.hidden:
        notes.append(Words("答复要用查询码才能看；查询码在提交后的那一页上。", "The answer opens with the query code only, which stands on the page shown after sending."))
    if case.appeal == "asked":
        notes.append(Words("您要求重新办理，市中心正在决定。", "You asked to have it taken up again; the county centre is deciding."))
    if case.appeal == "refused":
        notes.append(Words("市中心看过，决定不再重新办理。还可以打 12345。", "The county centre decided not to take it up again. You may call 12345."))
    if case.progress.state_key == State.ACCEPTED.value and case.round:
        notes.append(Words("您不满意，已经交给上一级重新办理。", "You were not satisfied; the level above takes it up again."))
    return notes
