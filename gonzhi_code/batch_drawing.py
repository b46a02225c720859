"""Draws the posters of a batch into files: sign, draw, read back, write beside and rename, and say what was made.

The rule it keeps: a file under its own name is whole; a row counts as minted only when its code was read back from the path in
the file and verified. The same rows give the same bytes, whoever draws them and however often.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .areas import County
from .batch import SPOT_NUMBER_MOST, Plan, PlannedPoster, RowFault
from .batch_ledger import SERIAL_MOST
from .codes import Code, CodeSigner
from .errors import CannotDraw, GonzhiError
from .keys import KeyRing
from .posters import Press, Style, press_for, render_page
from .posters.margin import margin_of, reading_distance
from .posters.page import Page
from .posters.pdf import Still
from .posters.press import bind
from .qr import png, read_image, svg
from .spots import Spot

# Pixels of a module when a whole page is rendered to be read.
_PAGE_PIXELS = 3.0
_PLAIN_MM, _PLAIN_PIXELS = 60.0, 12
# Characters of a name, and of subject and address together, that fit every format in every village.
NAME_FITS, DETAIL_FITS = 18, 48
PICTURES = ("svg", "png")
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A good row with its numbers from the ledger."""

    row: int
    spot: Spot
    scene_key: str
    serial: int
    note: str = ""

    @classmethod
    def of(cls, poster: PlannedPoster, spot_id: int, serial: int) -> Numbered:
        """``poster`` with the numbers reserved for it."""
        return cls(poster.row, replace(poster.spot, id=spot_id), poster.scene_key, serial, poster.note)


