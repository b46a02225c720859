"""What the page of one's own case says: the five grades, what was just done, and what stands at its top."""

from __future__ import annotations

from collections.abc import Mapping

from gonzhi_code.cases import State
from gonzhi_code.words import Words
from service.hub.citizen_case import CitizenCase

FACES: Mapping[int, str] = {
    5: "M6.5 13.5c1.5 5.5 9.5 5.5 11 0z",
    4: "M7 14.5c2 3.5 8 3.5 10 0",
    3: "M7.5 15.5h9",
    2: "M7.5 17c2-2.5 7-2.5 9 0",
    1: "M6.8 18c2-4.5 8.4-4.5 10.4 0M7 7l2.5 1M17 7l-2.5 1",
}
"""The mouths of five drawn faces; the words of the grade always stand beside them."""

DONE: Mapping[str, Words] = {
    "rated": Words("谢谢，您的评价收到了。", "Thank you, your rating has arrived."),
    "reopened": Words("收到了。没有办好的，已经交给上一级重新办，原来的经办人不再经手。", "Received. It goes to the level above and is handled again, by other people."),
    "appealed": Words("收到了。是否重新办理由市中心决定，结果会写在这一页。", "Received. The county centre decides whether it is taken up again; this page will say."),
    "words": Words("收到了，已经放进案卷，办理单位看得到。", "Received and put with the case; the office sees it."),
    "photos": Words("照片传上了。", "The photos have arrived."),
}
NOT_RATED: Mapping[str, Words] = {
    "already_rated": Words("您已经评过了，评一次就够了。", "You have rated already; once is enough."),
    "window_over": Words("评价的时间过了。还有没解决的，可以在下面要求重新办理。", "The time for rating is over. If something is not solved, ask below to have it taken up again."),
    "not_closed": Words("这件事又在办了，办好以后再请您评价。", "It is being handled again; please rate when it is settled."),
}
NOT_TAKEN: Mapping[str, Words] = {
    "over": Words("这件事已经办结，不能再补充；没解决的，可以要求重新办理。", "It is settled; nothing can be added. If it is not solved, ask to have it taken up again."),
    "too_many": Words("补充的已经够多了，办理单位会看。", "There is enough already; the office will read it."),
    "not_open": Words("这件事正在办。", "It is being handled."),
    "forgotten": Words("保存期限已过，内容已经去除。还有问题的，请重新反映。", "The time to keep it is over and its words are gone. If something is still wrong, please report it anew."),
}
NO_STAFF = Words("工作人员账号不能评价；请诉求人在自己的手机上评价。", "A staff account cannot rate; the reporter does, on their own phone.")
FORGOTTEN = Words("保存期限已过，写的内容和照片都已去除，只留下办理经过。", "The time to keep it is over: words and photos are gone, and only what happened when is left.")
UNTIL_RATED = Words("{at} 前有效，不用登录", "Counts until {at}; no login")

_TITLES: Mapping[str, Words] = {
    State.ASSIGNED.value: Words("已经交给他们，等签收", "Passed on; they are to confirm it"),
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


def notes_of(case: CitizenCase) -> list[Words]:
    """What else the reader should know."""
    notes = []
    if case.forgotten:
        notes.append(FORGOTTEN)
    if case.merged:
        notes.append(Words("您反映的事和另一件合在一起办，结果一样告诉您。", "Your matter is handled together with another one; you are told the same outcome."))
    if case.hidden:
        notes.append(Words("答复要用查询码才能看；查询码在提交后的那一页上。", "The answer opens with the query code only, which stands on the page shown after sending."))
    if case.appeal == "asked":
        notes.append(Words("您要求重新办理，市中心正在决定。", "You asked to have it taken up again; the county centre is deciding."))
    if case.appeal == "refused":
        notes.append(
            Words(f"市中心看过，决定不再重新办理：{case.decision}。还可以打 12345。", f"The county centre decided not to take it up again: {case.decision}. You may call 12345.")
        )
    if case.progress.state_key == State.ACCEPTED.value and case.round:
        notes.append(Words("您不满意，已经交给上一级重新办理。", "You were not satisfied; the level above takes it up again."))
    return notes
