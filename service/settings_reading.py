"""Reading typed values out of an environment; every complaint is one sentence that names the setting."""

from __future__ import annotations

import base64
import binascii
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SECRET_BYTES = 32
"""The least length of a secret in bytes: the output of SHA-256 (RFC 2104, section 3, advises no shorter key)."""


SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures of tokens by a key that only the sign-on has (RFC 7518, section 3.1; RFC 8037): never ``none``, never a shared one."""


class BadSetting(Exception):
    """A setting is missing or makes no sense. The message is one sentence that names it."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"{name} {sentence}")
        self.name = name


@dataclass(frozen=True, slots=True)
class CodeKey:
    """One key of the printed codes."""

    secret: bytes
    algorithm: str = ""


def secret_bytes(name: str, text: str, least: int = SECRET_BYTES) -> bytes:
    """A secret from hexadecimal or plain text.

    Args:
        name: the setting, for the error's sentence.
        text: as it stands in the environment.
        least: bytes it must have.

    Raises:
        BadSetting: it is too short, or repeats so few different bytes that it is no secret.
    """
    text = text.strip()
    # What looks hexadecimal is counted as such: 32 such characters carry 16 bytes, however long the text.
    hexadecimal = len(text) % 2 == 0 and all(mark in string.hexdigits for mark in text)
    value = bytes.fromhex(text) if hexadecimal else text.encode()
    if len(value) < least:
        raise BadSetting(name, f"is too short: it has {len(value)} bytes and needs at least {least}.")
    if len(set(value)) < 8:
        raise BadSetting(name, "is no secret: it repeats a few characters; make one with `openssl rand -hex 32`.")
    return value


class Reader:
    """Reads typed values out of the environment and names the setting in every complaint."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def needed(self, name: str, what: str) -> str:
        """A text without which it cannot go on; ``what`` says what it is."""
        value = self.text(name, "")
        if not value:
            raise BadSetting(name, f"is missing: it is {what}.")
        return value

    def choice(self, name: str, known: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in known:
            raise BadSetting(name, f"is {value!r}, but must be one of: {', '.join(known)}.")
        return value

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise BadSetting(name, f"is {value!r}, but must be a whole number from {least} to {most}.")
        return int(value)

    def words(self, name: str, default: str) -> tuple[str, ...]:
        value = self.text(name, default)
        return () if value == "none" else tuple(word.strip() for word in value.split(",") if word.strip())

    def secret(self, name: str) -> bytes:
        text = self.text(name, "")
        if not text:
            raise BadSetting(name, "is missing: set it to at least 32 random bytes, for example from `openssl rand -hex 32`.")
        return secret_bytes(name, text)

    def webhook_secret(self, name: str) -> bytes:
        text = self.text(name, "")
        if not text:
            raise BadSetting(name, "is missing: the webhook connector signs every event with it.")
        if text.startswith("whsec_"):
            try:
                text = base64.b64decode(text.removeprefix("whsec_"), validate=True).hex()
            except binascii.Error:
                raise BadSetting(name, "cannot be read: what follows whsec_ is not base64.") from None
        return secret_bytes(name, text, least=24)

    def hosts(self, name: str) -> frozenset[str]:
        value = frozenset(word.lower() for word in self.words(name, ""))
        for host in value:
            if not re.fullmatch(r"[a-z0-9.-]+(?::[0-9]{1,5})?", host):
                raise BadSetting(name, f"names {host!r}, but holds host names alone, such as old.example.gov.cn.")
        return value

    def file(self, name: str) -> Path | None:
        value = self.text(name, "")
        if value and not Path(value).is_file():
            raise BadSetting(name, f"names {value!r}, and there is no such file.")
        return Path(value).absolute() if value else None

    def url(self, name: str) -> str:
        value = self.text(name, "")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise BadSetting(name, f"is {value!r}, but must be an http or https address.")
        return value

    def issuer(self, name: str) -> str:
        value = self.url(name)
        parts = urlsplit(value)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
            raise BadSetting(name, f"is {value!r}, but must be an https address: whoever reads along could sign in.")
        return value

    def algorithms(self, name: str, default: str) -> tuple[str, ...]:
        value = self.words(name, default)
        for word in value:
            if word not in SIGNATURES:
                raise BadSetting(name, f"names {word!r}, but there are only: {', '.join(SIGNATURES)}.")
        if not value:
            raise BadSetting(name, "is empty: a token without a signature proves nothing.")
        return value

    def base_url(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not value:
            raise BadSetting(name, "is missing: it is the public address that codes point to, such as https://gz.example.gov.cn/s/.")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            raise BadSetting(name, f"is {value!r}, but must be an http or https address.")
        value = value.rstrip("/")
        return value + "/" if value.lower().endswith("/s") else value + "/s/"

    def code_keys(self, name: str) -> dict[str, CodeKey]:
        entries = self.words(name, "")
        if not entries:
            raise BadSetting(name, "is missing: it holds the keys that codes are signed with, such as a=<secret>.")
        keys: dict[str, CodeKey] = {}
        for entry in entries:
            head, _, secret = entry.partition("=")
            key_id, _, algorithm = head.strip().partition(":")
            if not re.fullmatch(r"[0-9a-hjkmnp-tv-z]", key_id):
                raise BadSetting(name, f"has the key id {key_id!r}, but an id is one digit or small letter other than i, l, o and u.")
            if key_id in keys:
                raise BadSetting(name, f"names the key {key_id!r} twice.")
            keys[key_id] = CodeKey(secret_bytes(name, secret), algorithm.strip())
        return keys
