"""Column types that mean the same on both engines."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[dt.datetime]):
    """A point in time: aware going in, aware UTC coming out.

    SQLite drops the zone of a time without a word, and a naive time is a guess; so a naive one is refused here.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """The time in UTC; without its zone on SQLite, where text in one zone sorts as time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """The time as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


# SQLite numbers rows by itself only in a column declared INTEGER; PostgreSQL needs 64 bits said.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
