"""The reason of a decision in words: the rule's own, the figures that made it hold, the place, and who stepped aside.

Where the place is not known, what a township would handle goes to the unit that finds it out, and the reason says that first.

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
from .routing_parties import Parties
from .rules import Rule
from .words import Words

if TYPE_CHECKING:
    from .scene import Scene

_WAN = 10_000
_COMPARED = {
    ">=": Words("达到", "at least"),
    ">": Words("超过", "more than"),
    "<=": Words("不超过", "at most"),
    "<": Words("低于", "less than"),
}


def label_of(scene: Scene, name: str) -> Words:
    """How a fact is called in a reason: the short noun that its question names (``told``), else how the form asks for it, else its name."""
    asked = scene.schema._declared_fields.get(name)
    label = (asked.metadata.get("told") or asked.metadata.get("label")) if asked else None
    return label if isinstance(label, Words) else Words(str(label or name))


def figure(value: Any) -> str:
    """A number as people here write it: 100万, 30000.5 as 30,000.5; small ones as they are."""
    if isinstance(value, int | Decimal | float) and value and value % _WAN == 0:
        return f"{value // _WAN:,f}万" if isinstance(value, Decimal) else f"{int(value) // _WAN:,}万"
    return figure_en(value)


def figure_en(value: Any) -> str:
    """A number in English: 1,000,000; 30,000.5 and not 30,000.50."""
    if not isinstance(value, int | Decimal | float):
        return str(value)
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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

    def words(self, facts: Facts, county: County, who: Parties) -> Words:
        """The whole reason.

        Args:
            facts: what the rule saw. county: for the name of the place.
            who: who gets the case, and who stepped aside.
        """
        zh, en = [], []
        for told in self._figures:
            if told.holds(facts):
                zh.append(told.zh.format(figure(facts[told.name])))
                en.append(told.en.format(figure_en(facts[told.name])))
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
        if who.finds_place:
            text = f"地点还不清楚，先由{who.lead.name}核实，再转给当地镇街。{text}"
            text_en = f"The place is not clear yet; {_english(who.lead)} first finds it out and hands it on to the town. {text_en}"
        aside, aside_en = _stepped_aside(who)
        return Words(text + aside, text_en + aside_en)


def _stepped_aside(who: Parties) -> tuple[str, str]:
    """Who of those the rule means does not have the case, and why; ``""`` where everybody has it."""
    zh, en = "", ""
    if who.lead is not who.first:
        party, party_en = ("点位管理单位", "it runs the place") if who.by_owner else ("被反映单位", "the unit complained about")
        zh = f"{who.first.name}与{party}有关，按规定回避，改由{who.lead.name}办理"
        en = f" {_english(who.first)} steps aside ({party_en}); {_english(who.lead)} handles it"
        if who.called:
            zh += f"；{who.first.name}依法仍马上到场协助"
            en += ", and the former still comes along at once, as the law asks"
        zh, en = zh + "。", en + "."
    if who.passed_over:
        zh += f"{'、'.join(unit.name for unit in who.passed_over)}与被反映单位有关，不参加办理。"
        en += f" {', '.join(map(_english, who.passed_over))}: tied to the unit complained about, not taking part."
    return zh, en


def _english(unit: Unit) -> str:
    return unit.name_en or unit.name


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
            zh=_braced(f"{label}：") + "{}" + _braced(f"{unit}，{compared}{figure(wanted)}{unit}"),
            en=_braced(label.en) + ": {}" + _braced(f"{unit_en}, {compared.en} {figure_en(wanted)}{unit_en}"),
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
