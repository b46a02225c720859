"""All settings of the service: one frozen dataclass, read from the environment once, at start.

The rule it keeps: outside the demo a missing or short secret stops the start with one sentence that names the setting;
nothing falls back to a default secret. Every setting stands in :data:`TABLE`, which ``docs/settings.md`` prints and a
test compares. Nothing else in the service reads the environment.
"""

from __future__ import annotations

import base64
import binascii
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .connectors import CONNECTOR_NAMES

SECRET_BYTES = 32
"""The least length of a secret in bytes: the output of SHA-256 (RFC 2104, section 3, advises no shorter key)."""

MODES = ("production", "demo")


class BadSetting(Exception):
    """A setting is missing or makes no sense. The message is one sentence that names it."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"{name} {sentence}")
        self.name = name


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One row of the table of settings: its name in the environment, its default in words, what it does."""

    name: str
    default: str
    meaning: str


TABLE: tuple[SettingRow, ...] = (
    SettingRow("GONZHI_MODE", "production", "`production`, or `demo` (then secrets are made and kept under `GONZHI_VAR`)."),
    SettingRow("GONZHI_VAR", "./var", "Folder for the SQLite file, photos, posters and sockets."),
    SettingRow("GONZHI_DATABASE", "sqlite in GONZHI_VAR", "SQLAlchemy address of the database: `sqlite:///...` or `postgresql+psycopg://...`."),
    SettingRow("GONZHI_BASE_URL", "none; demo: http://127.0.0.1:PORT/s/", "Public address that codes point to, ending in `/s/`. Printed on every poster, so choose it once."),
    SettingRow("GONZHI_COUNTY", "wenling", "County folder to load: a name that ships with the library or a path."),
    SettingRow("GONZHI_SECRET", "none", "At least 32 bytes, as hexadecimal or plain text. Seals answers, signs receipts."),
    SettingRow("GONZHI_OLD_SECRETS", "none", "Earlier secrets, separated by commas: what they sealed and signed stays readable."),
    SettingRow("GONZHI_CODE_KEYS", "none", "Keys of the printed codes: `a=<secret>,b=<secret>`; `a:hmac-sm3=<secret>` for another algorithm. Keep old ones as long as their posters hang."),
    SettingRow("GONZHI_ISSUING_KEY", "the last of GONZHI_CODE_KEYS", "Id of the key that new codes are signed with."),
    SettingRow("PORT", "8000", "Port to listen on."),
    SettingRow("GONZHI_HOST", "127.0.0.1", "Address to listen on; put a TLS proxy in front of it."),
    SettingRow("GONZHI_WORKERS", "2", "Web server processes."),
    SettingRow("GONZHI_THREADS", "8", "Threads in each of them."),
    SettingRow("GONZHI_TRUSTED_PROXIES", "0", "How many proxies in front may be believed when they say for whom they ask."),
    SettingRow("GONZHI_CONNECTORS", "console", "Ways to other hubs, separated by commas: `console`, `webhook`; `none` for none."),
    SettingRow("GONZHI_WEBHOOK_URL", "none", "Where `webhook` posts events."),
    SettingRow("GONZHI_WEBHOOK_SECRET", "none", "At least 24 bytes, as `whsec_<base64>`, hexadecimal or plain text; signs every event."),
    SettingRow("GONZHI_PHOTOS", "photos in GONZHI_VAR", "Folder for photos."),
    SettingRow("GONZHI_SESSION_HOURS", "12", "How long a staff sign-in lasts."),
    SettingRow("GONZHI_MAX_FORM_BYTES", "262144", "Largest form body."),
    SettingRow("GONZHI_MAX_PHOTO_BYTES", "20971520", "Largest photo as it is sent."),
    SettingRow("GONZHI_MAX_PHOTOS", "9", "Photos of one case."),
    SettingRow("GONZHI_SLOW_AFTER", "60", "Submissions from one address in ten minutes before answers slow down and cases are marked; never refused."),
    SettingRow("GONZHI_SLOW_MS", "400", "The longest such delay in milliseconds; 0 switches it off."),
)


