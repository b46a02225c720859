"""Each typed answer takes what people write and refuses the rest with a sentence that says how to mend it."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError

from gonzhi_code.amounts import months_between, read_day, read_month, read_yuan
from gonzhi_code.choices import Choice, Choices, Confirm, YesNo, options_of
from gonzhi_code.fields import TODAY, AreaId, Asked, CreditCode, Day, Mobile, Month, ResidentId, Text, Whole, Yuan
from gonzhi_code.idnumbers import read_credit_code, read_mobile, read_resident_id
from gonzhi_code.texts import clean_block, clean_line, compact
from gonzhi_code.words import Words

LABEL = Words("这一项", "This")
NOW = dt.date(2026, 11, 24)
WIDE = {ord(str(digit)): 0xFF10 + digit for digit in range(10)}


def refusal(field: Asked[Any], value: Any) -> Words:
    """The one sentence a value is refused with."""
    with pytest.raises(ValidationError) as caught:
        field.deserialize(value)
    (sentence,) = caught.value.messages
    assert isinstance(sentence, Words)
    return sentence


@pytest.mark.parametrize(
    "written",
    ["13800138000", " 138 0013 8000 ", "138-0013-8000", "+86 13800138000", "+8613800138000", "008613800138000", "86-138-0013-8000",
     "13800138000", "+86138‐0013‐8000", "138\u200b0013\u00a08000", "(138)00138000"],
)  # fmt: skip
def test_a_mobile_number_is_taken_however_it_is_written(written: str) -> None:
    assert Mobile(LABEL).deserialize(written) == "13800138000"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("1380013800", "手机号是 11 位，现在是 10 位"),
        ("138001380001", "手机号是 11 位，现在是 12 位"),
        ("12800138000", "手机号以 13 到 19 开头，请再看一下"),
        ("057686123456", "这像是座机号，请填 11 位的手机号"),
        ("abc", "手机号只能写数字"),
        ("1380013800x", "手机号只能写数字"),
        ("١٣٨٠٠١٣٨٠٠٠", "手机号只能写数字"),
    ],
)
def test_a_bad_mobile_number_is_refused_with_how_to_mend_it(written: str, sentence: str) -> None:
    refused = refusal(Mobile(LABEL), written)
    assert refused == sentence
    assert refused.en.isascii()


def _resident_id(body: str) -> str:
    weights = [2**power % 11 for power in range(17, 0, -1)]  # ISO 7064 MOD 11-2, worked out anew
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


@given(st.dates(dt.date(1900, 1, 1), NOW), st.integers(0, 999))
def test_every_resident_id_with_a_true_date_and_check_digit_is_taken(birthday: dt.date, order: int) -> None:
    number = _resident_id(f"331081{birthday:%Y%m%d}{order:03d}")
    assert read_resident_id(number.lower(), NOW) == number
    assert read_resident_id(f"{number[:6]} {number[6:14]} {number[14:]}".translate(WIDE), NOW) == number


@given(st.dates(dt.date(1900, 1, 1), NOW), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_a_resident_id_is_always_noticed(birthday: dt.date, at: int, off: int) -> None:
    number = _resident_id(f"331081{birthday:%Y%m%d}123")
    wrong = number[:at] + str((int(number[at]) + off) % 10) + number[at + 1 :]
    with pytest.raises(ValidationError):
        read_resident_id(wrong, NOW)


def test_people_born_before_their_county_had_its_code_are_not_refused() -> None:
    assert read_resident_id("331081199003071231") == "331081199003071231"
    assert read_resident_id("331081197001010014") == "331081197001010014"


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("33108119900307123", "现在是 17 位"),
        ("331081900307123", "现在是 15 位"),
        ("331081199002301230", "出生日期"),
        (_resident_id("33108118991231123"), "出生日期"),
        (_resident_id("33108120261125123"), "出生日期"),
        ("331081199003071232", "写错一位"),
        ("33108119900307123Y", "数字或 X"),
        ("X31081199003071231", "前 17 位是数字"),
    ],
)
def test_a_bad_resident_id_is_refused_with_its_reason(written: str, part: str) -> None:
    token = TODAY.set(NOW)
    try:
        assert part in refusal(ResidentId(LABEL), written)
    finally:
        TODAY.reset(token)


def test_a_credit_code_is_checked_by_its_last_character() -> None:
    assert read_credit_code(" 91110000-600037341l ") == "91110000600037341L"
    assert "现在是 5 位" in refusal(CreditCode(LABEL), "12345")
    assert "对不上" in refusal(CreditCode(LABEL), "911100006000373410")
    assert "I、O、Z、S、V" in refusal(CreditCode(LABEL), "91110000600O37341L")


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("12000", "12000.00"), ("1,200.50元", "1200.50"), ("2万", "20000.00"), ("1.2万元", "12000.00"), ("¥300", "300.00"), ("¥ 300.5", "300.50"),
        ("12000", "12000.00"), ("5000块钱", "5000.00"), ("人民币5000元整", "5000.00"), ("0.01", "0.01"), ("99,999,999.99", "99999999.99"),
    ],
)  # fmt: skip
def test_a_sum_is_taken_as_people_write_it(written: str, yuan: str) -> None:
    taken = Yuan(LABEL).deserialize(written)
    assert isinstance(taken, Decimal) and str(taken) == yuan


@pytest.mark.parametrize("written", ["2万5", "1,20", "很多", "-5", "1e5", "NaN", "Infinity", "1.2.3", "五千", "", "0x10"])
def test_an_unclear_sum_is_refused_with_an_example(written: str) -> None:
    assert "例如 12000" in refusal(Yuan(LABEL), written)


def test_a_sum_out_of_range_or_finer_than_a_cent_is_refused() -> None:
    assert "0.01 元到 99999999.99 元" in refusal(Yuan(LABEL), "0")
    assert "0.01 元到 99999999.99 元" in refusal(Yuan(LABEL), "100000000")
    assert "两位小数" in refusal(Yuan(LABEL), "1.005")


@given(st.decimals("0.01", "99999999.99", places=2))
def test_every_sum_survives_being_written_and_read(amount: Decimal) -> None:
    assert read_yuan(str(amount)) == amount
    assert read_yuan(f"{amount:,}元") == amount


@pytest.mark.parametrize("written", ["2026-03", "2026/3", "2026.03", "202603", "2026年3月", "2026年03月", "2026-03", " 2026 年 3 月 "])
def test_a_month_is_taken_however_it_is_written(written: str) -> None:
    assert Month(LABEL).deserialize(written) == "2026-03"


@pytest.mark.parametrize("written", ["2026-13", "2026-00", "03-2026", "3月", "2026", "1800-01", "20263", "2026-03-01"])
def test_a_bad_month_is_refused_with_an_example(written: str) -> None:
    assert "2026-03" in refusal(Month(LABEL), written)


def test_months_and_days_are_held_against_today_only_where_today_is_known() -> None:
    assert read_month("2026-11", NOW) == "2026-11"
    assert read_day("2026-11-24", NOW) == NOW
    assert read_month("2031-01") == "2031-01"
    with pytest.raises(ValidationError, match="还没到"):
        read_month("2026-12", NOW)
    with pytest.raises(ValidationError, match="不能晚于今天"):
        read_day("2026-11-25", NOW)
    token = TODAY.set(NOW)
    try:
        assert "不能晚于今天" in refusal(Day(LABEL), "2026-11-25")
        assert Day(LABEL, ahead=True).deserialize("2026-11-25") == dt.date(2026, 11, 25)
    finally:
        TODAY.reset(token)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31)))
def test_a_day_is_taken_however_it_is_written(day: dt.date) -> None:
    for written in (day.isoformat(), f"{day:%Y%m%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日"):
        assert read_day(written.translate(WIDE)) == day


def test_a_day_that_no_calendar_has_is_refused() -> None:
    assert "2026-03-05" in refusal(Day(LABEL), "2026-02-30")
    assert "2026-03-05" in refusal(Day(LABEL), "昨天")


def test_months_are_counted_with_both_ends() -> None:
    assert months_between("2026-03", "2026-05") == 3
    assert months_between("2025-12", "2026-01") == 2


def test_text_loses_what_cannot_be_seen_and_keeps_what_was_written() -> None:
    line = Text(LABEL, max_length=50)
    assert line.deserialize("  台州\u200b市\x00 A1 号\u3000楼\r\n二层 ") == "台州市 A1 号 楼 二层"
    assert line.deserialize("你好，世界！（泵房）") == "你好，世界！（泵房）"
    block = Text(LABEL, lines=True, max_length=50)
    assert block.deserialize("一\r\n\r\n\r\n\r\n二 \t\r三") == "一\n\n二\n三"
    assert Text(LABEL).deserialize("\ud800好") == "好"


def test_lengths_are_counted_in_characters_after_cleaning() -> None:
    field = Text(Words("情况说明", "What happened"), min_length=2, max_length=4, lines=True)
    assert field.deserialize("一\r\n二三") == "一\n二三"
    assert field.deserialize("\u200b" * 50 + "好的") == "好的"
    assert refusal(field, "一二三四五") == "情况说明：最多 4 个字，现在是 5 个字"
    assert refusal(field, "一").en == "What happened: at least 2 characters, now 1"
    assert field.deserialize("𠮷𠮷𠮷𠮷") == "𠮷𠮷𠮷𠮷"


@example("0\r\x1b\x850")
@example("a \u200b b\x1fc")
@given(st.text())
def test_clean_text_has_no_control_characters_and_stays_as_it_is_when_cleaned_again(text: str) -> None:
    for clean in (clean_line, clean_block):
        once = clean(text)
        assert clean(once) == once
        assert not any(unicodedata.category(char) in ("Cc", "Cs") and char != "\n" for char in once)
        once.encode("utf-8")
    assert "\n" not in clean_line(text)
    assert not any(char.isspace() for char in compact(text))


def test_places_are_twelve_digits_from_the_list() -> None:
    town, village = AreaId(LABEL, level="township"), AreaId(LABEL, level="village")
    assert town.deserialize("331081104000") == "331081104000"
    assert village.deserialize("331081104294") == "331081104294"
    for field, wrong in ((town, "331081104294"), (town, "新河镇"), (village, "33108110429"), (village, "33108110429a")):
        assert refusal(field, wrong) == "请从列表里选择地点"


def test_whole_numbers_take_a_unit_and_keep_their_range() -> None:
    people = Whole(LABEL, least=1, most=9999)
    assert [people.deserialize(value) for value in ("3", "12 人", 7, "1,200")] == [3, 12, 7, 1200]
    for wrong in ("三", "3.5", "-1", "3-5", "", "1e3", 2.5):
        assert "整数" in refusal(people, wrong)
    assert refusal(people, "10000") == "请写 1 到 9999 之间的整数"


OPTIONS = options_of(a=("甲", "A"), b=("乙", "B"), c=("丙", "C"))


def test_choices_take_only_their_options() -> None:
    assert Choice(LABEL, OPTIONS).deserialize("b") == "b"
    for wrong in ("B", "甲", "", ["b"], 1, None):
        assert refusal(Choice(LABEL, OPTIONS), wrong) == "请选择：这一项"
    several = Choices(LABEL, OPTIONS, most=2)
    assert several.deserialize(["c", "a", "c"]) == ["a", "c"]
    assert several.deserialize("b") == ["b"]
    assert refusal(several, ["a", "b", "c"]) == "最多选 2 项"
    assert refusal(several, ["a", "x"]).en == "Please choose: This"


def test_yes_and_no_are_read_from_pages_and_from_json() -> None:
    field = YesNo(LABEL)
    assert [field.deserialize(value) for value in ("yes", "no", True, False, " YES ")] == [True, False, True, False, True]
    assert refusal(field, "maybe") == "请回答：这一项"
    assert Confirm(LABEL).deserialize("on") is True


@pytest.mark.parametrize(
    "field", [Text(LABEL), Mobile(LABEL), ResidentId(LABEL), CreditCode(LABEL), Yuan(LABEL), Month(LABEL), Day(LABEL), Whole(LABEL)]
)
@pytest.mark.parametrize("value", [{}, [], True, {"a": 1}, object()])
def test_values_of_another_kind_are_refused_with_a_sentence(field: Asked[Any], value: Any) -> None:
    assert refusal(field, value) == "这一项看不明白，请重新填写"


def test_a_guard_refuses_a_finished_value_with_its_own_sentence() -> None:
    guarded = Text(LABEL, guard=lambda text: Words("不要写这个", "Not this") if "密" in text else None)
    assert guarded.deserialize("好") == "好"
    assert refusal(guarded, "秘密") == "不要写这个"


def test_read_functions_need_no_field() -> None:
    assert read_mobile("13900139000") == "13900139000"
    with pytest.raises(ValidationError):
        read_mobile("")
