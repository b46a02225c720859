"""The list and the map of posters by township: what hangs, what is dead, odd or overdue.

Rule: the filter stands whole in the address, so a list can be sent to somebody; pages follow each other by keyset.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from gonzhi_code.labels import LIVES, life_label
from gonzhi_code.scenes import all_scenes
from gonzhi_code.words import Words, in_language
from service.hub.context import Hub
from service.hub.poster_list import (
    LOOK_BACK_DAYS,
    MOST_POINTS,
    ONLY,
    Filter,
    ListedPoster,
    area_of,
    may_list,
    poster_list,
    poster_points,
)

from .look import Look, look_of
from .poster_map import draw_map
from .poster_words import STYLE, UNIFIED, area_words, number_words, scene_words
from .staff import current_user, staff_page
from .times import moment

TABS = {
    "": Words("全部", "All"),
    "dead": Words("没人扫的", "Unscanned"),
    "odd": Words("异常的", "Odd"),
    "overdue": Words("该巡查的", "To be inspected"),
}
DEAD = Words("没人扫", "Unscanned")
OVERDUE = Words("该巡查了", "Inspection due")


def asked_filter(hub: Hub) -> Filter:
    """The filter of the address; what is not known there is left out."""
    args = request.args
    township, life, scene, only = (args.get(name, "") for name in ("township", "life", "scene", "only"))
    scenes = {"unified", *(one.key for one in all_scenes())}
    return Filter(
        township if township in hub.county.townships else "",
        life if life in LIVES else "",
        scene if scene in scenes else "",
        only if only in ONLY else "",
    )


def query_of(asked: Filter, **more: str) -> dict[str, str]:
    """The filter as a query, with changes."""
    kept = {"township": asked.township_id, "life": asked.life, "scene": asked.scene_key, "only": asked.only, **more}
    return {name: value for name, value in kept.items() if value}


def _told(hub: Hub, one: ListedPoster, look: Look) -> dict[str, object]:
    row = one.row
    why = [*one.why, *([DEAD] if one.dead else []), *([OVERDUE] if one.overdue else [])]
    return {
        "token": row["token"],
        "number": number_words(row),
        "scene": in_language(scene_words(row["scene_code"]), look.lang),
        "area": area_words(hub, row["place_id"]),
        "spot": " ".join(part for part in (row["spot_name"], row["address"]) if part),
        "life": in_language(life_label(row["life"]), look.lang),
        "worth": row["state"],
        "at": in_language(moment(row["life_at"]), look.lang) if row["life_at"] else "",
        "scans": one.scans,
        "why": [in_language(words, look.lang) for words in why],
        "urgency": "late" if one.why else "soon" if why else "",
    }


def blueprint(hub: Hub) -> Blueprint:
    """The routes of the list and the map."""
    routes = Blueprint("posters", __name__)

    @routes.get("/desk/posters")
    def show() -> Response:
        user = current_user(hub)
        if user is None or not may_list(user):
            abort(403)
        look, asked = look_of(request), asked_filter(hub)
        as_map = request.args.get("view") == "map"
        found = poster_list(hub, user, asked, request.args.get("after", "")[:40])
        points = poster_points(hub, user, asked) if as_map else []
        area = area_of(hub.county, user)
        towns = [one for one in hub.county.townships.values() if area is None or any(prefix.startswith(one.id[:9]) for prefix in area)]
        return staff_page(
            hub,
            "desk/posters.html",
            style=STYLE,
            look=look,
            asked=asked,
            where=query_of,
            query=query_of(asked, view="map" if as_map else ""),
            tabs=[(word, words, found.totals.get(word, 0) if word else sum(found.totals.get(life, 0) for life in LIVES)) for word, words in TABS.items()],
            lives=[(word, words, found.totals.get(word, 0)) for word, words in LIVES.items()],
            scenes=[("unified", UNIFIED), *((one.key, one.title) for one in all_scenes())],
            towns=[(one, sum(found.townships.get(one.id, {}).values())) for one in towns],
            rows=[_told(hub, one, look) for one in found.rows],
            after=found.after,
            days=LOOK_BACK_DAYS,
            as_map=as_map,
            sheet=draw_map(points, hub.settings.outline) if as_map else None,
            cut=len(points) >= MOST_POINTS,
            label_of=lambda row: f"{number_words(row)} {area_words(hub, row['place_id'])} {row['spot_name']} {life_label(row['life'])}",
        )

    return routes
