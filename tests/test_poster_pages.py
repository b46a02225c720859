"""What stands on a poster and where: nothing crowded, nothing lost, nothing printed that cannot be read."""

from __future__ import annotations

import dataclasses
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from PIL import ImageChops

import gonzhi_code.posters as posters
from gonzhi_code.codes import CodeSigner
from gonzhi_code.errors import BadArea, CannotDraw
from gonzhi_code.keys import Key, KeyRing
from gonzhi_code.posters import LAYOUTS, Style, poster_page, poster_pdf, posters_pdf, press_for, render_page
from gonzhi_code.posters.formats import find_formats
from gonzhi_code.posters.inks import MIXTURES, cmyk
from gonzhi_code.posters.lines import break_lines, chinese_marks, fit
from gonzhi_code.posters.sheet import describe
from gonzhi_code.posters.typeface import PLAIN, STRONG
from gonzhi_code.qr import read_image
from gonzhi_code.scenes import get_scene
from gonzhi_code.spots import Spot
from tests.parts.posters import (
    GATE,
    HALL,
    LOGO,
    SCENES,
    SIGNER,
    SPOTS,
    WENLING,
    assert_tidy,
    code_for,
    font_with_rare_character,
    marks_of,
    streams,
    text_of,
)


@pytest.mark.parametrize("scene_key", SCENES)
def test_no_line_of_any_scene_leaves_the_margins_or_touches_another(scene_key: str) -> None:
    for county in (WENLING, None):
        assert_tidy(poster_page(code_for(HALL, scene_key), HALL, county=county))


@pytest.mark.parametrize("spot", SPOTS.values(), ids=SPOTS)
def test_no_line_of_any_place_leaves_the_margins_or_touches_another(spot: Spot) -> None:
    assert_tidy(poster_page(code_for(spot, serial=4095), spot, county=WENLING))


@given(st.text(alphabet=st.sampled_from(sorted(one for one in STRONG.characters if one.isprintable() and one != " ")), min_size=1, max_size=24))
@settings(max_examples=30, deadline=None)
def test_whatever_a_place_is_called_its_name_fits(name: str) -> None:
    spot = dataclasses.replace(HALL, name=name)
    page = poster_page(code_for(spot), spot, county=WENLING)
    assert_tidy(page)
    assert name in "".join(mark.text for mark in marks_of(page))


def test_a_name_that_would_be_too_small_to_read_is_refused() -> None:
    spot = dataclasses.replace(HALL, name="一二三四五六七八九十" * 5)
    with pytest.raises(CannotDraw, match="too long"):
        poster_pdf(code_for(spot), spot, county=WENLING)


def test_both_weights_hold_every_name_of_the_shipped_county() -> None:
    for face in (PLAIN, STRONG):
        face.check("".join(place.name + "".join(getattr(place, "aliases", ())) for place in WENLING.villages.values()))
        face.check("".join(place.name for place in WENLING.townships.values()) + "".join(WENLING.brand.values()))


def test_a_place_outside_the_county_is_refused() -> None:
    spot = dataclasses.replace(HALL, village_id="330106001001")
    with pytest.raises(BadArea):
        poster_pdf(code_for(spot), spot, county=WENLING)


def test_no_posters_and_unknown_formats_are_refused() -> None:
    with pytest.raises(CannotDraw, match="no posters"):
        posters_pdf([])
    with pytest.raises(CannotDraw, match="there are a3, a4, card, plain, plate, sticker"):
        poster_pdf(code_for(HALL), HALL, layout="billboard")


def test_a_new_file_in_the_package_is_a_new_print_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "badge.py").write_text(
        "from gonzhi_code.posters.drawn_code import put_code\n"
        "from gonzhi_code.posters.formats import Format\n"
        "FORMAT = Format('badge', 60, 60, lambda page, sheet: put_code(page, 10, 5, 50, sheet.url))\n"
    )
    monkeypatch.setattr(posters, "__path__", [*posters.__path__, str(tmp_path)])
    found = find_formats()
    monkeypatch.delitem(sys.modules, "gonzhi_code.posters.badge")
    assert set(found) == {*LAYOUTS, "badge"}
    monkeypatch.setattr(posters, "LAYOUTS", found)
    code = code_for(HALL)
    picture = render_page(poster_pdf(code, HALL, layout="badge"), 150)
    assert SIGNER.verify(read_image(picture)) == code.claims
    assert picture.width == pytest.approx(60 / 25.4 * 150, abs=2)


