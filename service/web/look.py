"""How a reader wants pages: Chinese or English, usual or large text.

The wish comes from the link (``?lang=en``, ``?size=large``) or from a cookie set by such a link, and every link of the page
carries it on, because some in-app browsers keep no cookies.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Request, Response

LANGUAGES = ("zh", "en")
SIZES = ("usual", "large")
COOKIE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Look:
    """Language of the words and size of the text."""

    lang: str = "zh"
    large: bool = False

    def link(self, path: str, **more: str) -> str:
        """``path`` with this look, and ``more``, in its query."""
        query = dict(more)
        if self.lang != "zh":
            query.setdefault("lang", self.lang)
        if self.large:
            query.setdefault("size", "large")
        return f"{path}?{urlencode(query)}" if query else path


def _wish(request: Request, name: str, allowed: tuple[str, ...]) -> str:
    value = request.args.get(name) or request.cookies.get(name) or ""
    return value if value in allowed else allowed[0]


def look_of(request: Request) -> Look:
    """The look this reader wants."""
    if not request.query_string and "HTTP_COOKIE" not in request.environ:
        return Look()
    return Look(_wish(request, "lang", LANGUAGES), _wish(request, "size", SIZES) == "large")


def remember(request: Request, response: Response) -> None:
    """Keep the look that a link asked for."""
    for name, allowed in (("lang", LANGUAGES), ("size", SIZES)):
        value = request.args.get(name)
        if value in allowed and value != request.cookies.get(name):
            response.set_cookie(
                name, value, max_age=COOKIE_DAYS * 86400, samesite="Lax", httponly=True, secure=request.is_secure
            )
