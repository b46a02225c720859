"""The accused unit never gets the case, however it is named and wherever it is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonzhi_code.counties import load_county
from gonzhi_code.routing import ACCUSED_EXCLUDED, Decision, route
from gonzhi_code.scene import Scene
from gonzhi_code.scenes import all_scenes, get_scene
from gonzhi_code.spots import Spot
from tests.parts.scene_forms import answers_of
from tests.parts.small_scene import SMALL

WENLING = load_county("wenling")
HALL = Spot(7, "文化礼堂", "331081104294")
NAMED_BODIES = [unit for unit in WENLING.units.values() if unit.id != WENLING.last_resort.id]


def decide(answers: dict[str, Any], spot: Spot | None = HALL, scene: Scene = SMALL) -> Decision:
    return route(scene, answers, spot, WENLING)


@pytest.mark.parametrize(
    ("accused", "answers", "lead"),
    [
        ("新河镇社会发展服务办公室", {}, "centre"),
        ("新河镇的社发办", {}, "centre"),
        ("社发办", {}, "centre"),
        ("新河镇政府", {}, "centre"),
        ("新河镇综合信息指挥室", {}, "centre"),
        ("331081104.social", {}, "centre"),
        ("箬横镇社会发展服务办公室", {}, "331081104.social"),
        ("温岭市人社局", {"kind": "pay", "workers": 30}, "centre"),
        ("温 岭 市 人社局（信访科）", {"kind": "pay", "workers": 30}, "centre"),
        ("劳动仲裁院", {"kind": "pay"}, "labour"),
        ("人力资源和社会保障局", {"kind": "pay"}, "centre"),
        ("市社会治理中心", {}, "331081104.social"),
        ("社会治理中心和新河镇政府", {}, "discipline"),
        ("社会治理中心、新河镇政府、市纪委", {}, "discipline_upper"),
        ("某某建筑劳务有限公司", {"kind": "pay", "workers": 30}, "labour"),
    ],
)
def test_the_accused_unit_never_leads(accused: str, answers: dict[str, Any], lead: str) -> None:
    decision = decide({**answers, "accused_name": accused})
    assert decision.lead.id == lead


def test_a_unit_accused_by_name_does_not_help_either_and_the_case_is_marked() -> None:
    decision = decide({"accused_name": "水务集团"})
    assert decision.helpers == ()
    assert ACCUSED_EXCLUDED in decision.marks


def test_who_steps_aside_is_told_and_who_complained_is_not() -> None:
    why = decide({"accused_name": "新河镇社发办"}).why
    assert "新河镇社会发展服务办公室与被反映单位有关，按规定回避，改由温岭市社会治理中心办理" in why
    assert "steps aside" in why.en


def test_the_unit_that_runs_the_spot_helps_but_never_leads() -> None:
    pumps = replace(HALL, owner_unit_id="utility.water")
    assert [unit.id for unit in decide({}, pumps).helpers] == ["utility.water"]
    desk = replace(HALL, owner_unit_id="331081104.social")
    decision = decide({}, desk)
    assert decision.lead.id == "centre"
    assert "点位管理单位" in decision.why


def test_two_answers_side_by_side_do_not_make_a_name() -> None:
    scene = replace(SMALL, accused=("accused_name", "phone"))
    assert decide({"accused_name": "新河镇社会发展", "phone": "服务办公室"}, scene=scene).lead.id == "331081104.social"


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(NAMED_BODIES),
    st.sampled_from(sorted(WENLING.townships)),
    st.fixed_dictionaries({"kind": st.sampled_from(["pay", "dust"]), "workers": st.sampled_from([1, 30]), "signs": st.sampled_from([[], ["smoke"]])}),
    st.sampled_from(["{}", "关于{}的投诉", "({})", "{} "]),
)
def test_no_unit_named_in_any_way_gets_the_case_about_itself(unit: Any, township_id: str, answers: dict[str, Any], wording: str) -> None:
    for name in (unit.id, wording.format(unit.name)):
        decision = decide({**answers, "township_id": township_id, "accused_name": name})
        assert unit.id not in {decision.lead.id, *(helper.id for helper in decision.helpers)}


@pytest.mark.parametrize("key", [scene.key for scene in all_scenes() if scene.accused])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_in_every_scene_the_accused_never_gets_the_case(key: str, data: st.DataObject) -> None:
    scene = get_scene(key)
    answers = data.draw(answers_of(scene))
    unit = data.draw(st.sampled_from(NAMED_BODIES))
    answers[data.draw(st.sampled_from(scene.accused))] = unit.name
    decision = route(scene, answers, HALL, WENLING)
    assert unit.id not in {decision.lead.id, *(helper.id for helper in decision.helpers)}
