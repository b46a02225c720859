"""Draws the files of a batch with as many processes as pay, never more than a few of them waiting in memory.

The rule it keeps: results come in the order in which they were asked for, a fault of one file is told with it, and helpers end
when the process that started them does, however it ends.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any

from .batch_drawing import Drawer, Unit
from .batch_manifest import Record
from .codes import CodeSigner
from .counties import load_county
from .keys import Key, KeyRing

# A helper takes a second to start, in which one process draws as many posters.
POSTERS_THAT_PAY = 1500
_BUNDLE = 40  # posters of one errand
_WAITING = 3  # errands in flight for each helper

_drawer: Drawer | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one file: a record of every poster in it, and the rows that could not be drawn."""

    records: list[Record]
    faults: list[tuple[int, str]]


def draw_units(drawer: Drawer, units: Sequence[Unit], county: str, workers: int = 0) -> Iterator[Made]:
    """Draw files, in order.

    Args:
        county: name or folder of the county, for helpers to load.
        workers: processes; 0 takes one for few posters and one for each core for many.
    """
    posters = sum(len(unit.rows) for unit in units)
    count = workers or (min(os.cpu_count() or 1, 8) if posters >= POSTERS_THAT_PAY else 1)
    if count == 1:
        for unit in units:
            yield Made(*drawer.draw(unit))
        return
    ring = drawer.signer.ring
    keys = {key_id: (key.algorithm, key.secret) for key_id, key in ring.keys.items()}
    start = (drawer.order, county, keys, ring.issuing, drawer.signer.base_url, drawer.folder)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=start) as pool:
        flying: deque[Future[list[Made]]] = deque()
        for bundle in _bundles(units):
            flying.append(pool.submit(_draw, bundle))
            if len(flying) >= count * _WAITING:
                yield from flying.popleft().result()
        while flying:
            yield from flying.popleft().result()


def _bundles(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    bundle: list[Unit] = []
    for unit in units:
        bundle.append(unit)
        if sum(len(one.rows) for one in bundle) >= _BUNDLE:
            yield bundle
            bundle = []
    if bundle:
        yield bundle


def _begin(order: Any, county: str, keys: dict[str, Any], issuing: str, base_url: str, folder: Any) -> None:
    global _drawer
    threading.Thread(target=_end_with_parent, daemon=True).start()
    ring = KeyRing({key_id: Key(*key) for key_id, key in keys.items()}, issuing)
    scheme, _, rest = base_url.partition("://")
    upper = rest.partition("/")[0].isupper()
    gc.freeze()  # fonts and tables stay to the end; looking through them again and again takes a tenth of the time
    _drawer = Drawer(order, CodeSigner(ring, f"{scheme}://{rest}", upper_host=upper), load_county(county), folder)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _draw(units: list[Unit]) -> list[Made]:
    assert _drawer is not None
    return [Made(*_drawer.draw(unit)) for unit in units]
