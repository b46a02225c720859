"""Another look, or another scene, with what was typed kept: without scripts, and nothing is judged or filed by it."""

import re

import pytest
from werkzeug.datastructures import MultiDict

from service.store import cases
from service.store.scans import scans_between
from tests.web.conftest import SCENES, hidden_value, posted_by, text_of

TYPED = {"description": "泵房的水泵夜里响个不停，睡不着", "address_text": "文化礼堂东边", "reporter_name": "赵大明", "category": "noise"}


def buttons(html):
    return dict(re.findall(r'name="redraw"(?: value="(\w*)")? formaction="([^"]+)"', html))


def count(site):
    with site.hub.store.read() as tx:
        return sum(cases.counts_by_state(tx).values())


@pytest.mark.parametrize("query", ["size=large", "lang=en", "size=large&lang=en"])
def test_another_look_keeps_what_was_typed_and_judges_nothing(site, client, query):
    path = site.path("general")
    form = MultiDict([*posted_by(text_of(client.get(path))), *TYPED.items(), ("redraw", "")])
    answer = client.post(f"{path}?{query}", data=form)
    html = text_of(answer)
    assert answer.status_code == 200 and count(site) == 0
    assert 'class="errors"' not in html and "data-typed" in html
    again = dict(posted_by(html))
    assert {name: again[name] for name in TYPED} == TYPED
    assert hidden_value(html, "submission_id") == form["submission_id"]
    assert ('class="l"' in html) == ("large" in query) and ('<html lang="en"' in html) == ("en" in query)
    assert client.post(path, data=MultiDict([*posted_by(html), *((k, v) for k, v in site.sample("general").items(multi=True) if k not in again)])).status_code == 303


@pytest.mark.parametrize("scene_key", SCENES)
def test_another_scene_takes_over_what_both_ask(site, client, scene_key):
    path = site.path("general")
    answer = client.post(f"{path}?scene={scene_key}", data={**TYPED, "scene_key": "general", "redraw": scene_key, "submission_id": "redraw-0001"})
    html = text_of(answer)
    assert answer.status_code == 200 and count(site) == 0
    assert hidden_value(html, "scene_key") == scene_key
    asked = {name for section in site.hub.plans[scene_key].scene.form.sections for name in (field.name for field in section.fields)}
    again = dict(posted_by(html))
    for name in set(TYPED) & asked - {"category"}:
        assert again[name] == TYPED[name]
    assert "description" in again or "description" not in asked


def test_every_form_has_its_switches_as_buttons_that_send_it(read_only_site):
    html = text_of(read_only_site.client().get(read_only_site.path("wage")))
    found = buttons(html)
    assert set(found) == {"", "medins", "shelter", "campus", "general"}
    assert 'formaction="?scene=wage&amp;size=large"' in html and 'formaction="?scene=wage&amp;lang=en"' in html
    # What Enter presses is the first button of the page, and that one sends the form.
    first = re.search(r"<button[^>]*>", html)[0]
    assert "redraw" not in first and 'class="vh"' in first


def test_looking_again_is_not_counted_as_beginning_a_form(site, client):
    client.post(site.path("general") + "?size=large", data={"scene_key": "general", "redraw": "", "submission_id": "redraw-0002"})
    site.hub.scan_counts.close()
    with site.hub.store.read() as tx:
        assert sum(row["started"] for row in scans_between(tx, site.hub.today(), site.hub.today())) == 0


def test_a_page_with_mistakes_that_is_asked_for_anew_leads_home(site, client):
    location = client.post(site.path("general"), data=site.sample("general")).location
    receipt = location.partition("?")[0]
    answer = client.get(receipt + "/photos?size=large")
    assert answer.status_code == 303 and answer.location == receipt + "?size=large"
    client = site.client()
    case = client.get(receipt + "/case").location
    for part in ("rate", "words", "again"):
        answer = client.get(f"{case}/{part}?lang=en")
        assert answer.status_code == 303 and answer.location == case + "?lang=en"
