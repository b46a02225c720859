"""Staff sign-in and sign-out: by password, by the county's single sign-on, and the second factor after either.

Rule: whether name or password was wrong is never told; every sign-in gives another session and ends the one the browser had.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from gonzhi_code.words import Words
from service.hub.context import Hub
from service.hub.second_factor import Answer, check
from service.hub.sessions import sign_in, sign_out

from . import gate, single_sign_on
from .staff import current_session, current_user, drop_cookie, keep_session, session_token, staff_page
from .submit import posted_form

__all__ = ["blueprint", "current_user"]

WRONG = Words("账号或密码不对，请再试一次。", "Name or password is wrong; please try again.")
WRONG_CODE = Words("验证码不对，或者已经用过。请看手机上现在的 6 位数字，再输一次。", "The code is wrong, or was used. Type the six digits that your phone shows now.")
WAIT = Words(
    "输错的次数太多，请过十分钟再试。急用可以输入一个恢复码。",
    "Too many wrong codes; try again in ten minutes. A recovery code works at once.",
)
LONGEST_INPUT = 200


def _login_page(hub: Hub, status: int = 200, *, wrong: Words | None = None, typed_name: str = "") -> Response:
    return staff_page(
        hub, "desk/login.html", status, user=None, wrong=wrong, typed_name=typed_name, sign_on=_sign_on_link(hub), sign_on_name=hub.settings.oidc_name
    )


def _sign_on_link(hub: Hub) -> str:
    way = gate.safe_way(request.args.get("next", ""))
    return gate.with_way("/desk/sso", way) if hub.settings.oidc_issuer else ""


def _go_on(hub: Hub, token: str) -> Response:
    """To where somebody wanted to go, with their session in a cookie; the gate leads to what is still to come."""
    answer = redirect(gate.safe_way(request.args.get("next", "")), 303)
    keep_session(hub, answer, token)  # type: ignore[arg-type]
    return answer  # type: ignore[return-value]


def blueprint(hub: Hub) -> Blueprint:
    """The routes of signing in and out, and the gate before every other page of the desk."""
    routes = Blueprint("auth", __name__)
    routes.before_app_request(lambda: gate.open_gate(hub))

    @routes.get("/desk/login")
    def ask() -> Response:
        return _login_page(hub)

    @routes.post("/desk/login")
    def enter() -> Response:
        form = posted_form(hub.settings.max_form_bytes)
        name = form.get("username", "").strip()[:LONGEST_INPUT]
        token = sign_in(
            hub, name, form.get("password", "")[:LONGEST_INPUT], request.remote_addr or "",
            agent=request.user_agent.string, old_token=session_token(hub),
        )  # fmt: skip
        return _go_on(hub, token) if token else _login_page(hub, 422, wrong=WRONG, typed_name=name)

    @routes.get("/desk/second-factor")
    def ask_code() -> Response:
        session = current_session(hub)
        return staff_page(hub, "desk/account_factor_due.html") if session and session.factor_due else redirect("/desk", 303)  # type: ignore[return-value]

    @routes.post("/desk/second-factor")
    def enter_code() -> Response:
        form, session = posted_form(hub.settings.max_form_bytes), current_session(hub)
        if session is None or not session.factor_due:
            return redirect("/desk", 303)  # type: ignore[return-value]
        answer, token = check(hub, session, form.get("code", "")[:LONGEST_INPUT])
        if answer is Answer.RIGHT and token:
            return _go_on(hub, token)
        return staff_page(hub, "desk/account_factor_due.html", 422, wrong=WAIT if answer is Answer.WAIT else WRONG_CODE)

    @routes.post("/desk/logout")
    def leave() -> Response:
        posted_form(hub.settings.max_form_bytes)
        sign_out(hub, session_token(hub))
        answer = redirect("/desk/login", 303)
        drop_cookie(hub, answer)  # type: ignore[arg-type]
        return answer  # type: ignore[return-value]

    single_sign_on.add_routes(hub, routes)
    return routes
