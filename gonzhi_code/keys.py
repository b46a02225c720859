"""Keys that sign codes, and the ring that holds them: key id -> key and algorithm.

The rule it keeps: one key on the ring issues, every other one only verifies what hangs on walls already; a key says its
own algorithm, so a code can never choose one. Built on the hooks of itsdangerous ``Signer``, whose stock form would try
every key in turn and join text with a dot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from itsdangerous import BadSignature, Signer
from itsdangerous.signer import SigningAlgorithm

from .base32 import ALPHABET
from .tagging import (
    ED25519_KEY_BYTES,
    ED25519_TAG_BYTES,
    HMAC_TAG_BYTES,
    Ed25519Sign,
    Ed25519Verify,
    Mac,
    TruncatedHmac,
    public_half,
    sha256_mac,
    sm3_mac,
)

SECRET_BYTES_MIN = 32
# These are used for codes and for nothing else, so that no other use of the same secret can make a tag.
SALT_V1 = b"gonzhi.code.v1"
SALT_V2 = b"gonzhi.code.v2"
KEY_IDS = ALPHABET.lower()


class Algorithm(Enum):
    """What a key signs with. The values are stored in settings and key files and are never renamed."""

    HMAC_SHA256 = "hmac-sha256"
    HMAC_SM3 = "hmac-sm3"
    ED25519 = "ed25519"
    ED25519_PUBLIC = "ed25519-public"


@dataclass(frozen=True, slots=True)
class Key:
    """One key with its algorithm.

    Args:
        algorithm: what it signs with.
        secret: for HMAC at least 32 random bytes; for Ed25519 the 32-byte seed, or the 32-byte public key. Never shown.

    Raises:
        TypeError: the secret is not bytes.
        ValueError: the secret is too short, or not a key of its algorithm.
    """

    algorithm: Algorithm
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.secret, bytes):
            raise TypeError(f"a key is bytes, not {type(self.secret).__name__}")
        if self.version == 2:
            if len(self.secret) != ED25519_KEY_BYTES:
                raise ValueError(f"an Ed25519 key has {ED25519_KEY_BYTES} bytes, not {len(self.secret)}")
        elif len(self.secret) < SECRET_BYTES_MIN:
            raise ValueError(f"a secret has at least {SECRET_BYTES_MIN} bytes, not {len(self.secret)}")

    @classmethod
    def sha256(cls, secret: bytes) -> Key:
        """An HMAC-SHA-256 key of at least 32 bytes."""
        return cls(Algorithm.HMAC_SHA256, secret)

    @classmethod
    def sm3(cls, secret: bytes) -> Key:
        """An HMAC-SM3 key of at least 32 bytes."""
        return cls(Algorithm.HMAC_SM3, secret)

    @classmethod
    def ed25519(cls, seed: bytes) -> Key:
        """An Ed25519 key pair from its 32-byte seed: signs and verifies."""
        return cls(Algorithm.ED25519, seed)

    @classmethod
    def ed25519_public(cls, raw: bytes) -> Key:
        """The public half of an Ed25519 pair, 32 bytes: verifies only, and need not be kept secret."""
        return cls(Algorithm.ED25519_PUBLIC, raw)

    @property
    def version(self) -> int:
        """Layout version of the codes it signs: 1 for HMAC, 2 for Ed25519."""
        return 1 if self.algorithm in (Algorithm.HMAC_SHA256, Algorithm.HMAC_SM3) else 2

    @property
    def can_sign(self) -> bool:
        """False for a public key."""
        return self.algorithm is not Algorithm.ED25519_PUBLIC

    def public(self) -> Key:
        """The key to publish, with which anybody can verify.

        Raises:
            ValueError: an HMAC key has no public half: who can verify with it can also sign.
        """
        if self.algorithm is Algorithm.ED25519_PUBLIC:
            return self
        if self.algorithm is not Algorithm.ED25519:
            raise ValueError(f"a key of {self.algorithm.value} has no public half")
        return Key.ed25519_public(public_half(self.secret))


class ClaimsSigner(Signer):
    """itsdangerous ``Signer`` over raw bytes: value and tag joined without a separator, the key derived once.

    Version 1: the tag's key is HMAC(secret, salt). Version 2: the salt stands before the signed bytes, because the
    holder of a public key can derive nothing from it.

    Raises:
        RuntimeError: the key is an SM3 key and this machine has no SM3.
    """

    def __init__(self, key: Key) -> None:
        algorithm: SigningAlgorithm
        self._mac: Mac | None = None
        self._context = b""
        if key.version == 1:
            self._mac = sm3_mac() if key.algorithm is Algorithm.HMAC_SM3 else sha256_mac
            algorithm, salt = TruncatedHmac(self._mac), SALT_V1
        else:
            algorithm, salt = Ed25519Sign() if key.can_sign else Ed25519Verify(), SALT_V2
            self._context = salt
        super().__init__(key.secret, salt=salt, algorithm=algorithm)
        self.version = key.version
        self.tag_bytes = HMAC_TAG_BYTES if key.version == 1 else ED25519_TAG_BYTES
        self._derived = self.derive_key()

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """The bytes the algorithm gets: HMAC(secret, salt) for version 1, the key itself for version 2."""
        secret = self.secret_key if secret_key is None else secret_key
        if isinstance(secret, str):
            raise TypeError("a key is bytes")
        return self._mac(secret, self.salt) if self._mac else secret

    def get_signature(self, value: str | bytes) -> bytes:
        """The raw tag of ``value``: 12 or 64 bytes."""
        return self.algorithm.get_signature(self._derived, self._context + _bytes(value))

    def sign(self, value: str | bytes) -> bytes:
        """``value`` with its tag behind it."""
        value = _bytes(value)
        return value + self.get_signature(value)

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        """Whether ``sig`` is the tag of ``value``; takes the same time whatever the tag is."""
        return self.algorithm.verify_signature(self._derived, self._context + _bytes(value), _bytes(sig))

    def unsign(self, signed_value: str | bytes) -> bytes:
        """The value without its tag.

        Raises:
            itsdangerous.BadSignature: the tag is not that of the value.
        """
        signed = _bytes(signed_value)
        value, tag = signed[: -self.tag_bytes], signed[-self.tag_bytes :]
        if not self.verify_signature(value, tag):
            raise BadSignature("the tag does not match", payload=value)
        return value


def _bytes(value: str | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    raise TypeError("codes are signed as bytes, not text")


class KeyRing:
    """Every key that ever signed a code still on a wall, and the one that signs the next.

    Args:
        keys: key id -> key. An id is one lower-case Crockford character (``0``-``9``, ``a``-``z`` without i, l, o, u).
            Plain bytes mean HMAC-SHA-256.
        issuing: id of the key that signs new codes; ``""`` makes a ring that only verifies.

    Raises:
        ValueError: no keys, a bad id, a secret under 32 bytes, or an issuing key that is missing or cannot sign.
        TypeError: a value is neither bytes nor a Key.
        RuntimeError: an SM3 key on a machine without SM3.
    """

    def __init__(self, keys: Mapping[str, bytes | Key], issuing: str = "") -> None:
        if not keys:
            raise ValueError("a key ring needs at least one key")
        for key_id in keys:
            if not (isinstance(key_id, str) and len(key_id) == 1 and key_id in KEY_IDS):
                raise ValueError(f"a key id is one character of {KEY_IDS}, not {key_id!r}")
        known = {key_id: key if isinstance(key, Key) else Key.sha256(key) for key_id, key in keys.items()}
        if issuing and issuing not in known:
            raise ValueError(f"the issuing key {issuing!r} is not on the ring")
        if issuing and not known[issuing].can_sign:
            raise ValueError(f"the issuing key {issuing!r} is a public key, which cannot sign")
        self.keys: Mapping[str, Key] = MappingProxyType(known)
        self.issuing = issuing
        self._signers = {key_id: ClaimsSigner(key) for key_id, key in known.items()}

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(f'{i}={key.algorithm.value}' for i, key in self.keys.items())}; issuing={self.issuing!r})"

    def signer(self, key_id: str) -> ClaimsSigner | None:
        """The signer of that id, or None where the ring holds no such key."""
        return self._signers.get(key_id)

    def issuing_signer(self) -> ClaimsSigner:
        """The signer of new codes.

        Raises:
            ValueError: the ring only verifies.
        """
        if not self.issuing:
            raise ValueError("this key ring has no issuing key: it only verifies")
        return self._signers[self.issuing]
