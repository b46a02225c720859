"""The folder of one batch: what was asked, what has been made so far, and the lists at the end.

The rule it keeps: what was asked is written once and never changed, so that a run that goes on makes what the first would have
made; every finished poster is a line on the disk, and a line that was torn by a kill is as if it had not been written.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from .batch_manifest import MANIFEST, Record
from .errors import BadSheet

ASKED, JOURNAL = "batch.json", "journal.jsonl"
RECORDED = frozenset({"digest", *(key for key, _, _ in MANIFEST)})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a batch was asked for, whatever decides a byte of it.

    Args:
        batch_id: given to it when it began; sheet: digest of the sheet's bytes.
        words: everything else, by name.
    """

    batch_id: str
    sheet: str
    words: dict[str, str]


def read_asked(folder: Path) -> Asked | None:
    """What the batch of a folder was asked for; None where none was begun there.

    Raises:
        BadSheet: what was written down of it cannot be read.
    """
    path = folder / ASKED
    if not path.exists():
        return None
    try:
        known = Asked(**json.loads(path.read_text("utf-8")))
        texts: list[object] = [known.batch_id, known.sheet, *known.words, *known.words.values()]
        dt.date.fromisoformat(known.words["date"])
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        texts = [None]
    if not all(isinstance(text, str) for text in texts):
        raise BadSheet(str(folder), [f"its {ASKED} was altered and cannot be read; choose an empty folder for a new batch"])
    return known


def begin(folder: Path, asked: Asked) -> Asked:
    """What this folder's batch was asked for: ``asked`` where it is new, what it was asked for the first time where not.

    Raises:
        BadSheet: the folder holds a batch that was asked for something else, or other things.
    """
    path = folder / ASKED
    known = read_asked(folder)
    if known:
        differ = [name for name in sorted(known.words | asked.words) if known.words.get(name) != asked.words.get(name)]
        differ += ["the sheet"] if known.sheet != asked.sheet else []
        if differ:
            raise BadSheet(str(folder), [f"holds another batch ({', '.join(differ)} differ); choose an empty folder for a new one"])
        return known
    if folder.exists() and any(folder.iterdir()):
        raise BadSheet(str(folder), ["is not empty and holds no batch; choose an empty folder"])
    folder.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    with beside.open("w", encoding="utf-8") as file:
        file.write(json.dumps(asdict(asked), ensure_ascii=False, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    return asked


class Journal:
    """The finished posters of a batch, a line each, in the order in which they were finished."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / JOURNAL
        whole = 0
        if self._path.exists():
            data = self._path.read_bytes()
            whole = data.rfind(b"\n") + 1
        # Opened for appending only after a torn end is cut off, so that the next line is a line.
        with self._path.open("ab") as file:
            file.truncate(whole)

    def add(self, records: Iterable[Record]) -> None:
        """Keep these for good."""
        lines = "".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def records(self) -> Iterator[Record]:
        """Every finished poster in the order of the sheet, read from the disk one by one; of a row drawn twice the last.

        Raises:
            BadSheet: a line is not as it was written.
        """
        places: dict[int, int] = {}
        with self._path.open("rb") as file:
            at = 0
            for number, line in enumerate(file, 1):
                places[self._row(line, number)] = at
                at += len(line)
            for _, place in sorted(places.items()):
                file.seek(place)
                yield json.loads(file.readline())

    def _row(self, line: bytes, number: int) -> int:
        """The row that a line is about."""
        try:
            record = json.loads(line)
            row = record["row"]
        except (ValueError, TypeError, KeyError, RecursionError):
            row, record = None, {}
        if type(row) is not int or not record.keys() >= RECORDED:
            raise BadSheet(str(self._path), [f"line {number} was altered and cannot be read; choose an empty folder for a new batch"])
        return row
