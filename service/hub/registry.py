"""The registry of codes as the scan page asks it: what became of this code, and where it hangs.

The rule it keeps: an answer may be at most half a second old, so that a poster at a busy gate costs one query and not a
hundred, and a code that is declared lost counts as lost at once for every practical purpose.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from service.store import codes, keys
from service.store.codes import Posted
from service.store.engine import Store

KEPT_SECONDS = 0.5
KEYS_KEPT_SECONDS = 5.0
"""States of keys and agencies change a few times a year; a key that leaked counts as such at once all the same."""
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
        self._keys: tuple[float, frozenset[str], dict[int, dict[str, Any]]] | None = None

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

    def leaked(self) -> frozenset[str]:
        """Ids of the keys that are compromised; an agency's as ``number:id``."""
        return self._key_facts()[1]

    def issuers(self) -> Mapping[int, dict[str, Any]]:
        """The agencies that mint on their own, by number."""
        return self._key_facts()[2]

    def _key_facts(self) -> tuple[float, frozenset[str], dict[int, dict[str, Any]]]:
        known, now = self._keys, self._now()
        if known is None or now - known[0] >= KEYS_KEPT_SECONDS:
            with self._store.read() as tx:
                leaked = frozenset(key_id for key_id, row in keys.key_states(tx).items() if row["state"] == "compromised")
                known = now, leaked, {row["number"]: row for row in keys.all_issuers(tx)}
            self._keys = known
        return known

    def forget(self) -> None:
        """Ask anew from now on."""
        self._kept.clear()
        self._keys = None
