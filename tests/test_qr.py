"""QR drawings: bit for bit those of ``qrcode``, and read back by another decoder from everything that is handed out."""

from __future__ import annotations

import io
import random
import re

import pytest
import qrcode
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gonzhi_code import qr, qr_matrix
from gonzhi_code.base32 import ALPHABET
from gonzhi_code.errors import CannotDraw, MalformedCode

URL = "https://GZ.EXAMPLE.GOV.CN/S/2M04T5FRNYA00007008017B002T0G94D0W409YHS0K6J0"


def made_by_qrcode(text: str, ecc: str = "Q") -> qr.Matrix:
    code = qrcode.QRCode(error_correction=qr_matrix.LEVELS[ecc], border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())


def random_url(rng: random.Random, length: int = 45) -> str:
    return "https://GZ.EXAMPLE.GOV.CN/S/" + "".join(rng.choices(ALPHABET, k=length))


def test_fifteen_hundred_random_codes_are_drawn_as_qrcode_draws_them():
    rng = random.Random(20261123)
    for _ in range(1500):
        url = random_url(rng)
        assert qr.matrix(url) == made_by_qrcode(url), url


def test_the_fast_path_is_what_draws_our_codes(monkeypatch: pytest.MonkeyPatch):
    expected = made_by_qrcode(URL)
    monkeypatch.setattr(qr_matrix, "_reference", lambda *_: pytest.fail("qrcode was asked"))
    assert qr.matrix(URL) == expected


@pytest.mark.parametrize("ecc", ["L", "M", "Q", "H"])
def test_every_level_and_small_version_is_drawn_as_qrcode_draws_it(ecc: str):
    rng = random.Random(ecc)
    seen = set()
    for length in (12, 21, 30, 45, 66, 76, 92, 110, 128, 150, 180, 400):
        text = "".join(rng.choices(ALPHABET, k=length))
        drawn = qr.matrix(text, ecc)
        assert drawn == made_by_qrcode(text, ecc), text
        seen.add(qr.version(text, ecc))
        assert len(drawn) == 17 + 4 * qr.version(text, ecc)
    assert len(seen) >= 7 and max(seen) > qr_matrix.FAST_VERSION_MAX


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "A" * 20,
        "A" * 21,
        "https://gz.example.gov.cn/S/" + "Z" * 45,
        "http://127.0.0.1:8000/S/" + "1" * 45,  # a long run of digits, which qrcode writes in numeric mode
        "x" * 90 + "Y" * 40 + "z" * 3,
        "1" * 19 + "A" + "2" * 25,
        "共治码" * 9,
        "é" * 30,
        "A" * 600,
        "x" * 300,
    ],
)
def test_texts_of_every_shape_are_drawn_as_qrcode_draws_them(text: str):
    assert qr.matrix(text) == made_by_qrcode(text)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "Z" * 22, "7" * 11, "/$%", "共", "\x00", "k" * 9]), min_size=1, max_size=12).map("".join),
    st.sampled_from("LMQH"),
)
def test_mixtures_of_segments_are_drawn_as_qrcode_draws_them(text: str, ecc: str):
    assert qr.matrix(text, ecc) == made_by_qrcode(text, ecc)


def test_host_and_token_of_seventy_two_characters_still_fit_version_five():
    rng = random.Random(72)
    token = "".join(rng.choices(ALPHABET, k=45))
    assert qr.version("https://" + "H" * 27 + "/S/" + token) == 5
    assert qr.version("https://" + "H" * 28 + "/S/" + token) == 6


def test_a_text_that_fits_no_code_is_refused():
    with pytest.raises(CannotDraw):
        qr.matrix("x" * 3000)


@pytest.mark.parametrize("text", ["", "\ud800"])
def test_a_text_that_cannot_be_written_is_refused(text: str):
    with pytest.raises(CannotDraw):
        qr.matrix(text)


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="one of L, M, Q and H"):
        qr.matrix(URL, "X")


@pytest.mark.parametrize("module_pixels", [1, 2, 3, 10])
def test_a_png_reads_back_and_is_exactly_the_matrix_with_its_quiet_zone(module_pixels: int):
    data = qr.png(URL, module_pixels=module_pixels)
    assert qr.read_image(data) == URL
    modules, quiet = qr.matrix(URL), qr.QUIET_ZONE
    with Image.open(io.BytesIO(data)) as picture:
        side = len(modules) + 2 * quiet
        assert picture.size == (side * module_pixels, side * module_pixels)
        for y in range(side):
            for x in range(side):
                inside = 0 <= y - quiet < len(modules) and 0 <= x - quiet < len(modules)
                dark = inside and modules[y - quiet][x - quiet]
                assert (picture.getpixel((x * module_pixels, y * module_pixels)) == 0) == dark


