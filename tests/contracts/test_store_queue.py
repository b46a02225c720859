"""The queue in SQL says of many cases what permissions.py says of one; pages have no gap; numbers fit the pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from gonzhi_code.counties import load_county
from service.hub.accounts import User
from service.hub.permissions import Sight, sight, townships_of
from service.store import Store, Tx
from service.store.cases import change_case, get_case, meet_clocks
from service.store.clock_runs import add_runs
from service.store.queue_sql import Scope, Wanted, count_each, count_rows, queue_rows, running_clocks
from tests.parts.filings import NOON, file

COUNTY = load_county("wenling")
XINHE, EAST = "331081104000", "331081400000"
OWNER = COUNTY.townships[EAST].owner_id
EVERYTHING = Scope(everything=True, protected=True)


def person(role: str, unit_id: str, *, grants: tuple[str, ...] = (), area_ids: tuple[str, ...] = ()) -> User:
    return User(1, "somebody", "", unit_id, COUNTY.units[unit_id].township_id, role, frozenset(grants), frozenset(area_ids))


PEOPLE = {
    "the centre": person("centre", "centre"),
    "a named account of the centre": person("centre", "centre", grants=("open_sealed",)),
    "an auditor": person("auditor", "centre"),
    "a command room": person("township", "331081104.command"),
    "the room that answers for a statistical unit": person("township", f"{OWNER[:9]}.command"),
    "a bureau": person("unit", "labour"),
    "a named account of a bureau": person("unit", "labour", grants=("open_sealed",)),
    "a helper": person("unit", "police"),
    "a grid officer": person("grid", "331081104.social", area_ids=("331081104294",)),
    "a grid officer of the whole unit": person("grid", "331081104.social"),
}


def scope_of(user: User) -> Scope:
    opens = "open_sealed" in user.grants
    return Scope(
        everything=user.role in ("centre", "auditor"),
        unit_id=user.unit_id,
        township_ids=townships_of(COUNTY, user) if user.role == "township" else (),
        village_ids=tuple(user.area_ids),
        protected=user.role == "centre",
        sealed=opens,
        sealed_of_others=opens and user.role == "centre",
    )


@pytest.fixture
def many(store: Store) -> Store:
    """Cases of every kind of place, lead, helper, holder, visibility and state that matters to who sees them."""
    kinds = product(
        (XINHE, EAST), (("labour", ""), ("331081104.social", "331081104294"), ("centre", "331081104002")),
        (["police"], []), ("", "labour"), ("normal", "protected", "sealed"), ("assigned", "closed"),
    )  # fmt: skip
    with store.write() as tx:
        for number, (town, (lead, village), helpers, holder, visibility, state) in enumerate(kinds):
            file(
                tx, number, township_id=town, village_id=village, lead_unit_id=lead, helper_ids=helpers, visibility=visibility, state=state,
                holder=(holder or lead) if state == "assigned" else lead, reported_at=NOON + dt.timedelta(minutes=number // 3),
            )  # fmt: skip
    return store


def numbers(tx: Tx, scope: Scope, wanted: Wanted, **how: Any) -> list[str]:
    return [row["case_no"] for row in queue_rows(tx, scope, wanted, limit=1000, **how)]


@pytest.mark.parametrize("on_desk", [True, False], ids=["on a desk", "of any time"])
@pytest.mark.parametrize("name", PEOPLE)
def test_somebody_sees_in_a_list_exactly_what_concerns_them(many: Store, name: str, on_desk: bool) -> None:
    user = PEOPLE[name]
    scope, wanted = scope_of(user), Wanted(on_desk=on_desk)
    with many.read() as tx:
        every = [get_case(tx, number) for number in numbers(tx, EVERYTHING, wanted)]
        rows = [row for row in every if row]
        concerned = {row["case_no"] for row in rows if sight(COUNTY, user, row) > Sight.NONE}
        opened = {row["case_no"] for row in rows if sight(COUNTY, user, row) is Sight.CASE}
        listed = numbers(tx, scope, wanted)
        assert len(listed) == len(set(listed)), "nothing stands twice"
        assert set(listed) == concerned
        assert set(numbers(tx, scope, replace(wanted, opened=True))) == opened
        assert count_rows(tx, scope, wanted) == len(concerned)
        if on_desk:
            assert count_each(tx, scope, {"all": wanted, "opened": replace(wanted, opened=True)}) == {
                "all": len(concerned), "opened": len(opened),
            }  # fmt: skip


@pytest.mark.parametrize("name", ["the centre", "a command room", "a bureau"])
@pytest.mark.parametrize(("on_desk", "late_first"), [(True, True), (True, False), (False, False)])
def test_pages_follow_each_other_without_gap_or_repeat(many: Store, name: str, on_desk: bool, late_first: bool) -> None:
    scope, wanted = scope_of(PEOPLE[name]), Wanted(on_desk=on_desk)
    seen: list[dict[str, Any]] = []
    after = None
    with many.read() as tx:
        while page := queue_rows(tx, scope, wanted, late_first=late_first, after=after, limit=7):
            seen += page
            after = (page[-1]["sorted"], page[-1]["id"])
        assert {row["case_no"] for row in seen} == set(numbers(tx, scope, wanted))
    keys = [(row["sorted"], row["id"]) for row in seen]
    assert len(keys) == len(set(keys))
    assert keys == sorted(keys, reverse=not late_first)


def test_late_and_due_follow_the_clock_that_somebody_owes(store: Store) -> None:
    with store.write() as tx:
        first, second, third = (file(tx, number, reported_at=NOON + dt.timedelta(minutes=number)) for number in range(3))
        meet_clocks(tx, second.id, ["acknowledge"], NOON)
        meet_clocks(tx, third.id, ["acknowledge", "handle"], NOON)
        at = NOON + dt.timedelta(hours=3)
        assert numbers(tx, EVERYTHING, Wanted(on_desk=True, due_before=at)) == [first.case_no]
        span = Wanted(on_desk=True, due_since=at, due_before=NOON + dt.timedelta(hours=121))
        assert set(numbers(tx, EVERYTHING, span)) == {first.case_no, second.case_no}
        due = queue_rows(tx, EVERYTHING, Wanted(on_desk=True), late_first=True)
        # Without a clock nobody has it in hand, so it stands where it came in, before what is not due yet.
        assert [row["case_no"] for row in due] == [third.case_no, first.case_no, second.case_no]
        assert [row["next_due"] for row in due] == [None, NOON + dt.timedelta(hours=2), NOON + dt.timedelta(hours=120)]
        assert [clock["key"] for clock in running_clocks(tx, [first.id, third.id])[first.id]] == ["acknowledge", "handle"]
        run = {"case_id": third.id, "key": "handle", "unit_id": "labour", "started_at": NOON, "due_at": NOON, "ended_at": at, "outcome": "late"}
        add_runs(tx, [run])
        assert set(numbers(tx, EVERYTHING, Wanted(late_at=at))) == {first.case_no, third.case_no}


FILTERS: dict[str, tuple[dict[str, Any], Wanted]] = {
    "scene": ({"scene_key": "campus"}, Wanted(scene_key="campus")),
    "township": ({"township_id": XINHE}, Wanted(township_id=XINHE)),
    "lead": ({"lead_unit_id": "housing"}, Wanted(unit_id="housing")),
    "state": ({"state": "closed"}, Wanted(states=("closed", "merged"))),
    "handler": ({"handler": "li"}, Wanted(handler="li")),
    "priority": ({"priority": "red"}, Wanted(priority="red")),
    "since": ({"reported_at": NOON + dt.timedelta(days=2)}, Wanted(since=NOON + dt.timedelta(days=2))),
    "before": ({"reported_at": NOON - dt.timedelta(days=2)}, Wanted(before=NOON)),
    "returned": ({"return_count": 2}, Wanted(returned=True)),
    "reopened": ({"reopen_count": 1}, Wanted(reopened=True)),
    "bad code": ({"source": "bad_code"}, Wanted(bad_code=True)),
    "state of the code": ({"code_state": "lost"}, Wanted(code_state="lost")),
    "grade": ({"grade": 1}, Wanted(grades=(1, 2))),
    "words of the place": ({"place": "新河镇 50%_门"}, Wanted(words=("50%_", "新河"))),
    "words of the summary": ({"summary": "路灯坏了"}, Wanted(words=("路灯",))),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_what_it_says_and_nothing_else(store: Store, name: str) -> None:
    columns, wanted = FILTERS[name]
    with store.write() as tx:
        file(tx, 1, grade=5, place="新河镇 50号门")
        wanted_one = file(tx, 2, **{"grade": 5, **columns})
        assert numbers(tx, EVERYTHING, wanted) == [wanted_one.case_no]
        assert count_rows(tx, EVERYTHING, wanted) == 1


def test_what_was_never_rated_is_found(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1, grade=5)
        unrated = file(tx, 2)
        assert numbers(tx, EVERYTHING, Wanted(unrated=True)) == [unrated.case_no]


def test_a_number_is_counted_no_further_than_asked(store: Store) -> None:
    with store.write() as tx:
        for number in range(5):
            file(tx, number)
        assert count_rows(tx, EVERYTHING, Wanted(), most=3) == 3


def test_what_some_unit_got_since_a_time_is_found(store: Store) -> None:
    with store.write() as tx:
        file(tx, 1)
        second = file(tx, 2)
        later = NOON + dt.timedelta(hours=1)
        move = {"seq": 4, "action": "hand_over", "from_state": "in_handling", "to_state": "assigned", "role": "unit", "by": "li", "at": later}
        change_case(tx, second.id, 1, {}, [{**move, "unit_id": "police"}])
        assert numbers(tx, EVERYTHING, Wanted(on_desk=True, given_since=later)) == [second.case_no]
