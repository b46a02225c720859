"""The two weights of the poster font: what they hold, how wide it is, and small fonts cut to the characters of one document.

The full fonts are parsed once a process. Parsing them anew for every document, as a PDF library does when given the file, is
what makes posters slow; a font of the 300 characters that a document uses is built from the parsed glyphs in milliseconds.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import TTFont

from ..errors import CannotDraw
from ..fonts import BOLD, REGULAR

_UNPACKING = Lock()  # tables and glyphs are unpacked in place when first used, which two threads must not do at once


class Typeface:
    """One weight of the font.

    Args:
        path: a TrueType font file without composite glyphs, as ``scripts/make_fonts.py`` writes it.
        name: name of the family inside the PDF.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name

    @cached_property
    def _font(self) -> Any:
        with _UNPACKING:
            font = TTFont(io.BytesIO(self.path.read_bytes()), recalcTimestamp=False)
            for table in ("head", "hhea", "OS/2", "cmap", "hmtx", "glyf"):
                font[table]  # unpacked now, within the lock; the outlines of single glyphs wait until they are used
            return font

    @cached_property
    def _glyph_of(self) -> dict[int, str]:
        return dict(self._font.getBestCmap())

    @cached_property
    def _width_of(self) -> dict[str, float]:
        """Advance width of every character, as a part of the type size."""
        metrics, em = self._font["hmtx"].metrics, self._font["head"].unitsPerEm
        return {chr(number): metrics[glyph][0] / em for number, glyph in self._glyph_of.items()}

    @property
    def characters(self) -> frozenset[str]:
        """Everything that can be printed."""
        return frozenset(self._width_of)

    def check(self, text: str) -> None:
        """Refuse text that would print with holes.

        Raises:
            CannotDraw: the font has no glyph for some characters; each is named.
        """
        missing = sorted({character for character in text if character not in self._width_of})
        if missing:
            named = "、".join(f"{character} (U+{ord(character):04X})" for character in missing)
            raise CannotDraw(f"the font {self.name} has no glyph for {named}, wanted in {text!r}")

    def width(self, text: str, size: float, tracking: float = 0.0) -> float:
        """Width of one line in the unit of ``size``, which is the em; ``tracking`` is added between characters."""
        widths = self._width_of
        return sum(widths[character] for character in text) * size + tracking * max(0, len(text) - 1)

    def cut(self, characters: Iterable[str]) -> bytes:
        """A small TrueType font of these characters; the same characters give the same bytes."""
        return self._cut("".join(sorted(set(characters))))

    @lru_cache(maxsize=16)  # noqa: B019 - there are two typefaces, made once and kept for the life of the process
    def _cut(self, characters: str) -> bytes:
        source, glyph_of = self._font, self._glyph_of
        cmap = {ord(character): glyph_of[ord(character)] for character in characters}
        order = [".notdef", *dict.fromkeys(cmap.values())]
        builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
        builder.font.recalcTimestamp = False
        builder.setupGlyphOrder(order)
        builder.setupCharacterMap(cmap)
        with _UNPACKING:
            builder.setupGlyf({glyph: source["glyf"][glyph] for glyph in order})
            builder.setupHorizontalMetrics({glyph: source["hmtx"].metrics[glyph] for glyph in order})
            builder.setupHorizontalHeader(ascent=source["hhea"].ascent, descent=source["hhea"].descent)
            builder.setupNameTable({"familyName": self.name, "styleName": "Regular", "fullName": self.name})
            builder.setupOS2(
                usWeightClass=source["OS/2"].usWeightClass,
                sCapHeight=source["OS/2"].sCapHeight,
                sTypoAscender=source["OS/2"].sTypoAscender,
                sTypoDescender=source["OS/2"].sTypoDescender,
            )
            builder.setupPost(keepGlyphNames=False)
            builder.font["head"].created = builder.font["head"].modified = source["head"].modified
            out = io.BytesIO()
            builder.save(out)
        return out.getvalue()


PLAIN = Typeface(REGULAR, "NotoSansSC-Regular")
STRONG = Typeface(BOLD, "NotoSansSC-Bold")
