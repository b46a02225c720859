"""Making a batch: minted in small units of work, drawn, read back, bound and listed; by the worker, a little at a time.

The rule it keeps: the row of the sheet and the code it became are written in one transaction, so a worker that is killed at any
moment goes on without minting twice; a row counts as done only when its code was read back out of the drawn poster. A file
appears under its name when it is whole.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gonzhi_code.batch_drawing import Drawer, Numbered, Order, Unit
from gonzhi_code.batch_folder import Journal
from gonzhi_code.batch_manifest import write_csv, write_xlsx, write_zip
from gonzhi_code.codes import Code
from gonzhi_code.errors import GonzhiError
from gonzhi_code.scenes import scene_key_of
from gonzhi_code.spots import Spot
from service.store import batches, codes, posters

from .batches import TOGETHER, batch_folder, wish_of
from .code_keys import KeyOutOfUse
from .codes import mint_in
from .context import Hub
from .posting import Life, write_step

SECONDS_A_RUN = 2.0
"""After this long a run leaves the rest to the next, so that other jobs have their turn."""
ZIP, CSV, XLSX = "posters.zip", "manifest.csv", "manifest.xlsx"
_drawers: dict[int, Drawer] = {}


class RegistryDrawer(Drawer):
    """Draws codes that the registry has minted already, whichever key signed them."""

    tokens: dict[int, str]

    def _issue(self, row: Numbered) -> Code:
        token = self.tokens[row.row]
        return Code(self.signer.base_url + token, token, self.signer.verify(token))


def run_batches(hub: Hub, now: Callable[[], float] = time.monotonic) -> int:
    """Go on with the oldest batch that is being made, for a moment. Returns how many posters were finished."""
    began, done = now(), 0
    while now() - began < SECONDS_A_RUN:
        with hub.store.read() as tx:
            batch = batches.running_batch(tx)
        if batch is None:
            break
        try:
            made = _step(hub, batch)
        except (GonzhiError, KeyOutOfUse, OSError) as error:
            with hub.store.write() as tx:
                batches.change_batch(tx, batch["id"], state="failed", last_error=str(error)[:500])
            break
        done += made
    return done


def _step(hub: Hub, batch: dict[str, Any]) -> int:
    """One file or some fifty posters: mint what is next, draw what is minted; at the end the lists."""
    with hub.store.read() as tx:
        waiting = batches.undrawn_rows(tx, batch["id"])
    if not waiting and not _mint(hub, batch):
        _finish(hub, batch)
        return 0
    with hub.store.read() as tx:
        waiting = waiting or batches.undrawn_rows(tx, batch["id"])
    return _draw(hub, batch, waiting)


def _mint(hub: Hub, batch: dict[str, Any]) -> int:
    """Mint the next rows, all of them or none. Returns how many."""
    day = dt.date.fromisoformat(batch["options"]["issued_on"])
    with hub.store.write() as tx:
        # Two workers that think the batch theirs come one after the other, and the second finds these rows minted.
        batches.find_batch(tx, batch["id"], lock=True)
        rows = batches.unminted_rows(tx, batch["id"], TOGETHER)
        for row in rows:
            spot = Spot(**row["data"]["spot"])
            if not spot.id:
                known = batches.find_spot_id(tx, spot.issuer, spot.village_id, spot.name, spot.address, spot.subject_name)
                spot = replace(spot, id=known or codes.next_spot_id(tx, spot.issuer))
            code = mint_in(hub, tx, spot, row["data"]["scene_key"], by=batch["made_by"], note=f"batch {batch['id']}", issued_on=day)
            poster = posters.find_poster(tx, code.token)
            assert poster is not None
            batches.note_batch_code(tx, batch["id"], row["row_no"], poster["id"])
    return len(rows)


def _drawer(hub: Hub, batch: dict[str, Any]) -> RegistryDrawer:
    """The drawer of a batch; what its posters share is laid out once."""
    known = _drawers.get(batch["id"])
    if isinstance(known, RegistryDrawer) and known.signer is hub.signer:
        return known
    wish = wish_of(batch)
    order = Order(wish.layout, wish.style, "pdf", dt.date.fromisoformat(batch["options"]["issued_on"]), 0, 0, False)
    _drawers.clear()
    made = RegistryDrawer(order, hub.signer, hub.county, batch_folder(hub, batch["id"]))
    _drawers[batch["id"]] = made
    return made


def _draw(hub: Hub, batch: dict[str, Any], rows: list[dict[str, Any]]) -> int:
    drawer = _drawer(hub, batch)
    drawer.tokens = {row["row_no"]: row["token"] for row in rows}
    numbered = [
        Numbered(row["row_no"], replace(Spot(**row["data"]["spot"]), id=row["spot_id"]), scene_key_of(row["scene_code"]), row["serial"], row["data"]["note"])
        for row in rows
    ]
    records: list[dict[str, Any]] = []
    faults: list[tuple[int, str]] = []
    for unit in _units(numbered, wish_of(batch).together):
        drawn, refused = drawer.draw(unit)
        records += drawn
        faults += refused
    Journal(drawer.folder).add(records)
    tokens = {row["row_no"]: row["token"] for row in rows}
    with hub.store.write() as tx:
        for record in records:
            batches.change_row(tx, batch["id"], record["row"], readback="read")
        for row_no, problem in faults:
            batches.change_row(tx, batch["id"], row_no, problem=problem, readback="refused")
            poster = posters.find_poster(tx, tokens[row_no], lock=True)
            if poster is not None:
                write_step(hub, tx, poster, Life.RETIRED, by=batch["made_by"], note=problem)
        fresh = batches.find_batch(tx, batch["id"], lock=True)
        assert fresh is not None
        batches.change_batch(
            tx, batch["id"], done_count=fresh["done_count"] + len(records), bad_count=fresh["bad_count"] + len(faults), heartbeat_at=hub.clock()
        )
    return len(records)


def _units(rows: list[Numbered], together: bool) -> list[Unit]:
    if together:
        return [Unit(f"sheets/{rows[0].row:06d}.pdf", tuple(rows))]
    return [
        Unit(f"posters/{row.spot.village_id[:9]}/{row.scene_key}-{row.spot.issuer:04d}-{row.spot.id:08d}-{row.serial:04d}.pdf", (row,)) for row in rows
    ]


def _finish(hub: Hub, batch: dict[str, Any]) -> None:
    """The lists and the archive, and then the word that it is done."""
    folder, day = batch_folder(hub, batch["id"]), dt.date.fromisoformat(batch["options"]["issued_on"])
    journal = Journal(folder)
    write_csv(folder / CSV, journal.records())
    write_xlsx(folder / XLSX, journal.records(), day)
    write_zip(folder / ZIP, folder, [*(record["file"] for record in journal.records()), CSV, XLSX], day)
    _drawers.pop(batch["id"], None)
    with hub.store.write() as tx:
        batches.change_batch(tx, batch["id"], state="done", finished_at=hub.clock())
