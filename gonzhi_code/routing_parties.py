"""Who gets a case: the lead and the helpers of a rule, once those who may not have it have stepped aside.

A unit that the answers accuse, those below it and the other offices of its township neither lead nor help. The unit that runs
the spot never leads, but may help. In the place of a barred lead comes its superior, in the end the last resort of the county.
One thing stands above that: a role that a law or a danger calls at once (``Rule.at_once``) is not taken out by what somebody
wrote into a form. If it may not lead, it helps.
"""

from __future__ import annotations

from dataclasses import dataclass

from .areas import County, Unit
from .rules import Rule


@dataclass(frozen=True, slots=True)
class Parties:
    """The units of one decision.

    Args:
        first: the unit that the rule means; lead: the one that gets the case.
        passed_over: accused units that would have helped.
        by_owner: whether the lead changed because the unit runs the spot, and not because it is accused.
        called: whether ``first`` comes along as helper because it is called at once.
        finds_place: whether the lead has it only to find out which township it belongs to.
    """

    first: Unit
    lead: Unit
    helpers: tuple[Unit, ...]
    passed_over: tuple[Unit, ...] = ()
    by_owner: bool = False
    called: bool = False
    finds_place: bool = False


def parties(rule: Rule, county: County, township_id: str, excluded: frozenset[str], owner_id: str) -> Parties:
    """Lead and helpers of a rule in a place.

    Args:
        rule: the one that decided.
        township_id: where the matter lies, ``""`` where that is not known.
        excluded: ids of the units that may not touch the case.
        owner_id: id of the unit that runs the spot, ``""`` for none.
    """
    first = county.unit_for(rule.lead, township_id)
    barred = excluded | {owner_id} if owner_id else excluded
    lead = _not_barred(county, first, barred) if first.id in barred else first
    called = lead is not first and rule.lead in rule.at_once
    helpers: dict[str, Unit] = {first.id: first} if called else {}
    passed_over: dict[str, Unit] = {}
    for role in rule.helpers:
        unit = county.unit_for(role, township_id)
        if unit.id in excluded and role not in rule.at_once:
            passed_over[unit.id] = unit
        elif unit.id != lead.id:
            helpers[unit.id] = unit
    passed_over.pop(first.id, None)
    return Parties(
        first=first,
        lead=lead,
        helpers=tuple(helpers.values()),
        passed_over=tuple(passed_over.values()),
        by_owner=first.id not in excluded,
        called=called,
        finds_place=not township_id and not isinstance(county.roles[rule.lead], str),
    )


def called_at_once(rule: Rule, county: County, township_id: str) -> frozenset[str]:
    """Ids of the units that a rule calls at once in a place: accused or not, they may help."""
    return frozenset(county.unit_for(role, township_id).id for role in rule.at_once)


def _not_barred(county: County, unit: Unit, barred: frozenset[str]) -> Unit:
    """The first unit up the chain that is not barred; the county's last resort is never barred by name."""
    while unit.id in barred:
        above = county.superior(unit)
        if above is None:
            break
        unit = above
    return unit
