"""Minting and listing codes: what hangs where, and what became of it.

The rule it keeps: the registry keeps tokens; the address in front of them comes from the settings, so that a service that
moves takes its codes along.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.claims import CodeClaims
from gonzhi_code.codes import Code
from gonzhi_code.errors import BadArea, UnknownScene
from gonzhi_code.scenes import scene_code_of, scene_key_of
from gonzhi_code.spots import Spot
from service.store import codes, keys, posters
from service.store.engine import Tx

from .code_keys import KeyOutOfUse
from .context import Hub
from .posting import Life, write_step

SYSTEM = "system"


class UnknownCode(Exception):
    """No code with that token is registered."""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One minted code.

    Args:
        place: 12-digit id of the village or township; place_name: the same in words.
    """

    url: str
    token: str
    scene_key: str
    spot: Spot
    serial: int
    place: str
    place_name: str
    state: str

    @property
    def spot_id(self) -> int:
        """Number of the spot within its issuer."""
        return self.spot.id

    @property
    def spot_name(self) -> str:
        """How people call the spot."""
        return self.spot.name

    @property
    def poster_no(self) -> str:
        """Short number of the poster: spot and serial."""
        return f"{self.spot_id}-{self.serial}"


def mint(hub: Hub, spot: Spot, scene_key: str, *, validity_months: int = 0, by: str = SYSTEM) -> Code:
    """Mint the next code of a spot and scene, and register both.

    Raises:
        UnknownScene, ValueError: see ``CodeSigner.issue``; the spot's owner is no unit of the county, and so would be kept from
            nothing.
    """
    if spot.owner_unit_id and spot.owner_unit_id not in hub.county.units:
        raise ValueError(f"the owner of spot {spot.id}, {spot.owner_unit_id!r}, is no unit of {hub.county.name}")
    with hub.store.write() as tx:
        return mint_in(hub, tx, spot, scene_key, validity_months=validity_months, by=by)


def mint_in(
    hub: Hub, tx: Tx, spot: Spot, scene_key: str, *, validity_months: int = 0, by: str = SYSTEM, note: str = "", issued_on: dt.date | None = None
) -> Code:
    """The same within a transaction of the caller's. Its history begins here, with ``note``; ``issued_on`` None is today.

    Raises:
        UnknownScene, ValueError: see ``CodeSigner.issue``. KeyOutOfUse: the issuing key was retired or compromised.
    """
    now = hub.clock()
    check_key(hub, tx)
    codes.save_spot(tx, spot, now)
    serial = codes.next_serial(tx, spot.issuer, spot.id, scene_code_of(scene_key))
    code = hub.signer.issue(spot, scene_key=scene_key, serial=serial, issued_on=issued_on or hub.today(), validity_months=validity_months)
    codes.save_code(tx, _code_row(code, now))
    row = posters.find_poster(tx, code.token)
    assert row is not None
    posters.add_event(tx, {"code_id": row["id"], "life": Life.MINTED.value, "at": now, "by": by, "note": note})
    return code


def check_key(hub: Hub, tx: Tx) -> None:
    """Refuse to sign with a key that was taken out of use.

    Raises:
        KeyOutOfUse: it was retired or compromised.
    """
    noted = keys.key_states(tx).get(hub.signer.ring.issuing)
    if noted is not None:
        raise KeyOutOfUse(f"key {noted['key_id']!r} is {noted['state']}; add a new one and name it in GONZHI_ISSUING_KEY")


def list_codes(hub: Hub) -> list[CodeRow]:
    """Every minted code, by spot, scene and serial."""
    with hub.store.read() as tx:
        return [_listed(hub, row) for row in codes.all_codes(tx)]


def set_code_state(hub: Hub, text: str, state: str, *, by: str, note: str = "") -> str:
    """Note what became of a code.

    Args:
        text: token or whole address, as it can be scanned or typed.

    Returns:
        The canonical token.

    Raises:
        UnknownCode: it is not registered. ValueError: no such state. MalformedCode: it cannot be read.
    """
    token = hub.signer.token_of(text)
    with hub.store.write() as tx:
        row = posters.find_poster(tx, token, lock=True)
        if row is None:
            raise UnknownCode(token)
        if not codes.set_code_state(tx, token, state, at=hub.clock(), by=by, note=note):
            raise UnknownCode(token)
        write_step(hub, tx, row, _life_of(row, state), by=by, note=note, worth=state)
    hub.registry.forget()
    return token


def _life_of(row: Mapping[str, Any], state: str) -> Life:
    """What a state that was set by hand says of the paper."""
    if state == "good":
        return Life.POSTED if row["posted_at"] else Life.MINTED
    return Life.LOST if state == "lost" else Life.RETIRED


def _code_row(code: Code, now: Any) -> dict[str, Any]:
    claims: CodeClaims = code.claims
    return {
        "issuer": claims.issuer,
        "spot_id": claims.spot_id,
        "scene_code": claims.scene_code,
        "serial": claims.serial,
        "place_id": claims.place_id,
        "token": code.token,
        "key_id": claims.key_id,
        "issued_on": claims.issued_on,
        "validity_months": claims.validity_months,
        "state_at": now,
        "life_at": now,
    }


def _listed(hub: Hub, row: Mapping[str, Any]) -> CodeRow:
    try:
        scene_key = scene_key_of(row["scene_code"])
    except UnknownScene:
        scene_key = f"scene-{row['scene_code']}"
    try:
        place_name = hub.county.place_name(row["place_id"])
    except BadArea:
        place_name = row["place_id"]
    return CodeRow(
        url=hub.signer.base_url + row["token"],
        token=row["token"],
        scene_key=scene_key,
        spot=Spot(
            id=row["spot_id"],
            name=row["spot_name"],
            village_id=row["village_id"],
            address=row["address"],
            subject_name=row["subject_name"],
            subject_id=row["subject_id"],
            owner_unit_id=row["owner_unit_id"],
            issuer=row["issuer"],
        ),
        serial=row["serial"],
        place=row["place_id"],
        place_name=place_name,
        state=row["state"],
    )
