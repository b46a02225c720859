"""Old codes: where a request for an old host or an old address is led, and the page that shows which are still scanned.

Rule: one redirect, to our own configured address and to nowhere else; our own host's unknown pages stay what they are.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from gonzhi_code.batch_sheet import parse_sheet
from gonzhi_code.errors import BadSheet
from gonzhi_code.words import Words, in_language
from service.hub.aliases import COLUMNS, REPORT_DAYS, Imported, NoColumn, import_aliases, lead, report, scene_title
from service.hub.context import Hub
from service.hub.permissions import Verb

from .look import look_of
from .pages import NO_STORE
from .poster_words import STYLE, area_words
from .staff import needs, staff_page

LONGEST_ADDRESS = 1000
_NO_FILE = Words("还没有选文件。", "No file was chosen yet.")


def _to(address: str) -> Response:
    answer = redirect(address, 302)
    answer.headers["Cache-Control"] = NO_STORE
    return answer  # type: ignore[return-value]


def blueprint(hub: Hub) -> Blueprint:
    """The routes of old codes; with GONZHI_OLD_HOSTS also everything that is asked of those hosts."""
    routes = Blueprint("aliases", __name__)
    old_hosts, home = hub.settings.old_hosts, hub.settings.base_url

    def from_old_host() -> Response | None:
        host = request.host.lower()
        if host not in old_hosts and host.rpartition(":")[0] not in old_hosts:
            return None
        found = lead(hub, (host + request.full_path.rstrip("?"))[:LONGEST_ADDRESS])
        return _to(home + found)

    if old_hosts:
        routes.before_app_request(from_old_host)

    @routes.get("/old")
    def old() -> Response:
        found = lead(hub, request.args.get("u", "")[:LONGEST_ADDRESS])
        return _to(f"/s/{found}" if found else "/")

    def show(status: int = 200, *, done: Imported | None = None, wrong: str = "") -> Response:
        look = look_of(request)
        rows, unknown = report(hub)
        told = [
            {**row, "scene": in_language(scene_title(row["scene_key"]), look.lang), "place": area_words(hub, row["place_id"]) if row["place_id"] else ""}
            for row in rows
        ]
        return staff_page(
            hub, "desk/aliases.html", status, style=STYLE, look=look, rows=told, unknown=unknown, days=REPORT_DAYS, done=done, wrong=wrong,
            used=sum(bool(row["opened"]) for row in rows), columns=COLUMNS, hosts=sorted(old_hosts),
        )  # fmt: skip

    @routes.get("/desk/aliases")
    def listed() -> Response:
        needs(hub, Verb.MANAGE_CODES)
        return show()

    @routes.post("/desk/aliases")
    def take() -> Response:
        user, lang = needs(hub, Verb.MANAGE_CODES), look_of(request).lang
        upload = request.files.get("sheet")
        if upload is None or not upload.filename:
            return show(422, wrong=in_language(_NO_FILE, lang))
        try:
            done = import_aliases(hub, parse_sheet(upload.stream.read(), upload.filename[:100]), by=user.username)
        except NoColumn as missing:
            names = "、".join(missing.titles)
            return show(422, wrong=in_language(Words(f"表里少一列，列名写成其中一个就行：{names}", f"A column is missing; any of these names will do: {names}"), lang))
        except BadSheet as bad:
            return show(422, wrong=str(bad))
        return show(422 if done.faults else 200, done=done)

    return routes
