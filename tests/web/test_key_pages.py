"""Keys at the desk: looked at by the centre alone; the posters to replace as a table that no spreadsheet runs."""

import csv
import io

import openpyxl
import pytest

from gonzhi_code.spots import Spot
from service.hub.code_keys import set_key_state
from service.hub.codes import mint
from tests.web.conftest import text_of
from tests.web.test_posting import entered, page_of, press

EVIL = "=HYPERLINK(\"http://evil\")"


def test_the_centre_sees_every_key_and_the_posters_of_a_leaked_one(site):
    set_key_state(site.hub, "a", "compromised", by="cli:ops", note="笔记本被偷")
    centre = entered(site, "centre")
    html = text_of(centre.get("/desk/keys"))
    assert "已泄露" in html and "笔记本被偷" in html and 'href="/desk/keys/a"' in html
    html = text_of(centre.get("/desk/keys/a"))
    assert "请从上往下换" in html and html.count('<td class="no">') == 6
    assert centre.get("/desk/keys/z").status_code == 404


@pytest.mark.parametrize("name", ["xinhe", "liuzha", "auditor"])
def test_nobody_else_does(site, name):
    client = entered(site, name)
    assert {client.get(path).status_code for path in ("/desk/keys", "/desk/keys/a", "/desk/keys/a/posters.csv")} == {403}


def test_the_list_is_handed_out_for_a_spreadsheet_and_runs_nothing(site):
    mint(site.hub, Spot(8, EVIL, "331081104294", address="@门口"), "general")
    centre = entered(site, "centre")
    answer = centre.get("/desk/keys/a/posters.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    evil = next(row for row in rows if row[0] == "8-1")
    assert rows[0][0] == "海报编号" and len(rows) == 8 and evil[4] == "'" + EVIL and evil[5] == "'@门口"
    assert "posters-of-key-a.csv" in answer.headers["Content-Disposition"]
    answer = centre.get("/desk/keys/a/posters.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    cell = next(row[4] for row in sheet.iter_rows() if row[0].value == "8-1")
    assert (cell.value, cell.data_type) == (EVIL, "s")
    assert centre.get("/desk/keys/a/posters.pdf").status_code == 404


def test_minting_with_a_key_out_of_use_is_told_in_one_sentence(site):
    set_key_state(site.hub, "a", "retired", by="cli:ops")
    answer = press(entered(site, "centre"), page_of(site), "replaced")
    assert answer.status_code == 422 and "密钥已停用" in text_of(answer)


def test_a_citizen_who_scans_a_code_of_a_leaked_key_reads_one_calm_sentence(site):
    set_key_state(site.hub, "a", "compromised", by="cli:ops")
    html = text_of(site.client().get(site.path("wage")))
    assert "这张码需要换新" in html and "文化礼堂" in html
