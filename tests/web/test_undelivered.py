"""The page of SMS that wait for a person: seen by the centre alone, numbers masked, each deed told and on record."""

import re
from dataclasses import replace

import pytest

from service.app import create_app
from service.hub.replies import Reply, take_reply
from service.store import audit, notices
from tests.hub.desks import row_of, send
from tests.hub.test_telling import told
from tests.web.conftest import Site, hidden_value, open_site, text_of
from tests.web.test_posting import entered

PHONE = "13857612345"
PAGE = "/desk/undelivered"


@pytest.fixture
def desk(tmp_path):
    """A site that sends SMS, with one notice in each of the states that wait, and a reply that belongs to nothing."""
    site = open_site(tmp_path / "var", GONZHI_SMS="file")
    for state, code, reason in (
        ("failed", "isv.MOBILE_NUMBER_ILLEGAL", "the number cannot be reached"),
        ("uncertain", "no_answer", "nobody can say whether it was sent"),
        ("dropped", "phone_cap", "this telephone had as many SMS today as it may get"),
    ):
        case_no = send(site.hub, reporter_phone=PHONE)
        told(site.hub, row_of(site.hub, case_no), "received")
        with site.hub.store.write() as tx:
            notices.end_notice(tx, notices.take_notice(tx, site.hub.clock()), state, code, reason)
    take_reply(site.hub, Reply("aliyun", "1", "13900000000", "你们是哪里"))
    yield site
    site.hub.close()


def states(site):
    with site.hub.store.read() as tx:
        return {one["id"]: one["state"] for one in notices.list_notices(tx)}


def post(client, path, **form):
    return client.post(path, data={"csrf": hidden_value(text_of(client.get(PAGE)), "csrf"), **form})


def test_the_centre_sees_each_with_its_reason_in_words(desk):
    html = text_of(entered(desk, "centre").get(PAGE))
    for words in ("号码不对、停机或拒收", "没等到服务商答复", "这个号码今天已发满", "138****2345", "确认没收到，再发一次", "没有归处的回复", "找不到在办的事件"):
        assert words in html, words
    assert PHONE not in html and "你们是哪里" not in html and "13900000000" not in html
    assert html.count(f'action="{PAGE}/') == 3 * 2 + 1 + 2


@pytest.mark.parametrize("name", ["labour", "daxi", "liuzha"])
def test_nobody_else_gets_in_by_page_or_by_post(desk, name):
    client = entered(desk, name)
    assert client.get(PAGE).status_code == 403
    token = hidden_value(text_of(client.get("/desk")), "csrf")
    for path in ("again", "1/again", "1/told", "replies/1/open", "replies/1/done"):
        assert client.post(f"{PAGE}/{path}", data={"csrf": token, "how": "x", "reason": "x"}).status_code == 403
    assert sorted(states(desk).values()) == ["dropped", "failed", "uncertain"]


def test_without_the_pages_own_secret_nothing_is_done(desk):
    assert entered(desk, "centre").post(f"{PAGE}/1/again", data={"csrf": "wrong"}).status_code == 403
    assert states(desk)[1] == "failed"


def test_one_is_sent_again_and_then_all_but_what_may_have_arrived(desk):
    client = entered(desk, "centre")
    answer = post(client, f"{PAGE}/1/again")
    assert answer.status_code == 303 and states(desk) == {1: "pending", 2: "uncertain", 3: "dropped"}
    assert "已重新排队" in text_of(client.get(answer.location))
    post(client, f"{PAGE}/again")
    assert states(desk) == {1: "pending", 2: "uncertain", 3: "pending"}
    assert "别人已经处理了" in text_of(client.get(post(client, f"{PAGE}/1/again").location))
    post(client, f"{PAGE}/2/again")
    assert states(desk)[2] == "pending"


def test_how_somebody_was_told_must_be_said_and_is_on_record(desk):
    client = entered(desk, "centre")
    answer = post(client, f"{PAGE}/1/told", how=" ")
    assert answer.status_code == 422 and "请写明怎么告诉的" in text_of(answer) and 'aria-describedby="e-how-1"' in text_of(answer)
    assert post(client, f"{PAGE}/1/told", how="打过电话").status_code == 303
    with desk.hub.store.read() as tx:
        assert [(one["action"], one["reason"]) for one in audit.recent_audit(tx) if one["action"] == "sms.told"] == [("sms.told", "打过电话")]


def test_a_reply_is_shown_once_with_a_reason_and_then_taken_off_the_list(desk):
    client = entered(desk, "centre")
    assert "请写明原因" in text_of(post(client, f"{PAGE}/replies/1/open", reason=""))
    html = text_of(post(client, f"{PAGE}/replies/1/open", reason="核对来信"))
    assert "你们是哪里" in html and "13900000000" in html
    assert "你们是哪里" not in text_of(client.get(PAGE))
    assert post(client, f"{PAGE}/replies/77/open", reason="核对").status_code == 404
    post(client, f"{PAGE}/replies/1/done")
    assert "没有归处的回复" not in text_of(client.get(PAGE))


def test_a_channel_that_is_stopped_held_or_missing_says_so(desk):
    with desk.hub.store.write() as tx:
        notices.retry_notices(tx, desk.hub.clock(), [1])
        row = notices.lease_notice(tx, notices.take_notice(tx, desk.hub.clock()), desk.hub.clock(), desk.hub.clock())
        notices.put_back(tx, row, desk.hub.clock(), code="isv.SMS_SIGN_ILLEGAL", error="the channel is stopped")
    assert "服务商答复 isv.SMS_SIGN_ILLEGAL，有 1 条在等" in text_of(entered(desk, "centre").get(PAGE))
    for changes, words in (({"hold": True}, "签名还在报备"), ({"channel": "none"}, "谁也收不到短信")):
        settings = replace(desk.hub.settings, sms=replace(desk.hub.settings.sms, **changes))
        hub = replace(desk.hub, settings=settings)
        html = text_of(entered(Site(create_app(settings, hub=hub), hub, desk.codes, []), "centre").get(PAGE + "?lang=zh"))
        assert words in html


def test_it_is_said_when_nothing_waits_in_both_languages(site):
    client = entered(site, "centre")
    assert "没有要处理的短信" in text_of(client.get(PAGE))
    assert re.search(r"No SMS waits for anybody\.", text_of(client.get(PAGE + "?lang=en")))