def test_without_a_county_the_poster_names_no_county() -> None:
    sheet = describe(code_for(HALL), HALL)
    assert sheet.place == "文化礼堂" and "温岭" not in sheet.common.brand + sheet.common.issuer + sheet.common.seal
    assert (sheet.common.hotline, sheet.common.emergency) == ("12345", ("110", "119", "120"))


@pytest.mark.parametrize("scene_key", SCENES)
def test_white_words_can_be_read_on_the_band_of_every_scene(scene_key: str) -> None:
    colour = describe(code_for(HALL, scene_key), HALL).common.colour
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    assert 1.05 / (luminance + 0.05) >= 5.9


def test_lines_break_where_chinese_and_latin_lines_may() -> None:
    text = "（打开）微信、支付宝，对准code，等待。"
    for width in range(12, 60):
        lines = break_lines(text, PLAIN, 4, width)
        assert "".join(lines) == text
        assert not any(line[0] in "，。、）" or line[-1] == "（" for line in lines)
        assert sum("code" in line for line in lines) == 1


def test_a_block_is_as_large_as_fits_and_its_lines_are_about_equally_long() -> None:
    size, lines = fit("打开微信支付宝或手机相机对准这个码", STRONG, 40, largest=6, smallest=3, lines=3)
    widths = [STRONG.width(line, size) for line in lines]
    assert size == pytest.approx(6) and len(lines) == 3
    assert max(widths) - min(widths) <= size + 0.01 and max(widths) <= 40


@pytest.mark.parametrize(("typed", "printed"), [
    ("一个码，全市应", "一个码，全市应"), ("老板欠工资，扫码说，有人管！", "老板欠工资，扫码说，有人管！"),
    ("中心（指挥中心）监制", "中心（指挥中心）监制"), ("gz.example.gov.cn:8000, ok?", "gz.example.gov.cn:8000, ok?"),
])  # fmt: skip
def test_punctuation_in_chinese_is_printed_full_width(typed: str, printed: str) -> None:
    assert chinese_marks(typed) == printed


def test_only_scenes_that_take_nameless_reports_promise_that_no_name_is_needed() -> None:
    promised = {key for key in SCENES if any(word in step.text for step in describe(code_for(HALL, key), HALL).common.steps for word in ("匿名", "姓名"))}
    assert promised == {"wage", "medins", "campus", "general"}
    for key in SCENES[1:]:
        scene = get_scene(key)
        sample = {name: value for name, value in scene.sample.items() if name not in ("reporter_name", "reporter_phone", "wants_feedback")}
        if key == "shelter":
            with pytest.raises(ValidationError, match="reporter_name"):
                scene.load(sample)
        elif key in ("campus", "general"):
            scene.load(sample)


# Millimetres of white that a format keeps at its edges; the seal line at the foot of a page may come a little nearer.
MARGINS = {"a4": 15.9, "a3": 22.4, "sticker": 2.4, "plate": 10, "card": 2.7, "plain": 0}


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_format_is_tidy_and_reads_for_every_scene_place_and_style(layout: str) -> None:
    for press in (press_for(layout, WENLING), press_for(layout, WENLING, Style(large=True))):
        for scene_key in SCENES:
            for spot in SPOTS.values():
                code = code_for(spot, scene_key, serial=4095)
                assert_tidy(press.page(code, spot), MARGINS[layout])
        pdf = press.pdf([(code, spot)])
        assert SIGNER.verify(read_image(render_page(pdf, 100 if layout in ("a4", "plate") else 72 if layout == "a3" else 200))) == code.claims


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_a_code_with_a_public_signature_fits_every_format(layout: str) -> None:
    signer = CodeSigner(KeyRing({"c": Key.ed25519(bytes(range(32)))}, issuing="c"), "https://gz.example.gov.cn/s/")
    code = code_for(GATE, signer=signer)
    assert_tidy(poster_page(code, GATE, layout, WENLING), MARGINS[layout])
    assert signer.verify(read_image(render_page(poster_pdf(code, GATE, layout, WENLING), 200 if layout in ("sticker", "card", "plain") else 100))) == code.claims


