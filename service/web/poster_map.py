"""A map of posters as one small SVG: points by their position, over an outline where the county has one, and nothing else.

Rule: no tiles, no outside host, no outline of our own (none is free to ship). Shape and colour say the same thing twice, so
that it reads in grey print. Longitudes are shrunk by the cosine of the latitude, which at a county's size is a true map.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

WIDTH = 900
MOST_HEIGHT = 700
MARGIN = 24
# Degrees; so that a single poster is not blown up to the whole sheet.
LEAST_SPAN = 0.02
SHAPES: Mapping[str, str] = {"posted": "hangs", "inspected": "hangs", "damaged": "worn", "moved": "gone", "lost": "gone"}
# Shapes around (0, 0): a disc, a diamond, a cross, a ring.
PATHS: Mapping[str, str] = {
    "hangs": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    "worn": "M0-7L7 0L0 7L-7 0z",
    "gone": "M-5-5L5 5M-5 5L5-5",
    "other": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
}

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """One poster on the map: where on the sheet, which shape, and what it is."""

    x: float
    y: float
    shape: str
    path: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The map: its size in units of the SVG, the outline as paths, the points."""

    width: int
    height: int
    outline: tuple[str, ...]
    points: tuple[Point, ...]


def draw_map(rows: Sequence[Mapping[str, Any]], outline_file: Path | None) -> Sheet | None:
    """The map of these posters; None where no position is known.

    Args:
        rows: with ``lng_wgs84``, ``lat_wgs84`` and ``life``.
        outline_file: GeoJSON, WGS-84.
    """
    if not rows:
        return None
    rings = read_outline(outline_file) if outline_file else ()
    places = [(row["lng_wgs84"], row["lat_wgs84"]) for row in rows]
    place_on, height = _projection([*places, *(place for ring in rings for place in ring)])
    points = []
    for row, place in zip(rows, places, strict=True):
        x, y = place_on(place)
        shape = SHAPES.get(row["life"], "other")
        points.append(Point(x, y, shape, PATHS[shape], row))
    outline = tuple("M" + "L".join(f"{x:g} {y:g}" for x, y in map(place_on, ring)) + "z" for ring in rings)
    return Sheet(WIDTH, height, outline, tuple(points))


def _projection(places: Sequence[Place]) -> tuple[Any, int]:
    lngs, lats = [place[0] for place in places], [place[1] for place in places]
    middle = (min(lats) + max(lats)) / 2
    shrink = math.cos(math.radians(middle))
    wide, high = max((max(lngs) - min(lngs)) * shrink, LEAST_SPAN), max(max(lats) - min(lats), LEAST_SPAN)
    scale = min((WIDTH - 2 * MARGIN) / wide, (MOST_HEIGHT - 2 * MARGIN) / high)
    centre = (min(lngs) + max(lngs)) / 2
    height = round(high * scale + 2 * MARGIN)

    def place_on(place: Place) -> Place:
        x = WIDTH / 2 + (place[0] - centre) * shrink * scale
        return round(x, 1), round(height / 2 - (place[1] - middle) * scale, 1)

    return place_on, height


@lru_cache(maxsize=4)
def read_outline(file: Path) -> tuple[tuple[Place, ...], ...]:
    """Outer and inner rings of every polygon in a GeoJSON file; what is no polygon is passed over."""
    return tuple(_rings(json.loads(file.read_text("utf-8"))))


def _rings(thing: Any) -> Iterable[tuple[Place, ...]]:
    kind = thing.get("type") if isinstance(thing, dict) else ""
    if kind == "FeatureCollection":
        for one in thing["features"]:
            yield from _rings(one)
    elif kind == "Feature":
        yield from _rings(thing["geometry"])
    elif kind in ("Polygon", "MultiPolygon"):
        polygons = thing["coordinates"] if kind == "MultiPolygon" else [thing["coordinates"]]
        for polygon in polygons:
            for ring in polygon:
                yield tuple((float(place[0]), float(place[1])) for place in ring)
