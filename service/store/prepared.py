"""Statements compiled once per engine and then handed to the driver as text.

SQLAlchemy looks a statement up in its cache by walking it, which for the inserts of one case costs more than the database
does. The statements are still written in Core, so the text and the types come from ``tables.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

Convert = Callable[[Any], Any]


class Prepared:
    """One statement with named values.

    Args:
        build: makes the Core statement for a dialect; called once per dialect name.
    """

    def __init__(self, build: Callable[[sa.Dialect], sa.ClauseElement]) -> None:
        self._build = build
        self._ready: dict[str, tuple[str, list[tuple[str, Convert | None]], bool]] = {}

    def one(self, tx: sa.Connection, values: Mapping[str, Any]) -> sa.CursorResult[Any]:
        """Runs it with one set of values."""
        text, fields, positional = self._for(tx.dialect)
        if positional:
            return tx.exec_driver_sql(text, _in_order(fields, values))
        return tx.exec_driver_sql(text, _by_name(fields, values))

    def many(self, tx: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs it once per row; does nothing for no rows."""
        if not rows:
            return
        text, fields, positional = self._for(tx.dialect)
        if positional:
            tx.exec_driver_sql(text, [_in_order(fields, row) for row in rows])
        else:
            tx.exec_driver_sql(text, [_by_name(fields, row) for row in rows])

    def _for(self, dialect: sa.Dialect) -> tuple[str, list[tuple[str, Convert | None]], bool]:
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = _compile(self._build(dialect), dialect)
        return ready


def _in_order(fields: Iterable[tuple[str, Convert | None]], values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple([values[name] if convert is None else convert(values[name]) for name, convert in fields])


def _by_name(fields: Iterable[tuple[str, Convert | None]], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] if convert is None else convert(values[name]) for name, convert in fields}


def _compile(statement: sa.ClauseElement, dialect: sa.Dialect) -> tuple[str, list[tuple[str, Convert | None]], bool]:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, sa.sql.compiler.SQLCompiler)
    names = compiled.positiontup if compiled.positional else list(compiled.binds)
    fields = [(name, _converter(compiled.binds[name].type, dialect)) for name in names or ()]
    return str(compiled), fields, compiled.positional


def _converter(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)
