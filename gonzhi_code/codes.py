"""市域共治码: what a printed code says, how it is written, signed, and read again.

The rule it keeps: a text verifies only if it *is* a code this ring signed; two different texts verify as the same code
only if they are that code typed differently (see ``CodeSigner.token_of`` for exactly how). Whether a genuine code was
lost, retired or revoked is known to the registry, never to this file, and being out of date does not make it false.

Source of the layout: docs/code-format.md. No clock, network or database is touched; dates and keys come in.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from . import base32
from .claims import CLAIM_BYTES, CodeClaims, pack, unpack
from .errors import BadSignature, MalformedCode, UnknownCodeVersion, UnknownKey
from .keys import KeyRing
from .spots import Spot
from .tagging import ED25519_TAG_BYTES, HMAC_TAG_BYTES

__all__ = ["Code", "CodeClaims", "CodeSigner"]


TAG_BYTES = {1: HMAC_TAG_BYTES, 2: ED25519_TAG_BYTES}
# Every layout that may ever come has at least as long a token as version 1.
TOKEN_CHARACTERS_MIN = base32.text_length(CLAIM_BYTES + min(TAG_BYTES.values()))
# Nobody types or prints more; a longer text is a stranger's.
TEXT_CHARACTERS_MAX = 1000
PORT_MOST = 65535
GROUP_CHARACTERS = 5

_BLANKS = " \t\r\n"
_ADDRESS_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:/")


@dataclass(frozen=True, slots=True)
class Code:
    """A minted code.

    Args:
        url: what the QR holds, for example ``https://GZ.EXAMPLE.GOV.CN/S/<token>``.
        token: canonical token, 45 characters (version 1) or 128 (version 2).
        claims: what it says.
    """

    url: str
    token: str
    claims: CodeClaims

    @property
    def token_groups(self) -> str:
        """The token in groups of five, as posters print it for typing by hand."""
        return " ".join(self.token[i : i + GROUP_CHARACTERS] for i in range(0, len(self.token), GROUP_CHARACTERS))

    @property
    def tail(self) -> str:
        """The last five characters, printed apart: who scans the poster sees the same on the page, unless it is a false one."""
        return self.token[-GROUP_CHARACTERS:]

    @property
    def poster_no(self) -> str:
        """Short number of spot and printing for people to name a poster by, for example ``7-1``."""
        return f"{self.claims.spot_id}-{self.claims.serial}"

    @property
    def qr_version(self) -> int:
        """QR version (size) of the code at the default level Q: 5 while host and token have at most 72 characters.

        Raises:
            CannotDraw: the address is too long for any QR.
        """
        # Imported here, so that verifying needs no drawing library.
        from .qr_matrix import version

        return version(self.url)


class CodeSigner:
    """Mints codes and verifies scanned ones. Holds no state but the ring and the address; safe to share between threads.

    Args:
        ring: the keys.
        base_url: what stands before the token, ``http(s)://host[:port]/path/``, in any letter case.
        upper_host: True prints the host in capitals (one QR version smaller); False in small letters, for readers that
            cannot take capitals. The path is printed in capitals either way, and both are verified alike.

    Raises:
        ValueError: ``base_url`` is not such an address.
    """

    def __init__(self, ring: KeyRing, base_url: str, *, upper_host: bool = True) -> None:
        self.ring = ring
        scheme, host, path = _split_base_url(base_url)
        self.base_url = f"{scheme}://{host.upper() if upper_host else host.lower()}{path.upper()}"
        self._address = (host + path).upper()

    def issue(
        self, spot: Spot, *, scene_key: str, serial: int, issued_on: dt.date, validity_months: int = 0
    ) -> Code:
        """Mint a code with the issuing key.

        Args:
            spot: where it will hang; its number, village or township, and issuer go into the code.
            scene_key: key of an installed scene, or ``"unified"``.
            serial: how many times this spot and scene have been printed, this one included: 1 to 4095.
            issued_on: the day it is minted.
            validity_months: 0 for no end.

        Raises:
            ValueError: a value does not fit its field, or the ring only verifies.
            UnknownScene: no such scene is installed.
        """
        from .scenes import scene_code_of

        signer = self.ring.issuing_signer()
        claims = CodeClaims(
            version=signer.version,
            key_id=self.ring.issuing,
            scene_code=scene_code_of(scene_key),
            place_id=spot.village_id,
            spot_id=spot.id,
            serial=serial,
            issuer=spot.issuer,
            issued_on=issued_on,
            validity_months=validity_months,
        )
        return self.sign(claims)

    def sign(self, claims: CodeClaims) -> Code:
        """The code that says ``claims``, signed by the key they name; for printing an earlier code once more.

        Raises:
            ValueError: the key is not on the ring, only verifies, or signs codes of another version.
        """
        signer = self.ring.signer(claims.key_id)
        if signer is None:
            raise ValueError(f"key {claims.key_id!r} is not on the ring")
        if signer.version != claims.version:
            raise ValueError(f"key {claims.key_id!r} signs codes of version {signer.version}, not {claims.version}")
        token = base32.encode(signer.sign(pack(claims)))
        return Code(url=self.base_url + token, token=token, claims=claims)

    def verify(self, text: str) -> CodeClaims:
        """Read scanned or hand-typed text and prove it genuine.

        Args:
            text: the whole address or the token alone, in any of the spellings of ``token_of``.

        Returns:
            What the code says. It may be out of date, lost or revoked: that is the registry's to know.

        Raises:
            MalformedCode: no code at all; the address of another host; a field out of range.
            UnknownCodeVersion: a layout of a later release.
            UnknownKey: the key is not on the ring.
            BadSignature: read, but not ours, or altered.
        """
        token = self.token_of(text)
        version = base32.ALPHABET.index(token[0]) >> 1
        if version not in TAG_BYTES:
            raise UnknownCodeVersion(version)
        try:
            data = base32.decode(token, CLAIM_BYTES + TAG_BYTES[version])
        except ValueError as error:
            raise MalformedCode(str(error)) from None
        body, tag = data[:CLAIM_BYTES], data[CLAIM_BYTES:]
        claims = unpack(body)
        signer = self.ring.signer(claims.key_id)
        if signer is None:
            raise UnknownKey(claims.key_id, claims)
        # A key signs one version only; otherwise a public key might be taken for an HMAC secret.
        if signer.version != version or not signer.verify_signature(body, tag):
            raise BadSignature(claims)
        return claims

    def token_of(self, text: Any) -> str:
        """The canonical token in a text; nothing is proved yet.

        These, and only these, are spellings of one code: full-width characters for ASCII ones; blanks around the text;
        any letter case; the address with ``https://``, ``http://`` or neither before the same host and path, or the
        token alone; in the token blanks and hyphens anywhere, I or L for 1, and O for 0.

        Args:
            text: anything; what is not text is malformed.

        Returns:
            At least 45 characters of the Crockford alphabet.

        Raises:
            MalformedCode: no token can be read from it, or it is the address of another host.
        """
        if not isinstance(text, str):
            raise MalformedCode("not text")
        if len(text) > TEXT_CHARACTERS_MAX:
            raise MalformedCode(f"more than {TEXT_CHARACTERS_MAX} characters")
        folded = base32.fold_width(text).strip(_BLANKS)
        # Upper-casing other alphabets would let strangers' letters become ours ("ı" becomes "I").
        if not folded.isascii():
            raise MalformedCode("characters that no code has")
        folded = folded.upper()
        if "/" in folded or ":" in folded or "." in folded:
            folded = self._without_address(folded)
        token = base32.fold_typed(folded)
        if len(token) < TOKEN_CHARACTERS_MIN:
            raise MalformedCode(f"{len(token)} characters are too few for a code")
        if not base32.is_spelled(token):
            raise MalformedCode("characters that no code has")
        return token

    def _without_address(self, folded: str) -> str:
        scheme, mark, rest = folded.partition("://")
        if mark and scheme in ("HTTPS", "HTTP"):
            folded = rest
        if not folded.startswith(self._address):
            raise MalformedCode("foreign address")
        return folded[len(self._address) :]


def _split_base_url(base_url: str) -> tuple[str, str, str]:
    """Scheme, host with port, and path of an address that a QR can hold in its alphanumeric mode.

    Raises:
        ValueError: another scheme, no host, no such port, a path that does not end in ``/``, or characters a printed address
            must not have.
    """
    try:
        parts = urlsplit(base_url)
    except ValueError:
        raise ValueError(f"base_url holds a host that is none: {base_url!r}") from None
    host, path = parts.netloc, parts.path
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"base_url starts with http:// or https:// and a host, unlike {base_url!r}")
    if not path.endswith("/"):
        raise ValueError(f"base_url ends with '/', because mini programs match printed prefixes; {base_url!r} does not")
    if base_url != f"{base_url[: len(parts.scheme)]}://{host}{path}" or not _ADDRESS_CHARACTERS.issuperset((host + path).upper()):
        raise ValueError(f"base_url holds only letters, digits and - . : / (no query, no user), unlike {base_url!r}")
    _, colon, port = host.partition(":")
    if colon and not (port.isdecimal() and len(port) <= len(str(PORT_MOST)) and 1 <= int(port) <= PORT_MOST):
        raise ValueError(f"base_url has a port from 1 to {PORT_MOST} or none, unlike {base_url!r}")
    return parts.scheme, host, path
