"""The numbers of a chart turned into what a template draws: bars from zero, each with its label, its number and its link.

Rule: a chart answers one question, and its title is the answer. A bar's length is all that says how much, so every chart
starts at zero and reads the same in grey; numbers stand beside the bars, so nothing must be read off an axis.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

COLUMN_AREA = 130.0
"""Height of the tallest column, in the units of the drawing."""
LABELS_AT_MOST = 8
"""Labels under columns, so that they do not run into one another."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar that lies: ``width`` is 0 to 100; ``kind`` a scene, for its colour."""

    label: str
    number: str
    width: float
    href: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that stands on the line: its place and size in the drawing, and what is written at it (``""`` for nothing)."""

    title: str
    x: float
    y: float
    height: float
    number: str
    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns beside one another: ``step`` from one to the next, ``wide`` each, in a drawing ``width`` wide."""

    columns: tuple[Column, ...]
    width: float
    step: float
    wide: float


def bars(rows: Iterable[tuple[str, float, str, str]], *, whole: float = 0.0) -> list[Bar]:
    """Lying bars.

    Args:
        rows: label, value, number as it is written, link.
        whole: the value of a full bar; 0 takes the largest value.
    """
    listed = list(rows)
    most = whole or max((value for _, value, _, _ in listed), default=0.0)
    return [Bar(label, number, round(100 * value / most, 1) if most else 0.0, href) for label, value, number, href in listed]


def columns(rows: Sequence[tuple[str, str, int, str]], *, width: float = 640.0) -> Columns:
    """Standing columns.

    Args:
        rows: title for a tip, short label, count, link. All numbers are written where columns are few, otherwise the largest.
    """
    most = max((count for _, _, count, _ in rows), default=0)
    step = width / max(len(rows), 1)
    wide = min(step * 0.72, 48.0)
    few = len(rows) <= LABELS_AT_MOST * 2
    every = -(-len(rows) // LABELS_AT_MOST)
    first_most = next((index for index, row in enumerate(rows) if row[2] == most), -1)
    drawn = []
    for index, (title, label, count, href) in enumerate(rows):
        height = round(COLUMN_AREA * count / most, 1) if most else 0.0
        number = str(count) if count and (few or index == first_most) else ""
        shown = label if index % every == 0 else ""
        x = round(index * step + (step - wide) / 2, 1)
        drawn.append(Column(title, x, round(COLUMN_AREA - height, 1), height, number, shown, href))
    return Columns(tuple(drawn), width, round(step, 2), round(wide, 1))


def percent(share: float | None) -> str:
    """A share as people read it: never 100 where one is missing, never 0 where one is there."""
    if share is None:
        return "–"
    whole = round(share * 100)
    if whole == 100 and share < 1:
        whole = 99
    if whole == 0 and share > 0:
        whole = 1
    return f"{whole}%"
