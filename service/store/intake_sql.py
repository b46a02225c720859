"""The one transaction that everything waits for: cases and all that belongs to them, in as few statements as an engine allows.

SQLite runs in this process, so what costs is each statement's way through Python: one precompiled insert a case, and one for
each kind of part of all of them. PostgreSQL is a round trip away, so there it is one statement for any number of cases, whose
rows travel as JSON values; that keeps its text the same, and the server plans it once. What counts the new cases is in it too:
those rows are shared by all submissions of an address and of a poster, and in ``store.write_alone()`` they are then held only while
the server works, never while a thread of ours waits for its turn.
Only columns that are given are written; the others take the defaults of the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .counters import CounterKey, bump_counters
from .engine import Tx, to_json
from .prepared import Prepared
from .scans import KEY as SCAN_KEY
from .scans import ScanKey, add_scans
from .tables import cases, clocks, counters, helpers, moves, outbox, scan_counts, sealed

Row = Mapping[str, Any]
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """A case and what belongs to it: columns of the tables, without the id of the case; left-out ones take their defaults.

    Args:
        counted: the counters that a new case counts up by one; scan: the day, code and scene it is a submission of.
    """

    case: Row
    moves: Sequence[Row]
    clocks: Sequence[Row] = ()
    sealed: Row | None = None
    outbox: Sequence[Row] = ()
    counted: Sequence[CounterKey] = ()
    scan: ScanKey | None = None


@dataclass(frozen=True, slots=True)
class Inserted:
    """A case that is new.

    Args:
        counts: where its counters stood with this case, in the order of ``Filing.counted``.
    """

    id: int
    counts: tuple[int, ...] = ()


PARTS = (moves, clocks, helpers, outbox, sealed)
AUTOMATIC = {cases: {"id"}, outbox: {"id", "case_id"}}


def insert(tx: Tx, filings: Sequence[Filing]) -> list[Inserted | None]:
    """Inserts cases with their parts and counts those that are new. None stands for a number or submission id that is there already."""
    write = _insert_postgres if tx.dialect.name == "postgresql" else _insert_sqlite
    ids, after = write(tx, filings)
    new = [filing for filing, case_id in zip(filings, ids, strict=True) if case_id is not None]
    standing = Counter(after)
    standing.subtract(key for filing in new for key in filing.counted)
    inserted: list[Inserted | None] = []
    for filing, case_id in zip(filings, ids, strict=True):
        if case_id is None:
            inserted.append(None)
            continue
        standing.update(filing.counted)
        inserted.append(Inserted(case_id, tuple(standing[key] for key in filing.counted)))
    return inserted


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


def _insert_sqlite(tx: Tx, filings: Sequence[Filing]) -> tuple[list[int | None], Mapping[CounterKey, int]]:
    ids: list[int | None] = []
    parts: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in PARTS}
    new: list[Filing] = []
    for filing in filings:
        case_id = _insert_case(_names(cases, [filing.case])).one(tx, filing.case)
        ids.append(case_id)
        if case_id is not None:
            new.append(filing)
            for table, rows in _parts(filing, case_id).items():
                parts[table] += rows
    for table, rows in parts.items():
        if rows:
            _insert_one(table, _names(table, rows)).many(tx, rows)
    scans = Counter(filing.scan for filing in new if filing.scan)
    add_scans(tx, {key: {"submitted": count} for key, count in scans.items()})
    return ids, bump_counters(tx, Counter(key for filing in new for key in filing.counted))


# PostgreSQL: one statement ---------------------------------------------------------------------------------------------


IN = "r"
"""What rows that come in are called in the statement. Names are short in it: psycopg keeps what it made of a text of up to 4,096 bytes."""


def _json(name: str) -> sa.Cast[Any]:
    return sa.cast(sa.bindparam(f"{name}_rows", type_=sa.Text), postgresql.JSON)


def _recordset(table: sa.Table) -> sa.FromClause:
    """The rows of one JSON array, typed as the table's own rows are."""
    return sa.func.json_populate_recordset(sa.literal_column(f"NULL::{table.name}"), _json(table.name)).alias(IN)


def _columns(source: str, names: Names) -> list[sa.ColumnClause[Any]]:
    # Named by hand: SQLAlchemy would label every column again.
    return [sa.literal_column(f"{source}.{name}") for name in names]


