"""The queue as a page: light, complete without scripts, honest about who sees what, and nothing personal in an address."""

import re
import time

import brotli
import pytest

from tests.web.conftest import open_site, text_of
from tests.web.desks import file, listed, post, sign_in


@pytest.fixture
def desk(site):
    return site


def test_two_hundred_cases_are_one_light_page(tmp_path):
    site = open_site(tmp_path / "var")
    for number in range(201):
        file(site, description=f"晚上十点以后工地还在打桩，孩子睡不着，希望管一管，这是第 {number} 次反映了。")
    client = sign_in(site)
    client.get("/desk")
    began = time.process_time()
    answer = client.get("/desk", headers={"Accept-Encoding": "br"})
    seconds = time.process_time() - began
    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.get_data()) < 40_000
    html = brotli.decompress(answer.get_data()).decode()
    assert len(listed(html)) == 200
    assert "全部在办 <b>201</b>" in html
    assert seconds < 2, "drawing it takes a small part of this even on a busy machine"
    second = text_of(client.get(re.search(r'class="more" href="([^"]+)"', html)[1].replace("&amp;", "&")))
    assert len(listed(second)) == 1 and not set(listed(second)) & set(listed(html))
    site.hub.close()


@pytest.mark.parametrize(
    ("name", "seen"), [("boss", True), ("xinhe", True), ("social", True), ("officer", True), ("auditor", True), ("zeguo", False), ("medins", False)]
)
def test_each_sees_what_is_theirs(desk, name, seen):
    case_no = file(desk)
    assert listed(text_of(sign_in(desk, name).get("/desk"))) == ([case_no] if seen else [])


def test_a_protected_case_is_a_number_and_a_state_to_its_township(desk):
    case_no = file(desk, "medins")
    row = re.search(r"<tr data-no.*?</tr>", text_of(sign_in(desk, "xinhe").get("/desk")))[0]
    assert re.sub(r"<[^>]+>", " ", row).split() == [case_no, "已交办", "（不公开）"]


def test_every_link_of_the_list_keeps_what_was_asked(desk):
    file(desk)
    client = sign_in(desk)
    html = text_of(client.get("/desk?scene=general&from=2026-11-01&q=%E6%96%B0%E6%B2%B3"))
    for link in re.findall(r'<nav class="tabs".*?</nav>', html)[0].split("href=")[1:]:
        for part in ("scene=general", "from=2026-11-01", "q=%E6%96%B0%E6%B2%B3"):
            assert part in link
    assert 'aria-current="page">全部 <b>1</b>' in html
    chips = re.search(r'<p class="chips">.*?</p>', html)[0]
    assert re.findall(r">([^<]+) <span", chips) == ["其他诉求", "2026-11-01 起", "“新河”"]
    assert 'href="?scene=general&amp;from=2026-11-01&amp;q=%E6%96%B0%E6%B2%B3&amp;lang=en"' in html.replace("tab=all&amp;", "")


def test_the_time_left_counts_in_the_unit_of_its_clock(desk):
    file(desk)
    html = text_of(sign_in(desk).get("/desk"))
    assert "还剩 2 小时 <small>签收</small>" in html


def test_a_telephone_is_answered_at_once_and_stands_in_no_address(desk):
    case_no = file(desk, reporter_phone="13857612345")
    client = sign_in(desk)
    client.get("/desk")
    answer = post(client, "/desk/search", q="138 5761 2345")
    html = text_of(answer)
    assert answer.status_code == 200 and listed(html) == [case_no]
    assert "13857612345" not in html and "138 5761" not in html
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_number_leads_to_its_case_and_words_to_a_list(desk):
    case_no = file(desk)
    client = sign_in(desk)
    client.get("/desk")
    assert post(client, "/desk/search", q=case_no.lower()).location == f"/desk/case/{case_no}"
    assert post(client, "/desk/search", q="新河 路灯").location == "/desk?tab=all&q=%E6%96%B0%E6%B2%B3+%E8%B7%AF%E7%81%AF"
    assert post(client, "/desk/search", q=" ").location == "/desk"


def test_a_search_of_another_site_is_refused(desk):
    client = sign_in(desk)
    assert client.post("/desk/search", data={"q": "x"}).status_code == 403


def test_what_is_new_comes_as_lines_drawn_like_the_others(desk):
    client = sign_in(desk)
    html = text_of(client.get("/desk"))
    since = re.search(r'data-since="([^"]+)"', html)[1]
    case_no = file(desk)
    news = client.get("/desk/arrivals", query_string={"since": since}).get_json()
    assert [number for number, _ in news["rows"]] == [case_no]
    assert news["counts"]["open"] == news["counts"]["new"] == 1
    drawn = re.search(r"<tr data-no.*?</tr>", text_of(client.get("/desk")))[0]
    assert news["rows"][0][1] == drawn


@pytest.mark.parametrize("since", ["", "soon", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_made_up_time_of_the_last_look_is_no_fault(desk, since):
    assert sign_in(desk).get("/desk/arrivals", query_string={"since": since}).status_code == 200


def test_who_is_not_signed_in_hears_so_and_gets_nothing(desk):
    file(desk)
    assert desk.client().get("/desk/arrivals").location.startswith("/desk/login")
    assert desk.client().post("/desk/search", data={"q": "x"}).location == "/desk/login"


@pytest.mark.parametrize("query", ["tab=x&sort=y", "after=nonsense", "from=9999-99-99", "township=1&grade=7&priority=pink", "q=%00%ff%27"])
def test_nonsense_in_the_address_is_no_fault(desk, query):
    assert sign_in(desk).get("/desk?" + query).status_code == 200


def test_an_auditor_is_shown_no_way_they_may_not_go(desk):
    html = text_of(sign_in(desk, "social").get("/desk"))
    ways = re.search(r'<header.*?</header>', html, re.S)[0]
    for path in ("/desk/board", "/desk/users", "/desk/audit", "/desk/notices"):
        assert path not in ways


def test_ticked_cases_are_acknowledged_each_by_itself_and_each_outcome_is_told(desk):
    first, second, other = file(desk), file(desk), file(desk, township_id="331081100000", village_id=None)
    client = sign_in(desk, "social")
    html = text_of(client.get("/desk"))
    assert set(re.findall(r'<input type="checkbox" name="case_no" value="([^"]+)"', html)) == {first, second}
    assert "2 件" in text_of(post(client, "/desk/acknowledge", case_no=[first, second]))
    html = text_of(post(client, "/desk/acknowledge", case_no=[first, other, "nonsense"]))
    told = re.search(r'<section class="outcome".*?</section>', html, re.S)[0]
    assert "签收了 0 件，2 件没有签收" in told
    assert re.findall(r"</a> ([^<]+)", told) == ["现在的状态不能这样办，可能已有人办过。", "没有这件事，或者不归您看。"]
    assert len(re.findall(r"</svg>已签收", html)) == 2
    assert "还没有勾选" in text_of(post(client, "/desk/acknowledge"))


def test_an_acknowledgement_from_another_site_is_refused(desk):
    case_no = file(desk)
    client = sign_in(desk, "social")
    assert client.post("/desk/acknowledge", data={"case_no": case_no}).status_code == 403
    assert "已交办" in text_of(client.get("/desk"))
