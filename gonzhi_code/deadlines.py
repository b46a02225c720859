"""Clocks and working time. (Types here; the arithmetic follows below.)"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from .conditions import ALWAYS, Condition
from .words import Words


class TimeUnit(str, Enum):
    """The unit a rule's source counts in; they are never converted into one another."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as a rule states it: ``Span(5, TimeUnit.WORKING_DAYS)``."""

    amount: int
    unit: TimeUnit


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline a scene sets.

    Args:
        key: ``"dispatch"``, ``"acknowledge"``, ``"send_back"``, ``"handle"``, ``"review"``, ``"rate"`` for the hub's own,
            ``"statutory.<word>"`` for a clock that a law sets beside them.
        span: how long.
        title: for people.
        source: the law and article, or ``"setting"`` where the county decides.
        starts: the move that starts it, an action word of cases.py (``"report"``, ``"assign"``, ``"accept"`` ...).
        when: facts under which it applies (``urgent`` is one of the facts).
        setting: dotted county setting that overrides the amount, ``""`` for a statutory span nobody may change.
    """

    key: str
    span: Span
    title: Words
    source: str
    starts: str = "assign"
    when: Condition = ALWAYS
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time; ``provisional`` where it rests on a calendar year not yet published."""

    at: dt.datetime
    provisional: bool = False
