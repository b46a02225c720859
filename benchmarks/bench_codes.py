"""Signing and verifying codes, against raw ``hmac`` and against itsdangerous ``URLSafeSerializer`` over the same facts.

Run: ``python benchmarks/bench_codes.py``. ``sign`` and ``verify`` are whole: claims to address, scanned address to claims.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json

from _measure import compare, report
from itsdangerous import URLSafeSerializer

from gonzhi_code.codes import CodeClaims, CodeSigner, pack
from gonzhi_code.keys import Key, KeyRing

SECRET = bytes(range(32))
KEYS = {"a": Key.sha256(SECRET), "b": Key.sm3(SECRET), "c": Key.ed25519(SECRET)}


def main() -> None:
    """Print a line for each pair."""
    signer = CodeSigner(KeyRing(KEYS, issuing="a"), "https://gz.example.gov.cn/s/")
    serializer = URLSafeSerializer(SECRET, salt="bench")
    facts = {"k": "a", "s": 1, "p": "331081101204", "n": 7, "r": 1, "i": 0, "d": "2026-11-23", "v": 0}
    their_token = serializer.dumps(facts)
    for key_id, key in KEYS.items():
        claims = CodeClaims(key.version, key_id, 1, "331081101204", 7, 1, 0, dt.date(2026, 11, 23))
        url, body = signer.sign(claims).url, pack(claims)
        assert signer.verify(url) == claims
        name = key.algorithm.value
        for against, make, read in (
            ("raw hmac (sha256, 16 bytes)",) + (lambda body=body: hmac.digest(SECRET, body, "sha256"),) * 2,
            ("itsdangerous URLSafeSerializer", lambda: serializer.dumps(facts), lambda: serializer.loads(their_token)),
        ):
            report(f"sign {name}", against, compare(lambda claims=claims: signer.sign(claims), make))
            report(f"verify {name}", against, compare(lambda url=url: signer.verify(url), read))
    print(f"text: ours {len(signer.sign(claims).token)} (Ed25519) or 45 characters, itsdangerous {len(their_token)}; the facts as JSON {len(json.dumps(facts))}")


if __name__ == "__main__":
    main()
