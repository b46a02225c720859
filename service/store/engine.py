"""The store: one database, two kinds of transaction, two engines.

``with store.write() as tx:`` is a unit of work: all of it is durable when the block ends, or none of it when it raises.
``with store.read() as tx:`` sees one unchanging state of the database and cannot write.

SQLite lets one writer in at a time and lets the others poll, which is unfair: with 8 writers the worst wait was 0.9 s. So
writers queue before they reach it, threads at a lock and processes at a locked file (0.1 s), and then begin with
BEGIN IMMEDIATE, because a transaction that first reads and then writes fails at once, whatever the busy timeout is.
Sources: https://www.sqlite.org/lang_transaction.html, https://www.sqlite.org/wal.html.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

Tx = sa.Connection

# SQLite's own waiting, in milliseconds; it is met only when a program that does not know our lock (a backup) is writing.
BUSY_TIMEOUT_MS = 10_000
# A PostgreSQL connection that rested longer than this, in seconds, is tried before use; the server may have restarted.
IDLE_BEFORE_PING = 5.0


def to_json(value: Any) -> str:
    """JSON as the store writes it: Chinese stays legible, aware times are written as ISO 8601."""
    return _ENCODER.encode(value)


def _isoformat(value: Any) -> str:
    if isinstance(value, dt.date):
        if isinstance(value, dt.datetime) and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into the store as JSON")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_isoformat)

# What people wrote must not reach a log by way of an error message.
COMMON: dict[str, Any] = {"json_serializer": to_json, "hide_parameters": True}


class WriterQueue:
    """Lets one writer at a time reach an SQLite file, over threads and processes of this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread_lock = threading.Lock()
        self._file: int | None = None

    def forget(self) -> None:
        """In a forked child: an inherited file handle would share the parent's lock instead of waiting for it."""
        self._thread_lock = threading.Lock()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> None:
        self._thread_lock.acquire()
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._thread_lock.release()
            raise

    def __exit__(self, *exc: object) -> None:
        try:
            if self._file is not None:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._thread_lock.release()


class Store:
    """A database that is open. Safe to share between threads; a forked child finds its own connections.

    Args:
        writer: engine for units of work; reader: engine for reading; alone: engine that commits each statement, None on SQLite;
        queue: where SQLite's writers wait.
    """

    def __init__(self, writer: sa.Engine, reader: sa.Engine, alone: sa.Engine | None, queue: WriterQueue | None) -> None:
        self._writer, self._reader, self._alone, self._queue = writer, reader, alone, queue
        self.dialect = writer.dialect.name
        itself = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _forked(itself))

    @classmethod
    def open(cls, database_url: str, *, pool_size: int = 8) -> Store:
        """Opens ``sqlite:////path/to/file.sqlite`` or ``postgresql://user:password@host/name``.

        Args:
            database_url: SQLAlchemy URL; ``postgresql://`` and ``postgres://`` mean psycopg 3.
            pool_size: connections kept open, one per thread that works at once.

        Raises:
            ValueError: the URL names another engine, or an SQLite database in memory, which two processes cannot share.
        """
        url = sa.make_url(database_url.replace("postgres://", "postgresql://", 1))
        if url.get_backend_name() == "sqlite":
            return cls(*_open_sqlite(url, pool_size))
        if url.get_backend_name() == "postgresql":
            return cls(*_open_postgres(url, pool_size))
        raise ValueError(f"the store works on sqlite and postgresql, not on {url.get_backend_name()!r}")

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A unit of work: committed and durable when the block ends, undone when it raises."""
        if self._queue is None:
            with self._writer.begin() as tx:
                yield tx
            return
        with self._queue, self._writer.begin() as tx:
            yield tx

    @contextmanager
    def write_alone(self) -> Iterator[Tx]:
        """For one statement that is a whole unit of work: on PostgreSQL each statement of the block is durable when it returns.

        That saves the round trips of BEGIN and COMMIT, and rows that many want are not held in between. On SQLite, where no round
        trip is to be saved and each flush of the disk counts, it is :meth:`write`. So what is asked here must be right either way.
        """
        with self.write() if self._alone is None else self._alone.connect() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A snapshot: every statement in the block sees the same state, and none may write."""
        with self._reader.connect() as tx:
            yield tx

    def close(self) -> None:
        """Closes the connections that rest in the pools."""
        for engine in self._engines():
            engine.dispose()

    def after_fork(self) -> None:
        """Gives up what a fork inherited, without closing it for the parent."""
        for engine in self._engines():
            engine.dispose(close=False)
        if self._queue is not None:
            self._queue.forget()

    def _engines(self) -> list[sa.Engine]:
        return [engine for engine in (self._reader, self._writer, self._alone) if engine is not None]


def _forked(store: weakref.ref[Store]) -> None:
    alive = store()
    if alive is not None:
        alive.after_fork()


def _open_sqlite(url: sa.URL, pool_size: int) -> tuple[sa.Engine, sa.Engine, None, WriterQueue]:
    if not url.database or url.database == ":memory:":
        raise ValueError("an SQLite store needs a file: sqlite:////path/to/gonzhi.sqlite")
    path = Path(url.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    # The file holds sealed identities, so nobody but its owner may read it; SQLite gives its -wal the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    options: dict[str, Any] = {**COMMON, "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    # Only one thread of a process writes at a time, so one connection serves them all and its page cache stays warm.
    writer = sa.create_engine(url, pool_size=1, max_overflow=1, **options)
    reader = sa.create_engine(url, pool_size=pool_size, max_overflow=pool_size, **options)
    _set_up_sqlite(writer, "BEGIN IMMEDIATE", query_only=False)
    _set_up_sqlite(reader, "BEGIN", query_only=True)
    return writer, reader, None, WriterQueue(path.with_name(path.name + ".writer"))


def _set_up_sqlite(engine: sa.Engine, begin: str, *, query_only: bool) -> None:
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # sqlite3 would begin by itself, late and deferred
        # secure_delete: what is deleted is overwritten, for it may have named a person.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if query_only:
            connection.execute("PRAGMA query_only=ON")

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))


def _open_postgres(url: sa.URL, pool_size: int) -> tuple[sa.Engine, sa.Engine, sa.Engine, None]:
    url = url.set(drivername="postgresql+psycopg")
    writer = sa.create_engine(url, pool_size=pool_size, max_overflow=pool_size, **COMMON)
    # A pool of its own: to switch a connection there and back costs a tenth of what a case costs. One thread leads (together.py).
    alone = sa.create_engine(url, pool_size=1, max_overflow=pool_size, isolation_level="AUTOCOMMIT", **COMMON)
    for engine in (writer, alone):
        _ping_after_rest(engine)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return writer, reader, alone, None


def _ping_after_rest(engine: sa.Engine) -> None:
    lost = engine.dialect.loaded_dbapi.Error

    def ping(connection: Any, record: Any, _proxy: Any) -> None:
        rested_since = record.info.get("rested_since")
        if rested_since is None or time.monotonic() - rested_since < IDLE_BEFORE_PING:
            return
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except lost as error:
            raise sa.exc.DisconnectionError from error

    event.listen(engine, "checkin", _note_time)
    event.listen(engine, "checkout", ping)


def _note_time(_connection: Any, record: Any) -> None:
    record.info["rested_since"] = time.monotonic()
