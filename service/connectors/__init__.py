"""Ways into other hubs: one file, one way, all with the same interface.

The rule they keep: a connector either delivers a message or raises :class:`DeliveryFailed`; it never loses one silently
and never tries twice by itself, because the outbox decides when to try again. A message carries an id that stays the
same over every try, so that the other side can drop repeats. Imports nothing of the service but this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell, as it stands in the outbox.

    Args:
        id: stays the same over every try: the idempotency key.
        topic: ``case.assigned``, ``code.alarm`` ...: lower-case ASCII words with dots.
        subject: what it is about, in ASCII: a case number.
        at: when it happened, ISO 8601 in UTC.
        source: who tells it: ``/hub/<six digits of the county>``.
        data: JSON-able facts, without anything that identifies a person.
    """

    id: str
    topic: str
    subject: str
    at: str
    source: str
    data: Mapping[str, Any]


class DeliveryFailed(Exception):
    """The message did not arrive.

    Args:
        reason: one sentence for the list of failures.
        retry_after: seconds the other side asked us to wait, 0 where it did not say.
    """

    def __init__(self, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class Connector(Protocol):
    """One way to another hub."""

    name: str

    def deliver(self, message: Message) -> None:
        """Hand the message over; when this returns, the other side has it.

        Raises:
            DeliveryFailed: it did not arrive, or the other side did not say that it did.
        """

    def close(self) -> None:
        """Give back connections and files."""


def cloud_event(message: Message) -> dict[str, Any]:
    """The message as a CloudEvents 1.0 event in structured mode (cloudevents.io, spec 1.0.2, section 3.2).

    Source, type and subject stay ASCII, because peers differ in how they decode them; Chinese stands in ``data`` only.
    """
    return {
        "specversion": "1.0",
        "id": message.id,
        "source": message.source,
        "type": f"cn.gonzhi.{message.topic}",
        "subject": message.subject,
        "time": message.at,
        "datacontenttype": "application/json",
        "data": dict(message.data),
    }


CONNECTOR_NAMES = ("console", "webhook")


def make_connector(name: str, *, webhook_url: str = "", webhook_secret: bytes = b"") -> Connector:
    """The connector of that name.

    Raises:
        KeyError: there is no connector of that name.
    """
    # Each is imported only where it is used: a service without webhooks needs no HTTP client.
    if name == "console":
        from .console import ConsoleConnector

        return ConsoleConnector()
    if name == "webhook":
        from .webhook import WebhookConnector

        return WebhookConnector(webhook_url, webhook_secret)
    raise KeyError(name)
