"""催办 and 督办 are records with a level, a deadline and an answer; they never move a case, and follow it to who gets it next."""

import datetime as dt

import pytest

from gonzhi_code.cases import State
from service.hub.handling import Given, Incomplete, NotAllowed
from service.hub.supervising import answer_supervision, remind, supervise, withdraw_supervision
from service.store import supervisions

from .desks import SAFETY, bring, centre, do, holder, person, room, row_of, send


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def case_no(hub):
    return send(hub)


@pytest.fixture
def tomorrow(clock):
    return clock() + dt.timedelta(days=1)


def records(hub, case_no):
    with hub.store.read() as tx:
        return supervisions.supervisions_of(tx, row_of(hub, case_no)["id"])


def test_a_reminder_is_of_the_unit_that_holds_the_case_and_moves_nothing(hub, case_no):
    before = row_of(hub, case_no)
    made = remind(hub, room(hub), case_no, "请尽快签收", clock_key="acknowledge")
    (kept,) = records(hub, case_no)
    assert (kept["id"], kept["kind"], kept["unit_id"], kept["clock_key"], kept["due_at"]) == (made, "reminder", before["holder"], "acknowledge", None)
    assert row_of(hub, case_no) == before


def test_what_the_clock_urges_it_urges_once(hub, case_no):
    assert remind(hub, "system", case_no, "时限已过一半", dedupe_key=f"{case_no}:handle:1") is not None
    assert remind(hub, "system", case_no, "时限已过一半", dedupe_key=f"{case_no}:handle:1") is None
    assert len(records(hub, case_no)) == 1


def test_a_supervision_is_answered_by_the_unit_once(hub, case_no, tomorrow):
    version = row_of(hub, case_no)["version"]
    made = supervise(hub, centre(hub), case_no, "listed", "三天没有签收，请说明原因", tomorrow)
    row = row_of(hub, case_no)
    assert (row["supervision_level"], row["version"]) == (2, version)
    with pytest.raises(NotAllowed, match="not_holder"):
        answer_supervision(hub, room(hub), made, "我来说")
    with pytest.raises(Incomplete):
        answer_supervision(hub, holder(hub, case_no), made, " ")
    answer_supervision(hub, holder(hub, case_no), made, "值班人员请假，已补签收")
    with pytest.raises(NotAllowed, match="decided"):
        answer_supervision(hub, holder(hub, case_no), made, "再说一次")
    (kept,) = records(hub, case_no)
    assert (kept["answer"], kept["answered_by"]) == ("值班人员请假，已补签收", holder(hub, case_no).username)


def test_a_case_keeps_the_gravest_level_it_came_to(hub, case_no, tomorrow):
    for level, reached in (("general", 1), ("interview", 3), ("listed", 3)):
        supervise(hub, centre(hub), case_no, level, "请办", tomorrow)
        assert row_of(hub, case_no)["supervision_level"] == reached


def test_what_is_open_follows_the_case_and_ends_with_it(hub, case_no, tomorrow):
    supervise(hub, "system", case_no, "general", "已到期", tomorrow, clock_key="handle")
    do(hub, holder(hub, case_no), case_no, "send_back")
    do(hub, room(hub), case_no, "assign", Given(unit_id=SAFETY))
    assert [one["unit_id"] for one in records(hub, case_no)] == [SAFETY]
    with hub.store.read() as tx:
        assert [one["case_id"] for one in supervisions.open_supervisions(tx, SAFETY)] == [row_of(hub, case_no)["id"]]
    for step in ("acknowledge", "start", "resolve"):
        do(hub, person(hub, SAFETY), case_no, step)
    made = supervise(hub, centre(hub), case_no, "general", "结果不清楚", tomorrow)
    assert [one["unit_id"] for one in records(hub, case_no)] == [SAFETY, SAFETY] and made
    do(hub, centre(hub), case_no, "close")
    assert all(one["withdrawn_at"] for one in records(hub, case_no))


@pytest.mark.parametrize(
    ("level", "text", "hours", "fields"),
    [("grave", " ", 0, {"level", "text", "due_at"}), ("general", "请办", -1, {"due_at"}), ("general", "请" * 501, 1, {"text"})],
)
def test_what_is_missing_is_told_at_once(hub, case_no, clock, level, text, hours, fields):
    with pytest.raises(Incomplete) as told:
        supervise(hub, centre(hub), case_no, level, text, clock() + dt.timedelta(hours=hours))
    assert set(told.value.errors) == fields
    assert records(hub, case_no) == []


def test_only_the_centre_supervises_and_takes_back_and_nobody_what_is_over(hub, case_no, tomorrow):
    for who in (room(hub), holder(hub, case_no), person(hub, "centre", "auditor")):
        with pytest.raises(NotAllowed, match="no_verb"):
            supervise(hub, who, case_no, "general", "请办", tomorrow)
    with pytest.raises(NotAllowed, match="no_case"):
        remind(hub, person(hub, "331081100.command", "township"), case_no, "请办")
    made = supervise(hub, centre(hub), case_no, "general", "请办", tomorrow)
    with pytest.raises(NotAllowed, match="no_verb"):
        withdraw_supervision(hub, room(hub), made, "发错了")
    withdraw_supervision(hub, centre(hub), made, "发错了")
    with pytest.raises(NotAllowed, match="decided"):
        answer_supervision(hub, holder(hub, case_no), made, "好的")
    over = bring(hub, send(hub), State.CLOSED)
    with pytest.raises(NotAllowed, match="over"):
        remind(hub, "system", over, "请办")
