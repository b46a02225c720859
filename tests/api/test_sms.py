"""Receipts and replies as the providers push them: behind a secret, in any order, and again."""

import itertools
import json

import pytest

from gonzhi_code.cases import State
from service.hub.notice_text import out_id_of
from service.hub.noticing import Noticing
from service.notify.file import FileChannel
from service.store import notices, ratings
from tests.hub.desks import bring, row_of, send
from tests.hub.test_telling import told

from .conftest import SECRET, build

PHONE = "13857612345"
ALIYUN_REPORT = {
    "phone_number": PHONE, "send_time": "2026-11-24 10:00:00", "report_time": "2026-11-24 10:00:05", "success": True, "err_code": "DELIVERED",
    "err_msg": "用户接收成功", "sms_size": "2", "biz_id": "biz-1", "out_id": "",
}  # fmt: skip
TENCENT_REPORT = {
    "user_receive_time": "2026-11-24 10:00:05", "nationcode": "86", "mobile": PHONE, "report_status": "SUCCESS", "errmsg": "DELIVRD",
    "description": "用户短信送达成功", "sid": "biz-1",
}  # fmt: skip
ALIYUN_UP = {"phone_number": PHONE, "content": "5", "send_time": "2026-11-24 10:10:00", "dest_code": "10690001", "sequence_id": 9001}
TENCENT_UP = {"extend": "", "mobile": PHONE, "nationcode": "86", "sign": "温岭市社会治理中心", "text": "5", "time": 1795485000}
REPORTS = {"aliyun": ALIYUN_REPORT, "tencent": TENCENT_REPORT}
UPS = {"aliyun": ALIYUN_UP, "tencent": TENCENT_UP}
PROVIDERS = ("aliyun", "tencent")


def push(client, provider, what, body, secret=SECRET, **more):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"/hooks/sms/{provider}/{what}/{secret}", data=data, content_type="application/json", **more)


def answer_of(provider, code=0):
    return {"code": code} if provider == "aliyun" else {"result": code}


def sent(hub, tmp_path, provider_id="biz-1"):
    """A notice that was sent. Returns its id and our number of it."""
    case_no = send(hub, reporter_phone=PHONE)
    told(hub, row_of(hub, case_no), "received")
    Noticing(hub, FileChannel(tmp_path / "sms")).run_due()
    with hub.store.write() as tx:
        (row,) = notices.notices_of(tx, row_of(hub, case_no)["id"])
        if provider_id:
            tx.exec_driver_sql(f"UPDATE notices SET provider_id = '{provider_id}' WHERE id = {row['id']}")
    return row["id"], out_id_of(hub, row)


