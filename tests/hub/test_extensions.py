"""More time: asked in time, once, by the lead; decided by the centre; told to the citizen. Dates worked out by hand.

The clock stands at Tuesday, 24 November 2026, 10:00; the sample's handling is due on 1 December at 16:40.
"""

import datetime as dt

import pytest

from gonzhi_code.cases import State
from service.hub.extensions import ask_extension, decide_extension, mark_complex
from service.hub.handling import Given, Incomplete, NotAllowed
from service.hub.letters import ask_reporter
from service.store import audit, clock_runs, extensions, notices

from .desks import bring, centre, clocks_of, do, holder, person, room, row_of, send

CHINA = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


def at(month, day, hour, minute=0, year=2026):
    return dt.datetime(year, month, day, hour, minute, tzinfo=CHINA)


@pytest.fixture
def case_no(hub):
    return bring(hub, send(hub), State.IN_HANDLING)


def told(hub, case_no):
    with hub.store.read() as tx:
        return [(one["kind"], one["params"]) for one in notices.notices_of(tx, row_of(hub, case_no)["id"])]


def test_what_the_centre_grants_moves_the_deadline_and_is_told(hub, case_no, clock):
    clock.now = at(11, 30, 9)
    version = row_of(hub, case_no)["version"]
    asked = ask_extension(hub, holder(hub, case_no), case_no, 10, "水泵配件要从外地调")
    assert row_of(hub, case_no)["due_at"] == at(12, 1, 16, 40)
    decide_extension(hub, centre(hub), asked, True, "同意")
    row = row_of(hub, case_no)
    # Ten working days after Tuesday, 1 December: Tuesday, 15 December.
    assert row["due_at"] == at(12, 15, 16, 40) == clocks_of(hub, case_no)["handle"]["due_at"]
    assert (row["extension_count"], row["version"]) == (1, version)
    assert told(hub, case_no)[-1] == ("extended", {"date": "12月15日"})
    clock.now = at(12, 15, 16, 0)
    do(hub, holder(hub, case_no), case_no, "resolve")
    with hub.store.read() as tx:
        runs = {run["key"]: run["outcome"] for run in clock_runs.runs_of(tx, row["id"])}
        (kept,) = extensions.extensions_of(tx, row["id"])
    assert runs["handle"] == "met"
    assert (kept["state"], kept["due_before"], kept["due_after"]) == ("granted", at(12, 1, 16, 40), at(12, 15, 16, 40))


def test_what_is_refused_changes_nothing_and_cannot_be_asked_again(hub, case_no):
    asked = ask_extension(hub, holder(hub, case_no), case_no, 5, "人手不够")
    with pytest.raises(Incomplete):
        decide_extension(hub, centre(hub), asked, False, "")
    decide_extension(hub, centre(hub), asked, False, "理由不充分")
    assert row_of(hub, case_no)["due_at"] == at(12, 1, 16, 40) and told(hub, case_no) == []
    for again in (lambda: decide_extension(hub, centre(hub), asked, True, "同意"),):
        with pytest.raises(NotAllowed, match="decided"):
            again()
    with pytest.raises(NotAllowed, match="asked_before"):
        ask_extension(hub, holder(hub, case_no), case_no, 5, "还是不够")


def test_it_is_asked_before_the_time_is_up(hub, case_no, clock):
    clock.now = at(12, 1, 16, 40)
    with pytest.raises(NotAllowed, match="too_late"):
        ask_extension(hub, holder(hub, case_no), case_no, 3, "还差一点")


@pytest.mark.parametrize(("days", "reason", "fields"), [(0, "", {"working_days", "reason"}), (11, "要调配件", {"working_days"}), (3, "x" * 501, {"reason"})])
def test_what_is_missing_is_told_at_once(hub, case_no, days, reason, fields):
    with pytest.raises(Incomplete) as told:
        ask_extension(hub, holder(hub, case_no), case_no, days, reason)
    assert set(told.value.errors) == fields


def test_only_the_lead_asks_and_only_the_centre_decides(hub, case_no):
    for who, reason in ((room(hub), "not_holder"), (centre(hub), "no_verb"), (person(hub, "labour"), "no_case"), (person(hub, "centre", "auditor"), "no_verb")):
        with pytest.raises(NotAllowed, match=reason):
            ask_extension(hub, who, case_no, 3, "要调配件")
    asked = ask_extension(hub, holder(hub, case_no), case_no, 3, "要调配件")
    for who in (holder(hub, case_no), room(hub)):
        with pytest.raises(NotAllowed, match="no_verb"):
            decide_extension(hub, who, asked, True, "同意")
    with pytest.raises(NotAllowed, match="no_case"):
        decide_extension(hub, centre(hub), 999, True, "同意")


