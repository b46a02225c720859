"""The channel over Tencent Cloud's SMS (腾讯云短信), through its official kit, which signs each request (TC3-HMAC-SHA256).

The kit tries nothing twice unless told to, and is not told to. What an answer calls a message may repeat what was sent, so
that only codes are kept.

Sources: cloud.tencent.com 382/55981 (SendSms), 382/59177 (codes), 382/52077 (receipts by number).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import PullSmsSendStatusByPhoneNumberRequest, SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from . import Fault, Found, SendFailed, Sent, SmsMessage, Trace

TIMEOUT_SECONDS = 10
REGION = "ap-guangzhou"
MOST_CHARACTERS = 6
"""Of a variable, unless the account was given more (382/13301)."""
QUERY_LIMIT = 100
QUERY_SPAN = dt.timedelta(days=1)

_RETRY = (
    "InternalError.RequestTimeException", "InternalError.OtherError", "InternalError.UnknownError", "LimitExceeded.DeliveryFrequencyLimit",
    "LimitExceeded.PhoneNumberThirtySecondLimit", "LimitExceeded.PhoneNumberOneHourLimit", "LimitExceeded.PhoneNumberDailyLimit",
    "LimitExceeded.PhoneNumberSameContentDailyLimit", "RequestLimitExceeded",
)  # fmt: skip
_STOP = (
    "FailedOperation.InsufficientBalanceInSmsPackage", "FailedOperation.SignatureIncorrectOrUnapproved",
    "FailedOperation.TemplateIncorrectOrUnapproved", "FailedOperation.TemplateUnapprovedOrNotExist", "FailedOperation.TemplateIdNotExist",
    "FailedOperation.SignIdNotExist", "FailedOperation.MissingSignature", "FailedOperation.NotEnterpriseCertification",
    "FailedOperation.ProhibitSubAccountUse", "FailedOperation.QualificationIdNotApproved", "InvalidParameterValue.SdkAppIdNotExist",
    "InternalError.SigVerificationFail", "InternalError.SigFieldMissing", "InternalError.RestApiInterfaceNotExist",
    "LimitExceeded.AppDailyLimit", "LimitExceeded.DailyLimit", "LimitExceeded.AppMainlandChinaDailyLimit", "LimitExceeded.AppGlobalDailyLimit",
    "LimitExceeded.AppCountryOrRegion", "UnauthorizedOperation", "AuthFailure", "IpInBlacklist", "IpNotInWhitelist", "NoSuchProduct",
    "NoSuchVersion", "InvalidAction", "UnsupportedOperation.UnsupportedRegion",
)  # fmt: skip
_NUMBER = (
    "FailedOperation.PhoneNumberInBlacklist", "FailedOperation.PhoneNumberParseFail", "InvalidParameterValue.IncorrectPhoneNumber",
    "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
)  # fmt: skip
# The interface gave up on what stands behind it, which may have gone on.
_MAYBE_SENT = ("InternalError.Timeout", "InternalError.SendAndRecvFail", "InternalError.ParseBackendResponseFail")
_NOT_SENT = ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError", "Connection refused")


class TencentChannel:
    """Sends for one application (SdkAppId) of one account.

    Args:
        endpoint: host or address, ``""`` for the provider's own; most_characters: of a variable, 0 for the provider's limit.
    """

    name = "tencent"
    needs_templates = True

    def __init__(
        self, key_id: str, key_secret: str, app_id: str, *, region: str = "", endpoint: str = "", most_characters: int = 0
    ) -> None:
        parts = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
        http = HttpProfile(protocol=parts.scheme, endpoint=parts.netloc or None, reqTimeout=TIMEOUT_SECONDS)
        profile = ClientProfile(httpProfile=http, disable_region_breaker=True)
        self._client = SmsClient(Credential(key_id, key_secret), region or REGION, profile)
        self._app_id = app_id
        self.most_characters = most_characters or MOST_CHARACTERS

    def send(self, message: SmsMessage) -> Sent:
        """One request with one number; its own line of the answer says what became of it."""
        request = SendSmsRequest()
        request.PhoneNumberSet = [f"+86{message.phone}"]
        request.SmsSdkAppId = self._app_id
        request.TemplateId = message.template_id
        request.SignName = message.sign
        request.TemplateParamSet = [value for _, value in message.params]
        request.SessionContext = message.out_id
        answer = self._ask(lambda: self._client.SendSms(request))
        lines = answer.SendStatusSet or []
        if len(lines) != 1:
            raise SendFailed(Fault.UNKNOWN, "empty_answer")
        (line,) = lines
        if line.Code != "Ok":
            raise SendFailed(fault_of(line.Code), line.Code or "no_code")
        return Sent(line.SerialNo or message.out_id, int(line.Fee or 0))

    def query(self, out_id: str, phone: str, sent_at: dt.datetime) -> Trace:
        """Asked by number; it lists what has a receipt, so what is not there may still be on its way."""
        request = PullSmsSendStatusByPhoneNumberRequest()
        request.BeginTime = int(sent_at.timestamp()) - 60
        request.EndTime = int((sent_at + QUERY_SPAN).timestamp())
        request.Offset, request.Limit = 0, QUERY_LIMIT
        request.PhoneNumber, request.SmsSdkAppId = f"+86{phone}", self._app_id
        answer = self._ask(lambda: self._client.PullSmsSendStatusByPhoneNumber(request))
        for line in answer.PullSmsSendStatusSet or []:
            if line.SessionContext == out_id:
                delivered = line.ReportStatus == "SUCCESS"
                return Trace(Found.DELIVERED if delivered else Found.FAILED, line.SerialNo or "", "" if delivered else "report_fail")
        return Trace(Found.UNKNOWN)

    def _ask(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except TencentCloudSDKException as error:
            raise _refused(error) from None
        except (ValueError, KeyError, AttributeError, TypeError):
            # The kit read an answer that is no JSON of the known form.
            raise SendFailed(Fault.UNKNOWN, "unreadable_answer") from None

    def close(self) -> None:
        """The kit keeps its connections itself."""


def fault_of(code: str | None) -> Fault:
    """What a word of the answer means; one we do not know is for a person, and this message alone waits for them."""
    word = code or ""
    if word in _MAYBE_SENT:
        return Fault.UNKNOWN
    if word.startswith(_RETRY):
        return Fault.RETRY
    if word.startswith(_STOP):
        return Fault.STOP
    return Fault.NUMBER if word in _NUMBER else Fault.MESSAGE


def _refused(error: Any) -> SendFailed:
    code = str(error.code or "")
    if code == "ClientNetworkError":
        lost = Fault.RETRY if any(sign in str(error.message) for sign in _NOT_SENT) else Fault.UNKNOWN
        return SendFailed(lost, "no_connection" if lost is Fault.RETRY else "no_answer")
    if not error.requestId:
        # Not the interface's own word: a status other than 200, or an answer that the kit could not read.
        return SendFailed(Fault.UNKNOWN, "http_error" if code == "ServerNetworkError" else "unreadable_answer")
    return SendFailed(fault_of(code), code or "no_code")
