"""The installed scenes in Wenling: every valid form reaches exactly one lead, in every place and without one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonzhi_code.counties import load_county
from gonzhi_code.routing import PLACE_UNKNOWN, route
from gonzhi_code.scenes import all_scenes, get_scene
from gonzhi_code.spots import Spot
from tests.parts.scene_forms import answers_of

WENLING = load_county("wenling")
HALL = Spot(7, "文化礼堂", "331081104294")
SCENES = {scene.key: scene for scene in all_scenes()}


@pytest.mark.parametrize("township_id", sorted(WENLING.townships))
@pytest.mark.parametrize("key", sorted(SCENES))
def test_the_sample_of_every_scene_reaches_its_lead_in_every_place(key: str, township_id: str) -> None:
    scene = SCENES[key]
    spot = Spot(1, "点位", township_id)
    decision = route(scene, scene.load(scene.sample), spot, WENLING)
    role = next(one.lead for one in scene.rules if one.id == decision.rule_id)
    assert decision.lead is WENLING.unit_for(role, township_id)
    if role.startswith("township."):
        assert decision.lead.township_id == WENLING.answering(township_id)
    assert PLACE_UNKNOWN not in decision.marks


def test_the_leads_of_the_samples_are_those_the_law_names() -> None:
    leads = {key: route(scene, scene.load(scene.sample), HALL, WENLING).lead.id for key, scene in SCENES.items() if scene.code < 32}
    assert leads == {
        "wage": "labour",
        "medins": "health_insurance",
        "shelter": "331081104.emergency",
        "campus": "traffic_police",
        "general": "331081104.social",
    }


@pytest.mark.parametrize("key", ["wage", "medins", "shelter", "campus", "general"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_valid_form_reaches_exactly_one_lead_in_every_place(key: str, data: st.DataObject) -> None:
    scene = get_scene(key)
    answers = data.draw(answers_of(scene))
    for township_id in ("", *WENLING.townships):
        decision = route(scene, answers, Spot(1, "点位", township_id) if township_id else None, WENLING)
        assert decision.lead.id in WENLING.units
        assert decision.lead not in decision.helpers
        assert len({unit.id for unit in decision.helpers}) == len(decision.helpers)
        assert {"dispatch", "acknowledge", "handle", "review", "rate"} <= {clock.key for clock in decision.clocks}
