"""Who numbers spots and printings: the ledger, and one that is a folder.

The rule it keeps: a number is on the disk before anything with it is printed, and a batch that asks again for the same row
gets the same number. So a run that was killed at any moment goes on with the numbers it had, and no code is ever minted twice.
A service with a registry of its own brings a ledger of its own; both are held to this by the same tests.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .accused import plain
from .batch import SPOT_NUMBER_MOST, PlannedPoster
from .errors import BadSheet
from .spots import Spot

SERIAL_MOST = 4095
LEDGER_FILE = "ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Reserved:
    """The numbers of one row: of its spot, and how many times spot and scene have been printed with this."""

    row: int
    spot_id: int
    serial: int


class Ledger(Protocol):
    """Numbers spots and printings, and hears of every poster that was minted."""

    def reserve(self, batch_id: str, posters: Sequence[PlannedPoster]) -> list[Reserved]:
        """Numbers for these rows, in their order, kept for good before this returns; for a row that has some, the same.

        Raises:
            BadSheet: no number is left for a row; nothing was reserved.
        """

    def minted(self, batch_id: str, tokens: Iterable[tuple[int, str]]) -> None:
        """Hear that posters (row, token) were drawn and read back; hearing it twice changes nothing."""


def spot_identity(spot: Spot) -> str:
    """By what a spot without a number is known again: place, name, subject and address, however they are typed."""
    return "|".join((spot.village_id, *map(plain, (spot.name, spot.subject_name, spot.address))))


class FileLedger:
    """A ledger in a folder: one file that is only ever appended to, for one machine and any number of processes.

    Args:
        folder: made where it is missing; keep it as carefully as the keys, for without it numbers start anew.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / LEDGER_FILE
        self._forget()

    def _forget(self) -> None:
        """Know nothing; everything is read anew when it is next asked for."""
        self._read_to = 0
        self._spots: dict[tuple[int, str], int] = {}  # issuer and identity -> number
        self._numbers: dict[int, int] = {}  # issuer -> highest number
        self._serials: dict[tuple[int, int, str], int] = {}  # issuer, spot and scene -> highest serial
        self._rows: dict[tuple[str, int], Reserved] = {}
        self._minted: dict[tuple[str, int], str] = {}

    @contextmanager
    def _open(self) -> Iterator[int]:
        """The file, for this process alone, everything that others wrote taken in."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._take_in(handle)
            yield handle
        except BadSheet:
            self._forget()
            raise
        finally:
            os.close(handle)

    def _take_in(self, handle: int) -> None:
        size = os.fstat(handle).st_size
        data = os.pread(handle, size - self._read_to, self._read_to)
        whole, _, torn = data.rpartition(b"\n")
        if torn:
            # A run was killed while writing; what it had not finished was promised to nobody.
            os.ftruncate(handle, size - len(torn))
        for line in whole.splitlines():
            try:
                self._learn(json.loads(line))
            except (ValueError, TypeError, KeyError, RecursionError):
                # Numbers that are not known might be given twice, so nothing goes on without this line.
                raise BadSheet(str(self._path), [f"cannot be read at {line[:60].decode('utf-8', 'replace')!r}; restore it from a backup"]) from None
        self._read_to = size - len(torn)

    def _append(self, handle: int, entries: list[dict[str, Any]]) -> None:
        if not entries:
            return
        data = "".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n" for entry in entries).encode()
        written = 0
        while written < len(data):
            written += os.pwrite(handle, data[written:], self._read_to + written)
        os.fsync(handle)
        self._read_to += len(data)

    def _learn(self, entry: dict[str, Any]) -> None:
        if entry["do"] == "minted":
            self._minted[entry["batch"], entry["row"]] = entry["token"]
            return
        issuer, spot_id, scene, serial = entry["issuer"], entry["spot"], entry["scene"], entry["serial"]
        if entry["identity"]:
            self._spots.setdefault((issuer, entry["identity"]), spot_id)
        self._numbers[issuer] = max(self._numbers.get(issuer, 0), spot_id)
        key = (issuer, spot_id, scene)
        self._serials[key] = max(self._serials.get(key, 0), serial)
        self._rows[entry["batch"], entry["row"]] = Reserved(entry["row"], spot_id, serial)

    def reserve(self, batch_id: str, posters: Sequence[PlannedPoster]) -> list[Reserved]:
        """See :meth:`Ledger.reserve`."""
        with self._open() as handle:
            # Numbers that this very sheet gives are not handed to rows without one.
            given: dict[int, int] = {}
            for poster in posters:
                given[poster.spot.issuer] = max(given.get(poster.spot.issuer, 0), poster.spot.id)
            for issuer, number in given.items():
                self._numbers[issuer] = max(self._numbers.get(issuer, 0), number)
            entries = []
            for poster in posters:
                if (batch_id, poster.row) not in self._rows:
                    entries.append(self._entry(batch_id, poster))
                    self._learn(entries[-1])
            self._append(handle, entries)
            return [self._rows[batch_id, poster.row] for poster in posters]

    def _entry(self, batch_id: str, poster: PlannedPoster) -> dict[str, Any]:
        spot, identity = poster.spot, spot_identity(poster.spot)
        issuer = spot.issuer
        spot_id = spot.id or self._spots.get((issuer, identity)) or self._numbers.get(issuer, 0) + 1
        serial = self._serials.get((issuer, spot_id, poster.scene_key), 0) + 1
        if spot_id > SPOT_NUMBER_MOST or serial > SERIAL_MOST:
            raise BadSheet("the ledger", [f"row {poster.row}: spot {spot_id} was printed {serial - 1} times; no number is left"])
        return {
            "do": "reserve", "batch": batch_id, "row": poster.row, "issuer": issuer, "spot": spot_id,
            "scene": poster.scene_key, "serial": serial, "identity": "" if spot.id else identity,
        }  # fmt: skip

    def minted(self, batch_id: str, tokens: Iterable[tuple[int, str]]) -> None:
        """See :meth:`Ledger.minted`."""
        with self._open() as handle:
            new = [(row, token) for row, token in tokens if self._minted.get((batch_id, row)) != token]
            entries = [{"do": "minted", "batch": batch_id, "row": row, "token": token} for row, token in new]
            for entry in entries:
                self._learn(entry)
            self._append(handle, entries)
