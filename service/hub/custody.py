"""Who held a case from when until when, and for how much office time: worked out from its moves, never stored.

The rule it keeps: a deadline goes on while a case is sent back and handed over, so lateness is shared out by the time that
each unit had it. A case nobody owes work any more is held by nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gonzhi_code.cases import State
from gonzhi_code.deadlines import Calendar, working_minutes_between

OVER = frozenset({State.CLOSED.value, State.REJECTED.value, State.MERGED.value})


class Held(NamedTuple):
    """A unit had the case from ``since`` until ``until``, so many minutes of office time."""

    unit_id: str
    since: dt.datetime
    until: dt.datetime
    working_minutes: int


def custody(moves: Sequence[Mapping[str, Any]], now: dt.datetime, calendar: Calendar) -> list[Held]:
    """Who held a case, in order; the last one until ``now`` if it is still held.

    Args:
        moves: rows of ``moves``, oldest first.
        now: aware; calendar: of the county.
    """
    spells: list[Held] = []
    unit_id, since = "", now
    for move in moves:
        over = move["to_state"] in OVER
        taken_by = "" if over else move["unit_id"] or unit_id
        if taken_by == unit_id:
            continue
        if unit_id:
            spells.append(_held(unit_id, since, move["at"], calendar))
        unit_id, since = taken_by, move["at"]
    if unit_id:
        spells.append(_held(unit_id, since, now, calendar))
    return spells


def _held(unit_id: str, since: dt.datetime, until: dt.datetime, calendar: Calendar) -> Held:
    return Held(unit_id, since, until, working_minutes_between(since, until, calendar))
