"""What the command line reads from files: keys and sheets of spots. Every fault is told with its place."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from .areas import County
from .errors import BadArea
from .keys import Algorithm, Key, KeyRing
from .spots import Spot

SPOT_COLUMNS = tuple(one.name for one in fields(Spot))
NEEDED_COLUMNS = ("id", "name", "village_id")
SPOT_NUMBER_MOST = 2**24 - 1


class BadFile(Exception):
    """A file cannot be used; the message is one sentence that names it and the fault."""


def read_keys(path: str) -> KeyRing:
    """A key ring from a JSON file ``{"issuing": "a", "keys": {"a": "<hex>", "b": {"algorithm": "hmac-sm3", "secret": "<hex>"}}}``.

    Raises:
        BadFile: it cannot be read or holds no usable ring.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        keys = {key_id: _key(entry) for key_id, entry in data["keys"].items()}
        return KeyRing(keys, issuing=str(data.get("issuing", "")))
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({error.strerror}).") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadFile(f"{path}: is no key file ({error}). `gonzhi keys make` makes one.") from None


def key_states(path: str) -> dict[str, str]:
    """What a key file that :func:`read_keys` took says of its keys: ``retired`` or ``compromised``, by key id."""
    keys = json.loads(Path(path).read_text(encoding="utf-8"))["keys"]
    return {key_id: str(entry["state"]) for key_id, entry in keys.items() if isinstance(entry, dict) and entry.get("state")}


def _key(entry: str | dict[str, str]) -> Key:
    if isinstance(entry, str):
        return Key.sha256(bytes.fromhex(entry))
    return Key(Algorithm(entry["algorithm"]), bytes.fromhex(entry["secret"]))


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
    if not cells["id"].isdecimal() or not 1 <= int(cells["id"]) <= SPOT_NUMBER_MOST:
        raise ValueError(f"the id {cells['id']!r} is not a number from 1 to {SPOT_NUMBER_MOST}")
    if not cells["name"]:
        raise ValueError("the name is missing")
    issuer = cells.pop("issuer") or "0"
    if not issuer.isdecimal() or int(issuer) > 1023:
        raise ValueError(f"the issuer {issuer!r} is not a number from 0 to 1023")
    try:
        county.township(cells["village_id"])
    except BadArea as error:
        raise ValueError(str(error)) from None
    return Spot(id=int(cells.pop("id")), issuer=int(issuer), **cells)


def write_manifest(path: Path, made: Sequence[Mapping[str, object]]) -> None:
    """What was printed, as CSV that a spreadsheet opens: a row a poster. Nothing is written for no posters."""
    if made:
        # With a byte-order mark Excel reads UTF-8 as UTF-8.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(made[0]))
            writer.writeheader()
            writer.writerows(made)
