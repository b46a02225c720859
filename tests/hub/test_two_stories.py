"""Zhao's case from the scan to “very satisfied”, and its dark twin that nobody looked at, told through the hub alone.

Times are those of the published case (a Thursday afternoon, working days later), moved to November 2026.
"""

import datetime as dt

import pytest

from service.hub.alerts import run_alerts
from service.hub.context import SHANGHAI
from service.hub.custody import custody
from service.hub.extensions import ask_extension, decide_extension
from service.hub.handling import Given
from service.hub.letters import answer_question, ask_reporter
from service.hub.rating import rate
from service.hub.supervising import answer_supervision, supervise
from service.store import clock_runs, notices, supervisions

from .desks import RESULT, ROOM, SOCIAL, centre, do, moves_of, person, room, row_of, send


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


def at(month, day, hour, minute=0):
    return dt.datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def told(hub, case_no):
    with hub.store.read() as tx:
        return [one["kind"] for one in notices.notices_of(tx, row_of(hub, case_no)["id"])]


def urged(hub, case_no):
    with hub.store.read() as tx:
        return supervisions.supervisions_of(tx, row_of(hub, case_no)["id"])


def outcomes(hub, case_no, key):
    with hub.store.read() as tx:
        return [run["outcome"] for run in clock_runs.runs_of(tx, row_of(hub, case_no)["id"]) if run["key"] == key]


def test_zhao_hears_within_six_working_days_and_is_very_satisfied(hub, clock):
    clock.now = at(11, 26, 15, 0)  # a Thursday
    case_no = send(hub)
    office = person(hub, SOCIAL, name="wang")
    assert row_of(hub, case_no)["holder"] == SOCIAL
    clock.now = at(11, 26, 15, 30)
    do(hub, office, case_no, "acknowledge")
    do(hub, office, case_no, "start")
    ask_reporter(hub, office, case_no, "水泵是白天响还是夜里响？")
    answer_question(hub, case_no, "夜里更响", "zhao-answer-1")
    clock.now = at(11, 30, 9, 30)  # Monday, the second working day: it is the water bureau's
    do(hub, office, case_no, "hand_over", Given(reason="泵房归水务系统检修", unit_id="waterworks", helper_ids=(SOCIAL, "utility.water")))
    water = person(hub, "waterworks", name="chen")
    do(hub, water, case_no, "acknowledge")
    do(hub, water, case_no, "start")
    decide_extension(hub, centre(hub), ask_extension(hub, water, case_no, 3, "配件周五到货"), True, "同意")
    clock.now = at(12, 4, 16, 0)
    do(hub, water, case_no, "resolve")
    clock.now = at(12, 4, 16, 30)
    do(hub, centre(hub), case_no, "close")
    assert rate(hub, case_no, 5, "谢谢你们").outcome == "rated"
    row = row_of(hub, case_no)
    assert (row["state"], row["grade"], row["reopen_count"], row["extension_count"]) == ("closed", 5, 0, 1)
    assert told(hub, case_no) == ["question", "handed_over", "extended", "resolved"]
    assert outcomes(hub, case_no, "handle") == ["met"] and set(outcomes(hub, case_no, "acknowledge")) == {"met"}
    assert [one.unit_id for one in custody(moves_of(hub, case_no), clock(), hub.county.calendar)] == [SOCIAL, "waterworks", "centre"]


def test_the_dark_twin_is_urged_supervised_taken_up_above_and_ends_well(hub, clock):
    case_no = send(hub)
    run_alerts(hub)
    for day, hour in ((24, 11), (24, 14), (24, 15), (25, 16), (25, 17)):
        clock.now = at(11, day, hour, 45)
        run_alerts(hub)
    kinds = [(one["kind"], one["clock_key"]) for one in urged(hub, case_no)]
    assert ("reminder", "acknowledge") in kinds and ("supervision", "acknowledge") in kinds
    assert row_of(hub, case_no)["supervision_level"] == 1 and row_of(hub, case_no)["state"] == "assigned"
    supervise(hub, centre(hub), case_no, "listed", "两天没有签收，请说明原因", at(11, 27, 16, 40))
    office = person(hub, SOCIAL, name="lazy")
    clock.now = at(12, 2, 9, 0)  # the handling was due on 1 December
    run_alerts(hub)
    assert "late" in told(hub, case_no)
    do(hub, office, case_no, "acknowledge")
    waiting = [one for one in urged(hub, case_no) if one["kind"] == "supervision" and one["answered_at"] is None]
    for one in waiting:
        answer_supervision(hub, office, one["id"], "人员轮休，已补签收")
    do(hub, office, case_no, "start")
    do(hub, office, case_no, "resolve", Given(conclusion="explained", short="已答复", answer="知道了。"))
    do(hub, centre(hub, "hasty"), case_no, "close")
    assert outcomes(hub, case_no, "acknowledge") == ["late"] and outcomes(hub, case_no, "handle") == ["late"]
    clock.now = at(12, 2, 19, 0)
    assert rate(hub, case_no, 1, "还是响").reopened
    row = row_of(hub, case_no)
    assert (row["state"], row["holder"], row["lead_unit_id"], row["tier"]) == ("accepted", ROOM, ROOM, "platform")
    clock.now = at(12, 3, 9, 0)
    chief = room(hub, "chief")
    do(hub, chief, case_no, "assign", Given(unit_id=ROOM, helper_ids=(SOCIAL,)))
    for step, given in (("acknowledge", None), ("start", None), ("resolve", RESULT)):
        do(hub, chief, case_no, step, given)
    clock.now = at(12, 4, 9, 0)
    do(hub, centre(hub, "careful"), case_no, "close")
    assert rate(hub, case_no, 5).outcome == "rated"
    row = row_of(hub, case_no)
    assert (row["state"], row["grade"], row["reopen_count"]) == ("closed", 5, 1)
    assert outcomes(hub, case_no, "handle") == ["late", "met"]
    assert told(hub, case_no) == ["late", "resolved", "reopened", "resolved"]
    assert all(one["answered_at"] or one["withdrawn_at"] for one in urged(hub, case_no) if one["kind"] == "supervision")
