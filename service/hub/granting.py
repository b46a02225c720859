"""Who may look after which accounts, and what they may give: the rules behind ``managing.py``.

The rule it keeps: nobody gives what they do not have, or takes over somebody who has more (a reset password or a linked
sign-on opens an account, so it is refused where the account holds a verb that the manager lacks); a manager outside the
centre looks after the own township or unit only. The command line (``by`` is a text) may do all of it, because whoever runs
it has the database anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gonzhi_code.transitions import TRANSITIONS, Action
from gonzhi_code.words import Words

from .accounts import User, place_errors, role_of_unit
from .context import Hub
from .permissions import VERBS, Verb, may

ONLY_LOOKING = frozenset({Verb.SEE_BOARD, Verb.SEE_AUDIT, Verb.SEE_NOTICES, Verb.EXPORT})
"""What an auditor may be given: whoever looks at the others' work has no part in it."""
_MOVES = frozenset(action.value for action in Action)
LONGEST_NAME, LONGEST_SUBJECT = 40, 200
By = User | str
"""Who manages: somebody who is signed in, or the name of whoever runs the command line."""


class NotYours(Exception):
    """The account is not one that this manager looks after, or the manager may not manage at all; told alike."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an account is to be. ``role`` ``""`` takes the one that fits the unit."""

    unit_id: str
    role: str = ""
    name: str = ""
    grants: frozenset[str] = frozenset()
    area_ids: frozenset[str] = frozenset()
    subject: str = ""


def looks_after(hub: Hub, by: By, user: User) -> bool:
    """Whether somebody manages this account: the centre all, others those of their township or unit below centre and auditor."""
    if isinstance(by, str):
        return True
    if not may(by, Verb.MANAGE_USERS):
        return False
    if by.role == "centre":
        return True
    if user.role in ("centre", "auditor"):
        return False
    return user.unit_id == by.unit_id or bool(by.township_id and by.role == "township" and user.township_id == by.township_id)


def givable(by: By, role: str) -> frozenset[Verb]:
    """The verbs that somebody may give to an account of this role, beside those that the role has."""
    own = frozenset(verb for verb in Verb if isinstance(by, str) or may(by, verb))
    fitting = ONLY_LOOKING if role == "auditor" else frozenset(Verb) - (_MOVES - _moves_of(role))
    return (own & fitting) - VERBS.get(role, frozenset())


def _moves_of(role: str) -> frozenset[str]:
    """The moves of a case that a role may make in some state; a verb alone moves nothing."""
    return frozenset(one.action.value for one in TRANSITIONS if role in {each.value for each in one.roles})


def too_much(by: By, user: User) -> frozenset[str]:
    """The verbs given to an account by name that the manager lacks."""
    return frozenset() if isinstance(by, str) else frozenset(verb for verb in user.grants if not may(by, Verb(verb)))


def whole(hub: Hub, wanted: Wanted) -> Wanted:
    """What is wanted with the role that fits, without what the role has anyway."""
    role = wanted.role or role_of_unit(hub, wanted.unit_id)
    grants = wanted.grants - {verb.value for verb in VERBS.get(role, frozenset())}
    return replace(wanted, role=role, grants=grants, name=wanted.name[:LONGEST_NAME], subject=wanted.subject[:LONGEST_SUBJECT])


def wanted_errors(hub: Hub, by: By, wanted: Wanted, before: tuple[Mapping[str, Any], User] | None) -> dict[str, Words]:
    """What is wrong with what an account is to be, every field at once."""
    errors = place_errors(hub, wanted.unit_id, wanted.role, wanted.area_ids)
    if errors:
        return errors
    unit = hub.county.units[wanted.unit_id]
    shaped = User(0, "", "", wanted.unit_id, unit.township_id, wanted.role)
    if not looks_after(hub, by, shaped):
        errors["unit"] = Words("这个单位或角色不归您管理", "accounts of this unit or role are not yours to manage")
    kept = before[1].grants if before else frozenset()
    fitting = {verb.value for verb in givable("", wanted.role)}
    given = {verb.value for verb in givable(by, wanted.role)}
    if wanted.grants - fitting:
        errors["grants"] = Words("这个角色不能有所选的权限", "accounts of this role cannot have these verbs: " + ", ".join(sorted(wanted.grants - fitting)))
    elif wanted.grants - given - kept:
        errors["grants"] = Words("不能授予自己没有的权限", "nobody gives what they do not have: " + ", ".join(sorted(wanted.grants - given - kept)))
    if before is not None and wanted.subject != before[0]["subject"] and too_much(by, before[1]):
        errors["subject"] = more_than_you(before[1], by)
    return errors


def more_than_you(user: User, by: By) -> Words:
    """What is said of an account that holds what its manager lacks."""
    lacking = ", ".join(sorted(too_much(by, user)))
    return Words("这个账号有您没有的权限，请由系统管理员在服务器上办理", f"the account holds what you do not ({lacking}); it is done on the command line")
