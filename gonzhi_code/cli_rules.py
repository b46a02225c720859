"""Commands about scenes, the county and its rules: scenes, county, routes.

The rule they keep: they only look; nothing is written or stored.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections import Counter
from dataclasses import asdict
from typing import Any

from marshmallow import ValidationError

from .areas import County
from .cli_files import BadFile, read_json
from .counties import check_county, load_county
from .errors import CountyIncomplete
from .moments import SHANGHAI
from .routing import rules_version
from .routing_checks import check_rules
from .routing_explain import Explanation, explain
from .routing_replay import replay
from .scene import Scene
from .scenes import all_scenes, get_scene
from .spots import Spot

CALENDAR_AHEAD = dt.timedelta(days=90)
"""The longest span that the scenes count in working days (60) is about 90 days long."""


def add_commands(commands: Any) -> None:
    """Put the commands of this file into the parser."""
    scenes = commands.add_parser("scenes", help="list the installed scenes, or one scene's JSON Schema")
    scenes.add_argument("--schema", metavar="KEY", help="print the JSON Schema of this scene's answers")
    scenes.add_argument("--json", action="store_true")
    scenes.set_defaults(run=run_scenes)

    county = commands.add_parser("county", help="prove a county folder complete, or show it")
    county.add_argument("do", choices=["check", "show"])
    county.add_argument("county", nargs="?", default="wenling", help="a built-in name or a folder (default wenling)")
    county.add_argument("--json", action="store_true")
    county.set_defaults(run=run_county)

    routes = commands.add_parser("routes", help="check the rules, explain a decision, replay past cases")
    doing = routes.add_subparsers(dest="do", required=True, metavar="check|explain|replay")
    check = doing.add_parser("check", help="every valid form reaches exactly one unit; no rule is unreachable")
    check.set_defaults(run=run_check)
    explaining = doing.add_parser("explain", help="which rule decides a form, and what every rule saw")
    explaining.add_argument("scene")
    explaining.add_argument("--answers", metavar="FILE", help="JSON of the answers (default: the scene's sample)")
    explaining.add_argument("--place", default="", help="12-digit id of the village or township (default: unknown)")
    explaining.set_defaults(run=run_explain)
    replaying = doing.add_parser("replay", help="what today's rules would do with past cases")
    replaying.add_argument("file", help="JSON array of past cases: scene_key, answers, place, rule_id, lead")
    replaying.set_defaults(run=run_replay)
    for one in (check, explaining, replaying):
        one.add_argument("--county", default="wenling")
        one.add_argument("--json", action="store_true")


def run_scenes(options: argparse.Namespace) -> int:
    """``gonzhi scenes``"""
    if options.schema:
        from .json_schema import json_schema

        print(json.dumps(json_schema(get_scene(options.schema).form), ensure_ascii=False, indent=2))
        return 0
    told = [_scene_data(scene) for scene in all_scenes()]
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for scene in all_scenes():
            print(f"{scene.code:>3}  {scene.key:<10} {scene.title}  ({scene.title.en})")
    return 0


def _scene_data(scene: Scene) -> dict[str, Any]:
    return {
        "key": scene.key,
        "code": scene.code,
        "titles": {"zh": str(scene.title), "en": scene.title.en},
        "sample": dict(scene.sample),
        "sample_form": [list(pair) for pair in scene.sample_form()],
    }


def run_county(options: argparse.Namespace) -> int:
    """``gonzhi county check`` and ``gonzhi county show``"""
    county = load_county(options.county)
    if options.do == "show":
        print(json.dumps(_county_data(county), ensure_ascii=False, indent=2) if options.json else _county_lines(county))
        return 0
    problems = check_county(county, all_scenes())
    warning = _calendar_warning(county)
    if options.json:
        warnings = [warning] if warning else []
        told = {"county": county.key, "problems": problems, "warnings": warnings, "assumed": sorted(county.assumed)}
        print(json.dumps(told, ensure_ascii=False))
        return 1 if problems else 0
    print("\n".join(problems) if problems else f"{county.name} is complete: {_county_text(county)}")
    if county.assumed and not problems:
        print(f"assumed, to be confirmed by the county ({len(county.assumed)}): {', '.join(sorted(county.assumed))}")
    if warning:
        print(f"soon: {warning}", file=sys.stderr)
    return 1 if problems else 0


def _calendar_warning(county: County) -> str:
    """A sentence where the published working days end before longer deadlines do; ``""`` otherwise."""
    until = county.calendar.published_until
    if until is None or dt.datetime.now(SHANGHAI).date() + CALENDAR_AHEAD <= until:
        return ""
    return (
        f"working days are known until {until} only; deadlines beyond are provisional. "
        f"Add calendar-{until.year + 1}.json when the State Council has published its notice (usually in November)"
    )


def _county_text(county: County) -> str:
    real = sum(township.kind != "statistical" for township in county.townships.values())
    parts = [f"{real} townships", f"other areas: {len(county.townships) - real}", f"{len(county.villages)} villages"]
    parts += [f"{len(county.units)} units", f"working days until {county.calendar.published_until}", f"data {county.digest}"]
    return ", ".join(parts)


def _county_lines(county: County) -> str:
    lines = [f"{county.name} {county.name_en} ({county.key}, {county.id}): {_county_text(county)}"]
    villages = Counter(village.township_id for village in county.villages.values())
    lines += [f"  {town.id}  {town.name}  {villages[town.id]} villages" for town in county.townships.values()]
    lines += [f"  {unit.id:<20} {unit.name}  {unit.phone}".rstrip() for unit in county.units.values() if not unit.township_id]
    return "\n".join(lines)


def _county_data(county: County) -> dict[str, Any]:
    return {
        "key": county.key,
        "id": county.id,
        "name": county.name,
        "townships": [asdict(township) for township in county.townships.values()],
        "villages": len(county.villages),
        "units": [asdict(unit) for unit in county.units.values()],
        "settings": dict(county.settings),
        "working_days_until": str(county.calendar.published_until or ""),
        "assumed": sorted(county.assumed),
        "digest": county.digest,
    }


def _sound_county(name: str, *scenes: Scene) -> County:
    """A county in which cases can be decided by these scenes.

    Raises:
        CountyIncomplete: it cannot be read, or :func:`check_county` finds something.
    """
    county = load_county(name)
    if problems := check_county(county, scenes):
        raise CountyIncomplete(county.key, problems)
    return county


def run_check(options: argparse.Namespace) -> int:
    """``gonzhi routes check``"""
    county = _sound_county(options.county)
    told = {scene.key: check_rules(scene, county) for scene in all_scenes()}
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        for scene in all_scenes():
            faults = told[scene.key]
            print(f"{scene.key:<10} {len(scene.rules):>3} rules, version {rules_version(scene, county)}: {'good' if not faults else 'FAULTY'}")
            for fault in faults:
                print(f"           {fault}")
    return 1 if any(told.values()) else 0


def run_explain(options: argparse.Namespace) -> int:
    """``gonzhi routes explain``"""
    scene = get_scene(options.scene)
    form = read_json(options.answers) if options.answers else dict(scene.sample)
    if not isinstance(form, dict):
        raise BadFile(f"{options.answers}: must hold one JSON object of answers.")
    county = _sound_county(options.county, scene)
    try:
        answers = scene.load(form, today=dt.datetime.now(SHANGHAI).date())
    except ValidationError as error:
        errors = {name: [str(one) for one in sentences] for name, sentences in error.messages_dict.items()}
        if options.json:
            print(json.dumps({"errors": errors}, ensure_ascii=False))
        else:
            print("\n".join(f"{name}: {' '.join(sentences)}" for name, sentences in errors.items()), file=sys.stderr)
        return 1
    spot = None
    if options.place:
        county.township(options.place)
        spot = Spot(1, county.place_name(options.place), options.place)
    found = explain(scene, answers, spot, county)
    print(json.dumps(found.to_data(), ensure_ascii=False, indent=2) if options.json else _explained(found))
    return 0


def _explained(found: Explanation) -> str:
    decision = found.decision
    lines = [
        f"{decision.lead.name}  <-  {decision.rule_id} (rules {decision.rules_version})",
        f"  {decision.why}",
        f"  helpers: {', '.join(unit.name for unit in decision.helpers) or 'none'}",
        *(f"  advice: {words}" for words in decision.advice),
    ]
    for tried in found.tried:
        lines.append(f"{'->' if tried.decided else '  '} {'holds' if tried.held else 'no   '} {tried.rule_id:<28} {tried.condition}")
    return "\n".join(lines)


def run_replay(options: argparse.Namespace) -> int:
    """``gonzhi routes replay``"""
    records = read_json(options.file)
    if not isinstance(records, list):
        raise BadFile(f"{options.file}: must hold a JSON array of records.")
    county = _sound_county(options.county, *all_scenes())
    try:
        found = replay(records, all_scenes(), county)
    except ValueError as error:
        raise BadFile(f"{options.file}: {error}.") from None
    if options.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        print(f"{len(records)} cases, {len(found)} would be decided differently, {sum(one.moved for one in found)} would go elsewhere")
        for one in found:
            print(f"{one.case_no or '-':<12} {one.was_rule} {one.was_lead} -> {one.now_rule} {one.now_lead}: {one.why}")
    return 0
