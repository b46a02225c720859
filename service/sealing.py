"""Sealing and blinding: what the store may hold of a person, and how it is found again.

The rule it keeps: personal answers leave the process only sealed (AES-256-GCM, NIST SP 800-38D) and bound to what they
are for, so that a blob copied into another row does not open; a phone number or an address is searched by a keyed hash,
never by itself. Every key is derived from one secret and one label (HMAC-SHA-256 as in RFC 5869, section 2.3), so no
two purposes share a key. Earlier secrets still open and still match; only the newest seals.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORMAT = b"\x01"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_BLIND_BYTES = 16
"""128 bits of a blind index: collisions stay out of reach for every phone number in the country."""


class CannotOpen(Exception):
    """The blob was altered, belongs elsewhere, or was sealed with a secret we no longer have."""


class Sealer:
    """Seals, opens and blinds with keys derived from one secret.

    Args:
        secret: at least 32 bytes.
        older: earlier secrets, newest first; they open and match, but no longer seal.
        random: source of nonces: takes a length, returns that many bytes.
    """

    def __init__(self, secret: bytes, *, older: tuple[bytes, ...] = (), random: Callable[[int], bytes] = os.urandom) -> None:
        self._secrets = (secret, *older)
        self._random = random
        keys = self.derive_all("gonzhi.seal.v1")
        self._newest = _key_id(keys[0])
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self._blind_keys: dict[str, bytes] = {}

    def derive(self, label: str) -> bytes:
        """The 32-byte key of one purpose. Equal labels give equal keys, other labels unrelated ones."""
        return hmac.digest(self._secrets[0], label.encode() + b"\x01", "sha256")

    def derive_all(self, label: str) -> tuple[bytes, ...]:
        """The key of one purpose under the newest secret and under every earlier one, newest first."""
        return tuple(hmac.digest(secret, label.encode() + b"\x01", "sha256") for secret in self._secrets)

    def seal(self, purpose: str, data: bytes) -> bytes:
        """Seal ``data`` for one purpose, for example ``answers:K7DM-4QXA``.

        Returns:
            format (1 byte), key id (4), nonce (12), then ciphertext and tag (length of ``data`` + 16).
        """
        nonce = self._random(_NONCE_BYTES)
        cipher = self._ciphers[self._newest]
        return _FORMAT + self._newest + nonce + cipher.encrypt(nonce, data, purpose.encode())

    def open(self, purpose: str, blob: bytes) -> bytes:
        """The data that was sealed for the same purpose.

        Raises:
            CannotOpen: it is not the blob that was sealed for this purpose with one of our secrets.
        """
        key_end = 1 + _KEY_ID_BYTES
        body = key_end + _NONCE_BYTES
        cipher = self._ciphers.get(blob[1:key_end])
        if blob[:1] != _FORMAT or cipher is None:
            raise CannotOpen("sealed with a secret that is not here")
        try:
            return cipher.decrypt(blob[key_end:body], blob[body:], purpose.encode())
        except (InvalidTag, ValueError):
            raise CannotOpen("altered, or sealed for something else") from None

    def blind(self, purpose: str, text: str) -> str:
        """A keyed hash of ``text``, 32 hexadecimal characters: equal texts match, nothing else is told."""
        key = self._blind_keys.get(purpose)
        if key is None:
            key = self._blind_keys[purpose] = self.derive(f"gonzhi.blind.v1.{purpose}")
        return hmac.digest(key, text.encode(), "sha256")[:_BLIND_BYTES].hex()

    def blinds(self, purpose: str, text: str) -> tuple[str, ...]:
        """What :meth:`blind` gave under the newest secret and under every earlier one."""
        keys = self.derive_all(f"gonzhi.blind.v1.{purpose}")
        return tuple(hmac.digest(key, text.encode(), "sha256")[:_BLIND_BYTES].hex() for key in keys)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"gonzhi.key-id" + key).digest()[:_KEY_ID_BYTES]
