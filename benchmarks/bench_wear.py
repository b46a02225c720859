"""Worn posters: our code against a naive one, printed at the same size, read by two decoders.

Run: ``python -m benchmarks.bench_wear``. The naive code is what one writes first: the same facts as JSON through itsdangerous
``URLSafeSerializer``, short keys or readable ones, in an address in small letters, at level M. Every picture has tilt, blur, dirt,
a sticker and JPEG as a telephone would see them, drawn from one seed; each design gets the very same wear. Both codes are printed
with the same side, white rim and all, and photographed at the same distance, so that a code with more modules has smaller ones.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import random
from collections.abc import Callable

import cv2
import numpy
import zxingcpp
from itsdangerous import URLSafeSerializer
from PIL import Image, ImageDraw, ImageFilter

from gonzhi_code.codes import CodeSigner
from gonzhi_code.keys import Key, KeyRing
from gonzhi_code.qr import QUIET_ZONE
from gonzhi_code.qr_matrix import flat_modules
from gonzhi_code.spots import Spot

SIDE = 480  # pixels of the printed square before it is photographed
BASE = "https://gz.example.gov.cn/s/"
DAY = dt.date(2026, 11, 24)
NAIVE = URLSafeSerializer("a secret of more than thirty-two bytes, as it should be", salt="code")
HMAC = CodeSigner(KeyRing({"a": bytes(range(32))}, issuing="a"), BASE)
PUBLIC = CodeSigner(KeyRing({"c": Key.ed25519(bytes(range(32)))}, issuing="c"), BASE)


def ours(signer: CodeSigner) -> Callable[[int], str]:
    """Our code of a spot."""
    return lambda number: signer.issue(Spot(number, "文化礼堂", "331081101204"), scene_key="wage", serial=1, issued_on=DAY).url


def naive_short(number: int) -> str:
    """The same facts under keys of one letter."""
    return BASE + NAIVE.dumps({"s": "wage", "p": "331081101204", "n": number, "r": 1, "i": 0, "d": "2026-11-24", "v": 0, "k": "a"})


def naive_readable(number: int) -> str:
    """The same facts under keys that say what they are."""
    facts = {"scene": "wage", "place": "331081101204", "spot": number, "serial": 1, "issuer": 0, "issued_on": "2026-11-24", "validity": 0, "key": "a"}
    return BASE + NAIVE.dumps(facts)


DESIGNS: tuple[tuple[str, Callable[[int], str], str], ...] = (
    ("this code, Q (as printed)", ours(HMAC), "Q"),
    ("this code, M", ours(HMAC), "M"),
    ("this code, H", ours(HMAC), "H"),
    ("this code, Ed25519, M", ours(PUBLIC), "M"),
    ("itsdangerous JSON, short keys, M", naive_short, "M"),
    ("itsdangerous JSON, readable keys, M", naive_readable, "M"),
)


def printed(text: str, ecc: str) -> Image.Image:
    """The code on white paper, ``SIDE`` pixels wide with its rim, in the middle of a grey wall."""
    flat, modules = flat_modules(text, ecc)
    small = Image.frombytes("L", (modules, modules), bytes(0 if dark else 255 for dark in flat))
    square = Image.new("L", (modules + 2 * QUIET_ZONE,) * 2, 255)
    square.paste(small, (QUIET_ZONE, QUIET_ZONE))
    wall = Image.new("L", (SIDE + 160, SIDE + 160), 150)
    wall.paste(square.resize((SIDE, SIDE), Image.Resampling.NEAREST), (80, 80))
    return wall


def worn(picture: Image.Image, chance: random.Random) -> Image.Image:
    """The picture after a year on a wall, as a telephone takes it."""
    picture = picture.copy()
    pen = ImageDraw.Draw(picture)
    for _ in range(chance.randrange(0, 45)):  # dirt
        x, y, size = chance.uniform(80, 80 + SIDE), chance.uniform(80, 80 + SIDE), chance.uniform(1, 9)
        pen.ellipse((x - size, y - size, x + size, y + size), fill=chance.choice((30, 70, 180, 235)))
    if chance.random() < 0.6:  # a sticker, or what was left of one
        wide, high = chance.uniform(20, 130), chance.uniform(15, 90)
        x, y = chance.uniform(80, 80 + SIDE - wide), chance.uniform(80, 80 + SIDE - high)
        pen.rectangle((x, y, x + wide, y + high), fill=chance.choice((40, 120, 225)))
    for _ in range(chance.randrange(0, 4)):  # scratches
        line = [chance.uniform(80, 80 + SIDE) for _ in range(4)]
        pen.line(line, fill=chance.choice((60, 200)), width=chance.randrange(2, 7))
    edge = picture.width
    lean = chance.uniform(0, 0.22)  # tilt: one side is further away
    corners = numpy.float32([[0, 0], [edge, 0], [edge, edge], [0, edge]])
    away = numpy.float32([[lean * edge * 0.4, lean * edge], [edge, 0], [edge, edge], [lean * edge * 0.4, edge - lean * edge]])
    turned = cv2.getRotationMatrix2D((edge / 2, edge / 2), chance.uniform(-35, 35), 0.72)
    array = cv2.warpPerspective(numpy.asarray(picture), cv2.getPerspectiveTransform(corners, away), (edge, edge), borderValue=150)
    array = cv2.warpAffine(array, turned, (edge, edge), borderValue=150)
    far = chance.uniform(0.28, 0.9)  # distance
    small = Image.fromarray(array).resize((round(edge * far),) * 2, Image.Resampling.BOX)
    small = small.filter(ImageFilter.GaussianBlur(chance.uniform(0, 1.5)))
    light = numpy.asarray(small, dtype=numpy.float32)
    across = numpy.linspace(chance.uniform(0.45, 1), 1, light.shape[1], dtype=numpy.float32)  # a shadow
    noise = numpy.random.default_rng(chance.randrange(2**32)).normal(0, chance.uniform(0, 12), light.shape)
    taken = Image.fromarray(numpy.clip(light * across + noise, 0, 255).astype(numpy.uint8))
    out = io.BytesIO()
    taken.save(out, "JPEG", quality=chance.randrange(25, 90))
    return Image.open(io.BytesIO(out.getvalue())).convert("L")


def by_zxing(picture: Image.Image) -> set[str]:
    """Texts that zxing-cpp finds."""
    return {one.text for one in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))}


def by_opencv(picture: Image.Image) -> set[str]:
    """Texts that OpenCV finds."""
    return set(cv2.QRCodeDetectorAruco().detectAndDecodeMulti(numpy.asarray(picture))[1])


def main() -> None:
    """Print the share of pictures read, by design and decoder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--show", metavar="PNG", help="also write a few of the pictures")
    options = parser.parse_args()
    shown: list[Image.Image] = []
    print(f"{'design':<38} version   zxing-cpp   OpenCV   {options.pictures} pictures each, the same wear for all")
    for name, text_of, ecc in DESIGNS:
        read = [0, 0]
        for number in range(1, options.pictures + 1):
            text = text_of(number)
            picture = worn(printed(text, ecc), random.Random(number))
            read[0] += text in by_zxing(picture)
            read[1] += text in by_opencv(picture)
            if number in (3, 8, 12) and (ecc, text_of) in ((DESIGNS[0][2], DESIGNS[0][1]), (DESIGNS[5][2], DESIGNS[5][1])):
                shown.append(picture.resize((240, 240)))
        version = (flat_modules(text_of(1), ecc)[1] - 17) // 4
        print(f"{name:<38} {version:>4}      {read[0] / options.pictures:7.0%} {read[1] / options.pictures:9.0%}", flush=True)
    if options.show and shown:
        sheet = Image.new("L", (240 * 3 + 20, 240 * 2 + 10), 255)
        for place, picture in enumerate(shown[:6]):
            sheet.paste(picture, (place % 3 * 250, place // 3 * 250))
        sheet.save(options.show, optimize=True)


if __name__ == "__main__":
    main()
