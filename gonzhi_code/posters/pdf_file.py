"""The frame of a PDF file: numbered objects one after another, their table, and the trailer (ISO 32000-1, 7.5).

Objects are written as they come and forgotten, so that a document of any length needs no memory but eight bytes an object.
The file's id follows from what was written; there is no chance and no clock in it.
"""

from __future__ import annotations

import hashlib
from array import array
from typing import BinaryIO

# The second line tells programs that copy files that this one is binary.
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class ObjectFile:
    """Writes objects to a stream that is open for writing at its beginning."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._at = 0
        self._offsets = array("Q")
        self._digest = hashlib.blake2b(digest_size=16)
        self._write(_HEADER)

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)

    def reserve(self, count: int = 1) -> int:
        """The first of ``count`` new object numbers in a row, all to be written later."""
        first = len(self._offsets) + 1
        self._offsets.extend([0] * count)
        return first

    def put(self, number: int, body: bytes) -> None:
        """Write the object of a reserved number."""
        self._offsets[number - 1] = self._at
        self._digest.update(body)
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def add(self, body: bytes) -> int:
        """Write an object under a new number, which is returned."""
        number = self.reserve()
        self.put(number, body)
        return number

    def close(self, catalog: int, info: int) -> None:
        """Write the table of objects and the trailer."""
        start, count = self._at, len(self._offsets) + 1
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        # A number that was reserved and not used is free.
        self._write(b"".join(b"%010d 00000 n \n" % offset if offset else b"0000000000 65535 f \n" for offset in self._offsets))
        name = self._digest.hexdigest().encode()
        self._write(
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n" % (count, catalog, info, name, name, start)
        )


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object with its dictionary."""
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(data), entries, data)


def text_string(text: str) -> bytes:
    """A text for the reader of the document, in UTF-16."""
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"
