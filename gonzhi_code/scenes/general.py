"""General (其他诉求): any matter, from any place, by anybody; noise has questions of its own.

What belongs elsewhere by law (court, arbitration, discipline, review, disclosure, petition; what is settled or secret) is
taken too, put before the centre, and the citizen is told the right channel: a refusal must give its reason and the channel.

Sources: Ecological and Environmental Code Arts. 145-146 and 547-599; practice of 12345 hotlines (Weifang 12345 Regulation
Arts. 11, 19); Regulation on Petition Work Arts. 22-24.
"""

from __future__ import annotations

from ..choices import Choice, Confirm, options_of
from ..conditions import ALWAYS, all_of, field
from ..deadlines import Clock, Span, TimeUnit
from ..fields import Day, Text
from ..rules import Priority, Rule, Visibility
from ..scene import PosterWords, Remark, Scene, Section
from ..words import Words
from .categories import CATEGORIES, CATEGORY_OPTIONS, Category
from .envelope import CONTACT, MORE, WARNING, Envelope, person_section, place_section, purpose
from .noise import IS_NOISE, NOISE_FIELDS, NOISE_REST, NOISE_RULES, NoiseQuestions

_CHANNELS = {
    "court": ("法院已受理", "In court", "已经起诉的事由法院处理，请向受理的法院询问，或打 12368。", "A matter in court is decided there; ask the court or call 12368."),
    "arbitration": ("仲裁已受理", "In arbitration", "已经仲裁的事由仲裁机构处理，请向它询问。", "A matter in arbitration is decided there; please ask it."),
    "discipline": ("已向纪委监委反映", "With the discipline commission", "公职人员违纪违法请打 12388。", "For misconduct of officials call 12388."),
    "review": ("已申请行政复议", "Under administrative review", "行政复议由复议机关答复。", "The reviewing body will answer."),
    "disclosure": ("申请信息公开", "A request for disclosure", "信息公开请向有关单位书面申请。", "Please request disclosure in writing from the body concerned."),
    "settled": ("已经依法处理完", "Lawfully settled", "依法已经有结果的事不重复办理；有新情况，请写清楚新在哪里再报一次。", "A matter that is lawfully settled is not handled again; if something is new, please report again and say what."),
    "secret": ("涉及国家秘密或别人隐私", "State secrets or somebody's privacy", "国家秘密不要在网上写，请当面向有关机关反映；别人的隐私，请由本人或受委托的人来反映。", "Write no state secret online, tell the body concerned in person; of somebody's privacy they or whom they asked should tell."),
    "petition": ("已经信访", "A petition is running", "信访已受理的，由受理单位在期限内答复，不重复办理。", "A petition already taken is answered by the body that took it."),
}  # fmt: skip


class Answers(Envelope, NoiseQuestions):
    """Answers of the general form."""

    category = Choice(
        Words("是哪方面的事", "What it is about"), CATEGORY_OPTIONS, required=True, widget="select",
        hint=Words("拿不准就选“说不清、其他”", "If in doubt choose “Not sure, other”"),
    )  # fmt: skip
    description = Text(
        Words("情况说明", "What happened"), required=True, lines=True, min_length=10, max_length=500,
        hint=Words("什么事、从什么时候开始、希望怎么解决。照片等提交后再传", "What, since when, what should be done. Photos come after sending"),
    )  # fmt: skip
    address_text = Text(
        Words("具体位置", "Exact place"), required=True, min_length=2, max_length=100,
        hint=Words("例如：文化礼堂东边的泵房", "For example: the pump house east of the village hall"),
    )  # fmt: skip
    urgency = Choice(
        Words("急不急", "How urgent"), options_of(normal=("一般", "Ordinary"), urgent=("紧急", "Urgent")),
        hint=Words("会伤人、会扩大的，选紧急", "Urgent: somebody may get hurt, or it is spreading"),
    )  # fmt: skip
    occurred_at = Day(Words("发生日期", "Date"))
    accused_name = Text(Words("反映的是哪个单位", "Which body it is about"), min_length=2, max_length=100)
    elsewhere = Choice(
        Words("是不是下面这些情况", "Is it one of these"),
        options_of(none=("都不是", "None of them"), **{word: (row[0], row[1]) for word, row in _CHANNELS.items()}),
        hint=Words("这些要走别的程序。秘密和隐私请不要写在这里", "They go another way. Please write nothing secret or private here"),
    )  # fmt: skip
    confidential = Confirm(Words("请为我保密", "Keep my name from those concerned"))


