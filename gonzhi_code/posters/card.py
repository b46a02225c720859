"""The card to hand out, 90 by 54 mm: for the purse of someone who will scan it at home.

The code at the left fills the height below the band; to the right what it is for, what to do and whom to call.
"""

from __future__ import annotations

from .drawn_code import put_code
from .formats import Format
from .page import SOFT, WHITE, Page
from .pictures import STROKE
from .sheet import Common, Sheet
from .sticker import CALL, SHOWS

WIDTH, HEIGHT = 90.0, 54.0
LEFT, RIGHT = 5.0, 85.0
SECOND = 46.0
BAND = 12.5
RIM_TOP, CODE_AREA = 12.5, 41.5


def still(page: Page, common: Common) -> None:
    """Put what all cards of a scene share."""
    large, width = common.style.large, RIGHT - SECOND
    page.band(0, BAND, common.colour)
    page.block(LEFT, 8.9, common.headline, 44, largest=7.2, smallest=4.5, bold=True, ink=WHITE)
    page.outline(RIGHT - 8.5, 2, 8.5 / 48, common.icon, ink=WHITE, stroke=STROKE)
    page.block(RIGHT - 10.5, 8.5, common.headline.en, 26, largest=2.6, smallest=1.8, ink=WHITE, align="right")
    page.block(SECOND, 18.4, common.line, width, largest=4 if large else 3.6, smallest=2.6, lines=2, bold=True, leading=1.3)
    page.block(SECOND, 29, common.steps[0].text, width, largest=3.4 if large else 3, smallest=2.2)
    if not large:
        page.block(SECOND, 32, common.steps[0].text.en, width, largest=2.1, smallest=1.7, ink=SOFT)
    page.block(SECOND, 37.2, CALL.format(hotline=common.hotline), width, largest=3.6 if large else 3.2, smallest=2.2, bold=True)
    page.text(SECOND, 44, SHOWS, 2.4, ink=SOFT)
    page.block(SECOND, 51, common.issuer, width, largest=2.4, smallest=1.8, ink=SOFT)


def draw(page: Page, sheet: Sheet) -> None:
    """Put what only this card has."""
    style = sheet.common.style
    put_code(page, LEFT, RIM_TOP, CODE_AREA, sheet.url, ecc=style.ecc, logo=style.logo, ink=sheet.common.colour)
    page.text(SECOND + 13.4, 44.4, sheet.tail, 3.8, bold=True)
    page.block(RIGHT, 44, sheet.number, 11.5, largest=2.6, smallest=1.5, align="right")
    page.block(SECOND, 47.6, sheet.place, RIGHT - SECOND, largest=2.6, smallest=1.2)


FORMAT = Format("card", WIDTH, HEIGHT, draw, still)
