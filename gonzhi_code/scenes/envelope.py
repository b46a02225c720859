"""What every scene asks alike: the place, the person, the warning and the notice about personal data.

The place is never demanded: the scanned code gives it, and nobody is turned away for not knowing their town. The person
is never demanded either, except where a law says that the matter needs a name (each scene says so itself).

Sources of the notice: Personal Information Protection Law Arts. 6, 13(3), 17, 30, 35; Regulation on Network Data Security
Art. 21. How long data is kept is the county's to decide; 180 days and three years are where it starts from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import marshmallow

from ..answers import AnswersSchema, Problem
from ..choices import Confirm
from ..conditions import field
from ..fields import AreaId, Mobile, Text
from ..scene import Section
from ..words import Words

YES = True
"""The answer yes, for conditions: ``field("abscond") == YES``."""

NOTICE_VERSION = "2026-11-24"
"""The day since which the notices above the forms read as they do; kept with every case, so that it can be told later what
the reporter was told. A change of their words needs a new day."""

WANTS_SMS = field("wants_feedback") == YES
NUMBER_FOR_SMS = Words(
    "要收短信请填手机号，或者取消勾选“办好后请给我发短信”", "For a text message please give your mobile number, or take out the tick"
)

_UNSURE = Words("不清楚可以不选", "Leave it if you are not sure")


class Place(AnswersSchema):
    """Where it is; left blank it is where the poster hangs, or not known."""

    township_id = AreaId(Words("镇（街道）", "Town"), level="township", hint=_UNSURE)
    village_id = AreaId(Words("村（社区）", "Village"), level="village", hint=_UNSURE)

    def cross_check(self, answers: Mapping[str, Any], today: dt.date | None) -> Iterable[Problem]:
        town, village = answers.get("township_id", ""), answers.get("village_id", "")
        if town and village and town[:9] != village[:9]:
            yield "village_id", Words("这个村（社区）不在所选的镇（街道）里", "This village is not in the chosen town")


class Envelope(Place):
    """Place, who reports, and which notice they were shown.

    The person is optional; scenes whose law asks for a name declare it again. Another agency whose notice is its own says
    its version in ``notice``.
    """

    notice: ClassVar[str] = NOTICE_VERSION

    reporter_name = Text(
        Words("您的姓名", "Your name"), min_length=2, max_length=30, personal=True, autocomplete="name",
        hint=Words("可以不填", "You may leave it out"),
    )  # fmt: skip
    reporter_phone = Mobile(
        Words("您的手机号", "Your mobile number"), required_when=WANTS_SMS, missing=NUMBER_FOR_SMS,
        hint=Words("可以不填；不填就是匿名，办理结果凭查询码看", "You may leave it out: you stay anonymous and see the result with your query code"),
    )  # fmt: skip
    wants_feedback = Confirm(Words("办好后请给我发短信", "Send me a text message when it is done"))
    notice_version = marshmallow.fields.String(dump_only=True)

    @marshmallow.post_load
    def _say_which_notice(self, answers: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {**answers, "notice_version": self.notice}


def place_section(*more: str) -> Section:
    """The section that asks for the place, with the scene's own questions on it."""
    return Section("place", Words("在哪里", "Where"), ("township_id", "village_id", *more))


def person_section(*more: str, first: tuple[str, ...] = ()) -> Section:
    """The section that asks who reports."""
    return Section(
        "reporter", Words("怎么联系您", "How to reach you"), (*first, "reporter_name", "reporter_phone", "wants_feedback", *more)
    )


MORE = Words("还可以补充", "You may add")
"""Heading of what is optional; a page folds the section with the key ``more``."""

WARNING = Words(
    "有人身危险请先打电话：报警 110，火警 119，急救 120，交通事故 122。",
    "If anyone is in danger, call first: police 110, fire 119, ambulance 120, traffic accident 122.",
)


def purpose(why: Words, who: Words, kinds: Words, basis: Words, more: Words | None = None) -> Words:
    """The notice above the first question: who handles the data, what for, which kinds, how long, the person's rights.

    Args:
        why: what for, after 用来. who: who may see it. kinds: every kind of personal data that is asked, a list and nothing
            else. basis: the law. more: whole sentences that belong to this scene.
    """
    more = more or Words("")
    return Words(
        f"这些内容由本市社会治理中心和{who}使用，只用来{why}（依据：{basis}）。其中属于个人信息的是：{kinds}。{more}个人信息加密保存，"
        "办结满一段时间就隐去（多久见后面的链接）。您可以凭查询码查看，也可以打 12345 要求更正或删除。",
        f"Used by the county's Social Governance Centre and {who.en}, only to {why.en} (basis: {basis.en}). Personal data in it: "
        f"{kinds.en}. {more.en}{' ' if more.en else ''}It is kept encrypted and taken out some time after the matter is closed (how long: see the link). "
        "You may read it with your query code, and have it corrected or deleted by calling 12345.",
    )


CONTACT = Words("您的姓名和手机号（都可以不填）", "your name and mobile number (both optional)")
