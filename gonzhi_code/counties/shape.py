"""Whether county.toml has the shape that the loader reads: tables where tables are wanted, text where text is, nothing left out.

The rule it keeps: a slip of the pen in a file that people write by hand is answered with its place in the file, all of them at
once. What the values say is the business of ``check.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_TABLES = ("county", "brand", "contacts", "settings", "offices", "township_offices", "roles")
_HEAD = ("key", "id", "name")
_UNIT = ("id", "name", "kind")
_OFFICE = ("name", "name_en", "phone", "superior")
# What stands for the township in the names of its offices.
TOWNSHIP_WORDS = {"name": "{township}", "name_en": "{township_en}"}


def shape_faults(data: Mapping[str, Any]) -> list[str]:
    """A sentence for everything in a parsed county.toml that cannot be read as a county."""
    faults = [f"county.toml: {name} must be a table, [{name}], not {_seen(data[name])}" for name in _TABLES if not _is_table(data, name)]
    if not _are_tables(data.get("units", [])):
        faults.append(f"county.toml: units must be tables, each headed [[units]], not {_seen(data['units'])}")
    if not _are_texts(data.get("assumed", [])):
        faults.append('county.toml: assumed must be a list of names, such as ["brand.*"]')
    return faults or [*_head(data), *_units(data.get("units", [])), *_offices(data), *_bindings(data), *_printed(data)]


def _head(data: Mapping[str, Any]) -> Iterator[str]:
    head = data.get("county", {})
    for name in _HEAD:
        if name not in head:
            yield f"county.toml lacks county.{name}"
    yield from (f"county.toml: county.{name} must be text, not {_seen(value)}" for name, value in head.items() if not _is_word(value))


def _units(units: list[Mapping[str, Any]]) -> Iterator[str]:
    if not units:
        yield "county.toml has no [[units]]"
    seen: set[str] = set()
    for number, unit in enumerate(units, 1):
        yield from (f"unit {number} of county.toml lacks {name}" for name in _UNIT if name not in unit)
        yield from _texts(f"unit {number} of county.toml", unit, ("id", "kind", *_OFFICE))
        if str(unit.get("id")) in seen:
            yield f"county.toml has the unit {unit['id']!r} twice"
        seen.add(str(unit.get("id", "")))


def _offices(data: Mapping[str, Any]) -> Iterator[str]:
    offices = data.get("offices", {})
    for key, office in offices.items():
        if not isinstance(office, Mapping):
            yield f"county.toml: offices.{key} must be a table, [offices.{key}], not {_seen(office)}"
            continue
        if "name" not in office:
            yield f"offices.{key} lacks a name"
        yield from _office(f"offices.{key}", office)
    for township_id, own in data.get("township_offices", {}).items():
        for key, office in own.items() if isinstance(own, Mapping) else [("<word>", own)]:
            where = f"township_offices.{township_id}.{key}"
            if not isinstance(office, Mapping):
                yield f"county.toml: {where} must be a table, [{where}], not {_seen(office)}"
            elif key not in offices:
                yield f"county.toml: {where} is no office of [offices]; there are {', '.join(offices) or 'none'}"
            else:
                yield from _office(where, office)


def _office(where: str, office: Mapping[str, Any]) -> Iterator[str]:
    yield from _texts(where, office, _OFFICE)
    for name, word in TOWNSHIP_WORDS.items():
        rest = str(office.get(name, "")).replace(word, "")
        if "{" in rest or "}" in rest:
            yield f"{where}: of braces the {name} may hold {word} and nothing else, unlike {office[name]!r}"


def _texts(where: str, entry: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    """Those of these values that are no text, and aliases that are no list of it."""
    for name in names:
        if name in entry and not (_is_word(entry[name]) if name == "phone" else isinstance(entry[name], str)):
            yield f"{where}: the {name} must be text, not {_seen(entry[name])}"
    if not _are_texts(entry.get("aliases", [])):
        yield f'{where}: the aliases must be a list of names, such as ["水利局"], not {_seen(entry["aliases"])}'


def _bindings(data: Mapping[str, Any]) -> Iterator[str]:
    for role, bound in data.get("roles", {}).items():
        townships = isinstance(bound, Mapping) and _are_texts(list(bound.values()))
        if not isinstance(bound, str) and not townships:
            yield f'county.toml: roles.{role} must be the id of a unit, such as "housing", not {_seen(bound)}'


def _printed(data: Mapping[str, Any]) -> Iterator[str]:
    for section in ("brand", "contacts"):
        for name, value in data.get(section, {}).items():
            if not _is_word(value):
                yield f"county.toml: {section}.{name} must be text, not {_seen(value)}"


def _is_word(value: object) -> bool:
    """Text, or a number such as 119, whose quotation marks nobody misses."""
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_table(data: Mapping[str, Any], name: str) -> bool:
    return isinstance(data.get(name, {}), Mapping)


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _seen(value: object) -> str:
    """What stands there instead, short enough for a sentence."""
    text = "a table" if isinstance(value, Mapping) else "a list" if isinstance(value, list) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
