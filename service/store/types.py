"""Column types that mean the same on both engines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[dt.datetime]):
    """A point in time: aware going in, aware UTC coming out.

    SQLite drops the zone of a time without a word, and a naive time is a guess; so a naive one is refused here.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[dt.datetime | None], Any]:
        """What turns a time into what the driver takes. A case carries some thirty times, so it is done in one step."""
        return _sqlite_text if dialect.name == "sqlite" else _utc

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """The time as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def _utc(value: dt.datetime | None) -> dt.datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return value.astimezone(dt.UTC)


def _sqlite_text(value: dt.datetime | None) -> str | None:
    """The text SQLAlchemy reads back on SQLite; in one zone and of one length it sorts as time."""
    if value is None:
        return None
    utc = value if value.tzinfo is dt.UTC else _utc(value)
    return None if utc is None else utc.isoformat(" ", "microseconds")[:26]


# SQLite numbers rows by itself only in a column declared INTEGER; PostgreSQL needs 64 bits said.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
