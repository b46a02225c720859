"""What the facts of a scene can be, and whether facts exist that satisfy a set of conditions.

Each fact becomes one variable with the few values that make a difference: the options of a choice, both sides of every
threshold, and "not said" where the form allows it. A fact that is a list becomes one variable per option. The search
goes through them one by one and turns back as soon as a condition is settled the wrong way, so that tables of fifty rules
are decided in milliseconds. What a form checks across its answers (``cross_check``) is not modelled: the search may
find facts that the form would refuse, but never misses facts that it takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import marshmallow

from .conditions import ALWAYS, AllOf, AnyOf, Atom, Condition, Not, Settings, Test, all_of, any_of, field

if TYPE_CHECKING:
    from .scene import Scene

# What the hub knows beside the answers, with the values a word can take; None: any text.
HUB_FACTS: Mapping[str, tuple[str, ...] | None] = {
    "township_id": None,
    "village_id": None,
    "township_kind": ("street", "town", "statistical"),
    "source": ("code", "bad_code", "none"),
    "spot_subject": None,
}
# Facts that follow from the rule that decided, so only clocks may ask for them.
DECIDED_FACTS = ("urgent", "complex")
UNSAID = None
# Stands for every option of a list that no condition mentions.
_OTHER = "*"
# Far more than any real table needs; a table that needs more is reported as undecided and not passed as good.
MOST_STEPS = 200_000

Key = str | tuple[str, Any]


class Undecided(Exception):
    """The search took more steps than it may; never leaves the checks."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one fact can be.

    Args:
        kind: ``"choice"``, ``"list"``, ``"bool"``, ``"number"`` or ``"text"`` (also days and months).
        options: the values it can have, None where they are not limited.
        least, most: of a number. whole: whether the number is one. always: whether every form gives it.
    """

    name: str
    kind: str
    options: tuple[Any, ...] | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    whole: bool = False
    always: bool = False


def facts_of(scene: Scene) -> dict[str, Fact]:
    """Every fact that a rule of the scene may look at: the answers, the derived facts and those of the hub."""
    facts = {name: Fact(name, "choice" if options else "text", options) for name, options in HUB_FACTS.items()}
    facts["source"] = Fact("source", "choice", HUB_FACTS["source"], always=True)
    for name, asked in scene.schema().fields.items():
        if name not in facts:
            facts[name] = _fact(name, asked)
    return facts


def _fact(name: str, asked: marshmallow.fields.Field[Any]) -> Fact:
    said = asked.metadata
    options: tuple[Any, ...] | None = tuple(option.value for option in said.get("options", ())) or None
    for validator in asked.validators:
        if isinstance(validator, marshmallow.validate.OneOf):
            options = tuple(validator.choices)
    always = bool(asked.required) and not asked.dump_only
    if said.get("widget") == "confirm":
        return Fact(name, "bool", (True,))
    if said.get("boolean") or isinstance(asked, marshmallow.fields.Boolean):
        return Fact(name, "bool", (True, False), always=always)
    if getattr(asked, "many", False) or isinstance(asked, marshmallow.fields.List) or said.get("widget") in ("rows", "checkboxes"):
        return Fact(name, "list", options, always=always)
    if options:
        return Fact(name, "choice", options, always=always)
    numeric = isinstance(asked, marshmallow.fields.Number) or said.get("widget") in ("number", "money")
    if numeric:
        whole = isinstance(asked, marshmallow.fields.Integer) or said.get("widget") == "number"
        least, most = (None if (limit := said.get(end)) is None else Decimal(limit) for end in ("minimum", "maximum"))
        return Fact(name, "number", None, least, most, whole, always)
    return Fact(name, "text", always=always)


def limits_of(scene: Scene) -> list[Condition]:
    """What the form itself guarantees: hidden questions are not answered, needed ones are; a place has a kind."""
    township, kind = field("township_id").given(), field("township_kind").given()
    limits: list[Condition] = [any_of(Not(kind), township), any_of(Not(township), kind), any_of(Not(field("village_id").given()), township)]
    outer = {name: section.show_when for section in scene.sections if section.show_when for name in section.fields}
    for name, asked in scene.schema().load_fields.items():
        given = field(name).given()
        said = asked.metadata
        shown = all_of(*(condition for condition in (outer.get(name), said.get("show_when")) if condition is not None))
        if shown != ALWAYS:
            limits.append(any_of(Not(given), shown))
        needed = shown if said.get("needed") else said.get("required_when")
        if needed is not None and needed != ALWAYS:
            limits.append(any_of(Not(all_of(shown, needed)), given))
    return limits


class Search:
    """Looks for facts that satisfy conditions.

    Args:
        facts: what each fact can be; every name in ``conditions`` must be among them.
        conditions: all conditions that will ever be asked, for the thresholds in them.
        settings: the county's.
    """

    def __init__(self, facts: Mapping[str, Fact], conditions: Iterable[Condition], settings: Settings) -> None:
        atoms = [atom for condition in conditions for atom in condition.atoms()]
        self._facts = facts
        self._tests: dict[Atom, Test] = {atom: atom.prepare(settings) for atom in atoms}
        self._wanted: dict[str, list[Any]] = {}
        for atom in atoms:
            wanted = self._wanted.setdefault(atom.name, [])
            if atom.op != "given":
                value = atom.wanted(settings)
                wanted += [one for one in (value if isinstance(value, tuple) else (value,)) if one not in wanted]
        self._values: dict[Key, tuple[Any, ...]] = {}
        self._options: dict[str, tuple[Any, ...]] = {}
        for name in self._wanted:
            fact = facts[name]
            if fact.kind == "list":
                self._options[name] = (*self._wanted[name], _OTHER)
                self._values.update({(name, option): (False, True) for option in self._options[name]})
            else:
                values = tuple(_values(fact, self._wanted[name]))
                self._values[name] = values if fact.always else (*values, UNSAID)

    def find(self, *conditions: Condition) -> dict[str, Any] | None:
        """Facts under which all ``conditions`` hold, or None where there are none.

        Raises:
            Undecided: the search was given up.
        """
        self._steps = 0
        found: dict[Key, Any] = {}
        if not self._extend(found, list(conditions)):
            return None
        return self._as_facts(found)

    def _extend(self, found: dict[Key, Any], conditions: list[Condition]) -> bool:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Undecided
        open_ones = []
        for condition in conditions:
            truth = self._truth(condition, found)
            if truth is False:
                return False
            if truth is None:
                open_ones.append(condition)
        if not open_ones:
            return True
        key = next(self._unknown(open_ones[0], found))
        for value in self._values[key]:
            found[key] = value
            if self._extend(found, open_ones):
                return True
        del found[key]
        return False

    def _keys(self, atom: Atom) -> list[Key]:
        if atom.name not in self._options:
            return [atom.name]
        options = self._options[atom.name]
        wanted = options if atom.op == "given" else atom.value if atom.op == "in" else (atom.value,)
        return [(atom.name, option) for option in wanted]

    def _unknown(self, condition: Condition, found: Mapping[Key, Any]) -> Iterator[Key]:
        return (key for atom in condition.atoms() if self._truth(atom, found) is None for key in self._keys(atom) if key not in found)

    def _truth(self, condition: Condition, found: Mapping[Key, Any]) -> bool | None:
        """True, False, or None where the facts found so far do not settle it."""
        if isinstance(condition, Atom):
            keys = self._keys(condition)
            if condition.name in self._options:
                return _any(found.get(key) if key in found else None for key in keys)
            return self._tests[condition]({condition.name: found[keys[0]]}) if keys[0] in found else None
        if isinstance(condition, AllOf):
            return _negated(_any(_negated(self._truth(part, found)) for part in condition.parts))
        if isinstance(condition, AnyOf):
            return _any(self._truth(part, found) for part in condition.parts)
        if isinstance(condition, Not):
            return _negated(self._truth(condition.part, found))
        raise TypeError(f"{type(condition).__name__} is not a condition of this library")

    def _as_facts(self, found: Mapping[Key, Any]) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for key, value in found.items():
            if isinstance(key, str):
                if value is not UNSAID:
                    facts[key] = value
            elif value:
                facts.setdefault(key[0], []).append(key[1])
        return facts


def _any(truths: Iterable[bool | None]) -> bool | None:
    undecided = False
    for truth in truths:
        if truth:
            return True
        undecided = undecided or truth is None
    return None if undecided else False


def _negated(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _values(fact: Fact, wanted: list[Any]) -> Iterator[Any]:
    """The values of a fact that make a difference to conditions that compare it with ``wanted``."""
    if fact.options is not None:
        # Options that no condition mentions all behave alike, so one of them is enough.
        mentioned = [option for option in fact.options if option in wanted]
        yield from mentioned
        yield from [option for option in fact.options if option not in wanted][:1]
    elif fact.kind == "number":
        step = Decimal(1) if fact.whole else Decimal("0.01")
        near = {Decimal(str(value)) + offset for value in wanted for offset in (-step, Decimal(0), step)}
        near |= {limit for limit in (fact.least, fact.most) if limit is not None} or {Decimal(0)}
        for value in sorted(near):
            if (fact.least is None or value >= fact.least) and (fact.most is None or value <= fact.most):
                yield int(value) if fact.whole else value
    else:
        yield from (around for value in wanted for around in _around(value))
        yield _OTHER if not any(isinstance(value, dt.date) for value in wanted) else dt.date(1, 1, 1)


def _around(value: Any) -> tuple[Any, ...]:
    """A day or text and its neighbours on both sides."""
    if isinstance(value, dt.date):
        return value - dt.timedelta(days=1), value, value + dt.timedelta(days=1)
    if isinstance(value, str):
        return value[:-1] or "!", value, value + "~"
    return (value,)
