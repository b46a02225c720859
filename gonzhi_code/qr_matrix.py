"""The modules of a QR symbol, bit for bit those of ``qrcode``, some fifty times faster.

For a fixed version and level a symbol is a linear function, over GF(2), of its data bits: error correction is linear, the
placement only moves bits, and the mask and the function patterns are constants to XOR. So a symbol is the XOR of one big
integer per data byte, looked up in tables that are read off ``qrcode`` itself, and the penalty of each mask is shifts, ANDs
and bit counts over that integer.

The rule it keeps: whatever comes out is what ``qrcode`` makes of the same text, mask included; texts outside the tables
(large versions, long runs of digits) are made by ``qrcode``. A test compares the two over many codes.

Source: ISO/IEC 18004:2015 sections 7.4 to 7.8, as implemented by qrcode 8.2 (``QRCode.makeImpl``, ``util.lost_point``).
"""

from __future__ import annotations

import functools
import itertools
import operator
import re

import qrcode
from qrcode import constants, util
from qrcode.exceptions import DataOverflowError

from .errors import CannotDraw
from .qr_tables import Tables, tables_of

Matrix = tuple[tuple[bool, ...], ...]
Chunk = tuple[int, bytes]

LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
# Up to version 9 the lengths of segments have 9 (alphanumeric) and 8 (byte) bits, and every code of ours fits: version 9-Q
# holds a signature of 64 bytes. Its 132 bytes take tables of 24 MB, those of version 5-Q 6 MB; larger ones do not pay.
FAST_VERSION_MAX = 9
FAST_BYTES_MAX = 132
CHUNK_CHARACTERS_MIN = 20

_NUMERIC_RUN = re.compile(rb"\d{%d,}" % CHUNK_CHARACTERS_MIN)
_ALPHANUMERIC_RUN = re.compile(b"[%b]{%d,}" % (re.escape(util.ALPHA_NUM), CHUNK_CHARACTERS_MIN))
_LENGTH_BITS = {util.MODE_ALPHA_NUM: 9, util.MODE_8BIT_BYTE: 8}
_ALPHANUMERIC = util.ALPHA_NUM.decode("ascii")
_PAIR_BITS = {
    a + b: f"{45 * i + j:011b}" for i, a in enumerate(_ALPHANUMERIC) for j, b in enumerate(_ALPHANUMERIC)
} | {a: f"{i:06b}" for i, a in enumerate(_ALPHANUMERIC)}
_BYTE_BITS = tuple(f"{byte:08b}" for byte in range(256))
_BYTE_MODULES = tuple(bytes(byte >> bit & 1 for bit in range(8)) for byte in range(256))


def matrix(text: str, ecc: str = "Q") -> Matrix:
    """The modules of the smallest symbol that holds ``text``.

    Args:
        text: what a reader shall read, at least one character.
        ecc: error correction level ``"L"``, ``"M"``, ``"Q"`` or ``"H"``.

    Returns:
        n rows of n modules, n = 17 + 4 x version, True for dark; without the quiet zone.

    Raises:
        CannotDraw: the text is empty, does not fit, or cannot be written in UTF-8.
        ValueError: no such level.
    """
    flat, side = flat_modules(text, ecc)
    return tuple(zip(*[map(bool, flat)] * side, strict=True))


def flat_modules(text: str, ecc: str = "Q") -> tuple[bytes, int]:
    """The modules of :func:`matrix` in one row, 1 for dark, row after row, and how many a side has.

    Raises: as :func:`matrix`.
    """
    level = _level(ecc)
    bits, number = _measure(text, level)
    if number:
        return _draw(bits, tables_of(number, level)), 17 + 4 * number
    drawn = _reference(text, level)
    return bytes(itertools.chain.from_iterable(drawn)), len(drawn)


def version(text: str, ecc: str = "Q") -> int:
    """Version (1 to 40) of the smallest symbol that holds ``text``; its side is 17 + 4 x version modules.

    Raises:
        CannotDraw: the text is empty, does not fit, or cannot be written in UTF-8.
        ValueError: no such level.
    """
    level = _level(ecc)
    _, number = _measure(text, level)
    return number or (len(_reference(text, level)) - 17) // 4


def _level(ecc: str) -> int:
    if ecc not in LEVELS:
        raise ValueError(f"error correction is one of L, M, Q and H, not {ecc!r}")
    return int(LEVELS[ecc])


def _measure(text: str, level: int) -> tuple[str, int]:
    """The bits of a text and its version, 0 where the tables do not serve it.

    Raises:
        CannotDraw: the text is empty or cannot be written in UTF-8.
    """
    chunks = _chunks(text)
    bits = _bits(chunks) if chunks else None
    if not bits:
        return "", 0
    limits = util.BIT_LIMIT_TABLE[level]
    number = next((number for number in range(1, FAST_VERSION_MAX + 1) if limits[number] >= len(bits)), 0)
    return bits, number if limits[number] <= 8 * FAST_BYTES_MAX else 0


