"""What today's rules would do with yesterday's cases: the question before new rules or a changed county go live.

For ``gonzhi routes replay``. A record is what the hub exports of a case; nothing is stored and nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from .areas import County
from .routing import route
from .spots import Spot

if TYPE_CHECKING:
    from .scene import Scene


NOT_AS_ASKED = (ValidationError, ValueError, TypeError, ArithmeticError, AttributeError, LookupError)
"""What comes of answers that no form gave: text where a number is wanted, a list where text is."""
_SPOT_FIELDS = frozenset(one.name for one in fields(Spot))
_SPOT_NEEDS = frozenset({"id", "name", "village_id"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that would be decided differently now.

    Args:
        case_no: as the record has it, ``""`` if it has none. scene_key: of the record.
        was_rule, was_lead: what the record says. now_rule, now_lead: what the rules say now, ``""`` without a scene.
        moved: whether another unit would get it; False where only the rule has another id.
        why: the reason now, or what is wrong with the record.
    """

    case_no: str
    scene_key: str
    was_rule: str
    was_lead: str
    now_rule: str
    now_lead: str
    moved: bool
    why: str


def replay(records: Iterable[Mapping[str, Any]], scenes: Iterable[Scene], county: County) -> list[Difference]:
    """Decide recorded cases again and list those that come out differently.

    Args:
        records: each with ``scene_key``, ``answers`` (as ``Scene.dump`` made them), ``rule_id``, ``lead`` (a unit id), and
            where it was: ``spot`` (a mapping with the fields of :class:`Spot`) or ``place`` (a 12-digit id, ``""`` for
            unknown); ``case_no`` and ``facts`` (``source`` and others) where they are known.
        scenes: those that are installed now.
        county: as it is now.

    Returns:
        One entry for each case whose rule or lead differs, in the order of the records.

    Raises:
        NoRoute: the rules of a scene have a fault.
        ValueError: a record is not as the hub exports it. The sentence names it by its place, counted from 1, and quotes no answer.
    """
    by_key = {scene.key: scene for scene in scenes}
    found: list[Difference] = []
    for number, record in enumerate(records, 1):
        if fault := _shape_fault(record):
            raise ValueError(f"record {number} {fault}")
        scene = by_key.get(record["scene_key"])
        try:
            difference = _difference(record, scene, county)
        except NOT_AS_ASKED as error:
            raise ValueError(f"record {number} cannot be decided: {_bad_answers(record, scene)}") from error
        if difference:
            found.append(difference)
    return found


def _shape_fault(record: object) -> str:
    """What is wrong with the outside of a record, ``""`` for nothing."""
    if not isinstance(record, Mapping):
        return "is no object"
    if not isinstance(record.get("scene_key"), str):
        return "has no scene_key"
    for name in ("answers", "facts"):
        if not isinstance(record.get(name) or {}, Mapping):
            return f"has {name} that are no object"
    spot = record.get("spot")
    if not spot or isinstance(spot, Spot):
        return ""
    if not isinstance(spot, Mapping) or not _SPOT_NEEDS <= spot.keys() <= _SPOT_FIELDS:
        return f"has a spot that is no object with {', '.join(sorted(_SPOT_NEEDS))} and perhaps {', '.join(sorted(_SPOT_FIELDS - _SPOT_NEEDS))}"
    return "" if all(isinstance(value, str) for name, value in spot.items() if name not in ("id", "issuer")) else "has a spot with words that are no text"


def _bad_answers(record: Mapping[str, Any], scene: Scene | None) -> str:
    """Which answers cannot be read, as far as that can be said."""
    bad = []
    for name, value in (record.get("answers") or {}).items():
        try:
            if scene:
                scene.undump({name: value})
        except NOT_AS_ASKED:
            bad.append(name)
    return f"the answers {', '.join(bad)} cannot be read" if bad else "an answer or a fact is of another kind than its scene asks for"


def _difference(record: Mapping[str, Any], scene: Scene | None, county: County) -> Difference | None:
    was_rule, was_lead = str(record.get("rule_id", "")), str(record.get("lead", ""))
    head = (str(record.get("case_no", "")), str(record["scene_key"]), was_rule, was_lead)
    if scene is None:
        return Difference(*head, "", "", True, "no scene of that key is installed now")
    answers = scene.undump(record.get("answers") or {})
    decision = route(scene, answers, _spot(record), county, facts=record.get("facts"))
    now_lead = decision.lead.id
    if (decision.rule_id, now_lead) == (was_rule, was_lead):
        return None
    return Difference(*head, decision.rule_id, now_lead, now_lead != was_lead, str(decision.why))


def _spot(record: Mapping[str, Any]) -> Spot | None:
    spot = record.get("spot")
    if isinstance(spot, Spot):
        return spot
    if spot:
        return Spot(**spot)
    # A record of a place alone is a case without its poster; the spot's number plays no part in a decision.
    place = record.get("place")
    return Spot(1, "", str(place)) if place else None
