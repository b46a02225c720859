"""Batches from the desk: every bad row, columns that are asked about, nothing minted twice whatever happens, all read back."""

import csv
import io
import zipfile

import openpyxl
import pytest

from gonzhi_code import qr
from gonzhi_code.errors import BadSheet
from gonzhi_code.posters import render_page
from service.hub.batch_making import CSV, XLSX, ZIP, _mint, run_batches
from service.hub.batches import Wish, batch_folder, begin, choose_columns, find, look, rows_of, stop, upload
from service.hub.code_keys import KeyOutOfUse, set_key_state
from service.hub.codes import list_codes, mint
from service.hub.poster_list import Filter, poster_list
from tests.hub.test_posting import CENTRE, SPOT

SHEET = """张贴点,镇街,村社,场景,地址
文化礼堂,大溪镇,良山村,欠薪,门口
便民服务中心,大溪镇,,,
,大溪镇,良山村,,
北校门,火星镇,良山村,校园,
文化礼堂,大溪镇,良山村,欠薪,门口
"""


def sheet(*lines, head="点位名称,区划代码,场景"):
    return ("\n".join([head, *lines]) + "\n").encode()


def many(count):
    return sheet(*(f"公告栏{number},331081101204,欠薪" for number in range(1, count + 1)))


def finished(hub):
    made = 0
    while more := run_batches(hub):
        made += more
    return made


def test_a_sheet_is_looked_at_before_anything_is_minted(hub):
    number = upload(hub, CENTRE, "点位.csv", SHEET.encode("gb18030"), Wish())
    row = find(hub, number)
    assert (row["state"], row["row_count"], row["bad_count"]) == ("uploaded", 5, 3)
    bad = {one["row_no"]: one["problem"] for one in rows_of(hub, number, good=False, limit=9)}
    assert set(bad) == {4, 5, 6} and "name of the spot is missing" in bad[4] and "火星镇" in bad[5] and "row 2" in bad[6]
    assert [one["data"]["scene_key"] for one in rows_of(hub, number, good=True, limit=9)] == ["wage", "unified"]
    assert list_codes(hub) == [] and run_batches(hub) == 0


def test_a_batch_is_minted_drawn_read_back_and_bound(hub):
    number = upload(hub, CENTRE, "点位.csv", SHEET.encode(), Wish())
    assert begin(hub, CENTRE, number) and finished(hub) == 2
    row = find(hub, number)
    assert (row["state"], row["done_count"], row["finished_at"]) == ("done", 2, hub.clock())
    folder = batch_folder(hub, number)
    listed = list(csv.DictReader(io.StringIO((folder / CSV).read_text("utf-8-sig"))))
    codes = {code.url for code in list_codes(hub)}
    assert {one["网址"] for one in listed} == codes and len(codes) == 2 and {one["回读"] for one in listed} == {"yes"}
    assert openpyxl.load_workbook(folder / XLSX).active.max_row == 3
    with zipfile.ZipFile(folder / ZIP) as archive:
        papers = [name for name in archive.namelist() if name.endswith(".pdf")]
        assert {qr.read_image(render_page(archive.read(name), dpi=110)) for name in papers} == codes
    page = poster_list(hub, CENTRE, Filter())
    assert [(one.row["life"], one.row["batch_id"]) for one in page.rows] == [("minted", number)] * 2


def test_columns_that_are_unclear_are_asked_about(sqlite_hub):
    data = "地方,哪个村\n文化礼堂,331081101204\n".encode()
    number = upload(sqlite_hub, CENTRE, "x.csv", data, Wish())
    assert not look(sqlite_hub, find(sqlite_hub, number)).usable
    assert not begin(sqlite_hub, CENTRE, number)
    choose_columns(sqlite_hub, number, {"spot": "地方", "village_id": "哪个村"})
    assert look(sqlite_hub, find(sqlite_hub, number)).usable and find(sqlite_hub, number)["row_count"] == 1
    with pytest.raises(ValueError):
        choose_columns(sqlite_hub, number, {"spot": "没有这列"})


