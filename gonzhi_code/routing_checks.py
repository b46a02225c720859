"""Checks of a scene's rules, made when they are loaded, so that no citizen's submit ever finds a fault in them.

A table passes when it is total (its last rule always holds), every rule can be the first to hold, every fact it compares
exists and is compared with a value it can have, and every role has a unit in every township. At last the facts found for
each rule are routed in every place of the county and without a place: each must reach that rule and exactly one lead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .areas import County
from .conditions import ALWAYS, Atom, Condition, Not, SettingRef
from .errors import NoRoute
from .routing import RuleSet
from .routing_binding import conditions_of, unbound
from .routing_domain import DECIDED_FACTS, HUB_FACTS, Fact, Search, Undecided, facts_of, limits_of
from .spots import Spot

if TYPE_CHECKING:
    from .rules import Rule
    from .scene import Scene

_ORDERED = (">=", ">", "<=", "<")


def check_rules(scene: Scene, county: County) -> list[str]:
    """Everything that is wrong with a scene's rules in a county.

    Args:
        scene: whose rules, clocks and remarks are checked.
        county: whose units and settings they use.

    Returns:
        One sentence per fault; an empty list means that every valid form reaches exactly one lead.
    """
    facts = facts_of(scene)
    problems = [*_shape(scene), *unbound(scene, county), *_roles_everywhere(scene, county), *_names(scene, facts)]
    if problems:
        return problems
    problems = list(_comparisons(scene, facts, county))
    return problems or [*_reachability(scene, facts, county)]


def require_rules(scene: Scene, county: County) -> None:
    """Refuse a scene whose rules have a fault.

    Raises:
        NoRoute: with every sentence of :func:`check_rules`.
    """
    if problems := check_rules(scene, county):
        raise NoRoute(scene.key, problems)


def _shape(scene: Scene) -> Iterator[str]:
    if scene.rules and scene.rules[-1].when != ALWAYS:
        yield f"the last rule, {scene.rules[-1].id}, does not always hold, so a form may reach nobody"
    seen: set[str] = set()
    for rule in scene.rules:
        if rule.id in seen:
            yield f"the rule {rule.id} stands twice"
        seen.add(rule.id)
        if not rule.id.startswith(scene.key + "."):
            yield f"the rule {rule.id} must begin with {scene.key}."
        if rule.lead in rule.helpers:
            yield f"the rule {rule.id} names {rule.lead} as lead and as helper"
        for role in rule.at_once:
            if role not in (rule.lead, *rule.helpers):
                yield f"the rule {rule.id} calls {role} at once, which neither leads nor helps"


def _roles_everywhere(scene: Scene, county: County) -> Iterator[str]:
    for role in sorted({role for rule in scene.rules for role in (rule.lead, *rule.helpers)} & county.roles.keys()):
        bound = county.roles[role]
        if isinstance(bound, str):
            if bound not in county.units:
                yield f"the role {role} is bound to {bound}, which is no unit of {county.key}"
            continue
        for township in county.townships.values():
            unit_id = bound.get(township.owner_id or township.id)
            if unit_id is None or unit_id not in county.units:
                yield f"the role {role} has no unit in {township.name} ({township.id})"


def _names(scene: Scene, facts: Mapping[str, Fact]) -> Iterator[str]:
    for owner, condition in conditions_of(scene):
        known = facts.keys() | (set(DECIDED_FACTS) if owner.startswith("clock ") else set())
        for name in sorted(condition.fields() - known):
            yield f"{owner} looks at {name!r}, which the form does not ask and the hub does not know"
    taken = (HUB_FACTS.keys() | set(DECIDED_FACTS)) - {"township_id", "village_id"}
    for name in sorted(taken & scene.schema().fields.keys()):
        yield f"the form asks {name!r}, a name that the hub uses for a fact of its own"
    for name in (*scene.accused, *([scene.subject] if scene.subject else [])):
        if name not in facts or name in HUB_FACTS:
            yield f"the scene names the field {name!r}, which its form does not ask"
    for name in scene.proper_names:
        if name not in scene.accused:
            yield f"the scene calls {name!r} a proper name, which is not among its accused"


def _comparisons(scene: Scene, facts: Mapping[str, Fact], county: County) -> Iterator[str]:
    for owner, condition in conditions_of(scene):
        for atom in condition.atoms():
            fact = facts.get(atom.name)
            if fact is not None and (fault := _fault(atom, fact, county)):
                yield f"{owner}: {atom}: {fault}"


def _fault(atom: Atom, fact: Fact, county: County) -> str:
    """What is wrong with one comparison, ``""`` if nothing."""
    if atom.op == "given":
        return ""
    wanted = atom.wanted(county.settings)
    if atom.op in _ORDERED and fact.kind not in ("number", "text"):
        return f"{atom.name} is a {fact.kind} and has no order"
    if atom.op in ("==", "!=") and fact.kind == "list":
        return f"{atom.name} is a list; ask with has() or in_()"
    if fact.kind == "number" and not all(_is_number(value) for value in _each(wanted)):
        kind = f"the setting {atom.value.name}" if isinstance(atom.value, SettingRef) else "the value"
        return f"{atom.name} is a number and {kind} is not"
    if fact.options is not None:
        strange = [value for value in _each(wanted) if value not in fact.options and not (fact.kind == "bool" and value is False)]
        if strange:
            return f"{', '.join(map(repr, strange))} is not among the options of {atom.name}"
    if atom.name in ("township_id", "village_id"):
        strange = [value for value in _each(wanted) if not county.knows(value)]
        if strange:
            return f"{', '.join(map(repr, strange))} is no place of {county.key}"
    return ""


def _each(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _reachability(scene: Scene, facts: Mapping[str, Fact], county: County) -> Iterator[str]:
    limits = limits_of(scene)
    rules = scene.rules
    search = Search(facts, [*limits, *(rule.when for rule in rules)], county.settings)
    table = RuleSet(scene, county)
    for number, rule in enumerate(rules):
        earlier = rules[:number]
        try:
            witness = search.find(rule.when, *(Not(other.when) for other in earlier), *limits)
        except Undecided:
            yield f"whether {rule.id} can be reached could not be decided; make its condition simpler"
            continue
        if witness is None:
            yield _unreachable(rule, earlier, search, limits)
        else:
            yield from _routed(rule, witness, table)


def _unreachable(rule: Rule, earlier: tuple[Rule, ...], search: Search, limits: list[Condition]) -> str:
    try:
        if search.find(rule.when, *limits) is None:
            return f"{rule.id} can never hold: {rule.when}"
        for other in earlier:
            if search.find(rule.when, Not(other.when), *limits) is None:
                return f"{rule.id} is never reached, because {other.id} stands before it and holds whenever it does"
    except Undecided:
        pass  # Which rule hides it is an extra; that it is hidden is known.
    return f"{rule.id} is never reached, because the rules before it together hold whenever it does"


def _routed(rule: Rule, witness: Mapping[str, Any], table: RuleSet) -> Iterator[str]:
    """Route the facts that were found for a rule in every place, and see that it decides."""
    county = table.county
    answers = {name: value for name, value in witness.items() if name not in HUB_FACTS}
    known = {"source": witness.get("source", "none")}
    # A rule that asks for the place is tried where it asks for it, by the search alone.
    if rule.when.fields() & (HUB_FACTS.keys() - {"source"}):
        return
    for place_id in ("", *county.townships):
        spot = Spot(1, "routing check", place_id, subject_name=str(witness.get("spot_subject", ""))) if place_id else None
        decision = table.decide(answers, spot, known)
        if decision.rule_id != rule.id and not _asks_place(table, decision.rule_id):
            yield f"{rule.id} was found for {answers}, but {decision.rule_id} decides"
        if decision.lead.id not in county.units:
            yield f"{rule.id} leads to {decision.lead.id} in {place_id or 'no place'}, which is no unit of {county.key}"


def _asks_place(table: RuleSet, rule_id: str) -> bool:
    """A rule before it may take the case because of the place; that is no contradiction."""
    return any(row.rule.id == rule_id and row.rule.when.fields() & (HUB_FACTS.keys() - {"source"}) for row in table.rows)
