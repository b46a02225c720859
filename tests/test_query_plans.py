"""The lists that people look at all day are read through an index, in order, and stop at the end of the page.

A small database hides the problem, so the plan is looked at instead of the time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from service.store import Store, Tx, clock_runs, migrate
from service.store.alerts import alerting_clocks, unplanned_clocks
from service.store.audit import audit_page
from service.store.cases import cases_of_phone, due_clocks, get_case, merged_into, newest_cases, overdue_cases
from service.store.dispatches import waiting_for_desk
from service.store.extensions import asked_extensions
from service.store.handling import last_move
from service.store.letters import letters_of
from service.store.notices import list_notices, next_notice_at, sent_to_phone, take_notice
from service.store.outbox import count_failed, lease_outbox, next_job_at
from service.store.poster_lists import Wanted, count_posters, poster_page, scans_of
from service.store.ratings import asked_appeals
from service.store.related import cases_of_spot
from service.store.supervisions import open_supervisions
from service.store.tables import cases
from tests.parts.filings import NOON, file

LATE = NOON + dt.timedelta(days=30)
AFTER = (LATE, 10)

QUERIES: dict[str, tuple[Callable[[Tx], Any], str]] = {
    "everything": (lambda tx: newest_cases(tx, after=AFTER), "ix_cases_reported"),
    "overdue": (lambda tx: overdue_cases(tx, LATE), "ix_cases_overdue"),
    "due clocks": (lambda tx: due_clocks(tx, LATE), "ix_clocks_running"),
    "rating windows that are over": (lambda tx: due_clocks(tx, LATE, key="rate", limit=50), "ix_clocks_running"),
    "supervision of a unit": (lambda tx: open_supervisions(tx, "labour"), "ix_supervisions_open"),
    "extensions to decide": (asked_extensions, "ix_extensions_asked"),
    "appeals to decide": (asked_appeals, "ix_appeals_asked"),
    "cases of a spot": (lambda tx: cases_of_spot(tx, 0, 7), "ix_cases_spot"),
    "who follows a case": (lambda tx: merged_into(tx, 1), "ix_cases_main"),
    "what became of clocks": (lambda tx: clock_runs.runs_of(tx, 1), "ix_clock_runs_case_id"),
    "letters of a case": (lambda tx: letters_of(tx, [1]), "ix_letters_case_id"),
    "the last move": (lambda tx: last_move(tx, 1), "moves"),
    "a receipt": (lambda tx: get_case(tx, "AC000001"), "case_no"),
    "cases of a phone": (lambda tx: cases_of_phone(tx, "phone-9"), "ix_sealed_phone"),
    "the outbox": (lambda tx: lease_outbox(tx, LATE), "ix_outbox_open"),
    "clocks to plan": (lambda tx: unplanned_clocks(tx, 50), "ix_clocks_alert"),
    "clocks to raise": (lambda tx: alerting_clocks(tx, LATE, 50), "ix_clocks_alert"),
    "late on the way to a desk": (lambda tx: waiting_for_desk(tx, LATE, 50), "ix_outbox_open"),
    "the next job": (next_job_at, "ix_outbox_open"),
    "jobs that were given up": (count_failed, "ix_outbox_failed"),
    "posters of a township": (lambda tx: poster_page(tx, Wanted(("331081101",)), ("331081101204", 5)), "ix_codes_place"),
    "posters to inspect": (lambda tx: count_posters(tx, Wanted(inspect_before=LATE.date())), "ix_codes_inspect"),
    "scans of posters": (lambda tx: scans_of(tx, (1, 2), LATE.date()), "ix_scan_counts_code"),
    "what somebody did": (lambda tx: audit_page(tx, who="zhao", before=10), "ix_audit_who"),
    "one kind of deed": (lambda tx: audit_page(tx, action="reveal", before=10), "ix_audit_action"),
    "the next notice": (lambda tx: take_notice(tx, LATE), "ix_notices_waiting"),
    "when a notice is due": (next_notice_at, "ix_notices_waiting"),
    "notices of a phone today": (lambda tx: sent_to_phone(tx, "phone-9", NOON), "ix_notices_phone"),
    "failed notices": (lambda tx: list_notices(tx, unsent=True), "ix_notices_unsent"),
}


def plans(tx: Tx, ask: Callable[[Tx], Any]) -> str:
    """What the database says of every SELECT that ``ask`` makes."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append((statement, parameters))

    sa.event.listen(tx, "before_cursor_execute", note)
    ask(tx)
    sa.event.remove(tx, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
    lines = [" ".join(map(str, row)) for text, values in asked for row in tx.exec_driver_sql(explain + text, values)]
    return "\n".join(lines)


@pytest.fixture
def postgres_url(fresh_postgres_url: str) -> str:
    """Plans depend on what the server remembers of a table, so each of these tests has one that nobody used."""
    return fresh_postgres_url


@pytest.mark.parametrize("name", QUERIES)
def test_a_list_is_read_through_its_index(store: Store, name: str) -> None:
    ask, index = QUERIES[name]
    with store.write() as tx:
        for number in range(60):
            file(tx, number, reported_at=NOON + dt.timedelta(minutes=number), lead_unit_id=("labour", "housing", "police")[number % 3])
        if tx.dialect.name == "postgresql":
            # So few rows are read faster whole; forbidding that shows which index is fit for the query.
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
            tx.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        plan = plans(tx, ask)
    assert index in plan, plan


def test_a_page_of_the_queue_needs_no_sorting_of_all_its_cases(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        file(tx, 1)
        assert "TEMP B-TREE" not in plans(tx, lambda tx: newest_cases(tx, after=AFTER))
        assert "TEMP B-TREE" not in plans(tx, lambda tx: overdue_cases(tx, LATE))


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Any:
    opened = Store.open(sqlite_url)
    migrate(opened)
    yield opened
    opened.close()


def test_every_foreign_key_that_cases_point_along_has_an_index(store: Store) -> None:
    """Without one, erasing a case reads every row of the other table."""
    with store.read() as tx:
        look = sa.inspect(tx)
        for table in look.get_table_names():
            for key in look.get_foreign_keys(table):
                if key["referred_table"] != cases.name:
                    continue
                wanted = key["constrained_columns"][0]
                firsts = {(index["column_names"] or [None])[0] for index in look.get_indexes(table)}
                firsts |= {unique["column_names"][0] for unique in look.get_unique_constraints(table)}
                firsts |= set(look.get_pk_constraint(table)["constrained_columns"][:1])
                assert wanted in firsts, f"{table}.{wanted}"
