"""What goes into the cells of a table file, so that no spreadsheet ever runs it.

The rule it keeps: whatever somebody called a place, it stays text. In CSV, text that a spreadsheet would take for a formula is led
by an apostrophe; a workbook is written with everything switched off that turns text into something else.
Source: OWASP, "CSV Injection": = + - @, tab and carriage return.
"""

from __future__ import annotations

from typing import TypeVar

Cell = TypeVar("Cell")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
STAYS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options of an XlsxWriter workbook under which text stays text."""


def harmless(value: Cell) -> Cell | str:
    """The value for a cell of a CSV file; only a text that begins like a formula is changed."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
