"""The life of one printed poster: what was noted of it, by whom and when. Events are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import codes, spots
from .tables_registry import poster_events

_SPOT = (spots.c.issuer == codes.c.issuer) & (spots.c.id == codes.c.spot_id)
_SPOT_COLUMNS = (
    spots.c.name.label("spot_name"), spots.c.village_id, spots.c.address, spots.c.subject_name, spots.c.subject_id, spots.c.owner_unit_id,
)
POSTER = sa.select(codes, *_SPOT_COLUMNS).join(spots, _SPOT)
"""Columns of ``codes`` with those of the spot beside them; lists start from it too."""


def find_poster(tx: Tx, token: str, *, lock: bool = False) -> dict[str, Any] | None:
    """The poster of a token (upper case): columns of ``codes``, and of its spot (``spot_name``, ``village_id`` ...).

    Args:
        lock: nobody else changes it until this transaction ends; SQLite has one writer anyway.
    """
    query = POSTER.where(codes.c.token == token)
    found = tx.execute(query.with_for_update(of=codes) if lock else query).mappings().first()
    return dict(found) if found else None


def add_event(tx: Tx, row: Mapping[str, Any]) -> None:
    """Adds what happened to a poster: columns of ``poster_events`` without id."""
    tx.execute(poster_events.insert(), dict(row))


def change_poster(tx: Tx, code_id: int, changes: Mapping[str, Any]) -> None:
    """Brings the columns of ``codes`` that repeat the last event up to date."""
    tx.execute(codes.update().where(codes.c.id == code_id).values(**changes))


def events_of(tx: Tx, code_id: int) -> list[dict[str, Any]]:
    """What happened to a poster, the oldest first."""
    query = sa.select(poster_events).where(poster_events.c.code_id == code_id).order_by(poster_events.c.id)
    return [dict(row) for row in tx.execute(query).mappings()]


def count_events(tx: Tx, code_id: int) -> int:
    """How many events a poster has; a page repeats the number so that two people do not note the same thing twice."""
    return int(tx.scalar(sa.select(sa.func.count()).where(poster_events.c.code_id == code_id)) or 0)


def printings_of(tx: Tx, issuer: int, spot_id: int, scene_code: int) -> list[dict[str, Any]]:
    """Every printing of one scene's code at one spot, by serial."""
    of_spot = (codes.c.issuer == issuer) & (codes.c.spot_id == spot_id) & (codes.c.scene_code == scene_code)
    return [dict(row) for row in tx.execute(POSTER.where(of_spot).order_by(codes.c.serial)).mappings()]
