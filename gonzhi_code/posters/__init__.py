"""Posters: a code, the place where it hangs and its words on paper, as PDF.

One module of this package is one print format (``a4.py``); a new format is one new file with a ``FORMAT`` in it, and nothing
else changes. Every poster is read back by an independent decoder before it is handed out, a character without a glyph is
refused by name, and the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..areas import County
from ..codes import Code
from ..errors import CannotDraw
from ..spots import Spot
from .drawn_code import read_back
from .formats import Format, find_formats
from .page import Page
from .pdf import write
from .preview import render_page
from .sheet import describe

__all__ = ["LAYOUTS", "Format", "poster_pdf", "posters_pdf", "render_page", "save_poster"]

LAYOUTS = find_formats()


def poster_page(code: Code, spot: Spot, layout: str = "a4", county: County | None = None) -> Page:
    """One poster as marks on a page, its code read back.

    Raises: as :func:`poster_pdf`.
    """
    if layout not in LAYOUTS:
        raise CannotDraw(f"no print format {layout!r}; there are {', '.join(sorted(LAYOUTS))}")
    form, sheet = LAYOUTS[layout], describe(code, spot, county)
    page = Page(form.width, form.height, title=f"{sheet.headline} {sheet.place} {sheet.number}")
    form.draw(page, sheet)
    read_back(page)
    return page


def posters_pdf(posters: Iterable[tuple[Code, Spot]], layout: str = "a4", county: County | None = None) -> bytes:
    """Many posters as one document, a page each, dated by the newest code; faster than one document a poster.

    Args:
        posters: codes with the spots they are posted at, in the order of the pages.
        layout: name of a print format.
        county: gives the names of places, the issuing body and telephone numbers; None leaves neutral ones.

    Raises:
        CannotDraw: there are no posters, no such format, a glyph is missing (it is named), words do not fit, or the drawn
            code does not read back.
        UnknownScene: the scene of a code is not installed.
        BadArea: a spot lies in no village of ``county``.
    """
    batch = list(posters)
    if not batch:
        raise CannotDraw("no posters to draw")
    pages = [poster_page(code, spot, layout, county) for code, spot in batch]
    return write(pages, max(code.claims.issued_on for code, _ in batch))


def poster_pdf(code: Code, spot: Spot, layout: str = "a4", county: County | None = None) -> bytes:
    """The poster of one code as a PDF file.

    Raises: as :func:`posters_pdf`.
    """
    return posters_pdf([(code, spot)], layout, county)


def save_poster(code: Code, spot: Spot, path: str | Path, layout: str = "a4", county: County | None = None) -> None:
    """Write the poster of one code to a file; nothing is written when it cannot be drawn.

    Raises: as :func:`posters_pdf`; OSError where the file cannot be written.
    """
    Path(path).write_bytes(poster_pdf(code, spot, layout, county))
