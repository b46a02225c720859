"""From pages to a PDF file, through fpdf2: real text in an embedded font, filled vector paths, black as DeviceGray.

Same pages and date, same bytes: the creation date is an argument, the file id follows from the contents, nothing is random.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

from fpdf import FPDF
from fpdf.drawing import GraphicsContext, PaintedPath
from fpdf.drawing_primitives import DeviceGray, DeviceRGB, Transform, color_from_hex_string
from fpdf.enums import StrokeCapStyle, StrokeJoinStyle
from fpdf.fonts import TTFFont
from fpdf.svg import svg_path_converter

from .page import BoxesMark, Ink, OutlineMark, Page, TextMark
from .typeface import Typeface

_POINTS = 72 / 25.4  # points in a millimetre


def write(pages: Sequence[Page], date: dt.date) -> bytes:
    """One document with these pages, dated ``date``."""
    pdf = FPDF(unit="mm")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_creation_date(dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC))
    pdf.set_producer("gonzhi-code")
    pdf.set_lang("zh-CN")
    if pages:
        pdf.set_title(pages[0].title)
    _add_fonts(pdf, pages)
    for page in pages:
        pdf.add_page(format=(page.width, page.height))
        for mark in page.marks:
            if isinstance(mark, TextMark):
                _text(pdf, mark)
            else:
                with pdf.drawing_context() as drawing:
                    # Not cloned: fpdf2 would deep-copy the thousand points of a code, and nobody else holds them.
                    drawing.add_item(_boxes(mark) if isinstance(mark, BoxesMark) else _outline(mark), clone=False)
    return bytes(pdf.output())


def _add_fonts(pdf: FPDF, pages: Sequence[Page]) -> None:
    """Embed each weight, cut to what the whole document says in it."""
    used: dict[Typeface, set[str]] = {}
    for page in pages:
        for mark in page.marks:
            if isinstance(mark, TextMark):
                used.setdefault(mark.face, set()).update(mark.text)
    for face in sorted(used, key=lambda face: face.name):
        key = face.name.lower()
        # FPDF.add_font() takes only names of files; the font class it calls takes anything that reads like one.
        pdf.fonts[key] = TTFFont(pdf, io.BytesIO(face.cut(used[face])), key, "")  # type: ignore[arg-type]


def _color(ink: Ink) -> DeviceGray | DeviceRGB:
    if isinstance(ink, str):
        color = color_from_hex_string(ink)
        return DeviceRGB(color.r, color.g, color.b) if isinstance(color, DeviceRGB) else DeviceGray(color.g)
    return DeviceGray(ink)


def _text(pdf: FPDF, mark: TextMark) -> None:
    pdf.set_font(mark.face.name, size=mark.size * _POINTS)
    pdf.set_char_spacing(mark.tracking * _POINTS)
    pdf.set_text_color(_color(mark.ink))
    pdf.text(mark.x, mark.y, mark.text)


def _boxes(mark: BoxesMark) -> PaintedPath:
    path = PaintedPath()
    for x, y, width, height in mark.boxes:
        path.move_to(x, y)
        path.line_to(x + width, y)
        path.line_to(x + width, y + height)
        path.line_to(x, y + height)
        path.close()
    path.style.fill_color = _color(mark.ink)
    path.style.stroke_color = None
    return path


def _outline(mark: OutlineMark) -> GraphicsContext:
    path = PaintedPath()
    svg_path_converter(path, mark.path)
    path.style.auto_close = False
    if mark.stroke:
        path.style.fill_color = None
        path.style.stroke_color = _color(mark.ink)
        path.style.stroke_width = mark.stroke
        path.style.stroke_cap_style = StrokeCapStyle.ROUND
        path.style.stroke_join_style = StrokeJoinStyle.ROUND
    else:
        path.style.fill_color = _color(mark.ink)
        path.style.stroke_color = None
    group = GraphicsContext()
    group.add_item(path, clone=False)
    group.transform = Transform.scaling(mark.scale).translate(mark.x, mark.y)
    return group