def _rule_of(category: Category) -> Rule:
    why = Words(
        f"您反映的是“{category.words}”，这类事由这个单位负责", f"“{category.words.en}”: this body answers for such matters"
    )
    return Rule(f"general.{category.value}", field("category") == category.value, category.lead, why, category.helpers)


def _urgent(rule: Rule) -> Rule:
    """The same row for a matter the citizen calls urgent: same lead, short clocks."""
    return Rule(
        f"{rule.id}.urgent", all_of(field("urgency") == "urgent", rule.when), rule.lead, rule.why, rule.helpers,
        Priority.YELLOW, urgent=True, advice=(WARNING,), marks=rule.marks,
    )  # fmt: skip


_ROWS = (*NOISE_RULES, NOISE_REST, *(_rule_of(category) for category in CATEGORIES if category.value not in ("noise", "unclear")))
_REST = Rule(
    "general.unclear", ALWAYS, "township.command",
    Words("还看不出归谁管，由镇街综合信息指挥室先判断再交办", "It is not clear whose task it is; the town's command room decides first"),
)  # fmt: skip

_ELSEWHERE = Rule(
    "general.elsewhere", field("elsewhere").in_(*_CHANNELS), "centre",
    Words("这件事要走其他法定程序，由社会治理中心核对后答复您", "It goes another way by law; the centre checks and answers you"),
    marks=("other_channel",),
)  # fmt: skip

SCENE = Scene(
    key="general",
    code=5,
    title=Words("其他诉求", "Other matters"),
    summary=Words("噪声、水电、道路、环境……什么事都可以说", "Noise, water, power, roads, environment: anything"),
    schema=Answers,
    sections=(
        Section("matter", Words("什么事", "What it is"), ("category",)),
        Section("noise", Words("噪声的情况", "About the noise"), NOISE_FIELDS, show_when=IS_NOISE),
        Section("facts", Words("说说情况", "Tell us more"), ("description",)),
        place_section("address_text"),
        person_section(),
        Section("more", MORE, ("urgency", "occurred_at", "accused_name", "elsewhere", "confidential")),
    ),
    rules=(
        # A danger does not wait for the other body either.
        _urgent(_ELSEWHERE),
        _ELSEWHERE,
        *(version for row in _ROWS for version in (_urgent(row), row)),
        _urgent(_REST),
        _REST,
    ),  # fmt: skip
    clocks=(
        Clock(
            "statutory.send_back", Span(5, TimeUnit.WORKING_DAYS), Words("不归本单位管的，退回并说明理由", "Send back what is not ours, with reasons"),
            "信访工作条例第二十三条", stops="send_back",
        ),
    ),  # fmt: skip
    visibility=Visibility.NORMAL,
    poster=PosterWords(
        Words("有事扫一扫", "Scan to tell us"), Words("噪声、水电、道路、环境，什么事都受理", "Noise, water, power, roads: we take it all"), "#0b5cad",
        icon="M6 5h36a4 4 0 0 1 4 4v21a4 4 0 0 1-4 4h-18l-9 9v-9h-9a4 4 0 0 1-4-4v-21a4 4 0 0 1 4-4zM14 19.5v0M24 19.5v0M34 19.5v0",
    ),
    purpose=purpose(
        Words("处理您反映的事情并把结果告诉您", "deal with your matter and tell you the result"),
        Words("承办单位", "the unit in charge"),
        CONTACT,
        Words("《信访工作条例》、《生态环境法典》第一百四十六条", "Regulation on Petition Work; Ecological and Environmental Code Art. 146"),
    ),
    warning=WARNING,
    sample={
        "category": "noise",
        "noise_kind": "social",
        "source_kind": "equipment",
        "asset_owner": "water",
        "period": ["day", "night"],
        "duration": "constant",
        "near_sensitive": True,
        "description": "水厂泵房的水泵日夜响个不停，晚上根本睡不着，已经半个多月了，希望尽快检修。",
        "address_text": "文化礼堂东边的自来水泵房",
        "urgency": "normal",
        "reporter_name": "赵先生",
        "reporter_phone": "13800138000",
        "wants_feedback": True,
    },
    accused=("accused_name",),
    remarks=tuple(
        Remark("other_channel", field("elsewhere") == word, Words(row[2], row[3])) for word, row in _CHANNELS.items()
    ),
)  # fmt: skip
