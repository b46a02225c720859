"""The printed sheet: what the page says, masked unless a reason is given, logged, and nothing of a sealed case."""

import io

import pypdfium2 as pdfium
import pytest

from service.hub.casesheet import MISSING, Part, Sheet
from service.hub.sheet_paper import draw_sheet
from service.store import cases
from tests.web.conftest import text_of
from tests.web.desks import file, post, sign_in
from tests.web.test_desk_case import bring, log_of, picture


def pages_of(data):
    document = pdfium.PdfDocument(data)
    return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def sheet(client, case_no):
    answer = client.get(f"/desk/case/{case_no}/sheet.pdf")
    assert (answer.status_code, answer.content_type, answer.headers["Cache-Control"]) == (200, "application/pdf", "no-store")
    return answer.get_data()


def test_the_sheet_says_what_the_page_says_and_masks_who_reported(site):
    case_no = file(site, reporter_name="赵大明", reporter_phone="13857612345")
    bring(site, case_no, "acknowledge", "start", "resolve")
    text = "".join(pages_of(sheet(sign_in(site), case_no)))
    for part in (case_no, "其他诉求·已反馈", "新河镇社会发展服务办公室", "赵**", "138****2345", "诉求人信息已遮挡", "水泵已检修", "全部经过"):
        assert part in text, part
    assert "赵大明" not in text and "13857612345" not in text
    assert ("boss", "print_sheet", "") in log_of(site, case_no)


def test_with_a_reason_it_is_whole_and_says_how_to_keep_it(site):
    case_no = file(site, reporter_name="赵大明")
    client = sign_in(site, "social")
    client.get("/desk")
    refused = post(client, f"/desk/case/{case_no}/sheet.pdf", reason="")
    assert refused.status_code == 422 and 'href="#sheet-pdf-reason"' in text_of(refused)
    answer = post(client, f"/desk/case/{case_no}/sheet.pdf", reason="移送仲裁附卷")
    text = "".join(pages_of(answer.get_data()))
    assert "赵大明" in text and "含个人信息，专人保管，用后销毁" in text
    assert [entry[1:] for entry in log_of(site, case_no)] == [("reveal", "移送仲裁附卷"), ("print_sheet", "")]


def test_a_sealed_case_is_not_printed_and_others_do_not_learn_of_it(site):
    case_no = file(site)
    with site.hub.store.write() as tx:
        row = cases.get_case(tx, case_no)
        cases.change_case(tx, row["id"], row["version"], {"visibility": "sealed"})
    client = sign_in(site)
    client.get("/desk")
    assert client.get(f"/desk/case/{case_no}/sheet.pdf").status_code == 403
    assert post(client, f"/desk/case/{case_no}/sheet.pdf", reason="x").status_code == 404
    assert log_of(site, case_no) == []


@pytest.mark.parametrize("name", ["zeguo", "xinhe"])
def test_whoever_does_not_see_a_protected_case_whole_gets_no_sheet(site, name):
    case_no = file(site, "medins")
    assert sign_in(site, name).get(f"/desk/case/{case_no}/sheet.pdf").status_code == 404


def test_the_centre_prints_a_protected_case_without_its_words(site):
    case_no = file(site, "medins")
    assert "康民大药房" not in "".join(pages_of(sheet(sign_in(site), case_no)))
    assert "康民大药房" in "".join(pages_of(sheet(sign_in(site, "medins"), case_no)))


def test_photos_come_after_the_text(site):
    case_no = file(site)
    site.client().post(f"/receipt/{site.hub.tokens.make(case_no)}/photos", data={"photos": [(picture(), "a.jpg"), (picture((9, 9, 9)), "b.jpg")]})
    document = pdfium.PdfDocument(sheet(sign_in(site), case_no))
    assert sum(one.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE for page in document for one in page.get_objects()) == 2


TEXTS = {
    "Chinese": "晚上十点以后工地还在打桩，孩子睡不着；希望管一管。" * 200,
    "one word without end": "http://" + "x" * 3000,
    "many short lines": "一行\n" * 300,
    "nothing but marks": "，。！" * 800,
}


@pytest.mark.parametrize("name", TEXTS)
def test_long_texts_flow_over_pages_and_no_word_is_lost_or_leaves_the_paper(name):
    text = TEXTS[name]
    data = draw_sheet(Sheet("案卷", "K7DM-4QXA", "其他诉求", (Part("说说情况", (("情况说明", text), ("地点", "新河镇"))),), "张三"))
    document = pdfium.PdfDocument(data)
    assert len(document) > 1
    width, height = document[0].get_size()
    for page in document:
        letters = page.get_textpage()
        for nth in range(0, letters.count_chars(), 7):
            left, bottom, right, top = letters.get_charbox(nth)
            assert left >= 0 and right <= width and bottom >= 0 and top <= height
    joined = "".join(pages_of(data))
    for word in ("K7DM-4QXA", "新河镇", f"1/{len(document)}", f"{len(document)}/{len(document)}"):
        assert word in joined
    wanted = "".join(text.split())
    assert sum(joined.count(one) for one in set(wanted[:3])) >= sum(wanted.count(one) for one in set(wanted[:3]))


def test_a_character_that_the_font_lacks_is_marked_and_named():
    data = draw_sheet(Sheet("案卷", "K7DM-4QXA", "", (Part("人", (("姓名", "王喆😀\u200b"),)),), "张三", missing="字库没有的字："))
    text = "".join(pages_of(data))
    assert f"王{MISSING}{MISSING}" in text and "字库没有的字：U+5586、U+1F600" in text


def test_the_same_sheet_is_a_pdf_that_others_read():
    assert io.BytesIO(draw_sheet(Sheet("t", "n", "u", (), "f"))).read(5) == b"%PDF-"
