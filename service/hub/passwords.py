"""Passwords of staff: hashed with scrypt, checked in equal time whether or not the name exists.

The rule it keeps: the cost stands inside the hash, so that it can be raised later without locking anybody out.
Cost: N = 2^15, r = 8, p = 3, which takes 32 MiB (OWASP Password Storage Cheat Sheet, scrypt); ``hashlib`` only, because
some government machines have no compiled wheels.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading

_LOG_N, _R, _P = 15, 8, 3
_SALT_BYTES = 16
_HASH_BYTES = 32
_MEMORY = 96 * 1024 * 1024
LEAST_LENGTH = 10
"""Characters of a password (NIST SP 800-63B asks for at least 8)."""
_LEAST_DIFFERENT = 5
_COMMON = (
    "1234567890", "0123456789", "0987654321", "9876543210", "1qaz2wsx3edc", "qazwsxedcrfv", "qwertyuiop", "asdfghjkl;", "zaq12wsxcde3",
    "password", "passw0rd", "p@ssw0rd", "admin123", "administrator", "abcd1234", "abc123456", "a123456789", "woaini1314", "5201314",
    "wenling", "letmein", "welcome",
)  # fmt: skip
"""What long passwords are most often made of; no list of leaked ones ships with the service, because it must work offline."""
_COMMON_REST = 4
_AT_ONCE = threading.BoundedSemaphore(2)
"""How many passwords one process works on at a time: each takes 32 MiB, and a flood of tries must not take the memory."""


def hash_password(password: str, *, salt: bytes | None = None) -> str:
    """``scrypt$15$8$3$<salt>$<hash>``, salt and hash in hexadecimal; the salt is random unless it is given."""
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    return f"scrypt${_LOG_N}${_R}${_P}${salt.hex()}${_scrypt(password, salt, _LOG_N, _R, _P).hex()}"


def check_password(password: str, hashed: str | None) -> bool:
    """Whether the password belongs to the hash. With no hash the same work is done, and the answer is no."""
    scheme, log_n, r, p, salt, expected = (hashed or _nobody()).split("$")
    if scheme != "scrypt":
        raise ValueError(f"unknown password scheme {scheme!r}")
    given = _scrypt(password, bytes.fromhex(salt), int(log_n), int(r), int(p))
    return hmac.compare_digest(given.hex(), expected) and hashed is not None


def new_password() -> str:
    """A random password that can be read aloud: four groups of four letters and digits, 77 bits."""
    letters = "abcdefghjkmnpqrtuvwxy2346789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def is_common(password: str) -> bool:
    """Whether a password is among the first that are tried: few different characters, or a common word and little else."""
    plain = password.lower()
    if len(set(plain)) < _LEAST_DIFFERENT:
        return True
    return any(len(plain) - len(word) < _COMMON_REST for word in _COMMON if word in plain)


def _scrypt(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    with _AT_ONCE:
        return hashlib.scrypt(password.encode(), salt=salt, n=2**log_n, r=r, p=p, maxmem=_MEMORY, dklen=_HASH_BYTES)


def _nobody() -> str:
    """A hash that belongs to no password, at today's cost."""
    return f"scrypt${_LOG_N}${_R}${_P}${bytes(_SALT_BYTES).hex()}${bytes(_HASH_BYTES).hex()}"
