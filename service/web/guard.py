"""That a staff form was sent by our own page, not by another site in the browser of someone who is signed in.

Two checks, and both must hold: the browser says that the request is same-origin (Sec-Fetch-Site, or Origin where that is not
sent), and the form repeats the secret of a cookie that other sites cannot read. Source: OWASP, "Cross-Site Request Forgery
Prevention Cheat Sheet" (Fetch Metadata, double-submit cookie).
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Request, Response, abort

COOKIE = "gz_csrf"
_TOKEN_BYTES = 24


def token_of(request: Request) -> str:
    """The secret that forms must repeat: the one of the cookie, or a new one."""
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(_TOKEN_BYTES)


def give(response: Response, token: str, *, secure: bool) -> None:
    """Put the secret into the browser's cookie."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=secure, path="/desk")


def _same_origin(request: Request) -> bool:
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
    kept, sent = request.cookies.get(COOKIE, ""), request.form.get("csrf", "")
    if not (_same_origin(request) and kept and hmac.compare_digest(kept.encode(), sent.encode())):
        abort(403)
