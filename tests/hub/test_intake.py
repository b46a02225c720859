"""Intake: accepted means committed, once, routed and in the outbox; nothing personal in the open."""

import json
import threading

import pytest
import sqlalchemy as sa

from gonzhi_code.scenes import all_scenes
from service.hub.codes import mint, set_code_state
from service.hub.drafting import sealed_purpose
from service.hub.intake import FormRejected, SubmissionConflict, submit
from service.hub.receipts import read_receipt
from service.store import StoreFault, cases, outbox
from service.store.scans import scans_between

from .conftest import sample

PHONE = "13857612345"


def send(hub, form, *, token=None, scene="general", submission="sub-00000001", address="115.231.8.9"):
    return submit(
        hub, token_text=token, scene_key=scene, form=form, submission_id=submission, address=address, language="zh"
    )


def row_of(hub, receipt):
    with hub.store.read() as tx:
        return cases.get_case(tx, receipt.case_no)


def jobs_of(hub, receipt):
    with hub.store.read() as tx:
        row = cases.get_case(tx, receipt.case_no)
        return outbox.outbox_of(tx, row["id"])


def count_cases(hub):
    with hub.store.read() as tx:
        return sum(cases.counts_by_state(tx).values())


@pytest.mark.parametrize("scene_key", [scene.key for scene in all_scenes()])
@pytest.mark.parametrize("where", ["good", "torn", "none"])
def test_the_sample_of_every_scene_is_accepted_and_assigned_at_any_code_and_without(hub, spot, scene_key, where):
    code = mint(hub, spot, scene_key)
    token = {"good": code.token, "torn": code.token[:20], "none": None}[where]
    receipt = send(hub, sample(scene_key), token=token, scene=scene_key)
    row = row_of(hub, receipt)
    assert receipt.created and row["state"] == "assigned" and row["lead_unit_id"] == receipt.lead.id
    assert row["rule_id"].startswith(f"{scene_key}.") and row["rules_version"] and receipt.why
    with hub.store.read() as tx:
        moves = cases.moves_of(tx, row["id"])
        clocks = {clock["key"]: clock for clock in cases.clocks_of(tx, row["id"])}
    assert [(move["seq"], move["action"], move["to_state"]) for move in moves] == [
        (1, "report", "reported"),
        (2, "accept", "accepted"),
        (3, "assign", "assigned"),
    ]
    assert moves[2]["unit_id"] == receipt.lead.id
    assert clocks["dispatch"]["met_at"] is not None and row["due_at"] == clocks["handle"]["due_at"]
    assert receipt.acknowledge_by and receipt.handle_by
    assert bool(row["township_id"]) is (where == "good")
    assert ("code_torn" in row["marks"]) is (where == "torn")


def test_each_piece_of_advice_is_given_once(hub):
    receipt = send(hub, sample("medins", want_reward=["yes"]), scene="medins")
    assert "reward_claim" in receipt.marks and receipt.advice
    assert len(set(receipt.advice)) == len(receipt.advice)


def test_the_receipt_reads_back_from_its_token(hub, code):
    receipt = send(hub, sample("general"), token=code.token)
    again = read_receipt(hub, receipt.receipt_token)
    assert (again.case_no, again.query_code, again.lead, again.why) == (
        receipt.case_no,
        receipt.query_code,
        receipt.lead,
        receipt.why,
    )
    assert again.handle_by.at == receipt.handle_by.at and not again.created
    assert read_receipt(hub, receipt.receipt_token + "x") is None


def test_the_same_form_sent_twice_is_one_case_with_one_receipt(hub, code):
    first = send(hub, sample("general"), token=code.token)
    second = send(hub, sample("general"), token=code.token)
    assert first.created and not second.created
    assert (first.case_no, first.query_code, first.receipt_token) == (second.case_no, second.query_code, second.receipt_token)
    assert count_cases(hub) == 1 and len(jobs_of(hub, first)) == 2


def test_the_same_form_sent_again_the_next_day_is_still_the_same_case(hub, code, clock):
    first = send(hub, sample("wage"), token=code.token, scene="wage")
    clock.move(days=40)
    assert send(hub, sample("wage"), token=code.token, scene="wage").case_no == first.case_no


def test_the_same_id_with_other_content_is_a_conflict_that_names_the_first(hub, code):
    first = send(hub, sample("general"), token=code.token)
    other = sample("general", description="完全不同的另一件事情，请尽快处理")
    with pytest.raises(SubmissionConflict) as caught:
        send(hub, other, token=code.token)
    assert caught.value.receipt_token == first.receipt_token and count_cases(hub) == 1


