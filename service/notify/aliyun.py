"""The channel over Aliyun's SMS (阿里云短信服务), through its official kit, which signs each request (ACS3-HMAC-SHA256).

The kit tries nothing twice unless told to, and is not told to. Its messages repeat the address of the request, number and
all, so that only codes are kept of what it says.

Sources: help.aliyun.com 55284 (SendSms, not idempotent), 101346 (codes), QuerySendDetails (by number and day, 30 days back).
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import QuerySendDetailsRequest, SendSmsRequest
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.exceptions import DaraException
from darabonba.runtime import RuntimeOptions
from Tea.exceptions import TeaException, UnretryableException

from . import Fault, Found, SendFailed, Sent, SmsMessage, Trace

CONNECT_MS = 3_000
READ_MS = 10_000
REGION = "cn-hangzhou"
MOST_CHARACTERS = 35
PAGE_SIZE = 50
MOST_PAGES = 4
_CHINA = dt.timezone(dt.timedelta(hours=8))

FAULTS: dict[str, Fault] = {
    **dict.fromkeys(("isp.SYSTEM_ERROR", "isv.BUSINESS_LIMIT_CONTROL"), Fault.RETRY),
    **dict.fromkeys(
        (
            "isv.OUT_OF_SERVICE", "isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL", "isv.SMS_SIGN_ILLEGAL", "isv.SIGN_STATE_ILLEGAL",
            "isv.SMS_SIGNATURE_SCENE_ILLEGAL", "isv.SMS_TEMPLATE_ILLEGAL", "isv.PRODUCT_UN_SUBSCRIPT", "isp.RAM_PERMISSION_DENY",
            "isv.DENY_IP_RANGE", "isv.ACCOUNT_ABNORMAL", "isv.AMOUNT_NOT_ENOUGH", "isv.ACCOUNT_NOT_EXISTS",
        ),
        Fault.STOP,
    ),
    **dict.fromkeys(
        (
            "isv.TEMPLATE_MISSING_PARAMETERS", "isv.INVALID_PARAMETERS", "isv.INVALID_JSON_PARAM", "isv.SMS_CONTENT_ILLEGAL",
            "isv.EXTEND_CODE_ERROR", "isv.PARAM_LENGTH_LIMIT", "isv.PARAM_NOT_SUPPORT_URL",
        ),
        Fault.MESSAGE,
    ),
    **dict.fromkeys(("isv.MOBILE_NUMBER_ILLEGAL", "isv.BLACK_KEY_CONTROL_LIMIT", "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"), Fault.NUMBER),
}  # fmt: skip
"""Words of the answer to SendSms."""
_STOPS = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "Forbidden", "NoPermission", "IncompleteSignature", "InvalidTimeStamp")
"""Beginnings of the words by which the gateway refuses the account or the clock."""
_NOT_SENT = ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError", "Connection refused")
"""Signs in the kit's message that no connection was made."""
_STATUS = {1: Found.SENT, 2: Found.FAILED, 3: Found.DELIVERED}


class AliyunChannel:
    """Sends for one account.

    Args:
        endpoint: host or address, ``""`` for the provider's own; most_characters: of a variable, 0 for the provider's limit.
    """

    name = "aliyun"
    needs_templates = True

    def __init__(self, key_id: str, key_secret: str, *, region: str = "", endpoint: str = "", most_characters: int = 0) -> None:
        parts = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
        config = Config(access_key_id=key_id, access_key_secret=key_secret, region_id=region or REGION, protocol=parts.scheme.upper())
        if parts.netloc:
            config.endpoint = parts.netloc
        self._client = Client(config)
        self._runtime = RuntimeOptions(autoretry=False, max_attempts=1, connect_timeout=CONNECT_MS, read_timeout=READ_MS)
        self.most_characters = most_characters or MOST_CHARACTERS
        # Its warnings name the address of a request, and the kit puts the number into that.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)

    def send(self, message: SmsMessage) -> Sent:
        """One request; the answer is 200 for what was refused, too."""
        request = SendSmsRequest(
            phone_numbers=message.phone,
            sign_name=message.sign,
            template_code=message.template_id,
            template_param=json.dumps(dict(message.params), ensure_ascii=False),
            out_id=message.out_id,
        )
        body = self._ask(lambda: self._client.send_sms_with_options(request, self._runtime))
        if body.code != "OK":
            raise SendFailed(fault_of(body.code), body.code or "no_code")
        return Sent(body.biz_id or message.out_id)

    def query(self, out_id: str, phone: str, sent_at: dt.datetime) -> Trace:
        """Asked by number and day, page by page; a message sent around midnight may stand under the next day."""
        day = sent_at.astimezone(_CHINA)
        days = [day.date()] if day.hour < 23 else [day.date(), day.date() + dt.timedelta(days=1)]
        for one in days:
            for page in range(1, MOST_PAGES + 1):
                details, total = self._details(phone, one, page)
                for detail in details:
                    if detail.out_id == out_id:
                        # The list repeats no number of its own, so ours stands for it.
                        return Trace(_STATUS.get(detail.send_status, Found.SENT), "", detail.err_code or "")
                if page * PAGE_SIZE >= total:
                    break
            else:
                return Trace(Found.UNKNOWN)
        return Trace(Found.ABSENT)

    def _details(self, phone: str, day: dt.date, page: int) -> tuple[list[Any], int]:
        request = QuerySendDetailsRequest(phone_number=phone, send_date=f"{day:%Y%m%d}", page_size=PAGE_SIZE, current_page=page)
        body = self._ask(lambda: self._client.query_send_details_with_options(request, self._runtime))
        if body.code != "OK":
            raise SendFailed(fault_of(body.code), body.code or "no_code")
        held = body.sms_send_detail_dtos
        return list((held and held.sms_send_detail_dto) or []), int(body.total_count or 0)

    def _ask(self, call: Any) -> Any:
        try:
            body = call().body
        except UnretryableException as error:
            lost = Fault.RETRY if any(sign in str(error) for sign in _NOT_SENT) else Fault.UNKNOWN
            raise SendFailed(lost, "no_connection" if lost is Fault.RETRY else "no_answer") from None
        except (DaraException, TeaException) as error:
            raise _refused(error) from None
        except (ValueError, AttributeError, TypeError):
            # The kit read an answer that is no JSON object.
            raise SendFailed(Fault.UNKNOWN, "unreadable_answer") from None
        if body is None:
            raise SendFailed(Fault.UNKNOWN, "empty_answer")
        return body

    def close(self) -> None:
        """The kit keeps its connections itself."""


def fault_of(code: str | None) -> Fault:
    """What a word of the answer means; one we do not know is for a person, and this message alone waits for them."""
    return FAULTS.get(code or "", Fault.STOP if code and code.startswith(_STOPS) else Fault.MESSAGE)


def _refused(error: Any) -> SendFailed:
    """An answer of 4xx or 5xx: the gateway refused it, or broke while it was at it."""
    code = str(getattr(error, "code", "") or "")
    status = getattr(error, "status_code", None) or getattr(error, "statusCode", None) or 0
    if code.startswith("Throttling") or status == 429:
        return SendFailed(Fault.RETRY, code or "throttled")
    if 400 <= int(status) < 500:
        known = code in FAULTS or code.startswith(_STOPS)
        return SendFailed(fault_of(code) if known else Fault.STOP, code or f"http_{status}")
    return SendFailed(Fault.UNKNOWN, code if code and code != "None" else f"http_{status}")
