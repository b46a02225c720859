"""Explains a decision rule by rule: what each asked, what it saw, and which one decided. For ``gonzhi routes explain``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .areas import County
from .conditions import Atom, Facts
from .routing import rule_set
from .rules import Decision
from .spots import Spot

if TYPE_CHECKING:
    from .scene import Scene

# What stands in an explanation for an answer that identifies a person.
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: how it is written, what the fact was (text, ``""`` for not said), what it was held against."""

    text: str
    have: str
    wanted: str
    held: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule: ``held`` is its own truth, ``decided`` is True for the first that held."""

    rule_id: str
    lead: str
    condition: str
    held: bool
    decided: bool
    compared: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every rule of the scene in order, and the decision they led to."""

    decision: Decision
    place: str
    tried: tuple[Tried, ...]

    def to_data(self) -> dict[str, Any]:
        """The explanation as JSON-able data."""
        decision = self.decision
        return {
            "rule_id": decision.rule_id,
            "rules_version": decision.rules_version,
            "lead": decision.lead.id,
            "helpers": [unit.id for unit in decision.helpers],
            "marks": list(decision.marks),
            "why": str(decision.why),
            "place": self.place,
            "tried": [asdict(tried) for tried in self.tried],
        }


def explain(
    scene: Scene, answers: Facts, spot: Spot | None, county: County, *, facts: Facts | None = None
) -> Explanation:
    """Route, and tell what every rule saw, those after the deciding one too.

    Args:
        scene, answers, spot, county, facts: as for :func:`gonzhi_code.routing.route`.

    Returns:
        The explanation. Answers that identify a person are shown as ``***``.

    Raises:
        NoRoute: the scene's rules have a fault.
    """
    table = rule_set(scene, county)
    decision = table.decide(answers, spot, facts)
    seen = table.facts(answers, spot, decision.township_id, decision.village_id, facts)
    personal = {name for name, asked in scene.schema._declared_fields.items() if asked.metadata.get("personal")}
    tried = []
    for row in table.rows:
        rule = row.rule
        compared = tuple(_compared(atom, seen, county.settings, personal) for atom in rule.when.atoms())
        decided = rule.id == decision.rule_id
        tried.append(Tried(rule.id, rule.lead, str(rule.when), row.holds(seen), decided, compared))
    place_id = decision.village_id or decision.township_id
    return Explanation(decision, county.place_name(place_id) if place_id else "", tuple(tried))


def _compared(atom: Atom, seen: Facts, settings: Mapping[str, Any], personal: set[str]) -> Compared:
    have = seen.get(atom.name)
    told = "" if have is None else HIDDEN if atom.name in personal else _told(have)
    wanted = "" if atom.op == "given" else _told(atom.wanted(settings))
    return Compared(str(atom), told, wanted, atom.holds(seen, settings))


def _told(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
