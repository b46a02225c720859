"""General matters: what is already elsewhere, what is urgent, and a place that is not known."""

from __future__ import annotations

import pytest

from gonzhi_code.routing import route
from gonzhi_code.rules import Priority
from gonzhi_code.scenes import get_scene
from gonzhi_code.scenes.categories import CATEGORIES
from gonzhi_code.scenes.envelope import WARNING
from tests.parts.deciding import COUNTY, decide, load

ELSEWHERE = ["court", "arbitration", "discipline", "review", "disclosure", "petition"]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_what_is_urgent_stays_urgent_before_another_body(elsewhere: str) -> None:
    urgent = decide("general", category="gas", urgency="urgent", elsewhere=elsewhere)
    assert urgent.urgent and urgent.priority is Priority.YELLOW and urgent.lead.id == "centre"
    assert WARNING in urgent.advice and len(urgent.advice) == 2 and "other_channel" in urgent.marks
    calm = decide("general", category="gas", elsewhere=elsewhere)
    assert not calm.urgent and WARNING not in calm.advice and "other_channel" in calm.marks


@pytest.mark.parametrize("category", [category.value for category in CATEGORIES])
def test_without_a_place_the_reason_names_the_lead_that_finds_it_out(category: str) -> None:
    decision = route(get_scene("general"), load("general", category=category), None, COUNTY)
    by_town = decision.why.startswith("地点还不清楚，先由温岭市社会治理中心核实")
    assert by_town is (decision.lead.id == "centre")
