"""A page as a list of marks: text, boxes and outlines, in millimetres from the top left corner.

A layout only puts marks on a page. Because the marks are plain data, the font is cut to the characters in use before anything
is written, the code is read back from the very boxes that go into the file, and tests look at a page without parsing a PDF.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..qr import QUIET_ZONE
from .inks import BLACK, HAIR, SOFT, WHITE, Ink
from .lines import fit
from .typeface import SHIPPED, Faces, Typeface

__all__ = ["BLACK", "BLEED", "HAIR", "SOFT", "WHITE", "BoxesMark", "CodeMark", "Ink", "OutlineMark", "Page", "TextMark"]

BLEED = 3.0  # millimetres that colour runs over the edge, so that a cut a little beside it shows no white


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


@dataclass(frozen=True, slots=True)
class CodeMark:
    """A code: runs of dark modules, filled as one path.

    Args:
        x, y: upper left corner of the dark part; module: side of one module; all in millimetres.
        side: modules of one side, without the white rim.
        runs: (first, end) of each run in the flat row of modules of the whole square, white rim and all, row after row.
        hole: (first column or row, modules) of the square in the middle left free for a logo; ``(0, 0)`` for none.
    """

    x: float
    y: float
    module: float
    side: int
    runs: tuple[tuple[int, int], ...]
    hole: tuple[int, int] = (0, 0)

    @property
    def boxes(self) -> tuple[tuple[float, float, float, float], ...]:
        """The dark runs as boxes (x, y, width, height) in millimetres."""
        found = []
        for start, end in self.runs:
            row, column = divmod(start, self.side + 2 * QUIET_ZONE)
            left, top = self.x + (column - QUIET_ZONE) * self.module, self.y + (row - QUIET_ZONE) * self.module
            found.append((left, top, (end - start) * self.module, self.module))
        return tuple(found)


Mark = TextMark | BoxesMark | OutlineMark | CodeMark


@dataclass
class Page:
    """One page to be filled with marks.

    Args:
        width, height: millimetres.
        title: of the document, when this page is its first.
        faces: the weights its text is set in.
        codes: each code on the page with the text it must read as.
    """

    width: float
    height: float
    title: str = ""
    faces: Faces = SHIPPED
    marks: list[Mark] = field(default_factory=list)
    codes: list[tuple[CodeMark, str]] = field(default_factory=list)

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
        face = self.faces.strong if bold else self.faces.plain
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
        size, broken = fit(text, self.faces.strong if bold else self.faces.plain, width, largest=largest, smallest=smallest, lines=lines)
        for number, line in enumerate(broken):
            self.text(x, y + number * size * leading, line, size, bold=bold, ink=ink, align=align)
        return y + max(0, len(broken) - 1) * size * leading

    def box(self, x: float, y: float, width: float, height: float, ink: Ink) -> None:
        """Fill one box."""
        self.marks.append(BoxesMark(((x, y, width, height),), ink))

    def band(self, top: float, bottom: float, ink: Ink) -> None:
        """Fill a band over the whole width, and over the edges that it touches."""
        top, bottom = (-BLEED if top <= 0 else top), (self.height + BLEED if bottom >= self.height else bottom)
        self.box(-BLEED, top, self.width + 2 * BLEED, bottom - top, ink)

    def outline(self, x: float, y: float, scale: float, path: str, *, ink: Ink = BLACK, stroke: float = 0.0) -> None:
        """Draw SVG path data."""
        self.marks.append(OutlineMark(x, y, scale, path, ink, stroke))

    def code(self, mark: CodeMark, url: str) -> None:
        """Put a code that must read as ``url``."""
        self.marks.append(mark)
        self.codes.append((mark, url))
