"""Civil-defence works (人防工程码): a property organisation reports what it found on its round.

The work is named by its registry entry, which the code brings; where it lies, how well it protects and what it is for in war
are never asked (see shelter_secrets.py, which guards every text). Each item found bad needs some words, and a photo after sending.

Sources: Law on Civil Air Defence Arts. 25-27, 49-50; Zhejiang implementing rules Arts. 19 (permit or registration), 21, 26-27,
32. How often to inspect, and the 15 days for mending, are the county's to set; no binding figure was found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import marshmallow.fields as plain

from ..answers import Problem
from ..choices import Choice, Choices, YesNo, options_of
from ..conclusions import DUPLICATE, ELSEWHERE, conclude
from ..conditions import ALWAYS, Condition, any_of, field
from ..deadlines import Clock, Span, TimeUnit
from ..fields import Day, Mobile, Text
from ..rules import Priority, Rule, Visibility
from ..scene import PosterWords, Remark, Scene, Section
from ..words import Words
from .envelope import MORE, WARNING, YES, Envelope, place_section, purpose
from .shelter_checklist import BAD, HAZARDS, ITEM_OPTIONS, ITEMS, OVERALL, RESULTS, findings
from .shelter_secrets import secret_in

HAS_PERMIT = field("permit_kind").in_("certificate", "registration")


class _Head(Envelope):
    """What is asked beside the checklist."""

    project_name = Text(
        Words("哪个工程", "Which work"), required=True, min_length=2, max_length=60, guard=secret_in,
        hint=Words("小区和出入口的叫法，例如“锦园小区 2 号口”", "Estate and entrance as people call them"),
        note=Words("不要写坐标、防护等级和图纸", "No coordinates, protection grade or drawings"),
    )  # fmt: skip
    project_id = Text(Words("登记号", "Registry number"), max_length=40, guard=secret_in, hint=Words("扫码带出来，没有就不填", "The code brings it; leave it if unknown"))
    property_org = Text(Words("物业或使用单位", "Property organisation"), required=True, min_length=2, max_length=60, guard=secret_in)
    reporter_name = Text(Words("检查人", "Inspector"), required=True, min_length=2, max_length=30, personal=True, autocomplete="name", guard=secret_in)
    reporter_phone = Mobile(Words("检查人手机号", "Inspector's mobile number"), required=True)
    inspection_type = Choice(
        Words("哪种检查", "Kind of round"),
        options_of(daily=("日常巡查", "Daily"), monthly=("月检", "Monthly"), quarterly=("季检", "Quarterly"), flood=("汛期专项", "Flood season"), holiday=("节前", "Before a holiday")),
        required=True,
    )  # fmt: skip
    inspected_at = Day(Words("哪天检查的", "When"), required=True)
    permit_kind = Choice(
        Words("平时使用手续", "Permit for use in peace"),
        options_of(certificate=("平时使用证", "Certificate"), registration=("登记加责任书", "Registration and undertaking"), none=("未办理", "None")),
        required=True, note=Words("浙江省实施人民防空法办法第十九条", "Zhejiang implementing rules, Art. 19"),
    )  # fmt: skip
    permit_no = Text(Words("证号或登记号", "Its number"), required=True, show_when=HAS_PERMIT, min_length=2, max_length=40, guard=secret_in)
    self_rectified = YesNo(Words("异常是否已自行整改", "Mended by yourselves already"))
    rectified_on = Day(Words("哪天改好的", "Mended on"), required=True, show_when=field("self_rectified") == YES)
    needs_town = YesNo(Words("需要镇街来处理吗", "Is the town needed"), required=True)
    hazards_seen = Choices(
        Words("有没有这些违法行为", "Any of these unlawful acts"), HAZARDS,
        note=Words("个人可罚 5000 元以下，单位 1 万至 5 万元（实施办法第三十二条）", "Fines up to 5,000 yuan, organisations 10,000 to 50,000 (Art. 32)"),
    )  # fmt: skip
    description = Text(Words("其他说明", "Anything else"), lines=True, min_length=2, max_length=500, guard=secret_in)

    overall = plain.String(dump_only=True, metadata={"options": OVERALL})
    bad_items = plain.List(plain.String(), dump_only=True, metadata={"options": ITEM_OPTIONS})
    unseen_items = plain.List(plain.String(), dump_only=True, metadata={"options": ITEM_OPTIONS})

    def cross_check(self, answers: Mapping[str, Any], today: dt.date | None) -> Iterable[Problem]:
        yield from super().cross_check(answers, today)
        inspected, mended = answers.get("inspected_at"), answers.get("rectified_on")
        if inspected and mended and mended < inspected:
            yield "rectified_on", Words("整改日期早于检查日期", "It was mended before it was inspected")

    def derive(self, answers: Mapping[str, Any], today: dt.date | None) -> Mapping[str, Any]:
        return findings(answers)


def _checklist() -> dict[str, Choice | Text]:
    """Two questions an item: the result, and words where it is bad."""
    asked: dict[str, Choice | Text] = {}
    for item in ITEMS:
        asked[item.key] = Choice(item.name, RESULTS, required=True, hint=item.look_at)
        asked[f"{item.key}_note"] = Text(
            Words(f"{item.name}哪里不对", f"What is wrong ({item.name.en})"), required=True, show_when=field(item.key) == BAD,
            min_length=5, max_length=200, guard=secret_in,
        )  # fmt: skip
    return asked


Answers = type("Answers", (_Head,), {"__doc__": "Answers of the inspection form.", "__module__": __name__, **_checklist()})


def _bad(*keys: str) -> Condition:
    return any_of(*(field(key) == BAD for key in keys))


_TOWN = "township.emergency"

SCENE = Scene(
    key="shelter",
    code=3,
    title=Words("人防工程", "Civil-defence works"),
    summary=Words("物业巡查人防工程，报告隐患", "Property staff report what they found on a round"),
    schema=Answers,
    sections=(
        Section("work", Words("哪个工程", "Which work"), ("project_name", "project_id", "property_org")),
        Section("round", Words("这次检查", "This round"), ("inspection_type", "inspected_at", "permit_kind", "permit_no")),
        Section(
            "checklist", Words("逐项检查", "Item by item"), tuple(_checklist()),
            intro=Words("每项选一个。选“异常”的写几个字，照片提交后再传。", "Choose one each. Where something is wrong say what; photos come after sending."),
        ),
        Section("outcome", Words("处理", "What follows"), ("self_rectified", "rectified_on", "needs_town")),
        Section("reporter", Words("检查人", "Inspector"), ("reporter_name", "reporter_phone", "wants_feedback")),
        place_section(),
        Section("more", MORE, ("hazards_seen", "description")),
    ),
    rules=(
        Rule("shelter.goods", any_of(_bad("c16"), field("hazards_seen").has("goods")), _TOWN,
             Words("人防工程里有危险品，镇街会同消防、应急和人防部门马上处理", "Dangerous goods: the town with fire, emergency and civil-defence authorities at once"),
             ("fire", "emergency", "civil_defence"), Priority.RED, urgent=True, advice=(WARNING,)),
        Rule("shelter.unlawful", any_of(_bad("c04", "c14", "c15"), field("hazards_seen").given()), _TOWN,
             Words("结构或占用问题可能违法，镇街会同人防部门和执法队处理", "Structure or occupation may be unlawful: the town with the civil-defence authority and enforcement"),
             ("civil_defence", "township.enforcement"), Priority.ORANGE),
        Rule("shelter.fire", _bad("c10", "c11"), _TOWN,
             Words("电气和消防隐患由镇街会同消防救援处理", "Electrical and fire hazards: the town with the fire service"), ("fire", "civil_defence"), Priority.YELLOW),
        Rule("shelter.flood", _bad("c05", "c09", "c12"), _TOWN,
             Words("渗漏和防汛隐患由镇街跟进，人防部门指导", "Leaks and flood hazards: followed up by the town, guided by the civil-defence authority"), ("civil_defence",), Priority.YELLOW),
        Rule("shelter.town", any_of(field("needs_town") == YES, field("overall") == "mend"), _TOWN,
             Words("物业限期整改，镇街跟进复查", "The property organisation mends it, the town looks again"), ("civil_defence",)),
        Rule("shelter.good", ALWAYS, "civil_defence",
             Words("检查合格，由人防主管部门存档", "All good: filed with the civil-defence authority"), ("township.emergency",)),
    ),
    clocks=(
        Clock("rectify", Span(15, TimeUnit.DAYS), Words("物业整改到位", "Mended by the property organisation"), "setting",
              when=field("overall") == "mend", setting="shelter.rectify_days"),
    ),
    conclusions=(
        conclude("mended", "已整改到位", "Mended", photos=True),
        conclude("mended_in_part", "部分整改，其余限期", "Mended in part, the rest by a date", photos=True),
        conclude("enforced", "已依法查处", "Dealt with by law", photos=True),
        conclude("no_hazard", "现场核查没有隐患", "No hazard found on site", photos=True),
        DUPLICATE, ELSEWHERE,
    ),
    visibility=Visibility.NORMAL,
    poster=PosterWords(
        Words("人防巡查码", "Shelter round"), Words("物业巡查，隐患随手报", "Rounds and hazards, reported on the spot"), "#41536b",
        icon="M5 43v-17a19 19 0 0 1 38 0v17zM15 43v-14a9 9 0 0 1 18 0v14",
        fill_in=Words("逐项勾选，写明检查人", "Item by item, with the inspector's name"),
    ),
    purpose=purpose(
        Words("掌握工程的维护情况、消除隐患", "know how the works are kept and remove hazards"),
        Words("镇街、人防主管部门", "the town and the civil-defence authority"),
        Words("检查人的姓名和手机号", "the inspector's name and mobile number"),
        Words("《浙江省实施〈中华人民共和国人民防空法〉办法》", "Zhejiang's rules on civil air defence"),
    ),
    sample={
        "project_name": "锦园小区 2 号口", "project_id": "WL-RF-0117", "property_org": "锦园物业服务有限公司",
        "reporter_name": "陈建国", "reporter_phone": "13905760001", "inspection_type": "monthly", "inspected_at": "2025-11-18",
        "permit_kind": "registration", "permit_no": "温人防登〔2021〕117 号",
        **{item.key: "good" for item in ITEMS}, "c03": "absent", "c06": BAD, "c06_note": "通道里堆了旧沙发和电动车，走不过去",
        "self_rectified": False, "needs_town": True,
    },
    accused=("property_org",),
    proper_names=("property_org",),
    subject="project_name",
    photos_of="bad_items",
    remarks=(
        Remark("photos_wanted", field("bad_items").given(), Words("请接着给每一项异常传一张照片。", "Please add a photo of each item that is not good.")),
        Remark("items_unseen", field("unseen_items").given(), Words("还有没检查的项目，请补查后再报一次。", "Some items were not seen; please look at them and report again.")),
        Remark("no_permit", field("permit_kind") == "none", Words("平时使用手续请向人防主管部门补办。", "Please apply to the civil-defence authority for leave to use the work.")),
        Remark("self_rectified", field("self_rectified") == YES),
    ),
)  # fmt: skip
