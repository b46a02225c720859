"""What a poster says, whatever its format: the words of the scene, of the place and of the county, and the code itself.

The words common to all posters stand here and nowhere else. The unified code (市域共治码) belongs to no scene, so its words are
here too. A county's brand and telephone numbers replace the defaults, which name no county. Whatever all posters of one scene
share is a :class:`Common`, so that it is worked out and drawn once; what differs from poster to poster is a :class:`Sheet`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
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
    icon=pictures.CHOOSER,
    # One of the matters behind it wants a name, so none is promised.
    fill_in=Words("选一项，说什么事、在哪里", "Choose a matter; say what and where"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the instructions with its picture (see pictures.py)."""

    title: Words
    text: Words
    picture: str


SCAN = Step(Words("扫一扫", "Scan"), Words("用微信、支付宝或相机", "WeChat, Alipay or your camera"), pictures.SCAN)
# What is asked differs, and a promise of anonymity must be true, so a scene may have its own words (PosterWords.fill_in).
FILL_IN = Step(Words("填一填", "Fill in"), Words("什么事、在哪里，可匿名", "What and where; no name needed"), pictures.FILL_IN)
ANSWER = Step(Words("等回音", "Get an answer"), Words("凭查询码看，或收短信", "By query code or text message"), pictures.ANSWER)
STEPS = (SCAN, FILL_IN, ANSWER)

PLACE_LABEL = Words("此码应张贴在：", "This code belongs at")
PLACE_NOTE = Words("若不在此处，请告诉我们：{hotline}", "Seen anywhere else? Please tell us: {hotline}")
NUMBER_LABEL = Words("编号", "Poster no.")
TYPED_LABEL = Words("扫不了？在浏览器里连着输入：", "Cannot scan? Type this, without spaces:")
HOTLINE_NOTE = Words("不用手机也能办，打电话：", "No smartphone? Call, and we fill it in for you")
DANGER_NOTE = Words("有生命危险先打：", "Emergency")
TAIL_LABEL = Words("网页应显示：", "The page shows the same")
ISSUED = Words("{year}年{month}月制发", "Issued {year}-{month:02d}")


@dataclass(frozen=True, slots=True)
class Style:
    """How a poster is made, beside its format.

    Args:
        large: larger type and Chinese alone, for places where many older people pass.
        bleed: colour runs three millimetres over the edge, with crop marks outside, as a printing house wants it.
        ecc: error correction level of the code.
        logo: SVG path data on a grid of 48 units for the middle of the code, ``""`` for none; at levels Q and H only.
        font_path: a bigger font for characters that the shipped one lacks, None for none.
    """

    large: bool = False
    bleed: bool = False
    ecc: str = "Q"
    logo: str = ""
    font_path: Path | None = None


@dataclass(frozen=True, slots=True)
class Common:
    """What all posters of one scene say.

    Args:
        brand, issuer, seal: name of the code, the body that issues it, and its line at the foot.
        headline, line, colour, icon: of the scene.
        steps: the three steps of the instructions.
        address: what to type before the groups, without ``https://``.
        hotline, emergency: telephone numbers.
        style: how it is made.
    """

    brand: Words
    issuer: Words
    seal: Words
    headline: Words
    line: Words
    colour: str
    icon: str
    steps: tuple[Step, ...]
    address: str
    hotline: str
    emergency: tuple[str, ...]
    style: Style


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one poster says.

    Args:
        common: shared with the other posters of its scene.
        area, spot, detail: township and village, name of the spot, and more exact words; ``""`` where unknown.
        number: of spot and printing; groups: the 45 characters in fives; tail: the last five.
        url: what the code holds.
    """

    common: Common
    area: str
    spot: str
    detail: str
    number: str
    groups: tuple[str, ...]
    tail: str
    url: str
    issued_on: dt.date

    @property
    def place(self) -> str:
        """Where the poster belongs, in one line."""
        return " ".join(part for part in (self.area, self.spot) if part)


def common_words(scene_key: str, address: str, county: County | None = None, style: Style = Style()) -> Common:  # noqa: B008 - frozen
    """The words that all posters of a scene share.

    Raises:
        UnknownScene: the scene is not installed.
    """
    brand: Mapping[str, str] = county.brand if county else {}
    contacts: Mapping[str, str] = county.contacts if county else {}
    poster = _unified(brand) if scene_key == UNIFIED_KEY else get_scene(scene_key).poster
    issuer = _words(brand, "issuer", Words("市社会治理中心", "Social Governance Centre"))
    fill_in = Step(FILL_IN.title, _marked(poster.fill_in), FILL_IN.picture) if poster.fill_in else FILL_IN
    return Common(
        brand=_words(brand, "name", Words("市域共治码", "Co-Governance Code")),
        issuer=issuer,
        seal=_words(brand, "seal", Words(f"{issuer}监制", f"Issued by the {issuer.en}")),
        headline=_marked(poster.headline),
        line=_marked(poster.line),
        colour=poster.colour,
        icon=poster.icon or pictures.SCENE,
        steps=(SCAN, fill_in, ANSWER),
        address=address,
        hotline=contacts.get("hotline", "12345"),
        emergency=tuple(
            contacts.get(name, number) for name, number in (("police", "110"), ("fire", "119"), ("ambulance", "120"))
        ),
        style=style,
    )


def describe(code: Code, spot: Spot, county: County | None = None, common: Common | None = None) -> Sheet:
    """The words for the poster of ``code`` at ``spot``; ``common`` is worked out where it is left out.

    Raises:
        UnknownScene: the code's scene is not installed.
        BadArea: the spot's village is not in ``county``.
    """
    details = [part for part in (spot.subject_name, spot.address) if part and part not in spot.name]
    return Sheet(
        common=common or common_words(code.claims.scene_key, typed_address(code), county),
        area=county.place_name(spot.village_id) if county else "",
        spot=spot.name,
        detail=" ".join(details),
        number=code.poster_no,
        groups=tuple(code.token_groups.split()),
        tail=code.tail,
        url=code.url,
        issued_on=code.claims.issued_on,
    )


def _unified(brand: Mapping[str, str]) -> PosterWords:
    motto, slogan = _words(brand, "motto", UNIFIED.headline), _words(brand, "slogan", UNIFIED.line)
    return PosterWords(motto, slogan, UNIFIED.colour, icon=UNIFIED.icon, fill_in=UNIFIED.fill_in)


def _words(brand: Mapping[str, str], key: str, default: Words) -> Words:
    """The county's own words, or the default in both languages, never one of each."""
    return _marked(Words(brand[key], brand.get(f"{key}_en", ""))) if brand.get(key) else default


def _marked(words: Words) -> Words:
    return Words(chinese_marks(words), words.en)


def typed_address(code: Code) -> str:
    """Host and path in small letters, which are easier to read than the capitals that make the code small."""
    parts = urlsplit(code.url)
    path = parts.path.removesuffix(code.token)
    scheme = "" if parts.scheme == "https" else f"{parts.scheme}://"
    return (scheme + parts.netloc + path).lower()
