"""Reading a posted form that holds nothing but fields, as browsers write it.

The general reader steps through a body sign by sign, ready for files of any size; for the sixteen short fields of one form
that costs more than everything else that intake works out. A body of plain fields is cut at its marks instead. Whatever is
not exactly of that kind (a file, another header, a mark inside a value) is left to the general reader, so that both always
read the same. Source: RFC 7578, and what browsers send (WHATWG HTML, "multipart/form-data encoding algorithm").
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

# What is larger is not read into memory here; the largest form has a limit of its own (GONZHI_MAX_FORM_BYTES).
MOST_BYTES = 262_144

# A name with other signs in it is escaped by browsers in more than one way.
_HEAD = re.compile(rb'Content-Disposition: form-data; name="([A-Za-z0-9_.\-]+)"')


def plain_fields(body: bytes, boundary: bytes) -> list[tuple[str, str]] | None:
    """Names and values of a ``multipart/form-data`` body, in order; None where it is not made of plain fields alone."""
    mark = b"--" + boundary
    end = body.rfind(b"\r\n" + mark + b"--")
    if end < 0 or not body.startswith(mark + b"\r\n") or body[end + len(mark) + 4 :] not in (b"\r\n", b""):
        return None
    parts = body[len(mark) + 2 : end].split(b"\r\n" + mark + b"\r\n")
    if body.count(mark) != len(parts) + 1:
        return None
    fields = []
    for part in parts:
        head, blank, value = part.partition(b"\r\n\r\n")
        named = _HEAD.fullmatch(head)
        if named is None or not blank:
            return None
        fields.append((named[1].decode(), value.decode("utf-8", "replace")))
    return fields


class PlainFormsFirst(FormDataParser):
    """Tries :func:`plain_fields` before the general reader."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Mapping[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        """The stream, the fields and the files of a body."""
        boundary = (options or {}).get("boundary", "").encode("latin-1", "replace")
        if mimetype == "multipart/form-data" and boundary and 0 < (content_length or 0) <= MOST_BYTES:
            body = stream.read()
            fields = plain_fields(body, boundary)
            if fields is not None:
                if self.max_form_parts is not None and len(fields) > self.max_form_parts:
                    raise RequestEntityTooLarge
                return stream, self.cls(fields), self.cls()
            stream = io.BytesIO(body)
        return super().parse(stream, mimetype, content_length, dict(options or {}))


class FormRequest(Request):
    """A request whose plain forms are read fast."""

    form_data_parser_class = PlainFormsFirst
