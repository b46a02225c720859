"""Parts that several print formats have: a label in two languages, and the characters to type in rows."""

from __future__ import annotations

from ..words import Words
from .page import SOFT, Page

_ENGLISH = 0.775  # size of the English beside a label, as a part of the Chinese


def label(page: Page, x: float, y: float, words: Words, size: float, *, english: bool = True) -> float:
    """Put a small label, its English behind it; returns where it ends."""
    width = page.text(x, y, words, size)
    if not english:
        return x + width
    gap = size * (0.15 if words.endswith("：") else 0.5)  # a full-width colon brings its own space
    return x + width + gap + page.text(x + width + gap, y, words.en, size * _ENGLISH, ink=SOFT)


def typed_groups(
    page: Page, x: float, y: float, width: float, groups: tuple[str, ...], *, columns: int, size: float, pitch: float
) -> None:
    """Put the characters to type by hand, in groups, ``columns`` a row.

    A signature that anyone can check is three times as long as a tag; it takes as many groups again in a row, set smaller.
    """
    if len(groups) > 2 * columns:
        columns, size, pitch = 2 * columns - 1, size * 0.56, pitch * 0.68
    for place, group in enumerate(groups):
        row, column = divmod(place, columns)
        page.text(x + column * width / columns, y + row * pitch, group, size)
