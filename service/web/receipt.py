"""The receipt, and the photos that are sent from it.

Rules: a receipt is never kept by any cache (``no-store``); photos come after the words, each on its own, so that a failed photo
cannot lose a complaint; without a script the same form takes several at once.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, redirect, request

from gonzhi_code.areas import Unit
from gonzhi_code.words import Words, in_language
from service.hub.case_access import Proof, make_access, read_access
from service.hub.context import Hub
from service.hub.photos import PhotoRefused, attach_photo
from service.hub.receipts import Receipt, read_receipt

from .errors import PHOTO_REFUSED, PHOTO_SENTENCES, status_page
from .look import Look, look_of
from .pages import NO_STORE, groups, page
from .times import until

SCRIPTS = ("receipt",)
_KEPT = Words("已传上", "Received")
# Room for the borders and names between photos that a form without scripts sends together.
_SLACK_BYTES = 65_536


# What a clock promises, in words; the others are the offices' own.
_PROMISES = {
    "acknowledge": Words("{at} 前签收", "They confirm that they have it by {at}"),
    "handle": Words("{at} 前办完并答复您", "They settle it and answer you by {at}"),
}


def _dues(receipt: Receipt) -> list[Words]:
    """Until when what will happen, in words."""
    told = []
    for clock, promise in _PROMISES.items():
        if clock in receipt.due:
            at = until(receipt.due[clock])
            told.append(Words(promise.format(at=at), promise.en.format(at=at.en)))
    return told


def _show(
    hub: Hub, receipt: Receipt, token: str, status: int = 200, *, kept: int = 0, refused: list[tuple[str, Words]] | None = None
) -> Response:
    look = look_of(request)

    def say(text: str) -> str:
        return in_language(text, look.lang)

    return page(
        "public/receipt.html",
        hub.county,
        status,
        cache=NO_STORE,
        scripts=SCRIPTS,
        look=look,
        band=receipt.scene.key if receipt.scene else "",
        case_no=groups(receipt.case_no, 4),
        query_code=groups(receipt.query_code, 3),
        lead=_name(receipt.lead, look),
        helpers=[_name(one, look) for one in receipt.helpers],
        dues=[say(line) for line in _dues(receipt)],
        why=say(receipt.why),
        advice=[say(one) for one in receipt.advice],
        photos_action=look.link(f"/receipt/{token}/photos"),
        follow=look.link(f"/receipt/{token}/case"),
        most_photos=receipt.most_photos,
        photos_kept=kept,
        photos_there=receipt.photo_count,
        photos_wanted=[(one.name, say(one.label)) for one in receipt.photos_wanted],
        phone_given=receipt.phone_given,
        photo_errors=refused or [],
    )


def _name(unit: Unit, look: Look) -> str:
    return unit.name_en if look.lang == "en" and unit.name_en else unit.name


def _take_photos(hub: Hub, token: str) -> tuple[int, list[tuple[str, Words]]]:
    """Attach every posted photo; how many were taken, and why others were not."""
    kept, refused = 0, []
    for upload in request.files.getlist("photos"):
        if not upload.filename:
            continue
        try:
            attach_photo(hub, token, upload.filename, upload.stream, request.form.get("field", ""))
            kept += 1
        except PhotoRefused as refusal:
            refused.append((upload.filename, PHOTO_SENTENCES.get(refusal.reason, PHOTO_REFUSED)))
    if not kept and not refused:
        refused.append(("", PHOTO_SENTENCES["empty"]))
    return kept, refused


def blueprint(hub: Hub) -> Blueprint:
    """The routes of the receipt."""
    routes = Blueprint("receipt", __name__)

    @routes.get("/receipt/<token>")
    def show(token: str) -> Response:
        receipt = read_receipt(hub, token)
        if receipt is None:
            return status_page(hub.county, 404)
        kept = request.args.get("photos", "")
        return _show(hub, receipt, token, kept=int(kept) if kept.isdecimal() and len(kept) < 3 else 0)

    @routes.get("/receipt/<token>/case")
    def follow(token: str) -> Response:
        """Whoever holds the receipt holds the query code that stands on it."""
        receipt = read_receipt(hub, token)
        if receipt is None:
            return status_page(hub.county, 404)
        return redirect(look_of(request).link(f"/case/{make_access(hub, receipt.case_no, Proof.CODE)}"), 303)  # type: ignore[return-value]

    @routes.get("/receipt/<token>/photos")
    def shown_again(token: str) -> Response:
        """Where a page with refused photos stood: asked for anew it is the receipt."""
        return redirect(look_of(request).link(f"/receipt/{token}"), 303)  # type: ignore[return-value]

    @routes.post("/receipt/<token>/photos")
    def photos(token: str) -> Response:
        if request.content_length is None:
            abort(411)
        request.max_content_length = hub.settings.max_photo_bytes * hub.settings.max_photos + _SLACK_BYTES
        receipt = read_receipt(hub, token)
        if receipt is None:
            return status_page(hub.county, 404)
        kept, refused = _take_photos(hub, token)
        look = look_of(request)
        if request.accept_mimetypes.best == "application/json":
            text = refused[0][1] if refused else _KEPT
            answer = jsonify(kept=kept, text=in_language(text, look.lang))
            answer.status_code = 422 if refused else 200
            return answer
        if refused:
            # Read again: some may have been taken.
            receipt = read_receipt(hub, token) or receipt
            return _show(hub, receipt, token, 422, kept=kept, refused=refused)
        back = request.args.get("back", "")
        if back and read_access(hub, back):
            return redirect(look.link(f"/case/{back}", done="photos"), 303)  # type: ignore[return-value]
        return redirect(look.link(f"/receipt/{token}", photos=str(kept)), 303)  # type: ignore[return-value]

    return routes
