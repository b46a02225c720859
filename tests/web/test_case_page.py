"""One's own case: reached by number and secret, it tells, asks, takes words and a rating, and nobody else gets in."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from gonzhi_code.cases import State
from service.hub.accounts import add_user
from service.hub.case_access import LASTS_SECONDS, Proof, make_access, read_access
from service.hub.handling import Given, conclusions_for
from service.hub.letters import ask_reporter
from tests.hub.desks import SOCIAL, bring, centre, do, holder, person, row_of
from tests.web.conftest import text_of


@pytest.fixture
def case_no(site, client):
    location = client.post(site.path("general"), data=site.sample("general", reporter_phone="13800138000", wants_feedback="yes")).location
    return site.hub.tokens.read(location.rpartition("/")[2])


@pytest.fixture
def here(site, case_no):
    return "/case/" + make_access(site.hub, case_no, Proof.CODE)


def closed(site, case_no):
    return bring(site.hub, case_no, State.CLOSED)


def test_the_receipt_leads_to_the_case_without_typing(site, client, case_no):
    answer = client.get(f"/receipt/{site.hub.tokens.make(case_no)}/case")
    assert answer.status_code == 303
    html = text_of(client.get(answer.location))
    assert case_no.replace("-", "\u00a0") in html or case_no.replace("-", " ") in html
    assert client.get("/receipt/forged/case").status_code == 404


def test_an_open_case_says_who_has_it_and_until_when(client, here):
    html = text_of(client.get(here))
    assert "等签收" in html and "已交办" in html
    assert "新河镇社会发展服务办公室" in html
    assert "前签收" in html and "前办完" in html
    assert "13800138000" not in html
    assert client.get(here).headers["Cache-Control"] == "no-store"


def test_a_token_that_is_over_or_forged_leads_back_to_number_and_secret(site, client, case_no, here):
    assert client.get("/case/forged").location.startswith("/track")
    assert client.post("/case/forged/rate", data={"grade": "5"}).location.startswith("/track")
    token = here.rpartition("/")[2]
    assert read_access(site.hub, token).case_no == case_no
    late = site.hub.clock() + dt.timedelta(seconds=LASTS_SECONDS + 1)
    assert read_access(replace(site.hub, clock=lambda: late), token) is None


def test_the_answer_shows_once_it_was_reviewed_and_not_before(site, client, case_no, here):
    bring(site.hub, case_no, State.RESOLVED)
    html = text_of(client.get(here))
    assert "办完了，正在审核" in html and 'class="said"' not in html
    do(site.hub, centre(site.hub), case_no, "close")
    html = text_of(client.get(here))
    assert "办好了，这是答复" in html and 'class="said"' in html


def test_five_grades_stand_on_the_answer_itself_and_the_choice_counts_once(site, client, case_no, here):
    closed(site, case_no)
    html = text_of(client.get(here))
    assert re.findall(r'name="grade" value="(\d)"', html) == ["5", "4", "3", "2", "1"]
    answer = client.post(here + "/rate", data={"grade": "5", "comment": "谢谢，晚上安静了"})
    assert answer.status_code == 303
    html = text_of(client.get(answer.location))
    assert "您的评价收到了" in html and "非常满意" in html and 'name="grade"' not in html
    again = client.post(here + "/rate", data={"grade": "1"})
    assert again.status_code == 409 and "已经评过" in text_of(again)
    assert row_of(site.hub, case_no)["grade"] == 5


def test_a_bad_grade_takes_the_case_up_again_one_level_up(site, client, case_no, here):
    closed(site, case_no)
    answer = client.post(here + "/rate", data={"grade": "1", "comment": "还是吵"})
    html = text_of(client.get(answer.location))
    row = row_of(site.hub, case_no)
    assert row["state"] == "accepted" and row["reopen_count"] == 1 and row["holder"] != SOCIAL
    assert "上一级" in html


def test_no_grade_is_told_at_the_field_and_the_words_are_kept(site, client, case_no, here):
    closed(site, case_no)
    answer = client.post(here + "/rate", data={"comment": "说明一下"})
    html = text_of(answer)
    assert answer.status_code == 422
    assert 'id="grade-e"' in html and "说明一下" in html
    for nonsense in ("0", "6", "五", "²", "-1", "9" * 40):
        assert client.post(here + "/rate", data={"grade": nonsense}).status_code == 422


def test_a_staff_account_cannot_rate(site, client, case_no, here):
    closed(site, case_no)
    add_user(site.hub, "clerk", "a long password", SOCIAL)
    page = text_of(client.get("/desk/login"))
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    assert client.post("/desk/login", data={"username": "clerk", "password": "a long password", "csrf": csrf}).status_code == 303
    answer = client.post(here + "/rate", data={"grade": "5"})
    assert answer.status_code == 403 and "工作人员" in text_of(answer)
    assert row_of(site.hub, case_no)["grade"] is None


def test_words_are_added_once_however_often_they_are_sent(site, client, case_no, here):
    html = text_of(client.get(here))
    form = {"text": "昨晚两点又响了", "submission_id": re.search(r'name="submission_id" value="([^"]+)"', html)[1]}
    for _ in range(2):
        assert client.post(here + "/words", data=form).status_code == 303
    html = text_of(client.get(here))
    assert html.count("昨晚两点又响了") == 1
    empty = client.post(here + "/words", data={"text": "  "})
    assert empty.status_code == 422 and 'id="text-e"' in text_of(empty)


def test_a_question_of_the_office_is_answered_without_a_telephone(site, client, case_no, here):
    bring(site.hub, case_no, State.IN_HANDLING)
    ask_reporter(site.hub, person(site.hub, SOCIAL), case_no, "晚上几点最响？")
    html = text_of(client.get(here))
    assert "办理单位有话问您" in html and "晚上几点最响？" in html
    client.post(here + "/words", data={"text": "十一点以后", "answers": "question", "submission_id": "a" * 16})
    html = text_of(client.get(here))
    assert "办理单位有话问您" not in html and "十一点以后" in html


def test_after_the_rating_a_wish_to_have_it_taken_up_again_is_written_down(site, client, case_no, here):
    closed(site, case_no)
    client.post(here + "/rate", data={"grade": "4"})
    html = text_of(client.get(here))
    assert "要求重新办理" in html
    empty = client.post(here + "/again", data={"words": ""})
    assert empty.status_code == 422 and 'id="words-e"' in text_of(empty)
    answer = client.post(here + "/again", data={"words": "水泵又坏了"})
    assert answer.status_code == 303
    assert row_of(site.hub, case_no)["state"] == "accepted"


def test_four_digits_open_no_words_of_a_protected_case(site, client):
    form = site.sample("medins", reporter_phone="13800138000")
    location = client.post(site.path("medins"), data=form).location
    case_no = site.hub.tokens.read(location.rpartition("/")[2])
    bring(site.hub, case_no, State.IN_HANDLING)
    word = conclusions_for(site.hub, "medins")[0].key
    do(site.hub, holder(site.hub, case_no), case_no, "resolve", Given(conclusion=word, short="已核查", answer="已立案核查，药店退回基金。"))
    do(site.hub, centre(site.hub), case_no, "close")
    by_code = text_of(client.get("/case/" + make_access(site.hub, case_no, Proof.CODE)))
    by_tail = text_of(client.get("/case/" + make_access(site.hub, case_no, Proof.TAIL)))
    assert 'class="said"' in by_code
    assert 'class="said"' not in by_tail and "要用查询码" in by_tail


@pytest.mark.parametrize("look", ["", "lang=en", "size=large", "lang=en&size=large"])
def test_the_page_reads_in_both_languages_and_sizes(site, client, case_no, here, look):
    closed(site, case_no)
    answer = client.get(f"{here}?{look}")
    html = text_of(answer)
    assert answer.status_code == 200
    if "lang=en" in look:
        assert "Settled: this is the answer" in html and "Very satisfied" in html
