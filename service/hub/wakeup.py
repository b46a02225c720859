"""A tap on the shoulder for the outbox worker: one datagram on a local socket, sent after a commit.

The rule it keeps: it only makes things faster. Where nobody listens or the socket is full, nothing happens, because the
worker also looks by itself a few times a second; nothing is ever carried in the datagram.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import select
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

GATHER_SECONDS = 0.2
"""How long a tap waits for others, so that a rush of cases costs a few units of work and not one each."""
_SOCKET_NAME = "outbox.sock"
_LONGEST_PATH = 100
"""Bytes that the address of a local socket may have (108 on Linux, 104 on BSD)."""


class Waker:
    """Taps; made once in each process that writes to the outbox.

    Args:
        now: seconds that only go up.
    """

    def __init__(self, var_dir: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._tapped_at = -GATHER_SECONDS
        self._path = _address(var_dir)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def wake(self) -> None:
        """Tap, if anybody listens; a tap just before wakes whoever listens late enough to see this as well."""
        now = self._now()
        if now - self._tapped_at < GATHER_SECONDS / 2:
            return
        self._tapped_at = now
        with contextlib.suppress(OSError):
            self._socket.sendto(b"!", self._path)

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()


class Sleeper:
    """Sleeps until tapped or until the time is over; made once in the worker."""

    def __init__(self, var_dir: Path) -> None:
        self._path = _address(var_dir)
        var_dir.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(self._path)
        os.chmod(self._path, 0o600)

    def sleep(self, seconds: float) -> bool:
        """Wait at most ``seconds``; True when tapped. Taps that piled up count as one."""
        readable, _, _ = select.select([self._socket], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            while True:
                self._socket.recv(16)
        return bool(readable)

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)


def _address(var_dir: Path) -> str:
    path = str(var_dir / _SOCKET_NAME)
    if len(path.encode()) <= _LONGEST_PATH:
        return path
    # A folder far down the tree leaves no room for the address, so the socket goes where temporary files go.
    return f"{tempfile.gettempdir()}/gonzhi-{hashlib.sha256(path.encode()).hexdigest()[:32]}.sock"
