"""The life of a case: its states, its moves, and the one function that moves it.

Rule: all moves stand in :data:`TRANSITIONS`, each with who may make it and where the rule comes from; history is only
appended; a state's word is never renamed, since partners and databases hold it. Urging, supervising, extending, rating and
delivery to other hubs are records *about* a case and are no states.

Sources: the published steps of the Wenling centre (受理、流转、整改、反馈、审核、督导、销号); State Council 国办发〔2020〕53号 for
the steps of a hotline; 信访工作条例 Art. 23 and 潍坊市12345政务服务便民热线条例 Art. 22 for returns; Tianjin's three-returns rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from .errors import MoveNotAllowed

RETURNS_BEFORE_DESIGNATION = 3
"""After the third return the centre designates a unit, which may not return the case again (Tianjin; Weifang Art. 22)."""


class State(str, Enum):
    """Where a case stands. The values are kept in databases and by partners: never rename one."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ASSIGNED = "assigned"
    MERGED = "merged"
    ACKNOWLEDGED = "acknowledged"
    IN_HANDLING = "in_handling"
    RETURNED = "returned"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Action(str, Enum):
    """What is done to a case."""

    REPORT = "report"
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


class Role(str, Enum):
    """Who moves a case. An auditor only looks and moves nothing."""

    SYSTEM = "system"
    REPORTER = "reporter"
    CENTRE = "centre"
    TOWNSHIP = "township"
    UNIT = "unit"
    GRID = "grid"
    AUDITOR = "auditor"