def test_a_form_without_an_id_repeats_only_from_the_same_address_on_the_same_day(hub, code, clock):
    first = send(hub, sample("general"), token=code.token, submission="")
    assert send(hub, sample("general"), token=code.token, submission="").case_no == first.case_no
    elsewhere = send(hub, sample("general"), token=code.token, submission="", address="115.231.8.10")
    clock.move(days=1)
    tomorrow = send(hub, sample("general"), token=code.token, submission="")
    assert len({first.case_no, elsewhere.case_no, tomorrow.case_no}) == 3


@pytest.mark.parametrize("odd", ["短", "../../etc/passwd", "x" * 5000, "a b c d e f g h", "\0" * 20])
def test_an_odd_submission_id_works_like_any_other(hub, code, odd):
    first = send(hub, sample("general"), token=code.token, submission=odd)
    assert not send(hub, sample("general"), token=code.token, submission=odd).created and first.created


def test_two_posts_at_the_same_moment_make_one_case(hub, code):
    start, receipts, faults = threading.Barrier(8), [], []

    def post():
        start.wait()
        try:
            receipts.append(send(hub, sample("general"), token=code.token))
        except BaseException as fault:  # noqa: BLE001 - a thread's fault must reach the test
            faults.append(fault)

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults and len(receipts) == 8
    assert len({receipt.case_no for receipt in receipts}) == 1 and count_cases(hub) == 1
    assert [receipt.created for receipt in receipts].count(True) == 1


