"""One move of a case, made inside a unit of work: the move, the columns it changes, its clocks, and what others are told.

The rule it keeps: this is the only way a case moves after intake. Whether the person may make the move is asked before
(``handling.py``); whether the move exists, and whether this person is barred from it, is asked here of ``gonzhi_code.cases``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonzhi_code.cases import RETURNS_BEFORE_DESIGNATION, Action, Case, Move, Role, State, move
from gonzhi_code.errors import MoveNotAllowed
from gonzhi_code.routing import Visibility
from service.store import cases, outbox
from service.store.engine import Tx

from .context import Hub
from .drafting import event_payload
from .exclusion import centre, command_room, tier_of
from .handling_clocks import move_clocks
from .receipts import unit_of
from .refusals import CaseMoved, NotAllowed

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Motion:
    """What is to be done with a case, and by whom.

    Args:
        unit_id: the unit that gets the case; for ``send_back``, ``resolve`` and ``rework`` it is worked out here.
        changes: columns of the case that change with the move beside those that follow from it.
    """

    action: Action
    role: Role
    by: str
    unit_id: str = ""
    reason: str = ""
    helper_ids: tuple[str, ...] | None = None
    changes: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Moved:
    """A move that was made: the case's row after it, and the place of the move in the history."""

    row: dict[str, Any]
    seq: int
    at: dt.datetime


def case_of(row: Row, moves: Sequence[Row]) -> Case:
    """A case of the library from its rows."""
    made = tuple(
        Move(
            Action(one["action"]),
            State(one["from_state"]) if one["from_state"] else None,
            State(one["to_state"]),
            one["by"],
            Role(one["role"]),
            one["at"],
            one["unit_id"],
            one["reason"],
        )
        for one in moves
    )
    return Case(row["case_no"], row["scene_key"], State(row["state"]), row["lead_unit_id"], tuple(row["helper_ids"]), made)


def make_move(hub: Hub, tx: Tx, row: Row, motion: Motion) -> Moved:
    """Make a move and everything that follows from it.

    Args:
        row: the case, read under lock in this unit of work.

    Raises:
        NotAllowed: the table of moves has no such move from here, or bars this person from it.
        CaseMoved: the row is not the newest.
    """
    past = cases.moves_of(tx, row["id"])
    case = case_of(row, past)
    unit_id = motion.unit_id or _receiver(hub, row, case, motion)
    try:
        after = move(
            case, motion.action, role=motion.role, by=motion.by, at=hub.clock(),
            unit_id=unit_id, reason=motion.reason, helper_ids=motion.helper_ids,
        )  # fmt: skip
    except MoveNotAllowed:
        raise NotAllowed("no_move") from None
    made = after.moves[-1]
    seq = past[-1]["seq"] + 1
    new_move = {
        "seq": seq,
        "action": made.action.value,
        "from_state": case.state.value,
        "to_state": made.to_state.value,
        "role": made.role.value,
        "by": made.by,
        "unit_id": made.unit_id,
        "reason": made.reason,
        "at": made.at,
    }
    changes = {"state": after.state.value, **_changes(hub, row, after, made), **(motion.changes or {})}
    changed = {**row, **changes}
    changes["due_at"] = changed["due_at"] = move_clocks(hub, tx, row, changed, [*past, new_move])
    try:
        changed["version"] = cases.change_case(tx, row["id"], row["version"], changes, [new_move])
    except cases.CaseChanged:
        raise CaseMoved.of(past[-1]) from None
    _tell_hubs(hub, tx, changed, seq, made.at)
    return Moved(changed, seq, made.at)


def _receiver(hub: Hub, row: Row, case: Case, motion: Motion) -> str:
    """The unit that has the case after a move that names none; ``""`` where it stays where it is."""
    if motion.action is Action.RESOLVE:
        return centre(hub).id
    if motion.action is Action.REWORK:
        return str(row["lead_unit_id"])
    if motion.action is not Action.SEND_BACK:
        return ""
    # A township's office gives it back to its command room, and so does a grid officer who belongs to that room; a bureau's
    # matter is the county's, and so is the third return.
    room = command_room(hub, unit_of(hub, row["holder"]).township_id)
    is_third = case.returns + 1 >= RETURNS_BEFORE_DESIGNATION
    by_room = room is not None and room.id == row["holder"] and motion.role is not Role.GRID
    if room is None or by_room or is_third or row["visibility"] != Visibility.NORMAL.value:
        return centre(hub).id
    return room.id


def _changes(hub: Hub, row: Row, after: Case, made: Move) -> dict[str, Any]:
    """The columns that follow from the move itself."""
    action = made.action
    changes: dict[str, Any] = {}
    if made.unit_id:
        changes["holder"] = made.unit_id
    if action in (Action.ASSIGN, Action.HAND_OVER):
        changes.update(lead_unit_id=after.lead_id, handler="", acknowledged_at=None)
        if after.helper_ids != tuple(row["helper_ids"]):
            changes["helper_ids"] = list(after.helper_ids)
        if not row["reopen_count"]:
            changes["tier"] = tier_of(hub, after.lead_id).value
    elif action is Action.ACKNOWLEDGE:
        changes.update(handler=made.by, acknowledged_at=made.at)
    elif action is Action.START:
        changes["handler"] = made.by
    elif action is Action.SEND_BACK:
        changes.update(handler="", acknowledged_at=None, return_count=row["return_count"] + 1)
    elif action is Action.RESOLVE:
        changes["resolved_at"] = made.at
    elif action is Action.REWORK:
        changes["resolved_at"] = None
    elif action is Action.CLOSE:
        changes["closed_at"] = made.at
    elif action is Action.REOPEN:
        changes.update(handler="", acknowledged_at=None, resolved_at=None, closed_at=None, alert_level=0)
        changes["reopen_count"] = row["reopen_count"] + 1
    return changes


def _tell_hubs(hub: Hub, tx: Tx, row: Row, seq: int, at: dt.datetime) -> None:
    """One row for each other hub; our own desk reads the same database."""
    kind, payload = f"case.{row['state']}", event_payload(hub, row)
    outbox.add_outbox(
        tx,
        [
            {
                "case_id": row["id"],
                "kind": kind,
                "destination": destination,
                "dedupe_key": f"{kind}:{row['case_no']}:{seq}:{destination}",
                "payload": payload,
                "next_at": at,
                "created_at": at,
            }
            for destination in hub.settings.connectors
        ],
    )
