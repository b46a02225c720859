"""Publishing the signed list of revoked codes, for those who check codes with a public key and no registry at hand.

The rule it keeps: its number only grows; a list is made anew when what it says has changed and once a day, so that a reader can
tell that it is fresh. It is signed with an Ed25519 key of the ring; a ring of shared secrets has none, because who can check with
such a key can also sign.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from gonzhi_code.errors import BadRevocationList
from gonzhi_code.keys import Algorithm, Key
from gonzhi_code.revocations import KeyState, read_revocations, sign_revocations, token_digest
from service.store import keys, revocations
from service.store.engine import Tx

from .context import Hub, local_day

CENTRE = 0
NEXT_DAYS = 7
"""By when a reader expects the next list."""
_STATES = {"retired": KeyState.RETIRED, "compromised": KeyState.COMPROMISED}


@dataclass(frozen=True, slots=True)
class Published:
    """A list as it is handed out: its number, its bytes, and their hash."""

    number: int
    body: bytes

    @property
    def etag(self) -> str:
        """Names exactly these bytes."""
        return hashlib.sha256(self.body).hexdigest()[:32]


def published_list(hub: Hub) -> Published | None:
    """The list of today, made if need be; None where no key of the ring can sign one."""
    signing = _signing_key(hub)
    if signing is None:
        return None
    with hub.store.read() as tx:
        known = revocations.newest_list(tx)
        if known is not None and _is_current(hub, tx, known["body"], signing[0]):
            return Published(known["version"], known["body"])
    with hub.store.write() as tx:
        newest = revocations.newest_list(tx)
        number = (newest["version"] if newest else 0) + 1
        tokens, today = revocations.revoked_tokens(tx, CENTRE), hub.today()
        body = sign_revocations(
            tokens, *signing, number=number, issued_on=today, next_on=today + dt.timedelta(days=NEXT_DAYS), issuer=CENTRE, keys=_key_states(hub, tx)
        )
        if not revocations.keep_list(tx, {"version": number, "made_at": hub.clock(), "entries": len(tokens), "body": body}):
            newest = revocations.newest_list(tx)
            assert newest is not None
            number, body = newest["version"], newest["body"]
    return Published(number, body)


def _signing_key(hub: Hub) -> tuple[str, Key] | None:
    """The key that signs lists: an Ed25519 pair of the ring that did not leak, the issuing one first."""
    ring = hub.signer.ring
    pairs = [key_id for key_id, key in ring.keys.items() if key.algorithm is Algorithm.ED25519 and key_id not in hub.registry.leaked()]
    pairs.sort(key=lambda key_id: (key_id != ring.issuing, key_id))
    return (pairs[0], ring.keys[pairs[0]]) if pairs else None


def _key_states(hub: Hub, tx: Tx) -> Mapping[str, tuple[KeyState, dt.date]]:
    noted = keys.key_states(tx)
    return {key_id: (_STATES[row["state"]], local_day(row["at"])) for key_id, row in noted.items() if ":" not in key_id}


def _is_current(hub: Hub, tx: Tx, body: bytes, key_id: str) -> bool:
    """Whether a list is of today, signed with that key, and says what would be said now."""
    try:
        known = read_revocations(body, {key_id: hub.signer.ring.keys[key_id]})
    except BadRevocationList:
        return False
    digests = tuple(sorted({token_digest(token) for token in revocations.revoked_tokens(tx, CENTRE)}))
    return known.issued_on == hub.today() and known.digests == digests and dict(known.keys) == dict(_key_states(hub, tx))
