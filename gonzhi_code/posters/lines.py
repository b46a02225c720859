"""Breaking Chinese text into lines, and finding the size at which it fits.

No line begins with a closing mark or ends with an opening one (避头尾), Latin words stay whole, and the lines of one block
come out about equally long. Punctuation between Chinese characters is set full width, however it was typed.
"""

from __future__ import annotations

import math
import re

from ..errors import CannotDraw
from .typeface import Typeface

_OPENING, _CLOSING = "（《〈“‘「『【〔", "，。、；：？！）》〉”’」』】〕…—·"
_PAUSES = "，、；：。！？"
_LATIN = r"[!-~\u00a1-\u024f]+"
_UNIT = re.compile(rf"[{_OPENING}]*(?:{_LATIN}|\S)[{_CLOSING}]*|\s+")
_FULL_WIDTH = str.maketrans(",;:?!", "，；：？！")
_AFTER_CHINESE = re.compile(r"(?<=[\u3400-\u9fff])[,;:?!](?=[\u3400-\u9fff\s]|$)")
_IN_BRACKETS = re.compile(r"\(([^()]*[\u3400-\u9fff][^()]*)\)")
_STEP = 0.1  # millimetres; finer differences in type size cannot be seen


def chinese_marks(text: str) -> str:
    """``text`` with full-width punctuation where it stands in Chinese: ``一个码,全市应`` becomes ``一个码，全市应``."""
    marked = _AFTER_CHINESE.sub(lambda mark: mark.group().translate(_FULL_WIDTH), text)
    return _IN_BRACKETS.sub(r"（\1）", marked)


def break_lines(text: str, face: Typeface, size: float, width: float) -> list[str]:
    """Lines of ``text`` at ``size``, none wider than ``width`` unless one unbreakable word is."""
    lines, line = [], ""
    for unit in _UNIT.findall(text):
        if line and face.width((line + unit).rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += unit if line else unit.lstrip()
    return [*lines, line.rstrip()] if line else lines


def fit(text: str, face: Typeface, width: float, *, largest: float, smallest: float, lines: int = 1) -> tuple[float, list[str]]:
    """The largest type size at which ``text`` takes at most ``lines`` lines of ``width``, and those lines.

    Args:
        text: one block; width: in millimetres; largest, smallest: type sizes (em) in millimetres.

    Raises:
        CannotDraw: a glyph is missing, or the text is too long even at the smallest size.
    """
    whole = face.width(text, 1.0)
    if whole * largest <= width and not text[:1].isspace() and not text[-1:].isspace():
        return largest, [text] if text else []
    steps = round((largest - smallest) / _STEP)
    # On one line the sizes at which the whole text is too wide need no trying.
    first = max(0, math.floor((largest - width / whole) / _STEP)) if lines == 1 and whole else 0
    for size in (largest - _STEP * step for step in range(first, steps + 1)):
        broken = break_lines(text, face, size, width)
        if len(broken) <= lines and all(face.width(line, size) <= width for line in broken):
            return size, _evened(broken, text, face, size, width)
    raise CannotDraw(f"too long for its place on the poster: {text!r}")


def _evened(broken: list[str], text: str, face: Typeface, size: float, width: float) -> list[str]:
    """The same number of lines, as equally long as the words allow, so that no last line is a single character."""
    if len(broken) < 2:
        return broken
    if len(broken) == 2 and (parted := _at_mark(text, face, size, width)):
        return parted
    narrow = face.width(text, size) / len(broken)
    while narrow < width:
        tried = break_lines(text, face, size, narrow)
        if len(tried) == len(broken) and all(face.width(line, size) <= width for line in tried):
            return tried
        narrow += size / 2
    return broken


def _at_mark(text: str, face: Typeface, size: float, width: float) -> list[str]:
    """Two lines parted after the punctuation mark nearest the middle, ``[]`` where none leaves room for both."""
    places = [place for place, character in enumerate(text, 1) if character in _PAUSES and place < len(text)]
    for place in sorted(places, key=lambda place: abs(2 * place - len(text))):
        parted = [text[:place].rstrip(), text[place:].lstrip()]
        if all(face.width(line, size) <= width for line in parted):
            return parted
    return []
