"""The code on a page: put there as runs of modules, and read back from those runs by a decoder that is not ours.

What is read back is what goes into the file, laid on a grid of pixels as a printer does, its edges pushed to whole pixels. The
grid is coarse: an office printer has four times as many dots. A code that a telephone would read differently never leaves
the house.
"""

from __future__ import annotations

import re

import zxingcpp
from PIL import Image

from ..errors import CannotDraw
from ..qr import QUIET_ZONE
from ..qr_matrix import flat_modules
from .page import BLACK, CodeMark, Ink, Page

# Pixels of one module when reading back. Not a whole number, so that edges fall between pixels as they do on a press.
_PIXELS = 2.6
# A logo may hide this part of the code, at levels Q and H; at M a hidden spot costs too much of what mends the rest.
LOGO_AREA_MOST = 0.08
LOGO_LEVELS = ("Q", "H")
_DARK_RUN = re.compile(rb"\x01+")
_SPAN = re.Match.span
_MODULES_MOST = 177  # of a side, at version 40
_DARK = tuple(bytes(length) for length in range(_MODULES_MOST + 1))
_ONLY_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def put_code(
    page: Page, x: float, y: float, side: float, url: str, *, ecc: str = "Q", logo: str = "", ink: Ink = BLACK, from_rim: bool = False
) -> CodeMark:
    """Put the code of ``url`` on the page, so large that it fills ``side`` with its white rim; returns its mark.

    Args:
        x: left edge of the dark part, which lines up with text above and below.
        y: upper edge of the white rim; nothing else may stand between ``y`` and ``y + side``.
        from_rim: ``x`` is the left edge of the white rim instead.
        ecc: error correction level.
        logo: SVG path data on a grid of 48 units to be filled in ``ink`` in the middle, ``""`` for none.

    Raises:
        CannotDraw: the text is too long for a code, or a logo is wanted at a level that cannot bear one.
    """
    flat, modules = flat_modules(url, ecc)
    module = side / (modules + 2 * QUIET_ZONE)
    x += QUIET_ZONE * module if from_rim else 0
    rows = [flat[start : start + modules] for start in range(0, modules * modules, modules)]
    hole = logo_hole(modules, ecc) if logo else (0, 0)
    if logo:
        start, wide = hole
        for row in range(start, start + wide):
            rows[row] = rows[row][:start] + bytes(wide) + rows[row][start + wide :]
    # With the rim before, behind and between the rows the places of modules are those in the whole square.
    rim = bytes(QUIET_ZONE * (modules + 2 * QUIET_ZONE) + QUIET_ZONE)
    runs = tuple(map(_SPAN, _DARK_RUN.finditer(rim + bytes(2 * QUIET_ZONE).join(rows))))
    mark = CodeMark(x, y + QUIET_ZONE * module, module, modules, runs, hole)
    page.code(mark, url)
    if logo:
        # Half a module of white on each side keeps the logo from growing into the code.
        corner = (hole[0] + 0.5) * module
        page.outline(mark.x + corner, mark.y + corner, (hole[1] - 1) * module / 48, logo, ink=ink)
    return mark


def logo_hole(modules: int, ecc: str) -> tuple[int, int]:
    """First row or column, and modules, of the largest square in the middle that a logo may hide.

    Raises:
        CannotDraw: the level is not Q or H.
    """
    if ecc not in LOGO_LEVELS:
        raise CannotDraw(f"a logo in the code needs level {' or '.join(LOGO_LEVELS)}, not {ecc}")
    wide = int((LOGO_AREA_MOST * modules * modules) ** 0.5)
    wide -= (modules - wide) % 2  # centred on whole modules
    return (modules - wide) // 2, wide


def read_back(page: Page) -> None:
    """Decode every code on the page from its runs.

    Raises:
        CannotDraw: a code does not read, or reads as something else.
    """
    for mark, url in page.codes:
        # A logo is drawn in any colour, so the code must read with a light patch in the middle and with a dark one.
        for fill in (255, 0) if mark.hole[1] else (255,):
            texts = decode(rasterise(mark, _PIXELS, fill))
            if not texts:
                raise CannotDraw(f"the drawn code of {url!r} does not read back")
            if texts != [url]:
                raise CannotDraw(f"the drawn code reads as {texts[0]!r} and not as {url!r}")


def decode(picture: Image.Image) -> list[str]:
    """What zxing-cpp reads in a picture of one upright code."""
    found = zxingcpp.read_barcodes(
        picture, formats=_ONLY_QR, text_mode=zxingcpp.TextMode.Plain, try_rotate=False, try_downscale=False, try_invert=False
    )
    return [str(code.text) for code in found]


def rasterise(mark: CodeMark, pixels: float, hole_fill: int = 255) -> Image.Image:
    """The runs on a grid of ``pixels`` a module, within their white rim; a pixel is dark where its middle is."""
    side, dark = mark.side + 2 * QUIET_ZONE, _DARK
    grid = bytearray(b"\xff") * (side * side)
    for first, end in mark.runs:
        grid[first:end] = dark[end - first]
    hole, wide = mark.hole
    for row in range(hole + QUIET_ZONE, hole + wide + QUIET_ZONE):
        at = row * side + hole + QUIET_ZONE
        grid[at : at + wide] = bytes([hole_fill]) * wide
    size = round(side * pixels)
    return Image.frombytes("L", (side, side), bytes(grid)).resize((size, size), Image.Resampling.NEAREST)
