"""A page as a list of marks: text, boxes and outlines, in millimetres from the top left corner.

A layout only puts marks on a page. Because the marks are plain data, the font is cut to the characters in use before anything
is written, the code is read back from the very boxes that go into the file, and tests look at a page without parsing a PDF.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .lines import fit
from .typeface import PLAIN, STRONG, Typeface

Ink = float | str  # a grey from 0 (black) to 1 (white), printed with black ink alone, or a colour "#rrggbb"
BLACK, WHITE = 0.0, 1.0
SOFT = 0.32  # secondary text: still 7:1 on white
HAIR = 0.72  # rules between the parts of a page


@dataclass(frozen=True, slots=True)
class TextMark:
    """One line of text; ``x`` is its left end and ``y`` its baseline, ``size`` the em."""

    x: float
    y: float
    text: str
    face: Typeface
    size: float
    ink: Ink
    tracking: float


@dataclass(frozen=True, slots=True)
class BoxesMark:
    """Boxes (x, y, width, height) filled as one path, so that no seams show between neighbours."""

    boxes: tuple[tuple[float, float, float, float], ...]
    ink: Ink


@dataclass(frozen=True, slots=True)
class OutlineMark:
    """SVG path data drawn from ``x``, ``y`` at ``scale`` millimetres a unit; stroked ``stroke`` units wide, or filled when 0."""

    x: float
    y: float
    scale: float
    path: str
    ink: Ink
    stroke: float


@dataclass
class Page:
    """One page to be filled with marks.

    Args:
        width, height: millimetres.
        title: of the document, when this page is its first.
        codes: the boxes of each code on the page with the text it must read as.
    """

    width: float
    height: float
    title: str = ""
    marks: list[TextMark | BoxesMark | OutlineMark] = field(default_factory=list)
    codes: list[tuple[BoxesMark, str]] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        ink: Ink = BLACK,
        align: str = "left",
        tracking: float = 0.0,
    ) -> float:
        """Put one line; returns its width. ``x`` is its left end, middle or right end, as ``align`` says.

        Raises:
            CannotDraw: a character has no glyph.
        """
        face = STRONG if bold else PLAIN
        face.check(text)
        width = face.width(text, size, tracking)
        left = x - {"left": 0.0, "middle": width / 2, "right": width}[align]
        if text:
            self.marks.append(TextMark(left, y, text, face, size, ink, tracking))
        return width

    def block(
        self,
        x: float,
        y: float,
        text: str,
        width: float,
        *,
        largest: float,
        smallest: float,
        lines: int = 1,
        leading: float = 1.35,
        bold: bool = False,
        ink: Ink = BLACK,
        align: str = "left",
    ) -> float:
        """Put lines of text as large as fit, the first on baseline ``y``; returns the last baseline.

        Raises:
            CannotDraw: a character has no glyph, or the text is too long.
        """
        size, broken = fit(text, STRONG if bold else PLAIN, width, largest=largest, smallest=smallest, lines=lines)
        for number, line in enumerate(broken):
            self.text(x, y + number * size * leading, line, size, bold=bold, ink=ink, align=align)
        return y + max(0, len(broken) - 1) * size * leading

    def box(self, x: float, y: float, width: float, height: float, ink: Ink) -> None:
        """Fill one box."""
        self.marks.append(BoxesMark(((x, y, width, height),), ink))

    def outline(self, x: float, y: float, scale: float, path: str, *, ink: Ink = BLACK, stroke: float = 0.0) -> None:
        """Draw SVG path data."""
        self.marks.append(OutlineMark(x, y, scale, path, ink, stroke))

    def code(self, mark: BoxesMark, url: str) -> None:
        """Put a code that must read as ``url``."""
        self.marks.append(mark)
        self.codes.append((mark, url))
