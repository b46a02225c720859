"""A case moves as the table says and no other way: by those who hold it, all at once, and never over somebody's head."""

import pytest

from gonzhi_code.cases import TRANSITIONS, Action, State
from gonzhi_code.transitions import BY_MOVE
from service.hub.handling import CaseMoved, Given, Incomplete, NotAllowed, acknowledge_many, act, possible
from service.hub.permissions import VERBS, Verb
from service.store import audit, cases, handling, outbox

from .desks import (
    ANSWERS,
    RESULT,
    ROOM,
    SAFETY,
    SOCIAL,
    STEPS,
    XINHE,
    ZEGUO,
    bring,
    centre,
    do,
    holder,
    moves_of,
    person,
    room,
    row_of,
    send,
)


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


ACTIONS = [action for action in Action if action is not Action.REPORT]


def people(hub, case_no):
    unit = row_of(hub, case_no)["holder"]
    return {
        "centre": centre(hub, "third"),
        "township": room(hub, "other.room"),
        "unit": person(hub, unit if unit != "centre" else SOCIAL, "unit", "other.unit"),
        "grid": person(hub, unit if unit != "centre" else SOCIAL, "grid", "other.grid"),
        "auditor": person(hub, "centre", "auditor"),
        "stranger": person(hub, "331081100.social", "unit"),
    }


def may_move(state, action, who, holder_id):
    """An own reading of the rules: the table, the verbs, and who holds the case."""
    row = BY_MOVE.get((state, action))
    if row is None or who.role not in {str(role) for role in row.roles} or Verb(action.value) not in VERBS[who.role]:
        return False
    if who.unit_id == holder_id:
        return True
    if action in (Action.RESOLVE, Action.SEND_BACK):
        return False
    if who.role == "centre":
        return True
    in_town = holder_id.startswith("331081104.")
    return who.role == "township" and in_town and action in (Action.ACKNOWLEDGE, Action.START, Action.HAND_OVER, Action.MERGE)


class TestTheTable:
    """Every state, action and role, through the one use case."""

    @pytest.mark.parametrize("state", STEPS, ids=str)
    def test_only_what_the_table_and_the_roles_allow_happens(self, hub, state):
        case_no = bring(hub, send(hub), state)
        before = row_of(hub, case_no)
        for role, who in people(hub, case_no).items():
            for action in ACTIONS:
                wanted = role != "stranger" and may_move(state, action, who, before["holder"])
                assert (action in possible(hub, who, before, moves_of(hub, case_no))) == wanted, (state, action, role)
                if wanted:
                    other = bring(hub, send(hub), state)
                    asked = ANSWERS.get(action, Given(reason="代为签收"))
                    if action is Action.MERGE:
                        asked = Given(main_case_no=send(hub))
                    assert do(hub, who, other, action, asked)["state"] == BY_MOVE[state, action].to
                else:
                    with pytest.raises(NotAllowed):
                        act(hub, who, case_no, before["version"], action, ANSWERS.get(action))
        assert row_of(hub, case_no) == before

    def test_every_move_of_the_table_was_tried(self):
        tried = {(state, action) for state in STEPS for action in ACTIONS}
        assert {(row.state, row.action) for row in TRANSITIONS if row.state is not State.REPORTED} <= tried

    @pytest.mark.parametrize(
        ("state", "action"),
        [
            (State.ASSIGNED, "acknowledge"), (State.ACKNOWLEDGED, "start"), (State.IN_HANDLING, "resolve"), (State.RETURNED, "assign"),
            (State.RESOLVED, "close"), (State.CLOSED, "reopen"), (State.ACCEPTED, "assign"),
        ],
    )  # fmt: skip
    def test_the_obvious_next_thing_comes_first(self, hub, state, action):
        case_no = bring(hub, send(hub), state)
        who = centre(hub, "third") if state in (State.RESOLVED, State.CLOSED) else holder(hub, case_no)
        assert possible(hub, who, row_of(hub, case_no), moves_of(hub, case_no))[0] == action


