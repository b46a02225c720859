"""The life of a case: every state, action and role; reasons, returns, reopening; the history as data."""

from __future__ import annotations

import datetime as dt
import json
from itertools import product

import pytest

from gonzhi_code.cases import (
    TRANSITIONS,
    Action,
    Case,
    Move,
    Role,
    State,
    allowed_actions,
    move,
    report,
)
from gonzhi_code.errors import MoveNotAllowed

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
# The table of docs/architecture.md, written down once more by hand: what happens to change in one place fails here.
TABLE = {
    (State.REPORTED, Action.ACCEPT): (State.ACCEPTED, {"centre", "township", "system"}),
    (State.REPORTED, Action.REJECT): (State.REJECTED, {"centre"}),
    (State.ACCEPTED, Action.ASSIGN): (State.ASSIGNED, {"centre", "township", "system"}),
    (State.ACCEPTED, Action.MERGE): (State.MERGED, {"centre", "township"}),
    (State.ASSIGNED, Action.ACKNOWLEDGE): (State.ACKNOWLEDGED, {"centre", "township", "unit", "grid"}),
    (State.ASSIGNED, Action.SEND_BACK): (State.RETURNED, {"township", "unit", "grid"}),
    (State.ASSIGNED, Action.MERGE): (State.MERGED, {"centre", "township"}),
    (State.ACKNOWLEDGED, Action.START): (State.IN_HANDLING, {"centre", "township", "unit", "grid"}),
    (State.ACKNOWLEDGED, Action.SEND_BACK): (State.RETURNED, {"township", "unit", "grid"}),
    (State.IN_HANDLING, Action.RESOLVE): (State.RESOLVED, {"centre", "township", "unit", "grid"}),
    (State.IN_HANDLING, Action.HAND_OVER): (State.ASSIGNED, {"centre", "township", "unit", "grid"}),
    (State.RETURNED, Action.ASSIGN): (State.ASSIGNED, {"centre", "township"}),
    (State.RETURNED, Action.REJECT): (State.REJECTED, {"centre"}),
    (State.RETURNED, Action.MERGE): (State.MERGED, {"centre", "township"}),
    (State.RESOLVED, Action.CLOSE): (State.CLOSED, {"centre"}),
    (State.RESOLVED, Action.REWORK): (State.IN_HANDLING, {"centre"}),
    (State.CLOSED, Action.REOPEN): (State.ACCEPTED, {"centre", "system"}),
}
NEEDS_REASON = {Action.REJECT, Action.MERGE, Action.SEND_BACK, Action.HAND_OVER, Action.RESOLVE, Action.REWORK, Action.REOPEN}
NEEDS_UNIT = {Action.ASSIGN, Action.HAND_OVER}
# The shortest way to each state.
WAYS: dict[State, list[tuple[str, str]]] = {
    State.REPORTED: [],
    State.ACCEPTED: [("accept", "system")],
    State.REJECTED: [("reject", "centre")],
    State.ASSIGNED: [("accept", "system"), ("assign", "system")],
    State.MERGED: [("accept", "system"), ("merge", "centre")],
    State.ACKNOWLEDGED: [("accept", "system"), ("assign", "system"), ("acknowledge", "unit")],
    State.IN_HANDLING: [("accept", "system"), ("assign", "system"), ("acknowledge", "unit"), ("start", "unit")],
    State.RETURNED: [("accept", "system"), ("assign", "system"), ("send_back", "unit")],
    State.RESOLVED: [
        ("accept", "system"), ("assign", "system"), ("acknowledge", "unit"), ("start", "unit"), ("resolve", "unit"),
    ],
    State.CLOSED: [
        ("accept", "system"), ("assign", "system"), ("acknowledge", "unit"), ("start", "unit"), ("resolve", "unit"),
        ("close", "centre"),
    ],
}  # fmt: skip


def new() -> Case:
    return report("7F4K-9MTX", "wage", by="reporter", at=NOW)


def step(case: Case, action: Action | str, role: Role | str, by: str = "") -> Case:
    action, role = Action(action), Role(role)
    return move(
        case,
        action,
        role=role,
        by=by or f"{role.value}-1",
        at=NOW,
        unit_id="labour" if action in NEEDS_UNIT else "",
        reason="写明的理由" if action in NEEDS_REASON else "",
    )


def walk(case: Case, *steps: str) -> Case:
    """Makes steps such as ``assign:centre`` or ``acknowledge:unit:li``."""
    for one in steps:
        case = step(case, *one.split(":"))
    return case


def in_state(state: State) -> Case:
    return walk(new(), *(f"{action}:{role}" for action, role in WAYS[state]))


