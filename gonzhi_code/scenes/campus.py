"""Campus (校园码): a danger in or around a school, from pupils, parents, staff and neighbours.

No personal data is asked; a pupil's own never. One tick in the list of grave situations, or suspected abuse, goes to the
police at once. Whatever concerns a minor is sealed: only a named few read it, and it appears in no list, map or figure.

Sources: Law on the Protection of Minors (2024) Arts. 11, 35, 39, 40, 72, 103, 117, 130; Personal Information Protection Law
Arts. 28, 31; Law on Penalties for Public Security Administration (2025) Art. 60; 教督〔2017〕10号 (finding on bullying).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import fields as plain

from ..choices import Choice, Choices, Confirm, YesNo, options_of
from ..conclusions import COMMON, conclude
from ..conditions import ALWAYS, Condition, all_of, any_of, field
from ..deadlines import Clock, Span, TimeUnit
from ..fields import Day, Mobile, Text
from ..rules import Priority, Rule, Visibility
from ..scene import PosterWords, Scene, Section
from ..words import Words
from .envelope import MORE, NUMBER_FOR_SMS, WANTS_SMS, WARNING, YES, Envelope, person_section, purpose
from .minors import DANGERS, SITUATIONS, Danger

IN_DANGER = field("danger_now") == YES
BY_PUPIL = field("reporter_role") == "student"
_MAY_BE_GRAVE = tuple(danger.code for danger in DANGERS if danger.grave_lead)
_NO_NAMES = Words("请不要写学生的姓名、班级，不要拍学生的正脸", "No names or classes of pupils, no photos of their faces, please")


class Answers(Envelope):
    """Answers of the campus form."""

    school_name = Text(Words("哪所学校", "Which school"), required=True, min_length=2, max_length=60)
    place = Choice(
        Words("在什么地方", "Where"),
        options_of(
            inside=("校内", "Inside"), gate=("校门口", "At the gate"), around=("学校周边 200 米", "Within 200 metres"),
            route=("上下学路上", "On the way"), online=("网络上", "Online"),
        ),
        required=True,
    )  # fmt: skip
    category = Choice(Words("什么问题", "What it is about"), tuple(danger.option for danger in DANGERS), required=True, widget="select")
    danger_now = YesNo(
        Words("现在有没有人受伤、生病或有危险", "Is anyone hurt, ill or in danger now"), yes=Words("有", "Yes"), no=Words("没有", "No"),
        required=True, show_when=field("category").in_(*_MAY_BE_GRAVE),
    )  # fmt: skip
    minor_involved = YesNo(
        Words("有没有牵涉到未成年人", "Is a minor concerned"), yes=Words("有", "Yes"), no=Words("没有", "No"), required=True,
        note=Words("牵涉未成年人的内容会封存，只有指定的人能看（未成年人保护法第一百零三条）", "What concerns minors is sealed (Law on the Protection of Minors, Art. 103)"),
    )  # fmt: skip
    mandatory = Choices(
        Words("有没有下面的情况（有就勾）", "Is any of these true"), SITUATIONS,
        note=Words("勾了任何一项，我们会马上报警（未成年人保护法第十一条）。您也可以直接打 110", "Any tick goes to the police at once (Art. 11). You may also call 110"),
    )  # fmt: skip
    description = Text(
        Words("情况说明", "What happened"), required=True, lines=True, min_length=10, max_length=500, hint=_NO_NAMES,
        note=Words("照片提交后再传", "Photos come after sending"),
    )  # fmt: skip
    occurred_at = Day(Words("哪天发生的", "On which day"), required=True)
    reporter_role = Choice(
        Words("您是", "You are"),
        options_of(
            student=("学生", "A pupil"), parent=("家长", "A parent"), staff=("教职工", "Staff"), guard=("保安", "A guard"), grid=("网格员", "A grid worker"),
            volunteer=("护学岗志愿者", "A volunteer at the crossing"), neighbour=("周边居民", "A neighbour"),
        ),
        required=True,
    )  # fmt: skip
    reporter_name = Text(
        Words("您的姓名", "Your name"), show_when=~BY_PUPIL, min_length=2, max_length=30, personal=True, autocomplete="name",
        hint=Words("可以不填；学生请不要填", "You may leave it out; pupils should"),
    )  # fmt: skip
    reporter_phone = Mobile(
        Words("手机号", "Mobile number"), required_when=WANTS_SMS, missing=NUMBER_FOR_SMS,
        hint=Words("可以不填；不填就是匿名。学生想要回音，请填家长或监护人的手机号", "You may leave it out and stay anonymous. Pupils: a parent's number, if you want an answer"),
    )  # fmt: skip
    address_text = Text(Words("更具体的位置", "More exactly where"), min_length=2, max_length=100)
    confidential = Confirm(Words("请为我保密", "Keep my name from the school"))

    police_now = plain.Boolean(dump_only=True)
    anonymous = plain.Boolean(dump_only=True)

    def derive(self, answers: Mapping[str, Any], today: dt.date | None) -> Mapping[str, Any]:
        return {
            "police_now": TO_POLICE.holds(answers),
            "anonymous": not (answers.get("reporter_name") or answers.get("reporter_phone")),
        }


TO_POLICE = any_of(
    field("mandatory").given(), field("category") == "X06", all_of(field("category").in_("X05", "X10"), IN_DANGER)
)
"""Any of the nine situations, suspected abuse, or bullying and self-harm with somebody in danger now."""

_CALL = Words("我们已经转给公安。情况紧急请马上打 110，有人受伤打 120。", "The police have it. If it is pressing call 110; if anyone is hurt, 120.")


def _rule(word: str, when: Condition, danger: Danger, lead: str, *, grave: bool, sealed: bool) -> Rule:
    helpers = (danger.lead, *danger.helpers) if lead != danger.lead else danger.helpers
    why = Words(f"“{danger.words}”由这个单位负责", f"“{danger.words.en}”: this body answers for such matters")
    fast = grave or danger.urgent
    return Rule(
        f"campus.{word}", all_of(field("category") == danger.code, when), lead, why,
        tuple(role for role in helpers if role != lead) + (("health",) if grave and "health" not in helpers else ()),
        Priority.RED if grave else Priority.ORANGE if fast else Priority.BLUE, fast,
        visibility=Visibility.SEALED if sealed else None, advice=(WARNING,) if fast else (), at_once=("police",) if lead == "police" and grave else (),
    )  # fmt: skip


def _rules() -> Iterator[Rule]:
    """The police first; then each category, graver before calmer, sealed wherever a minor is concerned."""
    for word, when, why in (
        ("mandatory", field("mandatory").given(), Words("属于强制报告的情况，马上报公安、民政、教育（未成年人保护法第十一条）",
                                                        "A case of mandatory reporting: police, civil affairs and education at once (Art. 11)")),
        ("abuse", field("category") == "X06", Words("疑似侵害未成年人，马上报公安、民政、教育（未成年人保护法第十一条、第四十条）",
                                                   "Suspected harm to a minor: police, civil affairs and education at once (Arts. 11, 40)")),
    ):  # fmt: skip
        yield Rule(
            f"campus.{word}", when, "police", why, ("education", "civil_affairs", "health"), Priority.RED, urgent=True,
            visibility=Visibility.SEALED, advice=(_CALL,), marks=("mandatory_report", "police_now"), at_once=("police",),
        )  # fmt: skip
    minor = field("minor_involved") == YES
    for danger in DANGERS[:-1]:
        if danger.code == "X06":
            continue
        name = danger.code.lower()
        if danger.grave_lead:
            if not danger.sealed:
                yield _rule(f"{name}.grave.sealed", IN_DANGER & minor, danger, danger.grave_lead, grave=True, sealed=True)
            yield _rule(f"{name}.grave", IN_DANGER, danger, danger.grave_lead, grave=True, sealed=danger.sealed)
        if not danger.sealed:
            yield _rule(f"{name}.sealed", minor, danger, danger.lead, grave=False, sealed=True)
        yield _rule(name, ALWAYS, danger, danger.lead, grave=False, sealed=danger.sealed)
    rest = DANGERS[-1]
    why = Words("由镇街综合信息指挥室先判断，教育局配合", "The town's command room decides first, education helps")
    yield Rule("campus.x14.sealed", minor, rest.lead, why, rest.helpers, visibility=Visibility.SEALED)
    yield Rule("campus.x14", ALWAYS, rest.lead, why, rest.helpers)


SCENE = Scene(
    key="campus",
    code=4,
    title=Words("校园安全", "School safety"),
    summary=Words("食堂、交通、欺凌、设施……孩子的安全都可以说", "Food, traffic, bullying, buildings: children's safety"),
    schema=Answers,
    sections=(
        Section("where", Words("在哪里", "Where"), ("school_name", "place")),
        Section("matter", Words("什么问题", "What"), ("category", "danger_now", "minor_involved", "mandatory")),
        Section("facts", Words("说说情况", "Tell us more"), ("description", "occurred_at")),
        person_section(first=("reporter_role",)),
        Section("more", MORE, ("township_id", "village_id", "address_text", "confidential")),
    ),
    rules=tuple(_rules()),
    clocks=(
        Clock("statutory.bullying", Span(10, TimeUnit.DAYS), Words("学校作出是否欺凌的认定", "The school's finding on bullying"),
              "加强中小学生欺凌综合治理方案（教督〔2017〕10号）", when=field("category") == "X05"),
    ),
    conclusions=(
        conclude("removed", "隐患已消除", "The danger is removed"),
        conclude("removed_in_part", "部分消除，其余限期", "Removed in part, the rest by a date"),
        conclude("school_acted", "学校已采取措施", "The school has acted"),
        conclude("to_police", "已由公安处理", "The police deal with it"),
        conclude("explained", "已解释说明", "Explained"),
        *COMMON,
    ),
    visibility=Visibility.NORMAL,
    number_only_sms=True,
    poster=PosterWords(
        Words("护学扫一扫", "Scan for safety"), Words("孩子身边的隐患，扫码告诉我们，不用留姓名", "Dangers near children: tell us, no name needed"), "#5b3fa0",
        icon="M5 43v-20h12v-6l7-6l7 6v6h12v20zM24 11v-8h8v5h-8M20 43v-10h8v10M11 30v4M37 30v4",
    ),
    purpose=purpose(
        Words("排除校园隐患、保护孩子", "remove dangers and protect children"),
        Words("教育局、负责这类问题的单位", "the education bureau and the body in charge"),
        Words("您的姓名和手机号（都可以不填）", "your name and mobile number (both optional)"),
        Words("《未成年人保护法》", "Law on the Protection of Minors"),
        Words("学生的姓名、班级、照片一概不要写；不满 14 岁的，请家长来填。", "Please give no name, class or photo of a pupil; under 14, let a parent fill it in."),
    ),
    warning=WARNING,
    sample={
        "school_name": "实验小学", "place": "gate", "category": "X02", "minor_involved": False,
        "description": "早上七点半校门口两边停满了接送的车，学生只能走到马路中间，希望安排人疏导并划线禁停。",
        "occurred_at": "2025-11-18", "reporter_role": "parent", "reporter_phone": "13700137000", "wants_feedback": True,
    },
    accused=("school_name",),
    proper_names=("school_name",),
    subject="school_name",
)  # fmt: skip
