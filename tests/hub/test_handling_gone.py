"""What a case rests on may go: its scene, its unit, the secret that sealed it. It can still be handled to its end."""

import secrets
from dataclasses import replace

import pytest

from gonzhi_code.cases import State
from service.hub.handling import Given, conclusions_for
from service.hub.letters import add_words, letters_of
from service.hub.rating import rate, ratings_for
from service.sealing import Sealer
from service.store import cases

from .desks import SAFETY, bring, centre, do, holder, row_of, send


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


def finish(hub, case_no):
    unit = holder(hub, case_no)
    end = conclusions_for(hub, row_of(hub, case_no)["scene_key"])[0].key
    for step, given in (("acknowledge", None), ("start", None), ("resolve", Given(conclusion=end, short="已办结", answer="经过和结果。"))):
        do(hub, unit, case_no, step, given)
    return do(hub, centre(hub), case_no, "close")["state"]


@pytest.mark.parametrize("scene", ["general", "wage", "medins"])
def test_a_case_of_a_scene_that_is_no_longer_installed_is_finished_and_rated(hub, scene):
    case_no = send(hub, scene)
    without = replace(hub, plans={key: plan for key, plan in hub.plans.items() if key != scene})
    assert finish(without, case_no) == "closed"
    assert rate(without, case_no, 1).reopened


def test_a_case_whose_unit_the_county_no_longer_has_is_given_to_another(hub):
    case_no = send(hub)
    with hub.store.write() as tx:
        row = cases.get_case(tx, case_no)
        cases.change_case(tx, row["id"], row["version"], {"lead_unit_id": "331081104.gone", "holder": "331081104.gone"})
    for step in ("acknowledge", "start"):
        do(hub, centre(hub), case_no, step, Given(reason="该单位已撤销"))
    row = do(hub, centre(hub), case_no, "hand_over", Given(reason="该单位已撤销", unit_id=SAFETY))
    assert (row["lead_unit_id"], row["holder"]) == (SAFETY, SAFETY)
    assert finish(hub, case_no) == "closed"


def test_where_the_secret_is_gone_what_it_sealed_stays_closed_and_the_case_goes_on(hub):
    case_no = send(hub, "medins")
    add_words(hub, case_no, "补充", "add-00000001")
    later = replace(hub, sealer=Sealer(secrets.token_bytes(32)))
    with later.store.read() as tx:
        assert [one.text for one in letters_of(later, tx, row_of(later, case_no))] == [""]
    assert finish(later, case_no) == "closed"


def test_a_rating_whose_words_cannot_be_opened_still_has_its_grade(hub):
    case_no = bring(hub, send(hub), State.CLOSED)
    rate(hub, case_no, 4, "好")
    later = replace(hub, sealer=Sealer(secrets.token_bytes(32)))
    with later.store.read() as tx:
        (kept,) = ratings_for(later, tx, centre(later), row_of(later, case_no))
    assert (kept.grade, kept.comment) == (4, "")
