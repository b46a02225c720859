"""Opening codes and the front door: never a dead end, whatever is scanned."""

import datetime as dt
from dataclasses import replace
from urllib.parse import quote

import pytest

from service.app import create_app
from service.hub.codes import mint, set_code_state
from service.web.errors import CODE_SENTENCES
from service.web.form_page import BlankForms, Landing
from service.web.look import Look
from tests.web.conftest import NOW, SCENES, SPOT, hidden_value, open_site, text_of


@pytest.mark.parametrize("scene_key", SCENES)
def test_a_code_opens_the_form_of_its_scene_with_its_place(read_only_site, scene_key):
    html = text_of(read_only_site.client().get(read_only_site.path(scene_key)))
    assert hidden_value(html, "scene_key") == scene_key
    assert "这张码应张贴在：" in html
    assert "新河镇 六闸潮村 文化礼堂 大门左侧" in html
    assert 'name="poster_misplaced"' in html
    assert read_only_site.codes[scene_key].token[-5:] in html


@pytest.mark.parametrize("change", [str.lower, str.upper, str.swapcase])
@pytest.mark.parametrize("prefix", ["/S/", "/s/"])
def test_a_code_opens_in_any_case(read_only_site, prefix, change):
    token = change(read_only_site.codes["wage"].token)
    answer = read_only_site.client().get(prefix + token)
    assert answer.status_code == 200
    assert hidden_value(text_of(answer), "scene_key") == "wage"


def test_the_unified_code_lets_the_citizen_choose_among_five(read_only_site):
    client = read_only_site.client()
    html = text_of(client.get(read_only_site.path("unified")))
    for scene_key in SCENES:
        assert f'href="?scene={scene_key}"' in html
        chosen = text_of(client.get(read_only_site.path("unified") + f"?scene={scene_key}"))
        assert hidden_value(chosen, "scene_key") == scene_key
        assert "新河镇 六闸潮村" in chosen


@pytest.mark.parametrize("scene_key", SCENES)
def test_every_form_offers_every_other_scene(read_only_site, scene_key):
    html = text_of(read_only_site.client().get(read_only_site.path("wage") + f"?scene={scene_key}"))
    assert hidden_value(html, "scene_key") == scene_key
    for other in set(SCENES) - {scene_key}:
        assert f'name="redraw" value="{other}" formaction="?scene={other}"' in html


@pytest.mark.parametrize("change", [
    lambda token: token + "/", lambda token: token + "//", lambda token: token + "%0A", lambda token: token + "%0D%0A", lambda token: token + "%23a",
    lambda token: "%EF%BB%BF" + token, lambda token: token + "%E2%80%8B", lambda token: "/" + token, lambda token: "%0A" + token,
])  # fmt: skip
def test_what_hangs_on_to_a_good_code_does_not_make_it_a_torn_one(read_only_site, change):
    html = text_of(read_only_site.client().get("/S/" + change(read_only_site.codes["wage"].token)))
    assert hidden_value(html, "scene_key") == "wage" and "文化礼堂" in html and CODE_SENTENCES["malformed"] not in html


@pytest.mark.parametrize("path", ["/S//", "/S///", "/s//a//b", "/S/a%0Ab", "/S/%0A", "/S/" + "A" * 7000])
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_scanned_text_whatever_ends_in_not_found(site, path, method):
    answer = getattr(site.client(), method)(path, query_string={"scene": "general"}, **({"data": {"x": "1"}} if method == "post" else {}))
    assert answer.status_code == (200 if method == "get" else 422)
    assert hidden_value(text_of(answer), "scene_key") == "general"


def test_the_front_door_works_without_a_code(read_only_site):
    client = read_only_site.client()
    assert "您要反映什么事" in text_of(client.get("/"))
    html = text_of(client.get("/?scene=campus"))
    assert hidden_value(html, "scene_key") == "campus"
    assert "这张码应张贴在" not in html


def _bad_tokens(site):
    token = site.codes["wage"].token
    # Not the last character: one of its bits is beyond the signature, and a text that sets it is unreadable, not forged.
    swapped = token[:-2] + ("0" if token[-2] != "0" else "1") + token[-1]
    return {
        "torn": token[:20],
        "nothing": "",
        "a stranger's": "https://example.com/a/b?c=d",
        "an altered": swapped,
        "very long": "A" * 5000,
        "not ASCII": "温岭",
        "markup": '"><script>alert(1)</script>',
    }


