"""A merged case follows its main case: its clocks are void, and its reporter hears and rates what the main one came to."""

import pytest

from gonzhi_code.cases import State
from service.hub.handling import Given, Incomplete
from service.hub.rating import rate, rating_open
from service.store import cases, clock_runs, notices

from .desks import ROOM, SOCIAL, bring, centre, clocks_of, do, holder, person, room, row_of, send


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


def told(hub, case_no):
    with hub.store.read() as tx:
        return [one["kind"] for one in notices.notices_of(tx, row_of(hub, case_no)["id"])]


def merged(hub, phone):
    """A case that is taken up again and merged into a new one about the same."""
    main = send(hub)
    case_no = bring(hub, send(hub, reporter_phone=phone), State.ACCEPTED)
    do(hub, room(hub, "other"), case_no, "merge", Given(main_case_no=main, reason="同一台水泵"))
    return main, case_no


def test_a_merged_case_hears_the_outcome_of_its_main_case(hub):
    main, other = merged(hub, "13900139000")
    row = row_of(hub, other)
    assert (row["state"], row["main_case_id"]) == ("merged", row_of(hub, main)["id"])
    for step in ("acknowledge", "start", "resolve"):
        do(hub, holder(hub, main), main, step)
    before = told(hub, other)
    do(hub, centre(hub), main, "close")
    assert told(hub, main) == ["resolved"] and told(hub, other) == [*before, "resolved"]


def test_its_clocks_are_void_and_the_main_case_is_in_its_history(hub):
    main, other = merged(hub, "13900139000")
    with hub.store.read() as tx:
        row = cases.get_case(tx, other)
        assert cases.moves_of(tx, row["id"])[-1]["reason"] == f"{main} 同一台水泵"
        assert all(clock["met_at"] is not None for clock in cases.clocks_of(tx, row["id"]))
        assert clock_runs.runs_of(tx, row["id"])


def test_its_reporter_rates_the_main_case_and_a_bad_grade_takes_that_up_again(hub):
    main, other = merged(hub, "13900139000")
    for step in ("acknowledge", "start", "resolve"):
        do(hub, holder(hub, main), main, step)
    do(hub, centre(hub), main, "close")
    assert rating_open(hub, row_of(hub, other)) and rating_open(hub, row_of(hub, main))
    assert rate(hub, other, 1).reopened
    assert (row_of(hub, main)["state"], row_of(hub, main)["holder"]) == ("accepted", ROOM)
    assert (row_of(hub, other)["grade"], row_of(hub, main)["grade"]) == (1, None)


def test_what_followed_a_case_that_is_merged_itself_follows_the_new_main_case(hub):
    main, other = merged(hub, "13900139000")
    bring(hub, main, State.ACCEPTED)
    newest = send(hub)
    do(hub, person(hub, ROOM, "township", "third"), main, "merge", Given(main_case_no=newest))
    assert row_of(hub, other)["main_case_id"] == row_of(hub, newest)["id"] == row_of(hub, main)["main_case_id"]


@pytest.mark.parametrize("which", ["itself", "closed", "elsewhere", "protected"])
def test_only_an_open_case_of_the_same_kind_that_one_may_see_is_a_main_case(hub, which):
    case_no = bring(hub, send(hub), State.ACCEPTED)
    main = {
        "itself": lambda: case_no,
        "closed": lambda: bring(hub, send(hub), State.CLOSED),
        "elsewhere": lambda: send(hub, township_id="331081100000"),
        "protected": lambda: send(hub, "medins"),
    }[which]()
    who = centre(hub, "other") if which == "protected" else room(hub, "other")
    with pytest.raises(Incomplete) as refused:
        do(hub, who, case_no, "merge", Given(main_case_no=main))
    assert set(refused.value.errors) == {"main_case_no"}


def test_the_command_room_merges_the_second_report_of_one_matter_while_it_lies_with_an_office(hub):
    main, other = send(hub), send(hub, reporter_phone="13900139000")
    assert row_of(hub, other)["holder"] == SOCIAL
    do(hub, person(hub, ROOM, "township"), other, "merge", Given(main_case_no=main, reason="同一台水泵"))
    row = row_of(hub, other)
    assert (row["state"], row["main_case_id"]) == ("merged", row_of(hub, main)["id"])
    assert all(one["met_at"] for one in clocks_of(hub, other).values())
