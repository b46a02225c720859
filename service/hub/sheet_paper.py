"""The pages of a case sheet: A4, set line by line, over as many pages as the words take.

Loaded when the first sheet is printed, not before: the library that writes the PDF takes longer to load than the whole desk.

Source of 〓 for a missing character: JIS X 0208 (geta mark), GB 2312 row 1.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

from fpdf import FPDF

from gonzhi_code.fonts import BOLD, REGULAR
from gonzhi_code.posters.lines import break_lines
from gonzhi_code.posters.typeface import Typeface

from .casesheet import MISSING, Part, Sheet

MARGIN, LABEL = 18.0, 36.0  # millimetres
LINE, BODY, SMALL = 5.6, 10.5, 8.5  # millimetres; points
PHOTO_WIDTH, PHOTO_GAP = 82.0, 6.0
_INK, _QUIET, _LINE_GREY = (31, 41, 51), (82, 96, 109), (213, 217, 222)
_FAMILY = "sheet"
_POINT = 25.4 / 72  # millimetres
_FACE = Typeface(REGULAR, _FAMILY)


def draw_sheet(sheet: Sheet) -> bytes:
    """The PDF."""
    paper = _Paper(sheet)
    paper.add_page()
    paper.head()
    for part in sheet.parts:
        paper.part(part)
    paper.pictures()
    paper.missing_characters()
    return bytes(paper.output())


class _Paper(FPDF):
    """A4 pages with a line at the foot."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(format="A4")
        self._sheet = sheet
        self._lacking: dict[str, None] = {}
        self.set_title(f"{sheet.title} {sheet.number}")
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN + 4)
        self.add_font(_FAMILY, "", REGULAR)
        self.add_font(_FAMILY, "B", BOLD)
        self.alias_nb_pages()

    def footer(self) -> None:
        """The line at the foot of a page; called by FPDF."""
        self.set_xy(MARGIN, -MARGIN + 2)
        self._pen(SMALL, _QUIET)
        self.cell(self.w - 2 * MARGIN - 24, 5, self._clean(self._sheet.foot))
        self.cell(24, 5, f"{self.page_no()} / {{nb}}", align="R")

    def head(self) -> None:
        """Title, number, and what it is."""
        self._pen(SMALL, _QUIET)
        self.cell(0, 5, self._clean(self._sheet.title), new_x="LMARGIN", new_y="NEXT")
        self._pen(20, _INK, bold=True)
        self.cell(0, 11, self._sheet.number, new_x="LMARGIN", new_y="NEXT")
        self._lines(self._sheet.under, MARGIN, BODY, _INK)
        self.ln(1)
        self._rule()

    def part(self, part: Part) -> None:
        """A heading and its lines; a heading never stands alone at the foot of a page."""
        if self.will_page_break(LINE * 4):
            self.add_page()
        self.ln(3)
        self._pen(12, _INK, bold=True)
        self.cell(0, 7, self._clean(part.heading), new_x="LMARGIN", new_y="NEXT")
        for label, text in part.rows:
            self._row(label, text)

    def _row(self, label: str, text: str) -> None:
        if self.will_page_break(LINE):
            self.add_page()
        top, page, below = self.get_y(), self.page, self.get_y()
        if label:
            self._lines(label, MARGIN, BODY - 1, _QUIET, width=LABEL - 3)
            below = self.get_y() if self.page == page else below
            self.page = page
            self.set_y(top)
        # The text stands beside its label; where it flows on to another page it keeps its place there.
        self._lines(text, MARGIN + (LABEL if label else 0), BODY, _INK)
        self.set_y(max(self.get_y(), below) if self.page == page else self.get_y())
        self.ln(0.8)

    def _lines(self, text: str, x: float, size: float, colour: Sequence[int], *, width: float = 0.0) -> None:
        """Lines of a text from the present height on, over as many pages as it takes."""
        width = width or self.w - MARGIN - x
        for line in _broken(self._clean(text), size * _POINT, width):
            if self.will_page_break(LINE):
                self.add_page()
            self._pen(size, colour)
            self.set_x(x)
            self.cell(width, LINE, line, new_x="LMARGIN", new_y="NEXT")

    def pictures(self) -> None:
        """The photos, two beside each other."""
        if not self._sheet.photos:
            return
        self.part(Part(self._sheet.photo_heading, ()))
        for nth, photo in enumerate(self._sheet.photos):
            left = nth % 2 == 0
            height = PHOTO_WIDTH * 3 / 4
            if left and self.will_page_break(height + PHOTO_GAP):
                self.add_page()
            x = MARGIN if left else MARGIN + PHOTO_WIDTH + PHOTO_GAP
            self.image(io.BytesIO(photo), x=x, y=self.get_y(), w=PHOTO_WIDTH, h=height, keep_aspect_ratio=True)
            if not left or nth == len(self._sheet.photos) - 1:
                self.set_y(self.get_y() + height + PHOTO_GAP)

    def missing_characters(self) -> None:
        """What every 〓 stands for."""
        if self._lacking:
            named = "、".join(f"U+{ord(one):04X}" for one in self._lacking)
            self.part(Part(MISSING, (("", f"{self._sheet.missing}{named}"),)))

    def _clean(self, text: str) -> str:
        kept, known = [], _known()
        for one in text:
            if one == "\n" or one in known:
                kept.append(one)
            elif one.isprintable():
                self._lacking[one] = None
                kept.append(MISSING)
        return "".join(kept)

    def _pen(self, size: float, colour: Sequence[int], *, bold: bool = False) -> None:
        self.set_font(_FAMILY, "B" if bold else "", size)
        self.set_text_color(*colour)

    def _rule(self) -> None:
        self.set_draw_color(*_LINE_GREY)
        self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())


@cache
def _known() -> frozenset[str]:
    return _FACE.characters


def _broken(text: str, size: float, width: float) -> list[str]:
    """Lines no wider than the column; a word without end is cut where the column ends."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        for broken in break_lines(paragraph, _FACE, size, width) or [""]:
            line = broken
            while line and _FACE.width(line, size) > width:
                fits = next(n for n in range(len(line), 0, -1) if n == 1 or _FACE.width(line[:n], size) <= width)
                lines.append(line[:fits])
                line = line[fits:]
            lines.append(line)
    return lines
