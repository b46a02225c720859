"""Keys at the desk: which issues, which are out of use, which leaked, and the posters to print anew, ranked by use.

Rule: looked at here, changed on the command line alone, where whoever has the secrets is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, request

from gonzhi_code.labels import life_label
from gonzhi_code.words import Words, in_language
from service.hub.code_keys import COMPROMISED, USED_DAYS, list_keys, to_replace
from service.hub.context import Hub
from service.hub.issuers import list_issuers
from service.hub.permissions import Verb
from service.hub.sheet_files import Cell, csv_file, xlsx_file

from .look import look_of
from .pages import NO_STORE
from .poster_words import STYLE, area_words, number_words, scene_words
from .staff import needs, staff_page
from .times import moment

STATES: Mapping[str, Words] = {
    "issuing": Words("正在制码", "Issuing"),
    "verifying": Words("只核验", "Verifying only"),
    "retired": Words("已停用，仍核验", "Retired, still verifying"),
    "compromised": Words("已泄露", "Compromised"),
}
HEADINGS = ("海报编号", "末五位", "场景", "镇街村社", "点位", "详细位置", "状态", "90天打开", "90天提交", "网址")
_MOST_SHOWN = 200
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _cells(hub: Hub, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        number_words(row), row["token"][-5:], str(scene_words(row["scene_code"])), area_words(hub, row["place_id"]), row["spot_name"],
        row["address"], str(life_label(row["life"])), row["opened"], row["submitted"], hub.signer.base_url + row["token"],
    )  # fmt: skip


def blueprint(hub: Hub) -> Blueprint:
    """The routes of the keys."""
    routes = Blueprint("keys", __name__)

    def known(key_id: str) -> str:
        needs(hub, Verb.MANAGE_CODES)
        if key_id not in {row.key_id for row in list_keys(hub)}:
            abort(404)
        return key_id

    @routes.get("/desk/keys")
    def show() -> Response:
        needs(hub, Verb.MANAGE_CODES)
        look = look_of(request)
        rows = [(row, STATES[row.state], in_language(moment(row.at), look.lang) if row.at else "") for row in list_keys(hub)]
        return staff_page(hub, "desk/keys.html", style=STYLE, look=look, rows=rows, issuers=list_issuers(hub))

    @routes.get("/desk/keys/<key_id>")
    def posters(key_id: str) -> Response:
        found, look = to_replace(hub, known(key_id)), look_of(request)
        shown = [
            {
                "token": row["token"], "number": number_words(row), "scene": in_language(scene_words(row["scene_code"]), look.lang),
                "area": area_words(hub, row["place_id"]), "spot": f"{row['spot_name']} {row['address']}".strip(),
                "life": in_language(life_label(row["life"]), look.lang), "opened": row["opened"], "submitted": row["submitted"],
            }
            for row in found[:_MOST_SHOWN]
        ]  # fmt: skip
        leaked = any(row.key_id == key_id and row.state == COMPROMISED for row in list_keys(hub))
        return staff_page(
            hub, "desk/key.html", style=STYLE, look=look, key_id=key_id, leaked=leaked, rows=shown, count=len(found), days=USED_DAYS
        )

    @routes.get("/desk/keys/<key_id>/posters.<kind>")
    def exported(key_id: str, kind: str) -> Response:
        if kind not in _KINDS:
            abort(404)
        rows = [_cells(hub, row) for row in to_replace(hub, known(key_id))]
        data = csv_file(HEADINGS, rows) if kind == "csv" else xlsx_file("待换海报", HEADINGS, rows)
        attached = f'attachment; filename="posters-of-key-{key_id}.{kind}"'
        return Response(data, content_type=_KINDS[kind], headers={"Cache-Control": NO_STORE, "Content-Disposition": attached})

    return routes
