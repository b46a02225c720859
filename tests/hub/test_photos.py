"""Photos of a case: whoever holds the receipt may add some; a bad one costs nothing else."""

import io

import pytest
from PIL import Image

from service.hub.intake import submit
from service.hub.photos import PhotoRefused, attach_photo
from service.hub.receipts import read_receipt
from service.store import cases
from service.store import photos as photo_rows

from .conftest import sample


@pytest.fixture
def receipt(hub, code):
    return submit(
        hub,
        token_text=code.token,
        scene_key="general",
        form=sample("general"),
        submission_id="sub-00000001",
        address="115.231.8.9",
        language="zh",
    )


def photo(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return io.BytesIO(out.getvalue())


def rows_of(hub, receipt):
    with hub.store.read() as tx:
        return photo_rows.photos_of(tx, cases.get_case(tx, receipt.case_no)["id"])


def test_a_photo_is_kept_outside_the_database_and_noted_in_it(hub, receipt):
    kept = attach_photo(hub, receipt.receipt_token, "张三的身份证.png", photo())
    (row,) = rows_of(hub, receipt)
    assert (row["width_px"], row["height_px"], row["media_type"]) == (64, 48, "image/jpeg")
    assert "张三" not in repr(row)
    assert Image.open(io.BytesIO(hub.photos.get(kept.name))).format == "JPEG"
    assert read_receipt(hub, receipt.receipt_token).photo_count == 1


def test_the_same_photo_twice_is_one(hub, receipt):
    assert attach_photo(hub, receipt.receipt_token, "a.png", photo()).created
    assert not attach_photo(hub, receipt.receipt_token, "b.png", photo()).created
    assert len(rows_of(hub, receipt)) == 1


def test_the_same_photo_may_belong_to_two_cases(hub, receipt):
    other = submit(
        hub, token_text=None, scene_key="general", form=sample("general"), submission_id="sub-2222", address="10.0.0.1", language="zh"
    )
    attach_photo(hub, receipt.receipt_token, "a.png", photo())
    attach_photo(hub, other.receipt_token, "a.png", photo())
    assert len(rows_of(hub, receipt)) == len(rows_of(hub, other)) == 1


def test_what_is_no_photo_is_refused_and_the_case_stays(hub, receipt):
    with pytest.raises(PhotoRefused) as caught:
        attach_photo(hub, receipt.receipt_token, "virus.jpg", io.BytesIO(b"MZ" + b"\0" * 100))
    assert caught.value.reason == "not_an_image" and rows_of(hub, receipt) == []


def test_without_a_receipt_nothing_is_taken(hub, receipt):
    for token in ("", receipt.case_no, receipt.receipt_token + "x"):
        with pytest.raises(PhotoRefused) as caught:
            attach_photo(hub, token, "a.png", photo())
        assert caught.value.reason == "no_case"


def test_a_case_takes_so_many_photos_and_no_more(hub, receipt):
    for i in range(hub.settings.max_photos):
        attach_photo(hub, receipt.receipt_token, "a.png", photo((i * 20, 0, 0)))
    with pytest.raises(PhotoRefused) as caught:
        attach_photo(hub, receipt.receipt_token, "a.png", photo("blue"))
    assert caught.value.reason == "too_many" and len(rows_of(hub, receipt)) == hub.settings.max_photos


def test_a_photo_too_large_is_refused_without_reading_it_all(hub, receipt):
    class Endless(io.RawIOBase):
        read_so_far = 0

        def read(self, size=-1):
            assert 0 < size <= hub.settings.max_photo_bytes + 1
            self.read_so_far += size
            return b"\xff" * size

    with pytest.raises(PhotoRefused) as caught:
        attach_photo(hub, receipt.receipt_token, "a.jpg", Endless())
    assert caught.value.reason == "too_large"


def test_a_photo_may_belong_to_a_question_of_the_form_and_to_no_other(hub, receipt):
    attach_photo(hub, receipt.receipt_token, "a.png", photo("red"), "description")
    attach_photo(hub, receipt.receipt_token, "b.png", photo("blue"), "no_such_question")
    assert [row["field"] for row in rows_of(hub, receipt)] == ["description", ""]
