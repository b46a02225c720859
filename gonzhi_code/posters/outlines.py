"""Pictures given as SVG path data, written as the path operators of a PDF. Curves of arcs become Bézier curves."""

from __future__ import annotations

from functools import lru_cache

from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path.parser import parse_path

Point = tuple[float, float]


class _Operators(BasePen):  # type: ignore[misc]
    """Collects path operators (ISO 32000-1, table 59)."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def _put(self, operator: bytes, *points: Point) -> None:
        self.written.append(b" ".join(number(value) for point in points for value in point) + operator)

    def _moveTo(self, pt: Point) -> None:
        self._put(b" m", pt)

    def _lineTo(self, pt: Point) -> None:
        self._put(b" l", pt)

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:
        self._put(b" c", pt1, pt2, pt3)

    def _closePath(self) -> None:
        self.written.append(b"h")


@lru_cache(maxsize=64)
def path_operators(path: str) -> bytes:
    """The operators that build a path, in its own units; painting it is the caller's."""
    pen = _Operators()
    parse_path(path, pen)
    return b" ".join(pen.written)


@lru_cache(maxsize=8192)
def number(value: float) -> bytes:
    """A number as a PDF writes it: at most three decimals, never an exponent."""
    return b"%g" % round(value, 3)
