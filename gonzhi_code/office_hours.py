"""When the offices of a county are open: data of the county, not of the law.

The default is what a town office of Taizhou publishes: in winter 8:00-11:30 and 13:40-16:40, in summer 8:00-11:30 and
14:00-17:00. Which months are summer it does not say. A county states its own in ``[settings.office]``, and marks them as
assumed until its offices have confirmed them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .moments import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

Spell = tuple[int, int]
"""Opening and closing, in seconds after midnight."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When offices are open: spells of a day as (opening, closing) in seconds after midnight, in winter and in summer.

    Args:
        winter, summer: spells in the order of the day, none overlapping.
        summer_months: months with summer hours, 1 to 12.
    """

    winter: tuple[Spell, ...] = ((28800, 41400), (49200, 60000))
    summer: tuple[Spell, ...] = ((28800, 41400), (50400, 61200))
    summer_months: frozenset[int] = frozenset({6, 7, 8, 9})

    def __post_init__(self) -> None:
        for spells in (self.winter, self.summer):
            bounds = [second for spell in spells for second in spell]
            if not bounds or bounds != sorted(set(bounds)) or bounds[0] < 0 or bounds[-1] > SECONDS_PER_DAY:
                raise ValueError(f"office hours must be spells of one day in order, not {spells}")
        if not all(1 <= month <= 12 for month in self.summer_months):
            raise ValueError(f"summer months are numbers from 1 to 12, not {sorted(self.summer_months)}")

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> OfficeHours:
        """Office hours from a county's settings.

        Args:
            settings: flat; ``office.winter`` and ``office.summer`` hold spells such as ``["08:00-11:30", "13:40-16:40"]``,
                ``office.summer_months`` numbers of months. What is missing keeps its default.

        Raises:
            ValueError: a spell or a month cannot be read.
        """
        given: dict[str, Any] = {}
        for season in ("winter", "summer"):
            if f"office.{season}" in settings:
                given[season] = tuple(_spell(text) for text in _listed(settings, f"office.{season}"))
        if "office.summer_months" in settings:
            months = _listed(settings, "office.summer_months")
            if not all(type(month) is int for month in months):
                raise ValueError(f"summer months are numbers from 1 to 12, not {months}")
            given["summer_months"] = frozenset(months)
        return cls(**given)

    def of_month(self, month: int) -> tuple[Spell, ...]:
        """The spells of a working day in that month (1 to 12)."""
        return self.summer if month in self.summer_months else self.winter

    def minutes(self, month: int) -> int:
        """How many minutes offices are open on a working day of that month (1 to 12)."""
        return sum(closing - opening for opening, closing in self.of_month(month)) // SECONDS_PER_MINUTE


def _listed(settings: Mapping[str, Any], name: str) -> list[Any] | tuple[Any, ...]:
    value = settings[name]
    if not isinstance(value, list | tuple):
        raise ValueError(f"office hours are given as lists; {name} is {value!r}")
    return value


def _spell(text: object) -> Spell:
    if not isinstance(text, str):
        raise ValueError(f"office hours are written like 08:00-11:30, not {text!r}")
    try:
        opening, closing = (dt.time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError as fault:
        raise ValueError(f"office hours are written like 08:00-11:30, not {text!r}") from fault
    return _second_of_day(opening), _second_of_day(closing)


def _second_of_day(clock: dt.time) -> int:
    return clock.hour * SECONDS_PER_HOUR + clock.minute * SECONDS_PER_MINUTE
