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
    "no_move": Words("现在的状态不能这样办，可能已有人办过。", "It cannot be done in this state; somebody may have done it already."),
}
NOT_DONE = Words("没有办成，请刷新后再看。", "It was not done; reload and look again.")
NOTHING_TICKED = Words("还没有勾选要签收的事。", "Nothing was selected yet.")


def refusal(reason: str) -> Words:
    """The sentence of a refusal."""
    return REFUSALS.get(reason, NOT_DONE)
