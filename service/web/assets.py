"""The stylesheets and small scripts of the pages, read once, thinned and ready to be inlined.

Rule: a page is one request, so its style and script stand inside it; their SHA-256 goes into the Content-Security-Policy
(csp.py), which therefore needs neither ``unsafe-inline`` nor a nonce, and lets a page be kept and sent again unchanged.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

STATIC = Path(__file__).resolve().parent.parent / "static"


def thin_css(text: str) -> str:
    """The stylesheet without comments, line ends and needless spaces."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s*([{};,])\s*", r"\1", text).replace(";}", "}").strip()


def thin_js(text: str) -> str:
    """The script without whole-line comments and indentation. Lines stay: joining them would need a parser."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@cache
def style(name: str) -> Markup:
    """The stylesheet ``static/<name>.css``, ready to stand between ``<style>`` tags; several where the name has blanks."""
    return Markup("".join(thin_css((STATIC / f"{part}.css").read_text(encoding="utf-8")) for part in name.split()))


@cache
def script(name: str) -> Markup:
    """The script ``static/<name>.js``, ready to stand between ``<script>`` tags."""
    return Markup(thin_js((STATIC / f"{name}.js").read_text(encoding="utf-8")))


@cache
def digest(text: str) -> str:
    """The CSP source of an inlined text: ``'sha256-...'``."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") + "'"
