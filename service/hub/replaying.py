"""Which of the cases that came in would go elsewhere under other rules: asked before rules or a county go live.

The rule it keeps: sealed answers are opened inside this process, decide, and are forgotten; what comes out names cases, rules and
units, never an answer and never a person. Looking is noted in the audit like any other look at sealed answers. Of cases that are
for a named few (``sealed``), not even the rule is told.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gonzhi_code.areas import County
from gonzhi_code.cases import Action
from gonzhi_code.routing import Visibility
from gonzhi_code.routing_replay import Difference, replay
from service.sealing import CannotOpen
from service.store import audit, cases
from service.store.codes import get_spot
from service.store.engine import Tx
from service.store.retention import is_forgotten

from .context import SHANGHAI, Hub
from .drafting import sealed_purpose

PAGE_SIZE = 200


@dataclass(frozen=True)
class Replayed:
    """What came of it.

    Args:
        looked_at: cases that were decided again; unreadable: numbers of cases whose sealed answers do not open any more.
        differences: those that come out differently, oldest first; without a reason, for reasons quote answers.
    """

    looked_at: int
    differences: tuple[Difference, ...]
    unreadable: tuple[str, ...]


def replay_cases(hub: Hub, scene_key: str, since: dt.date, county: County, *, by: str) -> Replayed:
    """Decide the cases of a scene again.

    Args:
        scene_key: of an installed scene; since: first day of reporting, in the county; county: whose rules and units, read now.
        by: who asks, for the audit.

    Raises:
        KeyError: there is no such scene. NoRoute: its rules have a fault.
    """
    scene = hub.plans[scene_key].scene
    with hub.store.write() as tx:
        audit.add_audit(tx, hub.clock(), by, "answers.replay", detail={"scene_key": scene_key, "since": since.isoformat()})
    looked_at = 0
    differences: list[Difference] = []
    unreadable: list[str] = []
    for row, record in _records(hub, scene_key, since):
        if record is None:
            unreadable.append(row["case_no"])
            continue
        looked_at += 1
        differences += [_without_words(one, row) for one in replay([record], [scene], county)]
    return Replayed(looked_at, tuple(differences), tuple(unreadable))


def _records(hub: Hub, scene_key: str, since: dt.date) -> Iterator[tuple[Mapping[str, Any], dict[str, Any] | None]]:
    """Each case with what decided it; None where its answers do not open."""
    start = dt.datetime.combine(since, dt.time(), SHANGHAI)
    after = 0
    while True:
        with hub.store.read() as tx:
            rows = cases.cases_since(tx, scene_key, start, after, PAGE_SIZE)
            # What was not decided by the scene's own rules (a poster that was reported), or has no words any more, has nothing
            # to be replayed.
            replayed = [row for row in rows if row["rule_id"].startswith(f"{scene_key}.") and not is_forgotten(row)]
            page = [(row, _record(hub, tx, row)) for row in replayed]
        yield from page
        if len(rows) < PAGE_SIZE:
            return
        after = rows[-1]["id"]


def _record(hub: Hub, tx: Tx, row: Mapping[str, Any]) -> dict[str, Any] | None:
    answers = dict(row["answers"])
    sealed = cases.sealed_of(tx, row["id"])
    if sealed is not None:
        try:
            answers.update(json.loads(hub.sealer.open(sealed_purpose(row["case_no"]), sealed["blob"])))
        except CannotOpen:
            return None
    spot = get_spot(tx, row["spot_issuer"], row["spot_id"]) if row["spot_id"] is not None else None
    # Hand-overs since then are people's decisions; the rules answer for the first assignment.
    first = next((move for move in cases.moves_of(tx, row["id"]) if move["action"] == Action.ASSIGN.value), None)
    return {
        "case_no": row["case_no"],
        "scene_key": row["scene_key"],
        "answers": answers,
        "rule_id": row["rule_id"],
        "lead": first["unit_id"] if first else row["lead_unit_id"],
        "spot": spot,
        "place": row["village_id"] or row["township_id"],
        "facts": {"source": row["source"]},
    }


def _without_words(one: Difference, row: Mapping[str, Any]) -> Difference:
    if row["visibility"] == Visibility.SEALED.value:
        return replace(one, why="", was_rule="", now_rule="")
    return replace(one, why="")
