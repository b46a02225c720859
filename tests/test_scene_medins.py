"""Medical insurance: anonymous rewards, protection of the reporter, the bureau that leads."""

from __future__ import annotations

from gonzhi_code.rules import Visibility
from gonzhi_code.scenes import get_scene
from gonzhi_code.scenes.violations import VIOLATIONS
from tests.parts.deciding import decide, helpers, load, wrong


def test_an_anonymous_claim_takes_a_phrase_and_no_name() -> None:
    answers = load("medins", reporter_name="张三", reporter_phone="13800138000", reporter_id_no="331081199003071231")
    assert answers["reward_passphrase"] == "门口有棵老樟树"
    assert not {"reporter_name", "reporter_phone", "reporter_id_no"} & set(answers)
    assert "暗语" in wrong("medins", reward_passphrase=None)["reward_passphrase"][0]
    assert "至少 6 个字" in wrong("medins", reward_passphrase="12345")["reward_passphrase"][0]


def test_a_claim_by_name_needs_name_phone_and_id_and_a_report_by_name_no_id() -> None:
    assert set(wrong("medins", reporter_mode="real")) == {"reporter_name", "reporter_phone", "reporter_id_no"}
    person = {"reporter_name": "张三", "reporter_phone": "13800138000"}
    assert "reward_passphrase" not in load("medins", reporter_mode="real", want_reward=False, **person)
    load("medins", reporter_mode="real", reporter_id_no="331081199003071231", **person)


def test_medical_papers_are_asked_for_only_from_those_who_agree_and_refusing_stops_nothing() -> None:
    spec = get_scene("medins").fields["medical_consent"]
    assert spec.widget == "confirm" and not spec.required and spec.show_when is not None
    assert "medical_consent" not in load("medins", evidence=None)
    agreed = decide("medins", evidence=["prescriptions"])
    assert "medical_data" in agreed.marks and "medical_refused" not in agreed.marks
    refused = decide("medins", evidence=["prescriptions"], medical_consent=None)
    assert refused.lead == agreed.lead and "medical_refused" in refused.marks
    assert any("不要传病历" in words and "照样受理" in words for words in refused.advice)
    assert "medical_refused" not in decide("medins", evidence=None, medical_consent=None).marks


def test_no_note_bundles_consent_with_sending() -> None:
    for spec in get_scene("medins").form.fields:
        assert "就是同意" not in (spec.note or "") + (spec.hint or ""), spec.name


def test_whole_kinds_of_abuse_are_named() -> None:
    words = {option.value: option.label for option in VIOLATIONS}
    assert "服务设施" in words["M05"]
    assert "协助" in words["M08"] and "虚假就医购药" in words["M08"]


def test_all_kinds_of_abuse_are_there_and_at_most_five_are_taken() -> None:
    codes = [option.value for option in VIOLATIONS]
    assert codes == [f"M{n:02d}" for n in range(1, 19)] + ["M99"]
    assert load("medins", violation_codes=codes[:5])["violation_codes"] == codes[:5]
    assert "最多选 5 项" in wrong("medins", violation_codes=codes[:6])["violation_codes"][0]


def test_the_insurance_bureau_leads_and_the_reporter_is_protected_whatever_it_is() -> None:
    for target in ("hospital", "pharmacy", "insured", "agency", "employer", "other"):
        for code in ("M01", "M14", "M16", "M18"):
            decision = decide("medins", target_kind=target, violation_codes=[code])
            assert decision.lead.id == "health_insurance" and decision.visibility is Visibility.PROTECTED
            assert not any(unit.kind == "township" for unit in decision.helpers)
    assert {"market", "police"} <= helpers(decide("medins", violation_codes=["M15"]))
