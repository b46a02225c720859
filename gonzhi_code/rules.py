"""One row of a routing table, and what a table decides: Rule, Priority, Visibility, Decision.

Rules name roles, never bureaus, so that one table serves every county; ``routing.py`` applies them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .areas import Unit
from .conditions import Condition
from .deadlines import Clock
from .words import Words


class Priority(StrEnum):
    """How fast a case must move: the colours counties use, from calm to alarm."""

    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class Visibility(StrEnum):
    """Who may see what of a case beside its number and state.

    NORMAL: lead, helpers and centre see the answers; identity by logged reveal.
    PROTECTED: the reporter's identity is for the lead's own role only (医保局); township and grid see number and state.
    SEALED: the whole record is for a named few (minors); it stays out of lists, exports, maps and figures by person.
    """

    NORMAL = "normal"
    PROTECTED = "protected"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a scene's routing table. The first rule whose condition holds decides.

    Args:
        id: ``<scene>.<word>``, never reused for another meaning.
        when: condition over answers and facts.
        lead: the role that handles the case (主办): ``labour``, ``township.social`` ...
        why: the reason in plain Chinese, told to the citizen and the clerk.
        helpers: roles that help (协办).
        priority: how fast.
        urgent: True makes the short clocks apply (the fact ``urgent``).
        visibility: overrides the scene's where the matter demands it.
        advice: told to the citizen on the receipt (another channel, an emergency number).
        marks: short words put on the case (``mandatory_report``, ``police_now`` ...).
        at_once: roles among lead and helpers that a law or a danger calls at once. No answer takes them out: one that may not lead,
            because the answers accuse it or it runs the spot, helps.
    """

    id: str
    when: Condition
    lead: str
    why: Words
    helpers: tuple[str, ...] = ()
    priority: Priority = Priority.BLUE
    urgent: bool = False
    visibility: Visibility | None = None
    advice: tuple[Words, ...] = ()
    marks: tuple[str, ...] = ()
    at_once: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a case goes and why. ``lead`` and ``helpers`` are units; the rest explains, dates and replays it.

    ``why`` is told to the citizen: the rule's reason, the figures that made it hold, the place, and who stepped aside.
    ``marks`` are the rule's own, and ``place_unknown`` (no place of this county was given) and ``accused_excluded``
    (a unit was passed over because the matter is about it).
    """

    lead: Unit
    helpers: tuple[Unit, ...]
    clocks: tuple[Clock, ...]
    priority: Priority
    why: Words
    rule_id: str
    rules_version: str
    visibility: Visibility
    township_id: str = ""
    village_id: str = ""
    urgent: bool = False
    advice: tuple[Words, ...] = ()
    marks: tuple[str, ...] = ()

