"""Child processes of the demo: started by forking, watched, started again when they die, ended together.

The rule it keeps: no child outlives its parent, however the parent ends; stopping asks first (SIGTERM) and insists after
a few seconds (SIGKILL). Children are forked after everything is imported, so a start takes no longer than one import.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

STOP_SECONDS = 8.0
AGAIN_AFTER_SECONDS = 1.0
"""Pause before a child that died is started again, so that one that cannot live does not spin."""
_PR_SET_PDEATHSIG = 1


class Child:
    """One process.

    Args:
        name: for messages.
        work: what it does; its return ends the process.
        again: whether it is started again when it dies.
    """

    def __init__(self, name: str, work: Callable[[], None], *, again: bool) -> None:
        self.name = name
        self.again = again
        self.pid = 0
        self._work = work

    def start(self) -> None:
        """Fork."""
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._run(parent)

    def _run(self, parent: int) -> None:
        status = 1
        try:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            _die_with(parent)
            self._work()
            status = 0
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1
        except KeyboardInterrupt:
            status = 0
        finally:
            # Nothing of the parent's own endings may run in the child.
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    def ended(self) -> bool:
        """Whether the process is over."""
        if not self.pid:
            return True
        pid, _ = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            self.pid = 0
        return not self.pid

    def signal(self, number: int) -> None:
        """Send a signal, if the process still lives."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Stopped(BaseException):
    """A signal asked us to stop; raised in the main thread, past every ``except Exception``."""


def stop_on_signals() -> None:
    """Let Ctrl-C, SIGTERM and a closed terminal raise :class:`Stopped`."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def watch(children: list[Child], *, every: float = 0.2) -> str:
    """Start again what may be started again, until something ends that may not. Returns its name.

    Raises:
        Stopped: a signal came.
    """
    while True:
        time.sleep(every)
        for child in children:
            if child.ended():
                if not child.again:
                    return child.name
                print(f"The {child.name} ended; it is started again.", file=sys.stderr, flush=True)
                time.sleep(AGAIN_AFTER_SECONDS)
                child.start()


def end(children: list[Child]) -> None:
    """Ask every child to end, wait, and insist."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        child.signal(signal.SIGTERM)
    patience = time.monotonic() + STOP_SECONDS
    left = list(children)
    while left and time.monotonic() < patience:
        left = [child for child in left if not child.ended()]
        time.sleep(0.02)
    for child in left:
        child.signal(signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child.pid, 0)


def _die_with(parent: int) -> None:
    """On Linux the kernel ends the child when the parent is gone, even if that was killed."""
    if sys.platform != "linux":
        return
    libc: Any = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
