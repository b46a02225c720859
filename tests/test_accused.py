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
    rule = next(one for one in scene.rules if one.id == decision.rule_id)
    # Whom the law calls at once helps, whatever is written; it leads no case about itself either.
    assert unit.id != decision.lead.id
    assert unit.id not in {helper.id for helper in decision.helpers} or unit.id in rule.at_once


# ------------------------------------------------------------------------------------------------ as people say it

XINHE, TAIPING = "331081104000", "331081001000"


def gone_to(accused: str, category: str, township_id: str = XINHE, **more: Any) -> Decision:
    scene = get_scene("general")
    form = {**scene.sample, "category": category, "accused_name": accused, "township_id": township_id, **more}
    return route(scene, scene.load(form), None, WENLING)


def units_of(decision: Decision) -> set[str]:
    return {decision.lead.id, *(helper.id for helper in decision.helpers)}


@pytest.mark.parametrize(
    ("category", "unit_id", "words"),
    [
        ("building", "331081104.enforcement", "镇政府 新河镇 新河 镇里 执法队 街道办 新河镇干部 镇里的领导 我们镇政府 温岭市新河镇 城管 新河镇城管"),
        ("unclear", "331081104.command", "新河镇干部 镇干部 新河镇镇长 镇政府和村干部"),
        ("traffic", "traffic_police", "交警 温岭交警 温岭市交警 新河交警 新河镇交警 交警同志 公安、交警"),
        ("transit", "transport", "交通局 市交通局 温岭交通局"),
        ("conduct", "discipline", "纪委 监委 市纪委 温岭市监委"),
        ("security", "police", "公安 民警 警察 公安机关 公安部门 大溪公安"),
        ("land", "planning", "规划局 自然资源和规划所 国土所"),
        ("work", "labour", "劳动监察 社保局 社保中心 人社"),
        ("power", "utility.power", "供电所 电力公司 新河供电所"),
    ],
)
def test_a_body_named_the_way_people_name_it_has_no_part_in_its_case(category: str, unit_id: str, words: str) -> None:
    assert unit_id in units_of(gone_to("某某公司", category))
    for accused in words.split():
        decision = gone_to(accused, category)
        assert unit_id not in units_of(decision), accused
        assert ACCUSED_EXCLUDED in decision.marks and "与被反映单位有关" in decision.why


@pytest.mark.parametrize("accused", ["太平街道", "太平街道办", "街道办事处", "街道办", "太平街道干部", "街道", "太平"])
def test_a_subdistrict_by_any_of_its_names_stands_for_its_offices(accused: str) -> None:
    decision = gone_to(accused, "building", TAIPING)
    assert decision.lead.id == "centre"
    assert not {one for one in units_of(decision) if one.startswith(TAIPING[:9])}


@pytest.mark.parametrize("accused", ["泽国镇政府", "泽国镇干部", "泽国镇", "市政府", "新河镇六闸潮村", "新河镇 六闸潮村", "新河镇里的一家工厂", "新河中学", "城北小学"])
def test_another_town_or_a_place_in_this_one_bars_nobody_here(accused: str) -> None:
    assert gone_to(accused, "building").lead.id == "331081104.enforcement"


def test_who_is_next_door_to_a_body_is_not_that_body() -> None:
    assert gone_to("派出所旁边的网吧", "security").lead.id == "police"
    assert gone_to("人社局隔壁的烧烤店", "work").lead.id == "labour"
    assert gone_to("人社局和隔壁的烧烤店", "work").lead.id == "centre"


def test_a_helper_that_is_accused_is_told_to_have_no_part() -> None:
    decision = gone_to("供电公司", "noise", source_kind="equipment", asset_owner="power")
    assert decision.lead.id == "331081104.social" and decision.helpers == ()
    assert "供电公司与被反映单位有关，不参加办理" in decision.why
    assert "not taking part" in decision.why.en


@pytest.mark.parametrize("unit", [unit for unit in NAMED_BODIES if not unit.township_id], ids=lambda unit: str(unit.id))
def test_every_alias_of_a_body_is_enough_to_keep_the_case_from_it(unit: Any) -> None:
    scene = replace(SMALL, rules=(replace(SMALL.rules[-1], lead=unit.id, helpers=()),))
    for name in (unit.name, *unit.aliases):
        decision = decide({"accused_name": name}, scene=scene)
        assert decision.lead.id != unit.id, name
        assert f"改由{decision.lead.name}办理" in decision.why


# ------------------------------------------------------------------------------------------------ proper names

EMPLOYERS = replace(SMALL, proper_names=("accused_name",), rules=(replace(SMALL.rules[-1], lead="police", helpers=("labour", "township.social")),))


@pytest.mark.parametrize(
    "name",
    ["温岭市公安局业务用房工程", "派出所旁边的实验小学", "公安局机关幼儿园", "宏达建筑公司（人社局隔壁）", "宏达建筑公司，人社局对面", "宏达公司人社局",
     "新河镇小学", "新河镇政府办公楼", "镇政府旁边的工地", "某某物业（新河镇政府）", "太平洋保险", "住建局安置房项目"],
)  # fmt: skip
def test_a_name_that_mentions_a_body_is_not_that_body(name: str) -> None:
    assert units_of(decide({"accused_name": name}, scene=EMPLOYERS)) == {"police", "labour", "331081104.social"}


@pytest.mark.parametrize(
    ("unit_id", "names"),
    [
        ("police", "温岭市公安局 公安局食堂 温岭市公安局大溪派出所 公安 （温岭市公安局） 浙江省温岭市公安局 公安局（隔壁人社局）"),
        ("labour", "人社局 温岭市人力资源和社会保障局 人社局劳动监察大队 人社局（宏达公司旁边） 温岭人社"),
        ("331081104.social", "新河镇 新河镇政府 镇政府 新河镇的社发办 社发办 新河镇人民政府食堂"),
    ],
)
def test_a_body_that_is_the_employer_itself_has_no_part(unit_id: str, names: str) -> None:
    for name in names.split():
        assert unit_id not in units_of(decide({"accused_name": name}, scene=EMPLOYERS)), name


@pytest.mark.parametrize("name", ["温岭市水务集团有限公司", "温岭市水务集团有限公司新河分公司", "温岭市水务集团自来水公司"])
def test_a_company_is_known_by_its_registered_name(name: str) -> None:
    assert decide({"accused_name": name}, scene=replace(SMALL, proper_names=("accused_name",))).helpers == ()


def test_whom_the_law_calls_at_once_comes_and_does_not_lead_its_own_case() -> None:
    scene = replace(EMPLOYERS, rules=(replace(EMPLOYERS.rules[-1], at_once=("police",)),))
    decision = decide({"accused_name": "温岭市公安局"}, scene=scene)
    assert decision.lead.id == "centre" and [unit.id for unit in decision.helpers] == ["police", "labour", "331081104.social"]
    assert "改由温岭市社会治理中心办理；温岭市公安局依法仍马上到场协助。" in decision.why
    owned = decide({}, replace(HALL, owner_unit_id="police"), scene)
    assert owned.lead.id == "centre" and "police" in units_of(owned) and "点位管理单位" in owned.why