def test_each_move_leaves_its_row_its_columns_and_an_event_for_other_hubs(hub, clock):
    case_no = send(hub)
    unit = holder(hub, case_no)
    clock.move(minutes=5)
    row = do(hub, unit, case_no, "acknowledge")
    assert (row["handler"], row["acknowledged_at"], row["state"]) == (unit.username, clock(), "acknowledged")
    clock.move(minutes=5)
    do(hub, unit, case_no, "start")
    row = do(hub, unit, case_no, "resolve")
    assert (row["holder"], row["lead_unit_id"], row["resolved_at"]) == ("centre", unit.unit_id, clock())
    row = do(hub, centre(hub), case_no, "close")
    assert (row["closed_at"], row["version"]) == (clock(), 5)
    assert [move["action"] for move in moves_of(hub, case_no)][3:] == ["acknowledge", "start", "resolve", "close"]
    with hub.store.read() as tx:
        (result,) = handling.resolutions_of(tx, row["id"])
        jobs = outbox.outbox_of(tx, row["id"])
    assert (result["short"], result["conclusion"], result["unit_id"], result["seq"]) == (RESULT.short, "solved", unit.unit_id, 6)
    others = [job["kind"] for job in jobs if job["destination"] != "desk"]
    expected = ["case.assigned", "case.acknowledged", "case.in_handling", "case.resolved", "case.closed"]
    assert others == [kind for kind in expected for _ in hub.settings.connectors]
    assert not any("水泵" in str(job["payload"]) for job in jobs)


def test_who_had_the_case_open_when_it_went_elsewhere_is_told_too(hub):
    case_no = bring(hub, send(hub), State.IN_HANDLING)
    before = row_of(hub, case_no)
    late = person(hub, before["holder"], "unit", "late")
    do(hub, person(hub, before["holder"], "unit", "early"), case_no, "hand_over", Given(reason="归人社局", unit_id="labour"))
    with pytest.raises(CaseMoved) as told:
        act(hub, late, case_no, before["version"], Action.RESOLVE, RESULT)
    assert (told.value.by, told.value.action) == ("early", Action.HAND_OVER)
    with pytest.raises(NotAllowed, match="no_case"):
        act(hub, person(hub, "housing"), case_no, before["version"], Action.RESOLVE, RESULT)


@pytest.mark.parametrize(
    ("state", "action", "given", "fields"),
    [
        (State.RETURNED, Action.REJECT, Given(), {"reason", "channel"}),
        (State.RETURNED, Action.ASSIGN, Given(helper_ids=("nobody",)), {"unit_id", "helper_ids"}),
        (State.RETURNED, Action.ASSIGN, Given(unit_id="nobody", helper_ids=("labour",)), {"unit_id"}),
        (State.RETURNED, Action.ASSIGN, Given(unit_id="labour", helper_ids=("labour",)), {"helper_ids"}),
        (State.ASSIGNED, Action.SEND_BACK, Given(reason="  "), {"reason"}),
        (State.IN_HANDLING, Action.HAND_OVER, Given(), {"reason", "unit_id"}),
        (State.IN_HANDLING, Action.RESOLVE, Given(), {"short", "answer", "conclusion"}),
        (State.IN_HANDLING, Action.RESOLVE, Given(short="好" * 36, answer="办好了", conclusion="solved"), {"short"}),
        (State.IN_HANDLING, Action.RESOLVE, Given(short="已调解", answer="办好了", conclusion="paid_in_full"), {"short", "conclusion"}),
        (State.RESOLVED, Action.REWORK, Given(), {"reason"}),
        (State.CLOSED, Action.REOPEN, Given(), {"reason"}),
        (State.ACCEPTED, Action.MERGE, Given(), {"main_case_no"}),
        (State.ASSIGNED, Action.MERGE, Given(), {"main_case_no"}),
        (State.ACCEPTED, Action.MERGE, Given(main_case_no="2222-2222"), {"main_case_no"}),
    ],
)
def test_every_field_that_is_missing_or_wrong_is_named_at_once(hub, state, action, given, fields):
    case_no = bring(hub, send(hub), state)
    before = row_of(hub, case_no)
    who = centre(hub, "third") if action in (Action.REJECT, Action.REWORK, Action.REOPEN, Action.ASSIGN, Action.MERGE) else holder(hub, case_no)
    with pytest.raises(Incomplete) as refused:
        act(hub, who, case_no, before["version"], action, given)
    assert set(refused.value.errors) == fields
    assert all(words and words.en for words in refused.value.errors.values())
    assert row_of(hub, case_no) == before


def test_a_silent_unit_is_acted_for_with_a_reason_that_is_logged(hub):
    case_no = send(hub)
    with pytest.raises(Incomplete) as refused:
        do(hub, centre(hub), case_no, "acknowledge")
    assert set(refused.value.errors) == {"reason"}
    do(hub, room(hub), case_no, "acknowledge", Given(reason="该办公室三天没有签收"))
    with hub.store.read() as tx:
        (entry,) = [one for one in audit.audit_of(tx, row_of(hub, case_no)["id"]) if one["action"] == "acknowledge_in_place"]
    assert (entry["who"], entry["reason"]) == (f"township.{ROOM}", "该办公室三天没有签收")


