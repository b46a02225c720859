"""The tables behind qr_matrix.py, read off ``qrcode`` itself: what each data byte does to a symbol, and what never changes.

The rule it keeps: placement, error correction, masks and function patterns are whatever ``qrcode`` does, found by drawing
chosen symbols with it. Only how blocks are interleaved is written down again (ISO/IEC 18004:2015, section 7.6).
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import qrcode
from qrcode import base, util

MASKS = range(8)


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything constant of one version and level.

    Every integer holds the symbol twice, bit p = row x side + column: row by row in the lower half, column by column in the
    upper, so that one pass over it looks along rows and columns at once.
    """

    side: int
    data_bits: int
    by_byte: tuple[tuple[int, ...], ...]  # for each data byte: its part of the symbol, by value
    trial: tuple[int, ...]  # for each mask: function patterns and mask, format information light, as qrcode scores it
    final: tuple[int, ...]  # for each mask: the same with its format information, the row-by-row half alone
    every: int  # all modules, both halves
    rows: int  # all modules, lower half
    pairs: int  # modules that have a next one in their line
    blocks: int  # lower half: upper left corners of 2 x 2 blocks
    finders: int  # modules that have ten more in their line
    dark_points: tuple[int, ...]  # penalty for the share of dark modules, by their number


def _both_ways(grid: list[list[bool]]) -> int:
    """A square of modules as one integer: row by row, then column by column."""
    flat = itertools.chain.from_iterable(itertools.chain(grid, zip(*grid, strict=True)))
    return sum(1 << place for place, dark in enumerate(flat) if dark)


def _drawn_by_qrcode(number: int, level: int, mask: int, codewords: list[int], *, trial: bool) -> int:
    code = qrcode.QRCode(version=number, error_correction=level, border=0)
    code.data_cache = codewords
    code.makeImpl(trial, mask)
    return _both_ways(code.modules)


@functools.cache
def tables_of(number: int, level: int) -> Tables:
    """Read the tables of one version and level off ``qrcode``; takes about a tenth of a second, once in a process."""
    blocks = base.rs_blocks(number, level)
    data_bytes = sum(block.data_count for block in blocks)
    side = 17 + 4 * number
    modules = side * side
    blank = [0] * sum(block.total_count for block in blocks)
    trial = tuple(_drawn_by_qrcode(number, level, mask, blank, trial=True) for mask in MASKS)
    rows = (1 << modules) - 1
    lines = range(2 * side)
    pairs = _lines(lines, side, side - 1)
    return Tables(
        side=side,
        data_bits=8 * data_bytes,
        by_byte=_by_byte(_codeword_bits(number, level, blank, trial[0]), blocks),
        trial=trial,
        final=tuple(rows & _drawn_by_qrcode(number, level, mask, blank, trial=False) for mask in MASKS),
        every=(1 << 2 * modules) - 1,
        rows=rows,
        pairs=pairs,
        blocks=_lines(range(side - 1), side, side - 1),
        finders=_lines(lines, side, side - 10),
        dark_points=tuple(int(abs(dark / modules * 100 - 50) / 5) * 10 for dark in range(modules + 1)),
    )


def _lines(lines: range, side: int, length: int) -> int:
    """The first ``length`` modules of each of the lines."""
    return sum((1 << length) - 1 << line * side for line in lines)


def _codeword_bits(number: int, level: int, blank: list[int], nothing: int) -> list[int]:
    """For each bit of the codewords, the modules it is placed on (both halves).

    ``qrcode`` places all bits at once. The symbol is drawn once for each binary digit of the bits' numbers, holding the
    bits whose number has that digit; the drawings a module is dark in then spell the number of its bit.
    """
    total = 8 * len(blank)
    digits = total.bit_length()
    # Numbers start at 1, for the modules of no bit (function patterns, remainder) are dark in no drawing.
    numbered = [0] * (2 * (17 + 4 * number) ** 2)
    for digit in range(digits):
        codewords = [sum((8 * i + j + 1 >> digit & 1) << 7 - j for j in range(8)) for i in range(len(blank))]
        drawing = _drawn_by_qrcode(number, level, 0, codewords, trial=True) ^ nothing
        for place in range(len(numbered)):
            numbered[place] |= (drawing >> place & 1) << digit
    placed = [0] * total
    for place, bit in enumerate(numbered):
        if bit:
            placed[bit - 1] |= 1 << place
    return placed


def _by_byte(placed: list[int], blocks: list[base.RSBlock]) -> tuple[tuple[int, ...], ...]:
    """For each data byte and value, the modules that turn dark because of it, its error correction included."""
    data_bytes = sum(block.data_count for block in blocks)
    # Codewords of all blocks are dealt out in turn: first data, of which later blocks may have one more, then parity.
    dealt = [(i, b) for i in range(max(block.data_count for block in blocks)) for b in range(len(blocks))]
    order = {place: at for at, place in enumerate(p for p in dealt if p[0] < blocks[p[1]].data_count)}
    tables = []
    for b, block in enumerate(blocks):
        for i, parities in enumerate(_parities(block)):
            values = [0]
            for bit, parity in enumerate(parities):
                part = placed[8 * order[i, b] + 7 - bit]
                for j, byte in enumerate(parity):
                    at = 8 * (data_bytes + j * len(blocks) + b)
                    for k in range(8):
                        if byte >> 7 - k & 1:
                            part ^= placed[at + k]
                values += [value ^ part for value in values]
            tables.append(tuple(values))
    return tuple(tables)


@functools.cache
def _parities(block: base.RSBlock) -> list[list[bytes]]:
    """For each data byte of a block, and each of its bits from the lowest, the parity bytes that bit alone gives."""

    def parity_of(data: list[int]) -> list[int]:
        buffer = util.BitBuffer()
        buffer.buffer = data
        return list(util.create_bytes(buffer, [block])[block.data_count :])

    # qrcode cannot divide a block of zeros, so single bits are flipped in a block of ones and the difference is taken.
    ones = [0xFF] * block.data_count
    of_ones = parity_of(ones)
    parities = []
    for place in range(block.data_count):
        flipped = ([*ones[:place], 0xFF ^ 1 << bit, *ones[place + 1 :]] for bit in range(8))
        parities.append([bytes(a ^ b for a, b in zip(parity_of(data), of_ones, strict=True)) for data in flipped])
    return parities
