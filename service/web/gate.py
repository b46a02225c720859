"""The gate of the desk: every address below /desk passes it before its own route is asked.

Rule: nobody who is not signed in gets further than the sign-in, not even to learn which pages there are; whoever still owes a
second factor, or was lent a password, is led there first; every POST must have been sent by our own page (guard.py) and be no
larger than a form with photos may be. A new page is therefore closed before anybody thinks of closing it.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from flask import Response, redirect, request

from service.hub.context import Hub
from service.hub.sessions import Session

from . import guard
from .staff import current_session
from .submit import posted_form

LOGIN, FACTOR, ENROL, PASSWORD, LOGOUT = (
    "/desk/login", "/desk/second-factor", "/desk/account/second-factor", "/desk/account/password", "/desk/logout",
)  # fmt: skip
OPEN = frozenset({LOGIN, "/desk/sso", "/desk/sso/back"})
"""What anybody may ask for."""
LONGEST_WAY = 300
_WAY = re.compile(r"/desk(?:[/?][\x21-\x5b\x5d-\x7e]*)?")


def safe_way(text: str) -> str:
    """Where somebody wanted to go before signing in: an address below /desk of this very site, or the queue."""
    return text if len(text) <= LONGEST_WAY and _WAY.fullmatch(text) else "/desk"


def with_way(path: str, way: str) -> str:
    """``path`` that remembers where to go on."""
    return path if way == "/desk" else f"{path}?{urlencode({'next': way})}"


def _missing(session: Session | None) -> tuple[str, ...]:
    """The addresses that are open to a session, the one it is led to first; none where all of them are."""
    if session is None:
        return (LOGIN,)
    if session.factor_due:
        return (FACTOR if session.enrolled else ENROL, LOGOUT)
    if session.must_change:
        return (PASSWORD, LOGOUT)
    return ()


def open_gate(hub: Hub) -> Response | None:
    """Let a request pass (None), or lead it elsewhere."""
    path = request.path
    if path != "/desk" and not path.startswith("/desk/"):
        return None
    if path not in OPEN:
        still_open = _missing(current_session(hub))
        if still_open and path not in still_open:
            way = safe_way(request.full_path.rstrip("?")) if request.method in ("GET", "HEAD") else "/desk"
            answer = redirect(with_way(still_open[0], way), 303)
            answer.headers["Cache-Control"] = "no-store"
            return answer  # type: ignore[return-value]
    if request.method == "POST":
        settings = hub.settings
        photos = settings.max_photo_bytes * settings.max_photos if request.mimetype == "multipart/form-data" else 0
        posted_form(settings.max_form_bytes + photos)
        guard.check(request)
    return None
