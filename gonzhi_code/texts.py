"""Typed text made clean before anything looks at it.

Phones post full-width digits, zero-width marks, carriage returns and now and then half a character. The rule: what a
person cannot see is taken out, what a person wrote is kept, and lengths are counted in characters after that. Chinese
punctuation stays as it is; only letters, digits and the wide space become half-width (Unicode, Halfwidth and Fullwidth
Forms). Numbers go through NFKC, where a wide digit and a plain one are the same thing (UAX #15).
"""

from __future__ import annotations

import re
import unicodedata

_HALF_WIDTH = {0x3000: " "} | {
    wide: wide - 0xFEE0 for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A)) for wide in range(first, last + 1)
}
# Control characters, marks without width, direction switches and lone surrogates: they hide text or break a database.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x0b|\x0c|\x85")
_SPACES = re.compile(r"\s+")
_SPACE_BEFORE_BREAK = re.compile(r"[^\S\n]+(?=\n)|[^\S\n]+$")
_MANY_BREAKS = re.compile(r"\n{3,}")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212\u00b7_()]+")


def clean_line(text: str) -> str:
    """One line: unseen characters out, wide letters and digits narrowed, runs of white space made one blank.

    Args:
        text: as it was typed, any length.

    Returns:
        NFC text without line breaks, without blanks at its ends.
    """
    # What cannot be seen goes before blanks are joined: between two blanks it would keep them apart.
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text)).translate(_HALF_WIDTH)
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text)).strip()


def clean_block(text: str) -> str:
    """Several lines: as :func:`clean_line`, but line breaks stay (as ``\\n``) and at most one empty line in a row."""
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text)).replace("\t", " ").translate(_HALF_WIDTH)
    if "\n" in text:
        text = _MANY_BREAKS.sub("\n\n", _SPACE_BEFORE_BREAK.sub("", text))
    return unicodedata.normalize("NFC", text).strip()


def compact(text: str) -> str:
    """A number as one word: NFKC, without blanks, dashes, dots in the middle, brackets and unseen characters."""
    return _SEPARATORS.sub("", _UNSEEN.sub("", unicodedata.normalize("NFKC", text)))
