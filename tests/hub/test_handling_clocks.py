"""Clocks start and stop with moves; what became of each is worked out here by hand, from the calendar on the wall.

The clock stands at Tuesday, 24 November 2026, 10:00. Offices are open 8:00-11:30 and 13:40-16:40.
"""

import datetime as dt

import pytest

from gonzhi_code.cases import State
from service.hub.custody import custody
from service.hub.handling import Given
from service.store import clock_runs

from .desks import ROOM, SAFETY, SOCIAL, bring, centre, clocks_of, do, holder, moves_of, person, room, row_of, send

CHINA = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


def at(month, day, hour, minute=0, second=0, year=2026):
    return dt.datetime(year, month, day, hour, minute, second, tzinfo=CHINA)


def runs(hub, case_no):
    with hub.store.read() as tx:
        return [(run["key"], run["outcome"], run["unit_id"]) for run in clock_runs.runs_of(tx, row_of(hub, case_no)["id"])]


def due(hub, case_no):
    return {key: row["due_at"] for key, row in clocks_of(hub, case_no).items() if row["met_at"] is None}


def test_the_hubs_own_clocks_from_assigning_to_rating(hub, clock):
    case_no = send(hub)
    unit = holder(hub, case_no)
    assert due(hub, case_no) == {
        "acknowledge": at(11, 24, 14, 10),  # 90 minutes until noon, 30 after
        "send_back": at(11, 25, 16, 40),
        "statutory.send_back": at(12, 1, 16, 40),
        "handle": at(12, 1, 16, 40),
    }
    clock.now = at(11, 24, 14, 0)
    do(hub, unit, case_no, "acknowledge")
    clock.now = at(11, 24, 14, 5)
    do(hub, unit, case_no, "start")
    assert due(hub, case_no) == {"handle": at(12, 1, 16, 40)}
    clock.now = at(11, 27, 16, 0)
    do(hub, unit, case_no, "resolve")
    assert due(hub, case_no) == {"review": at(11, 30, 16, 40)}
    clock.now = at(11, 30, 10, 0)
    row = do(hub, centre(hub), case_no, "close")
    assert due(hub, case_no) == {"rate": at(12, 7, 23, 59, 59)}
    assert row["due_at"] == at(12, 1, 16, 40)
    assert sorted(runs(hub, case_no)) == sorted([
        ("acknowledge", "met", unit.unit_id), ("send_back", "void", unit.unit_id), ("statutory.send_back", "void", unit.unit_id),
        ("handle", "met", unit.unit_id), ("review", "met", "centre"),
    ])  # fmt: skip


def test_no_clock_stops_while_a_case_is_bounced_and_each_unit_owes_its_own_answer(hub, clock):
    case_no = send(hub)
    first = holder(hub, case_no)
    clock.now = at(11, 25, 17, 0)
    do(hub, first, case_no, "send_back")
    assert due(hub, case_no) == {"handle": at(12, 1, 16, 40)}
    clock.now = at(11, 25, 17, 30)
    row = do(hub, room(hub), case_no, "assign", Given(unit_id=SAFETY))
    assert due(hub, case_no) == {
        "acknowledge": at(11, 26, 10, 0), "send_back": at(11, 26, 16, 40), "statutory.send_back": at(12, 2, 16, 40),
        "handle": at(12, 1, 16, 40),
    }  # fmt: skip
    assert row["due_at"] == at(12, 1, 16, 40)
    clock.now = at(11, 26, 9, 0)
    second = person(hub, SAFETY)
    do(hub, second, case_no, "acknowledge")
    do(hub, second, case_no, "start")
    clock.now = at(11, 27, 9, 0)
    do(hub, second, case_no, "hand_over", Given(reason="归社发办", unit_id=SOCIAL))
    # Two working hours, and one working day, from Friday morning; what is owed once stays as it was.
    assert due(hub, case_no) == {
        "acknowledge": at(11, 27, 11, 0), "send_back": at(11, 30, 16, 40), "statutory.send_back": at(12, 4, 16, 40),
        "handle": at(12, 1, 16, 40),
    }  # fmt: skip
    bounced = [one for one in runs(hub, case_no) if one[1] != "void"]
    assert sorted(bounced) == sorted([
        ("acknowledge", "late", first.unit_id), ("send_back", "late", first.unit_id),
        ("statutory.send_back", "met", first.unit_id), ("acknowledge", "met", SAFETY),
    ])  # fmt: skip


def test_time_is_shared_out_by_who_held_the_case(hub, clock):
    case_no = send(hub)
    first = row_of(hub, case_no)["holder"]
    clock.now = at(11, 24, 14, 40)
    do(hub, holder(hub, case_no), case_no, "send_back")
    clock.now = at(11, 25, 9, 0)
    do(hub, room(hub), case_no, "assign", Given(unit_id=SAFETY))
    clock.now = at(11, 25, 14, 0)
    do(hub, person(hub, SAFETY), case_no, "acknowledge")
    do(hub, person(hub, SAFETY), case_no, "start")
    clock.now = at(11, 25, 16, 0)
    do(hub, person(hub, SAFETY), case_no, "resolve")
    clock.now = at(11, 26, 8, 30)
    do(hub, centre(hub), case_no, "close")
    spells = custody(moves_of(hub, case_no), at(11, 30, 10), hub.county.calendar)
    assert [(one.unit_id, one.working_minutes) for one in spells] == [
        (first, 90 + 60), (ROOM, 120 + 60), (SAFETY, 150 + 140), ("centre", 40 + 30),
    ]  # fmt: skip
    assert [one.until for one in spells[:-1]] == [one.since for one in spells[1:]]
    assert spells[-1].until == at(11, 26, 8, 30)


