"""Marks of a page as the operators of a content stream, in millimetres from the upper left corner of the cut page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ..qr import QUIET_ZONE
from .inks import Ink, cmyk
from .outlines import number, path_operators
from .page import BoxesMark, CodeMark, Mark, OutlineMark, TextMark
from .pdf_fonts import Numbering
from .typeface import Typeface

Fonts = dict[Typeface, tuple[bytes, Numbering]]  # for each face: its name in the resources, and its numbers


def operators(marks: Iterable[Mark], fonts: Fonts, own: Fonts | None = None) -> bytes:
    """The content stream of some marks.

    Args:
        fonts: fonts to set text in; with ``own``, characters that they lack go into those fonts instead and they stay as
            they are.
    """
    parts: list[bytes] = []
    ink: Ink = 0.0
    for mark in marks:
        wanted = 0.0 if isinstance(mark, CodeMark) else mark.ink
        stroked = isinstance(mark, OutlineMark) and mark.stroke > 0
        if wanted != ink and not stroked:
            parts.append(_colour(wanted))
            ink = wanted
        if isinstance(mark, TextMark):
            parts.append(_text(mark, fonts, own))
        elif isinstance(mark, BoxesMark):
            parts += [b"%b %b %b %b re" % tuple(map(number, box)) for box in mark.boxes]
            parts.append(b"f")
        elif isinstance(mark, CodeMark):
            parts.append(_code(mark))
        else:
            parts.append(_outline(mark))
    return b"\n".join(parts)


def _colour(ink: Ink, *, stroke: bool = False) -> bytes:
    if isinstance(ink, str):
        return b"%b %b %b %b %b" % (*map(number, cmyk(ink)), b"K" if stroke else b"k")
    return b"%b %b" % (number(ink), b"G" if stroke else b"g")


def _text(mark: TextMark, fonts: Fonts, own: Fonts | None) -> bytes:
    name, numbering = fonts[mark.face]
    size = number(mark.size)
    track = b"%b Tc " % number(mark.tracking) if mark.tracking else b""
    head = b"BT %b1 0 0 -1 %b %b Tm" % (track, number(mark.x), number(mark.y))
    tail = b" 0 Tc ET" if mark.tracking else b" ET"
    coded = numbering.code(mark.text) if own is None else numbering.held(mark.text)
    if coded is not None:
        return b"%b/%b %b Tf<%b>Tj%b" % (head, name, size, coded, tail)
    assert own is not None
    other_name, other = own[mark.face]
    shown = []
    for held, run in _runs(mark.text, numbering.codes):
        chosen = (name, numbering) if held else (other_name, other)
        shown.append(b"/%b %b Tf<%b>Tj" % (chosen[0], size, chosen[1].code(run)))
    return head + b"".join(shown) + tail


def _runs(text: str, held: dict[int, str]) -> list[tuple[bool, str]]:
    runs: list[tuple[bool, str]] = []
    for character in text:
        inside = ord(character) in held
        if runs and runs[-1][0] == inside:
            runs[-1] = (inside, runs[-1][1] + character)
        else:
            runs.append((inside, character))
    return runs


@lru_cache(maxsize=16)
def _corners(side: int) -> tuple[bytes, ...]:
    """The corner of each module of the whole square of :class:`CodeMark`, from the corner of its white rim."""
    return tuple(b"%d %d " % (place % side, place // side) for place in range(side * side))


_WIDE = tuple(b"%d 1 re\n" % width for width in range(178))  # version 40 has 177 modules


def _code(mark: CodeMark) -> bytes:
    """All runs as one path, filled once: no seam can show between them."""
    corners, wide = _corners(mark.side + 2 * QUIET_ZONE), _WIDE
    path = b"".join([corners[first] + wide[end - first] for first, end in mark.runs])
    module, rim = b"%.6g" % mark.module, QUIET_ZONE * mark.module
    return b"q %b 0 0 %b %b %b cm\n%bf Q" % (module, module, b"%.6g" % (mark.x - rim), b"%.6g" % (mark.y - rim), path)


def _outline(mark: OutlineMark) -> bytes:
    scale = number(mark.scale)
    paint = b"%b %b w 1 J 1 j %b S" % (_colour(mark.ink, stroke=True), number(mark.stroke), path_operators(mark.path)) if mark.stroke else path_operators(mark.path) + b" f"
    return b"q %b 0 0 %b %b %b cm %b Q" % (scale, scale, number(mark.x), number(mark.y), paint)
