"""The list of revoked codes: signed, so that it may travel any way; small, so that it fits anywhere; exact enough to mark with.

For those who check codes with a public key and no registry at hand. A code on the list is genuine and out of use (lost, moved,
replaced); a key on it is retired or compromised. Neither turns a citizen away. Every list is whole, and a later one of the same
issuer replaces it: the number only grows, and a reader that knows one takes no earlier one.

Source of the layout: docs/code-format.md, "The list of revoked codes".
"""

from __future__ import annotations

import datetime as dt
import hashlib
import struct
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from .claims import FIRST_DAY, LAST_DAY
from .errors import BadRevocationList
from .keys import KEY_IDS, Algorithm, Key
from .tagging import ED25519_TAG_BYTES, Ed25519Sign, Ed25519Verify, public_half

MAGIC = b"GZRL\x01"
# Signed with every list before its bytes and used for nothing else, so that no code is ever a list.
CONTEXT = b"gonzhi.revocations.v1"
DIGEST_BYTES = 6
# magic and version, key id, issuer, number of the list, day, day of the next, how many keys, how many codes
_HEAD = struct.Struct(">5scHLHHBL")
_KEY = struct.Struct(">cBH")
CODES_MOST = 10_000_000


class KeyState(IntEnum):
    """What a list says of a key. The numbers stand in lists and are never given another meaning."""

    RETIRED = 1
    COMPROMISED = 2


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A list that was read and whose signature was checked, or one to be signed.

    Args:
        issuer: number of the agency whose codes it is about.
        number: of the list; each has a higher one than the list before it.
        issued_on, next_on: its day, and the day by which the next is expected.
        keys: key id -> state and the day since when.
        digests: sorted, without doubles: the first six bytes of SHA-256 of each revoked token.
    """

    issuer: int
    number: int
    issued_on: dt.date
    next_on: dt.date
    keys: Mapping[str, tuple[KeyState, dt.date]]
    digests: tuple[bytes, ...]

    def revoked(self, token: str) -> bool:
        """Whether the canonical token is on the list. One in 2.8 x 10^14 / its length others is as well, by chance."""
        digest = token_digest(token)
        place = bisect_left(self.digests, digest)
        return place < len(self.digests) and self.digests[place] == digest

    def key_state(self, key_id: str) -> KeyState | None:
        """What is said of a key, None for nothing."""
        return self.keys[key_id][0] if key_id in self.keys else None

    def is_stale(self, today: dt.date) -> bool:
        """Whether a newer list should be there by now."""
        return today > self.next_on


def token_digest(token: str) -> bytes:
    """The six bytes that stand for a canonical token."""
    return hashlib.sha256(token.encode("ascii")).digest()[:DIGEST_BYTES]


def sign_revocations(
    tokens: Iterable[str],
    key_id: str,
    key: Key,
    *,
    number: int,
    issued_on: dt.date,
    next_on: dt.date,
    issuer: int = 0,
    keys: Mapping[str, tuple[KeyState, dt.date]] | None = None,
) -> bytes:
    """A signed list.

    Args:
        tokens: canonical tokens of every revoked code, in any order.
        key_id: by which readers find the public half of ``key``.
        key: an Ed25519 pair; the same pair may sign codes.
        number: higher than that of the list before.
        issued_on, next_on: the day of the list, and by when the next is expected.
        issuer: number of the agency.
        keys: key id -> state and since when, of keys that are retired or compromised.

    Returns:
        The bytes to publish.

    Raises:
        ValueError: a value does not fit its field, or the key cannot sign lists.
    """
    if key.algorithm is not Algorithm.ED25519:
        raise ValueError(f"a list of revoked codes is signed with an Ed25519 pair, not with {key.algorithm.value}")
    digests = sorted({token_digest(token) for token in tokens})
    said = keys or {}
    if len(digests) > CODES_MOST:
        raise ValueError(f"a list holds at most {CODES_MOST} codes")
    for one in (key_id, *said):
        if len(one) != 1 or one not in KEY_IDS:
            raise ValueError(f"a key id is one character of {KEY_IDS}, not {one!r}")
    if next_on < issued_on:
        raise ValueError("the next list is not expected before this one")
    try:
        head = _HEAD.pack(MAGIC, key_id.encode(), issuer, number, _day(issued_on), _day(next_on), len(said), len(digests))
        parts = [_KEY.pack(one.encode(), state, _day(since)) for one, (state, since) in sorted(said.items())]
    except struct.error as error:
        raise ValueError(f"a number does not fit its field: {error}") from None
    body = b"".join((head, *parts, *digests))
    return body + Ed25519Sign().get_signature(key.secret, CONTEXT + body)


def read_revocations(data: bytes, keys: Mapping[str, Key], *, known_number: int = 0) -> RevocationList:
    """Read a list and prove that a known key signed it.

    Args:
        data: the bytes as published.
        keys: key id -> Ed25519 key, public or whole; other keys are passed over.
        known_number: of the latest list that is known; an earlier one is refused, the same one is taken.

    Raises:
        BadRevocationList: it cannot be read, is signed by no known key, was altered, or is older than one already known.
    """
    if len(data) < _HEAD.size + ED25519_TAG_BYTES or data[:4] != MAGIC[:4]:
        raise BadRevocationList("this is no list of revoked codes")
    if data[: len(MAGIC)] != MAGIC:
        raise BadRevocationList(f"version {data[4]} of the list is not known to this release")
    body, signature = data[:-ED25519_TAG_BYTES], data[-ED25519_TAG_BYTES:]
    _, key_byte, issuer, number, issued, following, key_count, code_count = _HEAD.unpack_from(body)
    if len(body) != _HEAD.size + key_count * _KEY.size + code_count * DIGEST_BYTES:
        raise BadRevocationList("the list is cut off, or something was added to it")
    key = keys.get(key_byte.decode("latin-1"))
    if key is None or key.version != 2:
        raise BadRevocationList(f"no known Ed25519 key is called {key_byte.decode('latin-1')!r}")
    public = public_half(key.secret) if key.can_sign else key.secret
    if not Ed25519Verify().verify_signature(public, CONTEXT + body, signature):
        raise BadRevocationList("the signature of the list is wrong: it was altered, or signed by somebody else")
    if number < known_number:
        raise BadRevocationList(f"list {number} is older than list {known_number}, which is known already")
    at = _HEAD.size + key_count * _KEY.size
    digests = tuple(body[place : place + DIGEST_BYTES] for place in range(at, len(body), DIGEST_BYTES))
    if any(one >= other for one, other in zip(digests, digests[1:], strict=False)):
        raise BadRevocationList("the codes of the list are not in order")
    return RevocationList(issuer, number, _date(issued), _date(following), _key_states(body, key_count), digests)


def _key_states(body: bytes, count: int) -> dict[str, tuple[KeyState, dt.date]]:
    states = {}
    for place in range(count):
        key_byte, state, since = _KEY.unpack_from(body, _HEAD.size + place * _KEY.size)
        if state not in KeyState.__members__.values():
            raise BadRevocationList(f"the list says {state} of a key, which this release does not know")
        states[key_byte.decode("latin-1")] = (KeyState(state), _date(since))
    return states


def _day(date: dt.date) -> int:
    if not FIRST_DAY <= date <= LAST_DAY:
        raise ValueError(f"a day of a list is from {FIRST_DAY} to {LAST_DAY}, not {date}")
    return (date - FIRST_DAY).days


def _date(day: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=day)