def test_a_case_that_is_held_is_counted_until_now_and_one_over_by_nobody(hub, clock):
    case_no = send(hub)
    ((unit_id, since, until, minutes),) = custody(moves_of(hub, case_no), at(11, 24, 11, 0), hub.county.calendar)
    assert (unit_id, since, until, minutes) == (row_of(hub, case_no)["holder"], at(11, 24, 10), at(11, 24, 11), 60)
    do(hub, holder(hub, case_no), case_no, "send_back")
    do(hub, centre(hub), case_no, "reject")
    assert custody(moves_of(hub, case_no), at(11, 30, 10), hub.county.calendar)[-1].until == clock()


def test_a_result_that_fails_the_review_never_stopped_the_clock(hub, clock):
    case_no = bring(hub, send(hub), State.IN_HANDLING)
    unit = holder(hub, case_no)
    clock.now = at(11, 30, 15, 0)
    do(hub, unit, case_no, "resolve")
    assert [one for one in runs(hub, case_no) if one[0] == "handle"] == [("handle", "met", unit.unit_id)]
    clock.now = at(12, 1, 11, 0)
    row = do(hub, centre(hub), case_no, "rework")
    assert (row["holder"], row["state"], row["resolved_at"]) == (unit.unit_id, "in_handling", None)
    assert due(hub, case_no) == {"handle": at(12, 1, 16, 40)} and row["due_at"] == at(12, 1, 16, 40)
    clock.now = at(12, 2, 9, 0)
    do(hub, unit, case_no, "resolve")
    assert due(hub, case_no) == {"review": at(12, 3, 16, 40)}
    do(hub, centre(hub), case_no, "close")
    found = [one for one in runs(hub, case_no) if one[0] in ("handle", "review")]
    assert found == [
        ("handle", "void", unit.unit_id), ("review", "met", "centre"), ("handle", "late", unit.unit_id), ("review", "met", "centre"),
    ]  # fmt: skip


def test_the_statutory_clocks_of_a_wage_complaint_run_beside_the_hubs(hub, clock):
    case_no = send(hub, "wage")
    labour = holder(hub, case_no)
    assert due(hub, case_no)["statutory.accept"] == at(12, 1, 16, 40)
    do(hub, labour, case_no, "acknowledge")
    clock.now = at(11, 25, 9, 0)
    do(hub, labour, case_no, "start")
    # 60 working days after 25 November: 26 in 2026, New Year's Day off, the rest until 18 February; the notice for 2027 is not out.
    investigate = clocks_of(hub, case_no)["statutory.investigate"]
    assert investigate["due_at"] == at(2, 18, 16, 40, year=2027) and investigate["provisional"]
    assert ("statutory.accept", "met", "labour") in runs(hub, case_no)
    clock.now = at(11, 27, 9, 0)
    do(hub, labour, case_no, "resolve", Given(conclusion="paid_in_full", short="工资已全部付清", answer="11月26日付清。"))
    assert {("statutory.investigate", "met", "labour"), ("handle", "met", "labour")} <= set(runs(hub, case_no))


def test_a_refusal_is_the_decision_that_the_law_waits_for_and_voids_the_rest(hub, clock):
    case_no = send(hub, "wage")
    do(hub, holder(hub, case_no), case_no, "send_back")
    clock.now = at(11, 26, 9, 0)
    do(hub, centre(hub), case_no, "reject")
    assert due(hub, case_no) == {}
    found = {(key, outcome) for key, outcome, _ in runs(hub, case_no)}
    assert {("statutory.accept", "met"), ("handle", "void")} <= found


def test_a_reopening_begins_another_round_and_its_clocks_start_anew(hub, clock):
    case_no = bring(hub, send(hub), State.CLOSED)
    clock.now = at(11, 30, 9, 0)
    row = do(hub, centre(hub, "second"), case_no, "reopen")
    assert (row["holder"], row["lead_unit_id"], row["tier"], row["due_at"]) == (ROOM, ROOM, "platform", None)
    assert due(hub, case_no) == {} and ("rate", "void", "centre") in runs(hub, case_no)
    clock.now = at(11, 30, 10, 0)
    row = do(hub, room(hub), case_no, "assign", Given(unit_id=SAFETY))
    assert row["due_at"] == at(12, 7, 16, 40) == due(hub, case_no)["handle"]
    assert due(hub, case_no)["acknowledge"] == at(11, 30, 14, 10)


def test_an_urgent_case_is_counted_in_hours_of_the_clock_on_the_wall(hub):
    case_no = send(hub, urgency="urgent")
    row = row_of(hub, case_no)
    assert row["urgent"] and row["due_at"] == at(11, 25, 10, 0)
    assert due(hub, case_no)["acknowledge"] == at(11, 24, 10, 30)
    do(hub, holder(hub, case_no), case_no, "send_back")
    do(hub, room(hub), case_no, "assign", Given(unit_id=SAFETY))
    assert due(hub, case_no)["acknowledge"] == at(11, 24, 10, 30)
