"""One tap about the poster itself: a case for the centre, once, whatever else is wrong."""

import pytest

from service.hub.codes import mint, set_code_state
from service.hub.intake import SubmissionConflict, submit
from service.hub.tampering import NoPoster, report_poster
from service.store import cases, outbox
from tests.hub.conftest import sample


def tap(hub, token, submission_id="page-0001"):
    return report_poster(hub, token_text=token, submission_id=submission_id, address="192.0.2.1", language="zh")


def rows(hub):
    with hub.store.read() as tx:
        return cases.newest_cases(tx)


def test_a_tap_makes_a_case_for_the_centre_with_its_place(hub, code):
    receipt = tap(hub, code.token)
    (row,) = rows(hub)
    assert receipt.created and receipt.lead.id == "centre" and receipt.case_no == row["case_no"]
    assert (row["lead_unit_id"], row["holder"], row["helper_ids"]) == ("centre", "centre", [])
    assert (row["rule_id"], row["state"], row["scene_key"]) == ("poster.tampered", "assigned", "general")
    assert row["marks"] == ["poster_suspect"]
    assert (row["village_id"], row["place"]) == ("331081104294", "新河镇 六闸潮村 文化礼堂")
    assert row["answers"]["description"].endswith("海报编号 7-1。")
    with hub.store.read() as tx:
        assert {job["destination"] for job in outbox.outbox_of(tx, row["id"])} >= {"desk"}


def test_two_taps_of_one_page_are_one_case_and_the_form_may_still_be_sent(hub, code):
    first, again = tap(hub, code.token), tap(hub, code.token)
    assert (again.case_no, again.created) == (first.case_no, False)
    form = submit(
        hub, token_text=code.token, scene_key=None, form=sample("general"), submission_id="page-0001", address="192.0.2.1", language="zh"
    )
    assert form.case_no != first.case_no
    assert len(rows(hub)) == 2


def test_pages_that_made_no_id_meet_again_on_the_same_day(hub, code, clock):
    first = tap(hub, code.token, "")
    assert tap(hub, code.token, "").case_no == first.case_no
    clock.move(days=1)
    assert tap(hub, code.token, "").case_no != first.case_no


def test_a_lost_poster_that_is_seen_again_alarms_and_is_marked_twice(hub, code):
    set_code_state(hub, code.token, "lost", by="centre")
    tap(hub, code.token)
    (row,) = rows(hub)
    assert row["marks"] == ["code_lost", "poster_suspect"]
    with hub.store.read() as tx:
        assert "code.alarm" in {job["kind"] for job in outbox.outbox_of(tx, row["id"])}


@pytest.mark.parametrize("token", ["torn", "0" * 45, "https://example.com/x"])
def test_a_code_that_proves_no_place_has_no_poster(sqlite_hub, token):
    with pytest.raises(NoPoster):
        tap(sqlite_hub, token)
    assert rows(sqlite_hub) == []


def test_an_id_used_for_another_poster_is_a_conflict(hub, code, spot):
    tap(hub, code.token)
    with pytest.raises(SubmissionConflict):
        tap(hub, mint(hub, spot, "general").token)
