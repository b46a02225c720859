"""Other agencies that mint codes on their own: they keep the private key, the hub registers the public one.

The rule it keeps: an agency's key vouches for codes with that agency's number and for no others; the centre is number 0 and
has no entry here. A code of an agency that has ended goes on opening its form.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from gonzhi_code.claims import CodeClaims
from gonzhi_code.codes import CodeSigner
from gonzhi_code.keys import KEY_IDS, Algorithm, Key, KeyRing
from service.store import audit, keys

from .context import Hub

MOST_NUMBER = 1023
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", re.DOTALL)
# SubjectPublicKeyInfo of an Ed25519 key before its 32 bytes (RFC 8410, section 4).
_PEM_HEAD = bytes.fromhex("302a300506032b6570032100")


class BadIssuer(Exception):
    """The agency cannot be registered. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """A code that an agency signed: what it says, and who says it."""

    claims: CodeClaims
    name: str


def read_public_key(text: str) -> bytes:
    """The 32 bytes of an Ed25519 public key in hexadecimal, base64 or PEM.

    Raises:
        BadIssuer: it is none.
    """
    text = text.strip()
    pem = _PEM.search(text)
    try:
        if pem:
            body = base64.b64decode("".join(pem[1].split()), validate=True)
            raw = body.removeprefix(_PEM_HEAD) if body.startswith(_PEM_HEAD) else b""
        elif re.fullmatch(r"[0-9a-fA-F]{64}", text):
            raw = bytes.fromhex(text)
        else:
            raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != 32:
        raise BadIssuer("the public key is neither 64 hexadecimal digits, nor base64, nor PEM of an Ed25519 key")
    return raw


def add_issuer(hub: Hub, number: int, name: str, key_id: str, public_key: bytes, *, by: str) -> None:
    """Register an agency.

    Args:
        number: 1 to 1023, as it stands in its codes; key_id: one character, as there.

    Raises:
        BadIssuer: the number is taken or out of range, the name is missing, or the key id is one of the centre's own.
    """
    if not 1 <= number <= MOST_NUMBER:
        raise BadIssuer(f"the number of an agency is one from 1 to {MOST_NUMBER}, not {number}")
    if not name.strip():
        raise BadIssuer("an agency needs a name")
    if len(key_id) != 1 or key_id not in KEY_IDS:
        raise BadIssuer(f"a key id is one character of {KEY_IDS}, not {key_id!r}")
    if key_id in hub.signer.ring.keys:
        raise BadIssuer(f"the key id {key_id!r} is one of the centre's own; the agency must take another")
    row = {
        "number": number, "name": name.strip()[:100], "key_id": key_id, "algorithm": Algorithm.ED25519_PUBLIC.value,
        "public_key": public_key, "added_by": by, "added_at": hub.clock(),
    }  # fmt: skip
    with hub.store.write() as tx:
        if not keys.add_issuer(tx, row):
            raise BadIssuer(f"the number {number} is taken")
        audit.add_audit(tx, hub.clock(), by, "issuer.add", detail={"number": number, "name": row["name"], "key_id": key_id})
    hub.registry.forget()


def close_issuer(hub: Hub, number: int, *, by: str) -> None:
    """Note that an agency mints no more.

    Raises:
        BadIssuer: there is none with that number.
    """
    with hub.store.write() as tx:
        if not keys.close_issuer(tx, number, hub.clock()):
            raise BadIssuer(f"no agency with the number {number} is registered and open")
        audit.add_audit(tx, hub.clock(), by, "issuer.close", detail={"number": number})
    hub.registry.forget()


def list_issuers(hub: Hub) -> list[dict[str, Any]]:
    """Every agency by number: columns of ``issuers``."""
    with hub.store.read() as tx:
        return keys.all_issuers(tx)


def vouched(hub: Hub, text: str, claims: CodeClaims | None) -> Vouched | None:
    """A code whose key is not on our ring, if the agency that it names signed it.

    Args:
        text: as it was scanned; claims: what it says of itself, not to be trusted yet.

    Raises:
        CodeError: the agency is registered, and the code is not its own.
    """
    issuer = hub.registry.issuers().get(claims.issuer) if claims is not None else None
    if claims is None or issuer is None or issuer["key_id"] != claims.key_id:
        return None
    ring = KeyRing({issuer["key_id"]: Key.ed25519_public(issuer["public_key"])})
    return Vouched(CodeSigner(ring, hub.settings.base_url).verify(text), issuer["name"])
