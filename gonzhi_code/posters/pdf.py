"""From pages to a PDF file, written by hand: what all posters of a scene share stands in the file once.

Fixed marks become one form that every page shows; a page of its own holds the code and the few words that differ. Text is real
text in embedded fonts, pictures are paths, black is DeviceGray. Same pages and date, same bytes.

Source: ISO 32000-1 (PDF 1.7), sections 7.5 (file), 8.10 (forms), 9.7 (composite fonts), 14.11.2 (page boxes).
"""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from .outlines import number
from .page import BLEED, Page
from .pdf_file import ObjectFile, stream, text_string
from .pdf_fonts import OBJECTS, Numbering, PackedFont
from .pdf_marks import Fonts, operators
from .typeface import Typeface

_POINTS = 72 / 25.4  # points in a millimetre
_SLUG = 8.0  # millimetres around the cut page that hold the bleed and the crop marks
_MARK_GAP, _MARK_WIDTH = BLEED + 0.5, 0.1
_PACKING = 3  # of zlib: higher levels take twice the time for a tenth less


@dataclass(frozen=True)
class Still:
    """What all posters of one scene share, in the form that goes into files.

    Args:
        page: an empty page's fixed marks.
        seed: characters that pages are likely to need, so that the shared fonts have them.
        slug: with bleed and crop marks around the page.
    """

    page: Page
    seed: str
    slug: bool

    @cached_property
    def fonts(self) -> Fonts:
        """The shared fonts; complete once :attr:`form` was asked for."""
        return {face: (b"F%d" % place, Numbering(face)) for place, face in enumerate((self.page.faces.plain, self.page.faces.strong))}

    @cached_property
    def form(self) -> bytes:
        """The packed content of the form."""
        for face, (_, numbering) in self.fonts.items():
            numbering.code("".join(one for one in self.seed if one in face.characters))
        drawn = operators(self.page.marks, self.fonts)
        return zlib.compress(drawn + (_crop_marks(self.page) if self.slug else b""), 9)

    @cached_property
    def packed(self) -> tuple[PackedFont, ...]:
        """The shared fonts, cut."""
        assert self.form
        return tuple(numbering.packed() for _, numbering in self.fonts.values())

    @cached_property
    def boxes(self) -> bytes:
        """The page boxes: the sheet, and where it is cut."""
        around, bleed = (_SLUG, BLEED) if self.slug else (0.0, 0.0)
        width, height = self.page.width, self.page.height

        def box(inset: float) -> bytes:
            edges = (inset, inset, width + 2 * around - inset, height + 2 * around - inset)
            return b" ".join(number(edge * _POINTS) for edge in edges)

        return b"/MediaBox[%b]/BleedBox[%b]/TrimBox[%b]" % (box(0), box(around - bleed), box(around))

    @cached_property
    def start(self) -> bytes:
        """Beginning of every page: millimetres from the upper left corner of the cut page, and the form."""
        around = _SLUG if self.slug else 0.0
        scale, left, top = b"%.6f" % _POINTS, around * _POINTS, (self.page.height + around) * _POINTS
        return b"%b 0 0 -%b %b %b cm /S Do\n" % (scale, scale, number(left), number(top))

    @cached_property
    def extent(self) -> bytes:
        """What the form covers, in millimetres."""
        over = _SLUG if self.slug else BLEED
        return b" ".join(number(edge) for edge in (-over, -over, self.page.width + over, self.page.height + over))


def _crop_marks(page: Page) -> bytes:
    """Two hairs outside each corner, in the colour of every plate (registration), here black."""
    lines = []
    for x, away in ((0.0, -1), (page.width, 1)):
        for y in (0.0, page.height):
            lines.append((x + away * _MARK_GAP, y, x + away * _SLUG, y))
    for y, away in ((0.0, -1), (page.height, 1)):
        for x in (0.0, page.width):
            lines.append((x, y + away * _MARK_GAP, x, y + away * _SLUG))
    drawn = b"".join(b"%b %b m %b %b l " % tuple(map(number, line)) for line in lines)
    return b"\n0 G %b w %bS" % (number(_MARK_WIDTH), drawn)


