"""The trail: who did what, when, about which case and why; for the centre and the auditor.

Rule: it shows and never changes; looking at it is itself written down (hub/trail.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from gonzhi_code.labels import label
from gonzhi_code.moments import SHANGHAI
from gonzhi_code.words import in_language
from service.hub.context import Hub
from service.hub.permissions import Verb
from service.hub.trail import look_at_trail

from .account_words import DEEDS, FACTS, METHODS, deed_words, verb_words
from .look import look_of
from .staff import needs, staff_page

LONGEST = 80


def stamp(at: dt.datetime) -> str:
    """Day and second in the county's time."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def detail_text(hub: Hub, detail: Mapping[str, Any], lang: str) -> str:
    """The facts of an entry in words: ``账号 li；角色 承办单位 → 镇街``."""

    def one(key: str, value: Any) -> str:
        if isinstance(value, list):
            return "、".join(one(key, part) for part in value) or "-"
        text = str(value)
        if key == "unit_id" and text in hub.county.units:
            return hub.county.units[text].name
        if key == "area_ids" and text in hub.county.villages:
            return hub.county.place_name(text)
        if key == "role":
            return in_language(label(text), lang)
        if key == "grants":
            return in_language(verb_words(text), lang)
        if key == "method" and text in METHODS:
            return in_language(METHODS[text], lang)
        if key == "action":
            return in_language(deed_words(text), lang)
        return text

    def told(key: str, value: Any) -> str:
        name = in_language(FACTS[key], lang) if key in FACTS else key
        before_and_after = key in ("unit_id", "role", "grants", "area_ids") and isinstance(value, list) and len(value) == 2 and "fields" in detail
        return f"{name} {one(key, value[0])} → {one(key, value[1])}" if before_and_after else f"{name} {one(key, value)}"

    return ("；" if lang == "zh" else "; ").join(told(key, value) for key, value in detail.items() if value not in ([], ""))


def blueprint(hub: Hub) -> Blueprint:
    """The route of the trail."""
    routes = Blueprint("audit", __name__)

    @routes.get("/desk/audit")
    def show() -> Response:
        user, look = needs(hub, Verb.SEE_AUDIT), look_of(request)
        asked = {name: request.args.get(name, "").strip()[:LONGEST] for name in ("who", "action", "case")}
        place = request.args.get("before", "")
        before = int(place) if place.isdecimal() and len(place) < 16 else 0
        found = look_at_trail(hub, user, who=asked["who"], action=asked["action"], case=asked["case"], before=before)
        entries = [
            {"at": stamp(one.at), "who": one.who, "deed": deed_words(one.action), "case_no": one.case_no, "reason": one.reason,
             "detail": detail_text(hub, one.detail, look.lang)}
            for one in found.entries
        ]  # fmt: skip
        kept = {name: value for name, value in asked.items() if value}
        return staff_page(
            hub, "desk/account_audit.html", look=look, entries=entries, asked=asked, deeds=DEEDS,
            older=look.link("/desk/audit", **kept, before=str(found.before)) if found.before else "",
        )  # fmt: skip

    return routes
