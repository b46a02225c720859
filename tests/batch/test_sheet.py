"""Sheets as clerks have them: their own column names, two encodings, workbooks, and every fault at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonzhi_code.batch import SPOT_NUMBER_MOST, Plan, plan_batch
from gonzhi_code.batch_columns import COLUMNS, match_columns
from gonzhi_code.batch_drawing import DETAIL_FITS, NAME_FITS, foresee
from gonzhi_code.batch_ledger import SERIAL_MOST
from gonzhi_code.batch_sheet import parse_sheet, read_sheet
from gonzhi_code.batch_template import write_template
from gonzhi_code.codes import CodeSigner
from gonzhi_code.errors import BadSheet
from gonzhi_code.keys import KeyRing
from gonzhi_code.posters import LAYOUTS, Style, press_for
from gonzhi_code.spots import Spot
from tests.parts.sheets import HEAD, WENLING, csv_bytes, xlsx_file

GOOD = ("文化礼堂", "大溪镇", "良山村", "欠薪", "北墙", "", "")


def planned(rows: list[tuple[str, ...]], head: tuple[str, ...] = HEAD) -> Plan:
    sheet = parse_sheet(csv_bytes(rows, head), "s.csv")
    plan = plan_batch(sheet, match_columns(sheet.headings), WENLING)
    return foresee(press_for("a4", WENLING), plan, "https://gz.example.gov.cn/s/")


@pytest.mark.parametrize(("encoding", "separator"), [("utf-8-sig", ","), ("utf-8", ";"), ("gb18030", ","), ("gb18030", "\t"), ("utf-8", "，")])
def test_a_csv_is_read_in_every_usual_encoding_and_separator(encoding: str, separator: str) -> None:
    data = "\r\n".join(separator.join(row) for row in (HEAD, GOOD)).encode(encoding)
    assert parse_sheet(data, "s.csv").rows == ((2, GOOD),)


def test_a_workbook_is_read_as_it_is_seen_below_its_title(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path / "s.xlsx", [(12.0, "大溪镇", "良山村"), (None, None, None), ("=1+1", " 新河镇 ", 331081101204)],
                     head=("点位", "镇", "村"), above=[("温岭市点位表",)])  # fmt: skip
    sheet = read_sheet(path)
    assert sheet.headings == ("点位", "镇", "村")
    assert sheet.rows[0] == (3, ("12", "大溪镇", "良山村"))
    assert sheet.rows[1][0] == 5 and sheet.rows[1][1][1:] == ("新河镇", "331081101204")


@pytest.mark.parametrize(("data", "said"), [
    (b"", "no head row"), (b"a\n", "no head row"), (b"a,b\n", "no rows"), (b"PK\x03\x04rubbish", "no workbook"), (b"\xff\xfe\x00a,\x80b", "UTF-8"),
    (b"a,b\n\0,c\n", "no text"),
])  # fmt: skip
def test_what_cannot_be_read_is_said_in_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(BadSheet, match=said):
        parse_sheet(data, "s.csv")


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_bytes_do_anything_but_be_read_or_refused(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xef\xbb\xbf"):
        try:
            sheet = parse_sheet(start + data, "s")
            plan_batch(sheet, match_columns(sheet.headings), WENLING)
        except BadSheet as refused:
            assert str(refused), "whoever sent it must read why"


@pytest.mark.parametrize(("headings", "expected"), [
    (("点位名称", "镇街", "村社"), {"spot": 0, "township": 1, "village": 2}),
    (("序号", "名称", "所属村（社区）", "乡镇(街道)", "详细 地址："), {"spot": 1, "village": 2, "township": 3, "address": 4}),
    (("Name", "Village ID", "Scene"), {"spot": 0, "village_id": 1, "scene": 2}),
    (("点位", "点位名称", "村"), {"spot": 1, "village": 2}),
])  # fmt: skip
def test_columns_are_known_by_what_clerks_call_them(headings: tuple[str, ...], expected: dict[str, int]) -> None:
    matched = match_columns(headings)
    assert (dict(matched.places), matched.unclear) == (expected, ())


def test_what_is_unclear_is_never_guessed_and_a_person_may_say() -> None:
    matched = match_columns(("张贴点", "张贴位置名称", "村名"))
    assert [(one.column.key, one.candidates) for one in matched.unclear][0] == ("spot", ("张贴点", "张贴位置名称"))
    assert "--column spot=" in str(matched.unclear[0])
    assert dict(match_columns(("张贴点", "张贴位置名称", "村名"), {"spot": "张贴点", "village": "村名"}).places) == {"spot": 0, "village": 2}
    for chosen, said in (({"spot": "没有"}, "no column '没有'"), ({"colour": "张贴点"}, "no column 'colour'")):
        with pytest.raises(ValueError, match=said):
            match_columns(("张贴点", "村名"), chosen)


def test_every_bad_row_is_told_at_once_and_good_ones_are_untouched() -> None:
    plan = planned([
        GOOD, ("", "大溪镇", "良山村", "", "", "", ""), ("北校门", "大溪", "良山", "campus", "", "第三中学", ""), GOOD,
        ("大门", "火星镇", "谁也不知道村", "dogs", "", "", ""), ("𠮷家", "大溪镇", "良山村", "", "", "", ""), ("口" * 60, "大溪镇", "", "", "", "", ""),
        ("厅", "", "", "", "", "", ""), ("摊", "大溪镇", "珠穆朗玛", "", "", "", ""),
    ])  # fmt: skip
    assert [(one.row, one.spot.name, one.scene_key, one.spot.village_id) for one in plan.posters] == [
        (2, "文化礼堂", "wage", "331081101204"), (4, "北校门", "campus", "331081101204"),
    ]  # fmt: skip
    said = {fault.row: fault.problems for fault in plan.faults}
    assert sorted(said) == [3, 5, 6, 7, 8, 9, 10]
    assert said[3] == ("the name of the spot is missing",) and said[5] == ("says the same as row 2",)
    assert len(said[6]) == 2 and "火星镇" in said[6][0] and "dogs" in said[6][1]
    assert "𠮷" in said[7][0] and "too long" in said[8][0] and "neither village nor township" in said[9][0] and "珠穆朗玛" in said[10][0]


def test_a_name_that_two_villages_have_is_refused_with_both_and_the_township_settles_it() -> None:
    named: dict[str, list[str]] = {}
    for village in WENLING.villages.values():
        named.setdefault(village.name, []).append(village.id)
    name, ids = next((name, ids) for name, ids in named.items() if len({one[:9] for one in ids}) > 1)
    plan = planned([("礼堂", "", name, "", "", "", "")])
    (problem,) = plan.faults[0].problems
    assert all(WENLING.place_name(one) in problem for one in ids)
    settled = planned([("礼堂", WENLING.township(ids[1]).name, name, "", "", "", "")])
    assert settled.posters[0].spot.village_id == ids[1]


def test_other_names_and_slips_of_the_pen_find_their_village_and_are_noted() -> None:
    plan = planned([("礼堂", "新河镇", "六间潮村", "", "", "", ""), ("栏", "大溪镇", "", "", "", "", "")])
    assert plan.posters[0].spot.village_id == next(one.id for one in WENLING.villages.values() if one.name == "六闸潮村")
    assert plan.posters[1].spot.village_id.endswith("000")


def test_the_template_is_understood_and_can_be_filled_in(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", WENLING)
    again = tmp_path / "again.xlsx"
    write_template(again, WENLING)
    sheet = read_sheet(tmp_path / "t.xlsx")
    matched = match_columns(sheet.headings)
    assert set(matched.places) == {column.key for column in COLUMNS} and not matched.unclear and not matched.unused
    assert plan_batch(sheet, matched, WENLING).faults == ()
    assert again.read_bytes() == (tmp_path / "t.xlsx").read_bytes()


def test_texts_that_are_taken_to_fit_do_in_every_format() -> None:
    longest = max((*WENLING.villages, *WENLING.townships), key=lambda place: len(WENLING.place_name(place)))
    spot = Spot(SPOT_NUMBER_MOST, "口" * NAME_FITS, longest, subject_name="国" * 30, address="围" * (DETAIL_FITS - 30))
    code = CodeSigner(KeyRing({"a": bytes(32)}, "a"), "https://gz.example.gov.cn/s/").issue(
        spot, scene_key="wage", serial=SERIAL_MOST, issued_on=dt.date(2026, 11, 24)
    )
    for layout in LAYOUTS:
        for style in (Style(), Style(large=True)):
            assert press_for(layout, WENLING, style).own(code, spot), (layout, style)
