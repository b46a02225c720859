"""Fewer bytes on the wire: brotli where the browser takes it, gzip otherwise.

A blank form is the same for everyone but for its submission id, which stands at its very end. So its long beginning is
compressed once and kept (:class:`Frozen`), and each answer adds only a few uncompressed bytes behind it, which both formats
allow: RFC 7932 section 9.2 (a meta-block with ISUNCOMPRESSED, then an empty last one) and RFC 1951 section 3.2.4 (a stored block).
"""

from __future__ import annotations

import gzip
import struct
import zlib
from functools import lru_cache

import brotli
from flask import Request, Response
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

# Level 5 costs about a third of level 9 and gives 5 % more bytes; measured on the shelter form.
QUALITY = 5
# What is kept is compressed once and sent many times.
FROZEN_QUALITY = 9
# Below this a compressed answer saves no packet.
SMALLEST = 400

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_BROTLI_END = b"\x03"
_COMPRESSIBLE = ("text/", "application/json", "image/svg+xml")


def accepted(request: Request) -> str:
    """``"br"``, ``"gzip"`` or ``""``: the best that the browser takes."""
    return _best_of(request.environ.get("HTTP_ACCEPT_ENCODING", ""))


@lru_cache(maxsize=256)
def _best_of(header: str) -> str:
    # Browsers send a handful of headers over and over; each is read once.
    wanted = parse_accept_header(header, Accept)
    return next((name for name in ("br", "gzip") if name in header and wanted[name] > 0), "")


def compress(body: bytes, encoding: str) -> bytes:
    """``body`` in that encoding (``""`` leaves it as it is)."""
    if encoding == "br":
        return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=QUALITY))
    return gzip.compress(body, 6, mtime=0) if encoding == "gzip" else body


class Frozen:
    """The unchanging beginning of a page, compressed once.

    Args:
        beginning: UTF-8 bytes, at least one.
    """

    __slots__ = ("_brotli", "_crc", "_deflated", "beginning")

    def __init__(self, beginning: bytes) -> None:
        self.beginning = beginning
        compressor = brotli.Compressor(mode=brotli.MODE_TEXT, quality=FROZEN_QUALITY)
        self._brotli = compressor.process(beginning) + compressor.flush()
        deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        self._deflated = deflater.compress(beginning) + deflater.flush(zlib.Z_SYNC_FLUSH)
        self._crc = zlib.crc32(beginning)

    def finish(self, ending: bytes, encoding: str) -> bytes:
        """The whole page with ``ending`` (1 to 65,535 bytes) behind its beginning, in that encoding."""
        size = len(ending)
        if encoding == "br":
            # ISLAST=0, MNIBBLES=4, MLEN-1, ISUNCOMPRESSED=1, zero bits up to the byte border.
            head = ((size - 1) << 3 | 1 << 19).to_bytes(3, "little")
            return b"".join((self._brotli, head, ending, _BROTLI_END))
        if encoding == "gzip":
            stored = struct.pack("<BHH", 1, size, size ^ 0xFFFF)
            total = (len(self.beginning) + size) & 0xFFFFFFFF
            trailer = struct.pack("<II", zlib.crc32(ending, self._crc), total)
            return _GZIP_HEAD + self._deflated + stored + ending + trailer
        return self.beginning + ending


def squeeze(request: Request, response: Response) -> None:
    """Compress an answer that is not compressed yet and gains by it."""
    if response.direct_passthrough or response.is_streamed or response.content_encoding:
        return
    if not (response.mimetype or "").startswith(_COMPRESSIBLE):
        return
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    encoding = accepted(request) if len(body) >= SMALLEST else ""
    if encoding:
        response.set_data(compress(body, encoding))
        response.content_encoding = encoding
