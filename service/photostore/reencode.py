"""A photo as a citizen sends it -> a JPEG that is safe to keep and to show.

The rule it keeps: nothing of the file that came in is stored; the picture is decoded, turned upright, made at most 2048
pixels long and written anew, without EXIF, place, colour profile or comments. What is no picture, too large or a bomb
is refused with a reason word, from its header alone where that is enough (Pillow handbook, "Decompression bombs").
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import pi_heif
from PIL import Image, ImageOps

LONGEST_SIDE = 2048
"""Pixels. A page of handwriting photographed whole is still legible at this size."""
MOST_PIXELS = 50_000_000
"""Largest picture that is decoded at all; phones of 2026 take 50 megapixels at most by default."""
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "GIF", "BMP")
"""JPEG takes MPO as well, which many phones write under that name: a photo with a second one, for depth, behind it."""

REASONS = ("empty", "too_large", "not_an_image", "too_many_pixels", "unreadable")

# Every plugin is loaded here, at start, rather than while the first citizen waits.
Image.init()
pi_heif.register_heif_opener(thumbnails=False)


class PhotoRefused(Exception):
    """The file cannot be taken.

    Args:
        reason: one of ``REASONS``, or ``too_many`` and ``no_case`` from the hub.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture written anew: JPEG bytes, width and height in pixels."""

    data: bytes
    width: int
    height: int


def reencode(data: bytes, *, most_bytes: int) -> Picture:
    """Decode one photo and write it anew.

    Args:
        data: the file as it was sent.
        most_bytes: the largest file that is looked at.

    Raises:
        PhotoRefused: with the reason word.
    """
    if not data:
        raise PhotoRefused("empty")
    if len(data) > most_bytes:
        raise PhotoRefused("too_large")
    return _write(_open(data))


def _open(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise PhotoRefused("too_many_pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise PhotoRefused("not_an_image") from None
    # The header alone says the size: a bomb is refused before a single pixel is unpacked.
    if image.width * image.height > MOST_PIXELS:
        raise PhotoRefused("too_many_pixels")
    return image


def _write(image: Image.Image) -> Picture:
    try:
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            # See-through parts become white, as on paper; otherwise text on them turns black on black.
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright.convert("RGBA"))
        picture = upright.convert("RGB")
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=QUALITY, exif=b"", icc_profile=None, comment=b"")
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, Image.DecompressionBombError):
        raise PhotoRefused("unreadable") from None
    return Picture(out.getvalue(), picture.width, picture.height)