def test_once_there_is_a_result_no_more_time_is_wanted(hub, case_no):
    asked = ask_extension(hub, holder(hub, case_no), case_no, 3, "要调配件")
    do(hub, holder(hub, case_no), case_no, "resolve")
    with hub.store.read() as tx:
        assert extensions.get_extension(tx, asked)["state"] == "refused"
    with pytest.raises(NotAllowed, match="decided"):
        decide_extension(hub, centre(hub), asked, True, "同意")


def test_a_wage_investigation_gets_thirty_working_days_and_the_reporter_is_to_hear_within_three(hub, clock):
    case_no = bring(hub, send(hub, "wage"), State.IN_HANDLING)
    labour = holder(hub, case_no)
    # 60 working days after 24 November 2026: 17 February 2027. 30 more: 31 March.
    assert clocks_of(hub, case_no)["statutory.investigate"]["due_at"] == at(2, 17, 16, 40, year=2027)
    with pytest.raises(Incomplete):
        ask_extension(hub, labour, case_no, 31, "案情复杂", "statutory.investigate")
    with pytest.raises(NotAllowed, match="no_clock"):
        ask_extension(hub, labour, case_no, 3, "案情复杂", "statutory.nothing")
    asked = ask_extension(hub, labour, case_no, 30, "案情复杂", "statutory.investigate")
    handle = row_of(hub, case_no)["due_at"]
    decide_extension(hub, centre(hub), asked, True, "同意")
    clocks = clocks_of(hub, case_no)
    assert clocks["statutory.investigate"]["due_at"] == at(3, 31, 16, 40, year=2027)
    assert row_of(hub, case_no)["due_at"] == handle
    assert told(hub, case_no)[-1][0] == "extended"
    assert clocks["statutory.inform"]["met_at"] == clock()


def test_where_no_telephone_was_left_the_duty_to_tell_runs_until_the_reporter_is_told(hub, clock):
    case_no = bring(hub, send(hub, "wage", kind="report", reporter_phone="", wants_feedback=[], reporter_name="", reporter_id_no=""), State.IN_HANDLING)
    labour = holder(hub, case_no)
    decide_extension(hub, centre(hub), ask_extension(hub, labour, case_no, 30, "案情复杂", "statutory.investigate"), True, "同意")
    assert told(hub, case_no) == []
    duty = clocks_of(hub, case_no)["statutory.inform"]
    assert duty["met_at"] is None
    assert duty["due_at"] == dt.datetime(2026, 11, 27, 23, 59, 59, tzinfo=CHINA)
    clock.now = at(11, 26, 9)
    ask_reporter(hub, labour, case_no, "案情复杂，调查延长30个工作日。")
    assert clocks_of(hub, case_no)["statutory.inform"]["met_at"] == clock()


def test_a_complex_case_is_due_later_from_the_same_day_and_the_citizen_is_told(hub, case_no):
    with pytest.raises(Incomplete):
        mark_complex(hub, centre(hub), case_no, " ")
    with pytest.raises(NotAllowed, match="no_verb"):
        mark_complex(hub, holder(hub, case_no), case_no, "涉及三个部门")
    mark_complex(hub, centre(hub), case_no, "涉及三个部门")
    row = row_of(hub, case_no)
    # Fifteen working days after Tuesday, 24 November: Tuesday, 15 December.
    assert row["due_at"] == at(12, 15, 16, 40) and "complex" in row["marks"]
    assert told(hub, case_no)[-1] == ("extended", {"date": "12月15日"})
    with pytest.raises(NotAllowed, match="decided"):
        mark_complex(hub, centre(hub), case_no, "再延")
    with hub.store.read() as tx:
        assert [one["action"] for one in audit.audit_of(tx, row["id"])][-1] == "mark_complex"


def test_being_complex_gives_an_urgent_case_no_more_time(hub):
    case_no = bring(hub, send(hub, urgency="urgent"), State.IN_HANDLING)
    with pytest.raises(NotAllowed, match="not_later"):
        mark_complex(hub, centre(hub), case_no, "涉及三个部门")


def test_a_complex_case_that_is_reopened_has_the_longer_time_again(hub, case_no, clock):
    mark_complex(hub, centre(hub), case_no, "涉及三个部门")
    do(hub, holder(hub, case_no), case_no, "resolve")
    do(hub, centre(hub, "closer"), case_no, "close")
    do(hub, centre(hub, "other"), case_no, "reopen")
    row = do(hub, room(hub), case_no, "assign", Given(unit_id=room(hub).unit_id))
    assert row["due_at"] == at(12, 15, 16, 40)
