"""The scenes that are installed, and the general one with its questions on noise."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Any

import pytest

from gonzhi_code.errors import DuplicateScene, UnknownScene
from gonzhi_code.routing import route
from gonzhi_code.rules import Priority
from gonzhi_code.scenes import all_scenes, get_scene, get_scene_by_code, read_scenes, scene_code_of, scene_key_of
from gonzhi_code.scenes.categories import CATEGORIES
from tests.parts.deciding import COUNTY, XINHE, decide, helpers, load, wrong


def test_the_built_in_scenes_have_their_printed_numbers() -> None:
    assert [(scene.code, scene.key) for scene in all_scenes() if scene.code < 32] == [
        (1, "wage"), (2, "medins"), (3, "shelter"), (4, "campus"), (5, "general"),
    ]  # fmt: skip
    assert scene_key_of(0) == "unified" and scene_code_of("unified") == 0
    assert get_scene_by_code(1) is get_scene("wage")


def test_a_scene_nobody_installed_is_unknown() -> None:
    for look in (lambda: get_scene("nowhere"), lambda: get_scene_by_code(31), lambda: scene_key_of(31), lambda: scene_code_of("nowhere")):
        with pytest.raises(UnknownScene):
            look()
    with pytest.raises(UnknownScene):
        get_scene("unified")


def test_two_scenes_with_one_key_are_refused_by_name() -> None:
    point = EntryPoint("wage", "gonzhi_code.scenes.wage:SCENE", "gonzhi_code.scenes")
    again = EntryPoint("other", "gonzhi_code.scenes.wage:SCENE", "gonzhi_code.scenes")
    with pytest.raises(DuplicateScene) as caught:
        read_scenes((point, again))
    assert caught.value.scene == "wage"
    with pytest.raises(TypeError, match="no Scene"):
        read_scenes((EntryPoint("odd", "gonzhi_code.scenes.wage:COMPLAINT", "gonzhi_code.scenes"),))


def test_zhaos_pump_goes_to_the_towns_social_office_with_the_water_company() -> None:
    decision = decide("general")
    assert decision.rule_id == "general.noise.water"
    assert decision.lead == COUNTY.unit_for("township.social", "331081104000")
    assert helpers(decision) == {COUNTY.unit_for("utility.water").id}


@pytest.mark.parametrize(
    ("changes", "lead"),
    [
        ({"noise_kind": "industry", "source_kind": "factory"}, "ecology"), ({"noise_kind": "construction", "source_kind": "building"}, "enforcement"),
        ({"noise_kind": "traffic", "source_kind": "traffic"}, "traffic_police"), ({"source_kind": "commerce"}, "township.enforcement"),
        ({"source_kind": "loudspeaker"}, "township.social"), ({"noise_kind": "unclear", "source_kind": "other"}, "township.social"),
    ],
)  # fmt: skip
def test_noise_goes_to_whom_the_code_names(changes: dict[str, Any], lead: str) -> None:
    assert decide("general", **changes).lead == COUNTY.unit_for(lead, "331081104000")


def test_noise_that_goes_on_brings_the_police_and_noise_now_and_then_does_not() -> None:
    assert "police" in helpers(decide("general", source_kind="neighbour", duration="constant"))
    assert "police" not in helpers(decide("general", source_kind="neighbour", duration="sometimes"))


def test_questions_on_noise_are_asked_of_noise_only() -> None:
    assert set(wrong("general", noise_kind=None, source_kind=None, period=None, duration=None)) == {"noise_kind", "source_kind", "period", "duration"}
    assert not {"noise_kind", "source_kind", "asset_owner"} & set(load("general", category="road"))


def test_every_category_reaches_its_role_and_the_unclear_the_command_room() -> None:
    for category in CATEGORIES:
        if category.value != "noise":
            decision = decide("general", category=category.value)
            assert decision.lead == COUNTY.unit_for(category.lead, "331081104000"), category.value
    assert CATEGORIES[-1].value == "unclear" and CATEGORIES[-1].lead == "township.command"


def test_an_urgent_matter_has_the_same_lead_and_short_clocks() -> None:
    calm, urgent = decide("general", category="gas"), decide("general", category="gas", urgency="urgent")
    assert urgent.lead == calm.lead and urgent.urgent and not calm.urgent and urgent.priority is Priority.YELLOW


def test_what_is_already_before_another_body_is_taken_and_told_its_channel() -> None:
    decision = decide("general", elsewhere="court")
    assert decision.lead.id == COUNTY.unit_for("centre").id and any("12368" in words for words in decision.advice)
    assert decide("general", elsewhere="none").rule_id == "general.noise.water"


@pytest.mark.parametrize("where", ["court", "arbitration", "discipline", "review", "disclosure", "petition", "settled", "secret"])
def test_every_ground_not_to_handle_a_matter_goes_the_same_way_with_its_own_word(where: str) -> None:
    decision = decide("general", elsewhere=where)
    assert decision.rule_id == "general.elsewhere" and "other_channel" in decision.marks
    assert len(decision.advice) == 1


def test_who_wants_an_sms_gives_a_number_and_who_wants_none_stays_anonymous() -> None:
    assert wrong("general", reporter_phone=None) == {"reporter_phone": ["要收短信请填手机号，或者取消勾选“办好后请给我发短信”"]}
    assert wrong("general", reporter_phone="123")["reporter_phone"] != wrong("general", reporter_phone=None)["reporter_phone"]
    answers = load("general", reporter_phone=None, reporter_name=None, wants_feedback=None)
    assert not {"reporter_phone", "reporter_name", "wants_feedback"} & set(answers)
    assert "reporter_phone" not in load("general", reporter_phone=None, wants_feedback="no")


def test_a_place_of_the_answers_must_fit_together() -> None:
    assert "village_id" in wrong("general", township_id="331081104000", village_id="331081101204")
    answers = load("general", township_id="331081101000", village_id="331081101204")
    assert route(get_scene("general"), answers, XINHE, COUNTY).village_id == "331081101204"
