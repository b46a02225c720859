"""What is counted of a visit: opened, started, near or far, and never who or where. And the one tap about the poster."""

import re

import pytest

from service.hub.positions import Position
from service.hub.posting import Life, Proof, note_step
from service.hub.scancounts import hourly_key
from service.store import cases
from service.store.counters import read_counter
from service.store.scans import scans_between
from tests.hub.test_posting import CENTRE
from tests.web.conftest import NOW, hidden_value, text_of

HERE = Position(121.40, 28.45)


def counted(site):
    """Scene key -> counts of today that are not 0."""
    site.hub.scan_counts.write()
    with site.hub.store.read() as tx:
        rows = scans_between(tx, site.hub.today(), site.hub.today())
    kinds = ("opened", "started", "submitted", "near", "far")
    return {row["scene_key"]: {kind: row[kind] for kind in kinds if row[kind]} for row in rows}


def test_a_visit_is_counted_when_it_opens_begins_and_ends(site, client):
    path = site.path("wage")
    client.get(path)
    assert client.post(path + "/started").status_code == 204
    client.post(path, data={**site.sample("wage"), "begun": "1"})
    assert counted(site) == {"wage": {"opened": 1, "started": 1, "submitted": 1}}


def test_without_a_script_the_first_sending_counts_as_the_beginning_and_mending_does_not(site, client):
    path = site.path("wage")
    html = text_of(client.post(path, data={"employer_name": "某厂"}))
    assert hidden_value(html, "begun") == "1"
    client.post(path, data={**site.sample("wage"), "begun": hidden_value(html, "begun")})
    assert counted(site) == {"wage": {"started": 1, "submitted": 1}}


def test_a_form_without_a_code_begins_too(site, client):
    client.post("/started?scene=campus")
    client.post("/s/torn/started?scene=general")
    assert counted(site) == {"campus": {"started": 1}, "general": {"started": 1}}


@pytest.mark.parametrize(("text", "kind"), [("121.40,28.45", "near"), ("121.41,28.46", "near"), ("121.60,28.34", "far")])
def test_a_phone_that_says_where_it_is_counts_as_near_or_far_and_leaves_no_position(site, client, text, kind):
    note_step(site.hub, CENTRE, site.codes["wage"].token, Life.POSTED, Proof(position=HERE))
    answer = client.post(site.path("wage") + "/near", data=text, content_type="text/plain;charset=UTF-8")
    assert answer.status_code == 204
    assert counted(site) == {"wage": {kind: 1}}
    stored = b"".join(one.read_bytes() for one in site.hub.settings.var_dir.glob("*sqlite*"))
    assert text.encode() not in stored


@pytest.mark.parametrize("text", ["", "文化礼堂", "0,0", "1" * 50])
def test_what_is_no_position_is_not_counted(site, client, text):
    note_step(site.hub, CENTRE, site.codes["wage"].token, Life.POSTED, Proof(position=HERE))
    assert client.post(site.path("wage") + "/near", data=text.encode(), content_type="text/plain").status_code == 204
    assert client.post(site.path("wage") + "/near", data=b"1" * 500, content_type="text/plain").status_code == 413
    assert counted(site) == {}


def test_only_a_poster_whose_position_is_known_asks_for_one(site, client):
    before = client.get(site.path("wage"))
    note_step(site.hub, CENTRE, site.codes["wage"].token, Life.POSTED, Proof(position=HERE))
    after = client.get(site.path("wage"))
    assert 'id="here"' not in text_of(before) and 'id="here"' in text_of(after)
    assert before.headers["Permissions-Policy"].startswith("geolocation=()")
    assert after.headers["Permissions-Policy"].startswith("geolocation=(self)")
    assert client.post(site.path("wage") + "/near", data="121.4,28.45").status_code == 204


def test_openings_are_counted_by_the_hour_to_find_the_odd(site, client):
    for _ in range(3):
        client.get(site.path("wage"))
    site.hub.scan_counts.write()
    code_id = site.hub.registry.find(site.codes["wage"].token).id
    with site.hub.store.read() as tx:
        assert read_counter(tx, hourly_key(code_id), NOW.replace(minute=0)) == 3


@pytest.mark.parametrize("scene_key", ["wage", "unified"])
def test_one_tap_says_that_something_is_wrong_with_the_poster(site, client, scene_key):
    path = site.path(scene_key)
    html = text_of(client.get(path))
    assert 'name="tell" value="poster"' in html
    form = {"tell": "poster", "submission_id": hidden_value(html, "submission_id"), "description": "没写完"}
    answer = client.post(path, data=form)
    assert answer.status_code == 303 and "/receipt/" in answer.location
    assert "温岭市社会治理中心" in text_of(client.get(answer.location))
    assert client.post(path, data=form).location == answer.location
    with site.hub.store.read() as tx:
        (row,) = cases.newest_cases(tx)
    assert row["lead_unit_id"] == "centre" and row["marks"] == ["poster_suspect"]


def test_the_tap_is_not_offered_where_no_place_is_proved(site, client):
    assert 'name="tell"' not in text_of(client.get("/?scene=general"))
    assert 'name="tell"' not in text_of(client.get("/s/torn?scene=general"))
    answer = client.post("/s/torn", data={"tell": "poster", "scene_key": "general"})
    assert answer.status_code == 422
    with site.hub.store.read() as tx:
        assert cases.newest_cases(tx) == []


def test_return_in_a_field_sends_the_form_and_not_the_word_about_the_poster(site, client):
    html = text_of(client.get(site.path("general")))
    first = re.search(r"<button[^>]*>", html[html.index('<form id="f"') :])[0]
    assert 'class="vh"' in first and "name=" not in first