@pytest.mark.parametrize(("state", "action", "role"), list(product(State, Action, Role)), ids=lambda word: word.value)
def test_every_state_action_and_role_is_allowed_or_refused_as_the_table_says(state: State, action: Action, role: Role) -> None:
    case = in_state(state)
    to, roles = TABLE.get((state, action), (None, set()))
    if role.value in roles:
        after = step(case, action, role, by="somebody-else")
        assert after.state is to
        assert after.moves[:-1] == case.moves
        assert after.moves[-1].from_state is state
        assert after.moves[-1].to_state is to
        assert action in allowed_actions(case, role, "somebody-else")
    else:
        with pytest.raises(MoveNotAllowed) as refused:
            step(case, action, role, by="somebody-else")
        allowed = {one.value for (at, one), (_, who) in TABLE.items() if at is state and role.value in who}
        assert (refused.value.state, refused.value.action) == (state.value, action.value)
        assert set(refused.value.allowed) == allowed == {one.value for one in allowed_actions(case, role)}


def test_the_table_holds_these_moves_and_no_other() -> None:
    assert {(row.state, row.action): (row.to, {role.value for role in row.roles}) for row in TRANSITIONS} == TABLE


def test_every_move_names_the_source_of_its_rule() -> None:
    assert all(len(row.source) > 10 for row in TRANSITIONS)


def test_from_every_state_but_the_two_ends_the_archive_can_be_reached() -> None:
    reached = {State.CLOSED}
    for _ in State:
        reached |= {row.state for row in TRANSITIONS if row.to in reached}
    assert reached == set(State) - {State.REJECTED, State.MERGED}


@pytest.mark.parametrize("role", list(Role))
def test_everybody_but_the_auditor_brings_cases_in(role: Role) -> None:
    if role is Role.AUDITOR:
        with pytest.raises(MoveNotAllowed):
            report("7F4K-9MTX", "wage", by="somebody", at=NOW, role=role)
    else:
        first = report("7F4K-9MTX", "wage", by="somebody", at=NOW, role=role).moves[0]
        assert first == Move(Action.REPORT, None, State.REPORTED, "somebody", role, NOW)


@pytest.mark.parametrize("row", [row for row in TRANSITIONS if row.action in NEEDS_REASON], ids=lambda row: row.action.value)
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_move_that_must_be_explained_is_refused_without_a_reason(row, reason: str) -> None:  # type: ignore[no-untyped-def]
    role = sorted(row.roles)[0]
    with pytest.raises(ValueError, match="reason"):
        move(in_state(row.state), row.action, role=role, by="x", at=NOW, unit_id="labour", reason=reason)


def test_exactly_these_moves_need_a_reason_and_these_a_unit() -> None:
    assert {row.action for row in TRANSITIONS if row.needs_reason} == NEEDS_REASON
    assert {row.action for row in TRANSITIONS if row.needs_unit} == NEEDS_UNIT


def test_a_case_is_given_to_a_named_unit_or_not_at_all() -> None:
    accepted = in_state(State.ACCEPTED)
    with pytest.raises(ValueError, match="unit"):
        move(accepted, "assign", role="system", by="system", at=NOW)
    given = move(accepted, "assign", role="system", by="system", at=NOW, unit_id="labour", helper_ids=("police",))
    assert (given.lead_id, given.helper_ids) == ("labour", ("police",))
    handled = walk(given, "acknowledge:unit", "start:unit")
    assert (handled.lead_id, handled.helper_ids) == ("labour", ("police",))
    over = move(handled, "hand_over", role="unit", by="li", at=NOW, unit_id="housing", reason="属住建职责")
    assert (over.lead_id, over.helper_ids, over.state) == ("housing", ("police",), State.ASSIGNED)


def test_the_third_return_goes_to_the_centre_alone() -> None:
    case = walk(new(), "accept:system", "assign:system", "send_back:unit", "assign:township", "send_back:unit")
    assert case.returns == 2
    assert Action.ASSIGN in allowed_actions(case, "township")
    third = walk(case, "assign:township", "acknowledge:township", "send_back:township")
    assert third.returns == 3
    assert Action.ASSIGN not in allowed_actions(third, "township")
    with pytest.raises(MoveNotAllowed):
        step(third, "assign", "township")
    assert step(third, "assign", "centre").state is State.ASSIGNED


def test_the_unit_that_the_centre_designates_cannot_return_the_case_but_can_handle_it() -> None:
    bounced = walk(new(), "accept:system", "assign:system", *("send_back:unit", "assign:centre") * 3)
    for role in ("unit", "township", "grid"):
        assert Action.SEND_BACK not in allowed_actions(bounced, role)
        assert allowed_actions(bounced, role)[0] is Action.ACKNOWLEDGE
    assert walk(bounced, "acknowledge:unit", "start:unit", "resolve:unit", "close:centre").state is State.CLOSED


