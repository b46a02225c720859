"""Harbour safety (渔港码): a scene of another agency, whole in one file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import fields as plain

from gonzhi_code.choices import Choice, YesNo, options_of
from gonzhi_code.conditions import ALWAYS, field
from gonzhi_code.deadlines import Clock, Span, TimeUnit
from gonzhi_code.fields import Day, Text, Whole
from gonzhi_code.rules import Priority, Rule, Visibility
from gonzhi_code.scene import PosterWords, Scene, Section
from gonzhi_code.scenes.envelope import CONTACT, WARNING, YES, Envelope, person_section, place_section, purpose
from gonzhi_code.words import Words

ADRIFT = field("matter") == "adrift"


class Answers(Envelope):
    """Answers of the harbour form."""

    matter = Choice(
        Words("什么事", "What it is"), options_of(adrift=("船漂走了", "A boat adrift"), oil=("漏油", "Oil on the water"), other=("其他", "Other")),
        required=True,
    )  # fmt: skip
    people_aboard = Whole(Words("船上几个人", "People aboard"), required=True, show_when=ADRIFT, most=200, unit=Words("人", "people"))
    in_danger = YesNo(Words("有没有人有危险", "Is anyone in danger"), required=True)
    seen_on = Day(Words("哪天看到的", "Seen on"))
    description = Text(Words("情况说明", "What happened"), required=True, lines=True, min_length=5, max_length=300)

    rescue = plain.Boolean(dump_only=True)

    def derive(self, answers: Mapping[str, Any], today: date | None) -> Mapping[str, Any]:
        return {"rescue": answers["in_danger"] or answers.get("people_aboard", 0) > 0}


SCENE = Scene(
    key="harbour",
    code=64,
    title=Words("渔港安全", "Harbour safety"),
    summary=Words("船只、漏油、码头隐患", "Boats, oil, quays"),
    schema=Answers,
    sections=(
        Section("matter", Words("什么事", "What it is"), ("matter", "people_aboard", "in_danger", "seen_on", "description")),
        place_section(),
        person_section(),
    ),
    rules=(
        Rule("harbour.rescue", field("rescue") == YES, "police", Words("有人有危险，公安先到", "People in danger: the police come first"),
             ("emergency",), Priority.RED, urgent=True, advice=(WARNING,)),
        Rule("harbour.oil", field("matter") == "oil", "ecology", Words("漏油归生态环境部门", "Oil belongs to the ecology bureau")),
        Rule("harbour.rest", ALWAYS, "township.emergency", Words("由镇街应急站处理", "The town's emergency station handles it")),
    ),
    clocks=(Clock("statutory.look", Span(1, TimeUnit.DAYS), Words("到现场看", "Go and look"), "渔港管理规定"),),
    visibility=Visibility.NORMAL,
    poster=PosterWords(Words("渔港平安码", "Harbour code"), Words("船和码头的事，扫码说", "Boats and quays: tell us"), "#0b5cad"),
    purpose=purpose(
        Words("处理港口的险情", "deal with dangers in the harbour"), Words("渔港管理机构", "the harbour authority"), CONTACT,
        Words("《渔港水域交通安全管理条例》", "the harbour regulations"),
    ),
    sample={"matter": "adrift", "people_aboard": 2, "in_danger": False, "description": "有一条小船断了缆绳往外漂。"},
)  # fmt: skip
