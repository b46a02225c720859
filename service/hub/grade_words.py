"""Reading a rating out of the words of an SMS: a grade from 5 to 1, and what was said beside it.

The rule it keeps: better no rating than a wrong one. "5" is a grade and "5号楼还漏水" is not; where figure and words contradict
each other, nothing is rated and a person reads it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

WORDS: Mapping[str, int] = {"非常满意": 5, "很满意": 5, "满意": 4, "基本满意": 3, "一般": 3, "不满意": 2, "非常不满意": 1, "很不满意": 1}
_FIGURES: Mapping[str, int] = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, **{str(grade): grade for grade in range(1, 6)}}
_HEAD = re.compile(r"(?:评价|评分|回复|打分)?\W{0,2}([1-5一二三四五])(?:分|星)?")
_MARKS = "，。、！；：,.!;:~ \t\r\n[]()【】（）“”\"'"
# What stands after a figure that counts or names something and grades nothing.
_COUNTS = re.compile(r"[0-9]|[号楼栋幢单层室天日月点时年元块万千百个次人米户月份组村路分钟小时]|到|至|-|—|~|/")


def read_grade(text: str) -> tuple[int, str] | None:
    """The grade and the words beside it; None where this is no rating."""
    plain = unicodedata.normalize("NFKC", text).strip(_MARKS)
    if plain in WORDS:
        return WORDS[plain], ""
    head = _HEAD.match(plain)
    if head is None:
        return None
    grade, rest = _FIGURES[head.group(1)], plain[head.end() :]
    said = rest.strip(_MARKS)
    if not said:
        return grade, ""
    if _COUNTS.match(said) or (head.group(1) in "一二三四五" and said not in WORDS):
        return None
    graded = next((word for word in sorted(WORDS, key=len, reverse=True) if said.startswith(word)), "")
    if graded:
        return (grade, said[len(graded) :].strip(_MARKS)) if WORDS[graded] == grade else None
    # Words of their own stand apart from the figure: "1 根本没修".
    return (grade, said) if rest[0] in _MARKS else None
