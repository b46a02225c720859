"""The code on a page: put there as boxes, and read back from those boxes by a decoder that is not ours.

What is read back is what goes into the file. A code that a telephone would read differently never leaves the house.
"""

from __future__ import annotations

from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageDraw

from ..errors import CannotDraw
from ..qr_matrix import matrix
from .page import Page

QUIET = 4  # modules of white on each side, ISO/IEC 18004
_PIXELS = 4  # a module, when reading back

Run = tuple[int, int, int, int]


def put_code(page: Page, x: float, y: float, side: float, url: str) -> float:
    """Put the code of ``url`` on the page; ``side`` is its width without the white rim. Returns the width of the rim.

    Raises:
        CannotDraw: the text is too long for a code.
    """
    symbol = matrix(url)
    page.code(x, y, side, dark_runs(symbol), len(symbol), url)
    return QUIET * side / len(symbol)


def dark_runs(symbol: tuple[tuple[bool, ...], ...]) -> Iterator[Run]:
    """Runs of dark modules (left, top, width, height): along each row, then joined downwards where they are alike."""
    open_runs: dict[tuple[int, int], int] = {}  # (left, width) -> the row in which the run began
    for top, row in enumerate((*symbol, ())):
        runs = set(_in_row(row))
        for run in [run for run in open_runs if run not in runs]:
            began = open_runs.pop(run)
            yield run[0], began, run[1], top - began
        for run in sorted(runs - open_runs.keys()):
            open_runs[run] = top


def _in_row(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    left = None
    for column, dark in enumerate((*row, False)):
        if dark and left is None:
            left = column
        elif not dark and left is not None:
            yield left, column - left
            left = None


def read_back(page: Page) -> None:
    """Decode every code on the page from its boxes.

    Raises:
        CannotDraw: a code does not read, or reads as something else.
    """
    for mark, url in page.codes:
        left, top = min(box[0] for box in mark.boxes), min(box[1] for box in mark.boxes)
        module = min(min(box[2], box[3]) for box in mark.boxes)
        scale = _PIXELS / module
        side = round((max(box[0] + box[2] for box in mark.boxes) - left) * scale) + 2 * QUIET * _PIXELS
        picture = Image.new("L", (side, side), 255)
        pen = ImageDraw.Draw(picture)
        for x, y, width, height in mark.boxes:
            x0, y0 = (x - left) * scale + QUIET * _PIXELS, (y - top) * scale + QUIET * _PIXELS
            # The second corner is the last pixel inside the box.
            pen.rectangle((round(x0), round(y0), round(x0 + width * scale) - 1, round(y0 + height * scale) - 1), fill=0)
        found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        texts = [one.text for one in found]
        if texts != [url]:
            raise CannotDraw(f"the drawn code reads as {texts!r} and not as {url!r}")