def test_a_command_room_gives_cases_to_its_own_offices_and_the_county_not_to_other_townships(hub):
    case_no = send(hub)
    office = row_of(hub, case_no)["holder"]
    row = do(hub, holder(hub, case_no), case_no, "send_back")
    assert (row["holder"], row["return_count"]) == (ROOM, 1)
    with pytest.raises(Incomplete) as refused:
        do(hub, room(hub), case_no, "assign", Given(unit_id="331081100.social"))
    assert set(refused.value.errors) == {"unit_id"}
    row = do(hub, room(hub), case_no, "assign", Given(unit_id=SAFETY, helper_ids=(office, "ecology")))
    assert (row["lead_unit_id"], row["holder"], row["helper_ids"]) == (SAFETY, SAFETY, [office, "ecology"])


def test_a_bureau_sends_back_to_the_centre(hub):
    case_no = send(hub, "wage")
    assert do(hub, holder(hub, case_no), case_no, "send_back")["holder"] == "centre"


def test_the_third_return_goes_to_the_centre_whose_choice_is_final(hub):
    case_no = send(hub)
    for unit_id in (SOCIAL, SAFETY):
        do(hub, holder(hub, case_no), case_no, "send_back")
        do(hub, room(hub), case_no, "assign", Given(unit_id=unit_id))
    row = do(hub, holder(hub, case_no), case_no, "send_back")
    assert (row["holder"], row["return_count"], row["state"]) == ("centre", 3, "returned")
    with pytest.raises(NotAllowed):
        do(hub, room(hub), case_no, "assign", Given(unit_id=SOCIAL))
    do(hub, centre(hub), case_no, "assign", Given(unit_id=SOCIAL))
    with pytest.raises(NotAllowed, match="no_move"):
        do(hub, person(hub, SOCIAL), case_no, "send_back")
    assert do(hub, person(hub, SOCIAL), case_no, "acknowledge")["state"] == "acknowledged"


def test_many_are_acknowledged_at_once_each_with_its_own_answer(hub):
    mine = [send(hub) for _ in range(3)]
    unit = holder(hub, mine[0])
    do(hub, unit, mine[1], "acknowledge")
    other = send(hub, "wage")
    answers = acknowledge_many(hub, unit, [*mine, other, "2222-2222"])
    assert answers == {mine[0]: "", mine[1]: "no_move", mine[2]: "", other: "no_case", "2222-2222": "no_case"}
    assert row_of(hub, mine[2])["state"] == "acknowledged"


def test_a_grid_officer_holds_the_cases_of_the_grids_villages_and_no_others(hub):
    village = "331081104294"
    case_no = send(hub, village_id=village)
    unit_id = row_of(hub, case_no)["holder"]
    stranger = person(hub, unit_id, "grid", "g2", area_ids=frozenset({"331081104201"}))
    with pytest.raises(NotAllowed, match="no_case"):
        do(hub, stranger, case_no, "acknowledge")
    officer = person(hub, unit_id, "grid", "g1", area_ids=frozenset({village}))
    for step in ("acknowledge", "start", "resolve"):
        row = do(hub, officer, case_no, step)
    assert (row["state"], row["handler"]) == ("resolved", "g1")


def test_what_a_grid_officer_sends_back_comes_to_the_command_room(hub):
    case_no = bring(hub, send(hub), State.IN_HANDLING)
    do(hub, holder(hub, case_no), case_no, "hand_over", Given(reason="请网格核实", unit_id=ROOM))
    assert do(hub, person(hub, ROOM, "grid", "g1"), case_no, "send_back")["holder"] == ROOM
    do(hub, room(hub), case_no, "assign", Given(unit_id=ROOM))
    assert do(hub, room(hub), case_no, "send_back")["holder"] == "centre"


def test_a_case_goes_from_the_county_down_to_the_grid_and_up_again(hub):
    case_no = send(hub, township_id=XINHE)
    office = holder(hub, case_no)
    steps = [("331081104.command", "镇里统筹"), (office.unit_id, "交网格处理"), ("ecology", "需要市局检测"), (ROOM, "检测完成，由镇里落实")]
    for unit_id, reason in steps:
        bringer = holder(hub, case_no)
        do(hub, bringer, case_no, "acknowledge")
        do(hub, bringer, case_no, "start")
        row = do(hub, bringer, case_no, "hand_over", Given(reason=reason, unit_id=unit_id))
        assert (row["state"], row["lead_unit_id"], row["holder"], row["handler"]) == ("assigned", unit_id, unit_id, "")
    assert ZEGUO not in row["lead_unit_id"]
    with hub.store.read() as tx:
        assert cases.get_case(tx, case_no)["return_count"] == 0
