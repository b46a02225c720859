"""The channel that appends each SMS to a file of JSON lines, one file a day: for a gateway that polls, and for tests.

The files hold numbers in the clear, because a gateway must dial them; folder and files belong to the service's user alone.
A line is whole or not there: it is written in one call and synced before it counts as sent.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import Fault, Found, SendFailed, Sent, SmsMessage, Trace
from .console import ConsoleChannel

_CHINA = dt.timezone(dt.timedelta(hours=8))


def forget_files(folder: Path, before: dt.date) -> int:
    """Delete the files of days before one. Returns how many there were."""
    old = [path for path in folder.glob("*.jsonl") if path.stem < before.isoformat()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


class FileChannel:
    """Writes to ``folder``.

    Args:
        echo: also prints each message, where given.
    """

    name = "file"
    most_characters = 35
    needs_templates = False

    def __init__(self, folder: Path, *, echo: ConsoleChannel | None = None) -> None:
        self._folder = folder
        self._echo = echo

    def send(self, message: SmsMessage) -> Sent:
        """Append one line and sync it."""
        line = {
            "out_id": message.out_id,
            "phone": message.phone,
            "sign": message.sign,
            "template_id": message.template_id,
            "params": dict(message.params),
            "text": message.text,
            "at": dt.datetime.now(_CHINA).isoformat(timespec="seconds"),
        }
        try:
            self._append((json.dumps(line, ensure_ascii=False) + "\n").encode())
        except OSError:
            raise SendFailed(Fault.RETRY, "file_not_written") from None
        if self._echo is not None:
            # What is printed is for the eye only: the message is safe in the file.
            with contextlib.suppress(SendFailed):
                self._echo.send(message)
        return Sent(message.out_id)

    def _append(self, line: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{dt.datetime.now(_CHINA):%Y-%m-%d}.jsonl"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            if os.write(handle, line) != len(line):
                raise OSError("the line was cut")
            os.fsync(handle)
        finally:
            os.close(handle)

    def query(self, out_id: str, phone: str, sent_at: dt.datetime) -> Trace:
        """Looked up in our own files from the day before on: a clock may be off, and a message may have waited."""
        try:
            found = any(line.get("out_id") == out_id for line in self._lines(sent_at))
        except OSError:
            raise SendFailed(Fault.RETRY, "file_not_read") from None
        return Trace(Found.SENT, out_id) if found else Trace(Found.ABSENT)

    def _lines(self, sent_at: dt.datetime) -> Iterator[dict[str, Any]]:
        day = sent_at.astimezone(_CHINA).date()
        for path in sorted(self._folder.glob("*.jsonl")):
            if path.stem < (day - dt.timedelta(days=1)).isoformat():
                continue
            for text in path.read_text("utf-8").splitlines():
                # A line that was cut by a crash was never counted as sent.
                with contextlib.suppress(ValueError):
                    line = json.loads(text)
                    if isinstance(line, dict):
                        yield line

    def close(self) -> None:
        """Nothing stays open."""
