"""Abuse of medical insurance funds (医保码): a clue about a hospital, a pharmacy, a person or an agency.

Who reports is protected by law: only the insurance bureau's own role reads it; town and grid see number and state. A
reporter who stays anonymous may still claim the reward, with a phrase of their own beside the query code of the case.

Sources: Decree 735 Arts. 6, 22, 32, 35-41; implementing rules (Order 7, 2026-04-01); Interim Measures on Handling Reports
(Order 5, 2022-03-01); reward measures 医保办发〔2022〕22号; Provisions on Procedure of Penalties in Medical Security; Law on
Administrative Penalty Art. 60. Medical papers: the bureau's duty needs no consent (Personal Information Protection Law
Art. 13(3)), but nobody has to send theirs; they are asked for only from those who agree in a tick of its own (Arts. 16,
28-29; Regulation on Network Data Security Art. 22), and a report without them is taken like any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from ..answers import Problem
from ..choices import Choice, Choices, Confirm, YesNo, options_of
from ..conclusions import DUPLICATE, ELSEWHERE, UNREACHABLE, UNTRUE, conclude
from ..conditions import ALWAYS, all_of, any_of, field
from ..deadlines import Clock, Span, TimeUnit
from ..fields import Mobile, Month, ResidentId, Text, Yuan
from ..rules import Priority, Rule, Visibility
from ..scene import PosterWords, Remark, Scene, Section
from ..words import Words
from .envelope import MORE, YES, Envelope, place_section, purpose
from .violations import TARGET_KINDS, VIOLATIONS

REAL_NAME = field("reporter_mode") == "real"
CLAIMS_REWARD = field("want_reward") == YES
HAS_EVIDENCE = field("evidence").given()
AGREES_TO_MEDICAL = field("medical_consent") == YES
ANONYMOUS_CLAIM = all_of(field("reporter_mode") == "anonymous", CLAIMS_REWARD)

_FOR_NAME = Words("实名举报请写姓名；不想写，请改选“匿名”", "Please give your name, or choose “anonymous”")
_FOR_PHONE = Words("实名举报请写手机号；不想写，请改选“匿名”", "Please give your mobile number, or choose “anonymous”")


class Answers(Envelope):
    """Answers of the medical insurance form."""

    target_kind = Choice(Words("您要举报谁", "Whom it is about"), TARGET_KINDS, required=True)
    target_name = Text(
        Words("名称或姓名", "Name"), required=True, min_length=2, max_length=100,
        hint=Words("医院、药店的名字，或者怎么称呼这个人", "Of the hospital, pharmacy or person"),
        note=Words("要有明确的对象和具体线索（举报处理暂行办法）", "A report needs a definite target and a concrete clue (Measures on Reports)"),
    )  # fmt: skip
    target_address = Text(Words("地址", "Address"), min_length=2, max_length=100)
    violation_codes = Choices(
        Words("做了什么（最多选 5 项）", "What they did (up to 5)"), VIOLATIONS, required=True, most=5,
        hint=Words("拿不准就选“其他”，在下面写清楚", "If in doubt choose “Other” and describe it below"),
    )  # fmt: skip
    occurred_from = Month(Words("从什么时候开始", "Since"), required=True, hint=Words("写大概的月份", "Roughly which month"))
    occurred_to = Month(Words("到什么时候", "Until"), required=True, hint=Words("还在继续就写这个月", "This month if it goes on"))
    description = Text(
        Words("具体情况", "What happened"), required=True, lines=True, min_length=20, max_length=1000,
        hint=Words("谁、在哪里、怎么做的、您怎么知道的", "Who, where, how, and how you know"),
        note=Words("请不要写别人的病情；照片里的姓名、病历请先遮住", "Please leave out other people's illness; cover names in photos"),
    )  # fmt: skip
    reporter_mode = Choice(
        Words("实名还是匿名", "With your name or not"),
        options_of(real=("实名：能收到是否立案的告知", "With my name: I am told whether a case is opened"), anonymous=("匿名：凭查询码看结果", "Anonymous: I look with my query code")),
        required=True, note=Words("举报人信息依法保密，只有医保局能看（条例第三十五条）", "By law only the insurance bureau sees who reports (Decree 735, Art. 35)"),
    )  # fmt: skip
    want_reward = YesNo(
        Words("要不要申请举报奖励", "Do you want to claim the reward"), required=True,
        hint=Words("查实后 200 元到 20 万元；匿名也能领", "200 to 200,000 yuan if proved; also anonymously"),
        note=Words("接到通知后两个月内领取，逾期视为放弃（医保办发〔2022〕22号）", "To be claimed within two months of the notice (Document 22 of 2022)"),
    )  # fmt: skip
    reporter_name = Text(
        Words("您的姓名", "Your name"), required=True, show_when=REAL_NAME, min_length=2, max_length=30, personal=True,
        autocomplete="name", missing=_FOR_NAME,
    )  # fmt: skip
    reporter_phone = Mobile(Words("您的手机号", "Your mobile number"), required=True, show_when=REAL_NAME, missing=_FOR_PHONE)
    reporter_id_no = ResidentId(
        Words("您的身份证号", "Your id number"), required=True, show_when=all_of(REAL_NAME, CLAIMS_REWARD),
        missing=Words("实名领奖要核对身份，请写身份证号；不想写，可以改选“匿名”", "A claim by name needs the id number; or choose “anonymous”"),
        hint=Words("只在发奖励时核对", "Only used to pay the reward"),
    )  # fmt: skip
    reward_passphrase = Text(
        Words("领奖暗语", "Claim phrase"), required=True, show_when=ANONYMOUS_CLAIM, min_length=6, max_length=30, personal=True,
        hint=Words("自己定 6 到 30 个字，记牢。领奖时出示查询码和这句暗语，不问您是谁", "6 to 30 characters of your own. With your query code it proves the claim is yours"),
        missing=Words("匿名领奖请自己定一句暗语，6 个字以上", "Please set a phrase of at least 6 characters for an anonymous claim"),
    )  # fmt: skip
    wants_feedback = Confirm(Words("办好后请给我发短信", "Send me a text message when it is done"), show_when=REAL_NAME)
    reporter_relation = Choice(
        Words("您和这件事的关系", "How you know of it"),
        options_of(patient=("本人就诊", "I was the patient"), family=("家属", "Family"), insider=("机构内部人员", "I work there"), other=("其他", "Other")),
    )  # fmt: skip
    involved_person = Text(Words("涉及的人和科室", "People and department"), min_length=2, max_length=100)
    estimated_amount = Yuan(Words("估计金额", "Estimated sum"))
    evidence = Choices(
        Words("手上有什么证据", "Evidence you have"),
        options_of(
            receipts=("收费单据", "Receipts"), prescriptions=("处方、病历", "Prescriptions, records"), photos=("照片、录像", "Photos, video"),
            messages=("聊天记录", "Messages"), other=("其他", "Other"),
        ),
        hint=Words("照片提交后再传", "Photos come after sending"),
    )  # fmt: skip
    medical_consent = Confirm(
        Words("我同意医保局看我交的医疗资料，只用于核查这件事", "I agree that the insurance bureau reads the medical papers I send, for this check alone"),
        show_when=HAS_EVIDENCE,
        note=Words("病历、处方、单据是敏感个人信息（个人信息保护法第二十九条）。不勾也照样受理，只是请不要传这些",
                   "Records, prescriptions and bills are sensitive (Personal Information Protection Law, Art. 29). Without the tick your report is taken all the same; just send none of these"),
    )  # fmt: skip

    def cross_check(self, answers: Mapping[str, Any], today: dt.date | None) -> Iterable[Problem]:
        yield from super().cross_check(answers, today)
        first, last = answers.get("occurred_from"), answers.get("occurred_to")
        if first and last and last < first:
            yield "occurred_to", Words("结束的月份早于开始的月份", "The last month is before the first")


_BUREAU = "health_insurance"

SCENE = Scene(
    key="medins",
    code=2,
    title=Words("医保基金", "Medical insurance"),
    summary=Words("骗保、冒名、倒卖医保药，举报有奖", "Fraud on insurance funds; there is a reward"),
    schema=Answers,
    sections=(
        Section("target", Words("举报谁", "Whom"), ("target_kind", "target_name", "target_address")),
        Section("matter", Words("什么事", "What"), ("violation_codes", "occurred_from", "occurred_to", "description")),
        Section("mode", Words("实名和奖励", "Name and reward"), ("reporter_mode", "want_reward")),
        Section(
            "reporter", Words("怎么联系您", "How to reach you"),
            ("reporter_name", "reporter_phone", "reporter_id_no", "reward_passphrase", "wants_feedback"),
        ),
        place_section(),
        Section("more", MORE, ("reporter_relation", "involved_person", "estimated_amount", "evidence", "medical_consent")),
    ),
    rules=(
        Rule("medins.dealing", field("violation_codes").in_("M14", "M15"), _BUREAU,
             Words("倒卖医保药品由医保局牵头，市场监管、公安一起查", "Dealing in insured medicines: the insurance bureau with market regulation and police"),
             ("market", "police"), Priority.YELLOW),
        Rule("medins.agency", any_of(field("target_kind") == "agency", field("violation_codes").has("M18")), _BUREAU,
             Words("经办机构的问题由医保局责令改正（条例第三十六条）", "Faults of an agency: the bureau orders correction (Decree 735, Art. 36)"), ("discipline",)),
        Rule("medins.tracing", any_of(field("violation_codes").has("M16"), field("target_kind") == "pharmacy"), _BUREAU,
             Words("药店和追溯码的问题由医保局查处，市场监管协助", "Pharmacies and tracing codes: the insurance bureau, helped by market regulation"), ("market",)),
        Rule("medins.hospital", field("target_kind") == "hospital", _BUREAU,
             Words("医院、诊所的问题由医保局查处，卫健局协助", "Hospitals and clinics: the insurance bureau, helped by the health bureau"), ("health",)),
        Rule("medins.any", ALWAYS, _BUREAU,
             Words("医保基金的监督归医保局（条例第六条）", "Insurance funds are supervised by the insurance bureau (Decree 735, Art. 6)")),
    ),
    clocks=(
        Clock("statutory.verify", Span(15, TimeUnit.WORKING_DAYS), Words("核查线索、决定是否立案", "Check the clue and decide on a case"),
              "医疗保障行政处罚程序暂行规定", stops="start"),
        Clock("statutory.tell", Span(5, TimeUnit.WORKING_DAYS), Words("把是否立案告诉实名举报人", "Tell the reporter whether a case is opened"),
              "医疗保障基金使用监督管理举报处理暂行办法", starts="start", when=REAL_NAME, stops="tell"),
        Clock("statutory.penalty", Span(90, TimeUnit.DAYS), Words("立案后作出处罚决定", "Decide on the penalty"), "行政处罚法第六十条", starts="start"),
    ),
    conclusions=(
        conclude("case_filed", "已立案", "A case is filed"),
        conclude("penalised", "已作出处罚", "Penalised"),
        conclude("recovered", "已追回基金", "Money recovered"),
        conclude("to_police", "已移送公安", "Passed to the police"),
        conclude("too_little", "举报内容不足以立案", "Too little to file a case"),
        UNTRUE, UNREACHABLE, DUPLICATE, ELSEWHERE,
    ),
    visibility=Visibility.PROTECTED,
    number_only_sms=True,
    poster=PosterWords(
        Words("骗保请举报", "Report fraud"), Words("守护大家的看病钱，匿名也有奖", "Guard everybody's medical money; rewards even anonymously"), "#0b6b5d",
        icon="M24 4l18 7v13c0 11-8 17-18 20c-10-3-18-9-18-20v-13zM24 15v17M15.5 23.5h17",
    ),
    purpose=purpose(
        Words("核查线索、发放奖励", "check the clue and pay the reward"),
        Words("医保局（镇街、村社看不到内容）", "the insurance bureau (town and village do not see it)"),
        Words("您的姓名、手机号、身份证号（匿名都不用填）、领奖暗语，以及您写到的人和就医情况",
              "your name, mobile and id number (none if anonymous), your claim phrase, and the people and treatment you write of"),
        Words("《医疗保障基金使用监督管理条例》", "Decree 735 of the State Council"),
        Words("身份证号和就医情况是敏感信息，查清账目、发放奖励离不开，不作别的用。", "Id number and treatment are sensitive; without them no reward is paid and no bill checked, and they serve nothing else."),
    ),
    sample={
        "target_kind": "pharmacy", "target_name": "康民大药房", "violation_codes": ["M05", "M06"],
        "occurred_from": "2025-03", "occurred_to": "2025-05",
        "description": "这家药店让顾客刷医保卡买米、油和洗衣液，小票上打的却是药品，我亲眼看到好几次，手上有两张小票。",
        "reporter_mode": "anonymous", "want_reward": True, "reward_passphrase": "门口有棵老樟树", "reporter_relation": "other", "evidence": ["receipts"],
        "medical_consent": True,
    },
    accused=("target_name",),
    proper_names=("target_name",),
    subject="target_name",
    remarks=(
        Remark("reward_claim", CLAIMS_REWARD, Words("领奖时要出示查询码，请记下来，不要告诉别人。", "You will need your query code to claim the reward; keep it to yourself.")),
        Remark("medical_data", field("evidence").has("prescriptions")),
        Remark("medical_refused", all_of(HAS_EVIDENCE, ~AGREES_TO_MEDICAL),
               Words("您没有同意我们看医疗资料，请不要传病历、处方和单据的照片，举报照样受理。",
                     "You did not agree that we read medical papers: please send no photos of records, prescriptions or bills. Your report is taken all the same.")),
    ),
)  # fmt: skip
