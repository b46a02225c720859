"""Keys of the printed codes: which one issues, which only verify, which leaked, and what must be printed anew.

The rule it keeps: no key is ever taken off a wall's codes. A retired key signs no more and verifies for ever; codes of a
compromised one go on taking complaints, marked, and the centre is told of each, until their posters are replaced. A registered
code of such a key is believed as far as before, because nobody can register one; an unregistered one proves nothing any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.store import audit, keys
from service.store.engine import Tx

from .context import Hub
from .posting import OVER

RETIRED, COMPROMISED = "retired", "compromised"
USED_DAYS = 90
"""Over how many days use is added up when posters are ranked for replacement."""
_OVER = tuple(sorted(OVER))


class BadKey(Exception):
    """The key is not known, or cannot be brought into that state. The message is one sentence."""


class KeyOutOfUse(ValueError):
    """The key that should sign was retired or compromised. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key.

    Args:
        state: ``issuing``, ``verifying``, ``retired`` or ``compromised``; missing: no secret for it is set here any more.
        codes: how many it signed; about: how many of those are neither retired nor replaced.
    """

    key_id: str
    algorithm: str
    state: str
    missing: bool
    codes: int
    about: int
    at: dt.datetime | None
    by: str
    note: str


def list_keys(hub: Hub) -> list[KeyRow]:
    """Every key that is set here or ever signed a registered code, by its id."""
    ring = hub.signer.ring
    with hub.store.read() as tx:
        noted, counts = keys.key_states(tx), keys.codes_by_key(tx, _OVER)
    own = {key_id: row for key_id, row in noted.items() if ":" not in key_id}
    return [_row(hub, key_id, noted.get(key_id, {}), counts.get(key_id, (0, 0))) for key_id in sorted({*ring.keys, *own, *counts})]


def _row(hub: Hub, key_id: str, noted: Mapping[str, Any], counts: tuple[int, int]) -> KeyRow:
    ring = hub.signer.ring
    key = ring.keys.get(key_id)
    usual = "issuing" if key_id == ring.issuing else "verifying"
    return KeyRow(
        key_id, key.algorithm.value if key else "", noted.get("state", usual), key is None, *counts,
        noted.get("at"), noted.get("by", ""), noted.get("note", ""),
    )  # fmt: skip


def set_key_state(hub: Hub, key_id: str, state: str, *, by: str, note: str = "") -> None:
    """Retire a key, or note that it leaked. What leaked does not become merely retired again.

    Raises:
        BadKey: see there.
    """
    if state not in (RETIRED, COMPROMISED):
        raise BadKey(f"a key is {RETIRED} or {COMPROMISED}, not {state!r}")
    with hub.store.write() as tx:
        noted = keys.key_states(tx)
        if key_id not in {*hub.signer.ring.keys, *keys.codes_by_key(tx, _OVER), *noted} and not _is_issuers(tx, key_id):
            raise BadKey(f"there is no key {key_id!r}")
        if noted.get(key_id, {}).get("state") == COMPROMISED and state == RETIRED:
            raise BadKey(f"key {key_id!r} is compromised, which retiring does not undo")
        keys.set_key_state(tx, key_id, state, at=hub.clock(), by=by, note=note)
        audit.add_audit(tx, hub.clock(), by, f"key.{state}", reason=note, detail={"key_id": key_id})
    hub.registry.forget()


def _is_issuers(tx: Tx, key_id: str) -> bool:
    return key_id in {f"{row['number']}:{row['key_id']}" for row in keys.all_issuers(tx)}


def to_replace(hub: Hub, key_id: str) -> list[dict[str, Any]]:
    """The posters of a key that are still about, the most used first; what has been used brings the most complaints."""
    with hub.store.read() as tx:
        return keys.posters_by_use(tx, key_id, _OVER, hub.today() - dt.timedelta(days=USED_DAYS))
