"""How often each code was opened, counted in memory for a moment and written together.

The rule it keeps: a visit is counted without a word about who visited, and looking at a page never waits for the disk.
What a process has counted is written within two seconds and when it ends; a process that is killed loses those at most.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping

from service.store import StoreFault
from service.store.counters import bump_counter
from service.store.engine import Store
from service.store.scans import ScanKey, add_scans

WRITE_EVERY_SECONDS = 2.0


def hourly_key(code_id: int) -> str:
    """The counter of a code's visits in one hour; a poster that is opened a thousand times in one is looked at."""
    return f"opened:{code_id}"


def _opened_by_code(counts: Mapping[ScanKey, Mapping[str, int]]) -> dict[int, int]:
    opened: dict[int, int] = {}
    for (_day, code_id, _scene), kinds in counts.items():
        if code_id and kinds.get("opened"):
            opened[code_id] = opened.get(code_id, 0) + kinds["opened"]
    return opened


class ScanCounts:
    """Gathers counts of one process and writes them.

    Args:
        clock: the time, aware; visits are also counted by the hour in which they are written.
    """

    def __init__(self, store: Store, clock: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: dict[ScanKey, dict[str, int]] = {}
        self._timer: threading.Timer | None = None
        self._closed = False

    def add(self, key: ScanKey, kind: str) -> None:
        """Count one visit: ``opened``, ``started``, ``near`` or ``far``."""
        with self._lock:
            kinds = self._counts.setdefault(key, {})
            kinds[kind] = kinds.get(kind, 0) + 1
            # The timer starts with the first visit, so it lives in the process that serves and not in the one it forked from.
            if self._timer is None and not self._closed:
                self._timer = threading.Timer(WRITE_EVERY_SECONDS, self.write)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Write what was counted since the last time."""
        with self._lock:
            counts, self._counts = self._counts, {}
            self._timer = None
        if counts:
            try:
                self._write(counts)
            except StoreFault:
                self._put_back(counts)
                raise

    def _write(self, counts: Mapping[ScanKey, Mapping[str, int]]) -> None:
        with self._store.write() as tx:
            add_scans(tx, counts)
            # In one order for everybody, as add_scans does it.
            for code_id, opened in sorted(_opened_by_code(counts).items()):
                bump_counter(tx, hourly_key(code_id), self._hour(), opened)

    def _put_back(self, counts: Mapping[ScanKey, Mapping[str, int]]) -> None:
        """Keep what could not be written for the next time."""
        with self._lock:
            for key, kinds in counts.items():
                kept = self._counts.setdefault(key, {})
                for kind, more in kinds.items():
                    kept[kind] = kept.get(kind, 0) + more

    def _hour(self) -> dt.datetime:
        return self._clock().replace(minute=0, second=0, microsecond=0)

    def close(self) -> None:
        """Write the rest; nothing is written by itself afterwards."""
        with self._lock:
            self._closed = True
            timer = self._timer
        if timer is not None:
            timer.cancel()
        self.write()
