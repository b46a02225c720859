"""The HTTP interfaces of two SMS providers on this machine: they check each request's signature and answer what they are told.

The signatures are worked out here from the providers' published recipes, not with their kits: ACS3-HMAC-SHA256
(help.aliyun.com 315526) and TC3-HMAC-SHA256 (cloud.tencent.com 382/52072).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

KEY_ID, KEY_SECRET, APP_ID = "key-id-of-the-test", "key-secret-of-the-test", "1400006666"
HANG_SECONDS = 5.0
CHINA = dt.timezone(dt.timedelta(hours=8))


class Provider:
    """One provider, listening.

    Args:
        kind: ``aliyun`` or ``tencent``.

    ``faults`` holds what the next requests get: a code of the provider; ``http 500``; ``garbage``; ``hang`` (no answer);
    ``lost`` (taken, and the connection cut before the answer). ``taken`` holds what was sent on, ``asked`` every request.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.faults: list[str] = []
        self.taken: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.reports: dict[str, str] = {}
        self.let_go = threading.Event()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                provider.answer(self, {name.lower(): value for name, value in self.headers.items()}, body)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler, headers: dict[str, str], body: bytes) -> None:
        """Check the signature, do what is asked or told, and answer."""
        signed = self._aliyun_signed(handler, headers, body) if self.kind == "aliyun" else self._tencent_signed(headers, body)
        if not signed:
            self.refused.append(handler.path)
            self._send(handler, 403 if self.kind == "aliyun" else 200, self._error("SignatureDoesNotMatch", "AuthFailure.SignatureFailure"))
            return
        action = headers["x-acs-action" if self.kind == "aliyun" else "x-tc-action"]
        self.asked.append(action)
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "hang":
            self.let_go.wait(HANG_SECONDS)
            handler.connection.close()
        elif fault.startswith("http "):
            self._send(handler, int(fault.split()[1]), {"Code": "ServiceUnavailable", "Message": "busy"})
        elif fault == "garbage":
            self._send(handler, 200, "<html>a proxy says hello</html>")
        else:
            asked = dict(parse_qsl(urlsplit(handler.path).query)) if self.kind == "aliyun" else json.loads(body)
            told = self._aliyun(action, asked, fault) if self.kind == "aliyun" else self._tencent(action, asked, fault)
            if fault == "lost":
                handler.connection.close()
            else:
                self._send(handler, 200, told)

    def _error(self, aliyun: str, tencent: str) -> Any:
        if self.kind == "aliyun":
            return {"Code": aliyun, "Message": "refused", "RequestId": "R"}
        return {"Response": {"Error": {"Code": tencent, "Message": "refused"}, "RequestId": "R"}}

    def _send(self, handler: BaseHTTPRequestHandler, status: int, told: Any) -> None:
        data = told.encode() if isinstance(told, str) else json.dumps(told, ensure_ascii=False).encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    # -- what each provider does

    def _aliyun(self, action: str, asked: dict[str, str], fault: str) -> Any:
        if fault not in ("", "lost"):
            return {"Code": fault, "Message": f"{asked.get('PhoneNumbers')} {fault}", "RequestId": "R"}
        if action == "SendSms":
            number = len(self.taken) + 1
            self.taken.append({"phone": asked["PhoneNumbers"], "out_id": asked["OutId"], "sign": asked["SignName"],
                               "template_id": asked["TemplateCode"], "params": json.loads(asked["TemplateParam"]), "day": today(), "id": f"biz-{number}"})  # fmt: skip
            return {"Code": "OK", "Message": "OK", "RequestId": "R", "BizId": f"biz-{number}"}
        assert action == "QuerySendDetails", action
        held = [one for one in self.taken if one["phone"] == asked["PhoneNumber"] and one["day"] == asked["SendDate"]]
        size, page = int(asked["PageSize"]), int(asked["CurrentPage"])
        words = {"SUCCESS": 3, "FAIL": 2, "": 1}
        lines = [{"OutId": one["out_id"], "SendStatus": words[self.reports.get(one["out_id"], "")], "PhoneNum": one["phone"]} for one in held]
        shown = lines[(page - 1) * size : page * size]
        return {"Code": "OK", "Message": "OK", "RequestId": "R", "TotalCount": str(len(lines)), "SmsSendDetailDTOs": {"SmsSendDetailDTO": shown}}

    def _tencent(self, action: str, asked: dict[str, Any], fault: str) -> Any:
        if action == "SendSms":
            line = {"PhoneNumber": asked["PhoneNumberSet"][0], "SessionContext": asked["SessionContext"], "IsoCode": "CN", "Fee": 0, "SerialNo": ""}
            if fault not in ("", "lost"):
                return {"Response": {"SendStatusSet": [{**line, "Code": fault, "Message": fault}], "RequestId": "R"}}
            number = len(self.taken) + 1
            self.taken.append({"phone": asked["PhoneNumberSet"][0].removeprefix("+86"), "out_id": asked["SessionContext"], "sign": asked["SignName"],
                               "template_id": asked["TemplateId"], "params": asked["TemplateParamSet"], "app": asked["SmsSdkAppId"], "id": f"serial-{number}"})  # fmt: skip
            return {"Response": {"SendStatusSet": [{**line, "Code": "Ok", "Message": "send success", "Fee": 2, "SerialNo": f"serial-{number}"}], "RequestId": "R"}}
        assert action == "PullSmsSendStatusByPhoneNumber", action
        if fault:
            return {"Response": {"Error": {"Code": fault, "Message": fault}, "RequestId": "R"}}
        lines = [
            {"SerialNo": one["id"], "SessionContext": one["out_id"], "ReportStatus": self.reports[one["out_id"]], "Description": "", "PhoneNumber": one["phone"]}
            for one in self.taken
            if f"+86{one['phone']}" == asked["PhoneNumber"] and one["out_id"] in self.reports
        ]
        return {"Response": {"PullSmsSendStatusSet": lines, "RequestId": "R"}}

    # -- their signatures

    def _aliyun_signed(self, handler: BaseHTTPRequestHandler, headers: dict[str, str], body: bytes) -> bool:
        scheme, _, rest = headers.get("authorization", "").partition(" ")
        parts = dict(part.split("=", 1) for part in rest.split(",")) if rest else {}
        if scheme != "ACS3-HMAC-SHA256" or parts.get("Credential") != KEY_ID:
            return False
        url = urlsplit(handler.path)
        pairs = sorted(parse_qsl(url.query, keep_blank_values=True))
        query = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)
        names = parts["SignedHeaders"].split(";")
        if not {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce"} <= set(names):
            return False
        lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
        hashed = hashlib.sha256(body).hexdigest()
        canonical = f"POST\n{url.path or '/'}\n{query}\n{lines}\n{parts['SignedHeaders']}\n{hashed}"
        text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        wanted = hmac.digest(KEY_SECRET.encode(), text.encode(), "sha256").hex()
        return headers["x-acs-content-sha256"] == hashed and hmac.compare_digest(wanted, parts["Signature"])

    def _tencent_signed(self, headers: dict[str, str], body: bytes) -> bool:
        scheme, _, rest = headers.get("authorization", "").partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",")) if rest else {}
        stamp = headers.get("x-tc-timestamp", "0")
        day = dt.datetime.fromtimestamp(int(stamp), dt.UTC).strftime("%Y-%m-%d")
        scope = f"{day}/sms/tc3_request"
        if scheme != "TC3-HMAC-SHA256" or parts.get("Credential") != f"{KEY_ID}/{scope}":
            return False
        lines = "".join(f"{name}:{headers[name].strip().lower() if name == 'content-type' else headers[name].strip()}\n" for name in parts["SignedHeaders"].split(";"))
        canonical = f"POST\n/\n\n{lines}\n{parts['SignedHeaders']}\n{hashlib.sha256(body).hexdigest()}"
        text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"TC3{KEY_SECRET}".encode()
        for part in (day, "sms", "tc3_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), parts["Signature"])


def today() -> str:
    """The day that the provider writes down."""
    return dt.datetime.now(CHINA).strftime("%Y%m%d")


@contextmanager
def running_provider(kind: str) -> Iterator[Provider]:
    """A provider that ends with the block."""
    provider = Provider(kind)
    try:
        yield provider
    finally:
        provider.let_go.set()
        provider.server.shutdown()
        provider.server.server_close()
