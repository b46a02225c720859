"""The one transaction that everything waits for: a case and all that belongs to it, in as few statements as an engine allows.

SQLite runs in this process, so what costs is each statement's way through Python: five precompiled inserts.
PostgreSQL is a round trip away, so there it is one statement, whose rows travel as five JSON values; that keeps its text
the same for every case, and the server plans it once.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx, to_json
from .prepared import Prepared
from .tables import cases, clocks, helpers, moves, outbox, sealed

Row = Mapping[str, Any]


def _columns(table: sa.Table, without: str) -> tuple[sa.Column[Any], ...]:
    return tuple(column for column in table.c if column.name != without)


CASE = _columns(cases, "id")
PARTS = {
    moves: _columns(moves, "case_id"),
    clocks: _columns(clocks, "case_id"),
    helpers: _columns(helpers, "case_id"),
    outbox: tuple(column for column in outbox.c if column.name not in ("id", "case_id")),
}


def _blank(columns: Sequence[sa.Column[Any]]) -> dict[str, Any]:
    """What a left-out column holds: its default, None where it may be empty; one that must be given is missing here."""
    blank: dict[str, Any] = {}
    for column in columns:
        if isinstance(column.type, sa.JSON) and isinstance(column.server_default, sa.DefaultClause):
            blank[column.name] = json.loads(str(column.server_default.arg))
        elif isinstance(column.default, sa.ColumnDefault):
            blank[column.name] = column.default.arg
        elif column.nullable:
            blank[column.name] = None
    return blank


BLANKS = {cases: _blank(CASE), **{table: _blank(columns) for table, columns in PARTS.items()}}
NAMES = {cases: {column.name for column in CASE}, **{table: {column.name for column in columns} for table, columns in PARTS.items()}}


def _full(table: sa.Table, row: Row) -> dict[str, Any]:
    """The row with every column in it."""
    full = {**BLANKS[table], **row}
    if full.keys() != NAMES[table]:
        raise TypeError(f"{table.name}: missing or unknown columns {sorted(full.keys() ^ NAMES[table])}")
    return full


def insert(
    tx: Tx, row: Row, *, moves: Sequence[Row], clocks: Sequence[Row], sealed: Row | None, outbox: Sequence[Row]
) -> int | None:
    """Inserts the case and its parts. Returns its id, or None when its number or submission id exists already."""
    full = _full(cases, row)
    parts = _parts(full, moves, clocks, outbox)
    if tx.dialect.name == "postgresql":
        return _insert_postgres(tx, full, parts, sealed)
    return _insert_sqlite(tx, full, parts, sealed)


def _parts(case: Row, new_moves: Sequence[Row], new_clocks: Sequence[Row], jobs: Sequence[Row]) -> dict[sa.Table, list[dict[str, Any]]]:
    return {
        moves: [_full(moves, move) for move in new_moves],
        clocks: [_full(clocks, clock) for clock in new_clocks],
        helpers: [{"unit_id": unit_id} for unit_id in dict.fromkeys(case["helper_ids"])],
        outbox: [_full(outbox, job) for job in jobs],
    }


# SQLite: one precompiled insert per table ------------------------------------------------------------------------------


def _insert_one(table: sa.Table, columns: Sequence[sa.Column[Any]]) -> Prepared:
    names = [column.name for column in columns]
    return Prepared(lambda dialect: sa.insert(table).values({name: sa.bindparam(name) for name in names}))


INSERT_CASE = Prepared(
    lambda dialect: sqlite.insert(cases)
    .values({column.name: sa.bindparam(column.name) for column in CASE})
    .on_conflict_do_nothing()
    .returning(cases.c.id)
)
INSERT_PART = {table: _insert_one(table, (table.c.case_id, *columns)) for table, columns in PARTS.items()}
INSERT_SEALED = _insert_one(sealed, tuple(sealed.c))


def _insert_sqlite(tx: Tx, case: Row, parts: Mapping[sa.Table, list[dict[str, Any]]], secret: Row | None) -> int | None:
    case_id: int | None = INSERT_CASE.one(tx, case).scalar()
    if case_id is None:
        return None
    for table, rows in parts.items():
        for row in rows:
            row["case_id"] = case_id
        INSERT_PART[table].many(tx, rows)
    if secret is not None:
        INSERT_SEALED.one(tx, {"phone_index": None, "tail_index": None, **secret, "case_id": case_id})
    return case_id


# PostgreSQL: one statement ---------------------------------------------------------------------------------------------


def _rows(table: sa.Table, columns: Sequence[sa.Column[Any]]) -> tuple[sa.FromClause, list[sa.ColumnClause[Any]]]:
    """The rows of one JSON array, typed as the table's own rows are, and their columns."""
    values = sa.cast(sa.bindparam(f"{table.name}_rows", type_=sa.Text), postgresql.JSON)
    recordset = sa.func.json_populate_recordset(sa.literal_column(f"NULL::{table.name}"), values)
    # Named by hand: SQLAlchemy would label every column again, and psycopg remembers the text of short statements only.
    return recordset.alias(f"{table.name}_in"), [sa.literal_column(f"{table.name}_in.{column.name}") for column in columns]


def _one_statement(_dialect: sa.Dialect) -> sa.Select[Any]:
    source, values = _rows(cases, CASE)
    new = (
        postgresql.insert(cases)
        .from_select([column.name for column in CASE], sa.select(*values).select_from(source), include_defaults=False)
        .on_conflict_do_nothing()
        .returning(cases.c.id)
        .cte("new")
    )
    statement = sa.select(new.c.id)
    for table, columns in PARTS.items():
        source, values = _rows(table, columns)
        chosen = sa.select(new.c.id, *values).select_from(new.join(source, sa.true()))
        names = ["case_id", *(column.name for column in columns)]
        statement = statement.add_cte(sa.insert(table).from_select(names, chosen, include_defaults=False).cte(f"{table.name}_new"))
    blob = sa.cast(sa.bindparam("blob", type_=sa.LargeBinary), postgresql.BYTEA)
    phone, tail = (sa.bindparam(name, type_=sa.String) for name in ("phone_index", "tail_index"))
    kept = sa.select(new.c.id, blob, phone, tail).where(blob.is_not(None))
    names = ["case_id", "blob", "phone_index", "tail_index"]
    return statement.add_cte(sa.insert(sealed).from_select(names, kept, include_defaults=False).cte("sealed_new"))


INSERT_ALL = Prepared(_one_statement)


def _insert_postgres(tx: Tx, case: Row, parts: Mapping[sa.Table, list[dict[str, Any]]], secret: Row | None) -> int | None:
    values: dict[str, Any] = {"blob": None, "phone_index": None, "tail_index": None, **(secret or {})}
    values["cases_rows"] = to_json([_aware(case)])
    for table, rows in parts.items():
        values[f"{table.name}_rows"] = to_json([_aware(row) for row in rows])
    found: int | None = INSERT_ALL.one(tx, values).scalar()
    return found


def _aware(row: Row) -> Row:
    """The row itself, once every time in it is seen to have a zone; the other engine checks in the column type."""
    for name, value in row.items():
        if isinstance(value, dt.datetime) and value.tzinfo is None:
            raise ValueError(f"{name}: {value!r} has no time zone")
    return row
