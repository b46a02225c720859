"""Whatever stands behind ``/S/`` in an address, as one piece of text."""

from __future__ import annotations

from werkzeug.routing import BaseConverter


class ScannedText(BaseConverter):
    """Takes everything, line breaks and leading slashes included: a scan never ends in "not found"."""

    regex = "(?s:.+)"
    part_isolating = False
