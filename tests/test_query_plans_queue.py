"""The queue never reads every case there ever was: what lies on a desk through its own index, the rest from its newest end."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from service.store import Store, Tx
from service.store.queue_sql import Scope, Wanted, count_each, count_rows, queue_rows, running_clocks
from tests.parts.filings import NOON, file
from tests.test_query_plans import plans

LATE = NOON + dt.timedelta(days=30)
AFTER = (LATE, 10)
COUNTY = Scope(everything=True, protected=True)
TOWN = Scope(unit_id="room", township_ids=("331081101000",))
UNIT = Scope(unit_id="labour")
TABS = {"open": Wanted(on_desk=True), "late": Wanted(on_desk=True, due_before=LATE), "mine": Wanted(on_desk=True, handler="li")}

QUERIES: dict[str, tuple[Callable[[Tx], Any], str]] = {
    "due first, the county": (lambda tx: queue_rows(tx, COUNTY, TABS["open"], late_first=True, after=AFTER), "ix_cases_desk"),
    "due first, a township": (lambda tx: queue_rows(tx, TOWN, TABS["open"], late_first=True), "ix_cases_desk"),
    "late ones of a unit": (lambda tx: queue_rows(tx, UNIT, TABS["late"], late_first=True), "ix_cases_desk"),
    "newest first": (lambda tx: queue_rows(tx, UNIT, TABS["open"], after=AFTER), "ix_cases_desk"),
    "numbers of the tabs": (lambda tx: count_each(tx, TOWN, TABS), "ix_cases_desk"),
    "all times, the county": (lambda tx: queue_rows(tx, COUNTY, Wanted(states=("closed",)), after=AFTER), "ix_cases_reported"),
    "all times, a township": (lambda tx: queue_rows(tx, TOWN, Wanted(states=("closed",)), after=AFTER), "ix_cases_township"),
    "all times, a unit": (lambda tx: queue_rows(tx, UNIT, Wanted(states=("closed",)), after=AFTER), "ix_cases_lead"),
    "how many of a day": (lambda tx: count_rows(tx, COUNTY, Wanted(since=NOON, before=LATE)), "ix_cases_reported"),
    "what waits for a decision": (lambda tx: queue_rows(tx, COUNTY, Wanted(to_decide=True)), "ix_extensions_asked"),
    "clocks of a page": (lambda tx: running_clocks(tx, range(1, 200)), "clocks"),
}


@pytest.fixture
def postgres_url(fresh_postgres_url: str) -> str:
    """Plans depend on what the server remembers of a table, so each of these tests has one that nobody used."""
    return fresh_postgres_url


@pytest.mark.parametrize("name", QUERIES)
def test_a_list_of_the_desk_is_read_through_its_index(store: Store, name: str) -> None:
    ask, index = QUERIES[name]
    with store.write() as tx:
        for number in range(60):
            file(tx, number, reported_at=NOON + dt.timedelta(minutes=number), lead_unit_id=("labour", "housing", "police")[number % 3])
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
            tx.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        plan = plans(tx, ask)
    # On PostgreSQL the few clocks that run may lead to the cases as well.
    assert index in plan or ("late" in name and "ix_clocks" in plan), plan
    # "SCAN cases" without an index is SQLite's word for reading them all; PostgreSQL's is "Seq Scan".
    assert not re.search(r"SCAN (cases|clocks)(?! USING)|Seq Scan on (cases|clocks)", plan), plan
