"""Reads a sheet of spots as a clerk has it: XLSX, or CSV in UTF-8 or GB18030, with any of the usual separators.

The rule it keeps: every cell is text as it is seen (a number has no ``.0``), rows keep their numbers, and what cannot be read at
all is said in one sentence. Formulas are not run; the value that the spreadsheet last showed is taken.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import BadSheet

ROWS_MOST = 100_000
_CELL_CHARACTERS_MOST = 400
# A title or a note may stand above the head row, which is the first with this many cells.
_HEAD_CELLS = 2
_ENCODINGS = ("utf-8-sig", "gb18030")
_SEPARATORS = ",\t;，"


@dataclass(frozen=True, slots=True)
class SheetRows:
    """What stands in a sheet.

    Args:
        headings: the head row.
        rows: (number as the spreadsheet counts, cells) of every row below it that is not empty.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_sheet(path: str | Path) -> SheetRows:
    """The rows of a sheet; of a workbook, those of its first sheet.

    Raises:
        BadSheet: it cannot be read, has no head row, no rows below it, or too many.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadSheet(path.name, [f"cannot be read ({error.strerror})"]) from None
    return parse_sheet(data, path.name)


def parse_sheet(data: bytes, name: str) -> SheetRows:
    """As :func:`read_sheet`, from the bytes of a file; ``name`` is for the sentence that says what is wrong."""
    found = _workbook_rows(data, name) if data[:2] == b"PK" else _csv_rows(data, name)
    headings: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in enumerate(found, 1):
        if not headings:
            headings = cells if sum(map(bool, cells)) >= _HEAD_CELLS else ()
        elif any(cells):
            rows.append((number, cells))
        if len(rows) > ROWS_MOST:
            raise BadSheet(name, [f"has more than {ROWS_MOST} rows; part it into several sheets"])
    if not headings:
        raise BadSheet(name, ["has no head row"])
    if not rows:
        raise BadSheet(name, ["has no rows below its head row"])
    return SheetRows(headings, tuple(rows))


def _workbook_rows(data: bytes, name: str) -> Iterator[tuple[str, ...]]:
    # Loaded only when somebody brings a workbook: it takes as long as the whole web framework.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # A file that says it has a million rows is believed only as far as it has them.
        sheet.reset_dimensions()
        for cells in sheet.iter_rows(values_only=True):
            yield _row(cells)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, TypeError, SyntaxError, OSError) as error:
        raise BadSheet(name, [f"is no workbook that can be read ({type(error).__name__}); save it as .xlsx or CSV once more"]) from None


def _row(cells: Iterable[object]) -> tuple[str, ...]:
    return tuple(_text(cell) for cell in cells)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())[:_CELL_CHARACTERS_MOST]


def _csv_rows(data: bytes, name: str) -> Iterator[tuple[str, ...]]:
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadSheet(name, ["is neither UTF-8 nor GB18030; save it as CSV UTF-8 or as .xlsx"])
    if "\0" in text:
        raise BadSheet(name, ["is no text; save it as CSV UTF-8 or as .xlsx"])
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=head.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield _row(cells)
    except csv.Error as error:
        raise BadSheet(name, [f"is no CSV that can be read ({error})"]) from None
