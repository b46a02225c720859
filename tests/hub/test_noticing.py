"""SMS go out once, at a decent hour, and what is lost is asked for before anything is sent again."""

import datetime as dt
import json
import os
import signal
from dataclasses import replace

import pytest

from service.hub import noticing as sending
from service.hub.health import readiness
from service.hub.notice_text import notice_of, out_id_of
from service.hub.noticing import ASK_NO_MORE, BATCH, LEASE, SURELY_ABSENT, Noticing, is_quiet
from service.notify import make_channel
from service.notify.console import ConsoleChannel
from service.notify.file import FileChannel
from service.notify.templates import TEXTS
from service.store import audit, notices
from tests.parts.sms_providers import APP_ID, KEY_ID, KEY_SECRET, running_provider

from .test_telling import PHONE, notices_of, send, told

MINUTE = dt.timedelta(minutes=1)
TEMPLATES = {key: f"SMS_{number}" for number, key in enumerate(TEXTS)}


def with_sms(hub, **changes):
    return replace(hub, settings=replace(hub.settings, sms=replace(hub.settings.sms, **changes)))


@pytest.fixture
def database_url(sqlite_url):
    """One engine is enough for what is decided here; tests/contracts/test_store_notices.py holds both to the same."""
    return sqlite_url


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "sms"


def lines(folder):
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]


def only(hub, row):
    (notice,) = notices_of(hub, row)
    return notice


@pytest.fixture(params=["aliyun", "tencent"])
def provider(request, hub, clock):
    """A provider at work, the hub that uses it, and its sender. Its list of what was sent is by the real day."""
    clock.now = dt.datetime.now(dt.UTC)
    with running_provider(request.param) as opened:
        channel = make_channel(
            request.param, folder=None, key_id=KEY_ID, key_secret=KEY_SECRET, app_id=APP_ID, endpoint=opened.endpoint, most_characters=35
        )
        opened.hub = with_sms(hub, channel=request.param, sign="温岭市社会治理中心", templates=TEMPLATES)
        opened.sender = Noticing(opened.hub, channel)
        yield opened


# -- what arrives


def test_an_sms_goes_out_once_with_its_text_and_the_number(hub, folder):
    row = send(hub, reporter_phone=PHONE)
    told(hub, row, "resolved", params={"result": "泵房噪声已整改"})
    sender = Noticing(hub, FileChannel(folder))
    assert (sender.run_due(), sender.run_due()) == (1, 0)
    (line,) = lines(folder)
    assert line["phone"] == PHONE and line["text"] == (
        f"【温岭市社会治理中心】编号{row['case_no']}的事项已办结：泵房噪声已整改。请回复1至5评价，5为非常满意，1为非常不满意。"
    )
    notice = only(hub, row)
    assert (notice["state"], notice["attempts"], notice["segments"], notice["channel"]) == ("sent", 1, 1, "file")
    assert PHONE not in repr(notice)


def test_of_a_protected_matter_only_the_number_goes_out(hub, folder):
    form = {"reporter_mode": "real", "reporter_name": "王小明", "reporter_phone": PHONE, "reporter_id_no": "331081199003071231"}
    row = send(hub, scene="medins", wants_feedback="yes", **form)
    for kind in ("received", "handed_over", "resolved", "reopened", "extended", "late", "question", "rejected"):
        told(hub, row, kind, params={"result": "药店已查处", "unit": "医保局"})
    Noticing(hub, FileChannel(folder)).run_due()
    texts = [line["text"] for line in lines(folder)]
    assert len(texts) == 8 and all(row["case_no"] in text for text in texts)
    for word in ("药", "医", "王小明", "局", "举报"):
        assert not any(word in text for text in texts), word


def test_what_the_account_takes_only_short_is_told_by_the_number_alone(provider):
    row = send(provider.hub, reporter_phone=PHONE)
    told(provider.hub, row, "received")
    provider.sender._channel.most_characters = 6
    provider.sender.run_due()
    assert provider.taken[0]["template_id"] == TEMPLATES["received.number"]


def test_a_text_that_was_not_filed_gives_way_to_the_number_alone(provider):
    filed = {key: code for key, code in TEMPLATES.items() if key != "received"}
    hub = with_sms(provider.hub, templates=filed)
    told(hub, send(hub, reporter_phone=PHONE), "received")
    Noticing(hub, provider.sender._channel).run_due()
    assert provider.taken[0]["template_id"] == TEMPLATES["received.number"]