def _reference(text: str, level: int) -> Matrix:
    code = qrcode.QRCode(error_correction=level, border=0)
    code.add_data(text)
    try:
        code.make(fit=True)
    # qrcode answers a text that is too long for version 40 with either, depending on where it notices.
    except (DataOverflowError, ValueError) as error:
        raise CannotDraw(f"a text of {len(text)} characters does not fit a QR code: {error}") from None
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())


def _chunks(text: str) -> list[Chunk] | None:
    """The segments ``qrcode`` splits a text into: (mode, bytes); None where it would use numeric mode."""
    if not text:
        raise CannotDraw("an empty text")
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise CannotDraw("the text is not proper Unicode") from None
    # qrcode looks for other things in short texts, and writes long runs of digits in a third mode: those are left to it.
    if len(data) <= CHUNK_CHARACTERS_MIN or _NUMERIC_RUN.search(data):
        return None
    chunks, end = [], 0
    for run in _ALPHANUMERIC_RUN.finditer(data):
        if run.start() > end:
            chunks.append((util.MODE_8BIT_BYTE, data[end : run.start()]))
        chunks.append((util.MODE_ALPHA_NUM, run.group()))
        end = run.end()
    if end < len(data):
        chunks.append((util.MODE_8BIT_BYTE, data[end:]))
    return chunks


def _bits(chunks: list[Chunk]) -> str | None:
    """The segments as a string of ``0`` and ``1``, without terminator; None where one is too long for a small version."""
    parts = []
    for mode, data in chunks:
        length_bits = _LENGTH_BITS[mode]
        if len(data) >> length_bits:
            return None
        parts.append(f"{mode:04b}{len(data):0{length_bits}b}")
        if mode == util.MODE_ALPHA_NUM:
            characters = data.decode("ascii")
            parts += [_PAIR_BITS[characters[i : i + 2]] for i in range(0, len(characters), 2)]
        else:
            parts += [_BYTE_BITS[byte] for byte in data]
    return "".join(parts)


def _draw(bits: str, tables: Tables) -> bytes:
    data = _fill(bits, tables.data_bits)
    symbol = functools.reduce(operator.xor, map(operator.getitem, tables.by_byte, data))
    # min keeps the first of equals, and so does qrcode.
    points = [_penalty(symbol ^ trial, tables) for trial in tables.trial]
    modules = (symbol & tables.rows) ^ tables.final[points.index(min(points))]
    packed = modules.to_bytes((tables.side * tables.side + 7) // 8, "little")
    # The few bits that fill the last byte go.
    return b"".join(map(_BYTE_MODULES.__getitem__, packed))[: tables.side * tables.side]


def _fill(bits: str, data_bits: int) -> bytes:
    """Terminator, zero bits to the next byte, then the two padding bytes in turn (ISO/IEC 18004 7.4.9, 7.4.10)."""
    bits += "0" * min(4, data_bits - len(bits))
    used = -(-len(bits) // 8)
    value = int(bits, 2) << (used * 8 - len(bits))
    spare = data_bits // 8 - used
    padding = (bytes((util.PAD0, util.PAD1)) * (spare // 2 + 1))[:spare]
    return value.to_bytes(used, "big") + padding


def _penalty(modules: int, tables: Tables) -> int:
    """The points of ISO/IEC 18004 section 7.8.3 exactly as ``qrcode.util.lost_point`` counts them."""
    light = modules ^ tables.every
    next_modules = modules >> 1
    same = (modules ^ next_modules ^ tables.every) & tables.pairs
    # Runs: a run of n >= 5 costs n - 2. It has n - 4 windows of five, and two more points for being a run.
    threes = same & (same >> 1)
    fives = threes & (threes >> 2)
    points = fives.bit_count() + 2 * (fives & ~(fives << 1)).bit_count()
    # Blocks of 2 x 2 in one colour cost 3: this row's pair is equal, the next row's pair is, and so are the two.
    upright = modules ^ (modules >> tables.side)
    points += 3 * (same & (same >> tables.side) & tables.blocks & ~upright).bit_count()
    # Finder look-alikes, dark 1:1:3:1:1 with four light modules before or after, cost 40.
    dark_2 = modules & (modules >> 2)
    core = dark_2 & (dark_2 >> 4) & (modules >> 3) & (light >> 1) & (light >> 5)
    light_2 = light & (light >> 1)
    light_4 = light_2 & (light_2 >> 2)
    points += 40 * ((core & (light_4 >> 7) & tables.finders).bit_count() + (light_4 & (core >> 4) & tables.finders).bit_count())
    return points + tables.dark_points[(modules & tables.rows).bit_count()]