@dataclass(frozen=True, slots=True)
class CodeKey:
    """One key of the printed codes."""

    secret: bytes
    algorithm: str = ""


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked. Field by field in :data:`TABLE`."""

    mode: str
    var_dir: Path
    database_url: str
    base_url: str
    county_key: str
    secret: bytes
    old_secrets: tuple[bytes, ...]
    code_keys: Mapping[str, bytes]
    code_algorithms: Mapping[str, str]
    issuing_key: str
    port: int
    host: str
    workers: int
    threads: int
    trusted_proxies: int
    connectors: tuple[str, ...]
    webhook_url: str
    webhook_secret: bytes
    photo_dir: Path
    session_hours: int
    max_form_bytes: int
    max_photo_bytes: int
    max_photos: int
    slow_after: int
    slow_ms: int

    @property
    def demo(self) -> bool:
        """Whether this is the demo: local, with secrets of its own."""
        return self.mode == "demo"

    @property
    def secure(self) -> bool:
        """Whether citizens come by TLS, so that cookies may insist on it."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check every setting.

        Args:
            environ: names to texts, usually ``os.environ``.

        Raises:
            BadSetting: one is missing or wrong; the first that was found.
        """
        read = _Reader(environ)
        mode = read.choice("GONZHI_MODE", MODES, "production")
        port = read.number("PORT", 8000, least=1, most=65535)
        var_dir = Path(read.text("GONZHI_VAR", "./var")).absolute()
        keys = read.code_keys("GONZHI_CODE_KEYS")
        issuing = read.text("GONZHI_ISSUING_KEY", list(keys)[-1])
        if issuing not in keys:
            raise BadSetting("GONZHI_ISSUING_KEY", f"names the key {issuing!r}, which is not in GONZHI_CODE_KEYS.")
        connectors = read.words("GONZHI_CONNECTORS", "console")
        for name in connectors:
            if name not in CONNECTOR_NAMES:
                raise BadSetting("GONZHI_CONNECTORS", f"names {name!r}, but there are only: {', '.join(CONNECTOR_NAMES)}.")
        webhook = "webhook" in connectors
        return cls(
            mode=mode,
            var_dir=var_dir,
            database_url=read.text("GONZHI_DATABASE", f"sqlite:///{var_dir / 'gonzhi.sqlite3'}"),
            base_url=read.base_url("GONZHI_BASE_URL", f"http://127.0.0.1:{port}/s/" if mode == "demo" else ""),
            county_key=read.text("GONZHI_COUNTY", "wenling"),
            secret=read.secret("GONZHI_SECRET"),
            old_secrets=tuple(secret_bytes("GONZHI_OLD_SECRETS", text) for text in read.words("GONZHI_OLD_SECRETS", "")),
            code_keys={key_id: key.secret for key_id, key in keys.items()},
            code_algorithms={key_id: key.algorithm for key_id, key in keys.items() if key.algorithm},
            issuing_key=issuing,
            port=port,
            host=read.text("GONZHI_HOST", "127.0.0.1"),
            workers=read.number("GONZHI_WORKERS", 2, least=1, most=64),
            threads=read.number("GONZHI_THREADS", 8, least=1, most=256),
            trusted_proxies=read.number("GONZHI_TRUSTED_PROXIES", 0, least=0, most=10),
            connectors=connectors,
            webhook_url=read.url("GONZHI_WEBHOOK_URL") if webhook else "",
            webhook_secret=read.webhook_secret("GONZHI_WEBHOOK_SECRET") if webhook else b"",
            photo_dir=Path(read.text("GONZHI_PHOTOS", str(var_dir / "photos"))).absolute(),
            session_hours=read.number("GONZHI_SESSION_HOURS", 12, least=1, most=168),
            max_form_bytes=read.number("GONZHI_MAX_FORM_BYTES", 262_144, least=16_384, most=16_777_216),
            max_photo_bytes=read.number("GONZHI_MAX_PHOTO_BYTES", 20_971_520, least=65_536, most=209_715_200),
            max_photos=read.number("GONZHI_MAX_PHOTOS", 9, least=1, most=99),
            slow_after=read.number("GONZHI_SLOW_AFTER", 60, least=1, most=1_000_000),
            slow_ms=read.number("GONZHI_SLOW_MS", 400, least=0, most=2_000),
        )


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


class _Reader:
    """Reads typed values out of the environment and names the setting in every complaint."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

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

    def url(self, name: str) -> str:
        value = self.text(name, "")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise BadSetting(name, f"is {value!r}, but must be an http or https address.")
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
