"""Lists of posters: by area, by what became of them, the unscanned, the odd, the overdue; by keyset, in the order of places.

The order is (place_id, id), which is the index ``ix_codes_place``, so a page costs the same wherever it lies.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .posters import POSTER
from .scans import KINDS
from .tables import cases, codes, counters, scan_counts

TOWNSHIP = sa.func.substr(codes.c.place_id, 1, 9)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posters.

    Args:
        places: prefixes of area codes (9 digits of a township, 12 of a village); None for every place.
        lives: what became of the paper; empty for anything.
        scene_code: of one scene; None for all.
        key_id: signed by one key; ``""`` for all.
        inspect_before: to be inspected before this day.
        unscanned_since: hanging since before this day, and not opened since; needs ``hanging``.
        hanging: the lives in which a poster hangs.
        ids: these only.
    """

    places: tuple[str, ...] | None = None
    lives: tuple[str, ...] = ()
    scene_code: int | None = None
    key_id: str = ""
    inspect_before: dt.date | None = None
    unscanned_since: tuple[dt.date, dt.datetime] | None = None
    hanging: tuple[str, ...] = ()
    ids: tuple[int, ...] | None = None


def poster_page(tx: Tx, wanted: Wanted, after: tuple[str, int] | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """One page of posters with their spots, by place and number; ``after`` is that of the last row of the page before."""
    query = POSTER.where(*_where(wanted)).order_by(codes.c.place_id, codes.c.id).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(codes.c.place_id, codes.c.id) > sa.tuple_(*after))
    return [dict(row) for row in tx.execute(query).mappings()]


def count_posters(tx: Tx, wanted: Wanted) -> int:
    """How many there are."""
    return int(tx.scalar(sa.select(sa.func.count()).select_from(codes).where(*_where(wanted))) or 0)


def lives_by_township(tx: Tx, wanted: Wanted) -> dict[tuple[str, str], int]:
    """(nine digits of the township, life) -> how many."""
    query = sa.select(TOWNSHIP, codes.c.life, sa.func.count()).where(*_where(wanted)).group_by(TOWNSHIP, codes.c.life)
    return {(township, life): count for township, life, count in tx.execute(query)}


def poster_points(tx: Tx, wanted: Wanted, limit: int) -> list[dict[str, Any]]:
    """Those whose position is known: ``token``, ``life``, ``lng_wgs84``, ``lat_wgs84`` and the spot's name."""
    query = POSTER.where(*_where(wanted), codes.c.lng_wgs84.is_not(None)).order_by(codes.c.place_id, codes.c.id).limit(limit)
    return [dict(row) for row in tx.execute(query).mappings()]


def scans_of(tx: Tx, ids: Sequence[int], first: dt.date) -> dict[int, dict[str, int]]:
    """Counts of each code since a day, both scenes and days added up."""
    sums = [sa.func.sum(scan_counts.c[kind]).label(kind) for kind in KINDS]
    query = sa.select(scan_counts.c.code_id, *sums).where(scan_counts.c.code_id.in_(ids), scan_counts.c.day >= first)
    rows = tx.execute(query.group_by(scan_counts.c.code_id)).mappings()
    return {row["code_id"]: {kind: int(row[kind]) for kind in KINDS} for row in rows}


def days_of(tx: Tx, code_id: int, first: dt.date) -> list[dict[str, Any]]:
    """Counts of one code by day since a day, the newest first."""
    sums = [sa.func.sum(scan_counts.c[kind]).label(kind) for kind in KINDS]
    query = sa.select(scan_counts.c.day, *sums).where(scan_counts.c.code_id == code_id, scan_counts.c.day >= first)
    rows = tx.execute(query.group_by(scan_counts.c.day).order_by(scan_counts.c.day.desc())).mappings()
    return [{"day": row["day"], **{kind: int(row[kind]) for kind in KINDS}} for row in rows]


def far_codes(tx: Tx, first: dt.date, least: int) -> dict[int, int]:
    """Codes that phones were far from at least that often since a day, and as often as near: code id -> how often."""
    near, far = sa.func.sum(scan_counts.c.near), sa.func.sum(scan_counts.c.far)
    query = sa.select(scan_counts.c.code_id, far).where(scan_counts.c.day >= first, scan_counts.c.code_id > 0)
    query = query.group_by(scan_counts.c.code_id).having(far >= least, far >= near)
    return {code_id: int(count) for code_id, count in tx.execute(query)}


def busy_codes(tx: Tx, since: dt.datetime, least: int, prefix: str) -> dict[int, int]:
    """Codes that were opened that often within one hour: code id -> the most. ``prefix`` is that of the counters' keys."""
    of_codes = counters.c.key.startswith(prefix, autoescape=True)
    query = sa.select(counters.c.key, sa.func.max(counters.c.count)).where(of_codes, counters.c.window_start >= since)
    rows = tx.execute(query.group_by(counters.c.key).having(sa.func.max(counters.c.count) >= least))
    return {int(key.removeprefix(prefix)): int(count) for key, count in rows}


def elsewhere_codes(tx: Tx, since: dt.datetime, least: int) -> dict[int, int]:
    """Codes whose finders told of another township that often since a time: code id -> how often."""
    other = sa.func.substr(cases.c.township_id, 1, 9) != TOWNSHIP
    query = sa.select(codes.c.id, sa.func.count()).join(cases, cases.c.code_token == codes.c.token)
    query = query.where(cases.c.reported_at >= since, cases.c.township_id != "", cases.c.code_token != "", other)
    return {code_id: int(count) for code_id, count in tx.execute(query.group_by(codes.c.id).having(sa.func.count() >= least))}


def suspect_codes(tx: Tx, rule_id: str, states: Iterable[str]) -> dict[int, int]:
    """Codes with open cases that say their poster was tampered with: code id -> how many."""
    query = sa.select(codes.c.id, sa.func.count()).join(cases, cases.c.code_token == codes.c.token)
    query = query.where(cases.c.rule_id == rule_id, cases.c.state.in_(list(states)))
    return {code_id: int(count) for code_id, count in tx.execute(query.group_by(codes.c.id))}


def _where(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.places is not None:
        ranges = [codes.c.place_id.between(prefix.ljust(12, "0"), prefix.ljust(12, "9")) for prefix in wanted.places]
        found.append(sa.or_(*ranges) if ranges else sa.false())
    if wanted.lives:
        found.append(codes.c.life.in_(wanted.lives))
    if wanted.scene_code is not None:
        found.append(codes.c.scene_code == wanted.scene_code)
    if wanted.key_id:
        found.append(codes.c.key_id == wanted.key_id)
    if wanted.inspect_before is not None:
        found += [sa.text("inspect_by IS NOT NULL"), codes.c.inspect_by < wanted.inspect_before]  # type: ignore[list-item]
    if wanted.unscanned_since is not None:
        day, moment = wanted.unscanned_since
        opened = sa.exists().where(scan_counts.c.code_id == codes.c.id, scan_counts.c.day >= day, scan_counts.c.opened > 0)
        found += [codes.c.life.in_(wanted.hanging), codes.c.posted_at < moment, ~opened]
    if wanted.ids is not None:
        found.append(codes.c.id.in_(wanted.ids))
    return found
