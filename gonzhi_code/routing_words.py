"""The reason of a decision in words: the rule's own, the figures that made it hold, the place, and who stepped aside.

The reason is told to the citizen and printed beside the case, so it repeats figures and places only, never a name, a
telephone number or free text that somebody typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .areas import County, Unit
from .conditions import Atom, Condition, Facts, Group, Not, Settings, Test
from .rules import Rule
from .words import Words

if TYPE_CHECKING:
    from .scene import Scene

_COMPARED = {
    ">=": Words("达到", "at least"),
    ">": Words("超过", "more than"),
    "<=": Words("不超过", "at most"),
    "<": Words("低于", "less than"),
}


def label_of(scene: Scene, name: str) -> Words:
    """How the scene's form calls a fact; its name where the form does not ask for it."""
    asked = scene.schema._declared_fields.get(name)
    label = asked.metadata.get("label") if asked else None
    return label if isinstance(label, Words) else Words(str(label or name))


def figure(value: Any) -> str:
    """A number as people write it: 30000, not 30000.00."""
    if isinstance(value, Decimal | float):
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


@dataclass(frozen=True, slots=True)
class _Figure:
    """One comparison with a number, ready to be told."""

    name: str
    holds: Test
    zh: str
    en: str


class Reason:
    """The wording of one rule's decisions."""

    def __init__(self, rule: Rule, scene: Scene, settings: Settings) -> None:
        self._why = rule.why
        self._stem = str(rule.why).rstrip("。.")
        self._stem_en = rule.why.en.rstrip("。.")
        self._figures = tuple(_figures(rule.when, scene, settings))

    def words(self, facts: Facts, county: County, first: Unit, lead: Unit, named: bool) -> Words:
        """The whole reason.

        Args:
            facts: what the rule saw. county: for the name of the place.
            first: the unit that the rule means; lead: the one that gets the case.
            named: whether the answers name a unit of the county as accused.
        """
        zh, en = [], []
        for told in self._figures:
            if told.holds(facts):
                value = figure(facts[told.name])
                zh.append(told.zh.format(value))
                en.append(told.en.format(value))
        place_id = facts["village_id"] or facts["township_id"]
        if place_id:
            place = county.place_name(place_id)
            zh.append(f"地点：{place}")
            en.append(f"place: {place}")
        else:
            zh.append("地点待核实")
            en.append("place to be found out")
        text = f"{self._stem}（{'；'.join(zh)}）。"
        text_en = f"{self._stem_en} ({'; '.join(en)})."
        if lead is not first:
            party, party_en = ("被反映单位", "the unit complained about") if named else ("点位管理单位", "it runs the place")
            text += f"{first.name}与{party}有关，按规定回避，改由{lead.name}办理。"
            text_en += f" {first.name_en or first.name} steps aside ({party_en}); {lead.name_en or lead.name} handles it."
        return Words(text, text_en)


def _figures(condition: Condition, scene: Scene, settings: Settings) -> Iterator[_Figure]:
    for atom in _affirmed(condition):
        wanted = atom.wanted(settings)
        if atom.op not in _COMPARED or isinstance(wanted, str):
            continue
        label, compared = label_of(scene, atom.name), _COMPARED[atom.op]
        asked = scene.schema._declared_fields.get(atom.name)
        unit = (asked.metadata.get("unit") if asked else None) or Words("")
        unit_en = f" {unit.en}" if unit else ""
        yield _Figure(
            name=atom.name,
            holds=atom.prepare(settings),
            zh=_braced(label) + "{}" + _braced(f"{unit}，{compared}{figure(wanted)}{unit}"),
            en=_braced(label.en) + ": {}" + _braced(f"{unit_en}, {compared.en} {figure(wanted)}{unit_en}"),
        )


def _affirmed(condition: Condition) -> Iterator[Atom]:
    """The comparisons that speak for a rule; what stands under a "not" speaks against it and is not told."""
    if isinstance(condition, Atom):
        yield condition
    elif isinstance(condition, Group):
        for part in condition.parts:
            yield from _affirmed(part)
    elif not isinstance(condition, Not):
        raise TypeError(f"{type(condition).__name__} is not a condition of this library")


def _braced(text: str) -> str:
    """Text that str.format leaves as it is."""
    return text.replace("{", "{{").replace("}", "}}")
