"""What people at a desk are told when something cannot be done: reason -> sentence. English beside it.

Rule: a sentence says what is the matter and what to do instead; the reasons are those of ``hub/refusals.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

from gonzhi_code.words import Words

REFUSALS: Mapping[str, Words] = {
    "no_case": Words("没有这件事，或者不归您看。", "There is no such case, or it is not yours to see."),
    "hidden": Words("这件事不公开，只能看到编号和状态。", "This case is not open to you; you see its number and state only."),
    "no_verb": Words("您的账号没有这项权限。", "Your account may not do this."),
    "not_holder": Words("现在不在您单位手里。", "Another unit has it now."),
    "accused": Words("反映的就是您单位或与它有关，不能由您单位办理。", "It is about your unit or one tied to it; your unit cannot act on it."),
    "sealed": Words("涉及未成年人的封存件不打印，请在屏幕上办理。", "A sealed case is not printed; work on it on the screen."),
    "over": Words("这件事已经办结，不能再这样办。", "The case is over."),
    "forgotten": Words("保存期限已过，内容已经去除，不能再办。", "The time to keep it is over and its words are gone; it cannot be taken up again."),
    "no_clock": Words("没有可以延长的时限。", "There is no clock that may be extended."),
    "too_late": Words("已经到期，不能再申请延期。", "It is due already; more time must be asked for before."),
    "asked_before": Words("已经申请过一次延期，不能再申请。", "More time was asked for once already."),
    "decided": Words("已经有人处理过了。", "Somebody has decided it already."),
    "not_later": Words("定为复杂事项也不会更晚到期。", "Being complex would not make it due later."),
    "no_move": Words("现在的状态不能这样办，可能已有人办过。", "It cannot be done in this state; somebody may have done it already."),
}
NOT_DONE = Words("没有办成，请刷新后再看。", "It was not done; reload and look again.")
NOTHING_TICKED = Words("还没有勾选要签收的事。", "Nothing was selected yet.")


def refusal(reason: str) -> Words:
    """The sentence of a refusal."""
    return REFUSALS.get(reason, NOT_DONE)


DONE: Mapping[str, Words] = {
    "accept": Words("已受理。", "Accepted."), "reject": Words("已作不予受理，会告知诉求人。", "Not accepted; the reporter is told."),
    "assign": Words("已交办。", "Assigned."), "merge": Words("已并案。", "Merged."), "acknowledge": Words("已签收。", "Acknowledged."),
    "start": Words("已开始处置。", "Started."), "send_back": Words("已退回。", "Sent back."), "hand_over": Words("已移交。", "Handed over."),
    "resolve": Words("已反馈，等市中心审核。", "Resolved; the county centre reviews it."), "close": Words("已办结，会告知诉求人。", "Closed; the reporter is told."),
    "rework": Words("已退回重办。", "Sent back to be done again."), "reopen": Words("已重新办理。", "Taken up again."),
    "ask_extension": Words("已申请延期，等市中心决定。", "Asked; the county centre decides."), "decide_extension": Words("延期已决定。", "Decided."),
    "mark_complex": Words("已定为复杂事项。", "Marked as complex."), "remind": Words("已催办。", "Reminded."), "supervise": Words("已督办。", "Supervised."),
    "answer_supervision": Words("已答复督办。", "Answered."), "withdraw_supervision": Words("督办已撤销。", "Withdrawn."),
    "ask_reporter": Words("已问诉求人。", "The reporter is asked."), "note": Words("备注已记下。", "Noted."), "photo": Words("照片已上传。", "Photos added."),
    "decide_appeal": Words("已决定，会告知诉求人。", "Decided; the reporter is told."),
}  # fmt: skip
"""What is said when something was done."""
MOVED = Words(
    "{by} 已在 {at} 办了“{action}”，现在是“{state}”。下面是最新情况，您填的内容还在，请看清楚再办。",
    "{by} was faster: “{action}” at {at}; it is now “{state}”. This is how it stands; what you typed is still here.",
)
NOT_SHOWN = Words("这件事不公开，您能看到的只有编号和状态。", "This case is not open to you; number and state are all you see.")
