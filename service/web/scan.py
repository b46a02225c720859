"""Opening a code, or the front door without one: the form of its scene, or the choice among scenes.

Rule: no scan ends in a dead end. A torn, forged, foreign, expired, lost or revoked code opens a form too; the page says in one
calm sentence what is the matter with the code, and asks for the place.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from flask import Blueprint, Response, abort, request

from gonzhi_code.scene import Scene
from gonzhi_code.scenes import all_scenes
from service.hub.context import Hub
from service.hub.scanning import OLD_STATE, Scan, count_distance, count_opened, count_scan, open_scan

from .errors import CODE_SENTENCES
from .form_page import BlankForms, Landing
from .look import look_of
from .pages import page
from .start import demo_codes

# A token has 45 letters; what is longer by far is no code and is not carried around.
LONGEST_TOKEN = 200
LONGEST_POSITION = 60
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def wanted_scene() -> str | None:
    """The scene that the posted form or the link names; the hub takes one that is not installed for no choice."""
    form = request.form if request.method == "POST" and request.mimetype in FORMS else {}
    return form.get("redraw") or form.get("scene_key") or request.args.get("scene")


def landing_of(scan: Scan, scene: Scene, token: str | None) -> Landing:
    """What the form page needs to know of a scan."""
    place = place_of(scan)
    return Landing(
        scene=scene,
        code_state=scan.code_state,
        place_name=place,
        subject_name=scan.spot.subject_name if scan.spot else "",
        subject_id=scan.spot.subject_id if scan.spot else "",
        # An old code has no letters of ours under it to compare.
        token=(scan.token or token or "") if place and scan.code_state != OLD_STATE else "",
        place_in_doubt=scan.asks_place,
        measured=scan.measured,
    )


def place_of(scan: Scan) -> str:
    """Where the poster should hang, in words: township, village, the spot's own name and address."""
    if scan.spot is None or not scan.place_name:
        return ""
    place = " ".join(part for part in (scan.place_name, scan.spot.name, scan.spot.address) if part)
    return f"{place}（{scan.issuer_name}）" if scan.issuer_name else place


def chooser(hub: Hub, scan: Scan | None, status: int = 200, *, typed: Sequence[tuple[str, str]] = ()) -> Response:
    """The choice among scenes, with what is to be said about the code.

    Args:
        typed: fields of a form that came without a scene; the choice sends them again with it.
    """
    state = scan.code_state if scan else "none"
    return page(
        "public/chooser.html",
        hub.county,
        status,
        typed=typed,
        scenes=all_scenes(),
        code_sentence=CODE_SENTENCES.get(state),
        place_name=place_of(scan) if scan else "",
        submission_id=str(uuid.uuid4()),
        codes=demo_codes(hub) if scan is None and hub.settings.demo else [],
    )


def blueprint(hub: Hub, blank: BlankForms, officer: Callable[[str], Response | None]) -> Blueprint:
    """The routes that open codes.

    Args:
        hub: the shared hub.
        blank: keeps blank forms.
        officer: leads somebody who is signed in to the page of the poster; None for everybody else.
    """
    routes = Blueprint("scan", __name__)

    @routes.get("/S/<scanned:token>")
    @routes.get("/s/<scanned:token>")
    def scanned(token: str) -> Response:
        token = token[:LONGEST_TOKEN]
        if "HTTP_COOKIE" in request.environ and (led := officer(token)) is not None:
            return led
        scan = open_scan(hub, token, wanted_scene())
        count_opened(hub, scan)
        if scan.scene is None:
            return chooser(hub, scan)
        return blank.answer(landing_of(scan, scan.scene, token), look_of(request))

    @routes.post("/S/<scanned:token>/started")
    @routes.post("/s/<scanned:token>/started")
    def started(token: str) -> Response:
        count_scan(hub, open_scan(hub, token[:LONGEST_TOKEN], wanted_scene()), "started")
        return Response(status=204)

    @routes.post("/started")
    def started_without_code() -> Response:
        count_scan(hub, open_scan(hub, None, wanted_scene()), "started")
        return Response(status=204)

    @routes.post("/S/<scanned:token>/near")
    @routes.post("/s/<scanned:token>/near")
    def near(token: str) -> Response:
        if (request.content_length or 0) > LONGEST_POSITION:
            abort(413)
        # In the body, so that it stands in no log; compared and forgotten.
        text = request.get_data(as_text=True)
        count_distance(hub, open_scan(hub, token[:LONGEST_TOKEN], wanted_scene()), text)
        return Response(status=204)

    @routes.get("/")
    @routes.get("/S/")
    @routes.get("/s/")
    def front_door() -> Response:
        scan = open_scan(hub, None, wanted_scene())
        count_opened(hub, scan)
        if scan.scene is None:
            return chooser(hub, None)
        return blank.answer(landing_of(scan, scan.scene, None), look_of(request))

    return routes
