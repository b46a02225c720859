"""Kinds of columns that many tables have."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Integer, String, Text

from .types import Id


def text(name: str, length: int | None = None, **options: Any) -> Column[str]:
    """A text that is never NULL: empty says "not known" once, instead of in two ways."""
    kind: sa.types.TypeEngine[str] = String(length) if length else Text()
    return Column(name, kind, nullable=False, server_default="", default="", **options)


def number(name: str, start: int = 0) -> Column[int]:
    """A whole number that is never NULL."""
    return Column(name, Integer, nullable=False, server_default=str(start), default=start)


def flag(name: str) -> Column[bool]:
    """Yes or no; no unless said."""
    return Column(name, sa.Boolean, nullable=False, server_default=sa.false(), default=False)


def json(name: str, empty: str) -> Column[Any]:
    """JSON, never NULL; ``empty`` is what it holds unless said."""
    return Column(name, sa.JSON(none_as_null=True), nullable=False, server_default=empty)


def partial(name: str, *columns: str, where: sa.TextClause, **options: Any) -> sa.Index:
    """An index over the rows that meet a condition; a query must repeat it word for word for SQLite to use it."""
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where, **options)


def case_id(**options: Any) -> Column[int]:
    """The case a row belongs to; the row goes when the case goes."""
    return Column("case_id", Id, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, **options)
