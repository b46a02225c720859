"""How a use case says no to somebody at a desk: somebody was faster, it is not theirs, or something is missing.

The rule it keeps: nothing was written when one of these is raised, and each carries what a page needs to say why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from gonzhi_code.cases import Action, State
from gonzhi_code.words import Words

REASONS: Mapping[str, Words] = {
    "no_case": Words("没有这件事，或者不归您办理", "There is no such case, or it is not yours"),
    "hidden": Words("这件事对您保密，只能看到编号和状态", "This case is kept from you but for its number and state"),
    "no_verb": Words("您的账号没有这项权限", "Your account may not do this"),
    "not_holder": Words("这件事现在不在您的单位", "Your unit does not have this case now"),
    "accused": Words("反映的内容涉及您的单位，不能由您办理", "The matter is about your unit"),
    "no_move": Words("现在不能这样做，或者您以前办过、需要换人", "Not now, or somebody else must do it"),
    "no_clock": Words("这个时限没有在计时", "This clock is not running"),
    "too_late": Words("已经到期，不能再申请延期", "It is due already; it can no longer be extended"),
    "asked_before": Words("这个时限已经申请过一次", "This was asked once before"),
    "not_later": Words("按复杂事项计算也不会更晚", "Being complex does not give it more time"),
    "decided": Words("已经有人处理过了", "Somebody has decided this already"),
    "over": Words("这件事已经结束", "The case is over"),
    "too_many": Words("补充的内容已经很多，请等待答复", "Much was added already; please wait for an answer"),
    "forgotten": Words("保存期限已过，内容已经去除，请重新反映", "The time to keep it is over and its words are gone; please report it anew"),
    "not_open": Words("现在还不能评价", "It cannot be rated now"),
}
"""The sentence for each word of :class:`NotAllowed`."""


class CaseMoved(Exception):
    """Somebody else acted first, and nothing was written.

    Args:
        by, action, at: the newest move: who, what, when; state: where the case stands now.
    """

    def __init__(self, by: str, action: Action, at: dt.datetime, state: State) -> None:
        super().__init__(f"{by} was faster: {action.value} at {at.isoformat()}")
        self.by, self.action, self.at, self.state = by, action, at, state

    @classmethod
    def of(cls, newest: Mapping[str, Any]) -> CaseMoved:
        """What a row of ``moves`` says."""
        return cls(newest["by"], Action(newest["action"]), newest["at"], State(newest["to_state"]))


class NotAllowed(Exception):
    """Not this person, or not now.

    Args:
        reason: ``no_case`` (none, or none of theirs: pages answer both alike), ``hidden`` (they see its number only),
            ``no_verb`` (their account may not do this at all), ``not_holder`` (another unit has it), ``accused`` (it is about
            them), ``no_move`` (not in this state, or not by this person), or a word of the use case.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Incomplete(Exception):
    """Something that the action needs is missing or wrong.

    Args:
        errors: names of fields to the sentence beside each, every field at once.
    """

    def __init__(self, errors: Mapping[str, Words]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)
