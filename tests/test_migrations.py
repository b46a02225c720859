"""Migrating an empty database gives exactly the tables of ``tables.py``, on both engines, and can be undone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.store import DatabaseTooNew, Store, downgrade, is_current, migrate
from service.store.migrating import FOLDER, revisions
from service.store.tables import metadata
from tests.parts.filings import file


@pytest.fixture
def empty(empty_database_url: str) -> Any:
    opened = Store.open(empty_database_url)
    yield opened
    opened.close()


def shape(tx: sa.Connection) -> dict[str, Any]:
    """All that the database says about its tables, in an order that does not depend on how they were made."""
    look = sa.inspect(tx)
    found: dict[str, Any] = {}
    for name in look.get_table_names():
        if name == "alembic_version":
            continue
        found[name] = {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"], c["default"], c.get("autoincrement")) for c in look.get_columns(name)),
            "primary key": look.get_pk_constraint(name),
            "foreign keys": sorted(map(str, look.get_foreign_keys(name))),
            "unique": sorted(map(str, look.get_unique_constraints(name))),
            "indexes": sorted((i["name"] or "", i["column_names"], i["unique"], _conditions(i)) for i in look.get_indexes(name)),
            "options": look.get_table_options(name),
        }
    return found


def _conditions(index: Any) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in index.get("dialect_options", {}).items())


def test_the_migrations_make_the_tables_of_this_release(empty: Store) -> None:
    migrate(empty)
    with empty.read() as tx:
        migrated = shape(tx)
        context = MigrationContext.configure(tx, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, metadata) == []
    downgrade(empty, "base")
    with empty.write() as tx:
        assert shape(tx) == {}
        metadata.create_all(tx)
        assert shape(tx) == migrated


def test_a_database_knows_whether_it_is_up_to_date(empty: Store) -> None:
    with empty.read() as tx:
        assert not is_current(tx)
    migrate(empty)
    with empty.read() as tx:
        assert is_current(tx)


def test_revisions_are_numbered_files_one_after_the_other() -> None:
    walked = [script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()]
    assert list(revisions()) == sorted(walked) == walked[::-1]


def test_migrating_again_keeps_what_is_stored(empty: Store) -> None:
    migrate(empty)
    with empty.write() as tx:
        file(tx, 1)
    migrate(empty)
    with empty.write() as tx:
        assert not file(tx, 1).created


def test_a_database_of_a_later_release_is_left_alone(empty: Store) -> None:
    migrate(empty)
    with empty.write() as tx:
        tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="9999"):
        migrate(empty)
    with empty.read() as tx:
        assert not is_current(tx)


def test_processes_that_start_at_once_migrate_once(empty_database_url: str) -> None:
    def start(_process: int) -> bool:
        store = Store.open(empty_database_url)
        migrate(store)
        with store.read() as tx:
            current = is_current(tx)
        store.close()
        return current

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(start, range(4)))
