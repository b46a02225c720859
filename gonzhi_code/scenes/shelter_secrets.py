"""What may never be written down about a civil-defence work: where exactly it lies, how well it protects, what it is in war.

Ningbo's interim rules on use and management say in as many words that location, protective capability and nature of such
works are secret; a report is open to many. So free text that holds one of them is refused with a sentence that says what to
leave out. Each kind of secret is a small pattern with a name. A pattern asks for the value (a figure, a grade, a use), not
for the mere word, and looks at what stands around it: 西经 is in 东西经常堆在门口, and 有异常 3 级台阶破损 speaks of steps.
"""

from __future__ import annotations

import re
import unicodedata

from ..words import Words

# --- figures that are places. China lies between 18 and 54 degrees north, 73 and 136 degrees east.

_NOT_A_MEASURE = r"(?!\d|\s*(?:米|厘米|毫米|公里|千米|千瓦|瓦|伏|安|赫|平|立方|吨|公斤|千克|元|个|%|[mck]?m\b|k?[WV]\b|[MK]?Pa|kg|°C))"
_STARTS = r"(?<![\d.])(?<!\d-)"
_NORTH_DEGREE, _EAST_DEGREE = r"(?:1[89]|[2-4]\d|5[0-3])", r"(?:7[3-9]|[89]\d|1[0-2]\d|13[0-5])"
_DEGREE = rf"(?:{_EAST_DEGREE}|{_NORTH_DEGREE})"


def _decimal(degree: str, least: int) -> str:
    """A degree with at least so many decimals that is not followed by a unit of measurement."""
    return rf"{_STARTS}{degree}\.\d{{{least},}}{_NOT_A_MEASURE}"


def _side_by_side(north: str, east: str, between: str) -> str:
    return f"{north}{between}{east}|{east}{between}{north}"


# Between the two: marks, blanks, and the words or letters that say which is which.
_BETWEEN = r"[\s,，、;；:：/|=()（）°度东西南北经纬和及与NESWXYBL]{1,10}"
_PAIR = _side_by_side(_decimal(_NORTH_DEGREE, 2), _decimal(_EAST_DEGREE, 2), _BETWEEN)
# Four decimals are eleven metres: two such figures in one sentence need not stand side by side.
_PAIR_APART = _side_by_side(_decimal(_NORTH_DEGREE, 4), _decimal(_EAST_DEGREE, 4), r".{1,40}?")
# Nobody measures a pump to the fifth decimal; a satellite does.
_SATELLITE = _decimal(_DEGREE, 5)

_SIXTIETHS = r"[0-5]?\d"
_MINUTES = rf"{_STARTS}{_DEGREE}\s*[°度]\s*{_SIXTIETHS}(?:\.\d+)?\s*(?:[′'’]|分(?!钟))"
_LETTERED = (
    rf"(?<![A-Z])[NE]\s*[:：=]?\s*{_DEGREE}(?:\.\d{{2,}}|\s*[°度]|[\s:]+{_SIXTIETHS}(?:\.\d+|[\s:′']+{_SIXTIETHS}))(?!\d)"
    rf"|{_STARTS}{_DEGREE}(?:\.\d{{2,}}|[\s:]+{_SIXTIETHS}[\s:]+{_SIXTIETHS}(?:\.\d+)?)\s*[°度]?\s*[NE](?![A-Z])"
)
_TRIPLE = rf"[\s:]{_SIXTIETHS}[\s:]{_SIXTIETHS}(?:\.\d+)?"
_TRIPLES = _side_by_side(rf"{_STARTS}{_NORTH_DEGREE}{_TRIPLE}", rf"{_STARTS}{_EAST_DEGREE}{_TRIPLE}", r"[\s,，、;；/]{1,4}")

