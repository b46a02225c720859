"""Civil-defence works: the checklist, who acts on what, and what may never be written down."""

from __future__ import annotations

from typing import Any

import pytest

from gonzhi_code.scenes import get_scene
from gonzhi_code.scenes.shelter_checklist import ITEMS
from tests.parts.deciding import COUNTY, decide, helpers, load, wrong
from tests.test_shelter_secrets import SECRETS


def test_every_item_must_be_answered_and_what_is_wrong_described() -> None:
    assert [item.key for item in ITEMS] == [f"c{n:02d}" for n in range(1, 18)]
    messages = wrong("shelter", c01=None, c17=None, c02="bad", c06_note="脏乱")
    assert set(messages) == {"c01", "c17", "c02_note", "c06_note"}
    assert "至少 5 个字" in messages["c06_note"][0]
    assert "最多 200 个字" in wrong("shelter", c06_note="乱" * 201)["c06_note"][0]
    assert "c06_note" not in load("shelter", c06="good")


def test_items_that_are_wrong_ask_for_photos_of_their_own() -> None:
    shelter = get_scene("shelter")
    decision = decide("shelter", c05="bad", c05_note="东墙渗水很严重")
    assert "photos_wanted" in decision.marks
    answers = load("shelter", c05="bad", c05_note="东墙渗水很严重")
    assert [spec.name for spec in shelter.photos_wanted(answers)] == ["c05", "c06"]
    assert "photos_wanted" not in decide("shelter", c06="good").marks


@pytest.mark.parametrize(
    ("changes", "overall", "lead", "helper"),
    [
        ({"c06": "good", "needs_town": False}, "good", "civil_defence", "township"),
        ({"c06": "unseen", "needs_town": False}, "mend", "township", "civil_defence"),
        ({}, "mend", "township", "civil_defence"),
        ({"c11": "bad", "c11_note": "消火栓箱门打不开"}, "mend", "township", "fire"),
        ({"c04": "bad", "c04_note": "顶板被钻了两个孔"}, "grave", "township", "civil_defence"),
        ({"c16": "bad", "c16_note": "堆放了两桶汽油"}, "grave", "township", "emergency"),
        ({"hazards_seen": ["seizure"]}, "grave", "township", "civil_defence"),
    ],
)
def test_what_was_found_decides_who_acts(changes: dict[str, Any], overall: str, lead: str, helper: str) -> None:
    assert load("shelter", **changes)["overall"] == overall
    decision = decide("shelter", **changes)
    civil_defence = COUNTY.unit_for("civil_defence")
    named = {"civil_defence": civil_defence.id}
    assert (decision.lead.kind == "township") if lead == "township" else decision.lead.id == named[lead]
    if helper == "township":
        assert any(unit.kind == "township" for unit in decision.helpers)
    else:
        assert named.get(helper, helper) in helpers(decision)


def test_a_permit_has_a_number_and_none_has_none() -> None:
    assert set(wrong("shelter", permit_no=None)) == {"permit_no"}
    assert "permit_no" not in load("shelter", permit_kind="none")


def test_no_question_asks_where_a_shelter_lies_or_what_it_withstands() -> None:
    names = " ".join(get_scene("shelter").fact_names)
    assert not any(word in names for word in ("lat", "lng", "lon", "coord", "geo", "gps", "grade", "wartime", "drawing", "plan"))
    for spec in get_scene("shelter").form.fields:
        assert not any(word in spec.label for word in ("坐标", "经度", "纬度", "等级", "战时", "图纸")), spec.name


@pytest.mark.parametrize("text", [text for _, text in SECRETS])
def test_coordinates_and_grades_are_refused_in_every_text_of_a_shelter(text: str) -> None:
    shelter = get_scene("shelter")
    texts = [spec.name for spec in shelter.form.fields if spec.widget in ("text", "textarea")]
    assert {"description", "project_name", "project_id", "property_org", "permit_no", "reporter_name", "c06_note"} <= set(texts)
    changes = dict.fromkeys(texts, f"说明：{text}") | {item.key: "bad" for item in ITEMS}
    messages = wrong("shelter", **changes)
    for name in texts:
        assert "秘密" in messages[name][0], name


def test_a_note_is_asked_for_in_one_plain_sentence() -> None:
    assert wrong("shelter", c06_note=None)["c06_note"] == ["请填写：口部通道哪里不对"]
    assert wrong("shelter", c06_note="脏乱")["c06_note"] == ["口部通道哪里不对：至少 5 个字，现在是 2 个字"]
