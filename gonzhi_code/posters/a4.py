"""The A4 poster, portrait: to be read from the road first, then from three metres, then from arm's length.

Everything hangs on two left edges: that of the code and that of the steps. The white rim of the code (four modules, ISO/IEC
18004) is part of the margin and of the space between the columns, so no box is needed to keep it clear.
"""

from __future__ import annotations

from ..words import Words
from .drawn_code import put_code
from .formats import Format
from .page import HAIR, SOFT, WHITE, Page
from .pictures import STROKE
from .sheet import DANGER_NOTE, HOTLINE_NOTE, ISSUED, NUMBER_LABEL, PLACE_LABEL, PLACE_NOTE, STEPS, TYPED_LABEL, Sheet

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT = 16.0, 194.0  # the margin of the text
SECOND = 138.0  # left edge of the second column
BAND = 65.0
# With its white rim the code is a square of 126.5; at the usual 37 modules its dark part is 104 and begins 11.2 lower.
RIM_TOP, CODE_AREA = 87.2, 126.5
CODE_TOP, CODE_SIDE = 98.4, 104.0
UNDER_CODE = 217.4  # first baseline below the white rim of the code
PICTURE = 15.0
LABEL, LABEL_EN = 4.0, 3.1  # type sizes of the small labels


def draw(page: Page, sheet: Sheet) -> None:
    """Put the whole poster on an empty page."""
    _band(page, sheet)
    put_code(page, LEFT, RIM_TOP, CODE_AREA, sheet.url)
    _steps(page, sheet)
    _typed(page, sheet)
    _number(page, sheet)
    _place(page, sheet)
    _foot(page, sheet)


def _band(page: Page, sheet: Sheet) -> None:
    """The scene, in the one patch of colour, and the line below it."""
    page.box(0, 0, WIDTH, BAND, sheet.colour)
    half = (RIGHT - LEFT) / 2 - 3
    for x, words, align in ((LEFT, sheet.brand, "left"), (RIGHT, sheet.issuer, "right")):
        page.block(x, 13, words, half, largest=4.8, smallest=3, ink=WHITE, align=align)
        page.block(x, 17.4, words.en, half, largest=3.1, smallest=2.2, ink=WHITE, align=align)
    page.block(LEFT, 48.4, sheet.headline, RIGHT - LEFT, largest=30, smallest=18, bold=True, ink=WHITE)
    page.block(LEFT, 59.4, sheet.headline.en, RIGHT - LEFT, largest=5.6, smallest=4, ink=WHITE)
    page.block(LEFT, 78.6, sheet.line, RIGHT - LEFT, largest=9, smallest=5, bold=True)
    page.block(LEFT, 85.4, sheet.line.en, RIGHT - LEFT, largest=4.6, smallest=3.2, ink=SOFT)


def _steps(page: Page, sheet: Sheet) -> None:
    """Three steps in the second column, as tall together as the code."""
    pitch = (CODE_SIDE + 11) / len(STEPS)
    for number, step in enumerate(STEPS, 1):
        top = CODE_TOP + (number - 1) * pitch
        page.outline(SECOND, top, PICTURE / 48, step.picture, ink=sheet.colour, stroke=STROKE)
        page.text(SECOND + 20, top + 11, str(number), 9, bold=True, ink=sheet.colour)
        page.text(SECOND + 28, top + 11, step.title, 9, bold=True)
        page.block(SECOND, top + 22, step.text, RIGHT - SECOND, largest=5, smallest=3.6)
        page.block(SECOND, top + 27.2, step.text.en, RIGHT - SECOND, largest=3.6, smallest=2.6, ink=SOFT)


def _label(page: Page, x: float, y: float, words: Words) -> None:
    width = page.text(x, y, words, LABEL)
    gap = 0.6 if words.endswith("：") else 2.0  # a full-width colon brings its own space
    page.text(x + width + gap, y, words.en, LABEL_EN, ink=SOFT)


def _typed(page: Page, sheet: Sheet) -> None:
    """The address for those whose telephone cannot scan."""
    _label(page, LEFT, UNDER_CODE, TYPED_LABEL)
    page.block(LEFT, UNDER_CODE + 7.2, sheet.address, CODE_SIDE, largest=5, smallest=2.8, bold=True)
    # A signature that anyone can check is three times as long as a tag and takes three close rows.
    columns, size, pitch = (5, 4.8, 6.2) if len(sheet.groups) <= 10 else (9, 3.0, 4.2)
    for place, group in enumerate(sheet.groups):
        row, column = divmod(place, columns)
        page.text(LEFT + column * CODE_SIDE / columns, UNDER_CODE + 14 + row * pitch, group, size)


def _number(page: Page, sheet: Sheet) -> None:
    """The short number by which the poster is spoken of on the telephone."""
    _label(page, SECOND, UNDER_CODE, NUMBER_LABEL)
    page.block(SECOND, UNDER_CODE + 14, sheet.number, RIGHT - SECOND, largest=13, smallest=6, bold=True)
    issued = ISSUED.format(year=sheet.issued_on.year, month=sheet.issued_on.month)
    page.text(SECOND, UNDER_CODE + 20.2, issued, LABEL_EN, ink=SOFT)


def _place(page: Page, sheet: Sheet) -> None:
    """Where the poster belongs, and what to do where it hangs elsewhere."""
    top = 242.2
    page.box(LEFT, top, RIGHT - LEFT, 0.25, HAIR)
    _label(page, LEFT, top + 7, PLACE_LABEL)
    if sheet.detail:
        page.block(LEFT, top + 15.2, sheet.place, RIGHT - LEFT, largest=7, smallest=4, bold=True)
        page.block(LEFT, top + 20.7, sheet.detail, RIGHT - LEFT, largest=4.2, smallest=2.4)
    else:
        page.block(LEFT, top + 17.8, sheet.place, RIGHT - LEFT, largest=9, smallest=4, bold=True)
    _label(page, LEFT, top + (26.2 if sheet.detail else 24.8), PLACE_NOTE.format(hotline=sheet.hotline))


def _foot(page: Page, sheet: Sheet) -> None:
    """Whom to call."""
    top = 271.2
    page.box(LEFT, top, RIGHT - LEFT, 0.25, HAIR)
    _label(page, LEFT, top + 7, HOTLINE_NOTE)
    page.text(LEFT, top + 17, sheet.hotline, 8.5, bold=True)
    _label(page, SECOND, top + 7, DANGER_NOTE)
    for place, number in enumerate(sheet.emergency):
        page.text(SECOND + place * 19.5, top + 17, number, 8.5, bold=True)


FORMAT = Format("a4", WIDTH, HEIGHT, draw)
