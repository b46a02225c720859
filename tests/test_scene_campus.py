"""Schools: mandatory reports, sealing, who answers for what, and pupils without names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gonzhi_code.routing import route
from gonzhi_code.rules import Priority, Visibility
from gonzhi_code.scenes import get_scene
from gonzhi_code.scenes.minors import DANGERS, SITUATIONS
from tests.parts.deciding import COUNTY, XINHE, decide, helpers, load, wrong


def test_any_of_the_nine_situations_goes_to_the_police_sealed_at_once() -> None:
    assert len(SITUATIONS) == 9
    for situation in SITUATIONS:
        decision = decide("campus", mandatory=[situation.value])
        assert decision.lead.id == "police" and {"education", "civil_affairs"} <= helpers(decision)
        assert decision.urgent and decision.priority is Priority.RED and decision.visibility is Visibility.SEALED
        assert {"mandatory_report", "police_now"} <= set(decision.marks)
        assert any("110" in words for words in decision.advice)
        assert load("campus", mandatory=[situation.value])["police_now"] is True


SCHOOLS = ["派出所旁边的实验小学", "公安局机关幼儿园", "温岭市公安局", "公安", "教育局附属小学", "新河镇", "市纪委监委"]
POLICE_MATTERS = [{"mandatory": [one.value]} for one in SITUATIONS] + [
    {"category": "X06"}, {"category": "X05", "danger_now": True}, {"category": "X10", "danger_now": True},
]  # fmt: skip


@pytest.mark.parametrize("school", SCHOOLS)
def test_no_name_of_a_school_keeps_the_police_from_what_they_must_know_at_once(school: str) -> None:
    for matter in POLICE_MATTERS:
        decision = decide("campus", school_name=school, **matter)
        assert "police" in {decision.lead.id} | helpers(decision), (school, matter)
    # A school beside a police station is no police station.
    assert (decide("campus", school_name=school, category="X06").lead.id == "police") is ("公安" not in school or "幼儿园" in school)


def test_the_police_are_said_to_have_it_only_where_they_have_it() -> None:
    for owner in ("", "police", "education"):
        spot = replace(XINHE, owner_unit_id=owner)
        for school in SCHOOLS:
            for danger in DANGERS:
                for more in ({}, {"mandatory": ["missing"]}, {"danger_now": True}):
                    answers = load("campus", school_name=school, category=danger.code, **{"danger_now": False, **more})
                    decision = route(get_scene("campus"), answers, spot, COUNTY)
                    if any("已经转给公安" in words for words in decision.advice):
                        assert "police" in {decision.lead.id} | helpers(decision)


def test_the_reason_names_nobody_who_has_no_part() -> None:
    for danger in DANGERS[:-1]:
        for minor in (True, False):
            why = decide("campus", category=danger.code, minor_involved=minor, danger_now=True).why
            assert "镇街" not in why and "town help" not in why.en, danger.code


def test_the_situations_are_whole() -> None:
    words = {situation.value: situation.label for situation in SITUATIONS}
    assert all(harm in words["selfharm"] for harm in ("自杀", "自残", "中毒", "麻醉", "殴打", "伤残", "死亡"))
    assert all(harm in words["abuse"] for harm in ("家暴", "欺凌", "虐待"))


def test_suspected_abuse_goes_to_the_police_without_any_tick() -> None:
    decision = decide("campus", category="X06")
    assert decision.lead.id == "police" and decision.visibility is Visibility.SEALED and "mandatory_report" in decision.marks


def test_what_concerns_a_minor_is_sealed_in_every_category() -> None:
    for danger in DANGERS:
        for in_danger in (True, False):
            sealed = decide("campus", category=danger.code, minor_involved=True, danger_now=in_danger)
            assert sealed.visibility is Visibility.SEALED, danger.code
    for code in ("X05", "X06", "X09", "X10"):
        assert decide("campus", category=code, minor_involved=False, danger_now=False).visibility is Visibility.SEALED
    assert decide("campus", category="X02").visibility is Visibility.NORMAL


@pytest.mark.parametrize(
    ("category", "lead", "urgent"),
    [("X01", "market", False), ("X02", "traffic_police", False), ("X03", "fire", False), ("X05", "education", True), ("X09", "police", True),
     ("X10", "education", True), ("X11", "health", True), ("X12", "education", False), ("X14", "", False)],
)  # fmt: skip
def test_each_category_has_its_body(category: str, lead: str, urgent: bool) -> None:
    decision = decide("campus", category=category, danger_now=False)
    assert decision.urgent is urgent
    assert decision.lead.id == lead if lead else decision.lead.kind == "township"


def test_somebody_in_danger_makes_it_urgent_and_bullying_a_matter_for_the_police() -> None:
    assert "danger_now" in wrong("campus", category="X05")
    assert decide("campus", category="X05", danger_now=True).lead.id == "police"
    food = decide("campus", category="X01", danger_now=True)
    assert food.urgent and food.lead.id == "market" and "health" in helpers(food)


def test_a_pupil_gives_no_name_and_stays_anonymous_without_a_phone() -> None:
    answers = load("campus", reporter_role="student", reporter_name="小明", reporter_phone=None, wants_feedback=None)
    assert "reporter_name" not in answers and answers["anonymous"] is True
    assert load("campus", reporter_name="家长")["anonymous"] is False
    assert "短信" in wrong("campus", reporter_phone=None)["reporter_phone"][0]
