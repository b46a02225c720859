"""Staff sign-in and sign-out, and who is signed in.

Rule: the session is a random secret in a cookie that scripts cannot read (HttpOnly, SameSite=Lax, Secure behind TLS); whether
name or password was wrong is never told.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from gonzhi_code.words import Words
from service.hub.accounts import User, sign_in, sign_out, user_of_session
from service.hub.context import Hub

from . import guard
from .pages import NO_STORE, page
from .submit import posted_form

COOKIE = "gz_session"
WRONG = Words("账号或密码不对，请再试一次。", "Name or password is wrong; please try again.")
LONGEST_INPUT = 200


def current_user(hub: Hub) -> User | None:
    """Who sent this request, if signed in."""
    token = request.cookies.get(COOKIE)
    return user_of_session(hub, token) if token else None


def _login_page(hub: Hub, status: int = 200, *, wrong: Words | None = None, typed_name: str = "") -> Response:
    token = guard.token_of(request)
    answer = page(
        "desk/login.html",
        hub.county,
        status,
        cache=NO_STORE,
        style="desk",
        csrf=token,
        wrong=wrong,
        typed_name=typed_name,
    )
    guard.give(answer, token, secure=hub.settings.secure)
    return answer


def blueprint(hub: Hub) -> Blueprint:
    """The routes of signing in and out."""
    routes = Blueprint("auth", __name__)

    @routes.get("/desk/login")
    def ask() -> Response:
        return _login_page(hub)

    @routes.post("/desk/login")
    def enter() -> Response:
        form = posted_form(hub.settings.max_form_bytes)
        guard.check(request)
        name = form.get("username", "").strip()[:LONGEST_INPUT]
        token = sign_in(hub, name, form.get("password", "")[:LONGEST_INPUT], request.remote_addr or "")
        if token is None:
            return _login_page(hub, 422, wrong=WRONG, typed_name=name)
        answer = redirect("/desk", 303)
        answer.set_cookie(
            COOKIE,
            token,
            max_age=hub.settings.session_hours * 3600,
            httponly=True,
            samesite="Lax",
            secure=hub.settings.secure,
        )
        return answer  # type: ignore[return-value]

    @routes.post("/desk/logout")
    def leave() -> Response:
        posted_form(hub.settings.max_form_bytes)
        guard.check(request)
        token = request.cookies.get(COOKIE)
        if token:
            sign_out(hub, token)
        answer = redirect("/desk/login", 303)
        answer.delete_cookie(COOKIE)
        return answer  # type: ignore[return-value]

    return routes
