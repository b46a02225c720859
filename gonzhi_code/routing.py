"""Routing: first match, explained, versioned, replayable.

A :class:`RuleSet` is a scene's rules worked out once for one county; :func:`route` asks it. Three principles stand above
the rules of any scene:

* 无差别受理: any code takes any matter from any place. The place of the answers comes before the place of the poster; where
  neither is a place of the county, what a township would handle goes to the county centre, marked ``place_unknown``.
* The accused unit never gets the case. A unit that the answers name as accused neither leads nor helps, nor does any unit
  below it, nor, if it is a township's office, any office of that township. The unit that runs the spot never leads, but
  may help where the rule asks for it as the owner of the thing that is wrong (the water company of a pumping station).
  In its place comes its superior, in the end the county centre, and above the centre the discipline commission. A case about
  an office of the township where it lies is protected: the township's command room sees no more of it than its number.
  Whom a law or a danger calls at once (``Rule.at_once``) comes whatever is written, as a helper if it may not lead.
* Nothing is refused. A fault of the rules is found when they are loaded (``routing_checks.py``), never at a submit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .accused import AccusedIndex
from .areas import County
from .conditions import Facts, Test
from .errors import NoRoute
from .routing_binding import unbound, version
from .routing_clocks import ClockTable
from .routing_parties import parties
from .routing_words import Reason
from .rules import Decision, Priority, Rule, Visibility
from .spots import Spot

if TYPE_CHECKING:
    from .scene import Scene

__all__ = ["Decision", "Priority", "Rule", "RuleSet", "Visibility", "route", "rules_version"]

PLACE_UNKNOWN = "place_unknown"
ACCUSED_EXCLUDED = "accused_excluded"
COMPLEX = "complex"


@dataclass(frozen=True, slots=True)
class Row:
    """A rule made ready for one county."""

    rule: Rule
    holds: Test
    reason: Reason
    visibility: Visibility


class RuleSet:
    """The rules of one scene, worked out for one county; made once, asked for every case.

    Args:
        scene: whose rules.
        county: whose units, thresholds and clocks.

    Raises:
        NoRoute: a rule or clock names a role or setting that the county does not have, or there is no rule.
    """

    def __init__(self, scene: Scene, county: County) -> None:
        problems = unbound(scene, county)
        if problems:
            raise NoRoute(scene.key, problems)
        self.scene = scene
        self.county = county
        self.version = version(scene, county)
        self.rows = tuple(
            Row(
                rule=rule,
                holds=rule.when.prepare(county.settings),
                reason=Reason(rule, scene, county.settings),
                visibility=rule.visibility or scene.visibility,
            )
            for rule in scene.rules
        )
        self.remarks = tuple((remark, remark.when.prepare(county.settings)) for remark in scene.remarks)
        self.clocks = ClockTable(scene.clocks, county.settings)
        self.accused = AccusedIndex.of(county)

    def decide(self, answers: Facts, spot: Spot | None = None, facts: Facts | None = None) -> Decision:
        """Where a case with these answers goes, and why. See :func:`route`."""
        township_id, village_id = self.place(answers, spot)
        seen = self.facts(answers, spot, township_id, village_id, facts)
        row = self.match(seen)
        rule = row.rule
        named = self.accused.named_by(self.scene, answers, township_id)
        excluded = self.accused.circle(named) if named else named
        who = parties(rule, self.county, township_id, excluded, spot.owner_unit_id if spot else "")
        marks, advice = rule.marks, rule.advice
        for remark, holds in self.remarks:
            if holds(seen):
                marks += () if remark.mark in marks else (remark.mark,)
                advice += (remark.advice,) if remark.advice else ()
        if not township_id:
            marks += (PLACE_UNKNOWN,)
        if who.lead is not who.first or who.passed_over:
            marks += (ACCUSED_EXCLUDED,)
        seen["urgent"] = urgent = rule.urgent
        seen[COMPLEX] = COMPLEX in marks
        return Decision(
            lead=who.lead,
            helpers=who.helpers,
            clocks=self.clocks.running(seen),
            priority=rule.priority,
            why=row.reason.words(seen, self.county, who),
            rule_id=rule.id,
            rules_version=self.version,
            visibility=self._visibility(row, township_id, excluded),
            township_id=township_id,
            village_id=village_id,
            urgent=urgent,
            advice=advice,
            marks=marks,
        )

    def match(self, seen: Facts) -> Row:
        """The first row whose condition holds.

        Raises:
            NoRoute: none does; the checks of ``routing_checks.py`` make sure that the last row always holds.
        """
        for row in self.rows:
            if row.holds(seen):
                return row
        raise NoRoute(self.scene.key, ["no rule holds, and the last one is not ALWAYS"])

    def place(self, answers: Facts, spot: Spot | None) -> tuple[str, str]:
        """Township and village of the matter: those of the answers, else those of the spot, else ``("", "")``."""
        county = self.county
        village_id = answers.get("village_id") or ""
        if village_id in county.villages:
            return village_id[:9] + "000", village_id
        township_id = answers.get("township_id") or ""
        if township_id in county.townships:
            return township_id, ""
        # A place that the county does not know is no place at all; the poster's is then the best there is.
        if spot and county.knows(spot.village_id):
            return spot.township_id, spot.village_id if spot.village_id in county.villages else ""
        return "", ""

    def facts(
        self, answers: Facts, spot: Spot | None, township_id: str, village_id: str, more: Facts | None
    ) -> dict[str, Any]:
        """Everything a condition may look at: the answers, and what the hub knows beside them."""
        seen: dict[str, Any] = {**answers, "source": "code" if spot else "none"}
        if more:
            seen.update(more)
        seen["township_id"] = township_id
        seen["village_id"] = village_id
        seen["township_kind"] = self.county.townships[township_id].kind if township_id else ""
        seen["spot_subject"] = spot.subject_name if spot else ""
        return seen

    def _visibility(self, row: Row, township_id: str, excluded: frozenset[str]) -> Visibility:
        """Who sees the case. A township that is accused does not read in its area's list what was said about it."""
        if row.visibility is Visibility.NORMAL and township_id and self.county.unit_for("township.command", township_id).id in excluded:
            return Visibility.PROTECTED
        return row.visibility


def rule_set(scene: Scene, county: County) -> RuleSet:
    """The rule set of a scene in a county, worked out at the first call and kept as long as the county lives.

    Raises:
        NoRoute: see :class:`RuleSet`.
    """
    found: RuleSet | None = county.kept.get(scene.key)
    if found is None or found.scene is not scene:
        found = county.kept[scene.key] = RuleSet(scene, county)
    return found


def route(
    scene: Scene, answers: Facts, spot: Spot | None, county: County, *, facts: Facts | None = None
) -> Decision:
    """Decide where a case goes: the first rule of the scene that holds.

    Args:
        scene: the scene of the form.
        answers: what ``scene.load`` returned.
        spot: where the code hangs; None for a case without a readable code.
        county: whose units and thresholds apply.
        facts: what the hub knows beside the answers: ``source`` (``"code"``, ``"bad_code"`` or ``"none"``) and others.

    Returns:
        Exactly one lead, the helpers, the clocks that run, and the reason in words. Never refuses a valid form.

    Raises:
        NoRoute: the scene's rules have a fault; ``check_rules`` finds it when they are loaded.
    """
    return rule_set(scene, county).decide(answers, spot, facts)


def rules_version(scene: Scene, county: County) -> str:
    """Short hash of the scene's rules and clocks and of the county's data: the same version gives the same decisions."""
    return rule_set(scene, county).version
