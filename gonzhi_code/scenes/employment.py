"""The words of wage arrears: sectors, industries, evidence, and the figures that follow from an answer.

Sources: Regulation on Ensuring Payment of Wages to Rural Migrant Workers (Decree 724) Arts. 7, 13, 29-36; Interpretation
法释〔2013〕3号 Art. 3 (when withholding pay is a crime); Regulation on Labour Security Supervision (Decree 423) Art. 20.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from ..amounts import months_between
from ..answers import AnswersSchema
from ..choices import options_of
from ..conditions import all_of, any_of, field, setting
from ..fields import Mobile, Text, Yuan
from ..texts import compact
from ..words import Words

LIMITATION_MONTHS = 24
"""Two years: later the labour bureau need not investigate (Decree 423 Art. 20)."""

SECTORS = options_of(
    construction=("工地、建筑项目", "A building project"), non_construction=("工厂、商店等其他单位", "A factory, shop or other employer")
)
INDUSTRIES = options_of(
    manufacturing=("制造", "Manufacturing"), catering=("餐饮、住宿", "Catering, hotels"), retail=("批发、零售", "Wholesale, retail"),
    services=("居民服务", "Personal services"), property=("物业、家政", "Property, housekeeping"), transport=("交通运输", "Transport"),
    platform=("平台用工（外卖、网约车等）", "Platform work"), other=("其他", "Other"),
)  # fmt: skip
PROJECT_TYPES = options_of(
    housing=("房屋、市政（住建）", "Housing and city works"), transport=("公路、桥梁（交通）", "Roads and bridges"),
    water=("水利", "Water works"), other=("其他、不清楚", "Other, not sure"),
)  # fmt: skip
WAGE_FORMS = options_of(
    month=("按月", "By month"), week=("按周", "By week"), day=("按日", "By day"), hour=("按小时", "By hour"), piece=("计件", "By piece")
)
EVIDENCE = options_of(
    contract=("劳动合同", "Contract"), payslip=("工资条", "Payslips"), bank=("银行流水", "Bank records"), attendance=("考勤", "Attendance"),
    iou=("欠条", "IOU"), chat=("聊天记录", "Messages"), badge=("工牌、工作照", "Badge, photos at work"), other=("其他", "Other"),
)  # fmt: skip


class Representative(AnswersSchema):
    """One who speaks for a group."""

    name = Text(Words("姓名", "Name"), required=True, min_length=2, max_length=30, personal=True)
    phone = Mobile(Words("手机号", "Mobile"), required=True)


class IdTail(Text):
    """The last four of a resident id number: three digits, then a digit or X. Always personal."""

    _WRONG = Words("身份证后四位是三个数字，再加一个数字或 X", "The last four of an id number are three digits, then a digit or X")

    def __init__(self, label: Words, **asked: Any) -> None:
        super().__init__(label, **{**asked, "min_length": 4, "max_length": 4, "personal": True})

    def read(self, value: Any) -> str:
        tail = compact(self._text(value)).upper()
        if not re.fullmatch(r"[0-9]{3}[0-9X]", tail):
            raise ValidationError(self._WRONG)
        return tail


class Worker(AnswersSchema):
    """One worker who is owed pay; whole id numbers of others are never asked."""

    name = Text(Words("姓名", "Name"), required=True, min_length=2, max_length=30, personal=True)
    id_tail4 = IdTail(Words("身份证后四位", "Last four of the id"))
    phone = Mobile(Words("手机号", "Mobile"))
    amount = Yuan(Words("欠薪金额", "Sum owed"), required=True)


def facts_of_arrears(answers: Mapping[str, Any], today: dt.date | None) -> dict[str, Any]:
    """Months owed, the largest sum owed to one worker, and whether the two years have run out.

    Args:
        answers: good answers of the wage form.
        today: what the two years are counted back from; without it that fact is left out.

    Returns:
        ``arrears_months``; ``one_worker_amount`` where it is known; ``over_two_years`` where today is.
    """
    first, last = answers["arrears_from"], answers["arrears_to"]
    facts: dict[str, Any] = {"arrears_months": months_between(first, last)}
    sums: list[Decimal] = [worker["amount"] for worker in answers.get("workers", ())]
    if answers["worker_count"] == 1:
        sums.append(answers["amount_total"])
    if sums:
        facts["one_worker_amount"] = max(sums)
    if today is not None:
        facts["over_two_years"] = months_between(last, today.strftime("%Y-%m")) - 1 > LIMITATION_MONTHS
    return facts


def wrong_representatives(answers: Mapping[str, Any]) -> Iterator[tuple[str, Words]]:
    """What is wrong with those who speak for a group: more of them than workers, or one person twice.

    Args:
        answers: those good answers of the wage form that there are.
    """
    people, count = answers.get("representatives", ()), answers.get("worker_count")
    if count is not None and len(people) > count:
        yield "representatives", Words(f"代表有 {len(people)} 位，比欠薪人数 {count} 人还多", f"There are {len(people)} representatives for {count} workers")
    if len({(person["name"], person["phone"]) for person in people}) < len(people):
        yield "representatives", Words("同一位代表写了两次，请删去一次", "One representative is named twice; please take one out")


# One worker, three months and a large sum; or ten workers and a large total. Each province fixes the figures in its band.
CRIMINAL_AMOUNT_REACHED = any_of(
    all_of(
        field("arrears_months") >= setting("wage.criminal_months"), field("one_worker_amount") >= setting("wage.criminal_amount")
    ),
    all_of(field("worker_count") >= setting("wage.criminal_workers"), field("amount_total") >= setting("wage.criminal_total")),
)
