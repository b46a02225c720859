"""Ways to send an SMS: one file, one way, all with the same interface.

The rule they keep: a channel sends one message once, and says what became of it or raises :class:`SendFailed`; it never
tries twice by itself, because providers bill and deliver what they are asked a second time (Aliyun: SendSms is not
idempotent). It keeps no number and logs none. Imports nothing of the service but this package.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """One SMS.

    Args:
        out_id: ours; the provider repeats it in receipts, and is asked for it when an answer was lost.
        phone: eleven digits of a mobile number of mainland China.
        sign: signature, without brackets.
        template_id: what the provider calls the text, ``""`` where it needs none.
        params: variables in the order of the text, each by its name.
        text: the whole text as the telephone shows it, with the signature in 【】.
    """

    out_id: str
    phone: str
    sign: str
    template_id: str
    params: tuple[tuple[str, str], ...]
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took the message.

    Args:
        provider_id: its own number of the message; segments: how many parts it will bill, 0 where it did not say.
    """

    provider_id: str
    segments: int = 0


class Fault(StrEnum):
    """What a failure means for what is done next."""

    RETRY = "retry"
    """It was surely not sent; later it may be."""
    STOP = "stop"
    """Nothing can be sent until a person mends the account, the signature, the template or the money."""
    MESSAGE = "message"
    """This text will never be taken."""
    NUMBER = "number"
    """This number will never be reached."""
    UNKNOWN = "unknown"
    """No answer: it may have been sent. It is asked for, and not sent again before."""


class SendFailed(Exception):
    """The message was not sent, or nobody knows.

    Args:
        kind: what it means; code: the provider's word, or ours in small letters.
    """

    def __init__(self, kind: Fault, code: str) -> None:
        super().__init__(f"{kind.value}: {code}")
        self.kind = kind
        self.code = code


class Found(StrEnum):
    """What a provider knows of a message."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    ABSENT = "absent"
    """It surely never had it."""
    UNKNOWN = "unknown"
    """It cannot say."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The answer to "did you have this message?"."""

    found: Found
    provider_id: str = ""
    code: str = ""


class Channel(Protocol):
    """One way to send.

    ``most_characters`` is how long a variable may be, and ``needs_templates`` whether texts are filed with the provider.
    """

    name: str
    most_characters: int
    needs_templates: bool

    def send(self, message: SmsMessage) -> Sent:
        """Hand the message over, once.

        Raises:
            SendFailed: see :class:`Fault`.
        """

    def query(self, out_id: str, phone: str, sent_at: dt.datetime) -> Trace:
        """What became of a message that was handed over around ``sent_at`` (aware).

        Raises:
            SendFailed: the provider did not answer, or refused the question.
        """

    def close(self) -> None:
        """Give back connections and files."""


CHANNEL_NAMES = ("none", "console", "file", "aliyun", "tencent")
PROVIDERS = ("aliyun", "tencent")
"""Channels that need keys, a signature and filed texts."""


class MissingExtra(Exception):
    """The provider's own kit is not installed."""


def make_channel(
    name: str,
    *,
    folder: Path,
    echo: bool = False,
    key_id: str = "",
    key_secret: str = "",
    app_id: str = "",
    region: str = "",
    endpoint: str = "",
    most_characters: int = 0,
) -> Channel | None:
    """The channel of that name; None for ``none``.

    Args:
        folder: where ``file`` writes; echo: whether it also prints each message, its number masked.
        key_id, key_secret, app_id, region: of the account; endpoint: ``""`` for the provider's own.
        most_characters: 0 for the provider's own limit.

    Raises:
        MissingExtra: the provider's kit is not installed. KeyError: there is no channel of that name.
    """
    if name == "none":
        return None
    # Each is imported only where it is used: a service without a provider needs no kit.
    from .console import ConsoleChannel

    if name == "console":
        return ConsoleChannel()
    if name == "file":
        from .file import FileChannel

        return FileChannel(folder, echo=ConsoleChannel() if echo else None)
    try:
        if name == "aliyun":
            from .aliyun import AliyunChannel

            return AliyunChannel(key_id, key_secret, region=region, endpoint=endpoint, most_characters=most_characters)
        if name == "tencent":
            from .tencent import TencentChannel

            return TencentChannel(key_id, key_secret, app_id, region=region, endpoint=endpoint, most_characters=most_characters)
    except ImportError as error:
        raise MissingExtra(f"{name} needs its kit ({error.name} is missing): pip install 'gonzhi-code[{name}]'") from None
    raise KeyError(name)


def masked(phone: str) -> str:
    """A number as it may stand in a list: three digits, four stars, four digits."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "****"
