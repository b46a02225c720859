"""An answer whose headers are all known beforehand.

Flask looks at every header of every answer several times over, which costs more than verifying the code that was scanned.
The headers of a blank form and of the way to a receipt are known before, so they are handed over as they are. Cookies that
are set on such an answer go along; other headers put on it later do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Finished(Response):
    """An answer with a body in bytes.

    Args:
        body: as it is sent, compressed where its headers say so.
        headers: all of them but the length.
    """

    def __init__(self, body: bytes, headers: tuple[tuple[str, str], ...], status: int = 200) -> None:
        super().__init__(body, status)
        self._body, self._finished = body, headers

    def get_wsgi_response(self, environ: WSGIEnvironment) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """The answer for the server."""
        cookies = [("Set-Cookie", text) for text in self.headers.getlist("Set-Cookie")]
        headers = [*self._finished, ("Content-Length", str(len(self._body))), *cookies]
        return () if environ["REQUEST_METHOD"] == "HEAD" else (self._body,), self.status, headers
