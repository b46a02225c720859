"""The code alone with its white rim, 60 mm wide, to be set into something else; as PDF here, as PNG and SVG by qr.py."""

from __future__ import annotations

from .drawn_code import put_code
from .formats import Format
from .page import Page
from .sheet import Sheet

SIDE = 60.0


def draw(page: Page, sheet: Sheet) -> None:
    """Put the code, and nothing else."""
    style = sheet.common.style
    put_code(page, 0, 0, SIDE, sheet.url, ecc=style.ecc, logo=style.logo, ink=sheet.common.colour, from_rim=True)


FORMAT = Format("plain", SIDE, SIDE, draw)
