"""Proves a county folder complete: every fault as a plain sentence, none thrown away after the first.

The loader has already refused what cannot be read. This looks at what the data says: places and their parents, names that
would be mistaken for one another, units and who stands above them, roles, settings, contacts, the calendar, and whatever
the rules of the installed scenes ask of a county.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import pairwise

from ..accused import LEAST_LETTERS, plain
from ..areas import County, Unit
from ..routing_checks import check_rules
from ..routing_clocks import HUB_CLOCKS
from ..scene import Scene

COUNTY_ID = re.compile(r"\d{6}0{6}")
UNIT_ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
PHONE = re.compile(r"\d{3,5}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}")
TOWNSHIP_KINDS = ("street", "town", "statistical")
UNIT_KINDS = ("centre", "bureau", "township", "utility")
# What pages and posters print wherever they are used.
CONTACTS = ("hotline", "police", "fire", "ambulance")
BRAND = ("issuer", "issuer_en", "seal", "name", "name_en", "slogan", "slogan_en")
# Roles that the hub itself needs, whatever the scenes name.
HUB_ROLES = ("centre", "discipline", "township.command")
# Of early warning, the most serious first: `wage.red_workers`, `wage.orange_workers`, `wage.yellow_workers`.
COLOURS = ("red", "orange", "yellow")
HUB_SETTINGS = (*(clock.setting for clock in HUB_CLOCKS), "clock.extension_days")


def check_county(county: County, scenes: Iterable[Scene] = ()) -> list[str]:
    """Everything that a county's data lacks or has wrong.

    Args:
        county: as :func:`load_county` gave it.
        scenes: those whose rules must work in it, usually all that are installed; without any, nothing is said of roles that
            nobody asks for.

    Returns:
        Plain sentences; an empty list means the county can go live.
    """
    problems = [*_townships(county), *_villages(county), *_names(county), *_units(county), *_superiors(county)]
    scenes = tuple(scenes)
    problems += [*_roles(county), *_strange_roles(county, scenes), *_settings(county), *_words(county), *_calendar(county)]
    if problems:
        # Rules are tried with real units and places, so those must be right first.
        return problems
    return [f"scene {scene.key}: {problem}" for scene in scenes for problem in (*check_rules(scene, county), *_colours(scene, county))]


def _townships(county: County) -> Iterator[str]:
    if not COUNTY_ID.fullmatch(county.id):
        yield f"the county's id {county.id!r} is not six digits and six zeros"
    shape = re.compile(county.id[:6] + r"\d{3}000")
    seen: dict[str, str] = {}
    for township in county.townships.values():
        where = f"township {township.id} {township.name}"
        if not shape.fullmatch(township.id) or township.id == county.id:
            yield f"{where}: the id is not {county.id[:6]}, three digits and three zeros"
        if township.kind not in TOWNSHIP_KINDS:
            yield f"{where}: the kind {township.kind!r} is not one of {', '.join(TOWNSHIP_KINDS)}"
        if township.name in seen:
            yield f"{where}: {seen[township.name]} has the same name"
        seen[township.name] = township.id
        if not township.name or not township.name_en:
            yield f"{where}: a name in Chinese and one in Latin letters are needed"
        owner = county.townships.get(township.owner_id)
        if township.kind == "statistical" and (owner is None or owner.kind == "statistical"):
            yield f"{where}: a statistical unit needs an owner that is a township of this county"
        if township.kind != "statistical" and township.owner_id:
            yield f"{where}: only a statistical unit has an owner"
        if not any(village.township_id == township.id for village in county.villages.values()):
            yield f"{where}: there is no village in it"


def _villages(county: County) -> Iterator[str]:
    for village in county.villages.values():
        where = f"village {village.id} {village.name}"
        if not re.fullmatch(county.id[:6] + r"\d{6}", village.id) or village.id.endswith("000"):
            yield f"{where}: the id is not twelve digits of this county"
        elif village.township_id not in county.townships:
            yield f"{where}: its township {village.township_id} is not in townships.csv"
        if not village.name:
            yield f"{where}: it has no name"


def _names(county: County) -> Iterator[str]:
    """Names that mean two villages of one township; across townships they may repeat."""
    owners: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for village in county.villages.values():
        for name in dict.fromkeys(plain(name) for name in (village.name, *village.aliases)):
            owners[village.township_id, name].append(village.id)
    for (township_id, name), ids in owners.items():
        if len(ids) > 1:
            yield f"the name {name} means {' and '.join(ids)}, both in {township_id}"


def _units(county: County) -> Iterator[str]:
    names: defaultdict[str, list[str]] = defaultdict(list)
    for unit in county.units.values():
        if not UNIT_ID.fullmatch(unit.id):
            yield f"unit {unit.id!r}: an id is lower-case letters, digits and underscores, in parts joined by dots"
        if unit.kind not in UNIT_KINDS:
            yield f"unit {unit.id}: the kind {unit.kind!r} is not one of {', '.join(UNIT_KINDS)}"
        if unit.phone and not PHONE.fullmatch(unit.phone):
            yield f"unit {unit.id}: {unit.phone!r} is not a service or fixed-line number"
        short = [alias for alias in unit.aliases if len(plain(alias)) < LEAST_LETTERS]
        if short:
            yield f"unit {unit.id}: {', '.join(short)} is too short to be recognised in a text"
        # Offices share their short names by design: which one is meant follows from the place.
        called = (unit.name,) if unit.township_id else (unit.name, *unit.aliases)
        for name in dict.fromkeys(map(plain, called)):
            names[name].append(unit.id)
    for name, ids in names.items():
        if len(ids) > 1:
            yield f"the name {name} means the units {' and '.join(ids)}"
    if sum(unit.kind == "centre" for unit in county.units.values()) != 1:
        yield "there must be exactly one unit of the kind centre"


def _superiors(county: County) -> Iterator[str]:
    """Every chain of superiors must end, and a case about the centre must have somewhere to go."""
    for unit in county.units.values():
        seen: list[str] = []
        above: Unit | None = unit
        while above is not None:
            if above.id in seen:
                yield f"unit {unit.id}: the superiors go in a circle: {' -> '.join([*seen, above.id])}"
                break
            seen.append(above.id)
            if above.superior_id and above.superior_id not in county.units:
                yield f"unit {above.id}: its superior {above.superior_id!r} is not a unit"
                break
            above = county.units.get(above.superior_id)
    centre = next((unit for unit in county.units.values() if unit.kind == "centre"), None)
    if centre and not centre.superior_id:
        yield f"unit {centre.id}: the centre needs a superior, who gets a case about the centre"


def _roles(county: County) -> Iterator[str]:
    for role in HUB_ROLES:
        if role not in county.roles:
            yield f"the role {role} is not bound to a unit"
    real = [township for township in county.townships.values() if township.kind != "statistical"]
    for role, bound in county.roles.items():
        if isinstance(bound, str):
            if bound not in county.units:
                yield f"the role {role} is bound to {bound!r}, which is not a unit"
            continue
        for township in real:
            if bound.get(township.id) not in county.units:
                yield f"the role {role} has no unit in {township.name} ({township.id})"


def _strange_roles(county: County, scenes: tuple[Scene, ...]) -> Iterator[str]:
    """Roles that are bound and that nobody asks for: mostly slips of the pen, which leave the role that was meant as it was.

    Every unit and every office has a role of its own, asked for or not. Other agencies' scenes ask for roles of theirs.
    """
    if not scenes:
        return
    known = {*HUB_ROLES, *county.units, *(f"township.{unit.id.partition('.')[2]}" for unit in county.units.values() if unit.township_id)}
    known |= {role for scene in scenes for rule in scene.rules for role in (rule.lead, *rule.helpers)}
    for role in county.roles:
        if role not in known:
            meant = get_close_matches(role, sorted(known), 1)
            hint = f"; is {meant[0]} meant?" if meant else "; take it out, or install the scene that asks for it"
            yield f"the role {role} is bound, but no unit, no rule of an installed scene and not the hub knows it{hint}"


def _colours(scene: Scene, county: County) -> Iterator[str]:
    """Thresholds of early warning of this scene that are not in the order of their colours: red highest, yellow lowest."""
    for name in county.settings:
        for higher, lower in pairwise(COLOURS):
            if name.startswith(f"{scene.key}.{higher}_"):
                other = name.replace(f".{higher}_", f".{lower}_", 1)
                high, low = county.settings[name], county.settings.get(other)
                if _is_number(high) and _is_number(low) and high < low:
                    yield f"the setting {name} ({high}) is below {other} ({low})"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _settings(county: County) -> Iterator[str]:
    for name in HUB_SETTINGS:
        if name not in county.settings:
            yield f"the setting {name} is missing"
    for name, value in county.settings.items():
        number = isinstance(value, int) and not isinstance(value, bool)
        if name.startswith("clock.") and not (number and value > 0):
            yield f"the setting {name} must be a whole number above 0, not {value!r}"


def _words(county: County) -> Iterator[str]:
    for name in CONTACTS:
        if not PHONE.fullmatch(county.contacts.get(name, "")):
            yield f"contacts.{name} is missing or not a telephone number"
    for name in BRAND:
        if not county.brand.get(name):
            yield f"brand.{name} is missing"
    known = {f"settings.{name}" for name in county.settings} | {f"contacts.{name}" for name in county.contacts}
    known |= {f"brand.{name}" for name in county.brand} | {f"townships.{one}.owner_id" for one in county.townships}
    known |= {f"units.{unit.id}" for unit in county.units.values() if not unit.township_id}
    known |= {f"offices.{unit.id.partition('.')[2]}" for unit in county.units.values() if unit.township_id}
    for name in sorted(county.assumed - known):
        yield f"assumed names {name!r}, which is not in the folder"


def _calendar(county: County) -> Iterator[str]:
    years = county.calendar.years
    if not years:
        yield "there is no calendar-YYYY.json; without one no deadline can be counted"
        return
    for year in range(min(years), max(years)):
        if year not in years:
            yield f"calendar-{year}.json is missing between {min(years)} and {max(years)}; deadlines in that year would stay provisional"
