"""Units of work of several threads, committed as one: a flush of the disk costs the same for one case as for ten.

The rule it keeps: nobody is answered before what they wrote is durable, and nobody's fault costs another: a unit of work that
fails with several in it is undone, and each is written again on its own. A thread leads and writes for all that wait; whoever
comes while it writes waits for the next turn, which the first of them leads. SQLite lets one write at a time, so one leads;
PostgreSQL is waited for more than it is worked with, so a few lead beside each other. Source: group commit, as in DeWitt et al.,
"Implementation techniques for main memory database systems" (SIGMOD 1984).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from .engine import Store, Tx

Item = TypeVar("Item")
Result = TypeVar("Result")
Write = Callable[[Tx, Sequence[Item]], Sequence[Result]]
MOST = 64
"""Items of one unit of work."""
LEADERS = {"sqlite": 1, "postgresql": 3}
"""Units of work of one process at a time, by engine."""


class _Entry(Generic[Item, Result]):
    """One item on its way: ``turn`` is given when it was written (``over``) or when its thread is to lead (``leads``)."""

    __slots__ = ("item", "leads", "over", "results", "turn")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.leads = False
        self.over = False
        self.results: list[Result] = []
        self.turn = threading.Lock()
        self.turn.acquire()


class Together(Generic[Item, Result]):
    """Writes the items of the threads of one process together.

    Args:
        store: where they are written.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._waiting: list[_Entry[Item, Result]] = []
        self._leaders, self._most_leaders = 0, LEADERS[store.dialect]

    def write(self, item: Item, write: Write[Item, Result]) -> Result:
        """Write an item, alone or with others, and return when it is durable.

        Args:
            write: writes items in a unit of work and returns a result for each, in their order; it may be called again with
                the same items after a unit of work was undone.

        Raises:
            Exception: what ``write`` or the database raised for this item alone.
        """
        entry: _Entry[Item, Result] = _Entry(item)
        with self._lock:
            self._waiting.append(entry)
            entry.leads = self._leaders < self._most_leaders
            self._leaders += entry.leads
        if not entry.leads:
            entry.turn.acquire()
        if not entry.over:
            self._lead(entry, write)
        if not entry.results:
            with self._store.write() as tx:
                entry.results += write(tx, [item])
        return entry.results[0]

    def _lead(self, own: _Entry[Item, Result], write: Write[Item, Result]) -> None:
        batch: list[_Entry[Item, Result]] = []
        try:
            with self._store.write() as tx:
                # Taken only now: while this thread waited for its turn at the database, more have come.
                batch += self._take(own)
                results = write(tx, [entry.item for entry in batch])
            for entry, result in zip(batch, results, strict=True):
                entry.results.append(result)
        except Exception:
            if len(batch) > 1:
                return  # each is written on its own, and meets its own fault
            raise
        finally:
            self._hand_over(own, batch)

    def _take(self, own: _Entry[Item, Result]) -> list[_Entry[Item, Result]]:
        """The leader's own entry, and those that wait and do not lead themselves."""
        with self._lock:
            batch = [own, *[entry for entry in self._waiting if not entry.leads][: MOST - 1]]
            taken = set(map(id, batch))
            self._waiting = [entry for entry in self._waiting if id(entry) not in taken]
            return batch

    def _hand_over(self, own: _Entry[Item, Result], batch: Sequence[_Entry[Item, Result]]) -> None:
        """Let those go whose turn is over, and the first of those who came meanwhile lead."""
        with self._lock:
            if own in self._waiting:
                self._waiting.remove(own)  # the database was not even reached
            successor = next((entry for entry in self._waiting if not entry.leads), None)
            if successor is None:
                self._leaders -= 1
            else:
                successor.leads = True
        for entry in batch:
            entry.over = True
            entry.turn.release()
        if successor is not None:
            successor.turn.release()
