"""Units of work of several threads, committed as one: a flush of the disk costs the same for one case as for ten.

The rule it keeps: nobody is answered before what they wrote is durable, and nobody's fault costs another: a unit of work that
fails with several in it is undone, and each is written again on its own. A thread leads and writes for all that wait; whoever
comes while it writes waits for the next turn, which the first of them leads. Source: group commit, as in DeWitt et al.,
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
PATIENCE_SECONDS = 1.0
"""Who waits longer for its turn writes alone: the leader's connection may hang while others work."""


class _Entry(Generic[Item, Result]):
    """One item on its way: ``turn`` is given when it was written (``over``), or when its thread is to lead."""

    __slots__ = ("item", "over", "results", "turn")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.over = False
        self.results: list[Result] = []
        self.turn = threading.Lock()
        self.turn.acquire()


class Together(Generic[Item, Result]):
    """Writes the items of the threads of one process together.

    Args:
        store: where they are written, each batch in ``store.write_alone()``.
    """

    def __init__(self, store: Store) -> None:
        self._open = store.write_alone
        self._lock = threading.Lock()
        self._waiting: list[_Entry[Item, Result]] = []
        self._led = False

    def write(self, item: Item, write: Write[Item, Result]) -> Result:
        """Write an item, alone or with others, and return when it is durable.

        Args:
            write: writes items in ``store.write_alone()`` and returns a result for each, in their order. After a fault it is
                called again with one item at a time, also with one that it had written by then.

        Raises:
            Exception: what ``write`` or the database raised for this item alone.
        """
        entry: _Entry[Item, Result] = _Entry(item)
        with self._lock:
            leads, self._led = not self._led, True
            if not leads:
                self._waiting.append(entry)
        if leads or (self._turn_comes(entry) and not entry.over):
            self._lead(entry, write)
        if not entry.results:
            with self._open() as tx:
                entry.results += write(tx, [item])
        return entry.results[0]

    def _turn_comes(self, entry: _Entry[Item, Result]) -> bool:
        """Wait for a turn; False where it did not come and the entry has left the line."""
        if entry.turn.acquire(timeout=PATIENCE_SECONDS):
            return True
        with self._lock:
            if entry in self._waiting:
                self._waiting.remove(entry)
                return False
        return entry.turn.acquire()  # somebody is writing it, or just gave it the lead

    def _lead(self, own: _Entry[Item, Result], write: Write[Item, Result]) -> None:
        batch: list[_Entry[Item, Result]] = []
        try:
            with self._open() as tx:
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
            self._hand_over(batch)

    def _take(self, own: _Entry[Item, Result]) -> list[_Entry[Item, Result]]:
        """The leader's own entry, and those that wait."""
        with self._lock:
            batch = [own, *self._waiting[: MOST - 1]]
            self._waiting = self._waiting[MOST - 1 :]
            return batch

    def _hand_over(self, batch: Sequence[_Entry[Item, Result]]) -> None:
        """Let those go whose turn is over, and the first of those who came meanwhile lead."""
        with self._lock:
            successor = self._waiting.pop(0) if self._waiting else None
            self._led = successor is not None
        for entry in batch:
            entry.over = True
            entry.turn.release()
        if successor is not None:
            successor.turn.release()
