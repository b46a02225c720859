"""Fonts of a PDF: characters get numbers as they are met, and the font cut to them is written when all are known.

A poster's fixed words and a poster's own words are set in two fonts of one look. The first is cut and packed once for all
posters of a scene; the second holds the few characters that only a place name needs, and is new in every document.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from .pdf_file import ObjectFile, stream
from .typeface import Typeface

OBJECTS = 5  # of one font: font, descendant, descriptor, font file, map to Unicode
_CMAP_HEAD = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo"
    b"<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def /CMapName/Adobe-Identity-UCS def /CMapType 2 def "
    b"1 begincodespacerange<0000><FFFF>endcodespacerange\n"
)
_CMAP_TAIL = b"endcmap CMapName currentdict /CMap defineresource pop end end"
_RANGE = 100  # entries of one block of such a map


class Numbering:
    """The characters of one face that a document uses, numbered from 1."""

    def __init__(self, face: Typeface) -> None:
        self.face = face
        self.codes: dict[int, str] = {}  # of a character: its number in four hexadecimal digits, as str.translate() takes it

    def held(self, text: str) -> bytes | None:
        """``text`` as codes of the font, None where it has other characters."""
        # A character that has no code stays the one character it is.
        coded = text.translate(self.codes)
        return coded.encode("ascii") if len(coded) == 4 * len(text) else None

    def code(self, text: str) -> bytes:
        """``text`` as codes of the font; new characters join it."""
        codes = self.codes
        for character in text:
            if ord(character) not in codes:
                codes[ord(character)] = f"{len(codes) + 1:04X}"
        return text.translate(codes).encode("ascii")

    def packed(self, effort: int = 6) -> PackedFont:
        """The font cut to these characters, ready to be written; ``effort`` is that of zlib."""
        return PackedFont.of(self.face, tuple(map(chr, self.codes)), effort)


@dataclass(frozen=True, slots=True)
class PackedFont:
    """A cut font with everything a document says of it."""

    name: bytes
    descriptor: bytes
    widths: bytes
    font_file: bytes
    to_unicode: bytes

    @classmethod
    def of(cls, face: Typeface, characters: tuple[str, ...], effort: int) -> PackedFont:
        """Cut ``face`` to ``characters``, the first being number 1."""
        data = face.cut(characters)
        digest = hashlib.sha256("".join(characters).encode()).digest()
        tag = bytes(65 + byte % 26 for byte in digest[:6])
        ascent, descent, capital = face.height
        name = tag + b"+" + face.name.encode("ascii")
        return cls(
            name=name,
            descriptor=b"/Flags 4/FontBBox[-50 %d 1050 %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV 80"
            % (descent, ascent, ascent, descent, capital),
            widths=_widths(face, characters),
            font_file=stream(zlib.compress(data, effort), b"/Length1 %d/Filter/FlateDecode" % len(data)),
            to_unicode=stream(zlib.compress(_unicode_map(characters), effort), b"/Filter/FlateDecode"),
        )

    def write(self, file: ObjectFile, first: int) -> None:
        """Write the objects of this font as the reserved numbers ``first`` and the next four."""
        file.put(
            first,
            b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
            % (self.name, first + 1, first + 4),
        )
        file.put(
            first + 1,
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            b"/CIDToGIDMap/Identity/DW 1000/W[1[%b]]/FontDescriptor %d 0 R>>" % (self.name, self.widths, first + 2),
        )
        file.put(first + 2, b"<</Type/FontDescriptor/FontName/%b%b/FontFile2 %d 0 R>>" % (self.name, self.descriptor, first + 3))
        file.put(first + 3, self.font_file)
        file.put(first + 4, self.to_unicode)


def _widths(face: Typeface, characters: Iterable[str]) -> bytes:
    return b" ".join(b"%d" % round(face.width(character, 1000)) for character in characters)


def _unicode_map(characters: tuple[str, ...]) -> bytes:
    parts = [_CMAP_HEAD]
    for start in range(0, len(characters), _RANGE):
        block = characters[start : start + _RANGE]
        parts.append(b"%d beginbfchar\n" % len(block))
        parts += [b"<%04X><%b>\n" % (number, one.encode("utf-16-be").hex().encode()) for number, one in enumerate(block, start + 1)]
        parts.append(b"endbfchar\n")
    return b"".join((*parts, _CMAP_TAIL))
