"""Signers, spots and golden codes that the tests of codes share."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from gonzhi_code.codes import CodeClaims, CodeSigner
from gonzhi_code.keys import Algorithm, Key, KeyRing
from gonzhi_code.spots import Spot

BASE_URL = "https://gz.example.gov.cn/s/"
SPOT = Spot(id=7, name="文化礼堂", village_id="331081101204")
DAY = dt.date(2026, 11, 23)
GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "golden/codes.json").read_text(encoding="utf-8"))

SHA256 = Key.sha256(b"\x01" * 32)
SM3 = Key.sm3(b"\x02" * 32)
ED25519 = Key.ed25519(b"\x03" * 32)
KEYS: dict[str, Key] = {"a": SHA256, "b": SM3, "c": ED25519}


def signer(issuing: str = "a", base_url: str = BASE_URL, **keys: bytes | Key) -> CodeSigner:
    """A signer over one key of each algorithm, or over the keys given."""
    return CodeSigner(KeyRing(keys or KEYS, issuing=issuing), base_url)


def golden_claims(entry: dict[str, Any]) -> CodeClaims:
    """The claims of a golden entry."""
    return CodeClaims(**{**entry["claims"], "issued_on": dt.date.fromisoformat(entry["claims"]["issued_on"])})


def golden_ring() -> KeyRing:
    """The ring all golden codes were signed with."""
    keys = {
        key_id: Key(Algorithm(key["algorithm"]), bytes.fromhex(key["secret_hex"])) for key_id, key in GOLDEN["keys"].items()
    }
    return KeyRing(keys)
