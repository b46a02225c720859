"""What the store does with processes, other engines and a database that goes away."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.store import Store, migrate
from service.store import engine as engine_module
from service.store.cases import counts_by_state
from service.store.counters import bump_counter, read_counter
from tests.parts.filings import NOON, file

PROCESSES, EACH = 4, 25


def count(url: str) -> None:
    store = Store.open(url)
    for _ in range(EACH):
        with store.write() as tx:
            bump_counter(tx, "visits", NOON)
    store.close()


def test_processes_that_write_at_once_lose_nothing(database_url: str) -> None:
    store = Store.open(database_url)
    migrate(store)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=count, args=(database_url,)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    with store.read() as tx:
        assert read_counter(tx, "visits", NOON) == PROCESSES * EACH
    store.close()


def test_a_forked_child_has_connections_and_locks_of_its_own(store: Store) -> None:
    with store.write() as tx:
        child = os.fork()
        if child == 0:
            with store.read() as reading:
                os._exit(7 if counts_by_state(reading) == {} else 1)
        _pid, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 7
        file(tx, 1)
    child = os.fork()
    if child == 0:
        with store.write() as tx:
            file(tx, 2)
        os._exit(7)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7
    with store.read() as tx:
        assert counts_by_state(tx) == {"assigned": 2}


def test_sqlite_keeps_a_commit_through_a_power_cut_and_checks_what_points_where(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    with store.write() as tx:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        assert [tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked] == ["wal", 2, 1, 10_000]
    store.close()


def test_only_its_owner_may_read_the_database_file(sqlite_url: str, tmp_path: Path) -> None:
    store = Store.open(sqlite_url)
    migrate(store)
    with store.write() as tx:
        file(tx, 1)
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("gonzhi.sqlite*")}
    assert "gonzhi.sqlite-wal" in modes
    assert set(modes.values()) == {0o600}
    store.close()


def test_a_backup_taken_while_people_write_is_whole(sqlite_url: str, tmp_path: Path) -> None:
    store = Store.open(sqlite_url)
    migrate(store)
    with store.write() as tx:
        file(tx, 1)
    source, copy = sqlite3.connect(tmp_path / "gonzhi.sqlite"), sqlite3.connect(tmp_path / "copy.sqlite")
    source.backup(copy)
    source.close()
    with store.write() as tx:
        file(tx, 2)
    assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert copy.execute("SELECT case_no FROM cases").fetchall() == [("AC000001",)]
    copy.close()
    store.close()


def test_the_store_finds_postgresql_again_after_it_dropped_the_connections(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(postgres_url)
    with store.write() as tx:
        file(tx, 1)
    other = sa.create_engine(postgres_url)
    with other.begin() as tx:
        tx.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    other.dispose()
    monkeypatch.setattr(engine_module, "IDLE_BEFORE_PING", 0.0)
    with store.write() as tx:
        file(tx, 2)
    with store.read() as tx:
        assert counts_by_state(tx) == {"assigned": 2}
    store.close()


def test_an_error_of_the_database_does_not_tell_what_people_wrote(store: Store) -> None:
    with pytest.raises(sa.exc.StatementError) as told, store.write() as tx:
        tx.execute(sa.text("INSERT INTO nowhere VALUES (:words)"), {"words": "my employer owes me"})
    assert "employer" not in str(told.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://root@localhost/gonzhi"])
def test_a_database_that_cannot_be_shared_or_is_not_known_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite"):
        Store.open(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_common_spelling_of_a_postgresql_address_works(scheme: str, postgres_url: str) -> None:
    store = Store.open(postgres_url.replace("postgresql+psycopg", scheme, 1))
    with store.read() as tx:
        assert counts_by_state(tx) == {}
    store.close()
