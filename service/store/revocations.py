"""Lists of revoked codes as they were published, and what the next one is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .tables import codes
from .tables_registry import revocation_lists


def newest_list(tx: Tx) -> dict[str, Any] | None:
    """The list with the highest number."""
    query = sa.select(revocation_lists).order_by(revocation_lists.c.version.desc()).limit(1)
    found = tx.execute(query).mappings().first()
    return dict(found) if found else None


def keep_list(tx: Tx, row: Mapping[str, Any]) -> bool:
    """Keeps a list: columns of ``revocation_lists``. Returns False when somebody else took the number first."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement = insert(revocation_lists).values(**row).on_conflict_do_nothing(index_elements=["version"])
    return tx.execute(statement).rowcount == 1


def revoked_tokens(tx: Tx, issuer: int) -> list[str]:
    """Tokens of every code of an issuer that is not good."""
    return list(tx.scalars(sa.select(codes.c.token).where(codes.c.issuer == issuer, codes.c.state != "good").order_by(codes.c.token)))
