"""Reads a county folder into a :class:`~gonzhi_code.areas.County`.

The loader refuses what it cannot read, all faults at once; whether what it read is complete and consistent is the
business of ``check.py``. It adds nothing of its own: the only derivation is that each office of ``[offices]`` becomes one
unit and one role entry per township, so that nobody writes a hundred rows by hand.
"""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..areas import County, Township, Unit, Village
from ..calendars import Calendar
from ..errors import CountyIncomplete
from ..office_hours import OfficeHours
from .shape import TOWNSHIP_WORDS, shape_faults

FILES = ("county.toml", "townships.csv", "villages.csv")
COLUMNS = {
    "townships.csv": ("id", "name", "kind", "owner_id", "name_en"),
    "villages.csv": ("id", "name", "aliases"),
}
# A cell of the village table holds several names; no Chinese place name contains this sign.
ALIAS_SEPARATOR = "|"
# Hex digits of the digest: 64 bits tell versions of one county's data apart with room to spare.
DIGEST_LENGTH = 16


def load_county(name_or_path: str | Path) -> County:
    """Load a county by the name of a built-in one, or from a folder of your own.

    Args:
        name_or_path: ``"wenling"``, or the path of a folder with the files named in the package's docstring. A string
            with a ``/`` in it is a path.

    Returns:
        The county. It is read-only and safe to share between threads; load it once.

    Raises:
        CountyIncomplete: the folder or one of its files is missing, or a file cannot be read; every fault is listed.
    """
    folder, key = _folder(name_or_path)
    data, tables, problems = _read(folder)
    if not problems:
        problems = shape_faults(data)
    settings: dict[str, Any] = {}
    calendar = Calendar({})
    if not problems:
        settings = _flatten(data.get("settings", {}))
        try:
            calendar = Calendar.from_folder(folder, OfficeHours.from_settings(settings))
        except (ValueError, OSError) as fault:
            problems.append(f"the office hours or a calendar-YYYY.json cannot be read: {fault}")
    if problems:
        raise CountyIncomplete(key, problems)
    townships = {row["id"]: Township(**row) for row in tables["townships.csv"]}
    villages = {row["id"]: _village(row) for row in tables["villages.csv"]}
    units, roles = _units_and_roles(data, townships)
    head = data["county"]
    contacts = {name: str(value) for name, value in data.get("contacts", {}).items()}
    brand = {name: str(value) for name, value in data.get("brand", {}).items()}
    assumed = _expand(data.get("assumed", []), _dotted_names(data, townships, units, settings))
    units = {unit_id: _marked(unit, assumed) for unit_id, unit in units.items()}
    return County(
        key=str(head["key"]),
        id=str(head["id"]),
        name=str(head["name"]),
        name_en=str(head.get("name_en", "")),
        townships=MappingProxyType(townships),
        villages=MappingProxyType(villages),
        units=MappingProxyType(units),
        roles=MappingProxyType(roles),
        settings=MappingProxyType(settings),
        contacts=MappingProxyType(contacts),
        brand=MappingProxyType(brand),
        calendar=calendar,
        assumed=assumed,
        digest=_digest(data, tables),
    )


def _folder(name_or_path: str | Path) -> tuple[Traversable, str]:
    if isinstance(name_or_path, Path) or "/" in name_or_path:
        path = Path(name_or_path)
        return path, path.name
    return resources.files(__package__).joinpath(name_or_path), name_or_path


