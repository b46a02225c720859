"""All settings of the service: one frozen dataclass, read from the environment once, at start.

The rule it keeps: outside the demo a missing or short secret stops the start with one sentence that names the setting;
nothing falls back to a default secret. Every setting stands in :data:`TABLE`, which ``docs/settings.md`` prints and a
test compares. Nothing else in the service reads the environment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .connectors import CONNECTOR_NAMES
from .settings_reading import SECRET_BYTES, BadSetting, Reader, secret_bytes
from .settings_sms import SmsSettings, read_sms
from .settings_table import TABLE, SettingRow

__all__ = ["SECRET_BYTES", "TABLE", "BadSetting", "SettingRow", "Settings", "SmsSettings", "secret_bytes"]

MODES = ("production", "demo")
FACTOR_DUTIES = ("none", "centre", "all")


@dataclass(frozen=True)
class Keeps:
    """How long a case that is over keeps what, each counted from its last move; ``trail`` from the entry.

    Args:
        reporter: who reported it; words: what anybody wrote about it; trail: who did and saw what.
    """

    reporter: dt.timedelta
    words: dt.timedelta
    trail: dt.timedelta


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
    idle_minutes: int
    require_second_factor: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_claim: str
    oidc_name: str
    oidc_algorithms: tuple[str, ...]
    max_form_bytes: int
    max_photo_bytes: int
    max_photos: int
    slow_after: int
    slow_ms: int
    old_hosts: frozenset[str]
    outline: Path | None
    keeps: Keeps
    sms: SmsSettings

    @property
    def demo(self) -> bool:
        """Whether this is the demo: local, with secrets of its own."""
        return self.mode == "demo"

    @property
    def secure(self) -> bool:
        """Whether citizens come by TLS, so that cookies may insist on it."""
        return self.base_url.startswith("https://")

    @property
    def sms_folder(self) -> Path:
        """Where the SMS channel ``file`` writes."""
        return self.var_dir / "sms"

    @property
    def idle(self) -> dt.timedelta:
        """How long a staff sign-in lasts that is not used."""
        return dt.timedelta(minutes=self.idle_minutes)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check every setting.

        Args:
            environ: names to texts, usually ``os.environ``.

        Raises:
            BadSetting: one is missing or wrong; the first that was found.
        """
        read = Reader(environ)
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
        oidc = bool(read.text("GONZHI_OIDC_ISSUER", ""))
        return cls(
            mode=mode, var_dir=var_dir,
            database_url=read.text("GONZHI_DATABASE", f"sqlite:///{var_dir / 'gonzhi.sqlite3'}"),
            base_url=read.base_url("GONZHI_BASE_URL", f"http://127.0.0.1:{port}/s/" if mode == "demo" else ""),
            county_key=read.text("GONZHI_COUNTY", "wenling"),
            secret=read.secret("GONZHI_SECRET"),
            old_secrets=tuple(secret_bytes("GONZHI_OLD_SECRETS", text) for text in read.words("GONZHI_OLD_SECRETS", "")),
            code_keys={key_id: key.secret for key_id, key in keys.items()},
            code_algorithms={key_id: key.algorithm for key_id, key in keys.items() if key.algorithm},
            issuing_key=issuing,
            port=port, host=read.text("GONZHI_HOST", "127.0.0.1"),
            workers=read.number("GONZHI_WORKERS", 2, least=1, most=64),
            threads=read.number("GONZHI_THREADS", 8, least=1, most=256),
            trusted_proxies=read.number("GONZHI_TRUSTED_PROXIES", 0, least=0, most=10),
            connectors=connectors,
            webhook_url=read.url("GONZHI_WEBHOOK_URL") if webhook else "",
            webhook_secret=read.webhook_secret("GONZHI_WEBHOOK_SECRET") if webhook else b"",
            photo_dir=Path(read.text("GONZHI_PHOTOS", str(var_dir / "photos"))).absolute(),
            session_hours=read.number("GONZHI_SESSION_HOURS", 12, least=1, most=168),
            idle_minutes=read.number("GONZHI_IDLE_MINUTES", 60, least=5, most=1440),
            require_second_factor=read.choice("GONZHI_REQUIRE_SECOND_FACTOR", FACTOR_DUTIES, "none"),
            oidc_issuer=read.issuer("GONZHI_OIDC_ISSUER") if oidc else "",
            oidc_client_id=read.needed("GONZHI_OIDC_CLIENT_ID", "what the single sign-on calls this service") if oidc else "",
            oidc_client_secret=read.text("GONZHI_OIDC_CLIENT_SECRET", ""),
            oidc_claim=read.text("GONZHI_OIDC_CLAIM", "sub"),
            oidc_name=read.text("GONZHI_OIDC_NAME", "统一身份认证"),
            oidc_algorithms=read.algorithms("GONZHI_OIDC_ALGORITHMS", "RS256"),
            max_form_bytes=read.number("GONZHI_MAX_FORM_BYTES", 262_144, least=16_384, most=16_777_216),
            max_photo_bytes=read.number("GONZHI_MAX_PHOTO_BYTES", 20_971_520, least=65_536, most=209_715_200),
            max_photos=read.number("GONZHI_MAX_PHOTOS", 9, least=1, most=99),
            slow_after=read.number("GONZHI_SLOW_AFTER", 60, least=1, most=1_000_000),
            slow_ms=read.number("GONZHI_SLOW_MS", 400, least=0, most=2_000),
            old_hosts=read.hosts("GONZHI_OLD_HOSTS"),
            outline=read.file("GONZHI_COUNTY_OUTLINE"),
            keeps=_keeps(read),
            sms=read_sms(read, demo=mode == "demo"),
        )


def _keeps(read: Reader) -> Keeps:
    return Keeps(
        reporter=dt.timedelta(days=read.number("GONZHI_KEEP_REPORTER_DAYS", 180, least=1, most=36_500)),
        words=_years(read.number("GONZHI_KEEP_WORDS_YEARS", 3, least=1, most=100)),
        trail=_years(read.number("GONZHI_KEEP_TRAIL_YEARS", 3, least=3, most=100)),
    )


def _years(count: int) -> dt.timedelta:
    """At least that long, whatever leap days there are."""
    return dt.timedelta(days=366 * count)
