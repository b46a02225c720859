"""Wage arrears: complaint and report, representatives, arbitration, colours and figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from gonzhi_code.rules import Priority
from gonzhi_code.scenes import get_scene
from tests.parts.deciding import decide, form, helpers, load, wrong


@pytest.mark.parametrize("name", ["employer_name", "employer_address"])
def test_a_complaint_without_the_employer_is_refused_with_the_offer_to_report(name: str) -> None:
    (sentence,) = wrong("wage", **{name: None})[name]
    assert "举报" in sentence and "第二十二条" in sentence
    assert "report" in sentence.en  # type: ignore[attr-defined]


def test_a_complaint_needs_a_real_name_and_a_report_needs_nobody() -> None:
    person = {"reporter_name": None, "reporter_phone": None, "reporter_id_no": None, "reporter_address": None}
    messages = wrong("wage", **person)
    assert set(messages) == set(person) and all("投诉要实名" in sentences[0] for sentences in messages.values())
    report = load("wage", kind="report", employer_name=None, employer_address=None, in_arbitration=None, wants_feedback=None, **person)
    assert "representatives" not in report and "reporter_id_no" not in report


def test_a_report_drops_the_id_number_even_if_it_was_posted() -> None:
    assert "reporter_id_no" not in load("wage", kind="report")


def test_two_or_more_complain_through_one_to_five_representatives() -> None:
    people = [{"name": f"张三{n}", "phone": f"1380013800{n}"} for n in range(6)]
    assert "representatives" in wrong("wage", representatives=None)
    assert len(load("wage", worker_count=6, representatives=people[:5])["representatives"]) == 5
    (sentence,) = wrong("wage", worker_count=6, representatives=people)["representatives"]
    assert "最多 5 人" in sentence and "浙江省劳动保障监察条例第二十条" in sentence
    assert "representatives" not in load("wage", worker_count=1)


def test_there_are_no_more_representatives_than_workers_and_none_twice() -> None:
    people = [{"name": f"张三{n}", "phone": f"1380013800{n}"} for n in range(5)]
    (sentence,) = wrong("wage", worker_count=2, representatives=people)["representatives"]
    assert sentence == "代表有 5 位，比欠薪人数 2 人还多"
    (sentence,) = wrong("wage", worker_count=3, representatives=[people[0], people[1], people[0]])["representatives"]
    assert "写了两次" in sentence
    assert "representatives" in wrong("wage", worker_count=3, representatives=[people[0], {"name": "张三0", "phone": "+86 138 0013 8000"}])
    namesake = [people[0], {"name": "张三0", "phone": "13800138009"}]
    assert len(load("wage", worker_count=2, representatives=namesake)["representatives"]) == 2


@pytest.mark.parametrize(("tail", "kept"), [("1231", "1231"), ("123x", "123X"), ("１２３Ｘ", "123X"), (" 12 3X ", "123X")])
def test_the_last_four_of_an_id_are_kept_as_printed(tail: str, kept: str) -> None:
    (worker,) = load("wage", workers=[{"name": "甲乙", "amount": "20000", "id_tail4": tail}])["workers"]
    assert worker["id_tail4"] == kept


@pytest.mark.parametrize("tail", ["我是谁啊", "12X3", "X123", "123", "12345", "abcd", "一二三四"])
def test_what_is_not_the_last_four_of_an_id_is_refused_at_its_cell(tail: str) -> None:
    messages = wrong("wage", workers=[{"name": "甲乙", "amount": "20000", "id_tail4": tail}])
    assert messages == {"workers-0-id_tail4": ["身份证后四位是三个数字，再加一个数字或 X"]}


def test_a_report_that_wants_an_sms_needs_a_number_and_a_complaint_says_so_in_its_own_words() -> None:
    report = {"kind": "report", "reporter_phone": None}
    assert wrong("wage", **report) == {"reporter_phone": ["要收短信请填手机号，或者取消勾选“办好后请给我发短信”"]}
    assert "reporter_phone" not in load("wage", **report, wants_feedback=False)
    assert "投诉要实名" in wrong("wage", reporter_phone=None)["reporter_phone"][0]


def test_a_vanished_boss_brings_word_of_the_emergency_fund_and_the_criminal_track() -> None:
    decision = decide("wage", abscond=True)
    (advice,) = [words for words in decision.advice if "应急周转金" in words]
    assert "保障农民工工资支付条例第六十三条" in advice and "刑法第二百七十六条之一" in advice and "Art. 63" in advice.en  # type: ignore[attr-defined]
    assert "boss_gone" in decision.marks and "boss_gone" not in decide("wage").marks


def test_sums_and_months_of_arrears_must_fit_each_other() -> None:
    assert "早于" in wrong("wage", arrears_from="2025-12")["arrears_to"][0]
    rows = [{"name": "甲乙", "amount": "20000"}, {"name": "丙丁", "amount": "30000"}]
    assert "50000" in wrong("wage", workers=rows)["amount_total"][0]
    assert "比填的人数多" in wrong("wage", worker_count=1, workers=rows, amount_total=50000)["worker_count"][0]
    assert load("wage", worker_count=2, workers=rows, amount_total="5万")["one_worker_amount"] == Decimal(30000)


def test_the_two_years_run_from_the_last_month_owed() -> None:
    assert load("wage", arrears_from="2024-01", arrears_to="2024-11")["over_two_years"] is False
    late = load("wage", arrears_from="2024-01", arrears_to="2024-10")
    assert late["over_two_years"] is True and late["arrears_months"] == 10
    decision = decide("wage", arrears_from="2024-01", arrears_to="2024-10")
    assert "over_two_years" in decision.marks and any("12348" in words for words in decision.advice)
    assert "over_two_years" not in get_scene("wage").load(form("wage"))


def test_construction_brings_its_authority_and_other_work_does_not() -> None:
    for works, unit in (("housing", "housing"), ("transport", "transport"), ("water", "waterworks")):
        decision = decide("wage", project_type=works)
        assert decision.lead.id == "labour" and unit in helpers(decision)
    plain = decide("wage", sector="non_construction", industry="catering")
    assert plain.lead.id == "labour" and not helpers(plain) & {"housing", "transport", "waterworks"}


def test_a_matter_in_arbitration_goes_to_advice_but_not_when_a_crowd_gathers() -> None:
    decision = decide("wage", in_arbitration=True)
    assert (decision.lead.id, decision.rule_id) == ("arbitration", "wage.arbitration")
    assert "legal_aid" in helpers(decision) and any("12348" in words for words in decision.advice)
    crowd = decide("wage", in_arbitration=True, gathering="ongoing")
    assert crowd.lead.id == "labour" and "police" in helpers(crowd) and crowd.urgent


@pytest.mark.parametrize(
    ("changes", "colour"),
    [
        ({"abscond": True}, Priority.RED), ({"gathering": "ongoing"}, Priority.RED), ({"worker_count": 30}, Priority.RED),
        ({"amount_total": 1000000}, Priority.RED), ({"worker_count": 29}, Priority.ORANGE), ({"amount_total": 100000}, Priority.ORANGE),
        ({"worker_count": 9}, Priority.YELLOW), ({"amount_total": 60000}, Priority.YELLOW), ({"worker_count": 4, "amount_total": "59999.99"}, Priority.BLUE),
        ({"gathering": "planned"}, Priority.BLUE),
    ],
)  # fmt: skip
def test_colours_follow_the_countys_figures(changes: dict[str, Any], colour: Priority) -> None:
    assert decide("wage", **changes).priority is colour


def test_the_criminal_figures_put_a_mark() -> None:
    one = {"worker_count": 1, "representatives": None}
    assert "criminal_amount_reached" in decide("wage", **one, amount_total=10000).marks
    assert "criminal_amount_reached" not in decide("wage", **one, amount_total="9999.99").marks
    assert "criminal_amount_reached" not in decide("wage", **one, amount_total=10000, arrears_from="2025-10").marks
    assert "criminal_amount_reached" in decide("wage", worker_count=10, amount_total=60000).marks


# ------------------------------------------------------------------------------------------------ who comes, and who does not


@pytest.mark.parametrize("name", ["温岭市公安局业务用房工程", "派出所旁边的小区", "温岭市公安局", "公安局食堂"])
@pytest.mark.parametrize("asked", ["employer_name", "project_name", "owner_unit", "general_contractor", "subcontractor"])
def test_a_crowd_has_the_police_whatever_the_site_is_called(name: str, asked: str) -> None:
    for changes in ({"gathering": "ongoing"}, {"abscond": True}):
        decision = decide("wage", **changes, **{asked: name})
        assert "police" in helpers(decision) and decision.lead.id == "labour"
        assert "公安马上到场" in decision.why


def test_an_employer_next_door_to_the_bureau_is_the_bureaus_case() -> None:
    assert decide("wage", employer_name="宏达建筑公司（人社局隔壁）").lead.id == "labour"
    assert decide("wage", employer_name="人社局旁边的饭店").lead.id == "labour"
    assert decide("wage", employer_name="温岭市人社局").lead.id == "centre"


@pytest.mark.parametrize("asked", ["employer_name", "owner_unit", "general_contractor", "subcontractor"])
def test_a_town_that_owes_wages_does_not_help_in_the_case(asked: str) -> None:
    for name in ("新河镇", "新河镇政府", "镇政府"):
        decision = decide("wage", worker_count=30, **{asked: name})
        assert decision.lead.id == "labour"
        assert not {one for one in helpers(decision) if one.startswith("331081104")}
        assert "新河镇平安法治办公室与被反映单位有关，不参加办理" in decision.why


def test_arbitration_is_asked_of_a_report_too_and_brings_the_advice() -> None:
    asked = get_scene("wage").fields["in_arbitration"]
    assert asked.show_when is None
    report = decide("wage", kind="report", in_arbitration=True)
    assert report.lead.id == "labour" and "other_channel" in report.marks
    assert [words for words in report.advice if "12333" in words and "12348" in words]
    crowd = decide("wage", in_arbitration=True, gathering="ongoing")
    assert any("12333" in words for words in crowd.advice)
    assert [words for words in decide("wage", in_arbitration=True).advice if "12333" in words] == [*decide("wage", in_arbitration=True).advice]
    assert not any("12333" in words for words in decide("wage", kind="report", in_arbitration=None).advice)


def test_no_investigation_is_counted_where_the_law_lets_none_begin() -> None:
    def clocks(**changes: Any) -> set[str]:
        return {clock.key for clock in decide("wage", **changes).clocks}

    assert "statutory.investigate" not in clocks(in_arbitration=True)
    assert "statutory.accept" in clocks(in_arbitration=True)
    assert "statutory.investigate" in clocks()
    assert "statutory.investigate" in clocks(kind="report", in_arbitration=True)


def test_the_reason_tells_people_and_money_in_short_nouns() -> None:
    why = decide("wage", worker_count=30, amount_total=1000000).why
    assert "（涉及人数：30人，达到30人；欠薪总额：100万元，达到100万元；" in why
    assert "(Workers: 30 people, at least 30 people; Total owed: 1,000,000 yuan, at least 1,000,000 yuan;" in why.en