def test_many_posts_at_the_same_moment_get_numbers_of_their_own(hub, code):
    receipts = []

    def post(first):
        for number in range(first, first + 5):
            receipts.append(send(hub, sample("general"), token=code.token, submission=f"many-{number:06d}"))

    threads = [threading.Thread(target=post, args=(5 * i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({receipt.case_no for receipt in receipts}) == 30 == count_cases(hub)


def test_a_taken_case_number_is_drawn_again(hub, code):
    from dataclasses import replace

    letters = iter("2" * 8 + "2" * 8 + "3" * 8)
    drawing = replace(hub, choose=lambda alphabet: next(letters))
    assert send(drawing, sample("general"), token=code.token).case_no == "2222-2222"
    assert send(drawing, sample("general"), token=code.token, submission="sub-00000002").case_no == "3333-3333"


def test_a_form_with_mistakes_says_all_of_them_and_files_nothing(hub, code):
    form = sample("general", reporter_phone="12345", description="")
    with pytest.raises(FormRejected) as caught:
        send(hub, form, token=code.token)
    assert {"reporter_phone", "description"} <= caught.value.errors.keys()
    assert caught.value.scan.scene.key == "general" and caught.value.form is form and count_cases(hub) == 0


def test_a_form_of_no_scene_is_asked_which(hub):
    with pytest.raises(FormRejected) as caught:
        send(hub, sample("general"), scene=None)
    assert "scene_key" in caught.value.errors and caught.value.scan.scene is None


def test_who_reports_is_sealed_and_bound_to_the_case(hub, code):
    form = sample("general", reporter_name="赵大明", reporter_phone=PHONE)
    receipt = send(hub, form, token=code.token)
    row = row_of(hub, receipt)
    with hub.store.read() as tx:
        sealed = cases.sealed_of(tx, row["id"])
        jobs = outbox.outbox_of(tx, row["id"])
    everything = json.dumps([row, jobs], default=str, ensure_ascii=False)
    assert PHONE not in everything and "赵大明" not in everything and "115.231.8.9" not in everything
    opened = json.loads(hub.sealer.open(sealed_purpose(receipt.case_no), sealed["blob"]))
    assert opened["reporter_phone"] == PHONE and opened["reporter_name"] == "赵大明"
    assert sealed["phone_index"] == hub.sealer.blind("phone", PHONE)
    with hub.store.read() as tx:
        assert [found["case_no"] for found in cases.cases_of_phone(tx, sealed["phone_index"])] == [receipt.case_no]


def test_in_a_protected_scene_every_written_word_is_sealed(hub, code):
    form = sample("medins", description="某药店主任王某让我用医保卡换了一台养生仪")
    receipt = send(hub, form, token=code.token, scene="medins")
    row = row_of(hub, receipt)
    assert row["visibility"] == "protected" and row["summary"] == ""
    plan = hub.plans["medins"]
    assert not plan.written & row["answers"].keys()
    assert "王某" not in json.dumps(row, default=str, ensure_ascii=False)
    with hub.store.read() as tx:
        sealed = cases.sealed_of(tx, row["id"])
    assert "王某" in json.loads(hub.sealer.open(sealed_purpose(receipt.case_no), sealed["blob"]))["description"]


def test_long_numbers_in_a_description_are_masked_on_lists(hub, code):
    form = sample("general", description=f"井盖坏了三天没人管，请打我电话{PHONE}")
    assert PHONE not in row_of(hub, send(hub, form, token=code.token))["summary"]


def test_each_destination_has_an_outbox_row_of_its_own_without_answers(hub, code):
    jobs = jobs_of(hub, send(hub, sample("general"), token=code.token))
    assert [(job["kind"], job["destination"], job["state"]) for job in jobs] == [
        ("case.assigned", "desk", "pending"),
        ("case.assigned", "console", "pending"),
    ]
    assert len({job["dedupe_key"] for job in jobs}) == 2
    assert not {"answers", "description", "reporter_phone"} & jobs[1]["payload"].keys()


@pytest.mark.parametrize("state", ["lost", "revoked"])
def test_a_code_taken_back_keeps_its_place_is_marked_and_alarms_the_centre(hub, code, spot, state):
    set_code_state(hub, code.token, state, by="test")
    receipt = send(hub, sample("general"), token=code.token)
    row = row_of(hub, receipt)
    assert row["village_id"] == spot.village_id and row["source"] == "bad_code" and f"code_{state}" in row["marks"]
    alarms = [job for job in jobs_of(hub, receipt) if job["kind"] == "code.alarm"]
    assert [job["destination"] for job in alarms] == ["desk", "console"]
    assert alarms[0]["payload"]["unit_id"] == hub.county.unit_for("centre").id
    assert alarms[0]["payload"]["code_state"] == state and alarms[0]["payload"]["place_trusted"]


def test_what_the_citizen_says_of_the_place_comes_before_the_code(hub, code):
    set_code_state(hub, code.token, "lost", by="test")
    form = sample("general", township_id="331081100000", village_id="331081100242")
    row = row_of(hub, send(hub, form, token=code.token))
    assert (row["township_id"], row["village_id"]) == ("331081100000", "331081100242")
    assert "牧西村" in row["place"] and "文化礼堂" not in row["place"]


def test_a_forged_code_is_marked_and_its_place_does_not_count(hub, code):
    altered = code.token[:20] + ("7" if code.token[20] != "7" else "8") + code.token[21:]
    receipt = send(hub, sample("general"), token=altered)
    row = row_of(hub, receipt)
    assert {"code_forged", "place_unknown"} <= set(row["marks"]) and row["township_id"] == "" and row["spot_id"] is None
    alarm = next(job for job in jobs_of(hub, receipt) if job["kind"] == "code.alarm")
    assert alarm["payload"]["place_trusted"] is False


def test_a_case_without_any_code_raises_no_alarm(hub):
    receipt = send(hub, sample("general"))
    assert row_of(hub, receipt)["source"] == "none"
    assert {job["kind"] for job in jobs_of(hub, receipt)} == {"case.assigned"}


def test_a_building_site_behind_one_address_gets_every_complaint_through(hub, code, slept):
    limit = hub.settings.slow_after
    receipts = [send(hub, sample("general"), token=code.token, submission=f"site-{i:06d}") for i in range(limit + 2)]
    assert all(receipt.created for receipt in receipts)
    marked = [receipt for receipt in receipts if "many_from_address" in row_of(hub, receipt)["marks"]]
    assert marked == receipts[limit:] or [r.case_no for r in marked] == [r.case_no for r in receipts[limit:]]
    assert len(slept) == 2 and 0 < max(slept) <= hub.settings.slow_ms / 1000


def test_this_machine_itself_is_marked_but_never_slowed(hub, code, slept):
    for i in range(hub.settings.slow_after + 1):
        receipt = send(hub, sample("general"), token=code.token, submission=f"proxy-{i:06d}", address="127.0.0.1")
    assert "many_from_address" in row_of(hub, receipt)["marks"] and slept == []


def test_counting_starts_anew_after_ten_minutes(hub, code, slept, clock):
    for i in range(hub.settings.slow_after):
        send(hub, sample("general"), token=code.token, submission=f"early-{i:06d}")
    clock.move(minutes=10)
    receipt = send(hub, sample("general"), token=code.token, submission="later-000001")
    assert "many_from_address" not in row_of(hub, receipt)["marks"] and slept == []


def test_a_submission_is_counted_for_its_code_once(hub, code):
    for _ in range(2):
        send(hub, sample("general"), token=code.token)
    with hub.store.read() as tx:
        rows = scans_between(tx, hub.today(), hub.today())
    assert [(row["scene_key"], row["submitted"]) for row in rows] == [("general", 1)]


def test_nothing_is_left_when_a_part_cannot_be_written(hub, code):
    with hub.store.write() as tx:
        tx.execute(sa.text("ALTER TABLE scan_counts RENAME TO scan_counts_away"))
    with pytest.raises(StoreFault):
        send(hub, sample("general"), token=code.token)
    assert count_cases(hub) == 0
    with hub.store.read() as tx:
        assert outbox.outbox_counts(tx) == {}
