"""How people write the name of a body they complain about, taken apart before it is looked for: remarks, persons, places.

Three habits are known here. A neighbour is no party: 人社局隔壁 says where something is, not whom it is about. A person
stands for the body: 镇干部 is the township, 交警同志 the traffic police. And a proper name ends with what the thing is: a
公安局食堂 belongs to the police, a 公安局业务用房工程 is a building site.
"""

from __future__ import annotations

import re
import unicodedata

_NOT_A_LETTER = re.compile(r"[\W_]+")
# Between two answers, so that the end of one and the beginning of the next do not make a name.
BETWEEN = "\n"
_NOT_A_LETTER_NOR_BETWEEN = re.compile(r"[^\w\n]+|_+")

NEAR = ("旁边", "隔壁", "对面", "斜对面", "附近", "边上", "周边", "旁")
"""Right behind a name: the matter is next to that body, not about it."""

_NEAR = re.compile(f"(?:{'|'.join(NEAR)})的?")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_COMMAS = re.compile(r"[、,;/\n。]+")
# 和 stands in names too (人力资源和社会保障局), so a whole answer is always tried beside its pieces.
_AND = re.compile(r"[^\w\s]+|[和与及跟]")
_PERSONS = ("的", "干部", "领导", "工作人员", "人员", "同志", "部门", "机关", "单位", "副", "镇长", "书记", "主任", "局长", "所长", "办事员", "窗口")
# What may follow a body's name in the name of a part of it, and what shows that the whole is something else.
_LEGAL_FORM = re.compile(r"(?:通信|股份|集团|有限|责任|浙江|省)*公司")
_PART = re.compile(r"的?\w{0,8}(?:科|股|室|处|队|所|站|中心|食堂|机关|窗口|分局|支队|办|部门|分公司|营业厅)")
_OTHER = re.compile(r"公司|厂|店|工程|项目|集团|学校|小学|中学|大学|幼儿园|医院|酒店|小区|工地|村|社区|承建|承包|施工|用房|大楼|装修|宿舍")


def plain(text: str) -> str:
    """``text`` without anything that two people would write differently: width, case, spaces, punctuation."""
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", text)).casefold()


def plain_lines(texts: list[str]) -> str:
    """As :func:`plain`, for all answers in one go and with the sign between them kept."""
    return _NOT_A_LETTER_NOR_BETWEEN.sub("", unicodedata.normalize("NFKC", BETWEEN.join(texts))).casefold()


def pieces(text: str) -> set[str]:
    """A free answer, and what its commas and its "and" divide it into, each plain; blanks divide nothing (温 岭 市)."""
    wide = unicodedata.normalize("NFKC", text)
    return {letters for piece in (wide, *_AND.split(wide)) if (letters := plain(piece))}


def proper_names(text: str) -> set[str]:
    """The plain names in an answer that asks for a name, without brackets and without remarks on what is next door."""
    wide = unicodedata.normalize("NFKC", text)
    bare = _BRACKETS.sub("", wide)
    # An answer that is all brackets says its name in them.
    names = _COMMAS.split(bare if plain(bare) else wide)
    return {letters for name in names if (letters := _NEAR.split(plain(name))[-1])}


def without_persons(letters: str) -> str:
    """镇 for 镇干部, 交警 for 交警同志: the body that those people belong to."""
    while letters.endswith(_PERSONS):
        letters = letters.removesuffix(next(person for person in _PERSONS if letters.endswith(person)))
    return letters


def is_the_body(before: str, after: str) -> bool:
    """Whether a proper name is a body's own, or a part's of it.

    Args:
        before, after: what the name says around the name of the body, other known names and places left out.
    """
    if _OTHER.search(before):
        return False
    form = _LEGAL_FORM.match(after)
    part = after[form.end() :] if form else after
    return not part or (_PART.fullmatch(part) is not None and not _OTHER.search(part.removesuffix("分公司")))
