"""Writing together: durable for everybody, and nobody pays for another's fault. On SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from service.store import Store, StoreFault, Tx
from service.store.cases import get_case, insert_cases, moves_of
from service.store.counters import bump_counter, read_counter
from service.store.intake_sql import Filing
from service.store.outbox import outbox_of
from service.store.scans import scans_between
from service.store.together import Together
from tests.parts.filings import NOON, file, rows


def count(tx: Tx, items: Sequence[str]) -> list[int]:
    return [bump_counter(tx, item, NOON) for item in items]


class Held:
    """A way to write that waits at the first item until it is let go, so that others gather behind it."""

    def __init__(self) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        self.batches: list[list[str]] = []

    def __call__(self, tx: Tx, items: Sequence[str]) -> list[int]:
        self.batches.append(list(items))
        if items[0] == "first":
            self.reached.set()
            assert self.go.wait(20)
        if "bad" in items:
            raise ValueError("bad")
        return count(tx, items)


def all_at_once(together: Together[str, int], write: Held, items: Sequence[str]) -> list[int | ValueError]:
    """What each thread got, in the order of the items; the first one is being written while the others come."""

    def one(item: str) -> int | ValueError:
        try:
            return together.write(item, write)
        except ValueError as error:
            return error

    with ThreadPoolExecutor(len(items)) as pool:
        first = pool.submit(one, items[0])
        assert write.reached.wait(20)
        rest = []
        for number, item in enumerate(items[1:], 1):
            rest.append(pool.submit(one, item))
            patience = time.monotonic() + 20
            while len(together._waiting) < number and time.monotonic() < patience:
                threading.Event().wait(0.001)
            assert len(together._waiting) >= number
        write.go.set()
        return [first.result(20), *[done.result(20) for done in rest]]


def test_who_comes_while_another_writes_is_written_in_one_unit_of_work(store: Store) -> None:
    together, write = Together[str, int](store), Held()
    assert all_at_once(together, write, ["first", "a", "b", "a", "a"]) == [1, 1, 1, 2, 3]
    assert write.batches == [["first"], ["a", "b", "a", "a"]]
    assert together.write("a", count) == 4
    with store.read() as tx:
        assert read_counter(tx, "a", NOON) == 4


def test_a_fault_of_one_costs_no_other(store: Store) -> None:
    together, write = Together[str, int](store), Held()
    first, a, bad, b = all_at_once(together, write, ["first", "a", "bad", "a"])
    assert first == 1 and isinstance(bad, ValueError) and {a, b} == {1, 2}
    with store.read() as tx:
        assert read_counter(tx, "a", NOON) == 2


def test_a_fault_of_the_database_is_told_and_the_next_goes_on(store: Store) -> None:
    together = Together[str, int](store)

    def wrong(tx: Tx, items: Sequence[str]) -> list[int]:
        tx.execute(sa.text("SELECT nothing FROM nowhere"))
        return []

    with pytest.raises(StoreFault):
        together.write("a", wrong)
    assert together.write("a", count) == 1


def test_a_database_that_cannot_be_reached_is_told_to_everybody(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    together = Together[str, int](store)
    with ThreadPoolExecutor(4) as pool:
        faults = list(pool.map(lambda item: pytest.raises(StoreFault, together.write, item, count), "abcd"))
    assert len(faults) == 4
    assert not together._waiting and not together._led
    store.close()


def test_nobody_waits_for_ever_for_one_that_hangs(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.together.PATIENCE_SECONDS", 0.05)
    store = Store.open(postgres_url)
    together, write = Together[str, int](store), Held()
    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(together.write, "first", write)
        assert write.reached.wait(20)
        assert together.write("a", count) == 1
        write.go.set()
        assert held.result(20) == 1
    assert together.write("a", count) == 2
    assert not together._waiting and not together._led
    store.close()


def test_many_threads_lose_nothing(store: Store) -> None:
    together = Together[str, int](store)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: together.write("a", count), range(60)))
    assert sorted(got) == list(range(1, 61))


DAY = NOON.date()


def filing(number: int, *counted: str, **case: object) -> Filing:
    parts = rows(number, **case)
    keys = [(key, NOON) for key in counted]
    return Filing(parts["row"], parts["moves"], parts["clocks"], parts["sealed"], parts["outbox"], keys, (DAY, 7, "wage"))


def test_cases_of_one_batch_each_get_what_belongs_to_them(store: Store) -> None:
    with store.write() as tx:
        before = file(tx, 1)
    batch = [
        filing(2),
        filing(1, case_no="AC000009"),  # sent before
        filing(3, helper_ids=[]),
        filing(4, case_no="AC000001"),  # the number is taken
        filing(3, case_no="AC000008"),  # sent before, in this batch
        filing(5, case_no="AC000002"),  # the number is taken, in this batch
    ]
    with store.write() as tx:
        second, known, third, taken, twice, same_number = insert_cases(tx, batch)
    assert known is not None and (known.id, known.created) == (before.id, False)
    assert taken is None and same_number is None
    assert second is not None and third is not None and second.created and third.created
    assert twice is not None and (twice.id, twice.created) == (third.id, False)
    with store.read() as tx:
        for filed, number in ((second, 2), (third, 3)):
            assert len(moves_of(tx, filed.id)) == 3
            assert [job["dedupe_key"] for job in outbox_of(tx, filed.id)] == [f"{number}:desk", f"{number}:webhook"]
        row = get_case(tx, "AC000003")
        assert row is not None and row["id"] == third.id


def test_cases_are_counted_once_each_and_told_where_the_counters_stood(store: Store) -> None:
    with store.write_alone() as tx:
        insert_cases(tx, [filing(1, "site", "poster"), filing(2)])
    batch = [filing(3, "site"), filing(1, "site", case_no="AC000009"), filing(4, "home", "site"), filing(5, "site", case_no="AC000001")]
    with store.write_alone() as tx:
        third, known, fourth, taken = insert_cases(tx, batch)
    assert third is not None and third.counts == (2,)
    assert known is not None and (known.created, known.counts) == (False, ())
    assert fourth is not None and fourth.counts == (1, 3)
    assert taken is None
    with store.read() as tx:
        assert [read_counter(tx, key, NOON) for key in ("site", "poster", "home")] == [3, 1, 1]
        assert [(row["code_id"], row["scene_key"], row["submitted"], row["opened"]) for row in scans_between(tx, DAY, DAY)] == [(7, "wage", 4, 0)]


def test_many_that_count_the_same_crosswise_do_not_wait_for_each_other_for_ever(store: Store) -> None:
    keys = ["a", "b", "c", "d"]

    def one(number: int) -> tuple[int, ...]:
        with store.write_alone() as tx:
            (filed,) = insert_cases(tx, [filing(number, *(keys if number % 2 else reversed(keys)))])
        assert filed is not None and filed.created
        return filed.counts

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(one, range(1, 81)))
    assert sorted(max(one) for one in counts) == list(range(1, 81))


def test_a_case_that_cannot_be_counted_is_not_there(store: Store) -> None:
    with store.write() as tx:
        tx.execute(sa.text("ALTER TABLE scan_counts RENAME TO scan_counts_away"))
    with pytest.raises(StoreFault), store.write_alone() as tx:
        insert_cases(tx, [filing(1, "site"), filing(2, "site")])
    with store.read() as tx:
        assert get_case(tx, "AC000001") is None and read_counter(tx, "site", NOON) == 0
