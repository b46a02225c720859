"""The staff queue: what waits, whose it is and how long there is, as one dense table.

Rule: no names, numbers or words of citizens stand on a list; a sealed case shows its number and state only.
"""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, redirect, request
from gonzhi_code.labels import label

from gonzhi_code.scenes import get_scene
from gonzhi_code.words import Words, in_language
from service.hub.context import Hub
from service.hub.queue import Row, queue

from . import guard
from .auth import current_user
from .look import Look, look_of
from .pages import NO_STORE, page
from .times import left, moment, urgency

SHAPES = {"assigned": "ring", "acknowledged": "half", "in_handling": "half", "returned": "back"}
PRIORITIES = {
    "red": Words("红色", "red"),
    "orange": Words("橙色", "orange"),
    "yellow": Words("黄色", "yellow"),
}


def _marks(row: Row, look: Look) -> list[dict[str, str]]:
    told = [{"kind": row.priority, "text": in_language(PRIORITIES[row.priority], look.lang)}] if row.priority in PRIORITIES else []
    return told + [{"kind": "", "text": in_language(label(mark), look.lang)} for mark in row.marks]


def _told(row: Row, look: Look, now: dt.datetime) -> dict[str, object]:
    return {
        "case_no": row.case_no,
        "scene": in_language(get_scene(row.scene_key).title, look.lang),
        "state": in_language(label(row.state), look.lang),
        "shape": SHAPES.get(str(row.state), "full"),
        "left": in_language(left(row.due_at, now), look.lang) if row.due_at else "",
        "urgency": urgency(row.due_at, now),
        "marks": _marks(row, look),
        "lead": row.lead,
        "place": row.place,
        "received": in_language(moment(row.received_at), look.lang),
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
        rows = [_told(row, look, now) for row in waiting.rows]
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