@pytest.mark.parametrize("kind", ["torn", "nothing", "a stranger's", "an altered", "very long", "not ASCII", "markup"])
def test_a_bad_code_still_leads_to_a_form_that_asks_for_the_place(read_only_site, kind):
    client, token = read_only_site.client(), _bad_tokens(read_only_site)[kind]
    token = quote(token, safe="/:")
    answer = client.get("/S/" + token)
    assert answer.status_code == 200
    assert "您要反映什么事" in text_of(answer)
    html = text_of(client.get("/S/" + token, query_string={"scene": "general"}))
    assert hidden_value(html, "scene_key") == "general"
    assert '<select id="township_id"' in html
    assert 'name="village_id"' in html
    assert "<script>alert" not in html


def test_a_forged_code_is_named_calmly_and_its_place_is_not_believed(read_only_site):
    token = _bad_tokens(read_only_site)["an altered"]
    html = text_of(read_only_site.client().get(f"/S/{token}?scene=wage"))
    assert CODE_SENTENCES["bad_signature"] in html
    assert "文化礼堂" not in html


@pytest.mark.parametrize("state", ["lost", "revoked", "retired"])
def test_a_code_that_was_taken_out_of_use_still_opens_its_form(site, state):
    set_code_state(site.hub, site.codes["wage"].token, state, by="centre")
    html = text_of(site.client().get(site.path("wage")))
    assert hidden_value(html, "scene_key") == "wage"
    assert CODE_SENTENCES[state] in html
    # What may have been carried elsewhere has its place asked openly.
    assert ("<details open>" in html) == (state != "retired")


def test_an_expired_code_still_opens_its_form(site):
    code = mint(site.hub, SPOT, "wage", validity_months=1)
    later = replace(site.hub, clock=lambda: NOW + dt.timedelta(days=200))
    html = text_of(create_app(site.hub.settings, hub=later).test_client().get("/S/" + code.token))
    assert hidden_value(html, "scene_key") == "wage"
    assert CODE_SENTENCES["expired"] in html


def test_a_code_of_an_unknown_key_still_opens_a_form(site, tmp_path):
    stranger = open_site(tmp_path / "stranger", GONZHI_CODE_KEYS="b=" + "0123456789abcdef" * 4)
    html = text_of(site.client().get("/S/" + stranger.codes["wage"].token + "?scene=wage"))
    stranger.hub.close()
    assert CODE_SENTENCES["unknown_key"] in html


def test_the_spot_fills_in_the_subject_and_its_number(read_only_site):
    html = text_of(read_only_site.client().get(read_only_site.path("shelter")))
    assert 'value="六闸潮泵站"' in html
    assert 'value="PZ-0007"' in html


def test_every_blank_form_has_its_own_submission_id(read_only_site):
    client = read_only_site.client()
    ids = {hidden_value(text_of(client.get(read_only_site.path("wage"))), "submission_id") for _ in range(20)}
    assert len(ids) == 20


def test_kept_blank_forms_are_bounded_and_differ_by_landing(read_only_site):
    scene = read_only_site.hub.plans["general"].scene
    blank = BlankForms(read_only_site.hub.county, secure=True, most=3)
    with read_only_site.app.test_request_context():
        for nth in range(5):
            answer = blank.answer(Landing(scene, "good", f"地点{nth}"), Look())
            assert f"地点{nth}" in text_of(answer)
            assert len(blank) <= 3


def test_the_demo_shows_its_codes_and_where_to_go_next(tmp_path):
    demo = open_site(tmp_path / "demo", GONZHI_MODE="demo")
    html = text_of(demo.client().get("/"))
    for code in demo.codes.values():
        assert code.url in html
        assert f'href="/S/{code.token}"' in html
    assert html.count("data:image/png;base64,") == len(demo.codes)
    assert 'href="/desk/login"' in html
    assert 'href="/track"' in html
    demo.hub.close()


def test_outside_the_demo_no_codes_are_shown(read_only_site):
    assert "data:image/png" not in text_of(read_only_site.client().get("/"))
    assert read_only_site.client().get("/posters/7-1.pdf").status_code == 404


def test_the_demo_hands_out_posters_and_nothing_else(tmp_path):
    demo = open_site(tmp_path / "demo", GONZHI_MODE="demo")
    folder = demo.hub.settings.var_dir / "posters"
    folder.mkdir()
    (folder / "7-1.pdf").write_bytes(b"%PDF-1.7")
    client = demo.client()
    assert client.get("/posters/7-1.pdf").mimetype == "application/pdf"
    assert client.get("/posters/..%2Fgonzhi.sqlite3").status_code == 404
    assert client.get("/posters/none.pdf").status_code == 404
    demo.hub.close()


def test_a_blank_form_answers_head_with_its_headers_alone(read_only_site):
    client, path = read_only_site.client(), read_only_site.path("wage")
    answer = client.head(path)
    assert answer.get_data() == b""
    assert answer.headers == client.get(path).headers
