"""A position on the ground: as a phone gives it or a person types it, and how far two of them are apart.

The rule it keeps: longitude and latitude are WGS-84 and never guessed; which of two numbers is which is told by its range,
because in China they do not overlap. A position of a citizen is compared and forgotten; only a poster's own is kept.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

# Longitudes and latitudes that lie in China, in degrees.
LNG_RANGE = (73.0, 136.0)
LAT_RANGE = (3.0, 54.0)
EARTH_KM = 6371.0
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,15})?")
_BLANKS = str.maketrans("，、；,;（）()", "         ")
WIDEST_M = 100_000
"""An accuracy worse than this says nothing, in metres."""


class BadPosition(Exception):
    """The text is no position in China."""


@dataclass(frozen=True, slots=True)
class Position:
    """Longitude and latitude in degrees, WGS-84; ``accuracy_m`` as the phone gave it, in metres, None where typed."""

    lng: float
    lat: float
    accuracy_m: int | None = None


def read_position(text: str) -> Position | None:
    """The position in a text such as ``121.38610, 28.37154`` or ``28.37154 121.38610 ±12``; None for an empty one.

    Raises:
        BadPosition: it holds no longitude and latitude in China.
    """
    if not text.strip():
        return None
    body, _, tail = text[:100].partition("±")
    numbers = [float(found) for found in _NUMBER.findall(body.translate(_BLANKS))]
    if len(numbers) != 2:
        raise BadPosition(text)
    lng, lat = sorted(numbers, reverse=True)
    if not (LNG_RANGE[0] <= lng <= LNG_RANGE[1] and LAT_RANGE[0] <= lat <= LAT_RANGE[1]):
        raise BadPosition(text)
    close = _NUMBER.search(tail)
    accuracy = round(float(close.group())) if close else None
    return Position(lng, lat, accuracy if accuracy is not None and accuracy <= WIDEST_M else None)


def distance_km(one: Position, other: Position) -> float:
    """Kilometres between two positions along the ground (haversine; half a percent off at most)."""
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    high, wide = math.sin((lat2 - lat1) / 2), math.sin(math.radians(other.lng - one.lng) / 2)
    return 2 * EARTH_KM * math.asin(math.sqrt(high * high + math.cos(lat1) * math.cos(lat2) * wide * wide))