def _read(folder: Traversable) -> tuple[dict[str, Any], dict[str, list[dict[str, str]]], list[str]]:
    """The parsed TOML, the rows of each table, and a sentence for each file that cannot be read."""
    data: dict[str, Any] = {}
    tables: dict[str, list[dict[str, str]]] = {}
    problems = [f"the file {name} is missing" for name in FILES if not folder.joinpath(name).is_file()]
    if problems:
        return data, tables, problems
    try:
        data = tomllib.loads(folder.joinpath("county.toml").read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        problems.append(f"county.toml cannot be read: {fault}")
    except RecursionError:
        problems.append("county.toml cannot be read: it is nested too deeply")
    for name, columns in COLUMNS.items():
        try:
            text = folder.joinpath(name).read_text("utf-8-sig")
        except UnicodeDecodeError as fault:
            problems.append(f"{name} is not UTF-8: {fault}")
            continue
        reader = csv.DictReader(text.splitlines(), restval="")
        try:
            rows = list(reader)
        except csv.Error as fault:
            problems.append(f"line {reader.reader.line_num} of {name} cannot be read: {fault}")
            continue
        problems += _row_faults(name, columns, rows)
        tables[name] = rows
    return data, tables, problems


def _row_faults(name: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> list[str]:
    if not rows:
        return [f"{name} has no rows"]
    if tuple(rows[0]) != columns:
        return [f"{name} must have the columns {','.join(columns)}, not {','.join(str(column) for column in rows[0])}"]
    seen: set[str] = set()
    faults = []
    for number, row in enumerate(rows, 2):
        if len(row) > len(columns):
            faults.append(f"row {number} of {name} has more cells than the head row")
        if row["id"] in seen:
            faults.append(f"{name} has {row['id']} twice")
        seen.add(row["id"])
    return faults


def _village(row: Mapping[str, str]) -> Village:
    aliases = tuple(alias.strip() for alias in row["aliases"].split(ALIAS_SEPARATOR) if alias.strip())
    return Village(row["id"], row["name"], aliases)


def _units_and_roles(
    data: Mapping[str, Any], townships: Mapping[str, Township]
) -> tuple[dict[str, Unit], dict[str, str | Mapping[str, str]]]:
    units: dict[str, Unit] = {}
    roles: dict[str, str | Mapping[str, str]] = {}
    for entry in data["units"]:
        units[entry["id"]] = _unit(entry, entry["id"])
        roles[entry["id"]] = entry["id"]
    # A statistical unit has no offices of its own; those of its owner answer.
    real = [township for township in townships.values() if township.kind != "statistical"]
    for key, office in data.get("offices", {}).items():
        bound: dict[str, str] = {}
        for township in real:
            unit_id = f"{township.id[:9]}.{key}"
            # A township that calls the office something else says so under its own id.
            entry = office | data.get("township_offices", {}).get(township.id, {}).get(key, {})
            units[unit_id] = _unit(entry, unit_id, township)
            bound[township.id] = unit_id
        roles[f"township.{key}"] = MappingProxyType(bound)
    roles.update(data.get("roles", {}))
    return units, roles


def _unit(entry: Mapping[str, Any], unit_id: str, township: Township | None = None) -> Unit:
    name, name_en = str(entry["name"]), str(entry.get("name_en", ""))
    if township:
        name = name.replace(TOWNSHIP_WORDS["name"], township.name)
        name_en = name_en.replace(TOWNSHIP_WORDS["name_en"], township.name_en)
    return Unit(
        id=unit_id,
        name=name,
        kind="township" if township else str(entry["kind"]),
        township_id=township.id if township else "",
        superior_id=str(entry.get("superior", "")),
        aliases=tuple(entry.get("aliases", ())),
        phone=str(entry.get("phone", "")),
        name_en=name_en,
    )


def _flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested TOML tables as one mapping of dotted names."""
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flatten(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def _dotted_names(
    data: Mapping[str, Any],
    townships: Mapping[str, Township],
    units: Mapping[str, Unit],
    settings: Mapping[str, Any],
) -> list[str]:
    """Every name that ``assumed`` may use."""
    names = [f"settings.{name}" for name in settings]
    names += [f"units.{unit.id}" for unit in units.values() if not unit.township_id]
    names += [f"offices.{key}" for key in data.get("offices", {})]
    names += [f"townships.{township_id}.owner_id" for township_id in townships]
    for section in ("contacts", "brand"):
        names += [f"{section}.{name}" for name in data.get(section, {})]
    return names


def _expand(patterns: list[str], names: list[str]) -> frozenset[str]:
    """``settings.wage.*`` becomes every setting of wages; a name that fits nothing stays, for the check to find."""
    expanded: set[str] = set()
    for pattern in patterns:
        stem = pattern.removesuffix("*")
        fitting = [name for name in names if name.startswith(stem)] if pattern.endswith(".*") else [pattern]
        expanded.update(fitting or [pattern])
    return frozenset(expanded)


def _marked(unit: Unit, assumed: frozenset[str]) -> Unit:
    name = f"offices.{unit.id.partition('.')[2]}" if unit.township_id else f"units.{unit.id}"
    if name not in assumed:
        return unit
    return Unit(
        unit.id,
        unit.name,
        unit.kind,
        unit.township_id,
        unit.superior_id,
        unit.aliases,
        unit.phone,
        unit.name_en,
        assumed=True,
    )


def _digest(data: Mapping[str, Any], tables: Mapping[str, Any]) -> str:
    """Hash of what decides where a case goes. Telephone numbers and the brand change no decision and stay out."""
    deciding = {name: data.get(name) for name in ("county", "settings", "units", "offices", "township_offices", "roles")}
    canonical = json.dumps([deciding, tables], ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:DIGEST_LENGTH]
