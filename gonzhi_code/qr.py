"""QR codes to look at: PNG, SVG and a vector path for PDF, and the reader of pictures.

The rule it keeps: nothing is handed out that a real decoder (zxing-cpp) did not read back first, from the very geometry
that is handed out. Every drawing has the quiet zone of four modules that ISO/IEC 18004 section 9.1 asks for.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

import zxingcpp
from PIL import Image, ImageDraw, UnidentifiedImageError

from .errors import CannotDraw, MalformedCode
from .qr_matrix import Matrix, matrix, version

__all__ = ["QUIET_ZONE", "Matrix", "Rect", "matrix", "path", "png", "read_image", "rectangles", "svg", "version"]

QUIET_ZONE = 4
# A photograph of a phone has 12 to 50 million pixels; more is an attack on the memory.
PIXELS_MAX = 60_000_000

# What Pillow's readers raise for files that are broken, cut off, hostile or no pictures at all.
_UNREADABLE = (
    UnidentifiedImageError, Image.DecompressionBombError, OSError, EOFError, SyntaxError, ValueError, TypeError,
    LookupError, OverflowError, struct.error, zlib.error,
)  # fmt: skip

Rect = tuple[int, int, int, int]

_LIGHT, _DARK = 255, 0
_READ_BACK_PIXELS = 4
_ONLY_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_SUBPATH = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-\3z")


def rectangles(modules: Matrix, *, text: str = "") -> list[Rect]:
    """The dark modules as few rectangles: runs along a row, joined downwards where equal runs stand below each other.

    Args:
        modules: what ``matrix`` returned.
        text: what must be read back; ``""`` where any reading will do.

    Returns:
        (x, y, width, height) in modules, y downwards, from the corner of the quiet zone: the whole drawing is a square of
        ``len(modules) + 8`` modules.

    Raises:
        CannotDraw: the drawing does not read back.
    """
    found = _merge(modules)
    _check(_paint(found, len(modules) + 2 * QUIET_ZONE), text)
    return found


def path(modules: Matrix, *, text: str = "") -> str:
    """The dark modules as one SVG path, in the coordinates of ``rectangles``; fill it, do not stroke it.

    Args:
        modules: what ``matrix`` returned.
        text: what must be read back; ``""`` where any reading will do.

    Raises:
        CannotDraw: the drawing does not read back.
    """
    drawn = "".join(f"M{x} {y}h{width}v{height}h-{width}z" for x, y, width, height in _merge(modules))
    _check(_paint(_parse(drawn), len(modules) + 2 * QUIET_ZONE), text)
    return drawn


def svg(text: str, *, ecc: str = "Q", size_mm: float | None = None, title: str = "") -> str:
    """An SVG picture: a white square and one path.

    Args:
        text: what readers shall read.
        ecc: error correction level, ``"L"``, ``"M"``, ``"Q"`` or ``"H"``.
        size_mm: printed side with the quiet zone, in millimetres; left out, it fills what it is put in.
        title: what a screen reader says of it.

    Raises:
        CannotDraw: the text does not fit, or the drawing does not read back.
        ValueError: no such level, or a size that is not above zero.
    """
    if size_mm is not None and not size_mm > 0:
        raise ValueError(f"size_mm is above zero, not {size_mm!r}")
    modules = matrix(text, ecc)
    side = len(modules) + 2 * QUIET_ZONE
    size = f' width="{size_mm:g}mm" height="{size_mm:g}mm"' if size_mm is not None else ""
    named = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"{size} shape-rendering="crispEdges" role="img">'
        f'{named}<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path(modules, text=text)}"/></svg>'
    )


def png(text: str, *, ecc: str = "Q", module_pixels: int = 10) -> bytes:
    """A black-and-white PNG picture.

    Args:
        text: what readers shall read.
        ecc: error correction level, ``"L"``, ``"M"``, ``"Q"`` or ``"H"``.
        module_pixels: side of one module, 1 to 100 pixels.

    Raises:
        CannotDraw: the text does not fit, or the picture does not read back.
        ValueError: no such level or size.
    """
    if not 1 <= module_pixels <= 100:
        raise ValueError(f"module_pixels is from 1 to 100, not {module_pixels!r}")
    modules = matrix(text, ecc)
    side = len(modules) + 2 * QUIET_ZONE
    picture = Image.new("L", (side, side), _LIGHT)
    picture.paste(_image(modules), (QUIET_ZONE, QUIET_ZONE))
    large = picture.resize((side * module_pixels, side * module_pixels), Image.Resampling.NEAREST).convert("1")
    written = io.BytesIO()
    large.save(written, "PNG")
    data = written.getvalue()
    with Image.open(io.BytesIO(data), formats=("PNG",)) as reopened:
        _check(reopened.convert("L"), text)
    return data


def read_image(image: Image.Image | bytes) -> str:
    """The text of the QR code in a picture.

    Args:
        image: an image, or the bytes of one in any format Pillow knows; at most 60 million pixels.

    Returns:
        The text; verify it, for anybody can draw a QR.

    Raises:
        MalformedCode: no picture, none or an unreadable QR in it, or several that say different things.
    """
    if isinstance(image, Image.Image):
        return _only(_texts(image))
    try:
        with Image.open(io.BytesIO(image)) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise MalformedCode(f"a picture of more than {PIXELS_MAX} pixels")
            return _only(_texts(opened))
    except _UNREADABLE as error:
        raise MalformedCode(f"not a readable picture: {type(error).__name__}") from None


def _texts(image: Image.Image) -> list[str]:
    if 0 in image.size:
        return []
    if "A" in image.getbands() or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    found = zxingcpp.read_barcodes(image.convert("L"), formats=_ONLY_QR, text_mode=zxingcpp.TextMode.Plain)
    return [str(code.text) for code in found]


def _only(texts: Sequence[str]) -> str:
    distinct = sorted(set(texts))
    if not distinct:
        raise MalformedCode("no readable QR code in the picture")
    if len(distinct) > 1:
        raise MalformedCode(f"{len(distinct)} different QR codes in one picture")
    return distinct[0]


def _check(picture: Image.Image, text: str) -> None:
    """Read a drawing back before anybody gets it.

    Raises:
        CannotDraw: it is not read, or not as ``text``.
    """
    texts = _texts(picture)
    if len(texts) != 1 or (text and texts[0] != text):
        raise CannotDraw("the drawing does not read back as its text")


def _image(modules: Matrix) -> Image.Image:
    side = len(modules)
    return Image.frombytes("L", (side, side), bytes(_DARK if dark else _LIGHT for row in modules for dark in row))


def _merge(modules: Matrix) -> list[Rect]:
    """Rectangles that cover exactly the dark modules, none over another."""
    done: list[Rect] = []
    open_runs: dict[tuple[int, int], int] = {}  # (x, width) -> the row it began in
    for y, row in enumerate((*modules, (False,) * len(modules))):
        runs = _runs(row)
        for (x, width), top in list(open_runs.items()):
            if (x, width) not in runs:
                done.append((x + QUIET_ZONE, top + QUIET_ZONE, width, y - top))
                del open_runs[x, width]
        for run in runs:
            open_runs.setdefault(run, y)
    return done


def _runs(row: tuple[bool, ...]) -> dict[tuple[int, int], None]:
    """(first column, length) of each run of dark modules, in order."""
    runs: dict[tuple[int, int], None] = {}
    start = -1
    for x, dark in enumerate((*row, False)):
        if dark and start < 0:
            start = x
        elif not dark and start >= 0:
            runs[start, x - start] = None
            start = -1
    return runs


def _parse(drawn: str) -> list[Rect]:
    return [(int(x), int(y), int(width), int(height)) for x, y, width, height in _SUBPATH.findall(drawn)]


def _paint(rects: Sequence[Rect], side: int) -> Image.Image:
    """Rasterise rectangles in modules on white, for the reader."""
    scale = _READ_BACK_PIXELS
    picture = Image.new("L", (side * scale, side * scale), _LIGHT)
    draw = ImageDraw.Draw(picture)
    for x, y, width, height in rects:
        draw.rectangle((x * scale, y * scale, (x + width) * scale - 1, (y + height) * scale - 1), fill=_DARK)
    return picture
