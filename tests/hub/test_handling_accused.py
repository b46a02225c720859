"""Whoever a case is about never gets it: not at a later hand-over, not as a helper, not when it is taken up again."""

import pytest

from gonzhi_code.cases import Action, State
from gonzhi_code.spots import Spot
from service.hub.codes import mint
from service.hub.handling import Given, Incomplete, NotAllowed, act
from service.hub.intake import submit
from service.hub.permissions import Sight, sight
from service.hub.rating import rate

from .conftest import XINHE_VILLAGE, sample
from .desks import ROOM, SAFETY, SOCIAL, XINHE, bring, centre, do, holder, person, row_of, send


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


def refused(hub, user, case_no, action, given):
    before = row_of(hub, case_no)
    with pytest.raises(Incomplete) as told:
        act(hub, user, case_no, before["version"], action, given)
    assert row_of(hub, case_no) == before
    return set(told.value.errors)


@pytest.mark.parametrize("accused", ["新河镇平安法治办公室", "新河镇人民政府", "平安法治办"])
def test_a_township_office_that_is_accused_gets_it_at_no_hand_over(hub, accused):
    case_no = send(hub, accused_name=accused)
    who = holder(hub, case_no)
    assert not who.unit_id.startswith(XINHE[:9])
    do(hub, who, case_no, "acknowledge", Given(reason="签收"))
    do(hub, who, case_no, "start", Given(reason="签收"))
    for unit_id in (SAFETY, SOCIAL, ROOM):
        assert refused(hub, who, case_no, Action.HAND_OVER, Given(reason="请镇里办", unit_id=unit_id)) == {"unit_id"}
    assert refused(hub, who, case_no, Action.HAND_OVER, Given(reason="请市局办", unit_id="ecology", helper_ids=(SOCIAL,))) == {"helper_ids"}
    assert do(hub, who, case_no, "hand_over", Given(reason="请市局办", unit_id="ecology"))["holder"] == "ecology"


def test_the_accused_people_act_on_it_in_no_way(hub):
    case_no = send(hub, accused_name="新河镇平安法治办公室")
    for who in (person(hub, ROOM, "township"), person(hub, SAFETY)):
        with pytest.raises(NotAllowed):
            do(hub, who, case_no, "acknowledge", Given(reason="代签收"))


def test_a_command_room_reads_nothing_of_a_case_about_its_township_but_the_number(hub):
    about_them, about_another = send(hub, accused_name="新河镇人民政府"), send(hub, accused_name="泽国镇人民政府")
    seen = person(hub, ROOM, "township")
    assert row_of(hub, about_them)["visibility"] == "protected" and row_of(hub, about_another)["visibility"] == "normal"
    assert sight(hub.county, seen, row_of(hub, about_them)) is Sight.NUMBER
    assert sight(hub.county, seen, row_of(hub, about_another)) is Sight.CASE
    assert sight(hub.county, centre(hub), row_of(hub, about_them)) is Sight.CASE


def test_an_employer_in_the_answers_of_a_wage_case_is_looked_at_too(hub):
    case_no = bring(hub, send(hub, "wage", employer_name="温岭市水务集团"), State.IN_HANDLING)
    labour = person(hub, "labour")
    assert refused(hub, labour, case_no, Action.HAND_OVER, Given(reason="请办", unit_id="utility.water")) == {"unit_id"}


def test_sealed_answers_that_name_the_accused_are_opened_to_keep_it_out(hub):
    case_no = bring(hub, send(hub, "medins", target_name="温岭市卫生健康局"), State.RETURNED)
    row = row_of(hub, case_no)
    assert "target_name" not in row["answers"]
    assert refused(hub, centre(hub), case_no, Action.ASSIGN, Given(unit_id="health")) == {"unit_id"}
    assert refused(hub, centre(hub), case_no, Action.ASSIGN, Given(unit_id="police", helper_ids=("health",))) == {"helper_ids"}


def test_who_runs_the_spot_may_help_and_never_leads(hub):
    spot = Spot(id=9, name="六闸潮泵站", village_id=XINHE_VILLAGE, owner_unit_id="utility.water")
    token = mint(hub, spot, "general").token
    case_no = submit(
        hub, token_text=token, scene_key=None, form=sample("general"), submission_id="spot-owner-1", address="115.231.8.9", language="zh"
    ).case_no
    case_no = bring(hub, case_no, State.IN_HANDLING)
    who = holder(hub, case_no)
    assert refused(hub, who, case_no, Action.HAND_OVER, Given(reason="请办", unit_id="utility.water")) == {"unit_id"}
    row = do(hub, who, case_no, "hand_over", Given(reason="请办", unit_id="waterworks", helper_ids=("utility.water",)))
    assert (row["lead_unit_id"], row["helper_ids"]) == ("waterworks", ["utility.water"])


def test_a_reopening_passes_over_the_accused_on_its_way_up(hub):
    # The matter is about the command room; an office of the city led it, and above that the centre takes it up.
    case_no = send(hub, accused_name="新河镇综合信息指挥室")
    assert holder(hub, case_no).unit_id == "centre"
    who = person(hub, "centre", "centre", "first")
    for step in ("acknowledge", "start", "resolve"):
        do(hub, who, case_no, step)
    do(hub, centre(hub, "closer"), case_no, "close")
    row = do(hub, centre(hub, "second"), case_no, "reopen")
    assert (row["lead_unit_id"], row["holder"], row["tier"]) == ("centre", "centre", "center")


def test_a_case_about_the_centre_is_closed_by_its_review_and_taken_up_above_it(hub):
    case_no = send(hub, accused_name="温岭市社会治理中心")
    who = holder(hub, case_no)
    assert who.unit_id == SOCIAL
    with pytest.raises(NotAllowed, match="accused"):
        do(hub, centre(hub), case_no, "acknowledge", Given(reason="代签收"))
    do(hub, who, case_no, "acknowledge")
    do(hub, who, case_no, "start")
    do(hub, who, case_no, "hand_over", Given(reason="镇里统筹", unit_id=ROOM))
    for step in ("acknowledge", "start", "resolve"):
        do(hub, holder(hub, case_no), case_no, step)
    assert do(hub, centre(hub), case_no, "close")["state"] == "closed"
    assert rate(hub, case_no, 1).reopened
    assert row_of(hub, case_no)["holder"] == "discipline"


def test_whom_the_law_calls_at_once_helps_with_a_case_that_names_them_and_never_leads_it(hub):
    case_no = send(hub, "campus", school_name="温岭市公安局", mandatory=["missing"])
    row = row_of(hub, case_no)
    assert row["lead_unit_id"] == "centre" and "police" in row["helper_ids"]
    who = centre(hub, "named", grants=frozenset({"open_sealed"}))
    for step in ("acknowledge", "start"):
        do(hub, who, case_no, step)
    assert refused(hub, who, case_no, Action.HAND_OVER, Given(reason="请办", unit_id="police")) == {"unit_id"}
    row = do(hub, who, case_no, "hand_over", Given(reason="请办", unit_id="education", helper_ids=("police",)))
    assert (row["lead_unit_id"], row["helper_ids"]) == ("education", ["police"])


def test_a_school_beside_a_police_station_is_handed_to_the_police(hub):
    case_no = bring(hub, send(hub, "campus", school_name="派出所旁边的实验小学"), State.IN_HANDLING)
    assert do(hub, holder(hub, case_no), case_no, "hand_over", Given(reason="请办", unit_id="police"))["holder"] == "police"
