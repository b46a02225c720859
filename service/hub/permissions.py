"""Who may do and see what: single verbs by role, and how much of a case somebody sees.

The rule it keeps: every page, API and use case asks here and nowhere else. A role has its verbs; an account may be granted
more, one verb at a time, by name. What may be *done* to a case also needs a move of ``gonzhi_code.cases``; what may be *seen*
depends on the scene's visibility: of a protected case only the lead opens who reported it, and a sealed one (minors) is
opened by named accounts of its lead, its helpers or the centre, and by nobody else.

Sources: Decree 735 Arts. 32, 35 (who reports insurance fraud is kept secret); Law on the Protection of Minors Art. 103;
Personal Information Protection Law Arts. 6, 51 (least necessary, limits by role).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any

from gonzhi_code.areas import County
from gonzhi_code.routing import Visibility

from .accounts import User


class Verb(StrEnum):
    """One thing an account may do. Moves of a case carry the words of ``gonzhi_code.cases.Action``."""

    ACCEPT = "accept"
    REJECT = "reject"
    ASSIGN = "assign"
    MERGE = "merge"
    ACKNOWLEDGE = "acknowledge"
    START = "start"
    SEND_BACK = "send_back"
    HAND_OVER = "hand_over"
    RESOLVE = "resolve"
    CLOSE = "close"
    REWORK = "rework"
    REOPEN = "reopen"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    DECIDE_APPEAL = "decide_appeal"
    REMIND = "remind"
    SUPERVISE = "supervise"
    ANSWER_SUPERVISION = "answer_supervision"
    ASK_REPORTER = "ask_reporter"
    NOTE = "note"
    REVEAL = "reveal"
    SEE_BOARD = "see_board"
    EXPORT = "export"
    SEE_AUDIT = "see_audit"
    SEE_NOTICES = "see_notices"
    MANAGE_USERS = "manage_users"
    MANAGE_CODES = "manage_codes"
    POST_CODES = "post_codes"
    OPEN_SEALED = "open_sealed"


_HOLD = frozenset({
    Verb.ACKNOWLEDGE, Verb.START, Verb.SEND_BACK, Verb.HAND_OVER, Verb.RESOLVE, Verb.ASK_EXTENSION, Verb.ANSWER_SUPERVISION,
    Verb.ASK_REPORTER, Verb.NOTE,
})  # fmt: skip
VERBS: Mapping[str, frozenset[Verb]] = {
    "centre": frozenset(Verb) - {Verb.SEND_BACK, Verb.ASK_EXTENSION, Verb.ANSWER_SUPERVISION, Verb.OPEN_SEALED},
    "township": _HOLD | {Verb.ACCEPT, Verb.ASSIGN, Verb.MERGE, Verb.REMIND, Verb.REVEAL, Verb.SEE_BOARD, Verb.EXPORT, Verb.POST_CODES},
    "unit": _HOLD | {Verb.REVEAL},
    "grid": _HOLD - {Verb.ASK_EXTENSION} | {Verb.POST_CODES},
    "auditor": frozenset({Verb.SEE_BOARD, Verb.SEE_AUDIT}),
}
SEES_ALL = ("centre", "auditor")


class Sight(IntEnum):
    """How much of a case somebody sees."""

    NONE = 0
    NUMBER = 1
    """Number and state only: it exists, and somebody else has it."""
    CASE = 2
    """The whole case but who reported it and what is sealed; that needs :func:`may_reveal`, a reason, and is logged."""


def may(user: User, verb: Verb) -> bool:
    """Whether the account has this verb, by its role or by name."""
    return verb in VERBS.get(user.role, frozenset()) or verb.value in user.grants


def townships_of(county: County, user: User) -> tuple[str, ...]:
    """The townships a command room answers for: its own, and the statistical units that it owns."""
    owned = (town.id for town in county.townships.values() if town.owner_id == user.township_id)
    return (user.township_id, *owned) if user.township_id else ()


def concerned(county: County, user: User, row: Mapping[str, Any]) -> bool:
    """Whether the case is theirs at all: the centre's and auditor's are all, a township's those of its area, a unit's those it
    leads, holds or helps with, a grid officer's those of the villages of the grid that the unit holds."""
    if user.role in SEES_ALL:
        return True
    if user.unit_id in (row["lead_unit_id"], row["holder"]) or user.unit_id in row["helper_ids"]:
        return user.role != "grid" or not user.area_ids or row["village_id"] in user.area_ids
    return user.role == "township" and bool(row["township_id"]) and row["township_id"] in townships_of(county, user)


def sight(county: County, user: User, row: Mapping[str, Any]) -> Sight:
    """How much of a case (a row of ``cases``) an account sees."""
    if not concerned(county, user, row):
        return Sight.NONE
    visibility = row["visibility"]
    if visibility == Visibility.SEALED.value:
        return Sight.CASE if may(user, Verb.OPEN_SEALED) and _holds(user, row) else Sight.NUMBER
    if visibility == Visibility.PROTECTED.value and user.role != "centre" and user.unit_id != row["lead_unit_id"]:
        return Sight.NUMBER
    return Sight.CASE


def may_reveal(county: County, user: User, row: Mapping[str, Any]) -> bool:
    """Whether an account may open who reported a case, with a reason that is logged."""
    if not may(user, Verb.REVEAL) or sight(county, user, row) < Sight.CASE:
        return False
    if row["visibility"] == Visibility.PROTECTED.value:
        return bool(user.unit_id == row["lead_unit_id"])
    return True


def _holds(user: User, row: Mapping[str, Any]) -> bool:
    return user.role == "centre" or user.unit_id in (row["lead_unit_id"], *row["helper_ids"])
