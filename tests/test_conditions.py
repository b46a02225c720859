"""Conditions: what holds, what is not known, how they are written, hashed and prepared."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonzhi_code.conditions import ALWAYS, Atom, Condition, Not, SettingRef, all_of, any_of, field, said, setting

NUMBERS = {"limit": 10, "share": 0.1}


@pytest.mark.parametrize(
    ("condition", "facts", "holds"),
    [
        (field("n") >= 10, {"n": 10}, True),
        (field("n") > 10, {"n": 10}, False),
        (field("n") <= 10, {"n": 10}, True),
        (field("n") < 10, {"n": 10}, False),
        (field("n") >= setting("limit"), {"n": 9}, False),
        (field("n") >= setting("limit"), {"n": 11}, True),
        (field("word") == "a", {"word": "a"}, True),
        (field("word") != "a", {"word": "b"}, True),
        (field("word").in_("a", "b"), {"word": "b"}, True),
        (field("word").in_("a", "b"), {"word": "c"}, False),
        (field("list").in_("a", "b"), {"list": ["c", "b"]}, True),
        (field("list").in_("a", "b"), {"list": ["c"]}, False),
        (field("list").has("a"), {"list": ["a"]}, True),
        (field("list").has("a"), {"list": ["b"]}, False),
        (field("word").has("a"), {"word": "a"}, True),
        (field("n").given(), {"n": 0}, True),
        (field("yes") == False, {"yes": False}, True),  # noqa: E712
        (all_of(), {}, True),
        (any_of(), {}, False),
        (Not(field("n") == 1), {"n": 2}, True),
        (~(field("n") == 1), {"n": 1}, False),
        ((field("n") == 1) & (field("m") == 2), {"n": 1, "m": 2}, True),
        ((field("n") == 1) | (field("m") == 2), {"n": 3, "m": 2}, True),
    ],
)
def test_a_condition_holds_as_it_reads(condition: Condition, facts: dict[str, object], holds: bool) -> None:
    assert condition.holds(facts, NUMBERS) is holds
    assert condition.prepare(NUMBERS)(facts) is holds


@pytest.mark.parametrize("nothing", [None, "", [], ()])
@pytest.mark.parametrize("op", ["==", "!=", ">=", ">", "<=", "<", "in", "has", "given"])
def test_what_was_not_said_satisfies_no_comparison(nothing: object, op: str) -> None:
    atom = Atom("x", op, ("a",) if op == "in" else "a")
    assert not atom.holds({"x": nothing})
    assert not atom.holds({})


@pytest.mark.parametrize("answer", [0, False, Decimal(0), 0.0, "a", ["a"]])
def test_zero_and_no_are_answers(answer: object) -> None:
    assert said(answer)


def test_a_tenth_of_a_settings_file_is_one_tenth_of_money() -> None:
    condition = field("share") == setting("share")
    assert condition.holds({"share": Decimal("0.1")}, NUMBERS)
    assert not (field("share") > setting("share")).holds({"share": Decimal("0.1")}, NUMBERS)


def test_a_missing_setting_is_found_when_a_condition_is_prepared() -> None:
    with pytest.raises(KeyError):
        (field("n") >= setting("nowhere")).prepare(NUMBERS)


def test_a_condition_prints_as_it_is_meant() -> None:
    condition = all_of(field("a") >= setting("limit"), any_of(field("b") == "x", ~field("c").given()))
    assert str(condition) == "a >= limit and (b == x or not (c given))"
    assert str(ALWAYS) == "always"


def test_a_condition_knows_its_fields_and_settings() -> None:
    condition = any_of(field("a") >= setting("limit"), all_of(field("b") == 1, ~(field("c") == 2)))
    assert condition.fields() == {"a", "b", "c"}
    assert condition.settings() == {"limit"}


def test_equal_conditions_are_equal_data_and_equal_hashes() -> None:
    first, second = (all_of(field("a") >= setting("x"), field("b").in_("p", "q")) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert first.to_data() == second.to_data() == {"all": [["a", ">=", {"setting": "x"}], ["b", "in", ["p", "q"]]]}
    assert SettingRef("x") != SettingRef("y")


conditions = st.recursive(
    st.builds(Atom, st.sampled_from("abc"), st.sampled_from(["==", "!=", ">=", "<"]), st.integers(0, 3)),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: all_of(*parts))
    | st.lists(inner, max_size=3).map(lambda parts: any_of(*parts))
    | inner.map(Not),
    max_leaves=8,
)


@given(conditions, st.dictionaries(st.sampled_from("abc"), st.integers(0, 3)))
def test_a_condition_and_its_negation_never_agree(condition: Condition, facts: dict[str, int]) -> None:
    assert condition.holds(facts) is not Not(condition).holds(facts)


@given(conditions, conditions, st.dictionaries(st.sampled_from("abc"), st.integers(0, 3)))
def test_and_or_and_not_obey_de_morgan(one: Condition, two: Condition, facts: dict[str, int]) -> None:
    assert (~(one & two)).holds(facts) is ((~one) | (~two)).holds(facts)
