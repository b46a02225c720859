"""What a poster says, whatever its format: the words of the scene, of the place and of the county, and the code itself.

The words common to all posters stand here and nowhere else. The unified code (市域共治码) belongs to no scene, so its words are
here too. A county's brand and telephone numbers replace the defaults, which name no county.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..areas import County
from ..codes import Code
from ..scene import UNIFIED_KEY, PosterWords
from ..scenes import get_scene
from ..spots import Spot
from ..words import Words
from . import pictures
from .lines import chinese_marks

UNIFIED = PosterWords(
    headline=Words("一码通办", "One code for every matter"),
    line=Words("一个码，全市应", "One code, the whole city answers"),
    colour="#24405f",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the instructions with its picture (see pictures.py)."""

    title: Words
    text: Words
    picture: str


STEPS = (
    Step(Words("扫一扫", "Scan"), Words("用微信、支付宝或相机", "WeChat, Alipay or your camera"), pictures.SCAN),
    Step(Words("填一填", "Fill in"), Words("什么事、在哪里，可匿名", "What and where; no name needed"), pictures.FILL_IN),
    Step(Words("等回音", "Get an answer"), Words("凭查询码看，或收短信", "By query code or text message"), pictures.ANSWER),
)

PLACE_LABEL = Words("此码应张贴在：", "This code belongs at")
PLACE_NOTE = Words("若不在此处，请告诉我们：{hotline}", "Seen anywhere else? Please tell us: {hotline}")
NUMBER_LABEL = Words("编号", "Poster no.")
TYPED_LABEL = Words("扫不了？在浏览器里连着输入：", "Cannot scan? Type this, without spaces:")
HOTLINE_NOTE = Words("不用手机也能办，打电话：", "No smartphone? Call, and we fill it in for you")
DANGER_NOTE = Words("有生命危险先打：", "Emergency")
ISSUED = Words("{year}年{month}月制发", "Issued {year}-{month:02d}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """All the words of one poster.

    Args:
        brand, issuer: name of the code and the body that issues it.
        headline, line, colour: of the scene.
        area, spot, detail: township and village, name of the spot, and more exact words; ``""`` where unknown.
        address: what to type before the groups, without ``https://``; groups: the 45 characters in fives.
        hotline, emergency: telephone numbers.
        url: what the code holds.
    """

    brand: Words
    issuer: Words
    headline: Words
    line: Words
    colour: str
    area: str
    spot: str
    detail: str
    number: str
    address: str
    groups: tuple[str, ...]
    hotline: str
    emergency: tuple[str, ...]
    url: str
    issued_on: dt.date

    @property
    def place(self) -> str:
        """Where the poster belongs, in one line."""
        return " ".join(part for part in (self.area, self.spot) if part)


def describe(code: Code, spot: Spot, county: County | None = None) -> Sheet:
    """The words for the poster of ``code`` at ``spot``.

    Raises:
        UnknownScene: the code's scene is not installed.
        BadArea: the spot's village is not in ``county``.
    """
    key = code.claims.scene_key
    brand: Mapping[str, str] = county.brand if county else {}
    contacts: Mapping[str, str] = county.contacts if county else {}
    poster = _unified(brand) if key == UNIFIED_KEY else get_scene(key).poster
    details = [part for part in (spot.subject_name, spot.address) if part and part not in spot.name]
    return Sheet(
        brand=_words(brand, "name", Words("市域共治码", "Co-Governance Code")),
        issuer=_words(brand, "issuer", Words("市社会治理中心", "Social Governance Centre")),
        headline=_marked(poster.headline),
        line=_marked(poster.line),
        colour=poster.colour,
        area=county.place_name(spot.village_id) if county else "",
        spot=spot.name,
        detail=" ".join(details),
        number=code.poster_no,
        address=_typed_address(code),
        groups=tuple(code.token_groups.split()),
        hotline=contacts.get("hotline", "12345"),
        emergency=tuple(
            contacts.get(name, number) for name, number in (("police", "110"), ("fire", "119"), ("ambulance", "120"))
        ),
        url=code.url,
        issued_on=code.claims.issued_on,
    )


def _unified(brand: Mapping[str, str]) -> PosterWords:
    return PosterWords(_words(brand, "motto", UNIFIED.headline), _words(brand, "slogan", UNIFIED.line), UNIFIED.colour)


def _words(brand: Mapping[str, str], key: str, default: Words) -> Words:
    """The county's own words, or the default in both languages, never one of each."""
    return _marked(Words(brand[key], brand.get(f"{key}_en", ""))) if brand.get(key) else default


def _marked(words: Words) -> Words:
    return Words(chinese_marks(words), words.en)


def _typed_address(code: Code) -> str:
    """Host and path in small letters, which are easier to read than the capitals that make the code small."""
    parts = urlsplit(code.url)
    path = parts.path.removesuffix(code.token)
    scheme = "" if parts.scheme == "https" else f"{parts.scheme}://"
    return (scheme + parts.netloc + path).lower()
