"""Conditions as data: printable, hashable, checkable.

A condition is written as it reads, ``field("worker_count") >= setting("wage.red_workers")``, and kept as a small tree of
frozen values, so that a rule can be printed, hashed into a version, searched for its fields and tried against facts.
Routing rules and the show-when of form fields are the same conditions.

Facts are a mapping of names to values. A fact that is missing, ``None`` or ``""`` satisfies no comparison, not even
``!=``: what was not said is not known. ``field(x).given()`` asks whether it was said.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Facts = Mapping[str, Any]
Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SettingRef:
    """A number or word that the county sets, named with dots: ``wage.red_workers``."""

    name: str


class Condition:
    """Base of all conditions."""

    __slots__ = ()

    def holds(self, facts: Facts, settings: Settings | None = None) -> bool:
        """Whether the facts satisfy the condition.

        Args:
            facts: names to values.
            settings: flat mapping of dotted setting names to values; needed where the condition names a setting.

        Raises:
            KeyError: the condition names a setting that is not there (a fault found when rules are checked).
        """
        raise TypeError("holds() belongs to the concrete conditions")

    def to_data(self) -> Any:
        """A JSON-able, canonical form: equal conditions give equal data."""
        raise TypeError("to_data() belongs to the concrete conditions")

    def atoms(self) -> Iterator[Atom]:
        """Every comparison inside, left to right."""
        return iter(())

    def fields(self) -> frozenset[str]:
        """Names of all facts the condition looks at."""
        return frozenset(atom.name for atom in self.atoms())

    def __and__(self, other: Condition) -> Condition:
        return all_of(self, other)

    def __or__(self, other: Condition) -> Condition:
        return any_of(self, other)

    def __invert__(self) -> Condition:
        return Not(self)


def _contains(have: Any, want: Any) -> bool:
    return want in have if isinstance(have, list | tuple | set | frozenset) else bool(have == want)


def _overlaps(have: Any, want: Any) -> bool:
    values = have if isinstance(have, list | tuple | set | frozenset) else (have,)
    return any(value in want for value in values)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "in": _overlaps,
    "has": _contains,
    "given": lambda have, want: True,
}


@dataclass(frozen=True, slots=True)
class Atom(Condition):
    """One comparison of one fact: ``name op value``."""

    name: str
    op: str
    value: Any = None

    def holds(self, facts: Facts, settings: Settings | None = None) -> bool:
        have = facts.get(self.name)
        if have is None or have == "" or have == [] or have == ():
            return False
        want = self.value
        if isinstance(want, SettingRef):
            want = (settings or {})[want.name]
        if isinstance(have, Decimal) and isinstance(want, float):
            want = Decimal(str(want))
        return _OPERATORS[self.op](have, want)

    def to_data(self) -> Any:
        value = {"setting": self.value.name} if isinstance(self.value, SettingRef) else self.value
        if isinstance(value, tuple):
            value = list(value)
        if isinstance(value, Decimal):
            value = str(value)
        return [self.name, self.op] if self.op == "given" else [self.name, self.op, value]

    def atoms(self) -> Iterator[Atom]:
        yield self


@dataclass(frozen=True, slots=True)
class _Group(Condition):
    parts: tuple[Condition, ...]

    def atoms(self) -> Iterator[Atom]:
        for part in self.parts:
            yield from part.atoms()


@dataclass(frozen=True, slots=True)
class AllOf(_Group):
    """Holds when every part holds; with no parts, always."""

    def holds(self, facts: Facts, settings: Settings | None = None) -> bool:
        return all(part.holds(facts, settings) for part in self.parts)

    def to_data(self) -> Any:
        return {"all": [part.to_data() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class AnyOf(_Group):
    """Holds when one part holds; with no parts, never."""

    def holds(self, facts: Facts, settings: Settings | None = None) -> bool:
        return any(part.holds(facts, settings) for part in self.parts)

    def to_data(self) -> Any:
        return {"any": [part.to_data() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """Holds when its part does not."""

    part: Condition

    def holds(self, facts: Facts, settings: Settings | None = None) -> bool:
        return not self.part.holds(facts, settings)

    def to_data(self) -> Any:
        return {"not": self.part.to_data()}

    def atoms(self) -> Iterator[Atom]:
        yield from self.part.atoms()


ALWAYS: Condition = AllOf(())


class FieldRef:
    """A fact by name, before it is compared; made by :func:`field`."""

    __slots__ = ("name",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, value: object) -> Atom:  # type: ignore[override]
        return Atom(self.name, "==", value)

    def __ne__(self, value: object) -> Atom:  # type: ignore[override]
        return Atom(self.name, "!=", value)

    def __ge__(self, value: object) -> Atom:
        return Atom(self.name, ">=", value)

    def __gt__(self, value: object) -> Atom:
        return Atom(self.name, ">", value)

    def __le__(self, value: object) -> Atom:
        return Atom(self.name, "<=", value)

    def __lt__(self, value: object) -> Atom:
        return Atom(self.name, "<", value)

    def in_(self, *values: object) -> Atom:
        """The fact, or one of its values if it is a list, is among ``values``."""
        return Atom(self.name, "in", tuple(values))

    def has(self, value: object) -> Atom:
        """The fact is a list that contains ``value`` (or is equal to it)."""
        return Atom(self.name, "has", value)

    def given(self) -> Atom:
        """The fact was said at all."""
        return Atom(self.name, "given")


def field(name: str) -> FieldRef:
    """Name a fact, to be compared: ``field("gathering") == "ongoing"``."""
    return FieldRef(name)


def setting(name: str) -> SettingRef:
    """Name a value that the county sets: ``setting("wage.red_amount")``."""
    return SettingRef(name)


def all_of(*parts: Condition) -> AllOf:
    """Every part must hold."""
    return AllOf(tuple(parts))


def any_of(*parts: Condition) -> AnyOf:
    """One part must hold."""
    return AnyOf(tuple(parts))
