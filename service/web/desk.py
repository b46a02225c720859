"""The staff queue: what waits, whose it is and how long there is, as one dense table.

Rule: no names, numbers or words of citizens stand on a list; a sealed case shows its number and state only.
"""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, redirect, request

from gonzhi_code.deadlines import Deadline
from gonzhi_code.labels import label, time_left
from gonzhi_code.words import Words, in_language
from service.hub.context import Hub
from service.hub.queue import Row, queue

from . import guard
from .look import Look, look_of
from .pages import NO_STORE, page
from .staff import current_user
from .times import moment, urgency

SEALED = Words("（不公开）", "(sealed)")
SHAPES = {"assigned": "ring", "acknowledged": "half", "in_handling": "half", "returned": "back"}
# Priorities that a row shows as a mark; the ordinary one is no news.
COLOURED = ("yellow", "orange", "red")


def _marks(row: Row, look: Look) -> list[dict[str, str]]:
    shown = [{"kind": row.priority, "text": in_language(label(row.priority), look.lang)}] if row.priority in COLOURED else []
    return shown + [{"kind": "", "text": in_language(label(mark), look.lang)} for mark in row.marks]


def _told(hub: Hub, row: Row, look: Look, now: dt.datetime) -> dict[str, object]:
    def say(words: Words | None) -> str:
        return in_language(words, look.lang) if words else ""

    plan = hub.plans.get(row.scene_key)
    return {
        "case_no": row.case_no,
        "scene": say(plan.scene.title) if plan else say(SEALED) if row.hidden else row.scene_key,
        "state": say(label(row.state)),
        "shape": SHAPES.get(row.state, "full"),
        "left": say(time_left(Deadline(row.due_at), now, hub.county.calendar)) if row.due_at else "",
        "urgency": urgency(row.due_at, now),
        "marks": _marks(row, look),
        "lead": row.lead,
        "place": row.place,
        "received": say(moment(row.received_at)) if row.received_at else "",
    }


def blueprint(hub: Hub) -> Blueprint:
    """The routes of the desk."""
    routes = Blueprint("desk", __name__)

    @routes.get("/desk")
    def show() -> Response:
        user = current_user(hub)
        if user is None:
            return redirect("/desk/login", 303)  # type: ignore[return-value]
        look, now = look_of(request), hub.clock()
        waiting = queue(hub, user, request.args.get("after"))
        rows = [_told(hub, row, look, now) for row in waiting.rows]
        token = guard.token_of(request)
        answer = page(
            "desk/queue.html",
            hub.county,
            cache=NO_STORE,
            style="desk",
            look=look,
            user=user,
            unit_name=hub.county.units[user.unit_id].name if user.unit_id in hub.county.units else "",
            rows=rows,
            late=sum(row["urgency"] == "late" for row in rows),
            after=waiting.after,
            csrf=token,
        )
        guard.give(answer, token, secure=hub.settings.secure)
        return answer

    return routes
