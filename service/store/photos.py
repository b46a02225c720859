"""What is known of photos; the pictures themselves lie in the photo store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .tables import photos


def add_photo(tx: Tx, row: Mapping[str, Any]) -> bool:
    """Notes a photo: columns of ``photos`` without id. Returns False when the case has this very picture already."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement = insert(photos).values(**row).on_conflict_do_nothing(index_elements=["case_id", "content_hash"])
    return tx.scalar(statement.returning(photos.c.id)) is not None


def photos_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """The photos of a case in the order they came."""
    found = tx.execute(sa.select(photos).where(photos.c.case_id == case_id).order_by(photos.c.id))
    return [dict(row) for row in found.mappings()]


def count_photos(tx: Tx, case_id: int, source: str = "") -> int:
    """How many photos a case has, of one source (``reporter``, ``desk``) or of both."""
    query = sa.select(sa.func.count()).where(photos.c.case_id == case_id)
    if source:
        query = query.where(photos.c.source == source)
    return int(tx.scalar(query) or 0)


def photo_named(tx: Tx, name: str) -> dict[str, Any] | None:
    """The photo that the photo store keeps under a name."""
    found = tx.execute(sa.select(photos).where(photos.c.name == name)).mappings().first()
    return dict(found) if found else None
