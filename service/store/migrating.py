"""Bringing a database to the shape this release needs, and saying whether it has it.

Revisions are numbered files, one after the other: ``0001_first_tables.py`` is revision 0001. Alembic does the work and is
loaded only then, because every start and every look at /readyz asks whether there is any.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from .engine import Store, Tx

if TYPE_CHECKING:
    from alembic.config import Config

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
    from alembic import command

    with store.write() as tx:
        if store.dialect == "postgresql":
            tx.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        have = revision_of(tx)
        if have and have not in revisions():
            raise DatabaseTooNew(have)
        command.upgrade(_config(tx), revision)


def downgrade(store: Store, revision: str) -> None:
    """Takes the database back to an earlier revision, ``base`` for nothing at all. What only later ones hold is lost."""
    from alembic import command

    with store.write() as tx:
        command.downgrade(_config(tx), revision)


def is_current(tx: Tx) -> bool:
    """Whether the database has the shape this release needs."""
    return revision_of(tx) == revisions()[-1]


def revision_of(tx: Tx) -> str:
    """The revision a database is at, ``""`` before the first."""
    if not sa.inspect(tx).has_table("alembic_version"):
        return ""
    return str(tx.scalar(sa.text("SELECT version_num FROM alembic_version")) or "")


@cache
def revisions() -> tuple[str, ...]:
    """Every revision of this release, oldest first."""
    return tuple(sorted(path.name.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py")))


def _config(tx: Tx) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = tx
    return config
