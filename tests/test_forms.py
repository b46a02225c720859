"""Forms: what is shown, needed, dropped and posted, on a small schema of every kind of question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from marshmallow import ValidationError
from marshmallow import fields as plain
from werkzeug.datastructures import MultiDict

from gonzhi_code.answers import AnswersSchema, Problem, Rows, flat_messages
from gonzhi_code.choices import Choice, Choices, Confirm, YesNo, options_of
from gonzhi_code.conditions import ALWAYS, all_of, any_of, field, setting
from gonzhi_code.fields import Day, Mobile, Text, Whole, Yuan
from gonzhi_code.forms import build_form
from gonzhi_code.json_schema import json_schema
from gonzhi_code.rules import Rule, Visibility
from gonzhi_code.scene import PosterWords, Remark, Scene, Section
from gonzhi_code.words import Words


def W(zh: str) -> Words:
    return Words(zh, f"en {len(zh)}")


class Person(AnswersSchema):
    name = Text(W("姓名"), required=True, personal=True)
    phone = Mobile(W("手机"))
    sum = Yuan(W("金额"))


class Answers(AnswersSchema):
    # Declared after what it depends on is not needed: questions are read in the order of their conditions.
    people = Rows(W("名单"), Person, required=True, least=1, most=2, show_when=field("count") >= 2, too_many=W("最多两人（某法第一条）"))
    kind = Choice(W("种类"), options_of(a=("甲", "A"), b=("乙", "B")), required=True)
    count = Whole(W("人数"), required=True, show_when=field("kind") == "a", least=1)
    deep = Text(W("深处"), required=True, show_when=field("count") >= 5)
    signs = Choices(W("迹象"), options_of(x=("一", "X"), y=("二", "Y")))
    smell = YesNo(W("气味"), required_when=field("signs").has("x"))
    extra = Text(W("补充"), required=True)
    secret = Confirm(W("保密"))
    day = Day(W("日期"))
    total = Yuan(W("总额"))

    doubled = plain.Decimal(dump_only=True, as_string=True)
    weekday = plain.Integer(dump_only=True)

    def cross_check(self, answers: Mapping[str, Any], today: dt.date | None) -> Iterable[Problem]:
        if answers.get("count", 0) > 8:
            yield "count", W("太多")
        if answers.get("extra") == "坏":
            yield "extra", W("不好")

    def derive(self, answers: Mapping[str, Any], today: dt.date | None) -> Mapping[str, Any]:
        facts: dict[str, Any] = {"doubled": answers["total"] * 2} if "total" in answers else {}
        return facts | ({"weekday": today.weekday()} if today else {})


SCENE = Scene(
    key="trial", code=99, title=W("试"), summary=W("试"), schema=Answers,
    sections=(
        Section("one", W("一"), ("kind", "count", "people", "deep")),
        Section("two", W("二"), ("signs", "smell")),
        Section("three", W("三"), ("extra",), show_when=field("signs").has("y")),
        Section("more", W("四"), ("secret", "day", "total")),
    ),
    rules=(Rule("trial.all", ALWAYS, "centre", W("都归中心")),), clocks=(), visibility=Visibility.NORMAL,
    poster=PosterWords(W("试一试看"), W("试"), "#000000"), purpose=W("试"), sample={"kind": "b"}, reporter_phone="",
    remarks=(Remark("smelly", field("smell").given()), Remark("many", field("count") >= setting("trial.many"), W("人多"))),
)  # fmt: skip


def wrong(form: Any, today: dt.date | None = None) -> dict[str, list[str]]:
    """Messages by control of a form that must be refused."""
    with pytest.raises(ValidationError) as caught:
        SCENE.load(form, today=today)
    messages: dict[str, list[str]] = caught.value.messages
    return messages


def test_a_hidden_question_is_dropped_with_its_answer_even_a_bad_one() -> None:
    assert SCENE.load({"kind": "b", "count": "x", "deep": "字", "people-0-phone": "1"}) == {"kind": "b"}


def test_what_a_hidden_question_would_show_stays_hidden() -> None:
    assert SCENE.load({"kind": "b", "count": "9", "people": [{"name": "甲"}]}) == {"kind": "b"}


def test_a_shown_question_that_is_needed_is_missed_like_any_other() -> None:
    assert wrong({"kind": "a"}) == {"count": ["请填写：人数"]}
    assert set(wrong({"kind": "a", "count": "5"})) == {"people", "deep"}


def test_a_section_hides_its_questions() -> None:
    assert SCENE.load({"kind": "b", "extra": "字"}) == {"kind": "b"}
    assert wrong({"kind": "b", "signs": ["y"]}) == {"extra": ["请填写：补充"]}
    assert SCENE.load({"kind": "b", "signs": ["y"], "extra": "字"})["extra"] == "字"


def test_a_question_may_be_always_shown_and_needed_only_sometimes() -> None:
    assert SCENE.load({"kind": "b", "smell": "no"}) == {"kind": "b", "smell": False}
    assert wrong({"kind": "b", "signs": "x"}) == {"smell": ["请回答：气味"]}


def test_every_bad_answer_is_told_at_once_also_those_between_answers() -> None:
    messages = wrong({"kind": "a", "count": "9", "deep": "", "signs": ["y"], "extra": "坏", "day": "x", "total": "y"})
    assert set(messages) == {"count", "people", "deep", "extra", "day", "total"}


def test_blank_is_the_same_as_not_given() -> None:
    for blank in ("", "  ", None, [], [""]):
        assert SCENE.load({"kind": "b", "total": blank, "signs": blank, "day": blank}) == {"kind": "b"}
        assert wrong({"kind": blank}) == {"kind": ["请选择：种类"]}


def test_multidicts_lists_and_json_give_the_same_answers() -> None:
    pairs = [("kind", "a"), ("count", "2"), ("people-0-name", "甲"), ("people-0-phone", ""), ("people-7-name", "乙"), ("people-7-sum", "3"),
             ("signs", "y"), ("signs", "x"), ("smell", "yes"), ("extra", "字"), ("secret", "yes")]  # fmt: skip
    as_lists: dict[str, list[str]] = {}
    for name, value in pairs:
        as_lists.setdefault(name, []).append(value)
    typed = {"kind": "a", "count": 2, "people": [{"name": "甲"}, {"name": "乙", "sum": 3}], "signs": ["x", "y"], "smell": True, "extra": "字", "secret": True}
    expected = {**typed, "people": [{"name": "甲"}, {"name": "乙", "sum": Decimal("3.00")}]}
    assert SCENE.load(MultiDict(pairs)) == SCENE.load(as_lists) == SCENE.load(typed) == expected


def test_errors_in_a_table_name_the_cell_as_it_was_posted() -> None:
    messages = wrong(MultiDict([("kind", "a"), ("count", "2"), ("people-3-phone", "138"), ("people-4-name", "")]))
    assert messages == {"people-3-name": ["请填写：姓名"], "people-3-phone": ["手机号是 11 位，现在是 3 位"]}


def test_a_table_has_its_limit_with_its_own_sentence_and_ignores_empty_rows() -> None:
    rows = [{"name": "甲"}, {"name": ""}, {}, {"name": "乙"}]
    assert len(SCENE.load({"kind": "a", "count": 2, "people": rows})["people"]) == 2
    assert wrong({"kind": "a", "count": 2, "people": [*rows, {"name": "丙"}]}) == {"people": ["最多两人（某法第一条）"]}
    assert wrong({"kind": "a", "count": 2, "people": [{}, {"name": " "}]}) == {"people": ["请填写：名单"]}
    assert wrong({"kind": "a", "count": 2, "people": ["甲"]}) == {"people-0-_schema": ["没有收到填写的内容，请再试一次"]}


def test_derived_facts_come_with_good_answers_and_time_only_where_it_is_given() -> None:
    assert SCENE.load({"kind": "b", "total": "1.50"})["doubled"] == Decimal("3.00")
    assert SCENE.load({"kind": "b"}, today=dt.date(2026, 11, 24)) == {"kind": "b", "weekday": 1}


def test_today_holds_for_one_load_only() -> None:
    assert wrong({"kind": "b", "day": "2026-11-25"}, dt.date(2026, 11, 24)) == {"day": ["日期不能晚于今天"]}
    assert SCENE.load({"kind": "b", "day": "2026-11-25"})["day"] == dt.date(2026, 11, 25)


def test_kept_answers_come_back_as_they_were_with_keys_of_an_earlier_release() -> None:
    answers = SCENE.load({"kind": "a", "count": 2, "people": [{"name": "甲", "sum": "5"}], "day": "2026-03-05", "total": "7"}, today=dt.date(2026, 3, 6))
    kept = SCENE.dump(answers)
    assert kept["people"] == [{"name": "甲", "sum": "5.00"}] and kept["day"] == "2026-03-05" and kept["doubled"] == "14.00"
    assert SCENE.undump({**kept, "gone": "旧"}) == {**answers, "gone": "旧"}


def test_the_form_tells_a_page_everything() -> None:
    fields = SCENE.fields
    assert [spec.name for spec in SCENE.form.fields] == [name for section in SCENE.sections for name in section.fields]
    assert fields["kind"].widget == "radio" and fields["kind"].required and fields["kind"].options[1].label.en == "B"
    assert fields["count"].show_when == (field("kind") == "a") and fields["count"].required and fields["count"].minimum == 1
    assert fields["smell"].required_when is not None and not fields["smell"].required and fields["smell"].boolean
    assert [cell.name for cell in fields["people"].rows] == ["name", "phone", "sum"] and fields["people"].rows_max == 2
    assert fields["total"].unit == "元" and fields["total"].inputmode == "decimal"
    assert SCENE.form.sections[2].show_when == field("signs").has("y")
    assert SCENE.personal_fields == ("people",)


def test_what_a_filled_form_posts_is_listed_in_page_order() -> None:
    scene_sample = {"kind": "a", "count": 2, "people": [{"name": "甲", "sum": "3"}, {"name": "乙"}], "signs": ["y", "x"], "smell": False,
                    "extra": "字", "secret": False}  # fmt: skip
    scene = replace(SCENE, sample=scene_sample)
    assert scene.sample_form() == [
        ("kind", "a"), ("count", "2"), ("people-0-name", "甲"), ("people-0-sum", "3"), ("people-1-name", "乙"), ("signs", "y"), ("signs", "x"),
        ("smell", "no"), ("extra", "字"),
    ]  # fmt: skip


def test_a_section_that_names_no_question_is_noticed() -> None:
    with pytest.raises(KeyError, match="nobody"):
        build_form("trial", W("试"), Answers(), (Section("one", W("一"), ("nobody",)),))


def test_questions_that_hide_each_other_are_noticed() -> None:
    class Circle(AnswersSchema):
        one = Text(W("一"), show_when=field("two").given())
        two = Text(W("二"), show_when=field("one").given())

    with pytest.raises(ValueError, match="one, two"):
        Circle()


def test_remarks_hold_beside_the_rules() -> None:
    assert [remark.mark for remark in SCENE.remarks_on({"smell": False, "count": 9}, {"trial.many": 10})] == ["smelly"]
    assert [remark.mark for remark in SCENE.remarks_on({"count": 10}, {"trial.many": 10})] == ["many"]


def test_the_json_schema_says_which_answers_make_others_needed() -> None:
    validator = Draft202012Validator(json_schema(SCENE.form))
    Draft202012Validator.check_schema(validator.schema)

    def missed(form: dict[str, Any]) -> set[str]:
        return {problem.message.split("'")[1] for problem in validator.iter_errors(form)}

    assert missed({"kind": "b"}) == set()
    assert missed({"kind": "a"}) == {"count"}
    assert missed({"kind": "a", "count": 5}) == {"people", "deep"}
    assert missed({"kind": "b", "signs": ["x"]}) == {"smell"}
    assert missed({"kind": "b", "signs": ["y"]}) == {"extra"}
    assert not validator.is_valid({"kind": "a", "count": 0})
    assert not validator.is_valid({"kind": "c"})


@pytest.mark.parametrize(
    ("condition", "holds", "fails"),
    [
        (field("n") >= 3, {"n": 3}, {"n": 2}), (field("n") > 3, {"n": 4}, {"n": 3}), (field("n") <= 3, {"n": 3}, {"n": 4}),
        (field("n") < 3, {"n": 2}, {"n": 3}), (field("k") == "a", {"k": "a"}, {}), (field("k") != "a", {"k": "b"}, {"k": "a"}),
        (field("k").in_("a", "b"), {"k": ["b", "c"]}, {"k": ["c"]}), (field("k").has("a"), {"k": ["a"]}, {"k": ["b"]}),
        (field("k").given(), {"k": "x"}, {"k": ""}), (~(field("k") == "a"), {}, {"k": "a"}),
        (all_of(field("k") == "a", field("n") >= 1), {"k": "a", "n": 1}, {"k": "a"}), (any_of(field("k") == "a", field("n") >= 1), {"n": 1}, {"n": 0}),
    ],
)  # fmt: skip
def test_a_condition_and_its_json_schema_agree(condition: Any, holds: dict[str, Any], fails: dict[str, Any]) -> None:
    class One(AnswersSchema):
        k = Text(W("一"))
        n = Whole(W("二"))
        then = Text(W("三"), required=True, show_when=condition)

    schema = json_schema(build_form("one", W("试"), One(), (Section("s", W("段"), ("k", "n", "then")),)))
    needs_then = Draft202012Validator({"allOf": schema["allOf"]})
    assert condition.holds(holds) and not needs_then.is_valid(holds)
    assert not condition.holds(fails) and needs_then.is_valid(fails)


def test_messages_without_a_name_stay_readable() -> None:
    assert flat_messages({"a": ["x"], "rows": {0: {"b": ["y"]}}}) == {"a": ["x"], "rows-0-b": ["y"]}
