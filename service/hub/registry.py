"""The registry of codes as the scan page asks it: what became of this code, and where it hangs.

The rule it keeps: an answer may be at most half a second old, so that a poster at a busy gate costs one query and not a
hundred, and a code that is declared lost counts as lost at once for every practical purpose.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from service.store import codes
from service.store.codes import Posted
from service.store.engine import Store

KEPT_SECONDS = 0.5
MOST_KEPT = 4096


class Registry:
    """Looks codes up by their token.

    Args:
        store: where they are registered.
        now: seconds that only go up.
    """

    def __init__(self, store: Store, now: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._now = now
        self._kept: dict[str, tuple[float, Posted | None]] = {}

    def find(self, token: str) -> Posted | None:
        """What is registered under a token (upper case); None where nothing is."""
        now = self._now()
        kept = self._kept.get(token)
        if kept is not None and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        with self._store.read() as tx:
            found = codes.find_code(tx, token)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[token] = (now, found)
        return found

    def forget(self) -> None:
        """Ask anew from now on."""
        self._kept.clear()
