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
Test = Callable[[Facts], bool]


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
        return self.prepare(settings or {})(facts)

    def prepare(self, settings: Settings) -> Test:
        """The question :meth:`holds` answers, with the settings filled in once: for rules that are asked of every case.

        Args:
            settings: flat mapping of dotted setting names to values.

        Returns:
            A function from facts to bool.

        Raises:
            KeyError: the condition names a setting that is not there.
        """
        raise TypeError("prepare() belongs to the concrete conditions")

    def to_data(self) -> Any:
        """A JSON-able, canonical form: equal conditions give equal data."""
        raise TypeError("to_data() belongs to the concrete conditions")

    def atoms(self) -> Iterator[Atom]:
        """Every comparison inside, left to right."""
        return iter(())

    def fields(self) -> frozenset[str]:
        """Names of all facts the condition looks at."""
        return frozenset(atom.name for atom in self.atoms())

    def settings(self) -> frozenset[str]:
        """Names of all county settings the condition compares with."""
        return frozenset(atom.value.name for atom in self.atoms() if isinstance(atom.value, SettingRef))

    def __and__(self, other: Condition) -> Condition:
        return all_of(self, other)

    def __or__(self, other: Condition) -> Condition:
        return any_of(self, other)

    def __invert__(self) -> Condition:
        return Not(self)


_NUMBERS = (int, float, Decimal)


def said(value: Any) -> bool:
    """Whether a fact was given at all: not None, not an empty text or list. Zero and False are answers."""
    return bool(value) or isinstance(value, _NUMBERS)


def _exact(value: Any) -> Any:
    """A number as it is written: 0.1 of a settings file is one tenth, so that sums of money compare exactly."""
    return Decimal(str(value)) if isinstance(value, float) else value


def _each(have: Any) -> Any:
    return have if isinstance(have, list | tuple | set | frozenset) else (have,)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "in": lambda have, want: any(value in want for value in _each(have)),
    "has": lambda have, want: want in _each(have),
    "given": lambda have, want: True,
}


@dataclass(frozen=True, slots=True)
class Atom(Condition):
    """One comparison of one fact: ``name op value``."""

    name: str
    op: str
    value: Any = None

    def __str__(self) -> str:
        if self.op == "given":
            return f"{self.name} given"
        value = self.value.name if isinstance(self.value, SettingRef) else self.value
        return f"{self.name} {self.op} {', '.join(map(str, value)) if isinstance(value, tuple) else value}"

    def wanted(self, settings: Settings) -> Any:
        """The value compared with, a setting filled in.

        Raises:
            KeyError: there is no such setting.
        """
        return _exact(settings[self.value.name] if isinstance(self.value, SettingRef) else self.value)

    def prepare(self, settings: Settings) -> Test:
        name, compare, want = self.name, _OPERATORS[self.op], self.wanted(settings)

        def test(facts: Facts) -> bool:
            have = facts.get(name)
            # said() written out: this line runs some fifty times per case.
            return (bool(have) or isinstance(have, _NUMBERS)) and compare(have, want)

        return test

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
class Group(Condition):
    """Several conditions joined: the base of AllOf and AnyOf."""

    parts: tuple[Condition, ...]

    def atoms(self) -> Iterator[Atom]:
        for part in self.parts:
            yield from part.atoms()


@dataclass(frozen=True, slots=True)
class AllOf(Group):
    """Holds when every part holds; with no parts, always."""

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, AnyOf) else str(part) for part in self.parts) or "always"

    def prepare(self, settings: Settings) -> Test:
        tests = [part.prepare(settings) for part in self.parts]

        def test(facts: Facts) -> bool:
            # A plain loop costs half of all() over a generator, and every case asks every rule above its own.
            for holds in tests:  # noqa: SIM110
                if not holds(facts):
                    return False
            return True

        return test

    def to_data(self) -> Any:
        return {"all": [part.to_data() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class AnyOf(Group):
    """Holds when one part holds; with no parts, never."""

    def __str__(self) -> str:
        return " or ".join(f"({part})" if isinstance(part, AllOf) else str(part) for part in self.parts) or "never"

    def prepare(self, settings: Settings) -> Test:
        tests = [part.prepare(settings) for part in self.parts]

        def test(facts: Facts) -> bool:
            for holds in tests:  # noqa: SIM110
                if holds(facts):
                    return True
            return False

        return test

    def to_data(self) -> Any:
        return {"any": [part.to_data() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """Holds when its part does not."""

    part: Condition

    def __str__(self) -> str:
        return f"not ({self.part})"

    def prepare(self, settings: Settings) -> Test:
        holds = self.part.prepare(settings)
        return lambda facts: not holds(facts)

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