_NUMERAL = r"(?:\d|[一二三四五六七八九十百零〇两])"
_NAMED_DEGREE = (
    rf"[东西]经\s*[为是约在:：]?\s*(?:\d{{1,3}}(?!\d*\s*[路街巷弄号])|{_NUMERAL}{{1,8}}度)"
    rf"|[南北]纬\s*[为是约在:：]?\s*(?:\d{{1,3}}(?!\d*\s*[路街巷弄号])|{_NUMERAL}{{1,8}}度)"
    r"|经纬度|[经纬]度\s*[为是约在:：=]?\s*\d"
)
# Metres on the national grid: seven figures north, six to eight east.
_GRID = (
    r"(?<![A-Z])X\s*[=:：为]?\s*\d{6,8}(?:\.\d+)?\D{1,6}Y\s*[=:：为]?\s*\d{6,8}"
    r"|(?<![A-Z])Y\s*[=:：为]?\s*\d{6,8}(?:\.\d+)?\D{1,6}X\s*[=:：为]?\s*\d{6,8}"
    r"|(?<!\d)[2-5]\d{6}\.\d+[\s,，、;；]{1,4}\d{6,8}\.\d+|(?<!\d)\d{6,8}\.\d+[\s,，、;；]{1,4}[2-5]\d{6}\.\d+"
)
_NAMED_PLACE = (
    r"坐标(?!标?[牌志识桩轴]|标记|纸)|(?<![A-Z])gps\s*(?:定位(?![器仪卡])|坐标|位置|数据|[:：]?\s*[NE]?\s*\d)"
    r"|(?<![A-Z])(?:lat|lng|lon|latitude|longitude|coordinates?)(?![A-Z])"
)
_MAP_LINK = r"amap\.com|map\.baidu|map\.qq\.com|maps?\.google|goo\.gl/maps|maps\.apple|tianditu|openstreetmap|(?<![A-Z])geo:"

# --- grades. 1 to 6, some with a B; against nuclear (核) and conventional (常) weapons; against gas (防化) 甲 to 丁.

_STEPS = r"(?!\s*(?:以[上下])?\s*(?:台阶|踏步|楼梯|梯|阶|配电|开关|漏电))"
_SIGNED = r"\s*(?:[为是属:：=(（“\"]|定为)*\s*"
_GRADE = r"(?:[1-8]|[一二三四五六七八贰叁肆伍陆]|(?:IV|VI{0,2}|I{1,3})(?![A-Z]))\s*B?(?![\dA-Z.])"
_LEVEL = rf"{_GRADE}\s*级{_STEPS}"
_NUCLEAR = (
    rf"(?<![审考复查稽实校])核\s*(?:武器|爆)?\s*(?:抗力)?{_SIGNED}(?:{_LEVEL}|{_GRADE}\s*级?[、，,/和及\s]*常)"
    rf"|(?<![\u4e00-\u9fff])常\s*{_LEVEL}|常\s*{_GRADE}\s*级?[、，,/和及\s]*(?<![审考复查稽实校])核\s*{_GRADE}"
    rf"|(?<!非)常规(?:武器)?\s*(?:抗力)?{_SIGNED}{_LEVEL}(?!\s*(?:保养|维护|维保|检查|检修|响应|风险))"
)
_NAMED_GRADE = (
    rf"抗力\s*(?:等级|级别|标准|等|级)?{_SIGNED}[核常]?\s*{_GRADE}(?!\s*[处个台扇块])"
    rf"|(?:人防|防护|防空)\s*(?:工程)?\s*(?:抗力|防护)?\s*(?:等级|级别){_SIGNED}[核常甲乙]?\s*{_GRADE}"
    rf"|(?:人防|防空)\s*(?:工程|地下室)?\s*{_SIGNED}{_LEVEL}"
)
_GRADE_OF_WORK = rf"(?<![\dA-Z.]){_LEVEL}\s*的?\s*(?:人防(?![办员])|抗力|防空|掩蔽|人员掩蔽|防护(?!服|用品|口罩|装备|手套|面))"
_LETTER_B = r"(?<![\dA-Z.])[246]\s*B\s*(?:级|人防|防护|抗力)"
_GAS = r"防化\s*(?:等级|级别|级)?\s*[为是:：=]*\s*(?:[甲乙丙丁](?![\u4e00-\u9fff])|[甲乙丙丁]\s*级)|[甲乙丙丁]\s*级\s*防化"
_KIND_OF_WORK = r"[甲乙]\s*类\s*(?:人防|防空)"
_GRADE_IN_ENGLISH = r"(?<![A-Z])(?:protect\w+|resistance|nuclear|blast)\s+(?:grade|class|level|rating)\s*(?:is|of|:|=)?\s*[1-8]"

