"""The staff queue: what waits, whose it is and how long there is, as one dense table; finding a case; taking several at once.

Rule: the list is complete without its script, which adds keys, a quiet sound and new lines as they come. Addresses hold what
was asked; a telephone number is posted and answered at once, and stands in no address.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, request

from gonzhi_code.words import Words, in_language
from service.hub.accounts import User
from service.hub.context import Hub
from service.hub.handling import acknowledge_many
from service.hub.numbers import read_case_no
from service.hub.queue import PAGE_SIZE, Row, arrivals, queue
from service.hub.queue_asked import Asked, read_asked
from service.hub.queue_search import search

from .desk_rows import TABS, Lines
from .desk_ways import who
from .desk_words import DONE, NOTHING_TICKED, refusal
from .look import look_of
from .pages import NO_STORE, Tongue
from .staff import staff_page

SCRIPTS = ("desk_queue",)
POLL_SECONDS = 10


def _queue_page(hub: Hub, user: User, asked: Asked, after: str | None, **more: Any) -> Response:
    look, now = look_of(request), hub.clock()
    lines, waiting = Lines(hub, look, now), queue(hub, user, asked, after)
    return staff_page(
        hub,
        "desk/queue.html",
        scripts=SCRIPTS,
        look=look,
        query=asked.params(),
        asked=asked,
        heading=in_language(TABS[asked.tab], look.lang),
        rows=[lines.row(row) for row in waiting.rows],
        tabs=lines.tabs(asked, waiting.counts, waiting.total),
        sorts=lines.sorts(asked),
        chips=lines.chips(asked),
        choices=lines.choices(asked, user),
        first_page=not after,
        page_size=PAGE_SIZE,
        next_page=lines.address(asked, after=waiting.after) if waiting.after else "",
        poll=look.link("/desk/arrivals", **asked.params()),
        poll_seconds=POLL_SECONDS,
        since=now.isoformat(),
        **more,
    )


def _found_page(hub: Hub, user: User, rows: tuple[Row, ...]) -> Response:
    look = look_of(request)
    lines = Lines(hub, look, hub.clock())
    return staff_page(hub, "desk/found.html", look=look, rows=[lines.row(row) for row in rows])


def _arrived(hub: Hub, user: User) -> Response:
    """What is new in a list, as lines drawn like the others, and the numbers of the tabs."""
    asked, look = read_asked(hub, request.args), look_of(request)
    try:
        since = dt.datetime.fromisoformat(request.args.get("since", "")).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        since = hub.clock()
    new = arrivals(hub, user, asked, since)
    lines, tongue = Lines(hub, look, new.now), Tongue(look)
    draw = current_app.jinja_env.get_template("desk/_row.html").module.line  # type: ignore[attr-defined]
    rows = [(row.case_no, str(draw(lines.row(row), tongue.t))) for row in new.rows]
    answer = jsonify(rows=rows, counts=new.counts, since=new.now.isoformat())
    answer.headers["Cache-Control"] = NO_STORE
    return answer


def _outcome(hub: Hub, user: User, case_nos: list[str]) -> dict[str, Any]:
    """Acknowledge what was ticked, each by itself, and say what became of each."""
    lang = look_of(request).lang
    if not case_nos:
        return {"heading": in_language(NOTHING_TICKED, lang), "refused": []}
    done = acknowledge_many(hub, user, case_nos[:PAGE_SIZE])
    refused = [{"case_no": case_no, "text": in_language(refusal(why), lang)} for case_no, why in done.items() if why]
    taken = len(done) - len(refused)
    heading = Words(f"签收了 {taken} 件", f"{taken} acknowledged")
    if refused:
        heading = Words(f"{heading}，{len(refused)} 件没有签收", f"{heading.en}, {len(refused)} not")
    return {"heading": in_language(heading, lang), "refused": refused}


def blueprint(hub: Hub) -> Blueprint:
    """The routes of the queue."""
    routes = Blueprint("desk", __name__)

    @routes.get("/desk")
    def show() -> Response:
        done = DONE.get(request.args.get("done", ""))
        said = {"outcome": {"heading": in_language(done, look_of(request).lang), "refused": []}} if done else {}
        return _queue_page(hub, who(hub), read_asked(hub, request.args), request.args.get("after"), **said)

    @routes.post("/desk/acknowledge")
    def acknowledge() -> Response:
        user = who(hub)
        # Numbers are drawn on our own pages; what is no number cannot be the number of a case.
        outcome = _outcome(hub, user, [case_no for text in request.form.getlist("case_no") if (case_no := read_case_no(text))])
        return _queue_page(hub, user, read_asked(hub, request.args), None, outcome=outcome)

    @routes.get("/desk/arrivals")
    def arrived() -> Response:
        return _arrived(hub, who(hub))

    @routes.post("/desk/search")
    def find() -> Response:
        user, look = who(hub), look_of(request)
        found = search(hub, user, request.form.get("q", ""))
        if found.rows is not None:
            return _found_page(hub, user, found.rows)
        if found.case_no:
            return redirect(look.link(f"/desk/case/{found.case_no}"), 303)  # type: ignore[return-value]
        asked = Asked(tab="all" if found.words else "open", words=found.words)
        return redirect(look.link("/desk", **asked.params()), 303)  # type: ignore[return-value]

    return routes
