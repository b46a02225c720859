"""The channel that prints each SMS as one line, its number masked: for the demo and for seeing what would be sent."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TextIO

from . import Fault, Found, SendFailed, Sent, SmsMessage, Trace, masked


class ConsoleChannel:
    """Writes to ``stream``; standard output where none is given."""

    name = "console"
    most_characters = 35
    needs_templates = False

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def send(self, message: SmsMessage) -> Sent:
        """Write one line and flush it."""
        # Standard output is looked up each time, so that a stream exchanged later is the one written to.
        stream = self._stream or sys.stdout
        try:
            stream.write(f"SMS {masked(message.phone)} {message.text}\n")
            stream.flush()
        except (OSError, ValueError):
            raise SendFailed(Fault.RETRY, "output_closed") from None
        return Sent(message.out_id)

    def query(self, out_id: str, phone: str, sent_at: dt.datetime) -> Trace:
        """A line that scrolled away cannot be asked for."""
        return Trace(Found.UNKNOWN)

    def close(self) -> None:
        """Leave the stream open: it belongs to whoever gave it."""
