"""The columns of a sheet of spots, and which of a clerk's own columns each is.

A clerk writes 点位名称, 名称 or 张贴点; all mean the same, and the sheet is taken as it is. Where two columns could be meant, or
only something similar is there, nothing is guessed: it is said what is unclear, and the command line asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .accused import plain


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that a sheet may say of a spot.

    Args:
        key: our name for it; title: heading in the template; synonyms: other headings that mean it.
        note: what belongs in it, for the template.
        needed: no sheet goes without it.
    """

    key: str
    title: str
    synonyms: tuple[str, ...]
    note: str
    needed: bool = False


COLUMNS = (
    Column("spot", "点位名称", ("点位", "名称", "张贴点", "张贴点位", "张贴位置名称", "地点名称", "name", "spot"), "人们怎么叫这个地方，例如：文化礼堂", True),
    Column("township", "镇街", ("镇", "街道", "乡镇", "镇街道", "乡镇街道", "所属镇街", "所在镇街", "township"), "例如：大溪镇。村社重名时必须写"),
    Column("village", "村社", ("村", "社区", "村居", "村社区", "所属村社", "所在村社", "所属村", "所在村", "行政村", "村居名称", "village"), "例如：良山村。不属于任何村社的，只写镇街"),
    Column("village_id", "区划代码", ("统计代码", "统计用区划代码", "村社代码", "村代码", "villageid", "areacode"), "12 位，写了就不看镇街和村社"),
    Column("scene", "场景", ("码的种类", "专题", "码类型", "场景码", "scene"), "留空就用命令里给的场景"),
    Column("subject", "单位或项目", ("单位名称", "项目名称", "学校名称", "工地名称", "主体", "主体名称", "所属单位", "subject", "subjectname"), "学校、工地、诊所、人防工程的全名"),
    Column("subject_id", "登记编号", ("项目编号", "工程编号", "单位编号", "subjectid"), "单位或项目在主管部门的编号"),
    Column("address", "详细位置", ("地址", "详细地址", "具体位置", "张贴位置", "位置说明", "address"), "例如：传达室外墙。不写经纬度"),
    Column("number", "点位编号", ("编号", "点位号", "序列号", "id", "number", "spotid"), "留空自动编号；写了就不要改"),
)  # fmt: skip
KEYS = tuple(column.key for column in COLUMNS)
# Less alike than this is another word; 点位 and 点位名 are 0.8 alike.
_SIMILAR = 0.75
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：]")


@dataclass(frozen=True, slots=True)
class Unclear:
    """A column that cannot be told for certain.

    Args:
        column: which; candidates: headings of the sheet that may be meant, none where nothing is like it.
    """

    column: Column
    candidates: tuple[str, ...]

    def __str__(self) -> str:
        named = "、".join(self.candidates)
        meant = f"may be {named}" if named else "is missing"
        return f"the column {self.column.title} {meant}; say which with --column {self.column.key}=HEADING"


@dataclass(frozen=True, slots=True)
class Matched:
    """Which column of a sheet is which: key -> place in the row; and what could not be told."""

    places: Mapping[str, int]
    unclear: tuple[Unclear, ...]
    unused: tuple[str, ...]


def _folded(heading: str) -> str:
    return plain(_REMARK.sub("", heading))


def match_columns(headings: Sequence[str], chosen: Mapping[str, str] | None = None) -> Matched:
    """Tell which heading of a sheet means which column.

    Args:
        headings: the head row.
        chosen: key of a column -> heading, as somebody said; ``""`` says that the sheet has none.

    Raises:
        ValueError: ``chosen`` names a column or heading that is not there.
    """
    chosen = chosen or {}
    places = {key: _chosen_place(key, heading, headings) for key, heading in chosen.items() if heading}
    unknown = [key for key in chosen if key not in KEYS]
    if unknown:
        raise ValueError(f"no column {unknown[0]!r}; there are {', '.join(KEYS)}")
    folded = [_folded(heading) for heading in headings]
    unclear: list[Unclear] = []
    for column in (one for one in COLUMNS if one.key not in chosen):
        names = {_folded(name) for name in (column.title, *column.synonyms)}
        free = [place for place in range(len(headings)) if folded[place] and place not in places.values()]
        exact = [place for place in free if folded[place] == _folded(column.title)] or [place for place in free if folded[place] in names]
        if len(exact) == 1:
            places[column.key] = exact[0]
        elif exact:
            unclear.append(Unclear(column, tuple(headings[place] for place in exact)))
        elif column.needed or (column.key == "village" and "village_id" not in places):
            alike = [place for place in free if any(SequenceMatcher(None, folded[place], name).ratio() >= _SIMILAR for name in names)]
            unclear.append(Unclear(column, tuple(headings[place] for place in alike)))
    # A sheet that gives codes, or only townships, needs no names of villages.
    needless = "village_id" in places or "township" in places
    unclear = [one for one in unclear if one.column.key != "village" or not needless or ("village_id" not in places and one.candidates)]
    taken = set(places.values())
    return Matched(places, tuple(unclear), tuple(heading for place, heading in enumerate(headings) if heading and place not in taken))


def _chosen_place(key: str, heading: str, headings: Sequence[str]) -> int:
    if heading not in headings:
        raise ValueError(f"the sheet has no column {heading!r} for {key}; it has {'、'.join(one for one in headings if one)}")
    return list(headings).index(heading)
