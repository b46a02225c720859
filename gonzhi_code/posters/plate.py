"""The plate for the board of a building site or a wall, 400 by 300 mm: read across a gate.

Scene above, the code below it at the left as large as the height allows, everything else at the right, one thing under another.
"""

from __future__ import annotations

from ..words import Words
from .drawn_code import put_code
from .formats import Format
from .page import HAIR, SOFT, WHITE, Page
from .parts import label, typed_groups
from .pictures import STROKE
from .sheet import DANGER_NOTE, HOTLINE_NOTE, ISSUED, NUMBER_LABEL, PLACE_LABEL, TAIL_LABEL, TYPED_LABEL, Common, Sheet

WIDTH, HEIGHT = 400.0, 300.0
LEFT, RIGHT = 22.0, 378.0
SECOND = 222.0  # left edge of the second column
BAND = 72.0
# With its white rim the code is a square of 197; at 37 modules its dark part is 162 and begins 17.5 lower.
RIM_TOP, CODE_AREA = 73.0, 197.0
LABEL = 5.4


def still(page: Page, common: Common) -> None:
    """Put what all plates of a scene share."""
    large, width = common.style.large, RIGHT - SECOND
    page.band(0, BAND, common.colour)
    page.block(LEFT, 15.6, common.brand, 150, largest=6.4, smallest=4, ink=WHITE)
    page.block(RIGHT, 15.6, common.issuer, 150, largest=6.4, smallest=4, ink=WHITE, align="right")
    page.block(LEFT, 51, common.headline, 290, largest=36, smallest=20, bold=True, ink=WHITE)
    page.outline(RIGHT - 36, 25, 36 / 48, common.icon, ink=WHITE, stroke=STROKE)
    page.block(LEFT, 64, common.headline.en, 290, largest=7.4, smallest=5, ink=WHITE)
    page.block(SECOND, 93, common.line, width, largest=14 if large else 12.5, smallest=6, bold=True)
    if not large:
        page.block(SECOND, 101, common.line.en, width, largest=5.8, smallest=4, ink=SOFT)
    for number, step in enumerate(common.steps):
        top = 108 + number * 26
        page.outline(SECOND, top, 19 / 48, step.picture, ink=common.colour, stroke=STROKE)
        page.text(SECOND + 27, top + 8.6, step.title, 9, bold=True)
        page.block(SECOND + 60, top + 8.6, step.text, width - 60, largest=8 if large else 7, smallest=4.6)
        if not large:
            page.block(SECOND + 27, top + 16, step.text.en, width - 27, largest=5, smallest=3.6, ink=SOFT)
    page.box(SECOND, 184, width, 0.35, HAIR)
    label(page, SECOND, 192.4, PLACE_LABEL, LABEL, english=not large)
    page.box(SECOND, 220, width, 0.35, HAIR)
    label(page, SECOND, 228.4, NUMBER_LABEL, LABEL, english=not large)
    page.text(SECOND + 78, 228.4, TAIL_LABEL, LABEL)
    page.box(SECOND, 248, width, 0.35, HAIR)
    label(page, SECOND, 256.4, Words(HOTLINE_NOTE, ""), LABEL, english=False)
    page.text(SECOND, 269, common.hotline, 11, bold=True)
    label(page, SECOND + 78, 256.4, DANGER_NOTE, LABEL, english=not large)
    for place, number_ in enumerate(common.emergency):
        page.text(SECOND + 78 + place * 27, 269, number_, 11, bold=True)
    page.block(SECOND, 289.4, common.seal, 128, largest=4.2, smallest=3, ink=SOFT)
    end = label(page, LEFT, 276.4, TYPED_LABEL, LABEL, english=False)
    page.block(end + 2, 276.4, common.address, SECOND - 12 - end, largest=5.6, smallest=3, bold=True)


def draw(page: Page, sheet: Sheet) -> None:
    """Put what only this plate has."""
    style, width = sheet.common.style, RIGHT - SECOND
    put_code(page, LEFT, RIM_TOP, CODE_AREA, sheet.url, ecc=style.ecc, logo=style.logo, ink=sheet.common.colour)
    typed_groups(page, LEFT, 284, 190, sheet.groups, columns=9, size=5.4, pitch=6)
    page.block(SECOND, 203.6, sheet.place, width, largest=10, smallest=4.4, bold=True)
    if sheet.detail:
        page.block(SECOND, 212.6, sheet.detail, width, largest=6, smallest=3)
    page.block(SECOND, 241.4, sheet.number, 72, largest=12, smallest=7, bold=True)
    page.text(SECOND + 78, 241.4, sheet.tail, 12, bold=True)
    issued = ISSUED.format(year=sheet.issued_on.year, month=sheet.issued_on.month)
    page.text(RIGHT, 289.4, issued, 4.2, ink=SOFT, align="right")


FORMAT = Format("plate", WIDTH, HEIGHT, draw, still)
