"""Sending a form: the receipt, the mistakes with all that was typed, and every refusal in words."""

import io
import re

import pytest
from werkzeug.datastructures import MultiDict

from service.store import cases
from tests.web.conftest import SCENES, hidden_value, posted_by, text_of


def case_of(site, receipt_path):
    with site.hub.store.read() as tx:
        return cases.get_case(tx, site.hub.tokens.read(receipt_path.rsplit("/", 1)[1].partition("?")[0]))


def count_cases(site):
    with site.hub.store.read() as tx:
        return sum(cases.counts_by_state(tx).values())


@pytest.mark.parametrize("enctype", ["multipart/form-data", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("scene_key", SCENES)
def test_a_filled_in_form_becomes_a_case_and_a_receipt(site, client, scene_key, enctype):
    answer = client.post(site.path(scene_key), data=site.sample(scene_key), content_type=enctype)
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    case = case_of(site, answer.location)
    assert (case["scene_key"], case["state"], case["village_id"]) == (scene_key, "assigned", "331081104294")
    html = text_of(client.get(answer.location))
    assert case["case_no"].replace("-", " ") in html
    assert site.hub.county.units[case["lead_unit_id"]].name in html


@pytest.mark.parametrize("scene_key", SCENES)
@pytest.mark.parametrize("path", ["/", "/S/TORN"])
def test_a_form_without_a_good_code_becomes_a_case_too(site, client, scene_key, path):
    answer = client.post(path, data=site.sample(scene_key, scene_key=scene_key))
    assert answer.status_code == 303
    marks = case_of(site, answer.location)["marks"]
    assert "place_unknown" in marks
    assert ("code_torn" in marks) == (path != "/")


def test_the_form_of_another_scene_is_taken_at_any_code(site, client):
    answer = client.post(site.path("wage"), data=site.sample("campus", scene_key="campus"))
    assert case_of(site, answer.location)["scene_key"] == "campus"


def test_a_poster_that_hangs_elsewhere_is_marked(site, client):
    answer = client.post(site.path("general"), data=site.sample("general", poster_misplaced="yes"))
    assert "poster_misplaced" in case_of(site, answer.location)["marks"]


def test_sending_twice_gives_the_same_receipt(site, client):
    form = site.sample("general")
    first, second = (client.post(site.path("general"), data=form) for _ in range(2))
    assert first.location == second.location
    assert count_cases(site) == 1


def test_the_same_id_with_other_content_is_asked_about_with_two_ways_out(site, client):
    form = site.sample("general", reporter_phone="13800138000")
    first = client.post(site.path("general"), data=form)
    form["description"] = "水泵房夜里一直响，已经连着响了三个晚上，睡不着。"
    answer = client.post(site.path("general"), data=form)
    html = text_of(answer)
    assert answer.status_code == 409
    assert f'href="{first.location}"' in html
    again = MultiDict(posted_by(html))
    assert again["submission_id"] != form["submission_id"]
    assert again["description"] == form["description"]
    assert client.post(site.path("general"), data=again).status_code == 303
    assert count_cases(site) == 2


def test_a_page_without_an_id_still_makes_one_case_of_a_double_tap(site, client):
    form = site.sample("general")
    form.pop("submission_id")
    form["submission_id"] = ""
    answers = [client.post(site.path("general"), data=form) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}


@pytest.mark.parametrize("scene_key", SCENES)
def test_an_empty_form_makes_no_case_and_says_everything_at_once(site, client, scene_key):
    answer = client.post(site.path(scene_key), data={"submission_id": "0123456789abcdef"})
    html = text_of(answer)
    assert answer.status_code == 422
    assert count_cases(site) == 0
    assert "<title>要改：" in html
    anchors = re.findall(r'<li><a href="#([^"]+)">', html)
    assert anchors
    for anchor in anchors:
        assert f'id="{anchor}"' in html
        assert f'id="{anchor}-e"' in html
    assert hidden_value(html, "submission_id") == "0123456789abcdef"


def test_mistakes_are_told_in_the_same_words_on_top_and_beside_the_field(site, client):
    html = text_of(client.post(site.path("general"), data=site.sample("general", reporter_phone="1380013800")))
    told = re.search(r'<li><a href="#reporter_phone">(.*?)</a>', html)[1]
    beside = re.search(r'id="reporter_phone-e"><span class="vh">.*?</span>(.*?)</p>', html)[1]
    assert told.endswith(beside)
    assert "10" in beside
    assert 'aria-describedby="reporter_phone-h reporter_phone-e" aria-invalid="true"' in html


@pytest.mark.parametrize("scene_key", SCENES)
def test_everything_typed_comes_back(site, client, scene_key):
    form = site.sample(scene_key, township_id="nowhere", poster_misplaced="yes")
    typed = {pair for pair in form.items(multi=True) if pair[0] != "township_id"}
    secret = {pair for pair in typed if pair[0].endswith("passphrase")}
    answer = client.post(site.path(scene_key), data=form)
    html = text_of(answer)
    assert answer.status_code == 422
    # Nothing is lost, nothing is made up, and a passphrase is not sent back.
    assert set(posted_by(html)) - {("scene_key", scene_key), ("begun", "1")} == typed - secret
    assert all(value not in html for _, value in secret)


def test_an_added_row_keeps_what_was_typed_and_files_nothing(site, client):
    form = site.sample("wage", add_row="workers")
    form.setlist("workers-0-name", ["王小明"])
    answer = client.post(site.path("wage"), data=form)
    html = text_of(answer)
    assert answer.status_code == 200
    assert 'value="王小明"' in html
    assert 'name="workers-1-name"' in html
    assert form["description"] in html
    assert count_cases(site) == 0


def test_rows_do_not_grow_past_their_limit(site, client):
    form = site.sample("wage", add_row="representatives")
    form["representatives-900-name"] = "很远的一行"
    html = text_of(client.post(site.path("wage"), data=form))
    assert html.count('name="representatives-') == 2 * 5


def test_a_village_is_found_by_its_name(site, client):
    answer = client.post("/", data=site.sample("general", scene_key="general", village_id="六间潮村"))
    assert case_of(site, answer.location)["village_id"] == "331081104294"


def test_a_village_name_of_several_places_is_offered_as_choices(site, client):
    form = site.sample("general", scene_key="general", village_id="汇头林村", reporter_phone="99")
    answer = client.post("/", data=form)
    html = text_of(answer)
    assert answer.status_code == 422
    offered = re.findall(r'<input type="radio" name="village_id" value="(\d{12})"', html)
    assert len(offered) > 1
    assert 'href="#reporter_phone"' in html, "the other mistakes are told at once"
    form.setlist("village_id", ["汇头林村", offered[1]])
    form["reporter_phone"] = "13800138000"
    assert case_of(site, client.post("/", data=form).location)["village_id"] == offered[1]


def test_a_village_that_does_not_exist_is_told_and_may_be_left_out(site, client):
    form = site.sample("general", scene_key="general", village_id="不存在的地方叫这个")
    html = text_of(client.post("/", data=form))
    assert 'href="#village_id"' in html
    assert 'value="不存在的地方叫这个"' in html
    form["village_id"] = ""
    assert client.post("/", data=form).status_code == 303


def test_a_form_that_is_too_large_is_refused_in_words(site, client):
    answer = client.post(site.path("general"), data={"description": "响" * 100_000})
    assert answer.status_code == 413
    assert "改短一些" in text_of(answer)


def test_too_many_fields_are_refused_in_words(site, client):
    data = {f"x{nth}": "1" for nth in range(2000)}
    answer = client.post(site.path("general"), data=data, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "12345" in text_of(answer)


def test_a_body_without_length_is_refused_in_words(site, client):
    answer = client.post(
        site.path("general"),
        input_stream=io.BytesIO(b"description=x"),
        headers={"Transfer-Encoding": "chunked"},
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 411
    assert "12345" in text_of(answer)


def test_without_a_scene_the_choice_is_shown_again(site, client):
    answer = client.post("/", data={"description": "x"})
    assert "您要反映什么事" in text_of(answer)
    assert answer.status_code in (200, 422)


def test_a_fault_of_ours_gives_a_calm_page_and_keeps_its_cause_to_itself(site, client, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("secret detail of the fault")

    monkeypatch.setattr("service.web.submit.accept", broken)
    answer = client.post(site.path("general"), data=site.sample("general"))
    html = text_of(answer)
    assert answer.status_code == 500
    assert "12345" in html
    assert "secret detail" not in html
    assert "Traceback" not in html


@pytest.mark.parametrize(("method", "path", "status"), [("get", "/nothing", 404), ("post", "/privacy", 405), ("get", "/receipt/forged", 404)])
def test_other_refusals_are_pages_with_a_way_on(client, method, path, status):
    answer = getattr(client, method)(path)
    html = text_of(answer)
    assert answer.status_code == status
    assert 'href="/"' in html
    assert "12345" in html


@pytest.mark.parametrize("change", [{"scene_key": None}, {"scene_key": "nonsense"}])
def test_a_form_that_says_no_scene_is_not_lost_but_sent_again_with_the_choice(site, client, change):
    path = site.path("unified")
    answer = client.post(path, data=site.sample("general", **change))
    html = text_of(answer)
    assert answer.status_code == 422 and "还没有收下" in html and 'role="alert"' in html
    assert len(re.findall(r'<button name="scene_key"', html)) == 5
    again = MultiDict([*posted_by(html), ("scene_key", "general")])
    assert again["description"] == site.sample("general")["description"]
    assert client.post(path, data=again).status_code == 303
