"""The one transaction that everything waits for: cases and all that belongs to them, in as few statements as an engine allows.

SQLite runs in this process, so what costs is each statement's way through Python: one precompiled insert a case, and one for
each kind of part of all of them. PostgreSQL is a round trip away, so there it is one statement for any number of cases, whose
rows travel as six JSON values; that keeps its text the same, and the server plans it once.
Only columns that are given are written; the others take the defaults of the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx, to_json
from .prepared import Prepared
from .tables import cases, clocks, helpers, moves, outbox, sealed

Row = Mapping[str, Any]
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """A case and what belongs to it: columns of the tables, without the id of the case; left-out ones take their defaults."""

    case: Row
    moves: Sequence[Row]
    clocks: Sequence[Row] = ()
    sealed: Row | None = None
    outbox: Sequence[Row] = ()


PARTS = (moves, clocks, helpers, outbox, sealed)
AUTOMATIC = {cases: {"id"}, outbox: {"id", "case_id"}}


def insert(tx: Tx, filings: Sequence[Filing]) -> list[int | None]:
    """Inserts cases with their parts. Returns an id for each, None for one whose number or submission id is there already."""
    if tx.dialect.name == "postgresql":
        return _insert_postgres(tx, filings)
    return _insert_sqlite(tx, filings)


def _parts(filing: Filing, case_id: int) -> dict[sa.Table, list[dict[str, Any]]]:
    """The rows of each table, with the case they belong to."""
    units = dict.fromkeys(filing.case.get("helper_ids", ()))
    return {
        moves: [{**move, "case_id": case_id} for move in filing.moves],
        clocks: [{**clock, "case_id": case_id} for clock in filing.clocks],
        helpers: [{"unit_id": unit_id, "case_id": case_id} for unit_id in units],
        outbox: [{**job, "case_id": case_id} for job in filing.outbox],
        sealed: [{"phone_index": None, "tail_index": None, **filing.sealed, "case_id": case_id}] if filing.sealed else [],
    }


@cache
def _check(table: sa.Table, names: Names) -> None:
    """That an insert may name these columns and no others.

    Raises:
        TypeError: a column is not there, or one that has no default is missing.
    """
    automatic = AUTOMATIC.get(table, set())
    needed = {
        column.name for column in table.c if not column.nullable and column.server_default is None and column.name not in automatic
    }
    wrong = (set(names) - set(table.c.keys())) | (needed - set(names))
    if wrong:
        raise TypeError(f"{table.name}: missing or unknown columns {sorted(wrong)}")


def _names(table: sa.Table, rows: Sequence[Row]) -> Names:
    """The columns of rows, which all have the same.

    Raises:
        TypeError: they do not, or see :func:`_check`.
    """
    names = tuple(rows[0])
    if any(row.keys() != rows[0].keys() for row in rows):
        raise TypeError(f"{table.name}: rows with different columns")
    _check(table, names)
    return names


# SQLite: one precompiled insert per table ------------------------------------------------------------------------------


def _only(table: sa.Table, names: Names) -> sa.TableClause:
    """The table as if it had no other columns: an insert then leaves defaults to the database."""
    return sa.table(table.name, *(sa.column(name, table.c[name].type) for name in names))


@cache
def _insert_one(table: sa.Table, names: Names) -> Prepared:
    return Prepared(lambda dialect: sa.insert(_only(table, names)).values({name: sa.bindparam(name) for name in names}))


@cache
def _insert_case(names: Names) -> Prepared:
    return Prepared(
        lambda dialect: sqlite.insert(_only(cases, names))
        .values({name: sa.bindparam(name) for name in names})
        .on_conflict_do_nothing()
        .returning(cases.c.id)
    )


def _insert_sqlite(tx: Tx, filings: Sequence[Filing]) -> list[int | None]:
    ids: list[int | None] = []
    parts: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in PARTS}
    for filing in filings:
        case_id = _insert_case(_names(cases, [filing.case])).one(tx, filing.case)
        ids.append(case_id)
        if case_id is not None:
            for table, rows in _parts(filing, case_id).items():
                parts[table] += rows
    for table, rows in parts.items():
        if rows:
            _insert_one(table, _names(table, rows)).many(tx, rows)
    return ids


# PostgreSQL: one statement ---------------------------------------------------------------------------------------------


def _recordset(table: sa.Table) -> sa.TableValuedAlias | sa.FromClause:
    """The rows of one JSON array, typed as the table's own rows are."""
    values = sa.cast(sa.bindparam(f"{table.name}_rows", type_=sa.Text), postgresql.JSON)
    return sa.func.json_populate_recordset(sa.literal_column(f"NULL::{table.name}"), values).alias(f"{table.name}_in")


def _columns(source: str, names: Names) -> list[sa.ColumnClause[Any]]:
    # Named by hand: SQLAlchemy would label every column again, and psycopg remembers the text of short statements only.
    return [sa.literal_column(f"{source}.{name}") for name in names]


@cache
def _one_statement(case_names: Names, parts: tuple[tuple[sa.Table, Names], ...]) -> Prepared:
    """Cases, and the parts of those that are new. In the rows, ``id`` and ``case_id`` are the place of the case in the batch."""
    given = sa.select(sa.literal_column("*")).select_from(_recordset(cases)).cte("given").prefix_with("MATERIALIZED")
    new = (
        postgresql.insert(cases)
        .from_select(list(case_names), sa.select(*_columns("given", case_names)).select_from(given), include_defaults=False)
        .on_conflict_do_nothing()
        .returning(cases.c.id, cases.c.case_no)
        .cte("new")
    )
    same_number = sa.literal_column("given.case_no") == new.c.case_no
    placed = sa.select(new.c.id, sa.literal_column("given.id").label("place")).select_from(new.join(given, same_number)).cte("placed")
    statement = sa.select(placed.c.place, placed.c.id)
    for table, names in parts:
        own = tuple(name for name in names if name not in ("id", "case_id"))
        belongs = sa.literal_column(f"{table.name}_in.case_id") == placed.c.place
        chosen = sa.select(placed.c.id, *_columns(f"{table.name}_in", own)).select_from(placed.join(_recordset(table), belongs))
        if table is outbox:
            chosen = chosen.order_by(sa.literal_column("outbox_in.id"))  # jobs are numbered in the order they were written
        statement = statement.add_cte(
            sa.insert(table).from_select(["case_id", *own], chosen, include_defaults=False).cte(f"{table.name}_new")
        )
    return Prepared(lambda dialect: statement)


def _insert_postgres(tx: Tx, filings: Sequence[Filing]) -> list[int | None]:
    numbers: set[str] = set()
    parts: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in PARTS}
    rows = []
    for place, filing in enumerate(filings):
        # Two of one batch that drew the same number: the second draws again, as it would after the first was committed.
        if filing.case["case_no"] in numbers:
            continue
        numbers.add(filing.case["case_no"])
        rows.append({**filing.case, "id": place})
        for table, own in _parts(filing, place).items():
            parts[table] += own
    for row in parts[sealed]:
        row["blob"] = "\\x" + row["blob"].hex()
    for number, row in enumerate(parts[outbox]):
        row["id"] = number
    names = _names(cases, [filing.case for filing in filings])
    filled = {table: own for table, own in parts.items() if own}
    statement = _one_statement(names, tuple((table, _names(table, own)) for table, own in filled.items()))
    values = {f"{table.name}_rows": to_json(own) for table, own in filled.items()}
    found = dict(statement.rows(tx, {**values, "cases_rows": to_json(rows)}))
    return [found.get(place) for place in range(len(filings))]
