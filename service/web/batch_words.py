"""What is wrong with a row of a sheet, in Chinese; the library says it in English, for its command line.

Rule: a sentence that is not known here is shown as it came, so nothing is ever hidden.
"""

from __future__ import annotations

import re

from gonzhi_code.words import Words

_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"the name of the spot is missing", "没有写点位名称"),
    (r"no scene is called '(.*)'; there are (.*)", "没有“{0}”这个场景，只有：{1}"),
    (r"the number '(.*)' is not one from 1 to (\d+)", "点位编号“{0}”不对，应是 1 到 {1} 的数字"),
    (r"says the same as row (\d+)", "和第 {0} 行重复"),
    (r"the area code '(.*)' is not a place of (.*)", "区划代码“{0}”不在{1}"),
    (r"neither village nor township is given", "镇街、村社都没有写"),
    (r"(.*) has no township '(.*)'", "{0}没有“{1}”这个镇街"),
    (r"(.*) has no village like '(.*)'", "{0}没有叫“{1}”的村社"),
    (r"'(.*)' may be (.*); write the township or the area code", "“{0}”可能是：{1}，请写明镇街或区划代码"),
    (r"the number is that of another spot", "这个点位编号已经给了别的点位"),
    (r"(.*) taken as (.*)", "{0} 按 {1} 处理"),
)
_KNOWN = tuple((re.compile(pattern), zh) for pattern, zh in _SENTENCES)


def row_words(text: str) -> Words:
    """The wording of what is wrong with a row, or was taken differently from how it was written."""
    return Words(_whole(text), text)


def _whole(text: str) -> str:
    # Two of the sentences have a semicolon of their own.
    parts = re.split(r"; (?!there are|write )", text)
    return "；".join(_one(part) for part in parts)


def _one(part: str) -> str:
    for pattern, zh in _KNOWN:
        found = pattern.fullmatch(part)
        if found:
            return zh.format(*found.groups())
    return part