def test_the_provider_gets_number_text_and_our_own_number(provider):
    row = send(provider.hub, reporter_phone=PHONE)
    told(provider.hub, row, "resolved", params={"result": "泵房噪声已整改"})
    provider.sender.run_due()
    (taken,) = provider.taken
    first, second = row["case_no"].split("-")
    assert taken["phone"] == PHONE and taken["template_id"] == TEMPLATES["resolved"]
    values = list(taken["params"].values()) if isinstance(taken["params"], dict) else taken["params"]
    assert values == [first, second, "泵房噪声已整改"]
    notice = only(provider.hub, row)
    assert notice["provider_id"] == taken["id"]
    with provider.hub.store.read() as tx:
        assert notice_of(provider.hub, tx, taken["out_id"]) == notice["id"]
        for stranger in ("", "n1-000000000000", taken["out_id"][:-1], "n99999-" + taken["out_id"].split("-")[1]):
            assert notice_of(provider.hub, tx, stranger) == 0


# -- never twice


@pytest.mark.parametrize("when", ["after", "before"])
def test_a_process_that_is_killed_beside_the_call_leads_to_one_sms(hub, folder, clock, when):
    row = send(hub)
    told(hub, row, "received")

    class Deadly(FileChannel):
        def send(self, message):
            if when == "after":
                super().send(message)
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        Noticing(hub, Deadly(folder)).run_due()
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert only(hub, row)["state"] == "sending" and len(lines(folder)) == (when == "after")
    sender = Noticing(hub, FileChannel(folder))
    assert sender.run_due() == 0, "it may be at work yet"
    clock.now += LEASE
    sender.run_due()
    clock.now += SURELY_ABSENT
    sender.run_due()
    sender.run_due()
    assert only(hub, row)["state"] == "sent" and len(lines(folder)) == 1


@pytest.mark.parametrize("fault", ["lost", "http 500", "garbage"])
def test_an_answer_that_was_lost_is_asked_for_and_never_simply_sent_again(provider, clock, fault):
    row = send(provider.hub)
    told(provider.hub, row, "received")
    provider.faults.append(fault)
    provider.sender.run_due()
    assert only(provider.hub, row)["state"] == "sending"
    for _ in range(12):
        clock.now += 6 * MINUTE
        provider.sender.run_due()
    reached = len(provider.taken)
    assert reached == (1 if fault == "lost" or provider.kind == "aliyun" else 0)
    # Aliyun lists what it took, so that what it lacks is sent. Tencent lists what has a receipt, so that a person decides.
    assert only(provider.hub, row)["state"] == ("sent" if provider.kind == "aliyun" else "uncertain")
    assert provider.asked.count("SendSms") == (2 if provider.kind == "aliyun" and fault != "lost" else 1)


def test_a_receipt_at_the_provider_settles_what_was_lost(provider, clock):
    row = send(provider.hub)
    told(provider.hub, row, "received")
    provider.faults.append("lost")
    provider.sender.run_due()
    provider.reports[provider.taken[0]["out_id"]] = "SUCCESS"
    clock.now += 3 * MINUTE
    provider.sender.run_due()
    assert only(provider.hub, row)["state"] == "delivered"


