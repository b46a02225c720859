"""Where photos are kept: one small interface, and a folder behind it.

The rule it keeps: a photo is named by the SHA-256 of its bytes, so the same photo is kept once and a name cannot point
to another picture. Nothing here looks into a picture; ``reencode.py`` does, before anything is stored. Imports nothing
of the service.
"""

from __future__ import annotations

from typing import Protocol


class PhotoStore(Protocol):
    """Keeps bytes under their own hash."""

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its key (64 hexadecimal characters). It is on the disk when this returns."""

    def get(self, key: str) -> bytes:
        """The bytes kept under ``key``.

        Raises:
            KeyError: there are none.
        """

    def delete(self, key: str) -> None:
        """Forget the bytes under ``key``; nothing happens where there are none."""
