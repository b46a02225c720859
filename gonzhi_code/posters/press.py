"""Draws many posters of one format: what posters of a scene share is laid out, cut and packed once, then only the rest.

The rules it keeps: no poster leaves without its code having been read back from the very path that goes into the file; what it
says of its place is what its code says.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from threading import Lock
from typing import BinaryIO

from ..areas import County
from ..codes import Code
from ..errors import CannotDraw
from ..spots import Spot
from .drawn_code import read_back
from .formats import Format
from .page import Page
from .pdf import Document, Still
from .sheet import ISSUED, Common, Sheet, Style, common_words, describe, typed_address
from .typeface import faces_with

# Numbers, codes and dates of posters, so that every page finds them in the shared fonts.
_SEED = "0123456789ABCDEFGHJKMNPQRSTVWXYZ- " + "".join(one for one in ISSUED.format(year=0, month=0) if not one.isascii())


class Press:
    """One format in one style for one county; keeps what its posters share. Safe to share between threads.

    Args:
        form: the print format.
        county: gives the names of places, the issuing body and telephone numbers; None leaves neutral ones.
        style: how posters are made.

    Raises:
        CannotDraw: the bigger font of the style cannot be read.
    """

    def __init__(self, form: Format, county: County | None = None, style: Style = Style()) -> None:  # noqa: B008 - frozen
        self.form, self.county, self.style = form, county, style
        self._faces = faces_with(style.font_path)
        self._shared: dict[tuple[str, str], tuple[Common, Still]] = {}
        self._making = Lock()

    def _share(self, scene_key: str, address: str) -> tuple[Common, Still]:
        with self._making:
            if (scene_key, address) not in self._shared:
                common = common_words(scene_key, address, self.county, self.style)
                page = self._empty()
                self.form.still(page, common)
                still = Still(page, _SEED, self.style.bleed)
                assert still.packed  # complete before another thread sees it
                self._shared[scene_key, address] = common, still
            return self._shared[scene_key, address]

    def _empty(self, title: str = "") -> Page:
        return Page(self.form.width, self.form.height, title=title, faces=self._faces)

    def check(self, text: str) -> None:
        """Refuse text that would print with holes.

        Raises:
            CannotDraw: no font has a glyph for some characters; each is named.
        """
        self._faces.plain.check(text)
        self._faces.strong.check(text)

    def sheet(self, code: Code, spot: Spot) -> Sheet:
        """The words of one poster.

        Raises: UnknownScene, BadArea; CannotDraw where the code is of another spot, or the spot has no name.
        """
        return self._described(code, spot)[0]

    def _described(self, code: Code, spot: Spot) -> tuple[Sheet, Still]:
        _check_same(code, spot)
        common, still = self._share(code.claims.scene_key, typed_address(code))
        return describe(code, spot, self.county, common), still

    def own(self, code: Code, spot: Spot) -> tuple[Page, Still]:
        """The marks that only this poster has, its code read back, and what it shares.

        Raises:
            CannotDraw: the code is of another spot, the spot has no name, a glyph is missing (it is named), words do not fit,
                or the drawn code does not read back.
            UnknownScene: the scene of the code is not installed.
            BadArea: the spot lies in no village of the county.
        """
        sheet, still = self._described(code, spot)
        page = self._empty(f"{sheet.common.headline} {sheet.place} {sheet.number}")
        self.form.draw(page, sheet)
        read_back(page)
        return page, still

    def page(self, code: Code, spot: Spot) -> Page:
        """All marks of one poster, for looking at them.

        Raises: as :meth:`own`.
        """
        page, still = self.own(code, spot)
        page.marks[:0] = still.page.marks
        return page

    def write(self, posters: Iterable[tuple[Code, Spot]], out: BinaryIO) -> None:
        """Write posters as one document, a page each, dated by the first; memory does not grow with their number.

        Raises: as :meth:`own`; CannotDraw where there are no posters. What was written until then is no document.
        """
        bind(((*self.own(code, spot), code.claims.issued_on) for code, spot in posters), out)

    def pdf(self, posters: Iterable[tuple[Code, Spot]]) -> bytes:
        """Posters as one document.

        Raises: as :meth:`write`.
        """
        out = io.BytesIO()
        self.write(posters, out)
        return out.getvalue()


def _check_same(code: Code, spot: Spot) -> None:
    """Refuse to print one place above the code of another: people would be sent to, and heard at, the wrong one.

    Raises:
        CannotDraw: number, place or issuer differ, or there is no name to print.
    """
    claims = code.claims
    if (claims.spot_id, claims.place_id, claims.issuer) != (spot.id, spot.village_id, spot.issuer):
        said = f"spot {claims.spot_id} of issuer {claims.issuer} in {claims.place_id}"
        raise CannotDraw(f"the code is of {said}, and the poster is for spot {spot.id} of issuer {spot.issuer} in {spot.village_id}")
    if not spot.name.strip():
        raise CannotDraw(f"spot {spot.id} has no name to print")


def bind(drawn: Iterable[tuple[Page, Still, dt.date]], out: BinaryIO) -> None:
    """Write what :meth:`Press.own` drew, each page with its day, as one document dated by the first.

    Raises:
        CannotDraw: there are no pages.
    """
    document: Document | None = None
    for page, still, day in drawn:
        document = document or Document(out, day)
        document.add(still, page)
    if document is None:
        raise CannotDraw("no posters to draw")
    document.close()