def test_returns_are_counted_anew_after_a_reopening() -> None:
    case = walk(new(), "accept:system", "assign:system", *("send_back:unit", "assign:centre") * 3)
    again = walk(case, "acknowledge:unit", "start:unit", "resolve:unit", "close:centre", "reopen:system")
    assert again.returns == 0
    assert walk(again, "assign:system", "send_back:unit:new").state is State.RETURNED


def test_a_case_is_not_reopened_by_the_clerk_who_closed_or_resolved_it() -> None:
    closed = walk(in_state(State.IN_HANDLING), "resolve:unit:li", "close:centre:wang")
    for clerk in ("wang", "li"):
        assert allowed_actions(closed, "centre", clerk) == ()
        with pytest.raises(MoveNotAllowed):
            step(closed, "reopen", "centre", clerk)
    assert step(closed, "reopen", "centre", "zhao").state is State.ACCEPTED
    assert step(closed, "reopen", "system", "system").state is State.ACCEPTED


def test_a_reopened_case_does_not_come_back_to_the_clerk_who_had_it() -> None:
    closed = walk(
        new(), "accept:system", "assign:system", "acknowledge:unit:li", "start:unit:li", "resolve:unit:li", "close:centre:wang"
    )
    reopened = step(closed, "reopen", "system", "system")
    with pytest.raises(MoveNotAllowed):  # whoever closed it does not say where it goes
        step(reopened, "assign", "centre", "wang")
    assigned = step(reopened, "assign", "centre", "zhao")
    with pytest.raises(MoveNotAllowed):
        step(assigned, "acknowledge", "unit", "li")
    assert Action.ACKNOWLEDGE not in allowed_actions(assigned, "unit", "li")
    handled = walk(assigned, "acknowledge:unit:sun", "start:unit:sun", "resolve:unit:sun")
    assert step(handled, "close", "centre", "wang").state is State.CLOSED


def test_a_first_assignment_knows_no_barred_clerks() -> None:
    case = walk(new(), "accept:centre:wang")
    assert case.closers == case.former_handlers == frozenset()
    assert Action.ASSIGN in allowed_actions(case, "centre", "wang")


def test_history_runs_forward_in_time_even_between_two_machines() -> None:
    case = move(new(), "accept", role="system", by="system", at=NOW - dt.timedelta(seconds=3))
    assert [made.at for made in case.moves] == [NOW, NOW]
    with pytest.raises(ValueError, match="aware"):
        move(case, "assign", role="system", by="system", at=NOW.replace(tzinfo=None), unit_id="labour")
    with pytest.raises(ValueError, match="aware"):
        report("7F4K-9MTX", "wage", by="reporter", at=NOW.replace(tzinfo=None))


def test_a_move_leaves_the_case_it_was_given_as_it_was() -> None:
    case = new()
    step(case, "accept", "system")
    assert case == new()


def test_a_word_that_is_no_action_or_role_is_refused() -> None:
    with pytest.raises(ValueError, match="dispatch"):
        move(new(), "dispatch", role="system", by="system", at=NOW)
    with pytest.raises(ValueError, match="mayor"):
        move(new(), "accept", role="mayor", by="x", at=NOW)


@pytest.mark.parametrize("state", list(State))
def test_a_case_survives_json_with_its_whole_history(state: State) -> None:
    case = in_state(state)
    assert Case.from_data(json.loads(json.dumps(case.to_data(), ensure_ascii=False))) == case


@pytest.mark.parametrize(
    "change",
    [
        {"state": "closed"},
        {"state": "lost"},
        {"moves": []},
        {"moves": "swapped"},
        {"moves": "headless"},
    ],
    ids=str,
)
def test_a_history_that_cannot_have_happened_is_refused(change: dict[str, object]) -> None:
    data = in_state(State.ASSIGNED).to_data()
    moves = data["moves"]
    wrong = {"swapped": [moves[0], moves[2], moves[1]], "headless": moves[1:]}
    data |= {key: wrong.get(str(value), value) for key, value in change.items()}
    with pytest.raises(ValueError, match="case|State"):
        Case.from_data(data)


def test_the_stored_words_are_the_agreed_ones() -> None:
    assert [state.value for state in State] == [
        "reported", "accepted", "rejected", "assigned", "merged", "acknowledged", "in_handling", "returned", "resolved", "closed",
    ]  # fmt: skip
    assert all(word.value == word.value.lower() for word in (*State, *Action, *Role))
