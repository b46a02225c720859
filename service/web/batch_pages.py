"""Batches at the desk: upload a sheet, see every bad row, begin, watch it being made, fetch the posters.

Rule: complete without a script; while a batch is being made its page asks for itself again (the Refresh header).
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, send_file

from gonzhi_code.batch_columns import COLUMNS
from gonzhi_code.batch_template import write_template
from gonzhi_code.errors import BadSheet
from gonzhi_code.scenes import all_scenes
from gonzhi_code.words import Words, in_language
from service.hub import batches
from service.hub.batch_making import CSV, XLSX, ZIP
from service.hub.batches import COLUMN_KEYS, LAYOUT_NAMES, Wish, batch_folder
from service.hub.code_keys import KeyOutOfUse
from service.hub.context import Hub
from service.hub.permissions import Verb

from .batch_words import row_words
from .look import look_of
from .pages import NO_STORE
from .poster_words import STYLE, UNIFIED, area_words
from .staff import needs, staff_page
from .times import moment

FILES = {ZIP: "application/zip", CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
REFRESH_SECONDS = 3
_SHOWN_GOOD, _SHOWN_BAD = 20, 500
STATES: Mapping[str, Words] = {
    "uploaded": Words("等您确认", "Waiting for you"),
    "running": Words("正在制作", "Being made"),
    "done": Words("做好了", "Done"),
    "stopped": Words("已暂停", "Stopped"),
    "failed": Words("出错停下", "Failed"),
}
_NO_FILE = Words("还没有选文件。", "No file was chosen yet.")
_BAD_SHEET = Words("这个文件读不出来：要有一行表头、下面至少一行，存成 XLSX 或 UTF-8 的 CSV 再传。", "The file cannot be read: it needs a head row and a row below it, as XLSX or CSV in UTF-8.")
_NO_KEY = Words("制码的密钥已停用，请先换一把新的。", "The issuing key is out of use; set a new one first.")
_NOTHING = Words("没有可以制作的行。", "There is no row to make.")


def _scenes() -> list[tuple[str, Words]]:
    return [("unified", UNIFIED), *((one.key, one.title) for one in all_scenes())]


def _wish() -> Wish:
    form = request.form
    layout, scene = form.get("layout", "a4"), form.get("scene", "unified")
    return Wish(
        layout if layout in LAYOUT_NAMES else "a4",
        scene if scene in dict(_scenes()) else "unified",
        large=form.get("large") == "yes",
        bleed=form.get("bleed") == "yes",
        together=form.get("together") == "yes",
    )


def time_left(row: Mapping[str, Any], now: dt.datetime) -> Words | None:
    """How long the rest takes at the pace so far; None before there is one."""
    done, begun = row["done_count"] - row["options"].get("done_before", 0), row["options"].get("begun_at")
    if done <= 0 or not begun:
        return None
    left = row["row_count"] - row["bad_count"] - row["done_count"]
    seconds = round((now - dt.datetime.fromisoformat(begun)).total_seconds() / done * left)
    if seconds < 60:
        return Words("不到 1 分钟", "less than a minute")
    return Words(f"约 {seconds // 60 + 1} 分钟", f"about {seconds // 60 + 1} minutes")


def _found(hub: Hub, batch_id: int) -> dict[str, Any]:
    needs(hub, Verb.MANAGE_CODES)
    row = batches.find(hub, batch_id)
    if row is None:
        abort(404)
    return row


def _show_list(hub: Hub, status: int = 200, wrong: Words | None = None) -> Response:
    look = look_of(request)
    rows = [(row, STATES[row["state"]], in_language(moment(row["made_at"]), look.lang)) for row in batches.list_batches(hub)]
    return staff_page(
        hub, "desk/batches.html", status, style=STYLE, look=look, rows=rows, layouts=LAYOUT_NAMES, scenes=_scenes(), wrong=wrong, wish=_wish()
    )


def _show(hub: Hub, batch_id: int, status: int = 200, wrong: Words | None = None) -> Response:
    row, look = _found(hub, batch_id), look_of(request)
    fresh = row["state"] == "uploaded"
    seen = batches.look(hub, row) if fresh else None
    good = batches.rows_of(hub, batch_id, good=True, limit=_SHOWN_GOOD) if fresh else []
    answer = staff_page(
        hub, "desk/batch.html", status, style=STYLE, look=look, row=row, state=STATES[row["state"]], seen=seen, columns=COLUMNS, wrong=wrong,
        good=[(one, area_words(hub, one["data"]["spot"]["village_id"])) for one in good], good_count=row["row_count"] - row["bad_count"],
        titles=dict(_scenes()), words=row_words, bad=batches.rows_of(hub, batch_id, good=False, limit=_SHOWN_BAD),
        left=time_left(row, hub.clock()), made=in_language(moment(row["made_at"]), look.lang),
    )  # fmt: skip
    if row["state"] == "running":
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


def _act(hub: Hub, batch_id: int) -> Response:
    """What a button of the page asks for."""
    user, form = needs(hub, Verb.MANAGE_CODES), request.form
    _found(hub, batch_id)
    what = form.get("do", "")
    try:
        if what == "columns":
            batches.choose_columns(hub, batch_id, {key: form[key] for key in COLUMN_KEYS if key in form and form[key] != "?"})
        elif what == "begin" and not batches.begin(hub, user, batch_id):
            return _show(hub, batch_id, 422, _NOTHING)
        elif what == "stop":
            batches.stop(hub, user, batch_id)
    except KeyOutOfUse:
        return _show(hub, batch_id, 422, _NO_KEY)
    except ValueError:
        abort(400)
    return redirect(look_of(request).link(f"/desk/batches/{batch_id}"), 303)  # type: ignore[return-value]


def _template(hub: Hub) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, hub.county)
        return path.read_bytes()


def blueprint(hub: Hub) -> Blueprint:
    """The routes of batches."""
    routes = Blueprint("batches", __name__)

    @routes.get("/desk/batches")
    def listed() -> Response:
        needs(hub, Verb.MANAGE_CODES)
        return _show_list(hub)

    @routes.post("/desk/batches")
    def take() -> Response:
        user, upload = needs(hub, Verb.MANAGE_CODES), request.files.get("sheet")
        if upload is None or not upload.filename:
            return _show_list(hub, 422, _NO_FILE)
        try:
            batch_id = batches.upload(hub, user, upload.filename, upload.stream.read(), _wish())
        except BadSheet:
            return _show_list(hub, 422, _BAD_SHEET)
        return redirect(look_of(request).link(f"/desk/batches/{batch_id}"), 303)  # type: ignore[return-value]

    @routes.get("/desk/batches/<int(max=999999999):batch_id>")
    def one(batch_id: int) -> Response:
        return _show(hub, batch_id)

    @routes.post("/desk/batches/<int(max=999999999):batch_id>")
    def act(batch_id: int) -> Response:
        return _act(hub, batch_id)

    @routes.get("/desk/batches/<int(max=999999999):batch_id>/<name>")
    def fetched(batch_id: int, name: str) -> Response:
        row = _found(hub, batch_id)
        if name not in FILES or row["state"] != "done":
            abort(404)
        answer = send_file(batch_folder(hub, batch_id) / name, mimetype=FILES[name], as_attachment=True, download_name=f"batch-{batch_id}-{name}")
        answer.headers["Cache-Control"] = NO_STORE
        return answer

    @routes.get("/desk/batches/template.xlsx")
    def template() -> Response:
        needs(hub, Verb.MANAGE_CODES)
        attached = 'attachment; filename="spots.xlsx"'
        return Response(_template(hub), content_type=FILES[XLSX], headers={"Cache-Control": NO_STORE, "Content-Disposition": attached})

    return routes
