"""The texts of every SMS, and the rules of the providers they are held to.

The rule it keeps: what a provider would refuse stops the start, with a sentence. A text is filed with the provider once and
then only its variables change, so each kind has two texts: one with what may be told, and one with the number alone
(``.number``), for matters that may not be named and for values that the provider would not take.

Sources: Aliyun, help.aliyun.com 44335 (length and segments), 463270 (words and symbols), 44357 (variables), sms-signature;
Tencent Cloud, cloud.tencent.com 382/39023 (no links in variables), 382/13301 (variables of six characters).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ONE_SEGMENT = 70
"""Characters that fit into one SMS, signature and brackets counted in."""
MANY_SEGMENTS = 67
"""Characters of each part of a longer one."""
MOST_CHARACTERS = 500
NUMBER_ONLY = ".number"

VARIABLES: Mapping[str, int] = {"no1": 4, "no2": 4, "unit": 20, "result": 35, "date": 6}
"""Each variable with the most characters it may have. A case number is two of four: the strictest provider takes six."""

BANNED_WORDS = (
    "党政", "法律维权", "调解", "问卷调查", "邀请好评", "催款", "上门追讨", "传话", "传信", "线索", "联系个人手机号", "微信", "加我", "中奖", "测试",
)  # fmt: skip
BANNED_SYMBOLS = "【】『』〖〗①②③④⑤★☆※→←↑↓◆■"

_NO = "编号{no1}-{no2}"
_RATE = "请回复1至5评价，5为非常满意，1为非常不满意。"
_LOOK = "凭编号可查进度。"
_LOOK_AT = "凭编号可在 {page} 查进度。"

TEXTS: Mapping[str, str] = {
    "received": f"您反映的事项已受理，{_NO}，由{{unit}}办理。{{look}}",
    "received.number": f"您反映的事项已受理，{_NO}。{{look}}",
    "handed_over": f"{_NO}的事项已转由{{unit}}办理。{{look}}",
    "handed_over.number": f"{_NO}的事项已转交其他单位办理。{{look}}",
    "resolved": f"{_NO}的事项已办结：{{result}}。{_RATE}",
    "resolved.number": f"{_NO}的事项已办结，凭编号可查结果。{_RATE}",
    "reopened": f"{_NO}的事项已重新办理，由{{unit}}负责。{{look}}",
    "reopened.number": f"{_NO}的事项已重新办理。{{look}}",
    "extended": f"{_NO}的事项需要延长办理，期限延至{{date}}。{{look}}",
    "extended.number": f"{_NO}的事项需要延长办理。{{look}}",
    "late": f"{_NO}的事项未能按期办结，已督促{{unit}}抓紧办理。{{look}}",
    "late.number": f"{_NO}的事项未能按期办结，已督促抓紧办理。{{look}}",
    "question.number": f"{_NO}的事项需要您补充情况，请凭编号和查询码查看，也可直接回复本短信。",
    "rejected.number": f"{_NO}的事项不予受理，原因和应当走的渠道请凭编号和查询码查看。",
}
"""By kind; ``look`` is constant and set when the texts are made."""

_SIGN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{2,12}")
_PAGE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9._-]+)*/?")
_HOLE = re.compile(r"\{(\w+)\}")
_LINK = re.compile(r"https?|www\.|://|[A-Za-z0-9-]+\.(cn|com|net|org|top|xyz|cc|io|me)\b", re.IGNORECASE)
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9][\s-]?[0-9]{4}[\s-]?[0-9]{4}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Template:
    """One text, ready to be filed.

    Args:
        key: kind, with ``.number`` where it holds the number alone; text: with ``{name}`` where a variable stands.
        names: of its variables, in order.
    """

    key: str
    text: str
    names: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with its variables."""
        return self.text.format_map(values)

    def as_aliyun(self) -> str:
        """As it is filed at Aliyun: ``${name}``."""
        return _HOLE.sub(r"${\1}", self.text)

    def as_tencent(self) -> str:
        """As it is filed at Tencent: numbered from 1."""
        return _HOLE.sub(lambda hole: f"{{{self.names.index(hole.group(1)) + 1}}}", self.text)


def segments(characters: int) -> int:
    """How many parts are billed for a text of so many characters, signature and brackets included."""
    return 1 if characters <= ONE_SEGMENT else -(-characters // MANY_SEGMENTS)


def signed(sign: str, text: str) -> str:
    """The text as the telephone shows it."""
    return f"【{sign}】{text}"


def make_templates(page: str = "") -> dict[str, Template]:
    """Every text by its key.

    Args:
        page: a constant address without scheme that the fixed text may name, ``""`` for none.
    """
    look = _LOOK_AT.format(page=page) if page else _LOOK
    made = {}
    for key, raw in TEXTS.items():
        text = raw.replace("{look}", look)
        made[key] = Template(key, text, tuple(_HOLE.findall(text)))
    return made


def choose(templates: Mapping[str, Template], kind: str, values: Mapping[str, str], most_characters: int) -> Template:
    """The text for a kind: the telling one where every value is there and fit to stand in it, else the number alone."""
    telling = templates.get(kind)
    if telling is not None and all(fits(name, values.get(name, ""), most_characters) for name in telling.names):
        return telling
    return templates[kind + NUMBER_ONLY]


def fits(name: str, value: str, most_characters: int) -> bool:
    """Whether a provider takes this value: not empty, short enough, no link, no mobile number, no word it bans."""
    if not value or len(value) > min(VARIABLES[name], most_characters):
        return False
    if any(word in value for word in BANNED_WORDS) or any(mark in value for mark in BANNED_SYMBOLS):
        return False
    return not (_LINK.search(value) or _MOBILE.search(value) or "\n" in value)


def faults_of_sign(sign: str) -> list[str]:
    """What a provider would refuse about a signature, in sentences."""
    faults = []
    if not _SIGN.fullmatch(sign):
        faults.append(f"is {sign!r}, but a signature has 2 to 12 Chinese characters, letters or digits and no brackets.")
    if "测试" in sign or "test" in sign.lower():
        faults.append("holds a word for a test, which no provider takes.")
    return faults


def faults_of_page(page: str) -> list[str]:
    """What is wrong with the address in the fixed texts, in sentences."""
    if page and not _PAGE.fullmatch(page):
        return [f"is {page!r}, but must be a host and path without scheme, such as gz.example.gov.cn/track."]
    return []


def faults_of(templates: Iterable[Template], sign: str) -> list[str]:
    """What a provider would refuse about the texts under a signature, in sentences that name the text."""
    return [f"{template.key}: {fault}" for template in templates for fault in _faults(template, sign)]


def _faults(template: Template, sign: str) -> Iterable[str]:
    text, names = template.text, template.names
    longest = longest_of(template, sign)
    if longest > MOST_CHARACTERS:
        yield f"may have {longest} characters, but {MOST_CHARACTERS} are the most"
    yield from (f"holds {mark}" for mark in BANNED_SYMBOLS if mark in text)
    yield from (f"holds the word {word}" for word in BANNED_WORDS if word in text)
    if "}{" in text:
        yield "has two variables side by side"
    if len(set(names)) != len(names):
        yield "has a variable twice"
    yield from (f"has the unknown variable {name}" for name in names if name not in VARIABLES)
    if not _HOLE.sub("", text).strip():
        yield "is nothing but variables"


def longest_of(template: Template, sign: str) -> int:
    """The most characters the text can have, signature and brackets counted in."""
    fixed = len(_HOLE.sub("", template.text)) + len(sign) + 2
    return fixed + sum(VARIABLES.get(name, 0) for name in template.names)
