"""How often each code was opened, counted in memory for a moment and written together.

The rule it keeps: a visit is counted without a word about who visited, and looking at a page never waits for the disk.
What a process has counted is written within two seconds and when it ends; a process that is killed loses those at most.
"""

from __future__ import annotations

import threading

from service.store.engine import Store
from service.store.scans import ScanKey, add_scans

WRITE_EVERY_SECONDS = 2.0


class ScanCounts:
    """Gathers counts of one process and writes them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._counts: dict[ScanKey, dict[str, int]] = {}
        self._timer: threading.Timer | None = None
        self._closed = False

    def add(self, key: ScanKey, kind: str) -> None:
        """Count one visit: ``opened`` or ``started``."""
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
            with self._store.write() as tx:
                add_scans(tx, counts)

    def close(self) -> None:
        """Write the rest; nothing is written by itself afterwards."""
        with self._lock:
            self._closed = True
            timer = self._timer
        if timer is not None:
            timer.cancel()
        self.write()