@pytest.mark.parametrize("layout", sorted(set(LAYOUTS) - {"plain"}))
def test_every_format_says_scene_place_number_telephone_and_the_last_five_characters(layout: str) -> None:
    code = code_for(GATE, "campus")
    said = text_of(poster_pdf(code, GATE, layout, WENLING))
    scene = get_scene("campus").poster
    wanted = [scene.headline, scene.headline.en, "大溪镇", "北校门", "31-1", "12345", code.token[-5:], WENLING.brand["issuer"]]
    assert [words for words in wanted if words not in said] == []


@pytest.mark.parametrize("spot", SPOTS.values(), ids=SPOTS)
@pytest.mark.parametrize("style", [Style(large=True), Style(bleed=True), Style(ecc="H", logo=LOGO), Style(logo=LOGO, large=True)], ids=str)
def test_every_style_is_tidy_and_reads(spot: Spot, style: Style) -> None:
    code = code_for(spot, "shelter")
    assert_tidy(poster_page(code, spot, county=WENLING, style=style))
    picture = render_page(poster_pdf(code, spot, county=WENLING, style=style), 100)
    assert SIGNER.verify(read_image(picture)) == code.claims


def test_a_logo_hides_at_most_eight_per_cent_and_needs_a_level_that_can_bear_it() -> None:
    page = poster_page(code_for(HALL), HALL, style=Style(logo=LOGO))
    (mark, _), = page.codes
    assert 0.04 < mark.hole[1] ** 2 / mark.side**2 <= 0.08
    for ecc in ("L", "M"):
        with pytest.raises(CannotDraw, match="needs level Q or H"):
            poster_page(code_for(HALL), HALL, style=Style(ecc=ecc, logo=LOGO))


def test_bleed_and_crop_marks_stand_outside_the_cut_page() -> None:
    plain, slug = (render_page(poster_pdf(code_for(HALL), HALL, county=WENLING, style=Style(bleed=bleed)), 100) for bleed in (False, True))
    around = round(8 / 25.4 * 100)
    assert slug.width == pytest.approx(plain.width + 2 * around, abs=2)
    cut = slug.crop((around, around, around + plain.width, around + plain.height))
    differ = ImageChops.difference(cut.convert("L"), plain.convert("L")).point(lambda value: 255 if value > 128 else 0)
    assert differ.histogram()[255] < 0.02 * differ.width * differ.height
    colour = slug.getpixel((around + 100, around + 20))
    assert slug.getpixel((around - 10, around + 20)) == colour != (255, 255, 255)  # over the edge
    assert slug.getpixel((around - 20, around + 20)) == (255, 255, 255)
    assert slug.convert("L").crop((0, around - 3, 18, around + 3)).getextrema()[0] < 160  # a crop mark


def test_a_rare_character_comes_from_a_bigger_font_that_is_named(tmp_path: Path) -> None:
    spot = dataclasses.replace(HALL, name="𠮷家礼堂")
    style = Style(font_path=font_with_rare_character(tmp_path / "rare.ttf"))
    assert "𠮷家礼堂" in text_of(poster_pdf(code_for(spot), spot, county=WENLING, style=style))
    with pytest.raises(CannotDraw, match="font file"):
        poster_pdf(code_for(spot), spot, style=Style(font_path=tmp_path / "none.ttf"))


def test_colours_are_mixed_of_printing_inks_and_never_too_wet() -> None:
    for colour in [*MIXTURES, "#ff0000", "#112233", "#ffffff"]:
        assert all(0 <= ink <= 1 for ink in cmyk(colour)) and sum(cmyk(colour)) <= 2.8
    painted = b"\n".join(streams(poster_pdf(code_for(HALL), HALL, county=WENLING)))
    assert re.search(rb"\d k\b", painted) and not re.search(rb"\brg\b", painted)