def covered(rects: list[qr.Rect]) -> list[tuple[int, int]]:
    return [(x + i, y + j) for x, y, width, height in rects for i in range(width) for j in range(height)]


def test_rectangles_cover_each_dark_module_once_and_nothing_else():
    modules = qr.matrix(URL)
    places = covered(qr.rectangles(modules, text=URL))
    dark = {(x + 4, y + 4) for y, row in enumerate(modules) for x, is_dark in enumerate(row) if is_dark}
    assert len(places) == len(set(places)) == len(dark)
    assert set(places) == dark


def test_joined_rectangles_are_fewer_than_the_runs_of_rows():
    modules = qr.matrix(URL)
    runs = sum(len(re.findall("1+", "".join("01"[dark] for dark in row))) for row in modules)
    assert len(qr.rectangles(modules)) < runs


def test_an_svg_holds_one_dark_path_that_another_painter_and_decoder_reads():
    drawn = qr.svg(URL, size_mm=40, title="市域共治码 <7-1>")
    assert 'width="40mm"' in drawn and "&lt;7-1&gt;" in drawn
    light, dark = re.findall(r'<path (?:fill="#fff" )?d="([^"]+)"', drawn)
    assert light == "M0 0h45v45H0z"
    picture = Image.new("L", (450, 450), 255)
    for subpath in dark.split("M")[1:]:
        x, y, width, height, back = map(int, re.findall(r"-?\d+", subpath))
        assert back == -width
        ImageDraw.Draw(picture).rectangle((x * 10, y * 10, (x + width) * 10 - 1, (y + height) * 10 - 1), fill=0)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [URL]


def test_a_path_of_a_spoilt_matrix_is_not_handed_out():
    modules = tuple(tuple(not dark and x % 2 == 0 for x, dark in enumerate(row)) for row in qr.matrix(URL))
    with pytest.raises(CannotDraw):
        qr.path(modules)
    with pytest.raises(CannotDraw):
        qr.rectangles(modules)


def test_a_path_that_says_something_else_is_not_handed_out():
    with pytest.raises(CannotDraw):
        qr.path(qr.matrix(URL), text=URL[:-1] + "1")


def test_a_png_that_the_decoder_reads_otherwise_is_not_handed_out(monkeypatch: pytest.MonkeyPatch):
    other = qr.matrix(URL[:-1] + "1")
    monkeypatch.setattr(qr, "matrix", lambda *_: other)
    for draw in (qr.png, qr.svg):
        with pytest.raises(CannotDraw):
            draw(URL)


@pytest.mark.parametrize("size", [0, -1, float("nan")])
def test_sizes_that_are_none_are_refused(size: float):
    with pytest.raises(ValueError, match="size_mm"):
        qr.svg(URL, size_mm=size)
    with pytest.raises(ValueError, match="module_pixels"):
        qr.png(URL, module_pixels=int(size) if size == size else 101)


def test_a_code_in_a_tilted_photograph_is_read():
    with Image.open(io.BytesIO(qr.png(URL))) as flat:
        tilted = flat.convert("RGB").rotate(17, expand=True, fillcolor="grey")
    assert qr.read_image(tilted) == URL


def test_a_code_on_a_transparent_ground_is_read():
    with Image.open(io.BytesIO(qr.png(URL))) as flat:
        clear = Image.new("RGBA", flat.size, (0, 0, 0, 0))
        clear.paste((0, 0, 0, 255), mask=flat.convert("L").point(lambda value: 255 - value))
    assert qr.read_image(clear) == URL


def test_two_different_codes_in_one_picture_are_not_guessed_between():
    both = Image.new("L", (900, 450), 255)
    for place, text in enumerate((URL, URL[:-1] + "1")):
        with Image.open(io.BytesIO(qr.png(text))) as one:
            both.paste(one.convert("L"), (450 * place, 0))
    with pytest.raises(MalformedCode, match="2 different"):
        qr.read_image(both)


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n", b"GIF89a\x01", b"%PDF-1.7"])
def test_bytes_that_are_no_picture_are_malformed(data: bytes):
    with pytest.raises(MalformedCode):
        qr.read_image(data)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 946), st.integers(0, 255), st.booleans())
def test_a_damaged_picture_reads_right_or_is_malformed(place: int, value: int, cut: bool):
    data = bytearray(qr.png(URL))
    place %= len(data)
    if cut:
        del data[place:]
    else:
        data[place] = value
    try:
        assert qr.read_image(bytes(data)) == URL
    except MalformedCode as error:
        assert error.detail


def test_pictures_without_any_code_are_malformed():
    for picture in (Image.new("L", (300, 300), 255), Image.new("L", (0, 0))):
        with pytest.raises(MalformedCode, match="no readable QR"):
            qr.read_image(picture)
