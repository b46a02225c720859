"""The states of a case and every move between them, in one table.

The rule it keeps: a move that does not stand in :data:`TRANSITIONS` does not exist. Each says who may make it and where the
rule comes from. A word of a state, action or role is never renamed, since partners and databases hold it. Urging,
supervising, extending, rating and delivery to other hubs are records *about* a case and are no states.

Sources: the published steps of the Wenling centre (受理、流转、整改、反馈、审核、督导、销号); State Council 国办发〔2020〕53号 for
the steps of a hotline; 信访工作条例 Art. 23 and 潍坊市12345政务服务便民热线条例 Art. 22 for returns; the scheme 好差评 for reopening.
Those of other cities are followed as good practice; Wenling has published no rule of its own on these points.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
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


class Action(StrEnum):
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


class Role(StrEnum):
    """Who moves a case. An auditor only looks and moves nothing."""

    SYSTEM = "system"
    REPORTER = "reporter"
    CENTRE = "centre"
    TOWNSHIP = "township"
    UNIT = "unit"
    GRID = "grid"
    AUDITOR = "auditor"


class Tier(StrEnum):
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


_CENTRE = frozenset({Role.CENTRE})
# Whoever can hold a case. The centre holds those whose place nobody knows; it has nobody to send them back to.
_HOLDERS = frozenset({Role.UNIT, Role.TOWNSHIP, Role.GRID})
_HANDLERS = _HOLDERS | _CENTRE
_DESKS = frozenset({Role.CENTRE, Role.TOWNSHIP})
_INTAKE = _DESKS | {Role.SYSTEM}
_WENLING = "published steps of the Wenling centre: 受理—流转—整改—反馈—审核—督导—销号"
_REFUSAL = "浙江省劳动保障监察条例 Art. 22: a refusal is told with its reason; 保障农民工工资支付条例 Art. 10: and with the right channel"
_RETURN = "信访工作条例 Art. 23: return of a wrongly sent matter with reasons"
# Intake assigns at once, so whoever finds the second report of one matter finds it assigned, or back from a unit.
_DUPLICATE = "ours: the main case is named in the reason"

TRANSITIONS: tuple[Transition, ...] = (
    Transition(State.REPORTED, Action.ACCEPT, State.ACCEPTED, _INTAKE, _WENLING),
    Transition(State.REPORTED, Action.REJECT, State.REJECTED, _CENTRE, _REFUSAL, True),
    Transition(State.ACCEPTED, Action.ASSIGN, State.ASSIGNED, _INTAKE, "国办发〔2020〕53号: 派单", needs_unit=True),
    Transition(State.ACCEPTED, Action.MERGE, State.MERGED, _DESKS, _DUPLICATE, True),
    Transition(State.ASSIGNED, Action.ACKNOWLEDGE, State.ACKNOWLEDGED, _HANDLERS, "ours: 签收, so that silence is seen"),
    Transition(State.ASSIGNED, Action.SEND_BACK, State.RETURNED, _HOLDERS, _RETURN, True),
    Transition(State.ASSIGNED, Action.MERGE, State.MERGED, _DESKS, _DUPLICATE, True),
    Transition(State.ACKNOWLEDGED, Action.START, State.IN_HANDLING, _HANDLERS, _WENLING),
    Transition(State.ACKNOWLEDGED, Action.SEND_BACK, State.RETURNED, _HOLDERS, _RETURN, True),
    Transition(State.IN_HANDLING, Action.RESOLVE, State.RESOLVED, _HANDLERS, _WENLING, True),
    Transition(State.IN_HANDLING, Action.HAND_OVER, State.ASSIGNED, _HANDLERS, "the 141 system: county, township, village, grid", True, True),
    Transition(State.RETURNED, Action.ASSIGN, State.ASSIGNED, _DESKS, "潍坊市12345条例 Art. 22: 改派", needs_unit=True),
    Transition(State.RETURNED, Action.REJECT, State.REJECTED, _CENTRE, _REFUSAL, True),
    Transition(State.RETURNED, Action.MERGE, State.MERGED, _DESKS, _DUPLICATE, True),
    Transition(State.RESOLVED, Action.CLOSE, State.CLOSED, _CENTRE, "Wenling: 审核—销号"),
    Transition(State.RESOLVED, Action.REWORK, State.IN_HANDLING, _CENTRE, "Wenling: 审核 fails it", True),
    Transition(
        State.CLOSED,
        Action.REOPEN,
        State.ACCEPTED,
        frozenset({Role.SYSTEM, Role.CENTRE}),
        "政务服务“好差评”: a bad rating reopens it one level up, never with the clerk who was rated",
        True,
    ),
)

MAY_REPORT = frozenset(Role) - {Role.AUDITOR}
"""Who may bring a case in, with the action ``report``: the reporter by a code, the grid on its round, the others at a window."""

BY_MOVE = {(row.state, row.action): row for row in TRANSITIONS}
"""The row of a state and an action, for those that are allowed at all."""
