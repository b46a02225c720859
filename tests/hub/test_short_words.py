"""A short result is checked where it is typed: what a carrier would refuse never gets that far."""

import pytest

from service.hub.short_words import BANNED_WORDS, LONGEST_SHORT, fault_of_short, one_line
from service.notify.templates import fits


@pytest.mark.parametrize(
    "text",
    [
        "水泵已检修，噪声已达标", "已足额支付12人工资38600元", "已答复，详情请凭编号查询", "请致电0576-86223344咨询", "好" * LONGEST_SHORT,
        "7月5日10:00已修好", "中国电信已修复线路", "Pump repaired",
    ],
)  # fmt: skip
def test_plain_results_pass(text):
    assert fault_of_short(text) is None and fits("result", text, LONGEST_SHORT)


@pytest.mark.parametrize(
    "text",
    [
        "好" * (LONGEST_SHORT + 1), "【已办结】", "①已修好", "已修好★", "详见 https://gz.example.gov.cn/", "见www.wl.gov.cn", "请看wl.cn",
        "请联系13857612345", "请联系138 5761 2345", "已修好👍", "已 调 解", "调\u200b解成功", *BANNED_WORDS,
    ],
)  # fmt: skip
def test_what_carriers_refuse_is_told_in_both_languages(text):
    fault = fault_of_short(text)
    assert fault and fault.en != str(fault)


def test_a_result_is_one_line():
    assert one_line("  已修好，\n  复测 达标 ") == "已修好， 复测 达标"
