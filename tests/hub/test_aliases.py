"""Old codes come home: addresses in any spelling, lists with bad rows, scenes and places, and what is still scanned."""

import pytest

from gonzhi_code.batch_sheet import parse_sheet
from service.hub.aliases import BadAddress, NoColumn, import_aliases, lead, normal_address, report
from service.hub.intake import submit
from service.hub.scanning import open_scan
from service.hub.tampering import NoPoster, report_poster
from service.store import cases, outbox
from tests.hub.conftest import sample

LIST = """旧网址,部门,场景,村社,点位,备注
HTTP://Rs.Example.gov.cn/QianXin?id=7&a=,人社局,欠薪,331081101204,工地东门,
https://yb.example.gov.cn:443/q/,医保局,medins,,,
https://old.example.gov.cn/u,中心,,大溪镇,便民大厅,
不是网址,人社局,欠薪,,,
https://x.example.gov.cn/1,某局,没有的场景,火星村,,
https://rs.example.gov.cn/QianXin?a=&id=7,人社局,欠薪,,,
"""


@pytest.fixture
def done(hub):
    return import_aliases(hub, parse_sheet(LIST.encode(), "old.csv"), by="cli:ops")


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("https://RS.example.gov.cn/A?b=2&a=1", "rs.example.gov.cn/A?a=1&b=2"),
        ("http://rs.example.gov.cn:80/A/", "rs.example.gov.cn/A"),
        ("rs.example.gov.cn", "rs.example.gov.cn"),
        ("//rs.example.gov.cn:8080/a//", "rs.example.gov.cn:8080/a"),
        ("https://rs.example.gov.cn/%e6%8e%a5?x=%E5%85%AC#part", "rs.example.gov.cn/%E6%8E%A5?x=%E5%85%AC"),
        ("https://rs.example.gov.cn/接?utm_source=a&id=", "rs.example.gov.cn/%E6%8E%A5?id=&utm_source=a"),
    ],
)
def test_an_address_has_one_spelling(text, normal):
    assert normal_address(text) == normal
    assert normal_address(normal) == normal


@pytest.mark.parametrize("text", ["", "文化礼堂", "javascript:alert(1)", "ftp://a.example/x", "http://a.example:99999/", "a b.example/x", "https://a.example/" + "x" * 400])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(BadAddress):
        normal_address(text)


def test_good_rows_are_kept_and_every_bad_one_is_named(hub, done):
    assert (done.added, done.changed) == (3, 0)
    assert [(row, str(words)) for row, words in done.faults] == [
        (5, "“不是网址”不是网址"), (6, "没有“没有的场景”这个场景"), (6, "“火星村”不知道是哪里，请写区划代码"), (7, "和第 2 行是同一个地址"),
    ]  # fmt: skip
    again = import_aliases(hub, parse_sheet(LIST.encode(), "old.csv"), by="cli:ops")
    assert (again.added, again.changed) == (0, 3)


def test_a_sheet_without_addresses_is_refused(sqlite_hub):
    with pytest.raises(NoColumn) as missing:
        import_aliases(sqlite_hub, parse_sheet("部门,场景\n人社局,欠薪\n".encode(), "x.csv"), by="x")
    assert missing.value.titles[0] == "旧网址"


@pytest.mark.parametrize(
    ("address", "scene", "place"),
    [
        ("https://rs.example.gov.cn/QianXin?a=&id=7", "wage", "大溪镇 良山村"),
        ("http://RS.EXAMPLE.GOV.CN/QianXin/?id=7&a=", "wage", "大溪镇 良山村"),
        ("https://yb.example.gov.cn/q?from=singlemessage", "medins", ""),
        ("https://old.example.gov.cn/u", None, "大溪镇"),
    ],
)
def test_an_old_code_leads_to_its_scene_and_place(hub, done, address, scene, place):
    scan = open_scan(hub, lead(hub, address), None)
    assert (scan.scene.key if scan.scene else None, scan.place_name, scan.code_state) == (scene, place, "old_code")
    assert scan.asks_place == (not place) and scan.marks == ("code_old",)


def test_a_complaint_by_an_old_code_is_routed_by_its_place_and_alarms_nobody(hub, done):
    token = lead(hub, "https://rs.example.gov.cn/QianXin?a=&id=7")
    submit(hub, token_text=token, scene_key=None, form=sample("wage"), submission_id="page-0001", address="192.0.2.1", language="zh")
    with hub.store.read() as tx:
        (row,) = cases.newest_cases(tx)
        kinds = {job["kind"] for job in outbox.outbox_of(tx, row["id"])}
    assert (row["township_id"], row["place"], row["source"]) == ("331081101000", "大溪镇 良山村 工地东门", "code")
    assert row["code_state"] == "old_code" and "code_old" in row["marks"] and "code.alarm" not in kinds
    assert (row["spot_id"], row["code_serial"]) == (None, None)


@pytest.mark.parametrize("address", ["https://rs.example.gov.cn/other", "", "x", "https://rs.example.gov.cn/QianXin?id=8&a="])
def test_an_unknown_old_address_leads_to_the_choice_and_is_counted(hub, done, address):
    assert lead(hub, address) == ""
    rows, unknown = report(hub)
    assert unknown == 1 and not any(row["opened"] for row in rows)


def test_the_report_says_which_are_still_scanned(hub, done, clock):
    for _ in range(2):
        lead(hub, "https://yb.example.gov.cn/q")
    clock.move(days=40)
    lead(hub, "https://old.example.gov.cn/u")
    rows, _ = report(hub)
    assert [(row["address"], row["opened"]) for row in rows][0] == ("old.example.gov.cn/u", 1)
    told = {row["address"]: (row["opened"], str(row["last_day"])) for row in rows}
    assert told["yb.example.gov.cn/q"] == (0, "2026-11-24") and told["rs.example.gov.cn/QianXin?a=&id=7"] == (0, "None")


@pytest.mark.parametrize("text", ["old-", "old-0", "old-99999", "old-x", "old-" + "9" * 30, "OLD-99999"])
def test_an_old_code_that_is_not_there_is_a_torn_code(sqlite_hub, text):
    assert open_scan(sqlite_hub, text, None).code_state == "malformed"


def test_an_old_code_has_no_poster_of_ours_to_doubt(hub, done):
    with pytest.raises(NoPoster):
        report_poster(hub, token_text=lead(hub, "https://old.example.gov.cn/u"), submission_id="page-0001", address="", language="zh")
