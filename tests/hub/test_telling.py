"""What is written down for an SMS: once for one thing, for whoever asked to hear, and no more than may stand in one."""

import datetime as dt
from dataclasses import replace

import pytest

from service.hub.codes import mint
from service.hub.intake import submit
from service.hub.outbox import Worker
from service.hub.telling import Kind, tell
from service.hub.wakeup import Sleeper
from service.store import cases, notices

from .conftest import sample

PHONE = "13857612345"


@pytest.fixture
def database_url(sqlite_url):
    """One engine is enough for what is decided here; tests/contracts/test_store_notices.py holds both to the same."""
    return sqlite_url


def send(hub, number=1, *, scene="general", **more):
    receipt = submit(
        hub,
        token_text=None,
        scene_key=scene,
        form=sample(scene, **more),
        submission_id=f"sub-{number:08d}",
        address="115.231.8.9",
        language="zh",
    )
    return row_of(hub, receipt.case_no)


def row_of(hub, case_no):
    with hub.store.read() as tx:
        return cases.get_case(tx, case_no)


def told(hub, row, kind, seq=7, params=None):
    with hub.store.write() as tx:
        return tell(hub, tx, row, kind, seq, params)


def notices_of(hub, row):
    with hub.store.read() as tx:
        return notices.notices_of(tx, row["id"])


def merge(hub, row, main):
    with hub.store.write() as tx:
        cases.change_case(tx, row["id"], row["version"], {"main_case_id": main["id"], "state": "merged"})


def test_one_thing_is_written_down_once_however_often_it_is_told(hub):
    row = send(hub)
    assert [told(hub, row, "late"), told(hub, row, "late"), told(hub, row, "late", seq=9)] == [1, 0, 1]
    assert [one["dedupe_key"] for one in notices_of(hub, row)] == [f"{row['case_no']}:late:7", f"{row['case_no']}:late:9"]


def test_a_notice_holds_no_number_and_no_word_of_the_answers(hub):
    row = send(hub, reporter_phone=PHONE)
    told(hub, row, "resolved", params={"result": "泵房噪声已整改，夜间停机", "phone": PHONE})
    (notice,) = notices_of(hub, row)
    assert notice["params"] == {"result": "泵房噪声已整改，夜间停机"}
    assert PHONE not in repr(notice) and notice["phone_index"] == hub.sealer.blind("phone", PHONE)


@pytest.mark.parametrize("more", [{"wants_feedback": []}, {"reporter_phone": "", "wants_feedback": []}])
def test_who_left_no_number_or_did_not_ask_to_hear_is_told_nothing(hub, more):
    row = send(hub, **more)
    assert told(hub, row, "resolved", params={"result": "办好了"}) == 0 and notices_of(hub, row) == []


def test_a_scene_that_does_not_ask_the_wish_sends_to_every_number(hub):
    row = send(hub)
    plan = hub.plans["general"]
    scene = replace(plan.scene)
    vars(scene)["fields"] = {name: spec for name, spec in scene.fields.items() if name != "wants_feedback"}
    other = replace(hub, plans={**hub.plans, "general": replace(plan, scene=scene)})
    assert told(other, {**row, "answers": {}}, "late") == 1


@pytest.mark.parametrize("scene", ["medins", "campus"])
@pytest.mark.parametrize("kind", list(Kind))
def test_of_insurance_fraud_and_school_safety_an_sms_holds_the_number_alone(hub, scene, kind):
    more = {"reporter_mode": "real", "reporter_name": "王小明", "reporter_phone": PHONE, "reporter_id_no": "331081199003071231"}
    row = send(hub, scene=scene, **(more if scene == "medins" else {}), wants_feedback="yes")
    assert told(hub, row, kind, params={"result": "已查处", "unit": "某某学校", "date": "12月1日"}) == 1
    assert notices_of(hub, row)[0]["params"] == {}


def test_a_case_that_was_protected_by_its_rule_holds_the_number_alone(hub):
    row = {**send(hub), "visibility": "sealed"}
    told(hub, row, "received")
    assert notices_of(hub, row)[0]["params"] == {}


@pytest.mark.parametrize(
    ("kind", "given", "params"),
    [
        ("received", {}, {"unit": "新河镇社会发展服务办公室"}),
        ("handed_over", {"unit": "市水务集团"}, {"unit": "市水务集团"}),
        ("extended", {}, {"date": "12月3日"}),
        ("extended", {"date": "1月4日"}, {"date": "1月4日"}),
        ("question", {"unit": "市水务集团"}, {}),
        ("resolved", {"result": "字" * 35}, {"result": "字" * 35}),
        ("resolved", {"result": "字" * 36}, {}),
        ("resolved", {}, {}),
    ],
)
def test_each_kind_holds_what_its_sentence_needs(hub, kind, given, params):
    row = {**send(hub), "holder": "331081104.social", "due_at": dt.datetime(2026, 12, 2, 17, 0, tzinfo=dt.UTC)}
    told(hub, row, kind, params=given)
    assert notices_of(hub, row)[0]["params"] == params


def test_every_reporter_of_a_merged_matter_hears_and_each_telephone_once(hub):
    main, other, same = send(hub, 1), send(hub, 2, reporter_phone=PHONE), send(hub, 3)
    for row in (other, same):
        merge(hub, row, main)
    assert told(hub, main, "resolved", params={"result": "已修好"}) == 2
    assert told(hub, main, "resolved", params={"result": "已修好"}) == 0
    assert [len(notices_of(hub, row)) for row in (main, other, same)] == [1, 1, 0]
    assert notices_of(hub, other)[0]["dedupe_key"] == f"{other['case_no']}:resolved:{main['case_no']}-7"


def test_an_unknown_kind_is_a_fault_of_ours(hub):
    with pytest.raises(ValueError, match="greeting"):
        told(hub, send(hub), "greeting")


def test_the_desk_lane_tells_that_a_case_was_received_and_says_it_once(hub, spot, tmp_path):
    mint(hub, spot, "general")
    row = send(hub)
    sleeper = Sleeper(tmp_path / "var")
    worker = Worker(hub, {}, sleeper)
    worker.run_until_empty()
    worker.run_until_empty()
    sleeper.close()
    (notice,) = notices_of(hub, row)
    assert (notice["kind"], notice["state"], notice["next_at"]) == ("received", "pending", hub.clock())
    assert notice["params"]["unit"] == hub.county.units[row["lead_unit_id"]].name
