"""The right to look at one's own case for a while, carried in the address of the page.

The rule it keeps: whoever showed the number and a secret gets a signed token that ends after a day; it names the case and
how it was proved. A query code proves more than four digits of a phone: only the code opens words that were written.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer

from .context import Hub
from .numbers import read_case_no

_LABEL = "gonzhi.case-access.v1"
LASTS_SECONDS = 24 * 3600
"""Long enough to write an answer at leisure, short enough for a borrowed phone."""
LONGEST = 300


class Proof(StrEnum):
    """How somebody showed that a case is theirs."""

    CODE = "code"
    TAIL = "tail"


@dataclass(frozen=True, slots=True)
class Access:
    """Whose case may be looked at, and what proved it."""

    case_no: str
    proof: Proof


def make_access(hub: Hub, case_no: str, proof: Proof) -> str:
    """A token for the address of the case's page."""
    ends = int(hub.clock().timestamp()) + LASTS_SECONDS
    return str(_serializer(hub).dumps([case_no, proof.value, ends]))


def read_access(hub: Hub, token: str) -> Access | None:
    """What a token opens; None where it is not ours or is over."""
    try:
        case_no, proof, ends = _serializer(hub).loads(token[:LONGEST])
    except BadSignature:
        return None
    number = read_case_no(case_no)
    return Access(number, Proof(proof)) if number and hub.clock().timestamp() < ends else None


def _serializer(hub: Hub) -> URLSafeSerializer:
    # The newest key signs; itsdangerous takes the last of the list for that and all of them for reading.
    keys = list(reversed(hub.sealer.derive_all(_LABEL)))
    return URLSafeSerializer(keys, salt=_LABEL, signer_kwargs={"digest_method": hashlib.sha256})
