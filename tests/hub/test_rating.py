"""Five grades, once a round, while the window is open; a bad one takes the case up again, one level up, with other people."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from gonzhi_code.cases import Action, State
from service.hub.handling import Given, Incomplete, NotAllowed, act
from service.hub.rating import RateOutcome, appeal_words, end_windows, rate, rating_open, ratings_for
from service.hub.reopening import appeal, decide_appeal
from service.store import clock_runs, notices, ratings

from .desks import ROOM, SOCIAL, bring, centre, do, holder, moves_of, person, row_of, send


@pytest.fixture
def closed(hub):
    return bring(hub, send(hub), State.CLOSED)


def again(hub, case_no):
    """Whoever holds it now handles it a second time, with fresh people."""
    row = row_of(hub, case_no)
    unit = row["holder"]
    role = "centre" if unit == "centre" else "township" if unit == ROOM else "unit"
    fresh = person(hub, unit, role, f"fresh.{row['reopen_count']}")
    do(hub, fresh, case_no, "assign", Given(unit_id=unit))
    for step in ("acknowledge", "start", "resolve"):
        do(hub, fresh, case_no, step)
    do(hub, centre(hub, f"closer.{row['reopen_count']}"), case_no, "close")
    return case_no


@pytest.mark.parametrize("grade", [5, 4, 3])
def test_a_good_rating_is_kept_and_the_case_stays_closed(hub, closed, grade):
    assert rate(hub, closed, grade, "谢谢") == RateOutcome("rated")
    row = row_of(hub, closed)
    assert (row["grade"], row["state"]) == (grade, "closed")
    with hub.store.read() as tx:
        runs = {run["key"]: run for run in clock_runs.runs_of(tx, row["id"])}
        (kept,) = ratings.ratings_of(tx, row["id"])
    assert (runs["rate"]["outcome"], kept["unit_id"], kept["channel"]) == ("met", SOCIAL, "page")
    assert "谢谢".encode() not in kept["blob"]
    assert rate(hub, closed, 1) == RateOutcome("already_rated")
    assert not rating_open(hub, row)


@pytest.mark.parametrize("grade", [1, 2])
def test_a_bad_rating_takes_the_case_up_one_level_and_keeps_its_clerks_away(hub, closed, grade):
    handler = moves_of(hub, closed)[4]["by"]
    assert rate(hub, closed, grade) == RateOutcome("rated", reopened=True)
    row = row_of(hub, closed)
    assert (row["state"], row["lead_unit_id"], row["holder"], row["tier"]) == ("accepted", ROOM, ROOM, "platform")
    assert (row["reopen_count"], row["grade"], row["handler"], row["closed_at"]) == (1, grade, "", None)
    newest = moves_of(hub, closed)[-1]
    assert (newest["by"], newest["role"], newest["action"]) == ("system", "system", "reopen")
    do(hub, person(hub, ROOM, "township", "r1"), closed, "assign", Given(unit_id=SOCIAL))
    with pytest.raises(NotAllowed, match="no_move"):
        do(hub, person(hub, SOCIAL, "unit", handler), closed, "acknowledge")
    with hub.store.read() as tx:
        told = [one["kind"] for one in notices.notices_of(tx, row["id"])]
    assert told == ["resolved", "reopened"]


def test_the_second_bad_rating_is_an_appeal_that_the_centre_decides(hub, closed):
    rate(hub, closed, 1)
    again(hub, closed)
    assert rate(hub, closed, 2, "还是响") == RateOutcome("rated", appeal_asked=True)
    row = row_of(hub, closed)
    assert row["state"] == "closed" and rate(hub, closed, 1).outcome == "already_rated"
    with hub.store.read() as tx:
        (asked,) = ratings.asked_appeals(tx)
    assert appeal_words(hub, row, asked) == "还是响"
    assert appeal(hub, closed, "还是响").asked is False
    with pytest.raises(NotAllowed, match="no_verb"):
        decide_appeal(hub, person(hub, ROOM, "township"), asked["id"], True, "同意")
    with pytest.raises(NotAllowed, match="no_move"):
        decide_appeal(hub, centre(hub, "closer.1"), asked["id"], True, "同意")
    with pytest.raises(Incomplete):
        decide_appeal(hub, centre(hub, "judge"), asked["id"], False, " ")
    decide_appeal(hub, centre(hub, "judge"), asked["id"], True, "复测仍超标")
    row = row_of(hub, closed)
    assert (row["state"], row["lead_unit_id"], row["tier"], row["reopen_count"]) == ("accepted", "centre", "center", 2)
    with pytest.raises(NotAllowed, match="decided"):
        decide_appeal(hub, centre(hub, "judge"), asked["id"], False, "不同意")


def test_an_appeal_within_ten_days_needs_no_decision_and_later_does(hub, clock):
    first, second = (bring(hub, send(hub), State.CLOSED) for _ in range(2))
    clock.now = dt.datetime(2026, 12, 4, 15, 59, tzinfo=dt.UTC)  # ten days after: 4 December, until midnight
    assert appeal(hub, first, "没有解决").reopened
    clock.move(minutes=2)
    wish = appeal(hub, second, "没有解决")
    assert (wish.reopened, wish.asked) == (False, True)
    assert appeal(hub, second, "没有解决").asked is False
    with hub.store.read() as tx:
        (asked,) = ratings.asked_appeals(tx)
    decide_appeal(hub, centre(hub, "judge"), asked["id"], False, "已复测达标")
    assert row_of(hub, second)["state"] == "closed"


def test_the_window_is_seven_days_and_who_does_not_rate_stays_unrated(hub, closed, clock):
    assert rating_open(hub, row_of(hub, closed)) and end_windows(hub) == 0
    clock.now = dt.datetime(2026, 12, 1, 15, 59, 59, tzinfo=dt.UTC)
    assert rating_open(hub, row_of(hub, closed))
    clock.move(seconds=1)
    assert not rating_open(hub, row_of(hub, closed))
    assert rate(hub, closed, 5) == RateOutcome("window_over")
    assert (end_windows(hub), end_windows(hub)) == (1, 0)
    with hub.store.read() as tx:
        runs = {run["key"]: run["outcome"] for run in clock_runs.runs_of(tx, row_of(hub, closed)["id"])}
    assert runs["rate"] == "void" and row_of(hub, closed)["grade"] is None


def test_what_is_no_rating_is_told_at_its_field(hub, closed):
    for grade, comment, fields in ((0, "", {"grade"}), (6, "好" * 501, {"grade", "comment"})):
        with pytest.raises(Incomplete) as told:
            rate(hub, closed, grade, comment)
        assert set(told.value.errors) == fields
    assert rate(hub, bring(hub, send(hub), State.RESOLVED), 5).outcome == "not_closed"
    with pytest.raises(NotAllowed, match="no_case"):
        rate(hub, "2222-2222", 5)


def test_the_raters_words_are_for_the_centre_alone(hub, closed):
    rate(hub, closed, 3, "我是赵大明，电话 13857612345")
    row = row_of(hub, closed)
    with hub.store.read() as tx:
        (seen,) = ratings_for(hub, tx, centre(hub), row)
        (by_unit,) = ratings_for(hub, tx, person(hub, SOCIAL), row)
        assert ratings_for(hub, tx, person(hub, "labour"), row) == []
    assert "赵大明" in seen.comment and by_unit.comment == "" and by_unit.grade == 3


def test_a_case_led_by_the_insurance_bureau_goes_up_without_telling_the_centre_who_reported_it(hub):
    case_no = send(hub, "medins")
    bureau = holder(hub, case_no)
    for step in ("acknowledge", "start"):
        do(hub, bureau, case_no, step)
    do(hub, bureau, case_no, "resolve", Given(conclusion="untrue", short="核查后不属实", answer="已核对票据。"))
    do(hub, centre(hub), case_no, "close")
    assert rate(hub, case_no, 1).reopened
    row = row_of(hub, case_no)
    assert (row["holder"], row["lead_unit_id"], row["tier"]) == ("centre", "health_insurance", "center")


def test_two_bad_ratings_at_once_are_one_and_one_reopening(hub, closed):
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda channel: rate(hub, closed, 1, channel=channel), ("page", "sms", "page", "sms")))
    assert sorted(one.outcome for one in outcomes) == ["already_rated"] * 3 + ["rated"]
    assert [move["action"] for move in moves_of(hub, closed)].count("reopen") == 1


def test_a_person_at_a_desk_reopens_with_a_reason_but_not_what_they_closed(hub, closed):
    row = row_of(hub, closed)
    with pytest.raises(NotAllowed, match="no_move"):
        act(hub, centre(hub, "closer"), closed, row["version"], Action.REOPEN, Given(reason="回访不满意"))
    row = do(hub, centre(hub, "other"), closed, "reopen")
    assert (row["lead_unit_id"], row["state"]) == (ROOM, "accepted")
