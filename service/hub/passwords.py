"""Passwords of staff: hashed with scrypt, checked in equal time whether or not the name exists.

The rule it keeps: the cost stands inside the hash, so that it can be raised later without locking anybody out.
Cost: N = 2^15, r = 8, p = 3, which takes 32 MiB (OWASP Password Storage Cheat Sheet, scrypt); ``hashlib`` only, because
some government machines have no compiled wheels.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

_LOG_N, _R, _P = 15, 8, 3
_SALT_BYTES = 16
_HASH_BYTES = 32
_MEMORY = 96 * 1024 * 1024
LEAST_LENGTH = 10
"""Characters of a password (NIST SP 800-63B asks for at least 8)."""


def hash_password(password: str, *, salt: bytes | None = None) -> str:
    """``scrypt$15$8$3$<salt>$<hash>``, salt and hash in hexadecimal; the salt is random unless it is given."""
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    return f"scrypt${_LOG_N}${_R}${_P}${salt.hex()}${_scrypt(password, salt, _LOG_N, _R, _P).hex()}"


def check_password(password: str, hashed: str | None) -> bool:
    """Whether the password belongs to the hash. With no hash the same work is done, and the answer is no."""
    scheme, log_n, r, p, salt, expected = (hashed or _NOBODY).split("$")
    if scheme != "scrypt":
        raise ValueError(f"unknown password scheme {scheme!r}")
    given = _scrypt(password, bytes.fromhex(salt), int(log_n), int(r), int(p))
    return hmac.compare_digest(given.hex(), expected) and hashed is not None


def new_password() -> str:
    """A random password that can be read aloud: four groups of four letters and digits, 77 bits."""
    letters = "abcdefghjkmnpqrtuvwxy2346789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def _scrypt(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=2**log_n, r=r, p=p, maxmem=_MEMORY, dklen=_HASH_BYTES
    )


_NOBODY = f"scrypt${_LOG_N}${_R}${_P}${bytes(_SALT_BYTES).hex()}${bytes(_HASH_BYTES).hex()}"
