"""Batches from the desk: a sheet is uploaded, looked at with every bad row, begun, and fetched when it is done.

The rule it keeps: nothing is minted before somebody has seen what is wrong with the sheet and begun it; bad rows stop no good
one. The making itself is the worker's (batch_making.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gonzhi_code.batch import Plan, plan_batch
from gonzhi_code.batch_columns import COLUMNS, Matched, match_columns
from gonzhi_code.batch_drawing import foresee
from gonzhi_code.batch_sheet import SheetRows, parse_sheet
from gonzhi_code.posters import LAYOUTS, Style, press_for
from gonzhi_code.scene import UNIFIED_KEY
from gonzhi_code.spots import Spot
from service.store import audit, batches, codes
from service.store.engine import Tx

from .accounts import User
from .codes import check_key
from .context import Hub

SHEET = "sheet"
"""The uploaded file, in the folder of its batch."""
TOGETHER = 50
"""Posters in one file where they are bound together."""
CLASHES = "the number is that of another spot"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a batch is made.

    Args:
        layout: print format; scene_key: for rows that name none; large, bleed: see ``Style``.
        together: many posters to a file instead of one.
        columns: which heading is which column, where somebody said so: key -> heading, ``""`` for none.
    """

    layout: str = "a4"
    scene_key: str = UNIFIED_KEY
    large: bool = False
    bleed: bool = False
    together: bool = False
    columns: Mapping[str, str] | None = None

    @property
    def style(self) -> Style:
        """How its posters are drawn."""
        return Style(large=self.large, bleed=self.bleed)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a sheet: its headings, which column is which, and whether it can be used at all."""

    headings: tuple[str, ...]
    matched: Matched
    usable: bool


def batch_folder(hub: Hub, batch_id: int) -> Path:
    """Where a batch and its posters lie."""
    return hub.settings.var_dir / "batches" / f"{batch_id:06d}"


def wish_of(row: Mapping[str, Any]) -> Wish:
    """How a stored batch is made."""
    known = Wish.__dataclass_fields__
    return Wish(**{name: value for name, value in row["options"].items() if name in known})


def upload(hub: Hub, user: User, name: str, data: bytes, wish: Wish) -> int:
    """Take a sheet and look at it.

    Returns:
        The number of the batch.

    Raises:
        BadSheet: it cannot be read as a sheet.
    """
    sheet = parse_sheet(data, name)
    with hub.store.write() as tx:
        row = {"name": name[:120], "layout": wish.layout, "made_by": user.username, "made_at": hub.clock(), "state": "uploaded", "options": asdict(wish)}
        batch_id = batches.add_batch(tx, row)
        folder = batch_folder(hub, batch_id)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SHEET).write_bytes(data)
        _plan(hub, tx, batch_id, sheet, wish)
        audit.add_audit(tx, hub.clock(), user.username, "batch.upload", detail={"batch": batch_id, "name": row["name"]})
    return batch_id


def choose_columns(hub: Hub, batch_id: int, columns: Mapping[str, str]) -> None:
    """Look at the sheet again, with what somebody said of its columns.

    Raises:
        ValueError: a heading is not in the sheet.
    """
    sheet = _sheet(hub, batch_id)
    with hub.store.write() as tx:
        row = batches.find_batch(tx, batch_id, lock=True)
        if row is None or row["state"] != "uploaded":
            return
        options = {**row["options"], "columns": dict(columns)}
        batches.change_batch(tx, batch_id, options=options)
        _plan(hub, tx, batch_id, sheet, wish_of({"options": options}))


def look(hub: Hub, row: Mapping[str, Any]) -> Looked:
    """What stands in the sheet of a batch."""
    sheet = _sheet(hub, row["id"])
    matched = match_columns(sheet.headings, wish_of(row).columns)
    return Looked(sheet.headings, matched, usable(matched))


def usable(matched: Matched) -> bool:
    """Whether there is at least a name and a place to each row, and nothing that is needed is unclear."""
    unclear = [one for one in matched.unclear if one.column.needed or one.candidates]
    return not unclear and "spot" in matched.places and bool({"village", "village_id", "township"} & set(matched.places))


def _sheet(hub: Hub, batch_id: int) -> SheetRows:
    return parse_sheet((batch_folder(hub, batch_id) / SHEET).read_bytes(), SHEET)


def _plan(hub: Hub, tx: Tx, batch_id: int, sheet: SheetRows, wish: Wish) -> None:
    matched = match_columns(sheet.headings, wish.columns)
    plan = Plan((), ())
    if usable(matched):
        plan = plan_batch(sheet, matched, hub.county, scene_key=wish.scene_key)
        plan = foresee(press_for(wish.layout, hub.county, wish.style), plan, hub.signer.base_url)
    rows: list[dict[str, Any]] = [{"row_no": fault.row, "data": {}, "problem": "; ".join(fault.problems)} for fault in plan.faults]
    for poster in plan.posters:
        data = {"spot": asdict(poster.spot), "scene_key": poster.scene_key, "note": poster.note}
        rows.append({"row_no": poster.row, "data": data, "problem": CLASHES if _clashes(tx, poster.spot) else ""})
    batches.replace_rows(tx, batch_id, rows)
    bad = sum(bool(row["problem"]) for row in rows)
    batches.change_batch(tx, batch_id, row_count=len(rows), bad_count=bad)


def _clashes(tx: Tx, spot: Spot) -> bool:
    """Whether a number that the sheet gives belongs to another spot, which minting would rename."""
    known = codes.get_spot(tx, spot.issuer, spot.id) if spot.id else None
    return known is not None and (known.village_id, known.name) != (spot.village_id, spot.name)


def begin(hub: Hub, user: User, batch_id: int) -> bool:
    """Begin a batch, or go on with one that was stopped or failed. Returns False where there is nothing to begin.

    Raises:
        KeyOutOfUse: the issuing key was retired or compromised.
    """
    with hub.store.write() as tx:
        row = batches.find_batch(tx, batch_id, lock=True)
        if row is None or row["state"] not in ("uploaded", "stopped", "failed") or row["row_count"] == row["bad_count"]:
            return False
        check_key(hub, tx)
        # Begun yesterday and gone on with today, it is still a batch of yesterday.
        options = {"issued_on": hub.today().isoformat(), **row["options"], "begun_at": hub.clock().isoformat(), "done_before": row["done_count"]}
        batches.change_batch(tx, batch_id, state="running", options=options, heartbeat_at=hub.clock(), last_error="")
        audit.add_audit(tx, hub.clock(), user.username, "batch.begin", detail={"batch": batch_id})
    hub.waker.wake()
    return True


def stop(hub: Hub, user: User, batch_id: int) -> None:
    """Stop a batch that is being made; it can go on later."""
    with hub.store.write() as tx:
        row = batches.find_batch(tx, batch_id, lock=True)
        if row is not None and row["state"] == "running":
            batches.change_batch(tx, batch_id, state="stopped")
            audit.add_audit(tx, hub.clock(), user.username, "batch.stop", detail={"batch": batch_id})


def find(hub: Hub, batch_id: int) -> dict[str, Any] | None:
    """A batch by its number."""
    with hub.store.read() as tx:
        return batches.find_batch(tx, batch_id)


def list_batches(hub: Hub) -> list[dict[str, Any]]:
    """The newest batches."""
    with hub.store.read() as tx:
        return batches.all_batches(tx)


def rows_of(hub: Hub, batch_id: int, *, good: bool, limit: int) -> list[dict[str, Any]]:
    """The good or the bad rows of a batch."""
    with hub.store.read() as tx:
        return batches.rows_of(tx, batch_id, good=good, limit=limit)


COLUMN_KEYS = tuple(column.key for column in COLUMNS)
LAYOUT_NAMES = tuple(sorted(LAYOUTS))
