"""Who sent this request, what they may do, and the frame of every staff page.

Rule: the session is a random secret in a cookie that scripts cannot read (HttpOnly, SameSite=Lax, and where citizens come by
TLS Secure under the prefix ``__Host-``, which no sister site can plant). Whoever lacks the verb of a page gets 403.
Source: RFC 6265bis, section 4.1.3 (cookie name prefixes).
"""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, request

from service.hub.accounts import User
from service.hub.context import Hub
from service.hub.permissions import Verb, may
from service.hub.sessions import Session, session_of

from . import guard
from .pages import NO_STORE, page

COOKIE = "gz_session"
ASKED_BY_THE_PAGE = "X-Gonzhi-Poll"
"""Pages that ask for news by themselves send this header; it does not keep the session alive."""


def cookie_name(hub: Hub, name: str = COOKIE) -> str:
    """The name of a cookie of the desk; behind TLS with the prefix that browsers hold to."""
    return f"__Host-{name}" if hub.settings.secure else name


def set_cookie(hub: Hub, response: Response, value: str, *, name: str = COOKIE, max_age: int | None = None) -> None:
    """Put a cookie of the desk into the browser."""
    response.set_cookie(
        cookie_name(hub, name), value, max_age=max_age, path="/", httponly=True, samesite="Lax", secure=hub.settings.secure
    )


def keep_session(hub: Hub, response: Response, token: str) -> None:
    """Put the session, and a new secret for forms, into the browser."""
    set_cookie(hub, response, token, max_age=hub.settings.session_hours * 3600)
    guard.give(response, guard.new_token(), secure=hub.settings.secure)


def drop_cookie(hub: Hub, response: Response, name: str = COOKIE) -> None:
    """Take a cookie of the desk out of the browser."""
    response.delete_cookie(cookie_name(hub, name), path="/", httponly=True, samesite="Lax", secure=hub.settings.secure)


def session_token(hub: Hub) -> str:
    """The session token that the browser sent, ``""`` for none."""
    return request.cookies.get(cookie_name(hub), "")


def current_session(hub: Hub) -> Session | None:
    """The session of this request, whatever is still to come."""
    if "staff_session" not in g:
        token, passive = session_token(hub), ASKED_BY_THE_PAGE in request.headers
        g.staff_session = session_of(hub, token, passive=passive) if token else None
    found: Session | None = g.staff_session
    return found


def current_user(hub: Hub) -> User | None:
    """Who sent this request, if signed in and nothing is still to come."""
    session = current_session(hub)
    return session.user if session is not None and session.whole else None


def needs(hub: Hub, verb: Verb) -> User:
    """Who sent this request, and has the verb. The gate has sent everybody away who is not signed in.

    Raises:
        Forbidden: they have not.
    """
    user = current_user(hub)
    if user is None or not may(user, verb):
        abort(403)
    return user


def staff_page(hub: Hub, template: str, status: int = 200, **context: Any) -> Response:
    """A staff page: with who is signed in, what they may do (``verbs``), and the secret that its forms repeat (``csrf``)."""
    session = current_session(hub)
    user = session.user if session else None
    unit = hub.county.units.get(user.unit_id) if user else None
    token = guard.token_of(request)
    whole = user if session and session.whole else None
    verbs = frozenset(verb.value for verb in Verb if whole and may(whole, verb))
    frame = {"user": user, "verbs": verbs, "unit_name": unit.name if unit else "", "csrf": token, "style": "desk"}
    answer = page(template, hub.county, status, cache=NO_STORE, **{**frame, **context})
    guard.give(answer, token, secure=hub.settings.secure)
    return answer
