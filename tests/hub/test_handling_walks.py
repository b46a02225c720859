"""Cases handled at random by random people: whatever they do, what is stored stays whole."""

import random

import pytest

from gonzhi_code.cases import Action, Case, Move, State
from service.hub.exclusion import barred_units
from service.hub.handling import CaseMoved, Given, Incomplete, NotAllowed, act, possible
from service.hub.handling_clocks import EACH_TIME
from service.hub.rating import rate
from service.store import cases, clock_runs, handling

from .desks import ANSWERS, ROOM, SAFETY, SOCIAL, moves_of, person, row_of, send

UNITS = (SOCIAL, SAFETY, ROOM, "labour", "ecology", "utility.water", "centre")
OVER = (State.CLOSED, State.REJECTED, State.MERGED)


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


def somebody(hub, chance):
    unit_id = chance.choice(UNITS)
    role = "centre" if unit_id == "centre" else "township" if unit_id == ROOM else chance.choice(("unit", "unit", "grid"))
    return person(hub, unit_id, role, f"{unit_id}.{chance.randint(1, 3)}")


def given_for(action, chance, others):
    if action in (Action.ASSIGN, Action.HAND_OVER):
        return Given(reason="请办理", unit_id=chance.choice(UNITS), helper_ids=tuple(chance.sample(UNITS, 2)) if chance.random() < 0.3 else None)
    if action is Action.MERGE:
        return Given(main_case_no=chance.choice(others))
    return ANSWERS.get(action) or Given(reason="代办")


def check(hub, case_no):
    """What must hold of a case at any time."""
    row, moves = row_of(hub, case_no), moves_of(hub, case_no)
    made = tuple(Move.from_data({**move, "from_state": move["from_state"] or None, "at": move["at"].isoformat()}) for move in moves)
    data = Case(case_no, row["scene_key"], State(row["state"]), row["lead_unit_id"], tuple(row["helper_ids"]), made).to_data()
    assert Case.from_data(data).state == row["state"]
    assert [move["seq"] for move in moves] == list(range(1, len(moves) + 1)) and row["version"] == len(moves) - 2
    assert row["reopen_count"] == sum(move["action"] == "reopen" for move in moves)
    assert row["return_count"] == sum(move["action"] == "send_back" for move in moves)
    assert row["lead_unit_id"] not in row["helper_ids"]
    with hub.store.read() as tx:
        clocks = cases.clocks_of(tx, row["id"])
        runs = clock_runs.runs_of(tx, row["id"])
        barred = barred_units(hub, tx, row)
        results = handling.resolutions_of(tx, row["id"])
    assert not {row["lead_unit_id"], row["holder"]} & barred.from_leading and not set(row["helper_ids"]) & barred.accused
    assert [result["seq"] for result in results] == [move["seq"] for move in moves if move["action"] == "resolve"]
    running = {clock["key"] for clock in clocks if clock["met_at"] is None}
    if row["state"] in OVER:
        assert running <= {"rate"}
    if row["state"] in ("assigned", "acknowledged", "in_handling", "returned"):
        assert "handle" in running and row["due_at"] == next(one["due_at"] for one in clocks if one["key"] == "handle")
    assert ("review" in running) == (row["state"] == "resolved") and ("acknowledge" in running) == (row["state"] == "assigned")
    for run in runs:
        assert run["ended_at"] >= run["started_at"] and run["unit_id"] in hub.county.units
        assert run["outcome"] == "void" or (run["outcome"] == "met") == (run["ended_at"] <= run["due_at"])
    counted = [run["key"] for run in runs if run["outcome"] != "void" and run["key"] not in (*EACH_TIME, "acknowledge", "send_back", "review")]
    rounds = row["reopen_count"] + 1
    assert all(counted.count(key) <= rounds for key in set(counted) if not key.endswith("send_back"))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_do_what_is_stored_stays_whole(hub, clock, seed):
    chance = random.Random(seed)
    numbers = [send(hub, scene, **more) for scene, more in (("general", {}), ("wage", {}), ("general", {"accused_name": "新河镇平安法治办公室"}))]
    done = set()
    for _ in range(220):
        case_no = chance.choice(numbers)
        clock.move(minutes=chance.choice((1, 30, 240, 1500)))
        row = row_of(hub, case_no)
        who = somebody(hub, chance)
        offered = possible(hub, who, row, moves_of(hub, case_no))
        action = chance.choice(offered) if offered and chance.random() < 0.9 else chance.choice([one for one in Action if one is not Action.REPORT])
        version = row["version"] - (chance.random() < 0.05)
        try:
            act(hub, who, case_no, version, action, given_for(action, chance, numbers))
            done.add(action)
        except (NotAllowed, Incomplete, CaseMoved):
            assert row_of(hub, case_no) == row
        if row["state"] == State.CLOSED and chance.random() < 0.4:
            rate(hub, case_no, chance.randint(1, 5))
        check(hub, case_no)
    assert len(done) >= 6
