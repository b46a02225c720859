"""How much a drawn code can bear, and from how far it reads: what a manifest says of a poster beside that it reads at all.

The rule it keeps: the two figures are found by making the picture worse until the decoder gives up, on the very marks that go
into the file; the distance is worked out from the size of a module and says how.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageFilter

from .drawn_code import decode, rasterise
from .page import CodeMark

# What a telephone sees while it looks for a code: 1,920 pixels over a view of 70 degrees, so 1.4 m wide at 1 m.
PREVIEW_PIXELS, VIEW_METRES = 1920, 1.4
# Pixels of a module that a telephone needs in a steady hand; decoders read at two, a moving picture wants more.
PIXELS_NEEDED = 2.5
_FINE = 8  # pixels of a module in the picture that is made worse
_SIZES = tuple(tenths / 10 for tenths in range(30, 9, -1))
_BLURS = tuple(twentieths / 20 for twentieths in range(4, 41))


@dataclass(frozen=True, slots=True)
class Margin:
    """What still reads: the smallest size, in pixels of one module, and the largest blur, as its radius in modules."""

    smallest_pixels: float
    largest_blur: float


def margin_of(mark: CodeMark, url: str) -> Margin:
    """Find both limits of a drawn code; takes some milliseconds.

    Args:
        mark: the code as it is drawn; url: what it must read as.
    """
    fine = rasterise(mark, _FINE)
    smallest = _SIZES[0]
    for pixels in _SIZES:
        side = round(fine.width * pixels / _FINE)
        if decode(fine.resize((side, side), Image.Resampling.BOX)) != [url]:
            break
        smallest = pixels
    coarse, largest = rasterise(mark, 4), 0.0
    for blur in _BLURS:
        if decode(coarse.filter(ImageFilter.GaussianBlur(blur * 4))) != [url]:
            break
        largest = blur
    return Margin(smallest, largest)


def reading_distance(module_mm: float) -> float:
    """Metres from which a telephone held steady reads a code with modules of that size."""
    return module_mm * PREVIEW_PIXELS / (1000 * VIEW_METRES) / PIXELS_NEEDED
