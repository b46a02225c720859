"""The two addresses of the single sign-on: to the provider, and back from it. Without the setting there are neither.

Rule: the ticket of a sign-in lies in a cookie of this browser and is taken away when it was used; every refusal has a sentence
and a way on, and names nothing but the person's own identifier, which the manager needs for the link.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, request

from gonzhi_code.words import Words
from service.hub.context import Hub

from . import gate
from .staff import cookie_name, drop_cookie, keep_session, session_token, set_cookie, staff_page

if TYPE_CHECKING:
    from service.hub.single_sign_on import SignOn

COOKIE = "gz_sso"
PATH_BACK = "desk/sso/back"
_COOKIE_SECONDS = 600
_AGAIN = Words("请回到登录页再试一次。", "Please go back to the sign-in and try again.")
REFUSALS: Mapping[str, Words] = {
    "state": Words("这次登录已经过期、用过，或者不是在这个浏览器里开始的。", "This sign-in ran out, was used before, or began in another browser."),
    "denied": Words("统一身份认证没有放行。", "The single sign-on did not let you in."),
    "token": Words("统一身份认证的答复没有通过核对。", "The answer of the single sign-on did not pass our checks."),
    "unreachable": Words("统一身份认证现在连不上，可以先用账号和密码登录。", "The single sign-on cannot be reached; sign in with name and password."),
    "unknown": Words(
        "您在统一身份认证里的身份还没有关联到工作台账号，请把下面的标识告诉本单位管理员。",
        "Your identity is not linked to an account here yet; give your administrator the identifier below.",
    ),
}


def redirect_uri(hub: Hub) -> str:
    """Where the provider sends browsers back to: beside the address that codes point to."""
    return hub.settings.base_url.removesuffix("s/") + PATH_BACK


def add_routes(hub: Hub, routes: Blueprint) -> None:
    """The two routes."""
    made: list[SignOn] = []

    def provider() -> SignOn:
        if not hub.settings.oidc_issuer:
            abort(404)
        if not made:
            # Its libraries take a moment to load, and most counties do without.
            from service.hub.single_sign_on import SignOn

            made.append(SignOn(hub.settings, redirect_uri(hub)))
        return made[0]

    def refused(reason: str, subject: str) -> Response:
        status = 503 if reason == "unreachable" else 403
        answer = staff_page(hub, "desk/account_sso.html", status, user=None, sentence=REFUSALS[reason], again=_AGAIN, subject=subject)
        drop_cookie(hub, answer, COOKIE)
        return answer

    @routes.get("/desk/sso")
    def begin_sign_on() -> Response:
        from service.hub.single_sign_on import SignOnRefused

        try:
            begun = provider().begin(hub, gate.safe_way(request.args.get("next", "")))
        except SignOnRefused as refusal:
            return refused(refusal.reason, "")
        answer = redirect(begun.url, 303)
        answer.headers["Cache-Control"] = "no-store"
        set_cookie(hub, answer, begun.ticket, name=COOKIE, max_age=_COOKIE_SECONDS)  # type: ignore[arg-type]
        return answer  # type: ignore[return-value]

    @routes.get("/desk/sso/back")
    def end_sign_on() -> Response:
        from service.hub.single_sign_on import SignOnRefused

        ticket = request.cookies.get(cookie_name(hub, COOKIE), "")
        try:
            token, way = provider().finish(
                hub, ticket, request.args, agent=request.user_agent.string, old_token=session_token(hub)
            )
        except SignOnRefused as refusal:
            return refused(refusal.reason, refusal.subject)
        answer = redirect(gate.safe_way(way), 303)
        keep_session(hub, answer, token)  # type: ignore[arg-type]
        drop_cookie(hub, answer, COOKIE)  # type: ignore[arg-type]
        return answer  # type: ignore[return-value]
