"""The code on a page: put there as boxes, and read back from those boxes by a decoder that is not ours.

What is read back is what goes into the file. A code that a telephone would read differently never leaves the house.
"""

from __future__ import annotations

from PIL import Image, ImageDraw

from ..errors import CannotDraw, MalformedCode
from ..qr import QUIET_ZONE, matrix, read_image, rectangles
from .page import BLACK, BoxesMark, Page

_PIXELS = 4  # a module, when reading back


def put_code(page: Page, x: float, y: float, side: float, url: str) -> None:
    """Put the code of ``url`` on the page, so large that it fills ``side`` with its white rim, however many modules it has.

    Args:
        x: left edge of the dark part, which lines up with text above and below.
        y: upper edge of the white rim; nothing else may stand between ``y`` and ``y + side``.

    Raises:
        CannotDraw: the text is too long for a code.
    """
    symbol = matrix(url)
    module = side / (len(symbol) + 2 * QUIET_ZONE)
    left = x - QUIET_ZONE * module
    boxes = tuple(
        (left + column * module, y + row * module, wide * module, high * module)
        for column, row, wide, high in rectangles(symbol, text=url)
    )
    page.code(BoxesMark(boxes, BLACK), url)


def read_back(page: Page) -> None:
    """Decode every code on the page from its boxes.

    Raises:
        CannotDraw: a code does not read, or reads as something else.
    """
    for mark, url in page.codes:
        try:
            text = read_image(_rasterise(mark))
        except MalformedCode as error:
            raise CannotDraw(f"the drawn code of {url!r} does not read back: {error.detail}") from None
        if text != url:
            raise CannotDraw(f"the drawn code reads as {text!r} and not as {url!r}")


def _rasterise(mark: BoxesMark) -> Image.Image:
    """The boxes in pixels, within their white rim."""
    left, top = min(box[0] for box in mark.boxes), min(box[1] for box in mark.boxes)
    right = max(x + width for x, _, width, _ in mark.boxes)
    scale = _PIXELS / min(min(width, height) for _, _, width, height in mark.boxes)
    rim = QUIET_ZONE * _PIXELS
    side = round((right - left) * scale) + 2 * rim
    picture = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, width, height in mark.boxes:
        x0, y0, x1, y1 = (x - left) * scale, (y - top) * scale, (x + width - left) * scale, (y + height - top) * scale
        # Pillow counts the second corner as inside the box.
        pen.rectangle((round(x0) + rim, round(y0) + rim, round(x1) + rim - 1, round(y1) + rim - 1), fill=0)
    return picture
