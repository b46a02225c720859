"""A small real scene, whole and loadable, and the means to vary its rules, for the tests of routing."""

from __future__ import annotations

from dataclasses import replace

from gonzhi_code.answers import AnswersSchema
from gonzhi_code.choices import Choice, Choices, YesNo, options_of
from gonzhi_code.conditions import ALWAYS, Condition, any_of, field, setting
from gonzhi_code.deadlines import Clock, Span, TimeUnit
from gonzhi_code.fields import AreaId, Mobile, Text, Whole, Yuan
from gonzhi_code.rules import Priority, Rule, Visibility
from gonzhi_code.scene import PosterWords, Remark, Scene, Section
from gonzhi_code.words import Words


class Answers(AnswersSchema):
    """Questions of every kind that a rule can ask about."""

    township_id = AreaId(Words("镇", "Town"), level="township")
    village_id = AreaId(Words("村", "Village"), level="village")
    kind = Choice(Words("哪一种", "Kind"), options_of(pay=("工资", "Pay"), dust=("扬尘", "Dust"), other=("其他", "Other")), required=True)
    workers = Whole(Words("涉及人数", "Workers"), least=1, most=9999, unit=Words("人", "people"))
    total = Yuan(Words("总额", "Total"))
    gathering = YesNo(Words("聚集", "Gathering"), required=True)
    signs = Choices(Words("迹象", "Signs"), options_of(night=("夜里", "By night"), smell=("气味", "Smell"), smoke=("烟", "Smoke")))
    accused_name = Text(Words("反映哪个单位", "About whom"))
    phone = Mobile(Words("手机", "Mobile"))


RED = any_of(field("workers") >= setting("wage.red_workers"), field("total") >= setting("wage.red_amount"))

SMALL = Scene(
    key="small",
    code=99,
    title=Words("小场景", "Small"),
    summary=Words("试一试", "A trial"),
    schema=Answers,
    sections=(Section("all", Words("全部", "All"), tuple(Answers._declared_fields)),),
    rules=(
        Rule(
            "small.red",
            RED & (field("kind") == "pay"),
            "labour",
            Words("人数或金额大，由人社局牵头", "Many people or much money: the labour bureau leads"),
            helpers=("police", "township.social"),
            priority=Priority.RED,
            urgent=True,
            advice=(Words("危险请打 110", "In danger call 110"),),
        ),
        Rule("small.pay", field("kind") == "pay", "arbitration", Words("由仲裁院办理", "Arbitration"), ("labour",)),
        Rule(
            "small.smoke",
            field("signs").has("smoke"),
            "township.emergency",
            Words("有烟，由应急站到场", "Smoke"),
            ("utility.water", "township.social"),
            visibility=Visibility.PROTECTED,
            marks=("complex",),
        ),
        Rule("small.rest", ALWAYS, "township.social", Words("由镇街办理", "The town handles it"), ("utility.water",)),
    ),
    clocks=(
        Clock("statutory.accept", Span(5, TimeUnit.WORKING_DAYS), Words("受理", "Accept"), "条例第二十三条", starts="report"),
        Clock(
            "review", Span(3, TimeUnit.WORKING_DAYS), Words("复核", "Review"), "setting", starts="resolve",
            when=field("gathering") == True,  # noqa: E712 - a condition is built here, nothing is compared
        ),
    ),  # fmt: skip
    visibility=Visibility.NORMAL,
    poster=PosterWords(Words("扫一扫", "Scan"), Words("有人管", "Somebody answers"), "#0b5cad"),
    purpose=Words("办理", "To handle it"),
    sample={"kind": "other", "gathering": False},
    accused=("accused_name",),
    remarks=(Remark("by_night", field("signs").has("night"), Words("夜里请先报警", "By night call the police first")),),
)


def with_rules(*rules: Rule) -> Scene:
    """The small scene with other rules."""
    return replace(SMALL, rules=rules)


def rule(word: str, when: Condition, lead: str = "labour", *helpers: str) -> Rule:
    """A rule of the small scene."""
    return Rule(f"small.{word}", when, lead, Words("理由", "Reason"), helpers)


REST = rule("rest", ALWAYS, "township.social")