@dataclass(frozen=True, slots=True)
class Unit:
    """What goes into one file, whole or not at all: its path within the batch's folder, and its rows."""

    path: str
    rows: tuple[Numbered, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """How a whole batch is made.

    Args:
        layout, style: of the posters; kind: ``pdf``, or ``svg`` and ``png`` for the code alone.
        issued_on, months: day of issue and validity.
        sample: every how manieth poster is also looked at as a whole page and asked how much it bears; 0 for none.
        whole_pages: whether pages can be rendered here.
    """

    layout: str
    style: Style
    kind: str
    issued_on: dt.date
    months: int
    sample: int
    whole_pages: bool


class Drawer:
    """Draws the files of one batch.

    Args:
        folder: of the batch, made where it is missing.
    """

    def __init__(self, order: Order, signer: CodeSigner, county: County, folder: Path) -> None:
        self.order, self.signer, self.county, self.folder = order, signer, county, folder
        self.press: Press = press_for(order.layout, county, order.style)

    def draw(self, unit: Unit) -> tuple[list[Record], list[tuple[int, str]]]:
        """Draw one file.

        Returns:
            A record of every poster in it, and (row, what is wrong) of those that could not be drawn.
        """
        records: list[Record] = []
        faults: list[tuple[int, str]] = []
        good: list[tuple[Code, Page, Still]] = []
        for row in unit.rows:
            try:
                code = self._issue(row)
                page, still = self.press.own(code, row.spot)
                records.append(self._record(row, code, page))
                good.append((code, page, still))
            except (GonzhiError, ValueError) as error:
                faults.append((row.row, str(error)))
        if good:
            data = self._file(good)
            digest = hashlib.sha256(data).hexdigest()[:16]
            for number, (record, (code, _, _)) in enumerate(zip(records, good, strict=True), 1):
                record |= {"file": unit.path, "page": number, "digest": digest}
                if record["sampled"] and self.order.kind == "pdf" and self.order.whole_pages:
                    self._look_at(data, record, code)
            self._write(unit.path, data)
        return records, faults

    def _issue(self, row: Numbered) -> Code:
        order = self.order
        return self.signer.issue(
            row.spot, scene_key=row.scene_key, serial=row.serial, issued_on=order.issued_on, validity_months=order.months
        )

    def _record(self, row: Numbered, code: Code, page: Page) -> Record:
        """What the manifest says of a poster that was drawn and read back."""
        (mark, url), = page.codes
        if self.signer.verify(url) != code.claims:
            raise CannotDraw(f"the drawn code of row {row.row} does not verify")
        sampled = bool(self.order.sample) and row.row % self.order.sample == 0
        margin = margin_of(mark, url) if sampled else None
        claims, spot = code.claims, row.spot
        return {
            "row": row.row, "token": code.token, "url": code.url, "poster_no": code.poster_no, "tail": code.tail,
            "spot_id": spot.id, "spot": spot.name, "place_id": spot.village_id, "place": self.county.place_name(spot.village_id),
            "address": spot.address, "subject": spot.subject_name, "scene_key": row.scene_key, "serial": row.serial,
            "issuer": spot.issuer, "key_id": claims.key_id, "issued_on": claims.issued_on.isoformat(),
            "qr_version": (mark.side - 17) // 4, "module_mm": round(mark.module, 3),
            "reading_m": round(reading_distance(mark.module), 2), "read_back": "yes", "sampled": sampled, "whole_page": "",
            "smallest_pixels": margin.smallest_pixels if margin else "", "largest_blur": margin.largest_blur if margin else "",
            "note": row.note,
        }  # fmt: skip

    def _file(self, drawn: Sequence[tuple[Code, Page, Still]]) -> bytes:
        (code, _, _), *more = drawn
        if self.order.kind == "svg" and not more:
            return svg(code.url, ecc=self.order.style.ecc, size_mm=_PLAIN_MM, title=code.poster_no).encode()
        if self.order.kind == "png" and not more:
            return png(code.url, ecc=self.order.style.ecc, module_pixels=_PLAIN_PIXELS)
        out = io.BytesIO()
        bind(((page, still, code.claims.issued_on) for code, page, still in drawn), out)
        return out.getvalue()

    def _look_at(self, data: bytes, record: Record, code: Code) -> None:
        """Render the finished page as a printer would and read its code.

        Raises:
            MalformedCode, CannotDraw: it does not read; then nothing of this file is handed out.
        """
        dpi = max(72, round(_PAGE_PIXELS * 25.4 / record["module_mm"]))
        if read_image(render_page(data, dpi, record["page"] - 1)) != code.url:
            raise CannotDraw(f"the page of row {record['row']} reads as something else")
        record["whole_page"] = f"{dpi} dpi"

    def _write(self, path: str, data: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(target.name + ".part")
        beside.write_bytes(data)
        os.replace(beside, target)


def check_kind(kind: str, layout: str, style: Style) -> None:
    """Refuse pictures of what is drawn as PDF only.

    Raises:
        CannotDraw: SVG or PNG of another layout than ``plain``, or with a logo.
    """
    if kind in PICTURES and (layout != "plain" or style.logo):
        raise CannotDraw(f"{kind} is for the layout plain, the code alone and without a logo; anything else is drawn as pdf")


def foresee(press: Press, plan: Plan, base_url: str) -> Plan:
    """``plan`` without the posters that cannot be drawn, which join its faults; nothing is numbered or kept.

    Every text is looked up in the fonts. Long ones are laid out with a code that no key has signed, for only they may be
    too long for their place.
    """
    nobody = CodeSigner(KeyRing({"0": bytes(32)}, "0"), base_url)
    good: list[PlannedPoster] = []
    faults = list(plan.faults)
    for poster in plan.posters:
        spot = poster.spot
        said = (spot.name, spot.subject_name, spot.address)
        try:
            press.check(" ".join(said))
            if len(spot.name) > NAME_FITS or len(spot.subject_name) + len(spot.address) > DETAIL_FITS:
                day = dt.date(2026, 1, 1)
                numbered = replace(spot, id=SPOT_NUMBER_MOST)
                code = nobody.issue(numbered, scene_key=poster.scene_key, serial=SERIAL_MOST, issued_on=day)
                press.own(code, numbered)
        except CannotDraw as error:
            faults.append(RowFault(poster.row, (str(error),)))
        else:
            good.append(poster)
    return Plan(tuple(good), tuple(sorted(faults, key=lambda fault: fault.row)))


def is_whole(folder: Path, path: str, digest: str) -> bool:
    """Whether a file of the batch is there as it was made."""
    try:
        return hashlib.sha256((folder / path).read_bytes()).hexdigest()[:16] == digest
    except OSError:
        return False


def units_of(rows: Sequence[Numbered], per_file: int, kind: str) -> list[Unit]:
    """Which rows go into which file: one each by township, or sheets of ``per_file`` posters."""
    if per_file > 1:
        parts = [tuple(rows[start : start + per_file]) for start in range(0, len(rows), per_file)]
        return [Unit(f"sheets/{number:05d}.pdf", part) for number, part in enumerate(parts, 1)]
    return [
        Unit(f"posters/{row.spot.village_id[:9]}/{row.scene_key}-{row.spot.issuer:04d}-{row.spot.id:08d}-{row.serial:04d}.{kind}", (row,))
        for row in rows
    ]

