"""The life of a case: the one function that moves it, and its history.

The rule it keeps: every move stands in the table of ``transitions.py``; history is only appended and runs forward in time;
what the table cannot say, because it depends on who did what before, stands in :func:`_barred` and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import MoveNotAllowed
from .moments import aware
from .transitions import BY_MOVE, MAY_REPORT, TRANSITIONS, Action, Role, State, Tier, Transition

__all__ = [
    "RETURNS_BEFORE_DESIGNATION",
    "TRANSITIONS",
    "Action",
    "Case",
    "Move",
    "Role",
    "State",
    "Tier",
    "Transition",
    "allowed_actions",
    "move",
    "report",
]

RETURNS_BEFORE_DESIGNATION = 3
"""After the third return the centre designates a unit, which may not return the case again (Tianjin; Weifang Art. 22)."""

_HANDLING = frozenset({Action.ACKNOWLEDGE, Action.START, Action.RESOLVE})


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
        """Who resolved or closed it before: once it is reopened they decide no more about where it goes."""
        if self.state is not State.CLOSED and not self._reopened_at:
            return frozenset()
        return frozenset(made.by for made in self.moves if made.action in (Action.RESOLVE, Action.CLOSE))

    @property
    def former_handlers(self) -> frozenset[str]:
        """Who handled it before it was last reopened: they do not handle it again."""
        before = self.moves[: self._reopened_at]
        return frozenset(made.by for made in before if made.action in _HANDLING)

    @property
    def _reopened_at(self) -> int:
        """Place of the last reopening in the history, 0 where there was none; the first move is never one."""
        places = (place for place, made in enumerate(self.moves) if made.action is Action.REOPEN)
        return max(places, default=0)

    def to_data(self) -> dict[str, Any]:
        """JSON-able form, the history included."""
        return {
            "case_no": self.case_no,
            "scene_key": self.scene_key,
            "state": self.state.value,
            "lead_id": self.lead_id,
            "helper_ids": list(self.helper_ids),
            "moves": [made.to_data() for made in self.moves],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Case:
        """The case that :meth:`to_data` described.

        Raises:
            KeyError: something is missing.
            ValueError: a word is unknown, or the history is not one: a move does not start where the one before it ended, does
                not stand in the table, or the state is not where the last one led.
        """
        moves = tuple(Move.from_data(one) for one in data["moves"])
        state = State(data["state"])
        at: State | None = None
        for made in moves:
            row = BY_MOVE.get((at, made.action)) if at else None
            led_to = row.to if row else State.REPORTED if not at and made.action is Action.REPORT else None
            if made.from_state is not at or made.to_state is not led_to:
                raise ValueError(f"no case goes from {at and at.value!r} by {made.action.value!r} to {made.to_state.value!r}")
            at = made.to_state
        if at is not state:
            raise ValueError(f"the case says {state.value!r}, its history {at and at.value!r}")
        helpers = tuple(str(unit_id) for unit_id in data.get("helper_ids", ()))
        return cls(str(data["case_no"]), str(data["scene_key"]), state, str(data.get("lead_id") or ""), helpers, moves)


def report(case_no: str, scene_key: str, *, by: str, at: dt.datetime, role: Role | str = Role.REPORTER) -> Case:
    """A new case with its first move.

    Args:
        case_no: its number; scene_key: its scene.
        by: ``"reporter"`` or the account that filed it; role: as what; at: aware.

    Raises:
        MoveNotAllowed: this role brings no cases in.
        ValueError: ``at`` is naive.
    """
    if Role(role) not in MAY_REPORT:
        raise MoveNotAllowed("", Action.REPORT.value, ())
    first = Move(Action.REPORT, None, State.REPORTED, by, Role(role), aware(at))
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
    helper_ids: tuple[str, ...] | None = None,
) -> Case:
    """The case after one move; the given case is left as it was.

    Args:
        action: what is done; role: as what; by: by whom.
        at: aware; not before the last move (clocks of two machines may differ: it is then taken as the last move's time).
        unit_id: who gets the case, for ``assign`` and ``hand_over``.
        reason: in words; required for reject, merge, send_back, hand_over, resolve (the result), rework and reopen.
        helper_ids: the units that help from now on, for ``assign`` and ``hand_over``; None leaves them as they are.

    Raises:
        MoveNotAllowed: not from this state, not by this role, or not by this person; ``.allowed`` says what is.
        ValueError: a reason or a unit is missing, or ``at`` is naive.
    """
    action, role = Action(action), Role(role)
    row = BY_MOVE.get((case.state, action))
    if row is None or role not in row.roles or _barred(case, row, role, by):
        raise MoveNotAllowed(case.state.value, action.value, [one.value for one in allowed_actions(case, role, by)])
    if row.needs_reason and not reason.strip():
        raise ValueError(f"{action.value!r} needs a reason")
    if row.needs_unit and not unit_id:
        raise ValueError(f"{action.value!r} needs the unit that gets the case")
    at = max(aware(at), case.moves[-1].at) if case.moves else aware(at)
    made = Move(action, case.state, row.to, by, role, at, unit_id, reason)
    lead_id, helpers = case.lead_id, case.helper_ids
    if row.needs_unit:
        lead_id, helpers = unit_id, helpers if helper_ids is None else helper_ids
    return Case(case.case_no, case.scene_key, row.to, lead_id, helpers, (*case.moves, made))


def _barred(case: Case, row: Transition, role: Role, by: str) -> bool:
    """The rules about persons and repeats, which the table of states cannot say."""
    action = row.action
    if case.returns >= RETURNS_BEFORE_DESIGNATION:
        if action is Action.SEND_BACK:
            return True
        if action is Action.ASSIGN and role is not Role.CENTRE:
            return True
    if not by:
        return False
    if action is Action.REOPEN or (action is Action.ASSIGN and case.state is State.ACCEPTED):
        return by in case.closers
    return action in _HANDLING and by in case.former_handlers
