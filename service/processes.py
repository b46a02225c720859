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
LOOK_EVERY_SECONDS = 0.1
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
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
        # A signal that came while the child still has our handlers would raise our flag in its memory, and be lost.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        self.pid = os.fork()
        if self.pid == 0:
            self._run(parent)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _run(self, parent: int) -> None:
        status = 1
        try:
            # Ctrl-C of a terminal goes to the whole group; only the parent hears it and ends the children in order.
            os.setpgid(0, 0)
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            _die_with(parent)
            self._work()
            status = 0
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1
        except KeyboardInterrupt:
            status = 0
        finally:
            fault = sys.exc_info()[1]
            if fault is not None:
                sys.excepthook(type(fault), fault, fault.__traceback__)
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


class Family:
    """Children that live and end together.

    A signal to stop only raises a flag, which is looked at several times a second: an exception raised out of a signal
    handler may land where Python ignores exceptions, and the signal would be lost.
    """

    def __init__(self, children: list[Child]) -> None:
        self._children = children
        self._stopping = False

    def start(self) -> None:
        """Listen for Ctrl-C, SIGTERM and a closed terminal, and start every child."""
        for number in _SIGNALS:
            signal.signal(number, self._stop)
        for child in self._children:
            child.start()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    @property
    def stopping(self) -> bool:
        """Whether a signal asked us to stop."""
        return self._stopping

    def watch(self) -> str:
        """Start again what may be started again, until a signal comes or a child ends that may not.

        Returns:
            Its name; ``""`` for a signal.
        """
        start_at: dict[str, float] = {}
        while not self._stopping:
            time.sleep(LOOK_EVERY_SECONDS)
            for child in self._children:
                if self._stopping or not child.ended():
                    continue
                if not child.again:
                    return child.name
                if child.name not in start_at:
                    print(f"The {child.name} ended; it is started again.", file=sys.stderr, flush=True)
                    start_at[child.name] = time.monotonic() + AGAIN_AFTER_SECONDS
                elif time.monotonic() >= start_at[child.name]:
                    del start_at[child.name]
                    child.start()
        return ""

    def end(self) -> None:
        """Ask every child to end, wait, and insist."""
        left = [child for child in self._children if not child.ended()]
        for child in left:
            child.signal(signal.SIGTERM)
        patience = time.monotonic() + STOP_SECONDS
        while left and time.monotonic() < patience:
            time.sleep(0.02)
            left = [child for child in left if not child.ended()]
        for child in left:
            child.signal(signal.SIGKILL)
            while not child.ended():
                time.sleep(0.02)


def _die_with(parent: int) -> None:
    """On Linux the kernel ends the child when the parent is gone, even if that was killed."""
    if sys.platform != "linux":
        return
    libc: Any = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