class Tier(str, Enum):
    """The three levels of the 141 system: the county centre, the township's platform, the grid."""

    CENTER = "center"
    PLATFORM = "platform"
    GRID = "grid"


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed move.

    Args:
        state: from where; action: what is done; to: where it leads.
        roles: who may do it.
        source: where the rule comes from; ``"ours"`` where we decided.
        needs_reason: a reason (for ``resolve``: the result) must be given.
        needs_unit: the unit that gets the case must be named.
    """

    state: State
    action: Action
    to: State
    roles: frozenset[Role]
    source: str
    needs_reason: bool = False
    needs_unit: bool = False


_HANDLERS = frozenset({Role.UNIT, Role.TOWNSHIP, Role.GRID})
_CENTRE = frozenset({Role.CENTRE})
_DESKS = frozenset({Role.CENTRE, Role.TOWNSHIP})
_INTAKE = _DESKS | {Role.SYSTEM}
_WENLING = "published steps of the Wenling centre: 受理—流转—整改—反馈—审核—督导—销号"
_RETURN = "信访工作条例 Art. 23: return of a wrongly sent matter with reasons"

TRANSITIONS: tuple[Transition, ...] = (
    Transition(State.REPORTED, Action.ACCEPT, State.ACCEPTED, _INTAKE, _WENLING),
    Transition(State.REPORTED, Action.REJECT, State.REJECTED, _CENTRE, "潍坊市12345条例 Art. 19: with the reason and the right channel", True),
    Transition(State.ACCEPTED, Action.ASSIGN, State.ASSIGNED, _INTAKE, "国办发〔2020〕53号: 派单", needs_unit=True),
    Transition(State.ACCEPTED, Action.MERGE, State.MERGED, _DESKS, "ours: the main case is named in the reason", True),
    Transition(State.ASSIGNED, Action.ACKNOWLEDGE, State.ACKNOWLEDGED, _HANDLERS, "ours: 签收, so that silence is seen"),
    Transition(State.ASSIGNED, Action.SEND_BACK, State.RETURNED, _HANDLERS, _RETURN, True),
    Transition(State.ACKNOWLEDGED, Action.START, State.IN_HANDLING, _HANDLERS, _WENLING),
    Transition(State.ACKNOWLEDGED, Action.SEND_BACK, State.RETURNED, _HANDLERS, _RETURN, True),
    Transition(State.IN_HANDLING, Action.RESOLVE, State.RESOLVED, _HANDLERS, _WENLING, True),
    Transition(State.IN_HANDLING, Action.HAND_OVER, State.ASSIGNED, _HANDLERS | _CENTRE, "the 141 system: county, township, village, grid", True, True),
    Transition(State.RETURNED, Action.ASSIGN, State.ASSIGNED, _DESKS, "潍坊市12345条例 Art. 22: 改派", needs_unit=True),
    Transition(State.RETURNED, Action.REJECT, State.REJECTED, _CENTRE, "潍坊市12345条例 Art. 19", True),
    Transition(State.RESOLVED, Action.CLOSE, State.CLOSED, _CENTRE, "Wenling: 审核—销号"),
    Transition(State.RESOLVED, Action.REWORK, State.IN_HANDLING, _CENTRE, "Wenling: 审核 fails it", True),
    Transition(
        State.CLOSED,
        Action.REOPEN,
        State.ACCEPTED,
        frozenset({Role.REPORTER, Role.SYSTEM, Role.CENTRE}),
        "政务服务“好差评”: a bad rating is looked into one level up, not by the clerk who was rated",
        True,
    ),
)

_BY_MOVE = {(row.state, row.action): row for row in TRANSITIONS}


@dataclass(frozen=True, slots=True)
class Move:
    """One entry of the history; never changed once made.

    Args:
        action: what was done; from_state: where the case stood, None for the first move; to_state: where it went.
        by: account or ``"system"``; role: as what.
        at: aware point in time.
        unit_id: the unit that got the case, where one did; reason: in words, or a rule id.
    """

    action: Action
    from_state: State | None
    to_state: State
    by: str
    role: Role
    at: dt.datetime
    unit_id: str = ""
    reason: str = ""

    def to_data(self) -> dict[str, str | None]:
        """JSON-able form; ``at`` in ISO 8601."""
        return {
            "action": self.action.value,
            "from_state": self.from_state.value if self.from_state else None,
            "to_state": self.to_state.value,
            "by": self.by,
            "role": self.role.value,
            "at": self.at.isoformat(),
            "unit_id": self.unit_id,
            "reason": self.reason,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Move:
        """The move that :meth:`to_data` described.

        Raises:
            ValueError: a word that is no action, state or role.
        """
        came_from = data.get("from_state")
        return cls(
            Action(data["action"]),
            State(came_from) if came_from else None,
            State(data["to_state"]),
            str(data["by"]),
            Role(data["role"]),
            dt.datetime.fromisoformat(str(data["at"])),
            str(data.get("unit_id") or ""),
            str(data.get("reason") or ""),
        )


@dataclass(frozen=True, slots=True)
class Case:
    """A case as far as its moves go. What was answered, and who asked, is kept elsewhere."""

    case_no: str
    scene_key: str
    state: State
    lead_id: str = ""
    helper_ids: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()

    @property
    def returns(self) -> int:
        """How often it was sent back since it was last accepted."""
        count = 0
        for made in reversed(self.moves):
            if made.action in (Action.ACCEPT, Action.REOPEN):
                break
            count += made.action is Action.SEND_BACK
        return count

    @property
    def closers(self) -> frozenset[str]:
        """Who resolved or closed it before: they do not decide about it once it is reopened."""
        if not any(made.action is Action.REOPEN for made in self.moves) and self.state is not State.CLOSED:
            return frozenset()
        return frozenset(made.by for made in self.moves if made.action in (Action.RESOLVE, Action.CLOSE))


def report(case_no: str, scene_key: str, *, by: str, at: dt.datetime, role: Role | str = Role.REPORTER) -> Case:
    """A new case with its first move.

    Args:
        case_no: its number; scene_key: its scene.
        by: ``"reporter"`` or the account that filed it; at: aware.
    """
    first = Move(Action.REPORT, None, State.REPORTED, by, Role(role), _aware(at))
    return Case(case_no, scene_key, State.REPORTED, moves=(first,))


def allowed_actions(case: Case, role: Role | str, by: str = "") -> tuple[Action, ...]:
    """What this role (and this person, if named) may do with the case now, in the order of the table."""
    role = Role(role)
    rows = (row for row in TRANSITIONS if row.state is case.state and role in row.roles)
    return tuple(row.action for row in rows if not _barred(case, row, role, by))


def move(
    case: Case,
    action: Action | str,
    *,
    role: Role | str,
    by: str,
    at: dt.datetime,
    unit_id: str = "",
    reason: str = "",
) -> Case:
    """The case after one move; the given case is left as it was.

    Args:
        action: what is done; role: as what; by: by whom.
        at: aware; not before the last move (clocks of two machines may differ: it is then taken as the last move's time).
        unit_id: who gets the case, for ``assign`` and ``hand_over``.
        reason: in words; required for reject, merge, send_back, hand_over, resolve (the result), rework and reopen.

    Raises:
        MoveNotAllowed: not from this state, not by this role, or not by this person; ``.allowed`` says what is.
        ValueError: a reason or a unit is missing, or ``at`` is naive.
    """
    action, role = Action(action), Role(role)
    row = _BY_MOVE.get((case.state, action))
    if row is None or role not in row.roles or _barred(case, row, role, by):
        raise MoveNotAllowed(case.state.value, action.value, [one.value for one in allowed_actions(case, role, by)])
    if row.needs_reason and not reason.strip():
        raise ValueError(f"{action.value!r} needs a reason")
    if row.needs_unit and not unit_id:
        raise ValueError(f"{action.value!r} needs the unit that gets the case")
    at = max(_aware(at), case.moves[-1].at) if case.moves else _aware(at)
    made = Move(action, case.state, row.to, by, role, at, unit_id, reason)
    lead_id = unit_id if row.needs_unit else case.lead_id
    return replace(case, state=row.to, lead_id=lead_id, moves=(*case.moves, made))


def _barred(case: Case, row: Transition, role: Role, by: str) -> bool:
    """The rules about persons and repeats, which the table of states cannot say."""
    designated = case.returns >= RETURNS_BEFORE_DESIGNATION
    if row.action is Action.SEND_BACK and designated:
        return True
    if row.action is Action.ASSIGN and case.state is State.RETURNED and designated and role is not Role.CENTRE:
        return True
    deciding_again = row.action is Action.REOPEN or (row.action is Action.ASSIGN and case.state is State.ACCEPTED)
    return deciding_again and role is not Role.REPORTER and bool(by) and by in case.closers


def _aware(at: dt.datetime) -> dt.datetime:
    if at.tzinfo is None:
        raise ValueError("a point in time must carry its zone")
    return at
