"""How a use case says no to somebody at a desk: somebody was faster, it is not theirs, or something is missing.

The rule it keeps: nothing was written when one of these is raised, and each carries what a page needs to say why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from gonzhi_code.cases import Action, State
from gonzhi_code.words import Words


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
