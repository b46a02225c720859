"""The numbers a citizen is given: case number, query code, receipt token.

The rule it keeps: a case number is random and says nothing; the query code follows from the case by a keyed hash, so it
is never stored and a repeated submission shows the same one; a receipt token is the signed case number, so a receipt
page needs no session. The letters can be spoken over a telephone: no 0, O, 1, I, L, B, S, Z (GOV.UK pattern "Reference
numbers", and the letters that are easily taken for digits).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable

from itsdangerous import BadSignature, Signer

from service.sealing import Sealer

ALPHABET = "23456789ACDEFGHJKMNPQRTUVWXY"
CASE_NO_LENGTH = 8
QUERY_CODE_LENGTH = 6
"""28 ** 6 is 4.8 hundred million: beyond guessing through a page that slows down."""

_NOT_IN_A_NUMBER = re.compile(r"[\s\-\u2010-\u2015\u2212·.]+")
_QUERY_LABEL = "gonzhi.query-code.v1"
_RECEIPT_LABEL = "gonzhi.receipt.v1"


def new_case_no(choose: Callable[[str], str]) -> str:
    """A new case number, for example ``K7DM-4QXA``.

    Args:
        choose: picks one character of a text at random, such as ``secrets.choice``.
    """
    letters = "".join(choose(ALPHABET) for _ in range(CASE_NO_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def read_case_no(text: str) -> str:
    """A case number as somebody typed it, in its proper form; ``""`` where it cannot be one."""
    letters = plain_letters(text)
    if len(letters) != CASE_NO_LENGTH or not set(letters) <= set(ALPHABET):
        return ""
    return f"{letters[:4]}-{letters[4:]}"


def plain_letters(text: str) -> str:
    """Capital letters and digits of a typed text, without gaps and dashes, full-width ones made plain."""
    return _NOT_IN_A_NUMBER.sub("", unicodedata.normalize("NFKC", text[:64])).upper()


def query_code(sealer: Sealer, case_no: str, submission_id: str) -> str:
    """The query code of a case: six letters and digits."""
    return _query_code(sealer.derive(_QUERY_LABEL), case_no, submission_id)


def query_codes(sealer: Sealer, case_no: str, submission_id: str) -> tuple[str, ...]:
    """The query code under the newest secret and under every earlier one."""
    return tuple(_query_code(key, case_no, submission_id) for key in sealer.derive_all(_QUERY_LABEL))


def _query_code(key: bytes, case_no: str, submission_id: str) -> str:
    number = int.from_bytes(hmac.digest(key, f"{case_no}\n{submission_id}".encode(), "sha256"), "big")
    letters = []
    for _ in range(QUERY_CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


class ReceiptTokens:
    """Makes and reads receipt tokens: ``<case number>.<signature>``."""

    def __init__(self, sealer: Sealer) -> None:
        # itsdangerous signs with the last key of the list and takes all of them.
        keys = list(reversed(sealer.derive_all(_RECEIPT_LABEL)))
        self._signer = Signer(keys, salt=_RECEIPT_LABEL, digest_method=hashlib.sha256)

    def make(self, case_no: str) -> str:
        """The token of one case."""
        return self._signer.sign(case_no).decode()

    def read(self, token: str) -> str:
        """The case number in a token; ``""`` where it is not one of ours."""
        try:
            return read_case_no(self._signer.unsign(token[:200]).decode())
        except (BadSignature, UnicodeError):
            return ""
