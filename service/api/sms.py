"""Where SMS providers push receipts and replies.

The rule it keeps: the last part of the address is a secret that only the provider was given; without one set, and with a
wrong one, the addresses do not exist. What cannot be read is answered with an error, so that it is pushed again and seen;
what can be read is answered as done only when it is stored, and may come twice.

Sources: help.aliyun.com (SmsReport, SmsUp: JSON arrays, answered with code 0), tencentcloud.com 382/43547 and 43548.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from service.hub.context import Hub
from service.hub.replies import Reply, take_reply
from service.hub.sms_receipts import Receipt, note_receipts

MOST_BYTES = 524_288
MOST_ITEMS = 1_000
_NO_STORE = "no-store"

Item = Mapping[str, Any]


class Unreadable(ValueError):
    """The body is not what the provider describes."""


def blueprint(hub: Hub) -> Blueprint:
    """The four addresses."""
    routes = Blueprint("sms", __name__)
    takers: Mapping[tuple[str, str], Callable[[list[Item]], None]] = {
        ("aliyun", "report"): lambda items: _note(hub, [_aliyun_receipt(item) for item in items]),
        ("tencent", "report"): lambda items: _note(hub, [_tencent_receipt(item) for item in items]),
        ("aliyun", "up"): lambda items: _take(hub, [_aliyun_reply(item) for item in items]),
        ("tencent", "up"): lambda items: _take(hub, [_tencent_reply(hub, item) for item in items]),
    }

    @routes.post("/hooks/sms/<provider>/<what>/<secret>")
    def pushed(provider: str, what: str, secret: str) -> Response:
        wanted = hub.settings.sms.hook_secret
        taker = takers.get((provider, what))
        if taker is None or not wanted or not hmac.compare_digest(wanted.encode(), secret.encode()):
            abort(404)
        try:
            taker(_items())
        except Unreadable as error:
            return _answer(provider, 1, str(error), 400)
        return _answer(provider, 0, "OK", 200)

    return routes


def _note(hub: Hub, receipts: list[Receipt]) -> None:
    note_receipts(hub, receipts)


def _take(hub: Hub, replies: list[Reply]) -> None:
    for reply in replies:
        take_reply(hub, reply)


def _items() -> list[Item]:
    """The pushed objects.

    Raises:
        Unreadable: no JSON, or no list of objects. LengthRequired, RequestEntityTooLarge: see errors.py.
    """
    if request.content_length is None:
        abort(411)
    if request.content_length > MOST_BYTES:
        abort(413)
    request.max_content_length = MOST_BYTES
    # Whatever type the provider states: the body is JSON or it is nothing.
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise Unreadable("the body is not JSON") from None
    items: list[Any] = body if isinstance(body, list) else [body]
    if len(items) > MOST_ITEMS or not all(isinstance(item, dict) for item in items):
        raise Unreadable("the body is not a JSON list of objects")
    return items


def _answer(provider: str, code: int, words: str, status: int) -> Response:
    answer = jsonify(code=code, msg=words) if provider == "aliyun" else jsonify(result=code, errmsg=words)
    answer.status_code = status
    answer.headers["Cache-Control"] = _NO_STORE
    return answer


def _word(item: Item, name: str, *, needed: bool = False) -> str:
    value = item.get(name)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if needed and not text:
        raise Unreadable(f"an object has no {name}")
    return text


def _aliyun_receipt(item: Item) -> Receipt:
    if not isinstance(item.get("success"), bool):
        raise Unreadable("an object has no success")
    size = _word(item, "sms_size")
    return Receipt(
        out_id=_word(item, "out_id"),
        provider_id=_word(item, "biz_id", needed=True),
        delivered=item["success"],
        code=_word(item, "err_code"),
        segments=int(size) if size.isascii() and size.isdigit() and len(size) < 3 else 0,
    )


def _tencent_receipt(item: Item) -> Receipt:
    status = _word(item, "report_status", needed=True)
    return Receipt("", _word(item, "sid", needed=True), status == "SUCCESS", _word(item, "errmsg"))


def _aliyun_reply(item: Item) -> Reply:
    return Reply("aliyun", _word(item, "sequence_id", needed=True), _word(item, "phone_number", needed=True), _word(item, "content"))


def _tencent_reply(hub: Hub, item: Item) -> Reply:
    phone, text, time = _word(item, "mobile", needed=True), _word(item, "text"), _word(item, "time", needed=True)
    # It gives a reply no number of its own: who, when and what make one, under a key, because numbers can be tried out.
    return Reply("tencent", hub.sealer.blind("sms-reply-key", f"{phone}\n{time}\n{text}"), phone, text)
