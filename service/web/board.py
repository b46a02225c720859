"""The supervision board (/desk/board): figures, charts, who is late, and the way from each figure to its cases.

Rule: what is asked stands in the address, in the words of the queue, so that a figure leads to the list it counts. A board
that is not somebody's is answered like a page that they may not enter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, send_file

from gonzhi_code.words import Words
from service.hub.accounts import User
from service.hub.alerts import clock_title
from service.hub.board import CLOCKS, Asked, Board, Punctual, board, read_asked
from service.hub.context import Hub
from service.hub.exporting import FORMS, KINDS, export
from service.hub.permissions import SEES_ALL, Verb, may, townships_of
from service.hub.receipts import unit_of
from service.hub.reconcile import last_balances

from .board_words import charts, day_words, tiles
from .charts import percent
from .look import Look, look_of
from .pages import NO_STORE
from .staff import needs, staff_page
from .times import moment

QUEUE = "/desk"
HERE = "/desk/board"
MOST_UNITS = 30
COLUMNS: tuple[tuple[Words, str, dict[str, str] | None], ...] = (
    (Words("收到", "Received"), "received", {}),
    (Words("一分钟内到位", "In a minute"), "delivered_in_time", None),
    (Words("按时签收", "Acknowledged in time"), "acknowledged_in_time", None),
    (Words("按期办结", "Closed in time"), "closed_in_time", None),
    (Words("超时", "Late"), "late", {"late": "1"}),
    (Words("退回", "Sent back"), "returned", {"returned": "1"}),
    (Words("重办", "Reopened"), "reopened", {"reopened": "1"}),
    (Words("满意", "Satisfied"), "satisfied", {"state": "closed", "grade": "fair"}),
    (Words("不满意", "Not satisfied"), "bad", {"grade": "bad"}),
    (Words("未评", "Unrated"), "unrated", {"state": "closed", "grade": "none"}),
)
"""Head, count, and the filters of the queue that list the same cases (None: the queue has no such list)."""
WHOLE = {"delivered_in_time": "received", "acknowledged_in_time": "acknowledge_due", "closed_in_time": "came_due", "satisfied": "judged"}
"""Counts that are a part of another; they are shown as a share too."""


def blueprint(hub: Hub) -> Blueprint:
    """The routes of the board, and of what is taken away from it."""
    routes = Blueprint("board", __name__)

    @routes.get(HERE)
    def show() -> Response:
        user = needs(hub, Verb.SEE_BOARD)
        asked = read_asked(hub, request.args)
        told, look = board(hub, user, asked), look_of(request)
        context = _context(hub, user, told, look)
        return staff_page(hub, "desk/board.html", style="desk board", look=look, query=asked.params(), **context)

    @routes.get(f"{HERE}/<any({', '.join(KINDS)}):kind>.<any({', '.join(FORMS)}):form>")
    def take(kind: str, form: str) -> Response:
        user = needs(hub, Verb.EXPORT)
        needs(hub, Verb.SEE_BOARD)
        made = export(hub, user, read_asked(hub, request.args), kind, form, look_of(request).lang)
        answer = send_file(made.file, made.media_type, as_attachment=True, download_name=made.name, max_age=0)
        answer.headers["Cache-Control"] = NO_STORE
        return answer

    return routes


def _context(hub: Hub, user: User, told: Board, look: Look) -> dict[str, Any]:
    asked = told.asked

    def to_queue(**filters: str) -> str:
        return look.link(QUEUE, **asked.params(tab="all", **filters))

    dimensions = [
        (Words("按镇街", "By township"), "township", told.townships),
        (Words("按场景", "By scene"), "scene", told.scenes),
        (Words("按主办单位", "By lead unit"), "unit", told.units[:MOST_UNITS]),
        (Words("按日期", "By day"), "day", [line for line in reversed(told.days) if line["received"]]),
    ]
    return {
        "board": told,
        "asked": asked,
        "tiles": tiles(told, to_queue),
        "charts": charts(told, look, to_queue),
        "columns": [words for words, _, _ in COLUMNS],
        "tables": [(words, key, [_row(line, key, to_queue) for line in lines]) for words, key, lines in dimensions],
        "punctual": [_punctual(line) for line in told.punctual[:MOST_UNITS]],
        "periods": _periods(hub.today(), asked, look),
        "choices": _choices(hub, user),
        "late": [_late(hub, row) for row in told.late],
        "matters": _matters(hub, told),
        "former": asked.former(),
        "balances": last_balances(hub) if user.role in SEES_ALL else [],
        "may_export": may(user, Verb.EXPORT),
        "export": lambda name: look.link(f"{HERE}/{name}", **asked.params()),
        "case_href": lambda case_no: look.link(f"{QUEUE}/case/{case_no}"),
        "moment": moment,
    }


def _row(line: Any, key: str, to_queue: Any) -> dict[str, Any]:
    filters = {"from": line.id, "to": line.id} if key == "day" else {key: line.id}
    # Cases whose place nobody knows, and a whole month, have no filter of their own.
    linked = bool(line.id) and not (key == "day" and len(line.id) == len("2026-11"))
    cells = []
    for _words, name, more in COLUMNS:
        count = line[name]
        whole = WHOLE.get(name)
        href = to_queue(**{**filters, **more}) if linked and more is not None and count else ""
        cells.append({"count": count, "share": percent(line.share(name, whole)) if whole else "", "of": line[whole] if whole else "", "href": href})
    return {"name": day_words(line.id) if key == "day" else line.name, "cells": cells}


def _punctual(line: Punctual) -> dict[str, Any]:
    cells = [line.counts.get(key, (0, 0)) for key in CLOCKS]
    return {"name": line.name, "cells": [(percent(met / whole) if whole else "", met, whole) for met, whole in cells]}


def _periods(today: dt.date, asked: Asked, look: Look) -> list[tuple[Words, str, bool]]:
    month = today.replace(day=1)
    last_month = month - dt.timedelta(days=1)
    spans = (
        (Words("今天", "Today"), today, today),
        (Words("本周", "This week"), today - dt.timedelta(days=today.weekday()), today),
        (Words("本月", "This month"), month, today),
        (Words("上月", "Last month"), last_month.replace(day=1), last_month),
        (Words("今年", "This year"), today.replace(month=1, day=1), today),
    )
    kept = {"scene": asked.scene, "township": asked.township, "unit": asked.unit}
    more = {name: value for name, value in kept.items() if value}
    return [
        (words, look.link(HERE, **{"from": first.isoformat(), "to": last.isoformat()}, **more), (first, last) == (asked.first, asked.last))
        for words, first, last in spans
    ]


def _choices(hub: Hub, user: User) -> dict[str, list[tuple[str, Words]]]:
    everything = user.role in SEES_ALL
    own = townships_of(hub.county, user)
    towns = [town for town in hub.county.townships.values() if everything or town.id in own]
    units = [unit for unit in hub.county.units.values() if everything or (unit.township_id and unit.township_id in own)]
    return {
        "scene": [(key, plan.scene.title) for key, plan in hub.plans.items()],
        "township": [(town.id, Words(town.name, town.name_en or town.name)) for town in towns] if len(towns) > 1 else [],
        "unit": [(unit.id, Words(unit.name, unit.name_en or unit.name)) for unit in units],
    }


def _late(hub: Hub, row: Mapping[str, Any]) -> dict[str, Any]:
    plan = hub.plans.get(row["scene_key"])
    return {
        "case_no": row["case_no"],
        "scene": plan.scene.title if plan else row["scene_key"],
        "unit": unit_of(hub, row["holder"] or row["lead_unit_id"]).name,
        "clock": clock_title(hub, {"scene_key": row["scene_key"], "key": row["late_key"], "unit": ""}),
        "since": moment(row["late_since"]),
        "level": row["alert_level"],
    }


def _matters(hub: Hub, told: Board) -> list[tuple[Words, list[dict[str, Any]]]]:
    titles = {
        "supervisions": Words("等待答复的督办", "Supervisions without an answer"),
        "extensions": Words("等待决定的延期申请", "Extensions to be decided"),
        "appeals": Words("等待决定的再次办理申请", "Wishes to reopen to be decided"),
    }
    return [
        (titles[name], [{**row, "unit": unit_of(hub, row["unit_id"]).name} for row in rows]) for name, rows in told.matters.items() if rows
    ]
