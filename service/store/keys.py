"""What became of the keys of printed codes, and the agencies that mint codes with keys of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .posters import POSTER
from .tables import codes, scan_counts
from .tables_registry import code_keys, issuers


def key_states(tx: Tx) -> dict[str, dict[str, Any]]:
    """Key id -> columns of ``code_keys``; a key of which nothing was noted is left out."""
    return {row["key_id"]: dict(row) for row in tx.execute(sa.select(code_keys)).mappings()}


def set_key_state(tx: Tx, key_id: str, state: str, *, at: dt.datetime, by: str, note: str = "") -> None:
    """Notes what became of a key."""
    values = {"state": state, "at": at, "by": by, "note": note}
    if not tx.execute(code_keys.update().where(code_keys.c.key_id == key_id).values(**values)).rowcount:
        tx.execute(code_keys.insert(), {"key_id": key_id, **values})


def codes_by_key(tx: Tx, over: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Key id -> how many codes it signed, and how many of them are still about (their life is none of ``over``)."""
    about = sa.func.sum(sa.case((codes.c.life.in_(over), 0), else_=1))
    query = sa.select(codes.c.key_id, sa.func.count(), about).group_by(codes.c.key_id)
    return {key_id: (int(count), int(left)) for key_id, count, left in tx.execute(query)}


def posters_by_use(tx: Tx, key_id: str, over: tuple[str, ...], since: dt.date) -> list[dict[str, Any]]:
    """Posters of a key that are still about, the most used first: as ``find_poster``, with ``opened`` and ``submitted`` since a day."""
    opened, submitted = (sa.func.coalesce(sa.func.sum(scan_counts.c[kind]), 0).label(kind) for kind in ("opened", "submitted"))
    used = sa.select(scan_counts.c.code_id, opened, submitted).where(scan_counts.c.day >= since).group_by(scan_counts.c.code_id).subquery()
    query = POSTER.add_columns(sa.func.coalesce(used.c.opened, 0).label("opened"), sa.func.coalesce(used.c.submitted, 0).label("submitted"))
    query = query.outerjoin(used, used.c.code_id == codes.c.id).where(codes.c.key_id == key_id, codes.c.life.not_in(over))
    ranked = query.order_by(sa.desc("submitted"), sa.desc("opened"), codes.c.place_id, codes.c.id)
    return [dict(row) for row in tx.execute(ranked).mappings()]


def add_issuer(tx: Tx, row: Mapping[str, Any]) -> bool:
    """Registers an agency: columns of ``issuers``. Returns False when its number is taken."""
    if issuer_of(tx, row["number"]) is not None:
        return False
    tx.execute(issuers.insert(), dict(row))
    return True


def issuer_of(tx: Tx, number: int) -> dict[str, Any] | None:
    """The agency with that number."""
    found = tx.execute(sa.select(issuers).where(issuers.c.number == number)).mappings().first()
    return dict(found) if found else None


def all_issuers(tx: Tx) -> list[dict[str, Any]]:
    """Every agency by number."""
    return [dict(row) for row in tx.execute(sa.select(issuers).order_by(issuers.c.number)).mappings()]


def close_issuer(tx: Tx, number: int, at: dt.datetime) -> bool:
    """Notes that an agency mints no more. Returns False when it did not exist or had ended."""
    open_one = (issuers.c.number == number) & issuers.c.closed_at.is_(None)
    return tx.execute(issuers.update().where(open_one).values(closed_at=at)).rowcount == 1
