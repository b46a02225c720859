"""A case whose time is over, on every page it still stands on; and the notice that promised it."""

import datetime as dt
from dataclasses import replace

import pytest

from service.app import create_app
from service.hub.case_access import Proof, make_access
from service.hub.retention import run_retention
from tests.web.conftest import NOW, open_site, text_of
from tests.web.desks import file, sign_in
from tests.web.test_desk_case import bring
from tests.web.test_desk_sheet import pages_of, sheet


@pytest.fixture
def years_later(site):
    """The same site as it is after so many days, when the worker has done its work."""

    def go(days):
        later = replace(site.hub, clock=lambda: NOW + dt.timedelta(days=days))
        run_retention(later)
        return replace(site, app=create_app(site.hub.settings, hub=later), hub=later)

    return go


@pytest.fixture
def case_no(site):
    number = file(site, reporter_name="赵大明", reporter_phone="13857612345")
    bring(site, number, "acknowledge", "start", "resolve", "close")
    return number


def test_the_desk_is_told_that_the_reporter_was_taken_out(case_no, years_later):
    client = sign_in(years_later(200))
    html = text_of(client.get(f"/desk/case/{case_no}"))
    assert "诉求人信息已于" in html and "隐去" in html and "赵" not in html and "2345" not in html
    assert "水泵" in html, "what was written stays for three years"
    assert case_no in text_of(client.get("/desk?tab=all"))
    assert "到期隐去诉求人" in text_of(client.get("/desk/audit"))


def test_after_three_years_the_desk_sees_what_happened_and_no_word_of_it(case_no, years_later):
    client = sign_in(years_later(1200))
    html = text_of(client.get(f"/desk/case/{case_no}"))
    assert "内容和照片已于" in html and "办理结果" not in html and "水泵" not in html
    assert "全部经过" in html and "重新办理" not in html.split("全部经过")[0]
    printed = "".join(pages_of(sheet(client, case_no)))
    assert "只留办理经过" in printed and "水泵" not in printed
    english = text_of(client.get(f"/desk/case/{case_no}?lang=en"))
    assert "its words and photos were taken out" in english


def test_the_citizen_reads_that_the_time_is_over_and_is_not_asked_for_anything(case_no, years_later):
    later = years_later(1200)
    html = text_of(later.client().get("/case/" + make_access(later.hub, case_no, Proof.CODE)))
    assert "保存期限已过" in html and "办结了" in html and "<form" not in html.split("</h1>")[1].split("<footer")[0]
    refused = later.client().post("/case/" + make_access(later.hub, case_no, Proof.CODE) + "/again", data={"words": "还是吵"})
    assert refused.status_code == 409 and "请重新反映" in text_of(refused)


def test_the_notice_says_the_periods_that_are_set(tmp_path):
    site = open_site(tmp_path, GONZHI_KEEP_REPORTER_DAYS="90", GONZHI_KEEP_WORDS_YEARS="5", GONZHI_KEEP_TRAIL_YEARS="6")
    html = text_of(site.client().get("/privacy"))
    for said in ("办结 90 天后", "办结 5 年后", "至少留 6 年"):
        assert said in html
