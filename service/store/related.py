"""Cases found by what they share with another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import cases


def cases_of_spot(tx: Tx, issuer: int, spot_id: int, *, limit: int = 50) -> list[dict[str, Any]]:
    """Cases that came by the codes of a spot, newest first."""
    here = (cases.c.spot_issuer == issuer) & (cases.c.spot_id == spot_id) & sa.text("spot_id IS NOT NULL")
    return _all(tx, sa.select(cases).where(here).order_by(cases.c.reported_at.desc(), cases.c.id.desc()).limit(limit))


def cases_by_id(tx: Tx, case_ids: Collection[int]) -> list[dict[str, Any]]:
    """These cases."""
    return _all(tx, sa.select(cases).where(cases.c.id.in_(list(case_ids)))) if case_ids else []


def answers_of_scene(tx: Tx, scene_key: str, since: dt.datetime, *, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Id and open answers of the newest cases of a scene."""
    query = sa.select(cases.c.id, cases.c.answers).where(cases.c.scene_key == scene_key, cases.c.reported_at >= since)
    newest = query.order_by(cases.c.reported_at.desc(), cases.c.id.desc()).limit(limit)
    return [(int(case_id), dict(answers)) for case_id, answers in tx.execute(newest)]


def _all(tx: Tx, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in tx.execute(query).mappings()]