def test_a_worker_that_dies_after_minting_goes_on_without_minting_twice(hub):
    number = upload(hub, CENTRE, "x.csv", many(60), Wish())
    begin(hub, CENTRE, number)
    # Minted, and then the worker was gone before a single poster was drawn.
    assert _mint(hub, find(hub, number)) == 50
    assert len(list_codes(hub)) == 50
    assert finished(hub) == 60
    codes = list_codes(hub)
    assert len(codes) == 60 and {code.serial for code in codes} == {1} and len({code.spot_id for code in codes}) == 60
    assert find(hub, number)["done_count"] == 60


def test_a_batch_that_is_stopped_goes_on_later_with_its_own_day(sqlite_hub, clock):
    number = upload(sqlite_hub, CENTRE, "x.csv", many(3), Wish())
    begin(sqlite_hub, CENTRE, number)
    stop(sqlite_hub, CENTRE, number)
    assert run_batches(sqlite_hub) == 0
    clock.move(days=1)
    begin(sqlite_hub, CENTRE, number)
    assert finished(sqlite_hub) == 3
    assert not begin(sqlite_hub, CENTRE, number)
    assert {sqlite_hub.signer.verify(code.token).issued_on.isoformat() for code in list_codes(sqlite_hub)} == {"2026-11-24"}


def test_the_same_spot_in_another_batch_is_its_next_printing(sqlite_hub):
    for _ in range(2):
        begin(sqlite_hub, CENTRE, upload(sqlite_hub, CENTRE, "x.csv", many(2), Wish()))
        finished(sqlite_hub)
    assert sorted(code.poster_no for code in list_codes(sqlite_hub)) == ["1-1", "1-2", "2-1", "2-2"]


def test_fifty_posters_may_share_a_file(sqlite_hub):
    number = upload(sqlite_hub, CENTRE, "x.csv", many(51), Wish(together=True))
    begin(sqlite_hub, CENTRE, number)
    finished(sqlite_hub)
    with zipfile.ZipFile(batch_folder(sqlite_hub, number) / ZIP) as archive:
        assert [name for name in archive.namelist() if name.endswith(".pdf")] == ["sheets/000002.pdf", "sheets/000052.pdf"]


def test_a_number_that_belongs_to_another_spot_is_refused(sqlite_hub):
    mint(sqlite_hub, SPOT, "general")
    data = sheet("别处,331081101204,欠薪,7", "文化礼堂,331081104294,医保基金,7", head="点位名称,区划代码,场景,点位编号")
    number = upload(sqlite_hub, CENTRE, "x.csv", data, Wish())
    assert [(one["row_no"], one["problem"]) for one in rows_of(sqlite_hub, number, good=False, limit=9)] == [(2, "the number is that of another spot")]
    begin(sqlite_hub, CENTRE, number)
    finished(sqlite_hub)
    assert sorted((code.poster_no, code.spot_name) for code in list_codes(sqlite_hub)) == [("7-1", "文化礼堂"), ("7-1", "文化礼堂")]


def test_a_key_out_of_use_begins_nothing_and_stops_what_runs(sqlite_hub):
    number = upload(sqlite_hub, CENTRE, "x.csv", many(2), Wish())
    begin(sqlite_hub, CENTRE, number)
    set_key_state(sqlite_hub, "a", "compromised", by="x")
    assert run_batches(sqlite_hub) == 0
    row = find(sqlite_hub, number)
    assert row["state"] == "failed" and "compromised" in row["last_error"] and list_codes(sqlite_hub) == []
    with pytest.raises(KeyOutOfUse):
        begin(sqlite_hub, CENTRE, number)


def test_a_file_that_is_no_sheet_leaves_nothing_behind(sqlite_hub):
    with pytest.raises(BadSheet):
        upload(sqlite_hub, CENTRE, "x.xlsx", b"PK nonsense", Wish())
    assert find(sqlite_hub, 1) is None


def test_a_run_leaves_the_rest_to_the_next_when_its_time_is_over(sqlite_hub):
    number = upload(sqlite_hub, CENTRE, "x.csv", many(120), Wish())
    begin(sqlite_hub, CENTRE, number)
    ticks = iter([0.0, 0.0, 9.0])
    assert run_batches(sqlite_hub, lambda: next(ticks)) == 50
    assert find(sqlite_hub, number)["state"] == "running"