def state_of(hub, notice_id):
    with hub.store.read() as tx:
        row = notices.get_notice(tx, notice_id)
    return row["state"], row["error_code"], row["segments"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_receipt_says_that_an_sms_arrived_and_is_answered_as_the_provider_wants(site, tmp_path, provider):
    hub, client = site
    notice_id, _ = sent(hub, tmp_path)
    answer = push(client, provider, "report", [REPORTS[provider]])
    assert answer.status_code == 200 and answer.json.items() >= answer_of(provider).items()
    assert state_of(hub, notice_id)[0] == "delivered"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("order", list(itertools.permutations(["failed", "delivered", "delivered"], 3)))
def test_receipts_in_any_order_and_repeated_end_the_same(site, tmp_path, order):
    hub, client = site
    notice_id, out_id = sent(hub, tmp_path)
    for word in order:
        assert push(client, "aliyun", "report", [{**ALIYUN_REPORT, "out_id": out_id, "success": word == "delivered", "err_code": word}]).status_code == 200
    assert state_of(hub, notice_id) == ("delivered", "", 2)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_receipt_of_failure_puts_the_notice_on_the_list_with_the_carriers_word(site, tmp_path, provider):
    hub, client = site
    notice_id, _ = sent(hub, tmp_path)
    bad = {"success": False, "err_code": "MK:0001"} if provider == "aliyun" else {"report_status": "FAIL", "errmsg": "MK:0001"}
    push(client, provider, "report", [{**REPORTS[provider], **bad}])
    assert state_of(hub, notice_id)[:2] == ("failed", "MK:0001")


def test_a_receipt_that_outruns_our_own_note_is_known_by_our_number(site, tmp_path):
    hub, client = site
    notice_id, out_id = sent(hub, tmp_path, provider_id="")
    push(client, "aliyun", "report", [{**ALIYUN_REPORT, "out_id": out_id, "biz_id": "biz-77"}])
    assert state_of(hub, notice_id)[0] == "delivered"


def test_the_receipt_of_an_earlier_sending_does_not_undo_a_later_one(site, tmp_path):
    hub, client = site
    notice_id, out_id = sent(hub, tmp_path)
    with hub.store.write() as tx:
        tx.exec_driver_sql("UPDATE notices SET state = 'failed'")
        hub.clock.move(hours=1)
        notices.retry_notices(tx, hub.clock(), [notice_id])
    push(client, "aliyun", "report", [{**ALIYUN_REPORT, "out_id": out_id, "success": False}])
    assert state_of(hub, notice_id)[0] == "pending"


def test_receipts_of_others_under_the_same_account_are_let_go(site, tmp_path):
    hub, client = site
    notice_id, _ = sent(hub, tmp_path)
    strangers = [{**ALIYUN_REPORT, "biz_id": "other", "out_id": text} for text in ("", "order-7", "n1-000000000000")]
    assert push(client, "aliyun", "report", strangers).status_code == 200
    assert state_of(hub, notice_id)[0] == "sent"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_reply_is_rated_once_however_often_it_is_pushed(site, tmp_path, provider):
    hub, client = site
    case_no = bring(hub, send(hub, reporter_phone=PHONE), State.CLOSED)
    Noticing(hub, FileChannel(tmp_path / "sms")).run_due()
    body = [UPS[provider]] if provider == "aliyun" else UPS[provider]
    for _ in range(3):
        answer = push(client, provider, "up", body)
        assert answer.status_code == 200 and answer.json.items() >= answer_of(provider).items()
    with hub.store.read() as tx:
        assert [(one["grade"], one["channel"]) for one in ratings.ratings_of(tx, row_of(hub, case_no)["id"])] == [(5, "sms")]


@pytest.mark.parametrize(("provider", "what"), [("aliyun", "report"), ("tencent", "up"), ("huawei", "report"), ("aliyun", "else")])
def test_without_the_secret_the_addresses_do_not_exist(site, provider, what):
    for secret in (SECRET[:-1], SECRET.upper(), "x", "秘密"):
        assert push(site[1], provider, what, [{}], secret=secret).status_code == 404


def test_where_no_secret_is_set_they_do_not_exist_at_all(tmp_path, sqlite_url):
    hub, app = build(tmp_path, sqlite_url, GONZHI_SMS_HOOK_SECRET="")
    assert push(app.test_client(), "aliyun", "report", [ALIYUN_REPORT], secret="none").status_code == 404
    assert app.test_client().post("/hooks/sms/aliyun/report/").status_code == 404
    hub.close()


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("what", ["report", "up"])
def test_what_cannot_be_read_is_answered_with_an_error_and_never_breaks(site, provider, what):
    nonsense = [b"hello", b"\xff\xfe", b"7", b'"x"', b"null", b"[1]", b"[[]]", b"[{}]", b'[{"biz_id": {}}]', b"[" * 9000, b"[" + b"{}," * 1001 + b"{}]"]
    for body in nonsense:
        answer = push(site[1], provider, what, body)
        assert answer.status_code == 400 and answer.json.items() >= answer_of(provider, 1).items(), body[:20]


@pytest.mark.parametrize(
    ("provider", "what", "change"),
    [
        ("aliyun", "report", {"success": "yes"}), ("aliyun", "report", {"biz_id": None}), ("aliyun", "up", {"sequence_id": None}),
        ("aliyun", "up", {"phone_number": []}), ("tencent", "report", {"sid": ""}), ("tencent", "up", {"mobile": None}), ("tencent", "up", {"time": None}),
    ],
)  # fmt: skip
def test_one_object_that_lacks_what_it_needs_spoils_the_push_and_nothing_is_stored(site, provider, what, change):
    good = (REPORTS if what == "report" else UPS)[provider]
    assert push(site[1], provider, what, [good, {**good, **change}]).status_code == 400
    with site[0].store.read() as tx:
        assert notices.list_replies(tx, ["unmatched", "new", "rated", "added"]) == []


def test_a_body_that_is_too_large_or_says_no_length_is_refused_before_it_is_read(site):
    assert push(site[1], "aliyun", "up", b"[" + b" " * 600_000 + b"]").status_code == 413
    chunked = site[1].post(f"/hooks/sms/aliyun/up/{SECRET}", input_stream=None, headers={"Transfer-Encoding": "chunked"})
    assert chunked.status_code in (400, 411)


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_a_post_is_taken(site, method):
    assert getattr(site[1], method)(f"/hooks/sms/aliyun/up/{SECRET}").status_code == 405
