"""Two people at once, on each engine: one wins, the other is told what happened, and nothing is overwritten."""

import threading

import pytest

from gonzhi_code.cases import Action, State
from service.hub.extensions import ask_extension, decide_extension
from service.hub.handling import CaseMoved, Given, Incomplete, NotAllowed, acknowledge_many, act
from service.hub.letters import add_words, letters_of
from service.store import extensions

from .desks import ANSWERS, bring, centre, holder, moves_of, person, row_of, send


def together(*calls):
    """Run all at the same moment; what each returned or raised."""
    start, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def work(place, call):
        start.wait()
        try:
            outcomes[place] = call()
        except (CaseMoved, Incomplete, NotAllowed) as refused:
            outcomes[place] = refused

    threads = [threading.Thread(target=work, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_clerks_at_once_and_one_is_told_what_the_other_did(hub, clock):
    for _ in range(5):
        case_no = send(hub)
        unit = row_of(hub, case_no)["holder"]
        clerks = [person(hub, unit, "unit", "anna"), person(hub, unit, "unit", "berta")]
        start, outcomes = threading.Barrier(2), {}

        def work(clerk, action, case_no=case_no, start=start, outcomes=outcomes):
            start.wait()
            try:
                outcomes[clerk.username] = act(hub, clerk, case_no, 1, action, ANSWERS.get(action))
            except CaseMoved as moved:
                outcomes[clerk.username] = moved

        threads = [
            threading.Thread(target=work, args=(clerk, action))
            for clerk, action in zip(clerks, (Action.ACKNOWLEDGE, Action.SEND_BACK), strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (winner,) = [name for name, outcome in outcomes.items() if outcome == 2]
        (told,) = [outcome for outcome in outcomes.values() if outcome != 2]
        newest = moves_of(hub, case_no)[-1]
        assert (told.by, told.action, told.at, told.state) == (winner, newest["action"], clock(), newest["to_state"])
        assert len(moves_of(hub, case_no)) == 4 and row_of(hub, case_no)["version"] == 2



def test_many_clerks_acknowledge_the_same_queue_and_each_case_is_acknowledged_once(hub):
    numbers = [send(hub) for _ in range(6)]
    unit = row_of(hub, numbers[0])["holder"]
    clerks = [person(hub, unit, "unit", name) for name in ("anna", "berta", "clara")]
    answers = together(*(lambda clerk=clerk: acknowledge_many(hub, clerk, numbers) for clerk in clerks))
    for number in numbers:
        assert sorted(one[number] for one in answers) == ["", "no_move", "no_move"]
        assert [move["action"] for move in moves_of(hub, number)].count("acknowledge") == 1


def test_an_extension_is_decided_by_one_of_two_judges(hub):
    case_no = bring(hub, send(hub), State.IN_HANDLING)
    asked = ask_extension(hub, holder(hub, case_no), case_no, 5, "要调配件")
    judges = (centre(hub, "one"), centre(hub, "two"))
    outcomes = together(*(lambda judge=judge: decide_extension(hub, judge, asked, True, "同意") for judge in judges))
    assert [one for one in outcomes if one is not None][0].reason == "decided" and None in outcomes
    with hub.store.read() as tx:
        assert extensions.get_extension(tx, asked)["state"] == "granted"
    assert row_of(hub, case_no)["extension_count"] == 1


def test_what_is_said_about_a_case_makes_no_page_stale(hub):
    case_no = send(hub)
    version = row_of(hub, case_no)["version"]
    unit = holder(hub, case_no)
    outcomes = together(
        lambda: act(hub, unit, case_no, version, Action.ACKNOWLEDGE), *(lambda n=n: add_words(hub, case_no, f"还有{n}", f"add-{n}") for n in range(4))
    )
    assert outcomes[0] == version + 1
    with hub.store.read() as tx:
        assert len(letters_of(hub, tx, row_of(hub, case_no))) == 4


def test_two_cases_that_are_merged_into_each_other_at_once_are_one_main_case_and_one_that_follows(hub):
    one, other = (bring(hub, send(hub), State.ACCEPTED) for _ in range(2))
    clerk, version = centre(hub, "clerk"), row_of(hub, one)["version"]
    outcomes = together(
        lambda: act(hub, clerk, one, version, Action.MERGE, Given(main_case_no=other)),
        lambda: act(hub, clerk, other, version, Action.MERGE, Given(main_case_no=one)),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Incomplete", "int"]
    assert sorted(row_of(hub, case_no)["state"] for case_no in (one, other)) == ["accepted", "merged"]


@pytest.mark.parametrize("action", [Action.ACKNOWLEDGE, Action.SEND_BACK])
def test_a_page_that_was_sent_twice_is_told_what_it_did_itself(hub, action):
    case_no = send(hub)
    unit = holder(hub, case_no)
    act(hub, unit, case_no, 1, action, ANSWERS.get(action))
    with pytest.raises(CaseMoved) as told:
        act(hub, unit, case_no, 1, action, ANSWERS.get(action))
    assert (told.value.by, told.value.action) == (unit.username, action)
