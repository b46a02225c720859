"""The A4 poster, portrait: to be read from the road first, then from three metres, then from arm's length.

Everything hangs on two left edges: that of the code and that of the steps. The white rim of the code (four modules, ISO/IEC
18004) is part of the margin and of the space between the columns, so no box is needed to keep it clear. In large type the
English goes and the rest takes its room.
"""

from __future__ import annotations

from ..words import Words
from .drawn_code import put_code
from .formats import Format
from .page import HAIR, SOFT, WHITE, Page
from .parts import label, typed_groups
from .pictures import STROKE
from .sheet import (
    DANGER_NOTE,
    HOTLINE_NOTE,
    ISSUED,
    NUMBER_LABEL,
    PLACE_LABEL,
    PLACE_NOTE,
    TAIL_LABEL,
    TYPED_LABEL,
    Common,
    Sheet,
    Step,
)

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT = 16.0, 194.0  # the margin of the text
SECOND = 138.0  # left edge of the second column
BAND = 65.0
ICON = 26.0
# With its white rim the code is a square of 126.5; at the usual 37 modules its dark part is 104 and begins 11.2 lower.
RIM_TOP, CODE_AREA = 87.2, 126.5
CODE_TOP, CODE_SIDE = 98.4, 104.0
UNDER_CODE = 217.4  # first baseline below the white rim of the code
PLACE_TOP, FOOT_TOP = 242.2, 271.2  # the hairs above the place and the foot
PICTURE = 15.0
LABEL, LABEL_EN = 4.0, 3.1  # type sizes of the small labels
LABEL_LARGE = 5.0


def still(page: Page, common: Common) -> None:
    """Put what all posters of a scene share."""
    _band(page, common)
    pitch = (CODE_SIDE + 11) / len(common.steps)
    for number, step in enumerate(common.steps, 1):
        _step(page, common, CODE_TOP + (number - 1) * pitch, number, step)
    large = common.style.large
    _label(page, LEFT, UNDER_CODE, TYPED_LABEL, large=False)
    page.block(LEFT, UNDER_CODE + 7.2, common.address, CODE_SIDE, largest=5, smallest=2.8, bold=True)
    _label(page, SECOND, UNDER_CODE, NUMBER_LABEL, large=large)
    page.text(SECOND, UNDER_CODE + 19.8, TAIL_LABEL, LABEL)
    page.box(LEFT, PLACE_TOP, RIGHT - LEFT, 0.25, HAIR)
    _label(page, LEFT, PLACE_TOP + 7, PLACE_LABEL, large=large)
    _label(page, LEFT, PLACE_TOP + 26.2, PLACE_NOTE.format(hotline=common.hotline), large=large)
    _foot(page, common)


def draw(page: Page, sheet: Sheet) -> None:
    """Put what only this poster has."""
    style = sheet.common.style
    put_code(page, LEFT, RIM_TOP, CODE_AREA, sheet.url, ecc=style.ecc, logo=style.logo, ink=sheet.common.colour)
    typed_groups(page, LEFT, UNDER_CODE + 14, CODE_SIDE, sheet.groups, columns=5, size=4.8, pitch=6.2)
    page.block(SECOND, UNDER_CODE + 12, sheet.number, RIGHT - SECOND, largest=11, smallest=6, bold=True)
    page.text(RIGHT, UNDER_CODE + 20.2, sheet.tail, 8, bold=True, align="right")
    if sheet.detail:
        page.block(LEFT, PLACE_TOP + 15.2, sheet.place, RIGHT - LEFT, largest=7.4, smallest=4, bold=True)
        page.block(LEFT, PLACE_TOP + 20.7, sheet.detail, RIGHT - LEFT, largest=4.2, smallest=2.4)
    else:
        page.block(LEFT, PLACE_TOP + 17.8, sheet.place, RIGHT - LEFT, largest=9, smallest=4, bold=True)
    issued = ISSUED.format(year=sheet.issued_on.year, month=sheet.issued_on.month)
    page.text(RIGHT, HEIGHT - 7.5, issued, LABEL_EN, ink=SOFT, align="right")


def _band(page: Page, common: Common) -> None:
    """The scene, in the one patch of colour, and the line below it."""
    page.band(0, BAND, common.colour)
    half = (RIGHT - LEFT) / 2 - 3
    for x, words, align in ((LEFT, common.brand, "left"), (RIGHT, common.issuer, "right")):
        page.block(x, 13, words, half, largest=4.8, smallest=3, ink=WHITE, align=align)
        page.block(x, 17.4, words.en, half, largest=3.1, smallest=2.2, ink=WHITE, align=align)
    page.block(LEFT, 48.4, common.headline, RIGHT - LEFT - ICON - 6, largest=30, smallest=16, bold=True, ink=WHITE)
    page.outline(RIGHT - ICON, 24.5, ICON / 48, common.icon, ink=WHITE, stroke=STROKE)
    page.block(LEFT, 59.4, common.headline.en, RIGHT - LEFT, largest=5.6, smallest=4, ink=WHITE)
    if common.style.large:
        page.block(LEFT, 83, common.line, RIGHT - LEFT, largest=12, smallest=7, bold=True)
    else:
        page.block(LEFT, 78.6, common.line, RIGHT - LEFT, largest=9, smallest=5, bold=True)
        page.block(LEFT, 85.4, common.line.en, RIGHT - LEFT, largest=4.6, smallest=3.2, ink=SOFT)


def _step(page: Page, common: Common, top: float, number: int, step: Step) -> None:
    """One of the three steps in the second column, which are as tall together as the code."""
    page.outline(SECOND, top, PICTURE / 48, step.picture, ink=common.colour, stroke=STROKE)
    page.text(SECOND + 20, top + 11, str(number), 9, bold=True, ink=common.colour)
    page.text(SECOND + 28, top + 11, step.title, 9, bold=True)
    width = RIGHT - SECOND
    if common.style.large:
        page.block(SECOND, top + 23, step.text, width, largest=6.6, smallest=5, lines=2, leading=1.25)
    else:
        page.block(SECOND, top + 22, step.text, width, largest=5, smallest=3.6)
        page.block(SECOND, top + 27.2, step.text.en, width, largest=3.6, smallest=2.6, ink=SOFT)


def _label(page: Page, x: float, y: float, words: Words, *, large: bool) -> None:
    label(page, x, y, words, LABEL_LARGE if large else LABEL, english=not large)


def _foot(page: Page, common: Common) -> None:
    """Whom to call, and whose poster it is."""
    large = common.style.large
    page.box(LEFT, FOOT_TOP, RIGHT - LEFT, 0.25, HAIR)
    _label(page, LEFT, FOOT_TOP + 5, HOTLINE_NOTE, large=large)
    page.text(LEFT, FOOT_TOP + 13, common.hotline, 7.6, bold=True)
    _label(page, SECOND, FOOT_TOP + 5, DANGER_NOTE, large=large)
    for place, number in enumerate(common.emergency):
        page.text(SECOND + place * 19.5, FOOT_TOP + 13, number, 7.6, bold=True)
    page.block(LEFT, HEIGHT - 7.5, common.seal, SECOND - LEFT, largest=LABEL_EN, smallest=2.2, ink=SOFT)


FORMAT = Format("a4", WIDTH, HEIGHT, draw, still)
