"""Batches at the desk: from the upload to the download, in the clerk's own words."""

import io
import re
import zipfile

import openpyxl
import pytest

from service.hub.batch_making import run_batches
from service.web.batch_words import row_words
from tests.hub.test_batches import SHEET, many
from tests.web.conftest import hidden_value, text_of
from tests.web.test_posting import entered


@pytest.fixture
def centre(site):
    return entered(site, "centre")


def csrf(client):
    return hidden_value(text_of(client.get("/desk/batches")), "csrf")


def send(client, data, name="点位.csv", **more):
    return client.post("/desk/batches", data={"csrf": csrf(client), "sheet": (io.BytesIO(data), name), **more})


def test_a_sheet_goes_all_the_way_from_upload_to_download(site, centre):
    answer = send(centre, SHEET.encode(), layout="a4", scene="general")
    assert answer.status_code == 303
    path = answer.location
    html = text_of(centre.get(path))
    assert "可以做 <strong>2</strong>" in html and "开始制作 2 张" in html
    assert "第 4 行：没有写点位名称" in html and "第 5 行：温岭市没有“火星镇”这个镇街" in html and "第 6 行：和第 2 行重复" in html
    assert centre.post(path, data={"csrf": csrf(centre), "do": "begin"}).status_code == 303
    running = centre.get(path)
    assert running.headers["Refresh"] == "3" and "做好 0 / 2 张" in text_of(running)
    assert centre.get(path + "/posters.zip").status_code == 404
    while run_batches(site.hub):
        pass
    done = centre.get(path)
    assert "Refresh" not in done.headers and "做好 2 张" in text_of(done)
    with zipfile.ZipFile(io.BytesIO(centre.get(path + "/posters.zip").get_data())) as archive:
        assert len([name for name in archive.namelist() if name.endswith(".pdf")]) == 2
    assert openpyxl.load_workbook(io.BytesIO(centre.get(path + "/manifest.xlsx").get_data())).active.max_row == 3
    assert centre.get(path + "/manifest.csv").get_data().decode("utf-8-sig").startswith("文件,")
    assert centre.get(path + "/sheet").status_code == 404


def test_unclear_columns_are_asked_about(centre):
    path = send(centre, "地方,哪个村\n文化礼堂,331081101204\n".encode()).location
    html = text_of(centre.get(path))
    assert "有几列认不准" in html and "开始制作" not in html
    chosen = {"csrf": csrf(centre), "do": "columns", "spot": "地方", "village_id": "哪个村", "scene": "?"}
    assert centre.post(path, data=chosen).status_code == 303
    assert "开始制作 1 张" in text_of(centre.get(path))
    assert centre.post(path, data={**chosen, "spot": "没有"}).status_code == 400


def test_what_cannot_be_taken_is_told_in_one_sentence(centre):
    assert "还没有选文件" in text_of(send(centre, b"", ""))
    answer = send(centre, b"PK\x03\x04 broken", "x.xlsx")
    assert answer.status_code == 422 and "这个文件读不出来" in text_of(answer)
    path = send(centre, "点位名称,区划代码\n,1\n".encode()).location
    assert centre.post(path, data={"csrf": csrf(centre), "do": "begin"}).status_code == 422
    assert centre.get("/desk/batches/999").status_code == 404


def test_a_batch_may_be_stopped_and_go_on(site, centre):
    path = send(centre, many(2)).location
    for what, words in (("begin", "正在制作"), ("stop", "接着做"), ("begin", "正在制作")):
        centre.post(path, data={"csrf": csrf(centre), "do": what})
        assert words in text_of(centre.get(path))
    assert re.search(r'<a href="/desk/batches/1">1</a>', text_of(centre.get("/desk/batches")))


def test_an_empty_sheet_is_offered(centre):
    book = openpyxl.load_workbook(io.BytesIO(centre.get("/desk/batches/template.xlsx").get_data()))
    assert book.sheetnames == ["点位", "村社", "说明"]


@pytest.mark.parametrize("name", ["xinhe", "liuzha", "auditor"])
def test_nobody_but_the_centre_makes_batches(site, name):
    client = entered(site, name)
    assert {client.get(path).status_code for path in ("/desk/batches", "/desk/batches/1", "/desk/batches/1/posters.zip", "/desk/batches/template.xlsx")} == {403}


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("the name of the spot is missing; 温岭市 has no township '火星镇'", "没有写点位名称；温岭市没有“火星镇”这个镇街"),
        ("no scene is called 'x'; there are 统一码、欠薪", "没有“x”这个场景，只有：统一码、欠薪"),
        ("'汇头林村' may be 泽国镇 汇头林村; write the township or the area code", "“汇头林村”可能是：泽国镇 汇头林村，请写明镇街或区划代码"),
        ("something new", "something new"),
    ],
)
def test_faults_of_rows_are_told_in_chinese(text, zh):
    assert str(row_words(text)) == zh and row_words(text).en == text
