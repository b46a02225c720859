"""Moments in the time of China, and as whole seconds, in which deadlines are counted.

The rule it keeps: a moment is aware or it is refused; nobody guesses the zone of a naive one.
"""

from __future__ import annotations

import datetime as dt

SHANGHAI = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
"""A fixed offset and no time-zone file: the zone has had no summer time since 1992, and slim images carry no tzdata."""

SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3600
SECONDS_PER_DAY = 86400
EPOCH = dt.date(1970, 1, 1).toordinal()
_OFFSET = 8 * SECONDS_PER_HOUR


def aware(at: dt.datetime) -> dt.datetime:
    """The moment itself.

    Raises:
        ValueError: it has no time zone.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("a moment must be an aware datetime; this one has no time zone")
    return at


def local_seconds(at: dt.datetime) -> int:
    """Whole seconds of Shanghai's time since 1970, of an aware moment.

    Raises:
        ValueError: it has no time zone.
    """
    return int(aware(at).timestamp() // 1) + _OFFSET


def moment(seconds: int) -> dt.datetime:
    """The aware moment, in UTC, of seconds of Shanghai's time since 1970."""
    return dt.datetime.fromtimestamp(seconds - _OFFSET, dt.UTC)
