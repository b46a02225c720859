"""The connector that writes every event as one JSON line, to standard output or to a file.

For the demo, for a log collector, and for seeing what another hub would be told.
"""

from __future__ import annotations

import json
import sys
from typing import TextIO

from . import DeliveryFailed, Message, cloud_event


class ConsoleConnector:
    """Writes JSON lines to ``stream``; standard output where none is given."""

    name = "console"

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def deliver(self, message: Message) -> None:
        """Write one line and flush it."""
        # Standard output is looked up each time, so that a stream exchanged later is the one written to.
        stream = self._stream or sys.stdout
        try:
            stream.write(json.dumps(cloud_event(message), ensure_ascii=False) + "\n")
            stream.flush()
        except (OSError, ValueError) as error:
            raise DeliveryFailed(f"the output cannot be written: {error}") from error

    def close(self) -> None:
        """Leave the stream open: it belongs to whoever gave it."""
