"""The registry of spots and codes: what hangs where, and what became of it. The code itself only says that it is genuine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gonzhi_code.spots import Spot

from .engine import Tx
from .tables import codes, spots

CODE_STATES = ("good", "retired", "lost", "revoked")


@dataclass(frozen=True, slots=True)
class Posted:
    """A code as the registry knows it, with its spot; ``measured`` where its position is known."""

    id: int
    state: str
    token: str
    scene_code: int
    serial: int
    spot: Spot
    measured: bool = False


def save_spot(tx: Tx, spot: Spot, now: dt.datetime) -> None:
    """Writes a spot; one that has the same issuer and id is brought up to date."""
    values = {
        "issuer": spot.issuer, "id": spot.id, "name": spot.name, "village_id": spot.village_id, "address": spot.address,
        "subject_name": spot.subject_name, "subject_id": spot.subject_id, "owner_unit_id": spot.owner_unit_id,
    }
    _upsert(tx, spots, {**values, "created_at": now}, ("issuer", "id"), {k: v for k, v in values.items() if k not in ("issuer", "id")})


def get_spot(tx: Tx, issuer: int, spot_id: int) -> Spot | None:
    """The spot of an issuer by its number."""
    found = tx.execute(sa.select(spots).where(spots.c.issuer == issuer, spots.c.id == spot_id)).mappings().first()
    return _spot(found) if found else None


def next_spot_id(tx: Tx, issuer: int) -> int:
    """The lowest number above all that the issuer has used."""
    highest = tx.scalar(sa.select(sa.func.max(spots.c.id)).where(spots.c.issuer == issuer))
    return int(highest or 0) + 1


def next_serial(tx: Tx, issuer: int, spot_id: int, scene_code: int) -> int:
    """The serial for the next printing of a scene's code at a spot, from 1."""
    of_spot = (codes.c.issuer == issuer) & (codes.c.spot_id == spot_id) & (codes.c.scene_code == scene_code)
    return int(tx.scalar(sa.select(sa.func.max(codes.c.serial)).where(of_spot)) or 0) + 1


def save_code(tx: Tx, row: Mapping[str, Any]) -> bool:
    """Registers a minted code: columns of ``codes`` without id. Returns False when its token was there already."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement = insert(codes).values(**row).on_conflict_do_nothing(index_elements=["token"]).returning(codes.c.id)
    return tx.scalar(statement) is not None


def find_code(tx: Tx, token: str) -> Posted | None:
    """The registered code with this token (upper case), with its spot, in one query."""
    found = tx.execute(_FIND, {"wanted": token}).mappings().first()
    if found is None:
        return None
    return Posted(found["code_id"], found["state"], found["token"], found["scene_code"], found["serial"], _spot(found), found["lng_wgs84"] is not None)


def set_code_state(tx: Tx, token: str, state: str, *, at: dt.datetime, by: str, note: str = "") -> bool:
    """Notes that a code was retired, lost, revoked or is good again. Returns False when there is no such code.

    Raises:
        ValueError: no such state.
    """
    if state not in CODE_STATES:
        raise ValueError(f"a code is one of {', '.join(CODE_STATES)}, not {state!r}")
    change = codes.update().where(codes.c.token == token).values(state=state, state_at=at, state_by=by, note=note)
    return tx.execute(change).rowcount == 1


def all_codes(tx: Tx) -> Iterator[dict[str, Any]]:
    """Every code with the columns of its spot (``spot_name``, ``village_id`` ...), by issuer, spot, scene and serial."""
    columns = [column for column in spots.c if column.name not in ("issuer", "id", "name", "created_at")]
    query = sa.select(codes, spots.c.name.label("spot_name"), *columns).join(spots, _OF_SPOT)
    order = (codes.c.issuer, codes.c.spot_id, codes.c.scene_code, codes.c.serial)
    for row in tx.execute(query.order_by(*order)).mappings():
        yield dict(row)


_OF_SPOT = (spots.c.issuer == codes.c.issuer) & (spots.c.id == codes.c.spot_id)
_FIND = (
    sa.select(codes.c.id.label("code_id"), codes.c.state, codes.c.token, codes.c.scene_code, codes.c.serial, codes.c.lng_wgs84, *spots.c)
    .join(spots, _OF_SPOT)
    .where(codes.c.token == sa.bindparam("wanted"))
)


def _spot(row: Mapping[Any, Any]) -> Spot:
    return Spot(
        row["id"], row["name"], row["village_id"], row["address"], row["subject_name"], row["subject_id"],
        row["owner_unit_id"], row["issuer"],
    )


def _upsert(tx: Tx, table: sa.Table, values: Mapping[str, Any], key: tuple[str, ...], changes: Mapping[str, Any]) -> None:
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    tx.execute(insert(table).values(**values).on_conflict_do_update(index_elements=list(key), set_=dict(changes)))
