"""What may not be written about a civil-defence work, and the ordinary notes of a round that must pass."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonzhi_code.scenes.shelter_secrets import PATTERNS, kind_of_secret, secret_in
from gonzhi_code.words import Words

# Each at most 27 characters, so that it fits into every field of the form.
SECRETS = (
    ("pair", "28.3712, 121.3856 附近"), ("pair", "28.37,121.38"), ("pair", "121.385600 28.371200"), ("pair", "28。3712，121。3712"),
    ("pair", "121点3712，28点3712"), ("pair", "２８．３７１２，１２１．３８５６"), ("pair", "纬度28.3712，经度121.3856"), ("pair", "北28.37东121.38"),
    ("pair_apart", "28.3712 往东走 121.3856"), ("satellite", "口部 28.37123"), ("satellite", "121.38567"),
    ("minutes", "位置28°22′16″"), ("minutes", "121度23分"), ("minutes", "位置 28°22'16\""), ("minutes", "28º22'16\""),
    ("lettered", "E121 22 15 N28 22 15"), ("minutes", "N28°22.27′"), ("lettered", "28.3712 N"), ("lettered", "28 22 15 N"),
    ("triples", "28 22 15，121 22 15"), ("triples", "28:22:15 121:22:15"),
    ("named_degree", "东经121度"), ("named_degree", "东经一百二十一度"), ("named_degree", "北纬 28.4"), ("named_degree", "经度121.3"),
    ("named_degree", "经纬度见群里"),
    ("grid", "X=3139201.22 Y=421233.18"), ("grid", "Y：421233.18，X：3139201.22"), ("grid", "3139201.22，421233.18"),
    ("named_place", "坐标见附件"), ("named_place", "GPS 定位在口部"), ("named_place", "latitude 28"), ("named_place", "coordinates attached"),
    ("map_link", "https://surl.amap.com/2Yk"), ("map_link", "j.map.baidu.com/ab/cd"),
    ("nuclear", "核6级常6级"), ("nuclear", "核六级"), ("nuclear", "核六常六"), ("nuclear", "常6核6"), ("nuclear", "核 5 级、常 5 级"), ("named_grade", "常规武器抗力级别 5级"),
    ("named_grade", "人防等级6级"), ("named_grade", "抗力6级"), ("named_grade", "防护等级为六级"), ("nuclear", "抗力级别是核5级"), ("named_grade", "抗力等级 6B"),
    ("named_grade", "人防Ⅵ级"), ("named_grade", "人防工程等级为六级"),
    ("grade_of_work", "6级人防"), ("grade_of_work", "六级人防工程"), ("grade_of_work", "⑥级人防"), ("grade_of_work", "6 级防护单元"),
    ("letter_b", "6B级"), ("letter_b", "6b 级"),
    ("gas", "防化丙级"), ("gas", "防化等级为乙级"), ("gas", "乙级防化"), ("kind_of_work", "甲类防空地下室"), ("kind_of_work", "乙类人防"),
    ("grade_in_english", "protection grade 6"),
    ("wartime_use", "战时为二等人员掩蔽所"), ("wartime_use", "战时医疗救护站"), ("wartime_use", "战时功能是物资库"), ("wartime_use", "战时用途为掩蔽所"),
    ("wartime_use", "二等人员掩蔽所"), ("wartime_use", "人防物资库"), ("wartime_use", "战时作为物资库"), ("wartime_use", "防空专业队工程"),
    ("wartime_use", "掩蔽人数 1200"), ("wartime_use", "wartime use: store"),
)  # fmt: skip

ORDINARY = (
    # Words that hold the letters of a secret.
    "东西经常堆在门口", "西经理签字", "东西经理室门口堆物", "消防栓坐标牌掉了", "防护级别不够的灭火器", "抗力不够 6 处", "北纬路小区 2 号口", "东经一路 3 号地下室",
    "人员在 2 号口遮挡", "一等奖牌匾挡住了标志", "防化服过期", "防化通信器材室漏水", "丙类仓库", "物资库房堆物", "医院对面 2 号口", "指挥部的人来看过",
    "GPS 定位器坏了", "人防安全责任人是一级建造师", "温人防登〔2021〕117 号", "WL-RF-0117", "防空警报器正常", "维护记录里没有图纸",
    # Steps, levels and classes that are no grade.
    "有异常 3 级台阶破损", "通常2级", "正常 1 处，异常 2 处", "非常 6 级", "复核 3 级台阶，已修好", "审核3级台账", "人防门 3 级台阶破损", "人防工程 3 级以上台阶", "三级风险",
    "三级配电箱没锁", "人防 3 级配电箱漏电", "常规三级保养已做", "日常 3 级巡查", "甲级防火门闭门器坏了", "乙级防火门变形", "二级防护服过期", "六级大风把挡水板吹倒了",
    "配电箱防护等级 IP54，盖子掉了", "负一层 B2 区 6B 柱旁渗水",
    # Figures that are no place.
    "对讲机 400-123.4567", "集水坑深 28.1234", "水泵功率 120.500 千瓦", "集水坑深 28.1234，对讲机 400-123.4567", "消火栓 13905760001",
    "28.50 米长的电缆，120.50 米远处有积水", "地面积水约 12.5 平方米，深 3.25 厘米", "3 号门在 2 号口东 15.50 米", "温度 28.5 度，湿度 80", "门开到 90 度 5 分钟后自动关",
    "温度到了 28 度 15 分钟后才降", "28.12 日检查，120.50 元", "压力表 0.35 MPa", "水表读数 31392012", "12:30:15 停电", "2026.11.24 巡查", "E 区 3 号灯不亮", "N2 出口堵了",
    # What belongs to the building and is seen on any round.
    "战时封堵板少了两块", "战时风管生锈", "平战转换预案在墙上", "防护密闭门 6 扇，2 扇锈蚀",
)  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), SECRETS)
def test_a_secret_is_recognised_for_what_it_is(kind: str, text: str) -> None:
    assert kind_of_secret(f"入口说明：{text}，请看") == kind_of_secret(text) == kind
    sentence = secret_in(text)
    assert isinstance(sentence, Words) and "秘密" in sentence and "请删去" in sentence and "secret" in sentence.en


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_note_passes(text: str) -> None:
    assert kind_of_secret(text) == "" and secret_in(text) is None


def test_every_pattern_has_its_example() -> None:
    assert {kind for kind, _ in SECRETS} == set(PATTERNS)


def test_all_ordinary_notes_of_a_round_in_one_text_pass() -> None:
    assert kind_of_secret("\n".join(ORDINARY)) == ""


PLACES = st.sampled_from(["2 号口", "东侧口部通道", "集水坑旁", "风机房", "B 区车道", "负一层西墙", "楼梯间", "配电间", "3 号防护密闭门", "人防门", "滤毒室"])
TROUBLES = st.sampled_from(
    ["渗水", "锈蚀", "堆了旧沙发", "台阶破损", "灯不亮", "闭锁不灵", "胶条老化", "标志牌掉了", "有异常响声", "东西经常堆在门口", "挡水板缺失", "消火栓没水", "水泵不转"]
)
UNITS = st.sampled_from([" 米", " 厘米", "mm", " 千瓦", " kW", " 伏", " 平方米", " 立方米", " 公斤", " 个", "%", " kPa"])
MEASURES = st.builds(
    lambda number, places, unit: f"{number:.{places}f}{unit}", st.floats(0, 999, allow_nan=False), st.integers(0, 5), UNITS
) | st.builds(lambda number, what: f"{number} {what}", st.integers(0, 400), st.sampled_from(["处", "扇", "盏", "号", "级台阶", "天", "分钟", "次"]))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.builds(lambda *said: f"{said[0]}{said[1]}，约 {said[2]}", PLACES, TROUBLES, MEASURES), min_size=1, max_size=4), st.sampled_from("，。；\n"))
def test_notes_of_places_troubles_and_measures_pass(notes: list[str], mark: str) -> None:
    assert kind_of_secret(mark.join(notes)) == ""


@settings(max_examples=200, deadline=None)
@given(
    st.floats(27, 31.2, exclude_max=True), st.floats(118, 123, exclude_max=True), st.integers(2, 6), st.booleans(),
    st.sampled_from([",", "，", " ", "、", ", ", "; ", " / ", "，经度 ", " E"]), st.sampled_from([".", "。", "．", " . "]),
)  # fmt: skip
def test_any_place_in_the_province_is_refused_however_it_is_typed(north: float, east: float, places: int, turned: bool, mark: str, point: str) -> None:
    pair = [f"{north:.{places}f}".replace(".", point), f"{east:.{places}f}".replace(".", point)]
    assert secret_in("在" + mark.join(pair[::-1] if turned else pair)) is not None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_no_text_of_any_kind_is_too_much_for_the_patterns(text: str) -> None:
    said = secret_in(text)
    assert said is None or said in {words for _, words in PATTERNS.values()}
