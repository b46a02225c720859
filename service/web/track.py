"""Following a case: its number and a secret in, plain words out.

Rule: without the right pair nothing leaks, not even whether the number exists; one and the same sentence answers every miss.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from gonzhi_code.words import Words, in_language
from service.hub.context import Hub
from service.hub.tracking import Progress, TooManyTries, look_up

from .look import Look, look_of
from .pages import NO_STORE, groups, page
from .submit import posted_form
from .times import moment, until

NOT_FOUND = Words(
    "编号和查询码对不上。请照着提交后那一页再核对一遍；留过手机号的，可以填手机号后四位。",
    "Number and query code do not match. Check them against the page shown after sending; the last four digits of your mobile do as well.",
)
WAIT = Words(
    "手机号后四位试得太多次了，请过一个小时再试，或者用查询码。",
    "The digits of the mobile were tried too often; wait an hour, or use the query code.",
)
LONGEST_INPUT = 64


def _told(progress: Progress, look: Look) -> dict[str, object]:
    """The progress in the reader's language."""

    def say(text: str) -> str:
        return in_language(text, look.lang)

    dues = [(progress.acknowledge_by, Words("{at} 前签收", "Confirmed by {at}")), (progress.handle_by, Words("{at} 前办完", "Settled by {at}"))]
    return {
        "state": say(progress.state),
        "holder": say(progress.holder),
        "dues": [say(Words(zh.format(at=until(due)), zh.en.format(at=until(due).en))) for due, zh in dues if due],
        "steps": [
            {"at": say(moment(step.at)), "what": say(step.what), "by": say(step.by), "reason": say(step.reason)}
            for step in progress.steps
        ],
    }


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
        return page(
            "public/track.html",
            hub.county,
            cache=NO_STORE,
            look=look,
            case_no=groups(progress.case_no),
            progress=_told(progress, look),
        )

    return routes
