"""Counting visits in memory: what cannot be written is kept."""

import datetime as dt

import pytest

from service.hub.scancounts import ScanCounts
from service.store import Store, StoreFault, migrate
from service.store.scans import scans_between

DAY = dt.date(2026, 11, 24)


def test_counts_that_cannot_be_written_are_kept_for_the_next_time(sqlite_url):
    store = Store.open(sqlite_url)
    counts = ScanCounts(store, lambda: dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC))
    counts.add((DAY, 1, "wage"), "opened")
    with pytest.raises(StoreFault):
        counts.write()
    counts.add((DAY, 1, "wage"), "opened")
    migrate(store)
    counts.close()
    with store.read() as tx:
        assert [row["opened"] for row in scans_between(tx, DAY, DAY)] == [2]
    store.close()
