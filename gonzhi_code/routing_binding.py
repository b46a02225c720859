"""What ties a scene's rules to a county: the names that must be there, and the version of the two together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .areas import County
from .conditions import Condition
from .routing_clocks import ClockTable

if TYPE_CHECKING:
    from .scene import Scene

# Hex digits of a rules version: short enough to print beside a case, long enough not to repeat in a county's lifetime.
VERSION_LENGTH = 12


def conditions_of(scene: Scene) -> Iterator[tuple[str, Condition]]:
    """Every condition that routing tries, each with the name of what it belongs to."""
    yield from ((rule.id, rule.when) for rule in scene.rules)
    yield from ((f"clock {clock.key}", clock.when) for clock in scene.clocks)
    yield from ((f"remark {remark.mark}", remark.when) for remark in scene.remarks)


def unbound(scene: Scene, county: County) -> list[str]:
    """A sentence for each role and setting that the rules and clocks name and the county lacks."""
    if not scene.rules:
        return ["there is no rule"]
    problems = []
    for rule in scene.rules:
        missing = [role for role in (rule.lead, *rule.helpers) if role not in county.roles]
        problems += [f"{rule.id} names the role {role!r}, which {county.key} does not have" for role in missing]
    wanted: dict[str, str] = {}
    for owner, condition in conditions_of(scene):
        wanted.update(dict.fromkeys(condition.settings(), owner))
    wanted.update({clock.setting: f"clock {clock.key}" for clock in scene.clocks if clock.setting})
    wanted.update(dict.fromkeys(ClockTable.HUB_SETTINGS, "the hub"))
    problems += [
        f"{owner} names the setting {name!r}, which {county.key} does not have"
        for name, owner in sorted(wanted.items())
        if name not in county.settings
    ]
    problems += [
        f"clock {clock.key} takes its length from the setting {clock.setting!r}, which is {value!r} and not a whole number, 0 or more"
        for clock in scene.clocks
        if clock.setting and (type(value := county.settings.get(clock.setting, 0)) is not int or value < 0)
    ]
    return problems


def version(scene: Scene, county: County) -> str:
    """Short hash of everything that decides: the scene's rules, clocks and remarks, and the county's data."""
    rules = [
        {
            "id": rule.id,
            "when": rule.when.to_data(),
            "lead": rule.lead,
            "helpers": rule.helpers,
            "priority": rule.priority.value,
            "urgent": rule.urgent,
            "visibility": (rule.visibility or scene.visibility).value,
            "marks": rule.marks,
            "at_once": rule.at_once,
            "words": [rule.why, rule.why.en, *rule.advice],
        }
        for rule in scene.rules
    ]
    clocks = [
        [clock.key, clock.span.amount, clock.span.unit.value, clock.starts, clock.when.to_data(), clock.setting]
        for clock in scene.clocks
    ]
    remarks = [[remark.mark, remark.when.to_data(), remark.advice] for remark in scene.remarks]
    data = {
        "scene": scene.key,
        "rules": rules,
        "clocks": clocks,
        "remarks": remarks,
        "accused": scene.accused,
        "proper_names": scene.proper_names,
        "county": county.digest,
    }
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:VERSION_LENGTH]
