"""The checks of rules find each kind of fault, and pass every table that is good."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonzhi_code.answers import AnswersSchema
from gonzhi_code.choices import Choice, Choices, YesNo, options_of
from gonzhi_code.conditions import ALWAYS, Atom, Condition, Not, all_of, any_of, field, setting
from gonzhi_code.counties import load_county
from gonzhi_code.deadlines import Clock, Span, TimeUnit
from gonzhi_code.errors import NoRoute
from gonzhi_code.fields import Whole
from gonzhi_code.routing_checks import check_rules, require_rules
from gonzhi_code.routing_domain import Search, facts_of, limits_of
from gonzhi_code.rules import Rule
from gonzhi_code.scene import Remark, Scene
from gonzhi_code.scenes import all_scenes
from gonzhi_code.words import Words
from tests.parts.small_scene import REST, SMALL, Answers, rule, with_rules

WENLING = load_county("wenling")
PAY, DUST, OTHER = (field("kind") == word for word in ("pay", "dust", "other"))


def faults(*rules: Rule) -> list[str]:
    return check_rules(with_rules(*rules), WENLING)


@pytest.mark.parametrize("scene", [SMALL, *all_scenes()], ids=lambda scene: scene.key)
def test_every_installed_scene_passes(scene: Scene) -> None:
    assert check_rules(scene, WENLING) == []


# ------------------------------------------------------------------------------------------------ the shape of a table


def test_a_table_without_a_last_rule_that_always_holds_is_not_total() -> None:
    (fault,) = faults(rule("pay", PAY))
    assert "does not always hold" in fault


def test_a_table_without_rules_is_refused() -> None:
    assert faults() == ["there is no rule"]


def test_rule_ids_are_unique_and_begin_with_the_scene() -> None:
    found = faults(rule("a", PAY), rule("a", DUST), replace(REST, id="other.rest"))
    assert any("stands twice" in fault for fault in found)
    assert any("must begin with small." in fault for fault in found)


def test_a_lead_is_not_its_own_helper() -> None:
    assert any("as lead and as helper" in fault for fault in faults(rule("a", PAY, "labour", "labour"), REST))


# ------------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (field("knid") == "pay", "which the form does not ask"),
        (field("kind") == "wages", "not among the options"),
        (field("kind").in_("pay", "wages"), "not among the options"),
        (field("signs").has("fire"), "not among the options"),
        (field("signs") == "smoke", "is a list"),
        (field("kind") >= "pay", "has no order"),
        (field("gathering") > 1, "has no order"),
        (field("workers") >= "30", "is a number and the value is not"),
        (field("workers") >= setting("office.winter"), "is a number and the setting office.winter is not"),
        (field("workers") >= setting("wage.nowhere"), "names the setting 'wage.nowhere'"),
        (field("township_kind") == "city", "not among the options"),
        (field("township_id") == "330106001000", "is no place of wenling"),
        (field("urgent") == True, "the hub does not know"),  # noqa: E712 - only clocks may ask it
    ],
)
def test_a_comparison_that_makes_no_sense_is_named(condition: Condition, words: str) -> None:
    found = faults(rule("a", condition), REST)
    assert len(found) == 1
    assert "small.a" in found[0]
    assert words in found[0]


def test_roles_that_the_county_lacks_are_named() -> None:
    found = faults(rule("a", PAY, "harbour", "coastguard"), REST)
    assert ["'harbour'" in found[0], "'coastguard'" in found[1]] == [True, True]


def test_a_township_role_needs_a_unit_in_every_township() -> None:
    gap = {township: unit for township, unit in WENLING.roles["township.social"].items() if township != "331081110000"}  # type: ignore[union-attr]
    county = replace(WENLING, roles={**WENLING.roles, "township.social": gap})
    assert check_rules(SMALL, county) == ["the role township.social has no unit in 坞根镇 (331081110000)"]


def test_clocks_and_remarks_are_checked_like_rules() -> None:
    clock = Clock("handle", Span(1, TimeUnit.DAYS), Words("办"), "setting", when=field("nothing").given(), setting="clock.nowhere")
    found = check_rules(replace(SMALL, clocks=(clock,), remarks=(Remark("m", field("void").given()),)), WENLING)
    assert any("clock.nowhere" in fault for fault in found)
    assert any("clock handle looks at 'nothing'" in fault for fault in found)
    assert any("remark m looks at 'void'" in fault for fault in found)


def test_the_fields_that_may_accuse_must_be_asked() -> None:
    assert check_rules(replace(SMALL, accused=("whom",)), WENLING) == ["the scene names the field 'whom', which its form does not ask"]
    assert check_rules(replace(SMALL, proper_names=("phone",)), WENLING) == ["the scene calls 'phone' a proper name, which is not among its accused"]


def test_who_is_called_at_once_must_be_among_those_who_have_the_case() -> None:
    lone = replace(rule("pay", field("kind") == "pay"), at_once=("police",))
    assert check_rules(with_rules(lone, REST), WENLING) == ["the rule small.pay calls police at once, which neither leads nor helps"]


class Clashing(Answers):
    """Asks something under a name of the hub's."""

    source = YesNo(Words("来源", "Source"))


