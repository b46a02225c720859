"""What a person at a desk does to a case: one action at a time, all of it or nothing.

The rules it keeps:

* First it is asked whether the case is theirs and their account has the verb, then whether they hold it, then whether the
  table of moves has the move. Where another was faster they are told who did what; nothing is overwritten.
* Whoever holds a case handles it. The centre, and a command room for the offices of its township, may acknowledge, start and
  hand over in their place, with a reason: a unit that stays silent cannot keep a case for ever. They also merge what is one.
* The units a case is about neither get it nor act on it; only the centre's review, which nobody else may make, remains.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gonzhi_code.cases import Action, State, allowed_actions
from service.store import audit, cases, handling, supervisions
from service.store.engine import Tx
from service.store.retention import is_forgotten

from .accounts import User
from .context import Hub
from .custody import OVER
from .exclusion import Barred, barred_units, taken_up_by
from .extensions import drop_asked
from .handling_asks import Asked, Given, check_given, conclusions_for
from .moving import Motion, Moved, case_of, make_move
from .numbers import read_case_no
from .permissions import Sight, Verb, may, sight, townships_of
from .receipts import unit_of
from .refusals import CaseMoved, Incomplete, NotAllowed
from .seeing import role_of, seen_case
from .short_words import one_line
from .telling import tell

__all__ = [
    "CaseMoved",
    "Given",
    "Incomplete",
    "NotAllowed",
    "act",
    "acknowledge_many",
    "conclusions_for",
    "possible",
    "role_of",
    "seen_case",
]

Row = Mapping[str, Any]

_BY_HOLDER = frozenset({Action.ACKNOWLEDGE, Action.START, Action.SEND_BACK, Action.HAND_OVER, Action.RESOLVE})
_IN_PLACE = frozenset({Action.ACKNOWLEDGE, Action.START, Action.HAND_OVER})
_REVIEW = frozenset({Action.CLOSE, Action.REWORK})


def act(hub: Hub, user: User, case_no: str, version: int, action: Action | str, given: Given | None = None) -> int:
    """Do one thing to a case.

    Args:
        version: of the case as the person saw it.
        given: what the action asks for.

    Returns:
        The new version, once everything is committed.

    Raises:
        NotAllowed: not this person, or not this action. CaseMoved: somebody was faster. Incomplete: something is missing.
    """
    action, given = Action(action), given or Given()
    with hub.store.write() as tx:
        if action is Action.MERGE:
            handling.lock_cases(tx, (case_no, read_case_no(given.main_case_no)))
        row = seen_case(hub, tx, user, case_no, version)
        moved = _act(hub, tx, user, row, action, given)
    hub.waker.wake()
    return int(moved.row["version"])


def acknowledge_many(hub: Hub, user: User, case_nos: Collection[str]) -> dict[str, str]:
    """Acknowledge many cases, each by itself.

    Returns:
        Case number -> ``""``, or the word of :class:`NotAllowed` that says why not.
    """
    done: dict[str, str] = {}
    for case_no in dict.fromkeys(case_nos):
        try:
            with hub.store.write() as tx:
                row = seen_case(hub, tx, user, case_no)
                if row["holder"] != user.unit_id:
                    raise NotAllowed("not_holder")
                _act(hub, tx, user, row, Action.ACKNOWLEDGE, Given())
            done[case_no] = ""
        except NotAllowed as refused:
            done[case_no] = refused.reason
    hub.waker.wake()
    return done


def possible(hub: Hub, user: User, row: Row, moves: Sequence[Row]) -> tuple[Action, ...]:
    """What this person may do with a case now, the obvious next thing first."""
    if user.role == "auditor" or sight(hub.county, user, row) < Sight.CASE or is_forgotten(row):
        return ()
    actions = allowed_actions(case_of(row, moves), role_of(user), user.username)
    standing = {action: _standing(hub, user, row, action) for action in actions if may(user, Verb(action.value))}
    # Merging is never the obvious next thing: whoever finds that two cases are one looks for it.
    rank = {"own": 0, "in_place": 1}
    return tuple(sorted((one for one, how in standing.items() if how), key=lambda one: (one is Action.MERGE, rank[standing[one]])))


def _act(hub: Hub, tx: Tx, user: User, row: dict[str, Any], action: Action, given: Given) -> Moved:
    if not may(user, Verb(action.value)) or user.role == "auditor":
        raise NotAllowed("no_verb")
    how = _standing(hub, user, row, action)
    if not how:
        raise NotAllowed("not_holder")
    if is_forgotten(row):
        raise NotAllowed("forgotten")
    barred = barred_units(hub, tx, row)
    if user.unit_id in barred.accused and action not in _REVIEW:
        raise NotAllowed("accused")
    _check_move(hub, tx, user, row, action)
    asked, errors = check_given(hub, tx, user, row, action, given, barred, in_place=how == "in_place")
    if errors:
        raise Incomplete(errors)
    return _carry_out(hub, tx, user, row, action, given, asked, barred, how)


def _check_move(hub: Hub, tx: Tx, user: User, row: Row, action: Action) -> None:
    """Asked before the fields are looked at: nobody mends a form that could not be sent anyway."""
    if action not in allowed_actions(case_of(row, cases.moves_of(tx, row["id"])), role_of(user), user.username):
        raise NotAllowed("no_move")


def _carry_out(
    hub: Hub, tx: Tx, user: User, row: dict[str, Any], action: Action, given: Given, asked: Asked, barred: Barred, how: str
) -> Moved:
    unit_id, changes = asked.unit_id, dict[str, Any]()
    if asked.main is not None:
        changes["main_case_id"] = asked.main["id"]
    if action is Action.REOPEN:
        unit_id, changes = taken_up_by(hub, row, barred)
    moved = make_move(hub, tx, row, Motion(action, role_of(user), user.username, unit_id, asked.reason, asked.helper_ids, changes))
    if action is Action.RESOLVE:
        _write_result(tx, user, moved, given)
    if asked.main is not None:
        handling.follow_instead(tx, row["id"], asked.main["id"])
    _follow(hub, tx, row, moved, action)
    if how == "in_place":
        audit.add_audit(tx, moved.at, user.username, f"{action.value}_in_place", case_id=row["id"], reason=asked.reason)
    return moved


def _follow(hub: Hub, tx: Tx, before: Row, moved: Moved, action: Action) -> None:
    """What a move does to the records about the case, and what the reporter hears of it."""
    row = moved.row
    drop_asked(hub, tx, row["id"], row["state"])
    if row["state"] in OVER:
        supervisions.withdraw_supervisions(tx, row["id"], moved.at)
    elif action in (Action.ASSIGN, Action.HAND_OVER):
        supervisions.hand_on_supervisions(tx, row["id"], row["holder"])
    if action is Action.CLOSE:
        result = handling.resolutions_of(tx, row["id"])[-1]
        tell(hub, tx, row, "resolved", moved.seq, {"result": result["short"]})
    elif action is Action.REJECT:
        tell(hub, tx, row, "rejected", moved.seq)
    elif action is Action.REOPEN:
        tell(hub, tx, row, "reopened", moved.seq)
    # Of a case that is taken up again the reporter has just heard; and of a unit they never heard named, nothing.
    elif before["state"] != State.ACCEPTED and row["lead_unit_id"] != before["lead_unit_id"]:
        tell(hub, tx, row, "handed_over", moved.seq)


def _write_result(tx: Tx, user: User, moved: Moved, given: Given) -> None:
    handling.add_resolution(
        tx,
        {
            "case_id": moved.row["id"],
            "seq": moved.seq,
            "conclusion": given.conclusion,
            "short": one_line(given.short),
            "answer": given.answer.strip(),
            "unit_id": user.unit_id,
            "by": user.username,
            "at": moved.at,
        },
    )


def _standing(hub: Hub, user: User, row: Row, action: Action) -> str:
    """``own``, ``in_place`` of the unit that holds the case, or ``""``."""
    holds = user.unit_id == row["holder"]
    in_town = user.role == "township" and unit_of(hub, row["holder"]).township_id in townships_of(hub.county, user)
    if action not in _BY_HOLDER:
        return "own" if user.role == "centre" or holds or (action is Action.MERGE and in_town) else ""
    if holds:
        return "own"
    if action not in _IN_PLACE:
        return ""
    if user.role == "centre":
        return "in_place"
    return "in_place" if in_town else ""