def test_where_the_provider_cannot_be_asked_a_person_decides(provider, clock):
    row = send(provider.hub)
    told(provider.hub, row, "received")
    provider.faults[:] = ["lost", *["http 500"] * 20]
    provider.sender.run_due()
    for _ in range(ASK_NO_MORE // (5 * MINUTE) + 2):
        clock.now += 5 * MINUTE
        provider.sender.run_due()
    notice = only(provider.hub, row)
    assert notice["state"] == "uncertain" and len(provider.taken) == 1
    clock.now += dt.timedelta(days=1)
    assert provider.sender.run_due() == 0


def test_another_channel_than_the_one_that_sent_does_not_answer_for_it(hub, folder, clock):
    row = send(hub)
    told(hub, row, "received")
    with hub.store.write() as tx:
        notices.lease_notice(tx, notices.take_notice(tx, clock.now), clock.now, clock.now + LEASE, "aliyun")
    sender = Noticing(hub, FileChannel(folder))
    for _ in range(9):
        clock.now += 5 * MINUTE
        sender.run_due()
    assert only(hub, row)["state"] == "uncertain" and lines(folder) == []


def test_a_channel_that_breaks_in_an_unforeseen_way_costs_neither_the_worker_nor_a_second_sms(hub, clock, caplog):
    class Broken(ConsoleChannel):
        def send(self, message):
            raise RuntimeError(message.phone)

    row = send(hub, reporter_phone=PHONE)
    told(hub, row, "received")
    Noticing(hub, Broken()).run_due()
    assert (only(hub, row)["state"], only(hub, row)["error_code"]) == ("sending", "broke.RuntimeError")
    assert PHONE not in caplog.text and PHONE not in repr(only(hub, row))


# -- what a provider refuses


def code(provider, aliyun, tencent):
    return aliyun if provider.kind == "aliyun" else tencent


def test_a_busy_provider_is_tried_again_with_growing_pauses_and_given_up_in_the_end(provider, clock):
    row = send(provider.hub)
    told(provider.hub, row, "resolved")
    word = code(provider, "isv.BUSINESS_LIMIT_CONTROL", "LimitExceeded.DeliveryFrequencyLimit")
    provider.faults[:] = [word] * 99
    waits = []
    while only(provider.hub, row)["state"] == "pending":
        provider.sender.run_due()
        waits.append(only(provider.hub, row)["next_at"] - clock.now)
        clock.now += max(waits[-1], MINUTE)
    assert waits[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE] and max(waits) == dt.timedelta(hours=2)
    notice = only(provider.hub, row)
    assert (notice["state"], notice["error_code"], notice["attempts"]) == ("failed", word, sending.MOST_ATTEMPTS)


def test_a_fault_of_the_account_stops_the_channel_for_a_while_and_costs_no_notice_a_try(provider, clock):
    rows = [send(provider.hub, number) for number in range(3)]
    for row in rows:
        told(provider.hub, row, "received")
    word = code(provider, "isv.SMS_SIGN_ILLEGAL", "FailedOperation.SignatureIncorrectOrUnapproved")
    provider.faults[:] = [word, word]
    assert provider.sender.run_due() == 1 and provider.sender.run_due() == 0
    clock.now += 4 * MINUTE
    assert provider.sender.run_due() == 0, "left alone for five minutes"
    clock.now += MINUTE
    assert provider.sender.run_due() == 1
    clock.now += 9 * MINUTE
    assert provider.sender.run_due() == 0, "and for ten the next time"
    with provider.hub.store.read() as tx:
        stops = [entry["detail"] for entry in audit.recent_audit(tx) if entry["action"] == "sms.stopped"]
        assert notices.stopped_codes(tx) == [(word, 2)]
    assert readiness(provider.hub)["sms_stopped"] is True
    assert stops == [{"channel": provider.kind, "code": word}] * 2
    clock.now += MINUTE
    assert provider.sender.run_due() == 3 and len(provider.taken) == 3
    assert readiness(provider.hub)["sms_stopped"] is False
    assert {only(provider.hub, row)["attempts"] for row in rows} == {1}


@pytest.mark.parametrize(
    ("aliyun", "tencent"),
    [
        ("isv.INVALID_PARAMETERS", "FailedOperation.ContainSensitiveWord"),
        ("isv.MOBILE_NUMBER_ILLEGAL", "InvalidParameterValue.IncorrectPhoneNumber"),
        ("isv.BLACK_KEY_CONTROL_LIMIT", "FailedOperation.PhoneNumberInBlacklist"),
    ],
)
def test_a_text_or_number_that_is_not_taken_fails_at_once_and_holds_up_no_other(provider, aliyun, tencent):
    first, second = send(provider.hub, 1), send(provider.hub, 2, reporter_phone=PHONE)
    for row in (first, second):
        told(provider.hub, row, "received")
    provider.faults.append(code(provider, aliyun, tencent))
    provider.sender.run_due()
    assert (only(provider.hub, first)["state"], only(provider.hub, first)["sent_at"]) == ("failed", None)
    assert only(provider.hub, second)["state"] == "sent"


# -- when nothing is sent


@pytest.mark.parametrize(
    ("quiet", "local", "waits"),
    [
        ((dt.time(21), dt.time(8)), "20:59", False),
        ((dt.time(21), dt.time(8)), "21:00", True),
        ((dt.time(21), dt.time(8)), "00:00", True),
        ((dt.time(21), dt.time(8)), "07:59", True),
        ((dt.time(21), dt.time(8)), "08:00", False),
        ((dt.time(12), dt.time(14)), "13:00", True),
        ((dt.time(12), dt.time(14)), "23:00", False),
        (None, "03:00", False),
    ],
)
def test_quiet_hours_are_those_of_the_county_and_may_go_over_midnight(quiet, local, waits):
    hours, minutes = map(int, local.split(":"))
    moment = dt.datetime(2026, 11, 24, hours, minutes, tzinfo=dt.timezone(dt.timedelta(hours=8))).astimezone(dt.UTC)
    assert is_quiet(quiet, moment) is waits


def test_what_falls_into_the_night_waits_for_the_morning_urgent_or_not(hub, folder, clock):
    hub = with_sms(hub, quiet=(dt.time(21), dt.time(8)))
    clock.now = dt.datetime(2026, 11, 24, 13, 30, tzinfo=dt.UTC)  # half past nine in the evening
    rows = [send(hub, 1), {**send(hub, 2, reporter_phone=PHONE), "urgent": True}]
    for row in rows:
        told(hub, row, "received")
    sender = Noticing(hub, FileChannel(folder))
    assert sender.run_due() == 0 and lines(folder) == []
    clock.now = dt.datetime(2026, 11, 25, 0, 0, tzinfo=dt.UTC)
    assert sender.run_due() == 2


def test_a_signature_that_is_still_being_filed_holds_everything_and_what_grew_old_is_listed(hub, folder, clock):
    row = send(hub)
    told(hub, row, "received", seq=1)
    told(hub, row, "resolved", params={"result": "已修好"})
    assert Noticing(with_sms(hub, hold=True), FileChannel(folder)).run_due() == 0
    clock.move(days=9)
    Noticing(hub, FileChannel(folder)).run_due()
    states = {one["kind"]: (one["state"], one["error_code"]) for one in notices_of(hub, row)}
    assert states == {"received": ("dropped", "too_old"), "resolved": ("sent", "")}


def test_a_telephone_gets_no_more_than_its_number_a_day(hub, folder, clock):
    hub = with_sms(hub, per_day=2)
    row = send(hub)
    for seq in range(4):
        told(hub, row, "late", seq=seq)
    sender = Noticing(hub, FileChannel(folder))
    sender.run_due()
    assert [one["state"] for one in notices_of(hub, row)] == ["sent", "sent", "dropped", "dropped"]
    assert {one["error_code"] for one in notices_of(hub, row)} == {"", "phone_cap"}
    clock.move(days=1)
    told(hub, row, "late", seq=9)
    assert sender.run_due() == 1 and len(lines(folder)) == 3


def test_a_number_that_cannot_be_opened_any_more_is_listed(hub, folder):
    row = send(hub)
    told(hub, row, "received")
    other = replace(hub, sealer=type(hub.sealer)(b"another secret of thirty-two bytes"))
    Noticing(other, FileChannel(folder)).run_due()
    assert (only(hub, row)["state"], only(hub, row)["error_code"]) == ("failed", "no_mobile") and lines(folder) == []


def test_the_worker_looks_around_after_a_batch(hub, folder):
    for number in range(BATCH + 3):
        told(hub, send(hub, number, reporter_phone=f"138576{number:05d}"), "received")
    sender = Noticing(hub, FileChannel(folder))
    assert (sender.run_due(), sender.run_due(), sender.run_due()) == (BATCH, 3, 0)
    assert len({line["out_id"] for line in lines(folder)}) == BATCH + 3


def test_what_a_person_puts_back_is_another_sending_with_another_number_of_ours(hub, folder, clock):
    row = send(hub)
    told(hub, row, "received")
    before = out_id_of(hub, only(hub, row))
    with hub.store.write() as tx:
        notices.end_notice(tx, notices.take_notice(tx, clock.now), "uncertain", "no_answer", "")
        clock.move(hours=1)
        notices.retry_notices(tx, clock.now, [only(hub, row)["id"]])
    assert out_id_of(hub, only(hub, row)) != before


def test_a_notice_that_breaks_us_is_listed_and_holds_up_no_other(hub, folder):
    row, other = send(hub, 1), send(hub, 2, reporter_phone=PHONE)
    told(hub, row, "received")
    told(hub, other, "received")
    with hub.store.write() as tx:
        tx.exec_driver_sql("UPDATE notices SET kind = 'greeting' WHERE id = 1")
    Noticing(hub, FileChannel(folder)).run_due()
    assert (only(hub, row)["state"], only(hub, row)["error_code"]) == ("failed", "broke.KeyError")
    assert only(hub, other)["state"] == "sent"
