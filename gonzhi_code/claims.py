"""What a printed code says, and its sixteen bytes.

The rule it keeps: claims that exist are claims in range, whether they were asked for or read; bytes and claims go one to one.
Source of the layout: docs/code-format.md.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from .errors import MalformedCode
from .keys import KEY_IDS

# The bit field, most significant first: 128 bits in all.
FIELDS = (
    ("version", 4), ("key", 5), ("scene", 7), ("place", 40), ("spot", 24),
    ("serial", 12), ("issuer", 10), ("issued", 14), ("validity", 12),
)  # fmt: skip
CLAIM_BYTES = 16
FIRST_DAY = dt.date(2020, 1, 1)
LAST_DAY = FIRST_DAY + dt.timedelta(days=2**14 - 1)
# 0 the unified code, 1-31 built-in scenes, 64-127 other agencies; 32-63 are kept back.
SCENES_RESERVED = range(32, 64)


@dataclass(frozen=True, slots=True)
class CodeClaims:
    """What a code says of itself.

    Args:
        version: layout, 1 (HMAC) or 2 (Ed25519).
        key_id: name of the signing key, one lower-case Crockford character.
        scene_code: 0 unified, 1-31 built-in, 64-127 other agencies.
        place_id: 12-digit statistical area code of the place, without a leading zero.
        spot_id: number of the spot within the issuer, 1 to 16,777,215.
        serial: how many times this spot and scene have been printed, this one included: 1 to 4095.
        issuer: number of the minting agency, 0 to 1023.
        issued_on: day of issue, 2020-01-01 to 2064-11-08.
        validity_months: 0 (no end) to 4095.

    Raises:
        ValueError: a value is out of its range, or of another type; the sentence names it.
    """

    version: int
    key_id: str
    scene_code: int
    place_id: str
    spot_id: int
    serial: int
    issuer: int
    issued_on: dt.date
    validity_months: int = 0

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("version", self.version, 1, 2),
            ("scene_code", self.scene_code, 0, 127),
            ("spot_id", self.spot_id, 1, 0xFFFFFF),
            ("serial", self.serial, 1, 0xFFF),
            ("issuer", self.issuer, 0, 0x3FF),
            ("validity_months", self.validity_months, 0, 0xFFF),
        ):
            if type(value) is not int or not low <= value <= high:
                raise ValueError(f"{name} is a whole number from {low} to {high}, not {value!r}")
        if self.scene_code in SCENES_RESERVED:
            raise ValueError(f"scene codes 32 to 63 are reserved; {self.scene_code} is one of them")
        if type(self.key_id) is not str or len(self.key_id) != 1 or self.key_id not in KEY_IDS:
            raise ValueError(f"key_id is one character of {KEY_IDS}, not {self.key_id!r}")
        place = self.place_id
        if type(place) is not str or len(place) != 12 or not (place.isascii() and place.isdigit()) or place[0] == "0":
            raise ValueError(f"place_id is 12 digits without a leading zero, not {place!r}")
        if type(self.issued_on) is not dt.date or not FIRST_DAY <= self.issued_on <= LAST_DAY:
            given = str(self.issued_on) if type(self.issued_on) is dt.date else repr(self.issued_on)
            raise ValueError(f"issued_on is a date from {FIRST_DAY} to {LAST_DAY}, not {given}")

    @property
    def scene_key(self) -> str:
        """Key of the scene, ``"unified"`` for the chooser.

        Raises:
            UnknownScene: no installed scene has that number.
        """
        # Imported here, so that codes can be read where no scene is installed.
        from .scenes import scene_key_of

        return scene_key_of(self.scene_code)

    @property
    def expires_on(self) -> dt.date | None:
        """The last day of validity, None for no end.

        A span of months ends on the day of that number in its last month, or on that month's last day where it has none
        (Civil Code of China, article 202).
        """
        if not self.validity_months:
            return None
        years, month = divmod(self.issued_on.month - 1 + self.validity_months, 12)
        year, month = self.issued_on.year + years, month + 1
        return dt.date(year, month, min(self.issued_on.day, calendar.monthrange(year, month)[1]))


def pack(claims: CodeClaims) -> bytes:
    """The 16 bytes that are signed: the fields of ``FIELDS``, most significant bit first."""
    numbers = (
        claims.version, KEY_IDS.index(claims.key_id), claims.scene_code, int(claims.place_id), claims.spot_id,
        claims.serial, claims.issuer, (claims.issued_on - FIRST_DAY).days, claims.validity_months,
    )  # fmt: skip
    value = 0
    for (_, bits), number in zip(FIELDS, numbers, strict=True):
        value = value << bits | number
    return value.to_bytes(CLAIM_BYTES, "big")


def unpack(data: bytes) -> CodeClaims:
    """What 16 bytes of a known layout say; the tag is not looked at.

    Raises:
        MalformedCode: a field is out of its range.
    """
    value = int.from_bytes(data, "big")
    try:
        return CodeClaims(
            version=value >> 124,
            key_id=KEY_IDS[value >> 119 & 0x1F],
            scene_code=value >> 112 & 0x7F,
            place_id=str(value >> 72 & 0xFFFFFFFFFF),
            spot_id=value >> 48 & 0xFFFFFF,
            serial=value >> 36 & 0xFFF,
            issuer=value >> 26 & 0x3FF,
            issued_on=FIRST_DAY + dt.timedelta(days=value >> 12 & 0x3FFF),
            validity_months=value & 0xFFF,
        )
    except ValueError as error:
        raise MalformedCode(f"a field is out of range: {error}") from None
