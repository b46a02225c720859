"""Following a case: its number and a secret in, the page of the case out.

Rule: without the right pair nothing leaks, not even whether the number exists; one and the same sentence answers every miss.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from gonzhi_code.words import Words
from service.hub.case_access import make_access
from service.hub.context import Hub
from service.hub.tracking import TooManyTries, look_up

from .look import look_of
from .pages import NO_STORE, page
from .submit import posted_form

NOT_FOUND = Words(
    "编号和查询码对不上。请照着提交后那一页再核对一遍；留过手机号的，可以填手机号后四位。",
    "Number and query code do not match. Check them against the page shown after sending; the last four digits of your mobile do as well.",
)
WAIT = Words(
    "手机号后四位试得太多次了，请过一个小时再试，或者用查询码。",
    "The digits of the mobile were tried too often; wait an hour, or use the query code.",
)
LONGEST_INPUT = 64


def blueprint(hub: Hub) -> Blueprint:
    """The routes of tracking."""
    routes = Blueprint("track", __name__)

    @routes.get("/track")
    def ask() -> Response:
        return page("public/track.html", hub.county, cache=NO_STORE, typed_no=request.args.get("no", "")[:LONGEST_INPUT])

    @routes.post("/track")
    def answer() -> Response:
        form = posted_form(hub.settings.max_form_bytes)
        case_no, secret = (form.get(name, "")[:LONGEST_INPUT].strip() for name in ("case_no", "secret"))
        look = look_of(request)

        def again(wrong: Words, status: int) -> Response:
            return page("public/track.html", hub.county, status, cache=NO_STORE, look=look, wrong=wrong, typed_no=case_no)

        try:
            progress = look_up(hub, case_no, secret, request.remote_addr or "")
        except TooManyTries as tries:
            waiting = again(WAIT, 429)
            waiting.headers["Retry-After"] = str(tries.seconds)
            return waiting
        if progress is None:
            return again(NOT_FOUND, 422)
        return redirect(look.link(f"/case/{make_access(hub, progress.case_no, progress.proof)}"), 303)  # type: ignore[return-value]

    return routes
