"""The two weights of the poster font: what they hold, how wide it is, and small fonts cut to the characters in use.

The full fonts are opened once a process and never parsed glyph by glyph: the outlines of a character are copied as they
stand in the file, so that a font of three hundred characters is put together in a millisecond. A character that the shipped
font lacks may come from a bigger font of the caller's; without one it is refused by name, never printed as a hole.

The cut fonts are TrueType: a text code in the PDF is then the glyph's own number. (In a CID-keyed CFF font it is not, and
the wrong glyphs come out on paper while extracted text looks perfect.) Source: OpenType 1.9, tables of TrueType outlines.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError

from ..errors import CannotDraw
from ..fonts import BOLD, REGULAR

_UNPACKING = Lock()  # tables are unpacked in place when first used, which two threads must not do at once
NOTDEF = "\0"  # stands for the first glyph of every font
# Borrowed outlines may have more points than any of ours; readers size their buffers by this.
_POINTS_MAX = 2000
_COLLECTION = b"ttcf"


class Typeface:
    """One weight of the font.

    Args:
        path: a TrueType font file without composite glyphs, as ``scripts/make_fonts.py`` writes it.
        name: name of the family inside the PDF.
        spare: where characters are taken from that this font lacks, None for nowhere.
    """

    def __init__(self, path: Path, name: str, spare: SpareFont | None = None) -> None:
        self.path = path
        self.name = name
        self.spare = spare

    @cached_property
    def _font(self) -> Any:
        with _UNPACKING:
            font = TTFont(io.BytesIO(self.path.read_bytes()), recalcTimestamp=False)
            for table in ("head", "hhea", "OS/2", "cmap", "hmtx", "loca", "maxp"):
                font[table]
            return font

    @cached_property
    def _raw(self) -> Mapping[str, bytes]:
        reader = self._font.reader
        return {table: reader[table] for table in ("glyf", "head", "hhea", "maxp")}

    @cached_property
    def _place_of(self) -> dict[str, int]:
        """Where in the file the glyph of every character stands."""
        font = self._font
        order = {name: place for place, name in enumerate(font.getGlyphOrder())}
        return {chr(number): order[name] for number, name in font.getBestCmap().items()} | {NOTDEF: 0}

    @cached_property
    def _metrics(self) -> list[tuple[int, int]]:
        """Advance width and left side bearing by glyph."""
        metrics = self._font["hmtx"].metrics
        return [metrics[name] for name in self._font.getGlyphOrder()]

    @property
    def em(self) -> int:
        """Units of one em."""
        return int(self._font["head"].unitsPerEm)

    @cached_property
    def _width_of(self) -> dict[str, float]:
        """Advance width of every character, as a part of the type size."""
        return {character: self._metrics[place][0] / self.em for character, place in self._place_of.items() if character != NOTDEF}

    @property
    def characters(self) -> frozenset[str]:
        """Everything that can be printed without a spare font."""
        return frozenset(self._place_of) - {NOTDEF}

    def check(self, text: str) -> None:
        """Refuse text that would print with holes.

        Raises:
            CannotDraw: no font has a glyph for some characters; each is named.
        """
        widths = self._width_of
        missing = [character for character in text if character not in widths]
        if missing and self.spare:
            widths |= {one: self.spare.glyph(one, self.em).advance / self.em for one in missing if one in self.spare.characters}
            missing = [character for character in missing if character not in widths]
        if missing:
            named = "、".join(f"{character} (U+{ord(character):04X})" for character in sorted(set(missing)))
            raise CannotDraw(f"the font {self.name} has no glyph for {named}, wanted in {text!r}")

    def width(self, text: str, size: float, tracking: float = 0.0) -> float:
        """Width of one line in the unit of ``size``, which is the em; ``tracking`` is added between characters.

        Raises: as :meth:`check`.
        """
        try:
            whole = sum(map(self._width_of.__getitem__, text))
        except KeyError:
            self.check(text)
            whole = sum(map(self._width_of.__getitem__, text))
        return whole * size + (tracking * max(0, len(text) - 1) if tracking else 0.0)

    def glyph(self, character: str) -> Glyph:
        """Outline and metrics of one character that :meth:`check` has let through."""
        place = self._place_of.get(character)
        if place is None:
            if self.spare is None:
                raise CannotDraw(f"the font {self.name} has no glyph for {character} (U+{ord(character):04X})")
            return self.spare.glyph(character, self.em)
        loca, (advance, bearing) = self._font["loca"], self._metrics[place]
        return Glyph(self._raw["glyf"][loca[place] : loca[place + 1]], advance, bearing)

    @property
    def height(self) -> tuple[int, int, int]:
        """Ascent, descent (negative) and height of capitals, in thousandths of an em."""
        head, capital = self._font["hhea"], self._font["OS/2"].sCapHeight
        return head.ascent * 1000 // self.em, head.descent * 1000 // self.em, capital * 1000 // self.em

    def cut(self, characters: Iterable[str]) -> bytes:
        """A small TrueType font of these characters, numbered from 1 in the order given; the same give the same bytes."""
        return _assembled(self._raw, [self.glyph(one) for one in (NOTDEF, *characters)])


@dataclass(frozen=True, slots=True)
class Glyph:
    """One outline as a ``glyf`` table holds it, with its advance width and left side bearing."""

    outline: bytes
    advance: int
    bearing: int


class SpareFont:
    """A bigger font of the caller's for rare characters: TrueType or CFF, alone or the first of a collection.

    Raises:
        CannotDraw: the file cannot be read as a font.
    """

    def __init__(self, path: Path) -> None:
        try:
            data = path.read_bytes()
            if data[:4] == _COLLECTION:
                fonts = TTCollection(io.BytesIO(data)).fonts
                # The Simplified Chinese face of a pan-CJK collection says so in its name.
                self._font = next((one for one in fonts if " SC" in str(one["name"].getDebugName(4))), fonts[0])
            else:
                self._font = TTFont(io.BytesIO(data))
            self._names: Mapping[int, str] = self._font.getBestCmap()
            self._glyphs = self._font.getGlyphSet()
        except (OSError, TTLibError, struct.error, AssertionError, KeyError) as error:
            raise CannotDraw(f"the font file {path} cannot be used: {error}") from None
        self.characters = frozenset(map(chr, self._names))
        self._drawn: dict[tuple[str, int], Glyph] = {}

    def glyph(self, character: str, em: int) -> Glyph:
        """The outline of a character in ``em`` units an em, its curves made quadratic where they are not."""
        known = self._drawn.get((character, em))
        if known:
            return known
        with _UNPACKING:
            source = self._glyphs[self._names[ord(character)]]
            scale = em / self._font["head"].unitsPerEm
            pen = TTGlyphPen(None)
            # Half a thousandth of an em cannot be seen. Outlines of CFF run the other way round.
            source.draw(TransformPen(Cu2QuPen(pen, 0.5, reverse_direction="glyf" not in self._font), (scale, 0, 0, scale, 0, 0)))
            drawn = pen.glyph()
            drawn.recalcBounds(None)
            glyph = Glyph(drawn.compile(None), round(source.width * scale), getattr(drawn, "xMin", 0))
        self._drawn[character, em] = glyph
        return glyph


def _assembled(raw: Mapping[str, bytes], glyphs: list[Glyph]) -> bytes:
    """A font file of the tables that a PDF needs (ISO 32000-1, 9.9): head, hhea, hmtx, loca, maxp and glyf."""
    outlines = [glyph.outline + b"\0" * (-len(glyph.outline) % 4) for glyph in glyphs]
    offsets, at = [0], 0
    for outline in outlines:
        at += len(outline)
        offsets.append(at)
    count = len(glyphs)
    head = bytearray(raw["head"])
    head[8:12] = bytes(4)
    struct.pack_into(">h", head, 50, 1)  # long offsets
    maxp = bytearray(raw["maxp"])
    struct.pack_into(">H", maxp, 4, count)
    struct.pack_into(">HH", maxp, 6, *(max(_POINTS_MAX, one) for one in struct.unpack_from(">HH", maxp, 6)))
    tables = {
        b"glyf": b"".join(outlines),
        b"head": bytes(head),
        b"hhea": raw["hhea"][:34] + struct.pack(">H", count),
        b"hmtx": b"".join(struct.pack(">Hh", glyph.advance, glyph.bearing) for glyph in glyphs),
        b"loca": struct.pack(f">{count + 1}L", *offsets),
        b"maxp": bytes(maxp),
    }
    return _font_file(tables)


def _font_file(tables: Mapping[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    directory = [struct.pack(">LHHHH", 0x00010000, count, 16 << power, power, 16 * (count - (1 << power)))]
    at = 12 + 16 * count
    for tag, data in sorted(tables.items()):
        directory.append(struct.pack(">4sLLL", tag, _checksum(data), at, len(data)))
        at += len(data) + -len(data) % 4
    return b"".join(directory) + b"".join(data + b"\0" * (-len(data) % 4) for _, data in sorted(tables.items()))


def _checksum(data: bytes) -> int:
    data += b"\0" * (-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(data) // 4}L", data)
    return sum(words) & 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Faces:
    """The weights that one poster is set in."""

    plain: Typeface
    strong: Typeface


PLAIN = Typeface(REGULAR, "NotoSansSC-Regular")
STRONG = Typeface(BOLD, "NotoSansSC-Bold")
SHIPPED = Faces(PLAIN, STRONG)


@lru_cache(maxsize=4)
def faces_with(font_path: Path | None) -> Faces:
    """The shipped weights, with a bigger font of the caller's behind them for characters that they lack.

    Raises:
        CannotDraw: that font cannot be read.
    """
    if font_path is None:
        return SHIPPED
    spare = SpareFont(font_path)
    return Faces(Typeface(REGULAR, PLAIN.name, spare), Typeface(BOLD, STRONG.name, spare))
