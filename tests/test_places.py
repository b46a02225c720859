"""Finding villages by what people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonzhi_code.counties import load_county
from gonzhi_code.places import MOST_CANDIDATES, find_villages, stem

WENLING = load_county("wenling")


def names(text: str, township_id: str = "") -> list[str]:
    return [WENLING.place_name(village.id) for village in find_villages(WENLING, text, township_id)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("六间潮村", ["新河镇 六闸潮村"]),
        ("六闸潮村", ["新河镇 六闸潮村"]),
        ("六闸潮村委会", ["新河镇 六闸潮村"]),
        ("六闸潮村民委员会", ["新河镇 六闸潮村"]),
        (" 六 闸 潮 ", ["新河镇 六闸潮村"]),
        ("新河镇六间潮村", ["新河镇 六闸潮村"]),
        ("新河六渣潮村", ["新河镇 六闸潮村"]),
        ("浙江省台州市温岭市新河镇六闸潮村三组12号", ["新河镇 六闸潮村"]),
        ("汇头林村", ["泽国镇 汇头林村", "箬横镇 汇头林村"]),
        ("箬横镇汇头林", ["箬横镇 汇头林村"]),
        ("三星", ["太平街道 三星社区", "箬横镇 三星村"]),
        ("三星村", ["箬横镇 三星村"]),
        ("太平社区", ["太平街道 太平社区"]),
        ("卖渔桥社区", ["太平街道 卖鱼桥社区"]),
        ("港湾社区", ["东部新区 港湾社区"]),
    ],
)
def test_a_village_is_found_by_what_people_call_it(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize("text", ["", "   ", "。", "文化礼堂东边的泵房", "hello world", "温岭市"])
def test_text_that_names_no_village_finds_none(text: str) -> None:
    assert names(text) == []


def test_a_chosen_township_narrows_the_search() -> None:
    assert names("汇头林村", "331081100000") == ["泽国镇 汇头林村"]
    assert names("六闸潮村", "331081100000") == []


def test_every_village_is_found_by_each_of_its_names_within_its_township() -> None:
    for village in WENLING.villages.values():
        for name in (village.name, *village.aliases):
            assert village in find_villages(WENLING, name, village.township_id), name


def test_a_stem_leaves_out_the_kind_of_committee() -> None:
    assert {stem(name) for name in ("六闸潮村", "六闸潮村委会", "六闸潮村民委员会", "六闸潮社区居委会")} == {"六闸潮"}
    assert stem("村") == "村"


@given(st.text(max_size=40))
def test_any_text_at_all_gives_a_short_list(text: str) -> None:
    found = find_villages(WENLING, text)
    assert len(found) <= MOST_CANDIDATES
    assert len({village.id for village in found}) == len(found)
