"""Crockford Base32, the spelling of a code's token: canonical one way, lenient to a hand on a keyboard the other way.

The rule it keeps: every byte string has exactly one canonical text, and ``decode`` takes that text and no other. What a
person types from a poster is folded to canonical spelling by ``fold_typed`` *before* it is decoded, never inside it.

Source: Douglas Crockford, "Base 32", https://www.crockford.com/base32.html (no I, L, O, U; I and L are read as 1, O as 0).
We use no check symbol: the tag of the code is a far better one.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS_PER_CHARACTER = 5

_PAIR_BITS = 2 * BITS_PER_CHARACTER
_PAIRS = tuple(a + b for a in ALPHABET for b in ALPHABET)
_PAIR_MASK = len(_PAIRS) - 1
# int(text, 32) is the fastest decoder there is, but it spells with 0-9A-V, and takes signs, spaces and underscores:
# the alphabet is checked first.
_TO_INT_DIGITS = str.maketrans(ALPHABET, "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_DROP_ALPHABET = str.maketrans("", "", ALPHABET)

# Chinese keyboards often write full-width letters, digits and dashes (U+FF01 to U+FF5E) and the ideographic space; they
# are the same keys. Unicode's general folding is not used: it would also read "①", "K" (Kelvin) or "ſ" as ours.
_FULL_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}
_SEPARATORS_AND_LOOKALIKES = str.maketrans("ILO", "110", " \t\r\n-")


def text_length(byte_count: int) -> int:
    """Number of characters that ``byte_count`` bytes take."""
    return -(-byte_count * 8 // BITS_PER_CHARACTER)


def encode(data: bytes) -> str:
    """Spell bytes canonically: most significant bit first, zero bits added at the end to fill the last character.

    Args:
        data: any number of bytes; n bytes give ``ceil(8 n / 5)`` characters.

    Returns:
        Upper-case text.
    """
    length = text_length(len(data))
    pairs = (length + 1) // 2
    value = int.from_bytes(data, "big") << (pairs * _PAIR_BITS - len(data) * 8)
    shifts = range((pairs - 1) * _PAIR_BITS, -1, -_PAIR_BITS)
    return "".join([_PAIRS[(value >> shift) & _PAIR_MASK] for shift in shifts])[:length]


def decode(text: str, byte_count: int) -> bytes:
    """Read canonical text.

    Args:
        text: exactly what ``encode`` writes for these bytes.
        byte_count: how many bytes it must hold.

    Raises:
        ValueError: wrong length, a character outside the alphabet, or bits at the end that should be zero.
    """
    length = text_length(byte_count)
    if len(text) != length or text.translate(_DROP_ALPHABET):
        raise ValueError(f"not {length} characters of canonical Base32")
    spare_bits = length * BITS_PER_CHARACTER - byte_count * 8
    value = int(text.translate(_TO_INT_DIGITS), 32)
    # Every character stands for one number, so these bits are all that two texts of the same bytes could differ in. Where
    # they are zero, encode() writes this very text again; a test over many texts holds that.
    if value & (1 << spare_bits) - 1:
        raise ValueError("the last character is not canonical")
    return (value >> spare_bits).to_bytes(byte_count, "big")


def is_spelled(text: str) -> bool:
    """Whether every character belongs to the canonical alphabet."""
    return not text.translate(_DROP_ALPHABET)


def fold_width(text: str) -> str:
    """Write full-width letters, digits, punctuation and spaces of a Chinese keyboard as their ASCII selves."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def fold_typed(text: str) -> str:
    """Bring hand-typed ASCII to canonical spelling: upper case, no blanks or hyphens, I and L as 1, O as 0.

    Nothing else is forgiven; ``U`` and every other character stay, and ``decode`` refuses them.
    """
    return text.upper().translate(_SEPARATORS_AND_LOOKALIKES)
