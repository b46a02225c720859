"""Routing: first match, the place, the reason, the clocks, the accused, explanations and replay."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonzhi_code.areas import County
from gonzhi_code.conditions import ALWAYS, field
from gonzhi_code.counties import load_county
from gonzhi_code.errors import NoRoute
from gonzhi_code.routing import ACCUSED_EXCLUDED, PLACE_UNKNOWN, Decision, route, rule_set, rules_version
from gonzhi_code.routing_explain import HIDDEN, explain
from gonzhi_code.routing_replay import replay
from gonzhi_code.rules import Priority, Visibility
from gonzhi_code.scene import Scene
from gonzhi_code.scenes import all_scenes, get_scene
from gonzhi_code.spots import Spot
from tests.parts.scene_forms import answers_of
from tests.parts.small_scene import REST, SMALL, rule, with_rules

WENLING = load_county("wenling")
XINHE = "331081104000"
HALL = Spot(7, "文化礼堂", "331081104294")
SCENES = {scene.key: scene for scene in all_scenes()}
NAMED_BODIES = [unit for unit in WENLING.units.values() if unit.id != WENLING.last_resort.id]


def decide(answers: dict[str, Any], spot: Spot | None = HALL, scene: Scene = SMALL, county: County = WENLING) -> Decision:
    return route(scene, answers, spot, county)


# ------------------------------------------------------------------------------------------------ which rule


def test_the_first_rule_that_holds_decides() -> None:
    decision = decide({"kind": "pay", "workers": 30, "gathering": False})
    assert decision.rule_id == "small.red"
    assert decision.lead.id == "labour"
    assert [unit.id for unit in decision.helpers] == ["police", "331081104.social"]
    assert (decision.priority, decision.urgent) == (Priority.RED, True)
    assert decision.advice == ("危险请打 110",)


@pytest.mark.parametrize(
    ("answers", "rule_id"),
    [
        ({"kind": "pay", "workers": 29}, "small.pay"),
        ({"kind": "pay", "workers": 30}, "small.red"),
        ({"kind": "pay", "total": Decimal("999999.99")}, "small.pay"),
        ({"kind": "pay", "total": Decimal("1000000.00")}, "small.red"),
        ({"kind": "dust", "workers": 30}, "small.rest"),
        ({"kind": "dust", "signs": ["smell", "smoke"]}, "small.smoke"),
        ({}, "small.rest"),
    ],
)
def test_thresholds_are_met_exactly(answers: dict[str, Any], rule_id: str) -> None:
    assert decide(answers).rule_id == rule_id


def test_a_rule_may_narrow_who_sees_the_case() -> None:
    assert decide({"signs": ["smoke"]}).visibility is Visibility.PROTECTED
    assert decide({}).visibility is Visibility.NORMAL


def test_remarks_add_their_mark_and_their_advice_whichever_rule_decides() -> None:
    decision = decide({"signs": ["night", "smoke"]})
    assert decision.marks == ("complex", "by_night")
    assert decision.advice == ("夜里请先报警",)
    assert decide({"signs": ["night"]}).marks == ("by_night",)


def test_what_the_hub_knows_can_be_asked_like_an_answer() -> None:
    scene = with_rules(rule("torn", field("source") == "bad_code", "centre"), rule("none", field("source") == "none", "police"), REST)
    assert route(scene, {}, HALL, WENLING, facts={"source": "bad_code"}).rule_id == "small.torn"
    assert route(scene, {}, None, WENLING).rule_id == "small.none"
    assert route(scene, {}, HALL, WENLING).rule_id == "small.rest"


def test_rules_that_a_form_can_fall_through_are_a_fault_and_no_silence() -> None:
    with pytest.raises(NoRoute):
        decide({}, scene=with_rules(rule("pay", field("kind") == "pay")))


@pytest.mark.parametrize("scene", [with_rules(), with_rules(rule("x", ALWAYS, "nobody")), with_rules(rule("y", ALWAYS, "labour", "no_one"))])
def test_a_table_that_the_county_cannot_serve_is_refused_when_it_is_made(scene: Scene) -> None:
    with pytest.raises(NoRoute):
        rule_set(scene, WENLING)


def test_a_rule_set_is_made_once_for_a_scene_and_county() -> None:
    assert rule_set(SMALL, WENLING) is rule_set(SMALL, WENLING)
    assert rule_set(with_rules(REST), WENLING) is not rule_set(SMALL, WENLING)


# ------------------------------------------------------------------------------------------------ the place


@pytest.mark.parametrize(
    ("answers", "spot", "place"),
    [
        ({}, HALL, (XINHE, "331081104294")),
        ({"township_id": "331081103000"}, HALL, ("331081103000", "")),
        ({"village_id": "331081103203"}, HALL, ("331081103000", "331081103203")),
        ({"township_id": "331081103000", "village_id": "331081103203"}, None, ("331081103000", "331081103203")),
        ({"township_id": "", "village_id": ""}, HALL, (XINHE, "331081104294")),
        ({"township_id": "330106001000"}, HALL, (XINHE, "331081104294")),
        ({"township_id": "330106001000"}, None, ("", "")),
        ({}, Spot(1, "镇政府", XINHE), (XINHE, "")),
        ({}, Spot(1, "外地", "330106001002"), ("", "")),
        ({}, None, ("", "")),
    ],
)
def test_the_place_of_the_answers_comes_before_that_of_the_poster(
    answers: dict[str, Any], spot: Spot | None, place: tuple[str, str]
) -> None:
    decision = decide(answers, spot)
    assert (decision.township_id, decision.village_id) == place
    assert (PLACE_UNKNOWN in decision.marks) is (place == ("", ""))


def test_without_a_place_the_centre_does_what_a_township_would() -> None:
    decision = decide({}, None)
    assert decision.lead.id == "centre"
    assert "地点待核实" in decision.why
    assert decide({"kind": "pay"}, None).lead.id == "arbitration"


def test_the_owner_of_a_statistical_unit_answers_for_it() -> None:
    decision = decide({"township_id": "331081400000"})
    assert decision.lead.id == "331081102.social"
    assert decision.township_id == "331081400000"


# ------------------------------------------------------------------------------------------------ the reason


def test_the_reason_tells_the_figures_and_the_place() -> None:
    why = decide({"kind": "pay", "workers": 35, "total": Decimal("5000.50")}).why
    assert why == "人数或金额大,由人社局牵头(涉及人数35人,达到30人;地点:新河镇 六闸潮村)。"
    assert why.en == (
        "Many people or much money: the labour bureau leads (Workers: 35 people, at least 30 people; place: 新河镇 六闸潮村)."
    )


def test_the_reason_repeats_nothing_that_somebody_typed() -> None:
    why = decide({"kind": "pay", "workers": 35, "phone": "13800138000", "accused_name": "新河镇社发办的张某"}).why
    assert "138" not in why + why.en
    assert "张某" not in why + why.en


# ------------------------------------------------------------------------------------------------ the clocks


def spans(decision: Decision) -> dict[str, tuple[int, str]]:
    return {clock.key: (clock.span.amount, clock.span.unit.value) for clock in decision.clocks}


def test_the_hubs_clocks_run_beside_those_of_the_scene() -> None:
    assert spans(decide({})) == {
        "statutory.accept": (5, "working_days"),
        "dispatch": (1, "minutes"),
        "acknowledge": (2, "working_hours"),
        "send_back": (1, "working_days"),
        "handle": (5, "working_days"),
        "review": (1, "working_days"),
        "rate": (7, "days"),
    }


def test_an_urgent_matter_has_short_clocks() -> None:
    found = spans(decide({"kind": "pay", "workers": 30}))
    assert (found["acknowledge"], found["handle"]) == ((30, "minutes"), (24, "hours"))


def test_a_complex_matter_has_the_long_one() -> None:
    assert spans(decide({"signs": ["smoke"]}))["handle"] == (15, "working_days")


def test_a_scenes_clock_replaces_the_hubs_of_the_same_name_where_it_applies() -> None:
    assert spans(decide({"gathering": True}))["review"] == (3, "working_days")
    assert spans(decide({"gathering": False}))["review"] == (1, "working_days")


def test_a_county_sets_the_amounts() -> None:
    slow = replace(WENLING, settings={**WENLING.settings, "clock.handle_days": 9, "clock.dispatch_seconds": 90})
    found = spans(decide({}, county=slow))
    assert found["handle"] == (9, "working_days")
    # Clocks count in minutes, and a minute too few would call a dispatch late that is not.
    assert found["dispatch"] == (2, "minutes")


# ------------------------------------------------------------------------------------------------ the accused


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
        ("温 岭 市 人社局(信访科)", {"kind": "pay", "workers": 30}, "centre"),
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
    assert "新河镇社会发展服务办公室与被反映单位有关,按规定回避,改由温岭市社会治理中心办理" in why
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


# ------------------------------------------------------------------------------------------------ the installed scenes


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


@pytest.mark.parametrize("key", sorted(key for key, scene in SCENES.items() if scene.accused))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_in_every_scene_the_accused_never_gets_the_case(key: str, data: st.DataObject) -> None:
    scene = get_scene(key)
    answers = data.draw(answers_of(scene))
    unit = data.draw(st.sampled_from(NAMED_BODIES))
    answers[data.draw(st.sampled_from(scene.accused))] = unit.name
    decision = route(scene, answers, HALL, WENLING)
    assert unit.id not in {decision.lead.id, *(helper.id for helper in decision.helpers)}


# ------------------------------------------------------------------------------------------------ version, explanation, replay


def test_the_version_changes_with_anything_that_decides_and_with_nothing_else() -> None:
    version = rules_version(SMALL, WENLING)
    assert version == rules_version(SMALL, load_county("wenling"))
    changed = [
        with_rules(*SMALL.rules[1:]),
        replace(SMALL, clocks=()),
        replace(SMALL, remarks=()),
        replace(SMALL, accused=()),
        with_rules(replace(SMALL.rules[0], lead="police"), *SMALL.rules[1:]),
    ]
    assert version not in {rules_version(scene, WENLING) for scene in changed}
    assert version != rules_version(SMALL, replace(WENLING, digest="0"))
    assert version == rules_version(replace(SMALL, title=SMALL.summary), WENLING)


def test_an_explanation_shows_what_every_rule_saw() -> None:
    found = explain(SMALL, {"kind": "pay", "workers": 12, "gathering": False}, HALL, WENLING)
    assert found.place == "新河镇 六闸潮村"
    assert [(one.rule_id, one.held, one.decided) for one in found.tried] == [
        ("small.red", False, False),
        ("small.pay", True, True),
        ("small.smoke", False, False),
        ("small.rest", True, False),
    ]
    first = found.tried[0].compared[0]
    assert (first.text, first.have, first.wanted, first.held) == ("workers >= wage.red_workers", "12", "30", False)
    assert found.to_data()["lead"] == "arbitration"


def test_an_explanation_hides_what_identifies_a_person() -> None:
    scene = with_rules(rule("phone", field("phone").given()), REST)
    found = explain(scene, {"phone": "13800138000"}, HALL, WENLING)
    assert found.tried[0].compared[0].have == HIDDEN
    assert "13800138000" not in str(found.to_data())


def test_a_replay_under_the_same_rules_changes_nothing() -> None:
    assert replay(_records(), all_scenes(), WENLING) == []


def test_a_replay_names_the_cases_that_would_go_elsewhere() -> None:
    strict = replace(WENLING, settings={**WENLING.settings, "wage.yellow_workers": 3})
    found = replay(_records(), all_scenes(), strict)
    assert [(one.case_no, one.was_rule, one.now_rule, one.moved) for one in found] == [
        ("C-wage", "wage.blue.housing", "wage.yellow.housing", False)
    ]


def test_a_replay_tells_a_moved_case_from_one_whose_rule_only_has_another_name() -> None:
    record = next(one for one in _records() if one["scene_key"] == "general")
    moved = replay([record | {"lead": "ecology"}], all_scenes(), WENLING)
    assert [(one.was_lead, one.now_lead, one.moved) for one in moved] == [("ecology", "331081104.social", True)]


def test_a_replay_reports_a_case_whose_scene_is_gone() -> None:
    (found,) = replay([{"scene_key": "gone", "answers": {}, "rule_id": "gone.x", "lead": "labour"}], all_scenes(), WENLING)
    assert found.moved
    assert found.now_rule == ""


def _records() -> list[dict[str, Any]]:
    records = []
    for scene in (get_scene(key) for key in ("wage", "medins", "shelter", "campus", "general")):
        answers = scene.load(scene.sample)
        decision = route(scene, answers, HALL, WENLING)
        records.append(
            {
                "case_no": f"C-{scene.key}",
                "scene_key": scene.key,
                "answers": scene.dump(answers),
                "place": HALL.village_id,
                "rule_id": decision.rule_id,
                "lead": decision.lead.id,
            }
        )
    return records
