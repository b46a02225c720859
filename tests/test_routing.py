"""Routing: the first match, the place, the reason in words and the clocks."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gonzhi_code.areas import County
from gonzhi_code.conditions import ALWAYS, field
from gonzhi_code.counties import load_county
from gonzhi_code.errors import NoRoute
from gonzhi_code.routing import PLACE_UNKNOWN, Decision, route, rule_set
from gonzhi_code.rules import Priority, Visibility
from gonzhi_code.scene import Scene
from gonzhi_code.spots import Spot
from tests.parts.small_scene import REST, SMALL, rule, with_rules

WENLING = load_county("wenling")
XINHE = "331081104000"
HALL = Spot(7, "文化礼堂", "331081104294")


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


def test_what_was_worked_out_for_a_county_goes_with_it() -> None:
    county = replace(WENLING)
    rule_set(SMALL, county)
    gone = weakref.ref(county)
    del county
    gc.collect()
    assert gone() is None


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


def test_the_reason_names_who_has_it_where_the_place_is_not_known() -> None:
    why = decide({}, None).why
    assert why == "地点还不清楚，先由温岭市社会治理中心核实，再转给当地镇街。由镇街办理（地点待核实）。"
    assert why.en.startswith("The place is not clear yet; Wenling Social Governance Centre first finds it out")
    # Whom the place does not decide has it in any place.
    assert "还不清楚" not in decide({"kind": "pay"}, None).why
    assert "还不清楚" not in decide({}).why


def test_without_a_place_and_about_the_centre_the_reason_names_the_body_above_it() -> None:
    decision = decide({"accused_name": "社会治理中心"}, None)
    assert decision.lead.id == "discipline"
    assert "先由温岭市纪委监委核实" in decision.why


def test_the_owner_of_a_statistical_unit_answers_for_it() -> None:
    decision = decide({"township_id": "331081400000"})
    assert decision.lead.id == "331081102.social"
    assert decision.township_id == "331081400000"


# ------------------------------------------------------------------------------------------------ the reason


def test_the_reason_tells_the_figures_and_the_place() -> None:
    why = decide({"kind": "pay", "workers": 35, "total": Decimal("5000.50")}).why
    assert why == "人数或金额大，由人社局牵头（涉及人数：35人，达到30人；地点：新河镇 六闸潮村）。"
    assert why.en == (
        "Many people or much money: the labour bureau leads (Workers: 35 people, at least 30 people; place: 新河镇 六闸潮村)."
    )


@pytest.mark.parametrize(
    ("total", "zh", "en"),
    [
        (Decimal("1000000.00"), "总额：100万元，达到100万元", "Total: 1,000,000 yuan, at least 1,000,000 yuan"),
        (Decimal("1234567.80"), "总额：1,234,567.8元，达到100万元", "Total: 1,234,567.8 yuan"),
        (Decimal("12000000"), "总额：1,200万元", "Total: 12,000,000 yuan"),
    ],
)
def test_a_large_figure_is_written_so_that_it_can_be_read(total: Decimal, zh: str, en: str) -> None:
    why = decide({"kind": "pay", "total": total}).why
    assert zh in why and en in why.en


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