def test_a_form_must_not_use_a_name_of_the_hubs() -> None:
    found = check_rules(replace(SMALL, schema=Clashing), WENLING)
    assert found == ["the form asks 'source', a name that the hub uses for a fact of its own"]


# ------------------------------------------------------------------------------------------------ reachability


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (ALWAYS, PAY, "because small.a stands before it"),
        (PAY, PAY & (field("workers") >= 5), "because small.a stands before it"),
        (field("workers") >= 10, field("workers") >= setting("wage.red_workers"), "because small.a stands before it"),
        (field("kind").in_("pay", "dust"), DUST, "because small.a stands before it"),
        (field("signs").has("smoke"), field("signs").has("smoke") & field("signs").has("smell"), "because small.a stands before it"),
        (PAY, (field("workers") > 9999), "can never hold"),
        (PAY, (field("workers") < 1), "can never hold"),
        (PAY, PAY & DUST, "can never hold"),
        (PAY, ~field("gathering").given(), "can never hold"),
        (PAY, (field("workers") > 5) & (field("workers") < 6), "can never hold"),
        (PAY, (field("township_kind") == "town") & ~field("township_id").given(), "can never hold"),
    ],
)
def test_a_rule_that_no_form_reaches_is_named_with_its_reason(first: Condition, second: Condition, words: str) -> None:
    found = faults(rule("a", first), rule("b", second), REST)
    assert [fault.split()[0] for fault in found if "small.b" in fault.split()[0]] == ["small.b"]
    assert words in next(fault for fault in found if fault.startswith("small.b"))


def test_a_rule_hidden_by_several_together_is_named() -> None:
    found = faults(rule("a", PAY), rule("b", DUST), rule("c", OTHER), REST)
    assert found == ["small.rest is never reached, because the rules before it together hold whenever it does"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (field("workers") >= setting("wage.red_workers"), field("workers") >= 10),
        (field("total") > 5, field("total") >= 5),
        (field("signs").has("smoke"), field("signs").has("smell")),
        (field("signs").has("smoke"), field("signs").given()),
        (PAY & (field("workers") >= 5), PAY),
        (field("kind") != "pay", PAY & (field("workers") > 1)),
        (field("township_kind") == "town", field("township_id").given()),
        (field("accused_name") == "甲", field("accused_name").given()),
        (field("village_id").given(), field("township_id").given()),
    ],
)
def test_a_rule_that_some_form_reaches_is_not_complained_of(first: Condition, second: Condition) -> None:
    assert faults(rule("a", first), rule("b", second), REST) == []


