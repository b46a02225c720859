"""Photos in a local folder, spread over 256 sub-folders by the first two characters of their names.

The rule it keeps: a file appears under its name only when it is whole and flushed (written beside, then renamed).
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

_KEY = re.compile(r"[0-9a-f]{64}")


class FolderPhotoStore:
    """A :class:`service.photostore.PhotoStore` in a folder that is made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep ``data``; the same bytes are kept once."""
        key = hashlib.sha256(data).hexdigest()
        path = self._path(key)
        if path.exists():
            return key
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return key

    def get(self, key: str) -> bytes:
        """The bytes under ``key``; KeyError where there are none."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise KeyError(key) from None

    def delete(self, key: str) -> None:
        """Forget the bytes under ``key``."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        # A key comes back from outside in an address, so it must look like one before it becomes a path.
        if not _KEY.fullmatch(key):
            raise KeyError(key)
        return self._folder / key[:2] / key
