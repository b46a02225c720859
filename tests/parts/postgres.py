"""A PostgreSQL server of our own: a new cluster in a short temporary folder, reached over a socket, gone afterwards.

The machine's own clusters are left alone. initdb refuses to run as root, so root becomes ``postgres`` for it.
"""

from __future__ import annotations

import itertools
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

import service.store  # noqa: F401 - makes the metadata whole
from service.store.tables import metadata

INSTALL = "no PostgreSQL server found: sudo apt-get install -y postgresql   (or leave these tests out: --no-postgres)"
MOST_ROWS = 2000
"""A database that held more is not used again: its statistics would show in the plans of the next test."""


class Server:
    """A running server; databases in it are made and dropped by name."""

    def __init__(self, folder: Path, pid: int) -> None:
        self._folder = folder
        self.pid = pid
        self._numbers = itertools.count(1)

    def url(self, name: str) -> str:
        """SQLAlchemy address of a database."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def create(self, name: str, template: str = "template1") -> str:
        """Makes a database and returns its address."""
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def copy(self, template: str) -> tuple[str, str]:
        """Makes a database with a new name; returns name and address."""
        name = f"test_{next(self._numbers)}"
        return name, self.create(name, template)

    def empty(self, name: str) -> bool:
        """Takes every row out of a database, for the next test: twenty times as fast as copying the template again.

        Returns:
            False where it is no longer as it was copied (other tables, or so many rows that the plans of the next test would differ).
        """
        with self._connect("postgres") as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        with self._connect(name) as connection:
            found = {row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
            if found != {*metadata.tables, "alembic_version"}:
                return False
            deleted = 0
            for table in reversed(metadata.sorted_tables):
                deleted += connection.execute(f'DELETE FROM "{table.name}"'.encode()).rowcount
            connection.execute("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")
        return deleted < MOST_ROWS

    def drop(self, name: str) -> None:
        """Drops a database, whoever is still connected."""
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with self._connect("postgres") as connection:
            connection.execute(statement.encode())

    def _connect(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self._folder), user="postgres", dbname=name, autocommit=True)


def programs() -> Path:
    """The folder with initdb and pg_ctl: on the path, or the newest where Debian keeps them off it."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not versions:
        pytest.fail(INSTALL)
    return max(versions, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[Server]:
    """Starts a server, and stops it and removes its folder at the end.

    Args:
        durable: it waits for the disk at every commit, as one in service does; tests need no such wait.
    """
    # A socket's path may have 107 bytes, so the folder does not lie in pytest's long ones.
    folder = Path(tempfile.mkdtemp(prefix="gonzhi-pg-", dir="/tmp"))
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    binaries, data = programs(), folder / "data"

    def run(*command: str | Path) -> None:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **as_user)
        assert done.returncode == 0, done.stdout + done.stderr + _log(folder)

    try:
        run(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -c max_connections=200 -k {folder}{'' if durable else ' -F'}"
        run(binaries / "pg_ctl", "-D", data, "-w", "-s", "-l", folder / "log", "-o", options, "start")
        try:
            yield Server(folder, int((data / "postmaster.pid").read_text().split()[0]))
        finally:
            run(binaries / "pg_ctl", "-D", data, "-w", "-s", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _log(folder: Path) -> str:
    log = folder / "log"
    return log.read_text(errors="replace") if log.exists() else ""
