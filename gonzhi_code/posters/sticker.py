"""The sticker, 90 mm square: for a lamp post, a lift or a counter, read from a step away.

Scene above, code to the left, what to do and how the poster is called to the right, place and telephone below.
"""

from __future__ import annotations

from ..words import Words
from .drawn_code import put_code
from .formats import Format
from .page import HAIR, SOFT, WHITE, Page
from .parts import label, typed_groups
from .pictures import STROKE
from .sheet import NUMBER_LABEL, Common, Sheet

SIDE = 90.0
LEFT, RIGHT = 6.0, 84.0
SECOND = 58.5  # left edge of the second column
BAND = 16.0
# With its white rim the code is a square of 54.5; at 37 modules its dark part is 44.8 and begins 4.8 lower.
RIM_TOP, CODE_AREA = 21.7, 54.5
CALL = Words("不用手机，打{hotline}", "or call {hotline}")
SHOWS = Words("网页应显示", "page shows")


def still(page: Page, common: Common) -> None:
    """Put what all stickers of a scene share."""
    large = common.style.large
    page.band(0, BAND, common.colour)
    page.block(LEFT, 10.4, common.headline, RIGHT - LEFT - 14, largest=9.2, smallest=6, bold=True, ink=WHITE)
    page.outline(RIGHT - 10.5, 2.8, 10.5 / 48, common.icon, ink=WHITE, stroke=STROKE)
    page.block(LEFT, 14.4, common.headline.en, RIGHT - LEFT - 14, largest=2.6, smallest=2, ink=WHITE)
    page.block(LEFT, 21.1, common.line, RIGHT - LEFT, largest=4.6 if large else 4.2, smallest=3, bold=True)
    width = RIGHT - SECOND
    page.outline(SECOND, 28.2, 9 / 48, common.steps[0].picture, ink=common.colour, stroke=STROKE)
    page.text(SECOND + 11.5, 34.6, common.steps[0].title, 4.6, bold=True)
    page.block(SECOND, 41.4, common.steps[0].text, width, largest=3.6 if large else 3.2, smallest=2.4, lines=2)
    if not large:
        page.block(SECOND, 48.4, common.steps[0].text.en, width, largest=2.2, smallest=1.7, lines=2, ink=SOFT)
    label(page, SECOND, 56, NUMBER_LABEL, 2.6, english=not large)
    label(page, SECOND, 67.4, SHOWS, 2.6, english=not large)
    page.box(LEFT, 76.6, RIGHT - LEFT, 0.2, HAIR)
    page.block(RIGHT, 87.2, CALL.format(hotline=common.hotline), 31, largest=3, smallest=2.2, bold=True, align="right")
    page.block(LEFT, 87.2, common.issuer, 42, largest=2.8, smallest=2, ink=SOFT)


def draw(page: Page, sheet: Sheet) -> None:
    """Put what only this sticker has."""
    style = sheet.common.style
    put_code(page, LEFT, RIM_TOP, CODE_AREA, sheet.url, ecc=style.ecc, logo=style.logo, ink=sheet.common.colour)
    page.block(SECOND, 61.8, sheet.number, RIGHT - SECOND, largest=5.8, smallest=3, bold=True)
    page.text(SECOND, 73.4, sheet.tail, 5.8, bold=True)
    page.block(LEFT, 80.5, sheet.place, RIGHT - LEFT, largest=3.6, smallest=1.9, bold=True)
    typed_groups(page, LEFT, 83.3, RIGHT - LEFT, sheet.groups, columns=9, size=2.0, pitch=2.0)


FORMAT = Format("sticker", SIDE, SIDE, draw, still)
