"""Cases that may belong together: about the same employer or place of work, from the same spot, from the same telephone.

The rule it keeps: only what this person may see whole is named, and a telephone is compared by its keyed hash. Names are
compared as two people might write them: width, case, spaces and punctuation make no difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.accused import plain
from gonzhi_code.words import Words
from service.store import cases, related

from .accounts import User
from .context import Hub
from .permissions import Sight, sight

LOOK_BACK = dt.timedelta(days=730)
MOST_LOOKED_AT = 3000
"""Cases of one scene whose names are compared, the newest first: more than a county of this size gets in two years."""
MOST_SHOWN = 20

WHY: Mapping[str, Words] = {
    "subject": Words("同一单位或项目", "The same employer or project"),
    "spot": Words("同一点位", "The same spot"),
    "phone": Words("同一联系电话", "The same telephone"),
}

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Related:
    """A case that may belong to another, and why: words of :data:`WHY`."""

    row: Row
    why: tuple[str, ...]


def related_cases(hub: Hub, user: User, row: Row) -> list[Related]:
    """Other cases that share something with this one, those that share most first, then the newest."""
    found: dict[int, tuple[Row, list[str]]] = {}
    with hub.store.read() as tx:
        sealed = cases.sealed_of(tx, row["id"])
        phone = sealed["phone_index"] if sealed else None
        by_kind = {
            "subject": related.cases_by_id(tx, _same_subject(hub, tx, row)),
            "spot": related.cases_of_spot(tx, row["spot_issuer"], row["spot_id"]) if row["spot_id"] is not None else [],
            "phone": cases.cases_of_phone(tx, phone) if phone else [],
        }
    for kind, others in by_kind.items():
        for other in others:
            if other["id"] != row["id"] and sight(hub.county, user, other) is Sight.CASE:
                found.setdefault(other["id"], (other, []))[1].append(kind)
    ordered = sorted(found.values(), key=lambda one: (len(one[1]), one[0]["reported_at"], one[0]["id"]), reverse=True)
    return [Related(other, tuple(why)) for other, why in ordered[:MOST_SHOWN]]


def _same_subject(hub: Hub, tx: Any, row: Row) -> list[int]:
    plan = hub.plans.get(row["scene_key"])
    if plan is None:
        return []
    names = {name for name in (*plan.scene.accused, plan.scene.subject) if name}
    wanted = _subjects(row["answers"], names)
    if not wanted:
        return []
    others = related.answers_of_scene(tx, row["scene_key"], hub.clock() - LOOK_BACK, limit=MOST_LOOKED_AT)
    same = [case_id for case_id, answers in others if case_id != row["id"] and _subjects(answers, names) & wanted]
    return same[:MOST_SHOWN]


def _subjects(answers: Mapping[str, Any], names: set[str]) -> set[str]:
    texts = (answers.get(name) for name in names)
    return {letters for text in texts if isinstance(text, str) and (letters := plain(text))}
