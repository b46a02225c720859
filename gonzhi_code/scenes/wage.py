"""Wage arrears (欠薪码): a worker's complaint (投诉) or anybody's report (举报).

A complaint needs the employer's name and address, the facts and a real name; without them the law does not let it be
accepted, so the form says so and offers the report. A matter that is already in arbitration or court goes to advice.

Sources: Zhejiang Regulation on Labour Security Supervision (2020) Arts. 8, 19-23, 30; Regulation on Labour Security
Supervision (Decree 423) Arts. 9, 13, 17, 20; Decree 724 Arts. 4, 7, 29-36, 45, 63. Colours and figures are the county's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import fields as plain

from ..answers import Problem, Rows
from ..choices import Choice, Choices, Confirm, YesNo, options_of
from ..conclusions import DUPLICATE, ELSEWHERE, UNREACHABLE, UNTRUE, conclude
from ..conditions import ALWAYS, Condition, all_of, any_of, field, setting
from ..deadlines import Clock, Span, TimeUnit
from ..fields import CreditCode, Mobile, Month, ResidentId, Text, Whole, Yuan
from ..rules import Priority, Rule, Visibility
from ..scene import PosterWords, Remark, Scene, Section
from ..words import Words
from .employment import (
    CRIMINAL_AMOUNT_REACHED,
    EVIDENCE,
    INDUSTRIES,
    PROJECT_TYPES,
    SECTORS,
    WAGE_FORMS,
    Representative,
    Worker,
    facts_of_arrears,
    wrong_representatives,
)  # fmt: skip
from .envelope import MORE, NUMBER_FOR_SMS, WANTS_SMS, WARNING, YES, Envelope, person_section, place_section, purpose

COMPLAINT = field("kind") == "complaint"
ON_SITE = field("sector") == "construction"
MAX_REPRESENTATIVES = 5
"""Zhejiang Regulation on Labour Security Supervision Art. 20; Regulation on Petition Work Art. 20."""

_LAW = "浙江省劳动保障监察条例第二十二条"
_LAW_EN = "Zhejiang Regulation on Labour Security Supervision, Art. 22"


def _or_report(what: str, en: str) -> Words:
    return Words(
        f"投诉要写明{what}（{_LAW}）。实在不知道，请在第一题改选“举报”，知道多少写多少",
        f"A complaint must give {en} ({_LAW_EN}). If you do not know, choose “report” in the first question and write what you know",
    )


def _for_complaint(what: str, en: str) -> Words:
    return Words(f"投诉要实名，请填写{what}；不想写，请在第一题改选“举报”", f"A complaint needs {en}; if you would rather not, choose “report” above")


class Answers(Envelope):
    """Answers of the wage form."""

    kind = Choice(
        Words("您要投诉还是举报", "Complaint or report"),
        options_of(
            complaint=("投诉：欠的是我（我们）的工资，实名", "Complaint: it is my (our) pay; with my name"),
            report=("举报：我知道有人被欠薪，可以匿名", "Report: I know of unpaid wages; may be anonymous"),
        ),
        required=True,
    )  # fmt: skip
    sector = Choice(Words("在哪里干活", "Where the work was"), SECTORS, required=True)
    employer_name = Text(
        Words("单位名称", "Employer"), required_when=COMPLAINT, min_length=2, max_length=100,
        hint=Words("公司、工厂或工程队的名字。投诉必填", "Company, factory or crew. Needed for a complaint"), missing=_or_report("单位名称", "the employer's name"),
    )  # fmt: skip
    employer_address = Text(
        Words("单位或干活的地址", "Address of the employer or the work"), required_when=COMPLAINT, min_length=2, max_length=100,
        hint=Words("由用工所在地受理。投诉必填", "The place of work decides who takes it. Needed for a complaint"),
        missing=_or_report("单位地址", "the employer's address"), note=Words("劳动保障监察条例第十三条", "Decree 423, Art. 13"),
    )  # fmt: skip
    industry = Choice(Words("什么行业", "Industry"), INDUSTRIES, required=True, show_when=field("sector") == "non_construction", widget="select")
    project_name = Text(Words("项目名称", "Project"), required=True, show_when=ON_SITE, min_length=2, max_length=100)
    project_type = Choice(Words("什么工程", "Kind of works"), PROJECT_TYPES, required=True, show_when=ON_SITE)
    worker_count = Whole(
        Words("欠了多少人", "How many workers"), required=True, least=1, most=9999, unit=Words("人", "people"), hint=Words("大概数也行", "Roughly is fine"),
        told=Words("涉及人数", "Workers"),
    )  # fmt: skip
    representatives = Rows(
        Words("推选代表", "Representatives"), Representative, required=True, least=1, most=MAX_REPRESENTATIVES,
        show_when=all_of(COMPLAINT, field("worker_count") >= 2), personal=True,
        hint=Words("两人以上一起投诉，推选 1 到 5 名代表，您也可以是代表", "Two or more complain together through one to five; you may be one of them"),
        too_many=Words("集体投诉的代表最多 5 人（浙江省劳动保障监察条例第二十条）",
                       "A group has at most 5 representatives (Zhejiang Regulation on Labour Security Supervision, Art. 20)"),
    )  # fmt: skip
    amount_total = Yuan(Words("一共欠多少钱", "Total owed"), required=True, told=Words("欠薪总额", "Total owed"))
    arrears_from = Month(Words("从哪个月开始欠", "Owed from"), required=True)
    arrears_to = Month(
        Words("欠到哪个月", "Owed until"), required=True,
        note=Words("超过两年的，可能不再查处，但可以走仲裁、诉讼（劳动保障监察条例第二十条）", "After two years it may not be investigated (Decree 423, Art. 20)"),
    )  # fmt: skip
    description = Text(
        Words("情况说明", "What happened"), required=True, lines=True, min_length=10, max_length=500,
        hint=Words("做什么活、怎么约定工资、找谁要过、怎么答复的", "What work, what pay was agreed, whom you asked, what they said"),
    )  # fmt: skip
    in_arbitration = YesNo(
        Words("是否已经申请仲裁或起诉", "Already in arbitration or court"), required_when=COMPLAINT, hint=Words("不清楚选“否”", "Not sure: No"),
        note=Words(f"已仲裁或起诉的，监察不能再受理（{_LAW}），我们告诉您找谁", "Then supervision cannot take it (Art. 22); we tell you who can"),
    )  # fmt: skip
    abscond = YesNo(Words("老板是否失联、逃跑", "Has the boss disappeared"), required=True, hint=Words("不清楚选“否”", "Not sure: No"))
    gathering = Choice(
        Words("有没有人聚集讨薪或有过激行为", "Is a crowd gathering, or worse"),
        options_of(none=("没有", "No"), planned=("有人准备", "Planned"), ongoing=("正在发生", "Going on now")), required=True,
    )  # fmt: skip
    reporter_name = Text(
        Words("您的姓名", "Your name"), required_when=COMPLAINT, min_length=2, max_length=30, personal=True, autocomplete="name",
        hint=Words("投诉必填", "Needed for a complaint"), missing=_for_complaint("姓名", "your name"),
    )  # fmt: skip
    reporter_phone = Mobile(
        Words("您的手机号", "Your mobile number"), required_when=any_of(COMPLAINT, WANTS_SMS), hint=Words("投诉必填；举报不填就是匿名", "Needed for a complaint; a report without it is anonymous"),
        missing=NUMBER_FOR_SMS, missing_if=((COMPLAINT, _for_complaint("手机号", "your mobile number")),),
    )  # fmt: skip
    reporter_id_no = ResidentId(
        Words("您的身份证号", "Your id number"), required=True, show_when=COMPLAINT, missing=_for_complaint("身份证号", "your id number"),
        hint=Words("只有人社局能看到", "Only the labour bureau sees it"),
    )  # fmt: skip
    reporter_address = Text(
        Words("您的住址", "Your address"), required=True, show_when=COMPLAINT, min_length=2, max_length=100, personal=True,
        autocomplete="street-address", missing=_for_complaint("住址", "your address"),
    )  # fmt: skip
    employer_contact = Text(Words("负责人和电话", "Person in charge, telephone"), max_length=100, personal=True)
    credit_code = CreditCode(Words("统一社会信用代码", "Credit code of the employer"), hint=Words("营业执照上的 18 位", "18 characters on the licence"))
    owner_unit = Text(Words("建设单位", "Owner of the project"), show_when=ON_SITE)
    general_contractor = Text(
        Words("施工总承包单位", "General contractor"), show_when=ON_SITE,
        note=Words("分包欠薪由总承包先清偿（保障农民工工资支付条例第三十条）", "It pays first for its subcontractors (Decree 724, Art. 30)"),
    )  # fmt: skip
    subcontractor = Text(Words("分包单位", "Subcontractor"), show_when=ON_SITE, hint=Words("没有就不填", "Leave it if there is none"))
    team_leader = Text(Words("班组长", "Team leader"), show_when=ON_SITE, max_length=30, personal=True)
    job = Text(Words("工种、岗位", "Job"), max_length=50)
    wage_form = Choice(Words("工资怎么算", "How pay is counted"), WAGE_FORMS, note=Words("保障农民工工资支付条例第十三条", "Decree 724, Art. 13"))
    contract_signed = Choice(
        Words("签了劳动合同吗", "Was a contract signed"), options_of(yes=("签了", "Yes"), no=("没签", "No"), unknown=("不清楚", "Not sure"))
    )
    evidence_types = Choices(Words("手上有什么证据", "Evidence you have"), EVIDENCE, hint=Words("照片提交后再传", "Photos come after sending"))
    workers = Rows(Words("工人清单", "List of workers"), Worker, most=30, personal=True, hint=Words("不要写别人的完整身份证号", "No whole id numbers of others"))
    confidential = Confirm(Words("请为我保密", "Keep my name from the employer"), note=Words("举报一律保密（劳动保障监察条例第九条）", "Reports always are (Decree 423, Art. 9)"))

    arrears_months = plain.Integer(dump_only=True)
    one_worker_amount = plain.Decimal(dump_only=True, as_string=True)
    over_two_years = plain.Boolean(dump_only=True)

    def cross_check(self, answers: Mapping[str, Any], today: dt.date | None) -> Iterable[Problem]:
        yield from super().cross_check(answers, today)
        first, last = answers.get("arrears_from"), answers.get("arrears_to")
        if first and last and last < first:
            yield "arrears_to", Words("结束的月份早于开始的月份", "The last month is before the first")
        yield from wrong_representatives(answers)
        total, workers = answers.get("amount_total"), answers.get("workers")
        if total is not None and workers:
            listed = sum(worker["amount"] for worker in workers)
            if listed > total or (len(workers) == answers.get("worker_count") and listed != total):
                yield "amount_total", Words(f"工人清单加起来是 {listed} 元，和总额对不上", f"The list adds up to {listed} yuan, not to the total")
            if len(workers) > answers.get("worker_count", len(workers)):
                yield "worker_count", Words(f"工人清单有 {len(workers)} 人，比填的人数多", f"The list has {len(workers)} people, more than given")

    def derive(self, answers: Mapping[str, Any], today: dt.date | None) -> Mapping[str, Any]:
        return facts_of_arrears(answers, today)


def _workers_or_sum(colour: str) -> Condition:
    return any_of(
        field("worker_count") >= setting(f"wage.{colour}_workers"), field("amount_total") >= setting(f"wage.{colour}_amount")
    )


_COLOURS: tuple[tuple[str, Condition, Priority, Words, tuple[str, ...]], ...] = (
    ("alarm", any_of(field("gathering") == "ongoing", field("abscond") == YES), Priority.RED,
     Words("有人聚集或老板失联，人社和公安马上到场", "A crowd or a vanished boss: labour bureau and police come at once"), ("police", "township.command")),
    ("red", _workers_or_sum("red"), Priority.RED,
     Words("人数或金额达到红色预警", "Numbers reach the red level"), ("township.safety", "centre")),
    ("orange", _workers_or_sum("orange"), Priority.ORANGE,
     Words("人数或金额达到橙色预警", "Numbers reach the orange level"), ("township.safety",)),
    ("yellow", _workers_or_sum("yellow"), Priority.YELLOW,
     Words("人数或金额达到黄色预警", "Numbers reach the yellow level"), ("township.safety",)),
    ("blue", ALWAYS, Priority.BLUE,
     Words("欠薪由人社局查处，镇街协助", "Wage arrears belong to the labour bureau; the town helps"), ("township.safety",)),
)  # fmt: skip
_SECTORS = (("housing", "housing"), ("transport", "transport"), ("water", "waterworks"), ("", ""))
IN_ARBITRATION = field("in_arbitration") == YES
NOT_INVESTIGATED = all_of(COMPLAINT, IN_ARBITRATION)
"""A complaint that the law does not let the bureau take (Art. 22(2)); a report may concern others, who have not gone there."""

_LEGAL_HELP = Words("可以打 12333 问仲裁，打 12348 申请免费法律援助。", "Call 12333 about arbitration, 12348 for free legal aid.")


def _coloured() -> Iterable[Rule]:
    """Each colour in each kind of works: the labour bureau leads, the authority of the works helps (Decree 724 Art. 7)."""
    for colour, when, priority, why, helpers in _COLOURS:
        if colour == "red":
            # After those who gather: a matter in arbitration is not investigated, whatever its size.
            yield Rule(
                "wage.arbitration", NOT_INVESTIGATED, "arbitration",
                Words(f"已经仲裁或起诉的，由仲裁机构、法院处理（{_LAW}）", f"In arbitration or court it is decided there ({_LAW_EN})"),
                ("legal_aid",), marks=("other_channel",),
            )  # fmt: skip
        for works, authority in _SECTORS:
            parts = [part for part in (field("project_type") == works if works else ALWAYS, when) if part != ALWAYS]
            yield Rule(
                f"wage.{colour}.{works}" if works else f"wage.{colour}", all_of(*parts), "labour", why,
                (*((authority,) if authority else ()), *helpers), priority, urgent=colour == "alarm",
                advice=(WARNING,) if colour == "alarm" else (), at_once=("police",) if colour == "alarm" else (),
            )  # fmt: skip


SCENE = Scene(
    key="wage",
    code=1,
    title=Words("欠薪", "Unpaid wages"),
    summary=Words("老板拖欠工资，投诉或举报", "An employer owes wages: complaint or report"),
    schema=Answers,
    sections=(
        Section("kind", Words("投诉还是举报", "Complaint or report"), ("kind", "sector")),
        Section(
            "employer", Words("谁欠的", "Who owes"), ("employer_name", "employer_address", "industry", "project_name", "project_type")
        ),
        Section("arrears", Words("欠了多少", "How much"), ("worker_count", "amount_total", "arrears_from", "arrears_to")),
        Section("facts", Words("说说情况", "Tell us more"), ("description", "in_arbitration", "abscond", "gathering")),
        person_section("reporter_id_no", "reporter_address", "representatives"),
        place_section(),
        Section(
            "more", MORE,
            ("employer_contact", "credit_code", "owner_unit", "general_contractor", "subcontractor", "team_leader", "job", "wage_form",
             "contract_signed", "evidence_types", "workers", "confidential"),
        ),
    ),  # fmt: skip
    rules=tuple(_coloured()),
    clocks=(
        Clock("statutory.accept", Span(5, TimeUnit.WORKING_DAYS), Words("决定是否受理投诉并告知", "Decide on the complaint and say so"),
              "浙江省劳动保障监察条例第二十三条", starts="report", when=COMPLAINT, stops="start"),
        Clock("statutory.investigate", Span(60, TimeUnit.WORKING_DAYS), Words("查清案件（经批准可延长 30 个工作日）", "Finish the investigation (30 more with approval)"),
              "劳动保障监察条例第十七条", starts="start", when=~NOT_INVESTIGATED, extend_days=30),
    ),  # fmt: skip
    conclusions=(
        conclude("paid_in_full", "已足额支付", "Paid in full"),
        conclude("paid_in_part", "部分支付或达成分期协议", "Paid in part or by instalments"),
        conclude("case_filed", "已立案", "A case is filed"),
        conclude("to_police", "已移送公安", "Passed to the police"),
        conclude("to_court", "已转仲裁或诉讼", "Gone to arbitration or court"),
        conclude("not_wages", "属工程款或劳务纠纷，不是欠薪", "A dispute over works or services, not wages"),
        UNTRUE, UNREACHABLE, DUPLICATE, ELSEWHERE,
    ),
    visibility=Visibility.NORMAL,
    poster=PosterWords(
        Words("欠薪扫一扫", "Unpaid? Scan"), Words("老板欠工资，扫码说，有人管", "If wages are owed to you, tell us here"), "#8a4b00",
        icon="M24 4a20 20 0 1 0 .01 0zM16 13l8 11l8-11M24 24v13M16 25h16M16 31h16",
        fill_in=Words("谁欠的、欠多少，举报可匿名", "Who owes what; a report needs no name"),
    ),
    purpose=purpose(
        Words("查清欠薪、帮您要回工资", "look into the arrears and get the wages paid"),
        Words("人社局（镇街看不到身份证号）", "the labour bureau (the town does not see id numbers)"),
        Words("您的姓名、手机号、身份证号、住址（举报可以都不填），以及您写到的代表、工友、班组长、负责人的姓名、电话、身份证后四位",
              "your name, mobile, id number and address (none needed for a report), and the names, numbers and last four of the id of those you write of"),
        Words("《保障农民工工资支付条例》、《劳动保障监察条例》", "Decrees 724 and 423 of the State Council"),
        Words("身份证号是敏感信息，投诉依法要实名，只用来核对身份。", "The id number is sensitive: the law asks for a complaint by name, and it only proves who you are."),
    ),
    warning=WARNING,
    sample={
        "kind": "complaint", "sector": "construction", "employer_name": "宏达建筑劳务有限公司", "employer_address": "中心大道 18 号工地",
        "project_name": "滨河小区二期", "project_type": "housing", "worker_count": 3, "amount_total": "48600.00",
        "arrears_from": "2025-09", "arrears_to": "2025-11",
        "description": "我们三个人做木工，说好每天 360 元，九月到十一月的工资一直没发，找包工头要了四次，都说等甲方付款。",
        "in_arbitration": False, "abscond": False, "gathering": "none",
        "reporter_name": "李建国", "reporter_phone": "13900139000", "reporter_id_no": "331081199003071231", "reporter_address": "河滨路 6 号",
        "wants_feedback": True,
        "representatives": [{"name": "李建国", "phone": "13900139000"}],
        "general_contractor": "东海建设集团有限公司", "job": "木工", "wage_form": "day", "contract_signed": "no",
        "evidence_types": ["attendance", "chat"],
    },
    accused=("employer_name", "project_name", "owner_unit", "general_contractor", "subcontractor"),
    proper_names=("employer_name", "project_name", "owner_unit", "general_contractor", "subcontractor"),
    subject="project_name",
    remarks=(
        Remark("other_channel", IN_ARBITRATION, _LEGAL_HELP),
        Remark("over_two_years", field("over_two_years") == YES,
               Words("欠薪已超过两年，监察部门可能不再查处，您还可以走仲裁或诉讼，打 12348 可以申请法律援助。",
                     "More than two years have passed; the bureau may not investigate, but arbitration and court remain: call 12348.")),
        Remark("boss_gone", field("abscond") == YES,
               Words("老板逃跑、失联的，政府可以动用应急周转金，先垫付农民工部分工资或生活费（保障农民工工资支付条例第六十三条）。"
                     "有钱不付、逃匿躲债，数额较大、责令后还不付的，移送公安追究刑事责任（刑法第二百七十六条之一，法释〔2013〕3号）。",
                     "Where the boss has gone, the government may advance part of the pay or living costs of migrant workers from its emergency fund (Decree 724, Art. 63). "
                     "Who could pay, or flees, and owes a large sum in spite of an order is prosecuted (Criminal Law, Art. 276-1; Interpretation 3 of 2013).")),
        Remark("criminal_amount_reached", CRIMINAL_AMOUNT_REACHED),
        Remark("employer_unknown", ~field("employer_name").given()),
    ),
)  # fmt: skip
