"""What tests of posters share: a signer, spots, and looking at a page and at a picture of one."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from pathlib import Path

import pypdfium2
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from PIL import Image, ImageChops, ImageDraw, ImageFont

from gonzhi_code.codes import Code, CodeSigner
from gonzhi_code.counties import load_county
from gonzhi_code.keys import KeyRing
from gonzhi_code.posters.page import CodeMark, Page, TextMark
from gonzhi_code.posters.typeface import STRONG
from gonzhi_code.scene import UNIFIED_KEY
from gonzhi_code.scenes import all_scenes
from gonzhi_code.spots import Spot

SIGNER = CodeSigner(KeyRing({"a": bytes(range(32))}, issuing="a"), "https://gz.example.gov.cn/s/")
ISSUED = dt.date(2026, 11, 23)
WENLING = load_county("wenling")
HALL = Spot(7, "文化礼堂", "331081101204")
GATE = Spot(31, "北校门", "331081101204", address="传达室外墙", subject_name="温岭市第三中学")
EAST = Spot(12, "东部新区便民服务大厅", "331081400000")
LONGEST = Spot(16_777_215, "滨海大道与石塘大道交叉口东南角公交站候车亭旁的宣传栏", "331081101204",
               address="从北侧小门进，电梯左手边第二块宣传栏上方", subject_name="浙江省温岭市职业中等专业学校（城北校区）")  # fmt: skip
SPOTS = {"short": HALL, "detail": GATE, "east": EAST, "longest": LONGEST}
# A round seal, as a county might put in the middle of its codes.
LOGO = "M24 2a22 22 0 1 0 .01 0zM12 24l8 8l16-16"
SCENES = [UNIFIED_KEY, *(scene.key for scene in all_scenes())]


def code_for(spot: Spot, scene_key: str = "wage", signer: CodeSigner = SIGNER, serial: int = 1) -> Code:
    return signer.issue(spot, scene_key=scene_key, serial=serial, issued_on=ISSUED)


def marks_of(page: Page) -> list[TextMark]:
    return [mark for mark in page.marks if isinstance(mark, TextMark)]


def extent(mark: TextMark) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a line; Chinese characters reach from 0.85 above to 0.1 below the baseline."""
    width = mark.face.width(mark.text, mark.size, mark.tracking)
    high = 0.85 if re.search(r"[\u3400-\u9fff]", mark.text) else 0.74
    return mark.x, mark.y - high * mark.size, mark.x + width, mark.y + 0.1 * mark.size


def assert_tidy(page: Page, margin: float = 15.9) -> None:
    """Every line stands inside the margins, and none touches another or the white rim of the code."""
    edge = min(7, margin)
    extents = [(mark, *extent(mark)) for mark in marks_of(page)]
    for mark, left, top, right, bottom in extents:
        assert left >= margin and right <= page.width - margin and top >= edge and bottom <= page.height - edge, mark.text
    (code, _), = page.codes
    rim_left, rim_top, rim_right, rim_bottom = rim_of(code)
    for mark, left, top, right, bottom in extents:
        clear = right <= rim_left or left >= rim_right or bottom <= rim_top or top >= rim_bottom
        assert clear, f"{mark.text} stands in the white rim of the code"
    for number, (one, left, top, right, bottom) in enumerate(extents):
        for other, left2, top2, right2, bottom2 in extents[number + 1 :]:
            apart = right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
            assert apart, f"{one.text!r} touches {other.text!r}"


def rim_of(code: CodeMark) -> tuple[float, float, float, float]:
    left, top = min(box[0] for box in code.boxes), min(box[1] for box in code.boxes)
    right = max(box[0] + box[2] for box in code.boxes)
    bottom = max(box[1] + box[3] for box in code.boxes)
    rim = 4 * min(min(box[2], box[3]) for box in code.boxes)
    return left - rim, top - rim, right + rim, bottom + rim


def text_of(pdf: bytes, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return str(document[page].get_textpage().get_text_range())


def streams(pdf: bytes) -> list[bytes]:
    """The content streams of a PDF, unpacked; a font file has no painting operators."""
    found = []
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            found.append(packed)
    return found


def drawn_as(mark: TextMark, text: str, dpi: int) -> Image.Image:
    """``text`` as FreeType draws it from the shipped font, cut to the ink; large, for small type is pushed to whole pixels."""
    font = ImageFont.truetype(str(mark.face.path), 4 * mark.size * dpi / 25.4)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("L", (round(right - left), round(bottom - top)), 255)
    ImageDraw.Draw(picture).text((-left, -top), text, font=font, fill=0)
    return cut_to_ink(picture)


def cut_out(picture: Image.Image, box: tuple[float, float, float, float], dpi: int) -> Image.Image:
    """A part of a rendered page; ``box`` is left, top, right and bottom in millimetres."""
    left, top, right, bottom = (round(edge * dpi / 25.4) for edge in box)
    return picture.crop((left, top, right, bottom))


def cut_to_ink(picture: Image.Image) -> Image.Image:
    box = picture.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box, "there is no ink at all"
    return picture.crop(box)


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Ink that both have, as part of the ink that either has."""
    other = other.resize(one.size)
    black = [picture.point(lambda value: 255 if value < 128 else 0) for picture in (one, other)]
    both, either = ImageChops.darker(*black), ImageChops.lighter(*black)
    return float(both.histogram()[255] / either.histogram()[255])


def font_with_rare_character(path: Path) -> Path:
    """A font of the caller's that has 𠮷, drawn as 吉; the shipped font has none."""
    font = TTFont(STRONG.path)
    names = font.getBestCmap()
    for table in font["cmap"].tables:
        table.cmap = {0x20BB7: names[ord("吉")]} if table.format == 12 else {}
    if not any(table.format == 12 for table in font["cmap"].tables):
        wide = CmapSubtable.newSubtable(12)
        wide.platformID, wide.platEncID, wide.language, wide.cmap = 3, 10, 0, {0x20BB7: names[ord("吉")]}
        font["cmap"].tables.append(wide)
    font.save(path)
    return path
