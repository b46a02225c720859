"""Every SMS channel keeps the same promises; the two providers are driven over real HTTP through their own kits."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest

from service.notify import (
    CHANNEL_NAMES,
    Channel,
    Fault,
    Found,
    MissingExtra,
    SendFailed,
    SmsMessage,
    make_channel,
    masked,
)
from service.notify import aliyun as aliyun_channel
from service.notify import tencent as tencent_channel
from service.notify.console import ConsoleChannel
from service.notify.file import FileChannel
from tests.parts.sms_providers import APP_ID, KEY_ID, KEY_SECRET, running_provider

PHONE = "13857612345"
MESSAGE = SmsMessage(
    out_id="n7-abc", phone=PHONE, sign="温岭市社会治理中心", template_id="SMS_1", params=(("no1", "K7DM"), ("no2", "4QXA"), ("result", "噪声已整改")),
    text="【温岭市社会治理中心】编号K7DM-4QXA的事项已办结：噪声已整改。",
)  # fmt: skip
NAMES = [name for name in CHANNEL_NAMES if name != "none"]
def now():
    """The providers write their own day, so it is asked for when it is needed."""
    return dt.datetime.now(dt.UTC)



class Way:
    """A channel, what arrived on its other side, and how to break it."""

    def __init__(self, name: str, channel: Channel, other: Any) -> None:
        self.name, self.channel, self.other = name, channel, other

    def arrived(self) -> list[str]:
        """The out_ids, or for the console the texts, that came out."""
        if self.name == "console":
            return [line for line in self.other.getvalue().splitlines() if line]
        if self.name == "file":
            return [json.loads(line)["out_id"] for path in self.other.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
        return [one["out_id"] for one in self.other.taken]

    def break_it(self) -> None:
        if self.name == "console":
            self.other.close()
        elif self.name == "file":
            # Where a folder should be stands a file: not even root can write into it.
            self.other.write_text("in the way")
        else:
            self.other.faults.append("isp.SYSTEM_ERROR" if self.name == "aliyun" else "LimitExceeded.DeliveryFrequencyLimit")


@pytest.fixture(params=NAMES)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    name = request.param
    folder = tmp_path / "sms"
    if name == "console":
        stream = io.StringIO()
        yield Way(name, ConsoleChannel(stream), stream)
    elif name == "file":
        yield Way(name, FileChannel(folder), folder)
    else:
        with running_provider(name) as provider:
            yield Way(name, provider_channel(name, provider.endpoint), provider)


def provider_channel(name: str, endpoint: str, **more: Any) -> Channel:
    keys = {"key_id": KEY_ID, "key_secret": KEY_SECRET, "app_id": APP_ID, **more}
    made = make_channel(name, folder=Path("/nowhere"), endpoint=endpoint, **keys)
    assert made is not None
    return made


def test_what_is_sent_arrives_once_and_has_the_providers_number(way: Way) -> None:
    sent = way.channel.send(MESSAGE)
    assert sent.provider_id and len(way.arrived()) == 1
    way.channel.close()


def test_what_fails_raises_with_what_it_means_and_is_not_tried_twice(way: Way) -> None:
    way.break_it()
    with pytest.raises(SendFailed) as caught:
        way.channel.send(MESSAGE)
    assert caught.value.kind is Fault.RETRY and caught.value.code
    assert PHONE not in str(caught.value)
    if way.name in ("aliyun", "tencent"):
        assert way.other.asked == ["SendSms"]


def test_what_was_sent_is_found_and_what_was_not_is_not(way: Way) -> None:
    way.channel.send(MESSAGE)
    if way.name == "tencent":
        assert way.channel.query("n7-abc", PHONE, now()).found is Found.UNKNOWN, "it lists only what has a receipt"
        way.other.reports["n7-abc"] = "SUCCESS"
    known = {"console": Found.UNKNOWN, "file": Found.SENT, "aliyun": Found.SENT, "tencent": Found.DELIVERED}
    unknown = {"console": Found.UNKNOWN, "file": Found.ABSENT, "aliyun": Found.ABSENT, "tencent": Found.UNKNOWN}
    assert way.channel.query("n7-abc", PHONE, now()).found is known[way.name]
    assert way.channel.query("n8-def", PHONE, now()).found is unknown[way.name]


def test_every_channel_names_itself_and_its_limits(way: Way) -> None:
    assert way.channel.name == way.name and way.channel.most_characters >= 6
    assert way.channel.needs_templates is (way.name in ("aliyun", "tencent"))


def test_the_console_shows_no_whole_number(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleChannel().send(MESSAGE)
    assert capsys.readouterr().out == f"SMS 138****2345 {MESSAGE.text}\n"
    assert masked("123") == "****"


def test_the_file_belongs_to_its_owner_alone_and_a_cut_line_is_not_counted(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path / "sms", echo=ConsoleChannel(io.StringIO()))
    channel.send(MESSAGE)
    (path,) = (tmp_path / "sms").glob("*.jsonl")
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    line = json.loads(path.read_text("utf-8"))
    assert line["phone"] == PHONE and line["params"]["result"] == "噪声已整改" and line["text"] == MESSAGE.text
    path.write_text('{"out_id": "n8-def", "pho', encoding="utf-8")
    assert channel.query("n8-def", PHONE, now()).found is Found.ABSENT


def test_none_is_no_channel_and_a_stranger_is_a_fault() -> None:
    assert make_channel("none", folder=Path("/nowhere")) is None
    with pytest.raises(KeyError):
        make_channel("pigeon", folder=Path("/nowhere"))


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
def test_a_missing_kit_is_one_sentence_that_names_the_extra(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, f"service.notify.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "alibabacloud_dysmsapi20170525.client" if name == "aliyun" else "tencentcloud.common.credential", None)
    with pytest.raises(MissingExtra, match=rf"pip install 'gonzhi-code\[{name}\]'"):
        make_channel(name, folder=Path("/nowhere"))


# -- over the wire


def test_aliyun_gets_the_signed_request_that_its_pages_describe() -> None:
    with running_provider("aliyun") as provider:
        assert provider_channel("aliyun", provider.endpoint).send(MESSAGE).provider_id == "biz-1"
        (taken,) = provider.taken
        assert taken == {
            "phone": PHONE, "out_id": "n7-abc", "sign": "温岭市社会治理中心", "template_id": "SMS_1",
            "params": {"no1": "K7DM", "no2": "4QXA", "result": "噪声已整改"}, "day": taken["day"], "id": "biz-1",
        }  # fmt: skip


def test_tencent_gets_the_signed_request_that_its_pages_describe() -> None:
    with running_provider("tencent") as provider:
        sent = provider_channel("tencent", provider.endpoint).send(MESSAGE)
        assert (sent.provider_id, sent.segments) == ("serial-1", 2)
        (taken,) = provider.taken
        assert taken == {
            "phone": PHONE, "out_id": "n7-abc", "sign": "温岭市社会治理中心", "template_id": "SMS_1",
            "params": ["K7DM", "4QXA", "噪声已整改"], "app": APP_ID, "id": "serial-1",
        }  # fmt: skip


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
def test_no_number_reaches_a_log_whatever_happens_on_the_wire(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with running_provider(name) as provider:
        provider.faults[:] = ["", "lost", "http 500", "garbage", "isv.SMS_SIGN_ILLEGAL"]
        channel = provider_channel(name, provider.endpoint)
        with caplog.at_level(logging.WARNING):
            for _ in range(5):
                with contextlib.suppress(SendFailed):
                    channel.send(MESSAGE)
    assert PHONE not in caplog.text


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
@pytest.mark.parametrize("keys", [{"key_secret": "another secret"}, {"key_id": "another"}])
def test_a_wrong_key_is_refused_and_stops_the_channel(name: str, keys: dict[str, str]) -> None:
    with running_provider(name) as provider:
        with pytest.raises(SendFailed) as caught:
            provider_channel(name, provider.endpoint, **keys).send(MESSAGE)
        assert caught.value.kind is Fault.STOP and provider.taken == [] and provider.refused


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
@pytest.mark.parametrize("fault", ["http 500", "http 503", "garbage", "lost"])
def test_an_answer_that_says_nothing_leaves_it_unknown_whether_it_was_sent(name: str, fault: str) -> None:
    with running_provider(name) as provider:
        provider.faults.append(fault)
        with pytest.raises(SendFailed) as caught:
            provider_channel(name, provider.endpoint).send(MESSAGE)
        assert caught.value.kind is Fault.UNKNOWN and provider.asked == ["SendSms"] and PHONE not in caught.value.code


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
def test_silence_ends_after_the_time_that_we_wait_and_leaves_it_unknown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aliyun_channel, "READ_MS", 200)
    monkeypatch.setattr(tencent_channel, "TIMEOUT_SECONDS", 0.2)
    with running_provider(name) as provider:
        provider.faults.append("hang")
        with pytest.raises(SendFailed) as caught:
            provider_channel(name, provider.endpoint).send(MESSAGE)
        assert (caught.value.kind, caught.value.code) == (Fault.UNKNOWN, "no_answer")


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
def test_where_nobody_listens_it_was_surely_not_sent(name: str) -> None:
    with running_provider(name) as provider:
        endpoint = provider.endpoint
    with pytest.raises(SendFailed) as caught:
        provider_channel(name, endpoint).send(MESSAGE)
    assert (caught.value.kind, caught.value.code) == (Fault.RETRY, "no_connection")


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        *[("aliyun", code, kind) for code, kind in aliyun_channel.FAULTS.items()],
        ("aliyun", "isv.SOMETHING_NEW", Fault.MESSAGE),
        ("tencent", "InternalError.OtherError", Fault.RETRY),
        ("tencent", "InternalError.Timeout", Fault.UNKNOWN),
        ("tencent", "LimitExceeded.PhoneNumberDailyLimit", Fault.RETRY),
        ("tencent", "LimitExceeded.AppDailyLimit", Fault.STOP),
        ("tencent", "FailedOperation.SignatureIncorrectOrUnapproved", Fault.STOP),
        ("tencent", "FailedOperation.InsufficientBalanceInSmsPackage", Fault.STOP),
        ("tencent", "UnauthorizedOperation.ServiceSuspendDueToArrears", Fault.STOP),
        ("tencent", "FailedOperation.TemplateParamSetNotMatchApprovedTemplate", Fault.MESSAGE),
        ("tencent", "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", Fault.MESSAGE),
        ("tencent", "InvalidParameterValue.TemplateParameterLengthLimit", Fault.MESSAGE),
        ("tencent", "FailedOperation.ContainSensitiveWord", Fault.MESSAGE),
        ("tencent", "FailedOperation.PhoneNumberInBlacklist", Fault.NUMBER),
        ("tencent", "InvalidParameterValue.IncorrectPhoneNumber", Fault.NUMBER),
        ("tencent", "FailedOperation.SomethingNew", Fault.MESSAGE),
    ],
)
def test_each_word_of_a_provider_means_one_thing(name: str, code: str, kind: Fault) -> None:
    fault_of = aliyun_channel.fault_of if name == "aliyun" else tencent_channel.fault_of
    assert fault_of(code) is kind


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("aliyun", "isv.BUSINESS_LIMIT_CONTROL", Fault.RETRY), ("aliyun", "isv.SMS_SIGN_ILLEGAL", Fault.STOP),
        ("aliyun", "isv.INVALID_PARAMETERS", Fault.MESSAGE), ("aliyun", "isv.MOBILE_NUMBER_ILLEGAL", Fault.NUMBER),
        ("tencent", "LimitExceeded.DeliveryFrequencyLimit", Fault.RETRY), ("tencent", "FailedOperation.TemplateIdNotExist", Fault.STOP),
        ("tencent", "FailedOperation.ContainSensitiveWord", Fault.MESSAGE), ("tencent", "FailedOperation.PhoneNumberInBlacklist", Fault.NUMBER),
    ],
)  # fmt: skip
def test_a_refusal_over_the_wire_keeps_its_word_and_nothing_else(name: str, code: str, kind: Fault) -> None:
    with running_provider(name) as provider:
        provider.faults.append(code)
        with pytest.raises(SendFailed) as caught:
            provider_channel(name, provider.endpoint).send(MESSAGE)
        assert (caught.value.kind, caught.value.code) == (kind, code) and provider.taken == []


@pytest.mark.parametrize(("report", "found"), [("", Found.SENT), ("SUCCESS", Found.DELIVERED), ("FAIL", Found.FAILED)])
def test_aliyun_is_asked_page_by_page_for_what_became_of_a_message(report: str, found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aliyun_channel, "PAGE_SIZE", 2)
    with running_provider("aliyun") as provider:
        channel = provider_channel("aliyun", provider.endpoint)
        channel.send(MESSAGE)
        provider.taken[:0] = [{**provider.taken[0], "out_id": f"other-{number}"} for number in range(4)]
        provider.reports["n7-abc"] = report
        assert channel.query("n7-abc", PHONE, now()).found is found
        assert provider.asked.count("QuerySendDetails") == 3
        assert channel.query("n7-abc", PHONE, now() - dt.timedelta(days=3)).found is Found.ABSENT
        monkeypatch.setattr(aliyun_channel, "MOST_PAGES", 2)
        assert channel.query("n7-abc", PHONE, now()).found is Found.UNKNOWN, "more than we read: it cannot be said"


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
@pytest.mark.parametrize("fault", ["http 500", "isv.ACCOUNT_ABNORMAL"])
def test_a_question_that_is_not_answered_raises(name: str, fault: str) -> None:
    with running_provider(name) as provider:
        provider.faults.append(fault)
        with pytest.raises(SendFailed):
            provider_channel(name, provider.endpoint).query("n7-abc", PHONE, now())