class Nested(AnswersSchema):
    """A question that is hidden unless another is answered yes, and needed where it is shown."""

    noisy = YesNo(Words("吵吗", "Noisy"), required=True)
    origin = Choice(Words("来源", "Source"), options_of(pump=("泵", "Pump"), music=("音响", "Music")), required=True, show_when=field("noisy") == True)  # noqa: E712
    hours = Whole(Words("几小时", "Hours"), required_when=field("noisy") == True)  # noqa: E712


def test_the_checks_know_what_the_form_hides_and_what_it_demands() -> None:
    noisy = field("noisy") == True  # noqa: E712
    nested = replace(SMALL, schema=Nested, sections=(), clocks=(), remarks=(), accused=(), subject="", sample={"noisy": False})
    hidden = replace(nested, rules=(rule("a", ~noisy & (field("origin") == "pump")), REST))
    assert check_rules(hidden, WENLING) == ["small.a can never hold: not (noisy == True) and origin == pump"]
    demanded = replace(nested, rules=(rule("a", noisy & ~field("hours").given()), REST))
    assert len(check_rules(demanded, WENLING)) == 1
    assert check_rules(replace(nested, rules=(rule("a", noisy & (field("origin") == "pump")), REST)), WENLING) == []


def test_a_table_too_wild_to_decide_is_reported_and_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gonzhi_code.routing_domain.MOST_STEPS", 1)
    assert "could not be decided" in faults(rule("a", PAY & (field("workers") > 3)), REST)[0]


def test_requiring_good_rules_raises_every_fault_at_once() -> None:
    with pytest.raises(NoRoute) as caught:
        require_rules(with_rules(rule("a", field("x") == 1), rule("a", field("y") == 2), REST), WENLING)
    assert len(caught.value.problems) == 3


# ------------------------------------------------------------------------------------------------ the search itself


class Tiny(AnswersSchema):
    """Few enough facts to try them all."""

    c = Choice(Words("选", "Choice"), options_of(p=("甲", "P"), q=("乙", "Q"), r=("丙", "R")))
    n = Whole(Words("数", "Number"), least=0, most=4)
    b = YesNo(Words("否", "Yes"), required=True)
    m = Choices(Words("多", "Many"), options_of(u=("子", "U"), v=("丑", "V")))


TINY = replace(SMALL, schema=Tiny, sections=(), rules=(REST,), clocks=(), remarks=(), accused=(), sample={"b": True})
ALL_FACTS: list[dict[str, Any]] = [
    {name: value for name, value in (("c", c), ("n", n), ("b", b), ("m", m)) if value is not None}
    for c in (None, "p", "q", "r")
    for n in (None, 0, 1, 2, 3, 4)
    for b in (False, True)
    for m in (None, ["u"], ["v"], ["u", "v"])
]
atoms = st.one_of(
    st.builds(Atom, st.just("c"), st.sampled_from(["==", "!="]), st.sampled_from("pqr")),
    st.builds(Atom, st.just("c"), st.just("in"), st.sampled_from([("p", "q"), ("r",)])),
    st.builds(Atom, st.just("n"), st.sampled_from(["==", "!=", ">=", ">", "<=", "<"]), st.integers(0, 4)),
    st.builds(Atom, st.just("b"), st.just("=="), st.booleans()),
    st.builds(Atom, st.just("m"), st.just("has"), st.sampled_from("uv")),
    st.builds(Atom, st.sampled_from("cnm"), st.just("given")),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda parts: all_of(*parts))
    | st.lists(inner, min_size=1, max_size=3).map(lambda parts: any_of(*parts))
    | inner.map(Not),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=4))
def test_the_search_agrees_with_trying_everything(wanted: list[Condition]) -> None:
    limits = limits_of(TINY)
    found = Search(facts_of(TINY), [*limits, *wanted], {}).find(*wanted, *limits)
    possible = any(all(condition.holds(facts) for condition in wanted) for facts in ALL_FACTS)
    assert (found is not None) is possible
    if found is not None:
        assert all(condition.holds(found) for condition in wanted)
