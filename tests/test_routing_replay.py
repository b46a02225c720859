"""Versions of rules, explanations of decisions, and the replay of past cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gonzhi_code.conditions import field
from gonzhi_code.counties import load_county
from gonzhi_code.routing import route, rules_version
from gonzhi_code.routing_explain import HIDDEN, explain
from gonzhi_code.routing_replay import replay
from gonzhi_code.scenes import all_scenes, get_scene
from gonzhi_code.spots import Spot
from tests.parts.small_scene import REST, SMALL, rule, with_rules

WENLING = load_county("wenling")
HALL = Spot(7, "文化礼堂", "331081104294")


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (3, "record 2 is no object"),
        ({}, "record 2 has no scene_key"),
        ({"scene_key": "wage", "answers": [1]}, "record 2 has answers that are no object"),
        ({"scene_key": "wage", "answers": {"amount_total": "Zhao", "arrears_months": "Zhao"}}, "the answers amount_total, arrears_months cannot be read"),
        ({"scene_key": "wage", "answers": {"worker_count": "Zhao"}}, "record 2 cannot be decided: an answer or a fact is of another kind"),
        ({"scene_key": "wage", "spot": {"id": 7}}, "record 2 has a spot that is no object with id, name, village_id"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_by_its_place_without_its_answers(record: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        replay([{"scene_key": "dogs"}, record], all_scenes(), WENLING)
    assert "Zhao" not in str(caught.value)


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
