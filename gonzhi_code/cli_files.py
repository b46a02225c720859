"""What the command line reads from files: keys and sheets of spots. Every fault is told with its place."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from .areas import County
from .errors import BadArea
from .keys import Algorithm, Key, KeyRing
from .spots import Spot

SPOT_COLUMNS = tuple(one.name for one in fields(Spot))
NEEDED_COLUMNS = ("id", "name", "village_id")
SPOT_NUMBER_MOST = 2**24 - 1
ISSUER_MOST = 1023
KEY_STATES = ("retired", "compromised")


class BadFile(Exception):
    """A file cannot be used; the message is one sentence that names it and the fault."""


def read_json(path: str) -> Any:
    """What a JSON file holds.

    Raises:
        BadFile: it cannot be read, or is no JSON in UTF-8.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise BadFile(f"{path}: is not UTF-8.") from None
    except ValueError as error:
        raise BadFile(f"{path}: is no JSON ({error}).") from None
    except RecursionError:
        raise BadFile(f"{path}: is nested too deeply.") from None


def read_key_data(path: str) -> dict[str, Any]:
    """What a key file holds, every key written out in full: a key of plain hex is an HMAC-SHA-256 key without a history.

    Raises:
        BadFile: it cannot be read, or is no key file.
    """
    data = read_json(path)
    if not isinstance(data, dict) or not isinstance(data.get("keys"), dict):
        raise BadFile(f'{path}: is no key file: it must hold one JSON object with an object "keys" in it. `gonzhi keys make` makes one.')
    if not isinstance(data.get("issuing", ""), str):
        raise BadFile(f"{path}: issuing must be the id of a key, not {data['issuing']!r}.")
    keys = {
        key_id: {"algorithm": Algorithm.HMAC_SHA256.value, "secret": entry} if isinstance(entry, str) else entry
        for key_id, entry in data["keys"].items()
    }
    for key_id, entry in keys.items():
        if fault := _key_fault(entry):
            raise BadFile(f"{path}: key {key_id!r} {fault}.")
    return {"issuing": "", **data, "keys": keys}


def _key_fault(entry: Any) -> str:
    """What is wrong with a key of a key file, ``""`` for nothing; never with anything of its secret in it."""
    if not isinstance(entry, dict):
        return "must be hexadecimal text, or an object with algorithm and secret"
    for name in ("algorithm", "secret", "state", "since", "made"):
        if not isinstance(entry.get(name, ""), str):
            return f"has a {name} that is no text"
    if entry.get("algorithm") not in [one.value for one in Algorithm]:
        return f"has an algorithm that is none of {', '.join(one.value for one in Algorithm)}"
    try:
        bytes.fromhex(entry.get("secret", ""))
    except ValueError:
        return "has a secret that is not hexadecimal"
    if entry.get("state") and (entry["state"] not in KEY_STATES or not _is_day(entry.get("since", ""))):
        return f"has a state; that is {' or '.join(KEY_STATES)}, with the day in since, like 2026-11-23"
    return ""


def _is_day(text: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def read_keys(path: str) -> KeyRing:
    """A key ring from a JSON file ``{"issuing": "a", "keys": {"a": "<hex>", "b": {"algorithm": "hmac-sm3", "secret": "<hex>"}}}``.

    Raises:
        BadFile: it cannot be read or holds no usable ring.
    """
    data = read_key_data(path)
    try:
        keys = {key_id: Key(Algorithm(entry["algorithm"]), bytes.fromhex(entry.get("secret", ""))) for key_id, entry in data["keys"].items()}
        return KeyRing(keys, issuing=data["issuing"])
    except (ValueError, RuntimeError) as error:  # the last: this machine has no SM3
        raise BadFile(f"{path}: {error}.") from None


def key_states(path: str) -> dict[str, str]:
    """What a key file says of its keys: ``retired`` or ``compromised``, by key id.

    Raises: as :func:`read_key_data`.
    """
    return {key_id: entry["state"] for key_id, entry in read_key_data(path)["keys"].items() if entry.get("state")}


def read_spots(path: str, county: County) -> tuple[list[tuple[int, Spot]], list[str]]:
    """The spots of a CSV sheet, and a sentence for every bad row; good rows are untouched by bad ones.

    Args:
        path: CSV in UTF-8 with a head row of the field names of :class:`Spot`; ``id``, ``name``, ``village_id`` are needed.
        county: its places must hold the spots.

    Returns:
        The good spots with the numbers of their rows (the head row is 1), and the faults.

    Raises:
        BadFile: it cannot be read or lacks a column.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in NEEDED_COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise BadFile(f"{path}: the head row lacks {', '.join(missing)}; it may hold {', '.join(SPOT_COLUMNS)}.")
            rows = list(reader)
    except csv.Error as error:
        raise BadFile(f"{path}: line {reader.reader.line_num} is no CSV ({error}).") from None
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise BadFile(f"{path}: is not UTF-8; save the sheet as CSV UTF-8.") from None
    spots: list[tuple[int, Spot]] = []
    faults: list[str] = []
    seen: set[tuple[int, int]] = set()
    for number, row in enumerate(rows, start=2):
        try:
            spot = _spot(row, county)
        except ValueError as fault:
            faults.append(f"row {number}: {fault}")
            continue
        if (spot.issuer, spot.id) in seen:
            faults.append(f"row {number}: spot {spot.id} stands in an earlier row already")
            continue
        seen.add((spot.issuer, spot.id))
        spots.append((number, spot))
    return spots, faults


def _spot(row: dict[str, str], county: County) -> Spot:
    cells = {name: (row.get(name) or "").strip() for name in SPOT_COLUMNS}
    if not _is_number(cells["id"], 1, SPOT_NUMBER_MOST):
        raise ValueError(f"the id {cells['id']!r} is not a number from 1 to {SPOT_NUMBER_MOST}")
    if not cells["name"]:
        raise ValueError("the name is missing")
    issuer = cells.pop("issuer") or "0"
    if not _is_number(issuer, 0, ISSUER_MOST):
        raise ValueError(f"the issuer {issuer!r} is not a number from 0 to {ISSUER_MOST}")
    try:
        county.township(cells["village_id"])
    except BadArea as error:
        raise ValueError(str(error)) from None
    if cells["owner_unit_id"] and cells["owner_unit_id"] not in county.units:
        raise ValueError(f"the owner_unit_id {cells['owner_unit_id']!r} is no unit of {county.name}; `gonzhi county show` lists the units")
    return Spot(id=int(cells.pop("id")), issuer=int(issuer), **cells)


def _is_number(text: str, least: int, most: int) -> bool:
    """Whether a cell holds a whole number within limits."""
    return text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most


def write_manifest(path: Path, made: Sequence[Mapping[str, object]]) -> None:
    """What was printed, as CSV that a spreadsheet opens: a row a poster. Nothing is written for no posters."""
    if made:
        # With a byte-order mark Excel reads UTF-8 as UTF-8.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(made[0]))
            writer.writeheader()
            writer.writerows(made)
