"""Statements compiled once per engine and then handed to the driver as text.

SQLAlchemy looks a statement up in its cache by walking it, and wraps every result; for the inserts of one case that costs
more than the database does. The statements are still written in Core, so the text and the types come from ``tables.py``, and
what the driver refuses is raised as SQLAlchemy's own errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

Convert = Callable[[Any], Any]


class _Ready(NamedTuple):
    """The text for one dialect, and the values it takes in order, each with what turns it into the driver's kind."""

    text: str
    fields: list[tuple[str, Convert | None]]
    positional: bool


class Prepared:
    """One statement with named values.

    Args:
        build: makes the Core statement for a dialect; called once per dialect name.
    """

    def __init__(self, build: Callable[[sa.Dialect], sa.ClauseElement]) -> None:
        self._build = build
        self._ready: dict[str, _Ready] = {}

    def rows(self, tx: sa.Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Runs it with one set of values. Returns what it selects or returns, as the driver gives it; ``[]`` for nothing."""
        ready = self._for(tx.dialect)
        return _run(tx, ready.text, _filled(ready, values), many=False)

    def one(self, tx: sa.Connection, values: Mapping[str, Any]) -> Any:
        """Runs it with one set of values. Returns the first value of the first row, None where there is none."""
        rows = self.rows(tx, values)
        return rows[0][0] if rows else None

    def many(self, tx: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs it once per row; does nothing for no rows."""
        if not rows:
            return
        ready = self._for(tx.dialect)
        if len(rows) == 1:
            _run(tx, ready.text, _filled(ready, rows[0]), many=False)
        else:
            _run(tx, ready.text, [_filled(ready, row) for row in rows], many=True)

    def _for(self, dialect: sa.Dialect) -> _Ready:
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = _compile(self._build(dialect), dialect)
        return ready


def _filled(ready: _Ready, values: Mapping[str, Any]) -> Any:
    return _in_order(ready.fields, values) if ready.positional else _by_name(ready.fields, values)


def _in_order(fields: Iterable[tuple[str, Convert | None]], values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple([values[name] if convert is None else convert(values[name]) for name, convert in fields])


def _by_name(fields: Iterable[tuple[str, Convert | None]], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] if convert is None else convert(values[name]) for name, convert in fields}


def _run(tx: sa.Connection, text: str, values: Any, *, many: bool) -> list[tuple[Any, ...]]:
    if not tx.in_transaction():
        tx.begin()  # as execute() would: reading blocks begin with their first statement
    driver: Any = tx.dialect.loaded_dbapi
    cursor = tx.connection.cursor()
    try:
        if many:
            cursor.executemany(text, values)
            return []
        cursor.execute(text, values)
        return list(cursor.fetchall()) if cursor.description else []
    except driver.Error as error:
        # A lost connection shows again when the unit of work is undone, and is then given up by the pool.
        raise sa.exc.DBAPIError.instance(text, None, error, driver.Error, hide_parameters=True, dialect=tx.dialect) from error
    finally:
        cursor.close()


def _compile(statement: sa.ClauseElement, dialect: sa.Dialect) -> _Ready:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, sa.sql.compiler.SQLCompiler)
    names = compiled.positiontup if compiled.positional else list(compiled.binds)
    fields = [(name, _converter(compiled.binds[name].type, dialect)) for name in names or ()]
    return _Ready(str(compiled), fields, compiled.positional)


def _converter(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)
