"""Bringing a database to the shape this release needs, and saying whether it has it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from .engine import Store, Tx

FOLDER = Path(__file__).parent / "migrations"

# Any number will do, as long as every process uses this one: "gonzhi" in ASCII.
MIGRATION_LOCK = int.from_bytes(b"gonzhi", "big")


class DatabaseTooNew(Exception):
    """A later release has migrated this database. Its data would be misread here, so nothing is done."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"the database was made by a later release (it is at {revision}): install that release, or restore a backup")
        self.revision = revision


def migrate(store: Store, revision: str = "head") -> None:
    """Upgrades the database in one transaction; several processes may start at once, and one of them does the work.

    Raises:
        DatabaseTooNew: the database was made by a later release.
    """
    with store.write() as tx:
        if store.dialect == "postgresql":
            tx.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        config = _config(tx)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        for have in MigrationContext.configure(tx).get_current_heads():
            if have not in known:
                raise DatabaseTooNew(have)
        command.upgrade(config, revision)


def downgrade(store: Store, revision: str) -> None:
    """Takes the database back to an earlier revision, ``base`` for nothing at all. What only later ones hold is lost."""
    with store.write() as tx:
        command.downgrade(_config(tx), revision)


def is_current(tx: Tx) -> bool:
    """Whether the database has the shape this release needs."""
    have = MigrationContext.configure(tx).get_current_heads()
    return set(have) == set(ScriptDirectory.from_config(_config(tx)).get_heads())


def _config(tx: Tx) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = tx
    return config