@cache
def _one_statement(case_names: Names, parts: tuple[tuple[sa.Table, Names], ...]) -> Prepared:
    """Cases, and the parts of those that are new. In the rows, ``id`` and ``case_id`` are the place of the case in the batch."""
    given = sa.select(sa.literal_column("*")).select_from(_recordset(cases)).cte("g").prefix_with("MATERIALIZED")
    new = (
        postgresql.insert(cases)
        .from_select(list(case_names), sa.select(*_columns("g", case_names)).select_from(given), include_defaults=False)
        .on_conflict_do_nothing()
        .returning(cases.c.id, cases.c.case_no)
        .cte("n")
    )
    same_number = sa.literal_column("g.case_no") == new.c.case_no
    placed = sa.select(new.c.id, sa.literal_column("g.id").label("place")).select_from(new.join(given, same_number)).cte("p")
    counted = _counted(placed)
    none = sa.null()
    of_counters = sa.select(none, none, counted.c.key, counted.c.window_start, counted.c.count)
    statement: Any = sa.select(placed.c.place, placed.c.id, none, none, none).union_all(of_counters)
    for table, names in parts:
        own = tuple(name for name in names if name not in ("id", "case_id"))
        belongs = sa.literal_column(f"{IN}.case_id") == placed.c.place
        chosen = sa.select(placed.c.id, *_columns(IN, own)).select_from(placed.join(_recordset(table), belongs))
        if table is outbox:
            chosen = chosen.order_by(sa.literal_column(f"{IN}.id"))  # jobs are numbered in the order they were written
        statement = statement.add_cte(
            sa.insert(table).from_select(["case_id", *own], chosen, include_defaults=False).cte(f"{table.name}_new")
        )
    return Prepared(lambda dialect: statement.add_cte(_scanned(placed)))


def _derived(name: str, **columns: sa.types.TypeEngine[Any]) -> Any:
    """The rows of one JSON array that is shaped like no table."""
    rows = sa.func.json_to_recordset(_json(name)).table_valued(*(sa.column(key, kind) for key, kind in columns.items()), name=IN)
    return rows.render_derived(with_types=True)


def _counted(placed: sa.CTE) -> sa.CTE:
    """Counters of the cases that are new, in one order for everybody, so that two statements never wait for each other crosswise."""
    given = _derived("counters", place=sa.Integer(), key=sa.Text(), window_start=counters.c.window_start.type)
    key = (given.c.key, given.c.window_start)
    chosen = sa.select(*key, sa.func.count()).select_from(given.join(placed, given.c.place == placed.c.place))
    insert = postgresql.insert(counters)
    new = insert.from_select(["key", "window_start", "count"], chosen.group_by(*key).order_by(*key), include_defaults=False)
    done = new.on_conflict_do_update(
        index_elements=["key", "window_start"], set_={"count": counters.c.count + insert.excluded["count"]}
    )
    return done.returning(counters.c.key, counters.c.window_start, counters.c.count).cte("c")


def _scanned(placed: sa.CTE) -> sa.CTE:
    """The same for what the posters count."""
    given = _derived("scan_counts", place=sa.Integer(), day=sa.Date(), code_id=sa.BigInteger(), scene_key=sa.Text())
    key = [given.c[name] for name in SCAN_KEY]
    chosen = sa.select(*key, sa.func.count()).select_from(given.join(placed, given.c.place == placed.c.place))
    insert = postgresql.insert(scan_counts)
    new = insert.from_select([*SCAN_KEY, "submitted"], chosen.group_by(*key).order_by(*key), include_defaults=False)
    more = {"submitted": scan_counts.c.submitted + insert.excluded["submitted"]}
    return new.on_conflict_do_update(index_elements=list(SCAN_KEY), set_=more).cte("s")


def _insert_postgres(tx: Tx, filings: Sequence[Filing]) -> tuple[list[int | None], Mapping[CounterKey, int]]:
    numbers: set[str] = set()
    parts: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in PARTS}
    rows, counted, scanned = [], [], []
    for place, filing in enumerate(filings):
        # Two of one batch that drew the same number: the second draws again, as it would after the first was committed.
        if filing.case["case_no"] in numbers:
            continue
        numbers.add(filing.case["case_no"])
        rows.append({**filing.case, "id": place})
        for table, own in _parts(filing, place).items():
            parts[table] += own
        counted += [{"place": place, "key": key, "window_start": start} for key, start in filing.counted]
        if filing.scan:
            scanned.append({"place": place, **dict(zip(SCAN_KEY, filing.scan, strict=True))})
    for row in parts[sealed]:
        row["blob"] = "\\x" + row["blob"].hex()
    for number, row in enumerate(parts[outbox]):
        row["id"] = number
    names = _names(cases, [filing.case for filing in filings])
    filled = {table: own for table, own in parts.items() if own}
    statement = _one_statement(names, tuple((table, _names(table, own)) for table, own in filled.items()))
    values = {f"{table.name}_rows": to_json(own) for table, own in filled.items()}
    values |= {"cases_rows": to_json(rows), "counters_rows": to_json(counted), "scan_counts_rows": to_json(scanned)}
    ids: dict[int, int] = {}
    after: dict[CounterKey, int] = {}
    for place, case_id, key, start, count in statement.rows(tx, values):
        if place is None:
            after[key, start] = count
        else:
            ids[place] = case_id
    return [ids.get(place) for place in range(len(filings))], after
