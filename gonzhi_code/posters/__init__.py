"""Posters: a code, the place where it hangs and its words on paper, as PDF.

One module of this package is one print format (``a4.py``); a new format is one new file with a ``FORMAT`` in it, and nothing
else changes. Every poster is read back by an independent decoder before it is handed out, a character without a glyph is
refused by name, a code is never printed with the words of another spot, and the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..areas import County
from ..codes import Code
from ..spots import Spot
from .formats import Format, find_formats, format_named
from .page import Page
from .press import Press
from .preview import render_page
from .sheet import Style

__all__ = ["LAYOUTS", "Format", "Press", "Style", "poster_pdf", "posters_pdf", "press_for", "render_page", "save_poster"]

LAYOUTS = find_formats()
_PLAIN_STYLE = Style()


def press_for(layout: str = "a4", county: County | None = None, style: Style = _PLAIN_STYLE) -> Press:
    """A press for many posters of one format; keep it, for it lays out and packs only once what they share.

    Args:
        layout: name of a print format.
        county: gives the names of places, the issuing body and telephone numbers; None leaves neutral ones.
        style: large type, bleed and crop marks, error correction, logo, a bigger font.

    Raises:
        CannotDraw: no such format, or the bigger font cannot be read.
    """
    return Press(format_named(LAYOUTS, layout), county, style)


def poster_page(code: Code, spot: Spot, layout: str = "a4", county: County | None = None, style: Style = _PLAIN_STYLE) -> Page:
    """One poster as marks on a page, its code read back.

    Raises: as :func:`poster_pdf`.
    """
    return press_for(layout, county, style).page(code, spot)


def posters_pdf(
    posters: Iterable[tuple[Code, Spot]], layout: str = "a4", county: County | None = None, style: Style = _PLAIN_STYLE
) -> bytes:
    """Many posters as one document, a page each, dated by the first code; smaller and faster than one document a poster.

    Args:
        posters: codes with the spots they are posted at, in the order of the pages.
        layout: name of a print format.
        county: gives the names of places, the issuing body and telephone numbers; None leaves neutral ones.
        style: large type, bleed and crop marks, error correction, logo, a bigger font.

    Raises:
        CannotDraw: there are no posters, no such format, a code is of another spot than the one it comes with, a spot has no
            name, a glyph is missing (it is named), words do not fit, or the drawn code does not read back.
        UnknownScene: the scene of a code is not installed.
        BadArea: a spot lies in no village of ``county``.
    """
    return press_for(layout, county, style).pdf(posters)


def poster_pdf(code: Code, spot: Spot, layout: str = "a4", county: County | None = None, style: Style = _PLAIN_STYLE) -> bytes:
    """The poster of one code as a PDF file.

    Raises: as :func:`posters_pdf`.
    """
    return posters_pdf([(code, spot)], layout, county, style)


def save_poster(
    code: Code, spot: Spot, path: str | Path, layout: str = "a4", county: County | None = None, style: Style = _PLAIN_STYLE
) -> None:
    """Write the poster of one code to a file; nothing is written when it cannot be drawn.

    Raises: as :func:`posters_pdf`; OSError where the file cannot be written.
    """
    Path(path).write_bytes(poster_pdf(code, spot, layout, county, style))
