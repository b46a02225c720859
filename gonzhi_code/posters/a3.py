"""The A3 poster: the A4 poster, enlarged by the square root of two, as the paper is (ISO 216)."""

from __future__ import annotations

import dataclasses

from . import a4
from .formats import Format
from .page import BoxesMark, CodeMark, Mark, OutlineMark, Page, TextMark
from .sheet import Common, Sheet

WIDTH, HEIGHT = 297.0, 420.0
FACTOR = WIDTH / a4.WIDTH
# 420 is a fifth of a millimetre more than 297 enlarged by that.


def _enlarged(mark: Mark) -> Mark:
    if isinstance(mark, BoxesMark):
        return BoxesMark(tuple((x * FACTOR, y * FACTOR, width * FACTOR, height * FACTOR) for x, y, width, height in mark.boxes), mark.ink)
    moved: Mark = dataclasses.replace(mark, x=mark.x * FACTOR, y=mark.y * FACTOR)
    if isinstance(moved, TextMark):
        return dataclasses.replace(moved, size=moved.size * FACTOR, tracking=moved.tracking * FACTOR)
    if isinstance(moved, OutlineMark):
        return dataclasses.replace(moved, scale=moved.scale * FACTOR)
    assert isinstance(moved, CodeMark)
    return dataclasses.replace(moved, module=moved.module * FACTOR)


def _copy(small: Page, page: Page) -> None:
    for mark in small.marks:
        large = _enlarged(mark)
        page.marks.append(large)
        page.codes += [(large, url) for code, url in small.codes if code is mark and isinstance(large, CodeMark)]


def draw(page: Page, sheet: Sheet) -> None:
    """Put what only this poster has."""
    small = Page(a4.WIDTH, a4.HEIGHT, faces=page.faces)
    a4.draw(small, sheet)
    _copy(small, page)


def still(page: Page, common: Common) -> None:
    """Put what all posters of a scene share."""
    small = Page(a4.WIDTH, a4.HEIGHT, faces=page.faces)
    a4.still(small, common)
    _copy(small, page)


FORMAT = Format("a3", WIDTH, HEIGHT, draw, still)
