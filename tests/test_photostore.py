"""Photos: written anew, kept by their hash, refused with a reason."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from service.photostore.folder import FolderPhotoStore
from service.photostore.reencode import PhotoRefused, reencode

MB = 1024 * 1024
HEIC = (Path(__file__).parent / "files/photo.heic").read_bytes()
"""A 29 x 100 picture from the test images of pi-heif."""


def photo(kind="JPEG", size=(640, 480), mode="RGB", **save):
    image = Image.new(mode, size, "red")
    image.paste("blue", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, kind, **save)
    return out.getvalue()


def opened(picture):
    return Image.open(io.BytesIO(picture.data))


def refusal(data, most_bytes=20 * MB):
    with pytest.raises(PhotoRefused) as caught:
        reencode(data, most_bytes=most_bytes)
    return caught.value.reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "MPO"])
def test_every_kind_of_picture_becomes_a_jpeg(kind):
    picture = reencode(photo(kind), most_bytes=MB)
    assert (opened(picture).format, picture.width, picture.height) == ("JPEG", 640, 480)


def test_a_phone_photo_with_a_second_picture_behind_it_is_taken():
    second = Image.new("RGB", (64, 48), "green")
    data = photo("MPO", save_all=True, append_images=[second])
    assert Image.open(io.BytesIO(data)).format == "MPO"
    assert reencode(data, most_bytes=MB).width == 640


def test_place_camera_and_time_are_gone():
    exif = Image.Exif()
    exif[0x010F] = "a phone maker"
    exif.get_ifd(0x8825)[2] = (28.0, 22.0, 12.0)
    data = photo(exif=exif, comment=b"secret note", icc_profile=b"x" * 200)
    assert b"a phone maker" in data
    written = reencode(data, most_bytes=MB)
    assert not opened(written).getexif() and not {"icc_profile", "comment", "exif"} & opened(written).info.keys()
    assert b"a phone maker" not in written.data and b"secret note" not in written.data


def test_a_photo_held_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = reencode(photo(exif=exif), most_bytes=MB)
    assert (picture.width, picture.height) == (480, 640)
    red, _, blue = opened(picture).getpixel((240, 20))
    assert blue > red, "the left half must have become the upper half"


def test_a_large_photo_becomes_2048_pixels_long():
    picture = reencode(photo(size=(5000, 2500)), most_bytes=20 * MB)
    assert (picture.width, picture.height) == (2048, 1024)


def test_see_through_parts_become_white():
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(reencode(out.getvalue(), most_bytes=MB)).getpixel((10, 10)) == (255, 255, 255)


def bomb(width, height):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [8_000, 10_000, 60_000])
def test_a_bomb_is_refused_from_its_header(side):
    assert refusal(bomb(side, side)) == "too_many_pixels"


@pytest.mark.parametrize(
    "data",
    [b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"%PDF-1.7\n", b"PK\x03\x04"],
)
def test_what_is_no_photo_is_refused(data):
    assert refusal(data) == "not_an_image"


def test_a_cut_off_photo_is_refused_as_unreadable():
    data = photo(size=(1600, 1200))
    assert refusal(data[: len(data) // 2]) == "unreadable"


def test_nothing_and_too_much_are_refused():
    assert refusal(b"") == "empty"
    assert refusal(photo(), most_bytes=100) == "too_large"


def test_a_heic_from_a_phone_becomes_a_jpeg():
    picture = reencode(HEIC, most_bytes=MB)
    assert (opened(picture).format, picture.width, picture.height) == ("JPEG", 29, 100)


def test_a_cut_off_heic_is_refused():
    assert refusal(HEIC[:2000]) in ("not_an_image", "unreadable")


def test_what_calls_itself_heic_but_is_not_is_refused():
    assert refusal(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64) in ("not_an_image", "unreadable")


def test_the_same_photo_is_kept_once_under_its_hash(tmp_path):
    store = FolderPhotoStore(tmp_path / "photos")
    key = store.put(b"picture")
    assert store.put(b"picture") == key and store.get(key) == b"picture"
    assert [path.name for path in (tmp_path / "photos").rglob("*") if path.is_file()] == [key]


def test_a_deleted_photo_is_gone_and_deleting_again_is_no_fault(tmp_path):
    store = FolderPhotoStore(tmp_path)
    key = store.put(b"picture")
    store.delete(key)
    store.delete(key)
    with pytest.raises(KeyError):
        store.get(key)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_key_never_becomes_a_path(tmp_path, key):
    with pytest.raises(KeyError):
        FolderPhotoStore(tmp_path).get(key)