class Document:
    """One PDF file, written page by page to an open stream.

    Args:
        out: open for writing, at its beginning.
        date: the document says it was made on that day.
    """

    def __init__(self, out: BinaryIO, date: dt.date) -> None:
        self._file = ObjectFile(out)
        self._date = date
        self._title = ""
        self._tree = self._file.reserve()
        self._kids: list[int] = []
        self._own: dict[Typeface, tuple[bytes, Numbering]] = {}
        self._own_first: dict[Typeface, int] = {}
        self._stills: dict[int, tuple[int, int, Still]] = {}  # id -> number of its form, of its resources, itself

    def add(self, still: Still, page: Page) -> None:
        """Write one page: what it shares, and its own marks."""
        self._title = self._title or page.title
        _, resources, _ = self._stills.get(id(still)) or self._begin(still)
        content = zlib.compress(still.start + operators(page.marks, still.fonts, self._own_fonts(still)), _PACKING)
        number_of = self._file.add(stream(content, b"/Filter/FlateDecode"))
        self._kids.append(
            self._file.add(b"<</Type/Page/Parent %d 0 R%b/Resources %d 0 R/Contents %d 0 R>>" % (self._tree, still.boxes, resources, number_of))
        )

    def _own_fonts(self, still: Still) -> Fonts:
        for face in still.fonts:
            if face not in self._own:
                self._own[face] = (b"G%d" % len(self._own), Numbering(face))
                self._own_first[face] = self._file.reserve(OBJECTS)
        return self._own

    def _begin(self, still: Still) -> tuple[int, int, Still]:
        """Write what pages of ``still`` share."""
        firsts = []
        for font in still.packed:
            firsts.append(self._file.reserve(OBJECTS))
            font.write(self._file, firsts[-1])
        names = _font_names({name: first for (name, _), first in zip(still.fonts.values(), firsts, strict=True)})
        head = b"/Type/XObject/Subtype/Form/BBox[%b]/Resources<</Font<<%b>>>>/Filter/FlateDecode" % (still.extent, names)
        form = self._file.add(stream(still.form, head))
        self._stills[id(still)] = (form, self._file.reserve(), still)
        return self._stills[id(still)]

    def close(self) -> None:
        """Write the fonts of the pages' own characters, and the end of the file."""
        names: dict[bytes, int] = {}
        for face, (name, numbering) in self._own.items():
            if numbering.codes:
                numbering.packed(_PACKING).write(self._file, self._own_first[face])
                names[name] = self._own_first[face]
        shared = len(next(iter(self._stills.values()))[2].fonts) if self._stills else 0
        for form, resources, still in self._stills.values():
            # The numbers of a shared font were reserved in a row just before its form.
            first = form - OBJECTS * shared
            held = {name: first + OBJECTS * place for place, (name, _) in enumerate(still.fonts.values())}
            self._file.put(resources, b"<</Font<<%b>>/XObject<</S %d 0 R>>>>" % (_font_names(held | names), form))
        kids = b" ".join(b"%d 0 R" % kid for kid in self._kids)
        self._file.put(self._tree, b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self._kids), kids))
        catalog = self._file.add(b"<</Type/Catalog/Pages %d 0 R/Lang(zh-CN)/ViewerPreferences<</DisplayDocTitle true>>>>" % self._tree)
        day = f"D:{self._date:%Y%m%d}000000Z".encode()
        info = self._file.add(b"<</Title %b/Producer(gonzhi-code)/CreationDate(%b)>>" % (text_string(self._title), day))
        self._file.close(catalog, info)


def _font_names(numbers: dict[bytes, int]) -> bytes:
    return b"".join(b"/%b %d 0 R" % one for one in numbers.items())