# --- what it is for in war.

_WARTIME_USE = (
    r"战时\s*的?\s*(?:功能|用途|性质|使用|用[作于途]|作为|为|是|做|拟|主要)"
    r"|战时.{0,6}?(?:掩蔽|救护|急救|医院|医疗|指挥|物资|专业队|车库)"
    r"|[一二12]\s*等\s*人员|人员\s*掩蔽|掩蔽\s*(?:所|部|面积|人数|人口)|防空专业队"
    r"|人防\s*(?:医疗救护|急救|救护|中心医院|物资库|指挥所|指挥工程|区域电站)"
    r"|(?<![A-Z])wartime\s+(?:use|function|purpose|shelter|hospital|command)"
)

_PLACE = Words(
    "人防工程的具体位置是秘密：请删去经纬度、坐标和地图链接，写“2 号口东侧”这样的叫法就行",
    "Where such a work lies is secret: please take out coordinates and map links; “east of entrance 2” will do",
)
_PROTECTION = Words(
    "人防工程的防护等级是秘密：请删去几级、甲乙类这些字，只写哪里坏了就行",
    "How well such a work protects is secret: please take out its grade or class; what is broken will do",
)
_WAR = Words(
    "人防工程的战时用途是秘密：请删去战时做什么用，只写现在的情况就行",
    "What such a work is for in war is secret: please take it out; how it is now will do",
)

PATTERNS: dict[str, tuple[re.Pattern[str], Words]] = {
    name: (re.compile(pattern, re.IGNORECASE), sentence)
    for sentence, patterns in (
        (_PLACE, {
            "pair": _PAIR, "pair_apart": _PAIR_APART, "satellite": _SATELLITE, "minutes": _MINUTES, "lettered": _LETTERED,
            "triples": _TRIPLES, "named_degree": _NAMED_DEGREE, "grid": _GRID, "named_place": _NAMED_PLACE, "map_link": _MAP_LINK,
        }),
        (_PROTECTION, {
            "nuclear": _NUCLEAR, "named_grade": _NAMED_GRADE, "grade_of_work": _GRADE_OF_WORK, "letter_b": _LETTER_B, "gas": _GAS,
            "kind_of_work": _KIND_OF_WORK, "grade_in_english": _GRADE_IN_ENGLISH,
        }),
        (_WAR, {"wartime_use": _WARTIME_USE}),
    )
    for name, pattern in patterns.items()
}  # fmt: skip
"""Name of each kind of secret, its pattern (over text as :func:`plain` makes it), and the sentence it is refused with."""

_DEGREE_SIGNS = str.maketrans({"º": "°", "˚": "°", "″": '"', "“": '"', "”": '"', "’": "'", "‘": "'"})
# A decimal point as a thumb types it: 121。3712, 121 . 3712, 121点3712.
_POINT = re.compile(r"(?<=\d)\s*[.。．・·]\s*(?=\d)|(?<=\d)点(?=\d{3})")


def plain(text: str) -> str:
    """``text`` as the patterns read it: compatible forms made one (NFKC), every sort of decimal point a dot."""
    return _POINT.sub(".", unicodedata.normalize("NFKC", text.translate(_DEGREE_SIGNS)))


def kind_of_secret(text: str) -> str:
    """The name of the first kind of secret in ``text``, ``""`` where there is none."""
    read = plain(text)
    return next((name for name, (pattern, _) in PATTERNS.items() if pattern.search(read)), "")


def secret_in(text: str) -> Words | None:
    """The sentence to refuse a text with that tells what is secret about a work; None where there is nothing."""
    kind = kind_of_secret(text)
    return PATTERNS[kind][1] if kind else None
