"""That a staff form was sent by our own page, not by another site in the browser of someone who is signed in.

Two checks, and both must hold: the browser says that the request is same-origin (Sec-Fetch-Site, or Origin where that is not
sent), and the form repeats the secret of a cookie that other sites can neither read nor, behind TLS, plant (``__Host-``). The
gate (gate.py) makes them for every POST below /desk, so no route can forget them. Source: OWASP, "Cross-Site Request Forgery
Prevention Cheat Sheet" (Fetch Metadata, double-submit cookie).
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Request, Response, abort, current_app

COOKIE = "gz_csrf"
_TOKEN_BYTES = 24


def cookie_name() -> str:
    """The name of the cookie; behind TLS with the prefix that browsers hold to."""
    return f"__Host-{COOKIE}" if current_app.extensions["gonzhi"].settings.secure else COOKIE


def new_token() -> str:
    """A new secret."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_of(request: Request) -> str:
    """The secret that forms must repeat: the one of the cookie, or a new one."""
    return request.cookies.get(cookie_name()) or new_token()


def give(response: Response, token: str, *, secure: bool) -> None:
    """Put the secret into the browser's cookie."""
    response.set_cookie(cookie_name(), token, httponly=True, samesite="Lax", secure=secure, path="/")


def same_origin(request: Request) -> bool:
    """Whether the browser says that our own page sent this."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    # No browser of today leaves out both; programs do, and they carry no one else's cookies.
    return origin is None or urlsplit(origin).netloc.lower() == request.host.lower()


def check(request: Request) -> None:
    """Refuse a form that our own page did not send.

    Raises:
        Forbidden: one of the two checks fails.
    """
    kept, sent = request.cookies.get(cookie_name(), ""), request.form.get("csrf", "")
    if not (same_origin(request) and kept and hmac.compare_digest(kept.encode(), sent.encode())):
        abort(403)
