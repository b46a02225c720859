"""The receipt, its photos, and following a case."""

import io
import re

import pytest
from PIL import Image

from service.web.track import NOT_FOUND
from tests.web.conftest import text_of


def photo(kind="JPEG", size=(640, 480)):
    data = io.BytesIO()
    Image.new("RGB", size, "#88a0b0").save(data, kind)
    return data.getvalue()


@pytest.fixture
def filed(site, client):
    """A filed case: address of its receipt, its number and query code."""
    location = client.post(site.path("general"), data=site.sample("general", reporter_phone="13800138000")).location
    number, code = re.findall(r'<p class="number">([^<]+)</p>', text_of(client.get(location)))
    return location, number, code


def send(client, location, *files, **headers):
    data = {"photos": [(io.BytesIO(data), name) for name, data in files]}
    return client.post(location + "/photos", data=data, headers=headers, content_type="multipart/form-data")


def test_the_receipt_says_who_has_it_until_when_and_why(site, client, filed):
    location, number, code = filed
    html = text_of(client.get(location))
    assert re.fullmatch(r"[2-9A-Z]{4} [2-9A-Z]{4}", number)
    assert re.fullmatch(r"[2-9A-Z]{3} [2-9A-Z]{3}", code)
    assert "新河镇社会发展服务办公室" in html
    assert re.search(r"11 月 24 日 \d\d:\d\d 前签收", html)
    assert "为什么交给他们：" in html
    assert "截屏" in html
    english = text_of(client.get(location + "?lang=en"))
    assert "They confirm that they have it by 24 Nov," in english


def test_advice_of_the_rules_stands_on_the_receipt(site, client):
    location = client.post(site.path("wage"), data=site.sample("wage", in_arbitration="yes")).location
    assert "12348" in text_of(client.get(location))


def test_a_photo_is_added_without_a_script(client, filed):
    answer = send(client, filed[0], ("a.jpg", photo()), ("b.png", photo("PNG", (300, 300))))
    assert answer.status_code == 303
    assert "传上了 2 张照片" in text_of(client.get(answer.location))
    assert "已有 2 张照片" in text_of(client.get(filed[0]))


def test_a_photo_is_added_by_a_script_and_told_as_json(client, filed):
    answer = send(client, filed[0], ("a.jpg", photo()), Accept="application/json")
    assert answer.get_json() == {"kept": 1, "text": "已传上"}


def test_what_is_no_photo_is_refused_in_words_and_the_others_are_kept(client, filed):
    answer = send(client, filed[0], ("a.jpg", photo()), ("note.txt", b"no picture at all"))
    html = text_of(answer)
    assert answer.status_code == 422
    assert "这不是照片" in html
    assert "传上了 1 张照片" in html
    assert filed[1] in html


def test_no_photo_chosen_is_told(client, filed):
    answer = client.post(filed[0] + "/photos", data={"photos": (io.BytesIO(b""), "")}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "还没有选照片" in text_of(answer)


def test_more_photos_than_agreed_are_refused_in_words(site, client, filed):
    most = site.hub.settings.max_photos
    for nth in range(most):
        assert send(client, filed[0], (f"{nth}.jpg", photo(size=(100 + nth, 80)))).status_code == 303
    assert "照片已经够多了" in text_of(send(client, filed[0], ("one-more.jpg", photo())))


def test_a_strangers_receipt_takes_no_photo(client, filed):
    assert send(client, "/receipt/2222-2222.forged", ("a.jpg", photo())).status_code == 404


def look_up(client, number, secret):
    return client.post("/track", data={"case_no": number, "secret": secret}, follow_redirects=True)


def test_number_and_query_code_show_where_the_case_is(client, filed):
    _, number, code = filed
    for typed in (number, number.replace(" ", "-").lower(), number.replace(" ", "")):
        html = text_of(look_up(client, typed, code))
        assert "已交办" in html
        assert "新河镇社会发展服务办公室" in html
    assert "13800138000" not in html


def test_number_and_last_four_digits_of_the_phone_show_it_too(client, filed):
    assert "已交办" in text_of(look_up(client, filed[1], "8000"))


def test_every_miss_is_answered_alike(client, filed):
    _, number, code = filed
    pages = set()
    for case_no, secret in ((number, "999999"), ("2345-6789", code), (number, ""), ("", code), ("<b>", "<i>")):
        answer = look_up(client, case_no, secret)
        assert answer.status_code == 422
        pages.add(re.sub(r'value="[^"]*"', "", text_of(answer)))
    assert len(pages) == 1
    assert pages.pop().count(NOT_FOUND) == 2


def test_too_many_tries_of_four_digits_ask_for_the_query_code(client, filed):
    _, number, code = filed
    answers = [look_up(client, number, f"{nth:04}") for nth in range(8)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "查询码" in text_of(answers[-1])
    assert look_up(client, number, code).status_code == 200


def test_the_typed_number_comes_back_and_the_secret_does_not(client):
    html = text_of(look_up(client, "K7DM-4QXA", "S3CRET"))
    assert 'value="K7DM-4QXA"' in html
    assert "S3CRET" not in html
