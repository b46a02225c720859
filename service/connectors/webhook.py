"""The connector that posts signed CloudEvents to another hub's address.

The body is one CloudEvent in structured mode; the headers are those of Standard Webhooks (standardwebhooks.com, spec of
2023): ``webhook-id`` stays the same over every try, ``webhook-timestamp`` is of this try, and ``webhook-signature`` is
``v1,`` and the base64 of HMAC-SHA-256 over ``id.timestamp.body``. Only an answer of 2xx counts as delivered; redirects
are not followed, because a signed event goes to the address that was agreed and nowhere else.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable

import urllib3

from . import DeliveryFailed, Message, cloud_event

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
TOLERANCE_SECONDS = 300
"""How far a time stamp may be off when an event is verified (Standard Webhooks reference: five minutes)."""


class BadWebhook(Exception):
    """The headers do not prove that the event is genuine and fresh."""


def sign(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The ``webhook-signature`` of one try: ``v1,<base64>``."""
    tag = hmac.digest(secret, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(tag).decode()


def verify(secret: bytes, message_id: str, timestamp: str, signatures: str, body: bytes, *, now: int) -> None:
    """Check the headers of an event that came in; ``signatures`` may hold several, separated by spaces.

    Raises:
        BadWebhook: none of them fits, or the time stamp is more than five minutes off.
    """
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise BadWebhook("the time stamp is missing or too far off")
    expected = sign(secret, message_id, int(timestamp), body).encode()
    if not any(hmac.compare_digest(expected, given.encode()) for given in signatures.split(" ")):
        raise BadWebhook("no signature fits")


class WebhookConnector:
    """Posts events to ``url``, signed with ``secret``.

    Args:
        url: http or https address.
        secret: bytes, at least 24.
        clock: seconds since 1970; the time of the try.
    """

    name = "webhook"

    def __init__(self, url: str, secret: bytes, *, clock: Callable[[], float] = time.time) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock
        self._pool = urllib3.PoolManager(
            maxsize=4, retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        )

    def deliver(self, message: Message) -> None:
        """Post the event once."""
        body = json.dumps(cloud_event(message), ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = int(self._clock())
        headers = {
            "content-type": "application/cloudevents+json; charset=utf-8",
            "user-agent": "gonzhi",
            "idempotency-key": message.id,
            "webhook-id": message.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(self._secret, message.id, timestamp, body),
        }
        try:
            answer = self._pool.request("POST", self._url, body=body, headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise DeliveryFailed(f"no answer: {type(error).__name__}") from error
        if not 200 <= answer.status < 300:
            raise DeliveryFailed(f"answered {answer.status}", _retry_after(answer.headers.get("retry-after", "")))

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.clear()


def _retry_after(text: str) -> float:
    """Seconds from a Retry-After header; a date or nonsense counts as unsaid, and an hour is the most."""
    return float(min(int(text), 3600)) if text.isascii() and text.isdigit() else 0.0
