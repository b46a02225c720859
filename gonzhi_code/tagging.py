"""How codes are signed: HMAC-SHA-256, HMAC-SM3 and Ed25519 as itsdangerous ``SigningAlgorithm``.

The rule it keeps: an algorithm says yes or no to a tag and knows nothing of codes or rings; keys.py picks it.

Sources: RFC 2104 section 5 (a truncated HMAC keeps at least half of the hash or 80 bits; ours is 96), RFC 8032 (Ed25519),
GB/T 32905-2016 (SM3, whose first example is the hash of "abc" below).
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hmac import HMAC
from itsdangerous.signer import SigningAlgorithm

HMAC_TAG_BYTES = 12
ED25519_KEY_BYTES = 32
ED25519_TAG_BYTES = 64

_SM3_OF_ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

Mac = Callable[[bytes, bytes], bytes]


def sha256_mac(key: bytes, value: bytes) -> bytes:
    """HMAC-SHA-256, 32 bytes."""
    return hmac.digest(key, value, "sha256")


def _mac_sm3_hashlib(key: bytes, value: bytes) -> bytes:
    return hmac.digest(key, value, "sm3")


def _mac_sm3_cryptography(key: bytes, value: bytes) -> bytes:
    mac = HMAC(key, hashes.SM3())
    mac.update(value)
    return mac.finalize()


def _hashlib_has_sm3() -> bool:
    try:
        return hashlib.new("sm3", b"abc").hexdigest() == _SM3_OF_ABC
    except ValueError:
        return False


def _cryptography_has_sm3() -> bool:
    try:
        digest = hashes.Hash(hashes.SM3())
    except UnsupportedAlgorithm:
        return False
    digest.update(b"abc")
    return digest.finalize().hex() == _SM3_OF_ABC


@functools.cache
def sm3_mac() -> Mac:
    """HMAC-SM3 of this machine: Python's own OpenSSL where it has SM3, else the one inside ``cryptography``.

    Returns:
        A function (key, value) -> 32 bytes.

    Raises:
        RuntimeError: neither has SM3. Asked when a ring is built, so a service finds out at its start.
    """
    if _hashlib_has_sm3():
        return _mac_sm3_hashlib
    if _cryptography_has_sm3():
        return _mac_sm3_cryptography
    raise RuntimeError(
        "SM3 is not available: neither Python's OpenSSL nor the cryptography package offers it; "
        "use a build of OpenSSL with SM3, or an HMAC-SHA-256 key"
    )


class TruncatedHmac(SigningAlgorithm):
    """HMAC cut to its first 12 bytes."""

    def __init__(self, mac: Mac) -> None:
        self.mac = mac

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """The 12-byte tag of ``value``."""
        return self.mac(key, value)[:HMAC_TAG_BYTES]


@functools.lru_cache(maxsize=64)
def _private_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


@functools.lru_cache(maxsize=64)
def _public_key(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


@functools.lru_cache(maxsize=64)
def public_half(seed: bytes) -> bytes:
    """The 32-byte public key of an Ed25519 seed."""
    return _private_key(seed).public_key().public_bytes_raw()


class Ed25519Verify(SigningAlgorithm):
    """Ed25519 with the public key alone: reads codes, makes none."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """Always refused: a public key cannot sign.

        Raises:
            ValueError: always.
        """
        raise ValueError("a public key cannot sign")

    def verify_signature(self, key: bytes, value: bytes, sig: bytes) -> bool:
        """Whether ``sig`` is the signature of ``value`` under the 32-byte public ``key``."""
        try:
            _public_key(key).verify(sig, value)
        except InvalidSignature:
            return False
        return True


class Ed25519Sign(Ed25519Verify):
    """Ed25519 with the private key: the key bytes are its 32-byte seed."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """The 64-byte signature of ``value``."""
        return _private_key(key).sign(value)

    def verify_signature(self, key: bytes, value: bytes, sig: bytes) -> bool:
        """Whether ``sig`` is the signature of ``value`` under the public half of the seed ``key``."""
        return super().verify_signature(public_half(key), value, sig)
