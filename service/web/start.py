"""The codes that the demo's start page shows, large enough for a phone to scan from the screen."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, send_from_directory

from gonzhi_code import qr
from gonzhi_code.errors import UnknownScene
from gonzhi_code.scenes import get_scene
from gonzhi_code.words import Words
from service.hub.codes import list_codes
from service.hub.context import Hub

# One unified code and one for each scene; a demo with more shows these first.
MOST_CODES = 12
UNIFIED = Words("统一码：什么事都可以说", "One code for every matter")


@dataclass(frozen=True, slots=True)
class DemoCode:
    """One code on the start page."""

    scene_key: str
    scene_title: Words
    place: str
    url: str
    path: str
    picture: str
    poster: str


@lru_cache(maxsize=64)
def _picture(url: str) -> str:
    return "data:image/png;base64," + base64.b64encode(qr.png(url)).decode("ascii")


def _title(scene_key: str) -> Words:
    try:
        return get_scene(scene_key).title
    except UnknownScene:
        return UNIFIED


def poster_dir(hub: Hub) -> Path:
    """Where the demo writes its posters."""
    return hub.settings.var_dir / "posters"


def demo_codes(hub: Hub) -> list[DemoCode]:
    """The codes to scan, with their pictures and posters. The link goes to this very server, whatever its name."""
    posters = poster_dir(hub)
    shown = []
    for code in list_codes(hub)[:MOST_CODES]:
        name = f"{code.poster_no}.pdf"
        path = urlsplit(code.url).path
        shown.append(
            DemoCode(
                code.scene_key,
                _title(code.scene_key),
                " ".join(part for part in (code.place_name, code.spot_name) if part),
                code.url,
                path,
                _picture(code.url),
                f"/posters/{name}" if (posters / name).is_file() else "",
            )
        )
    return shown


def blueprint(hub: Hub) -> Blueprint:
    """The posters, in the demo only."""
    routes = Blueprint("start", __name__)

    @routes.get("/posters/<name>")
    def poster(name: str) -> Response:
        if not hub.settings.demo or not name.endswith(".pdf"):
            abort(404)
        return send_from_directory(poster_dir(hub), name, mimetype="application/pdf")

    return routes
