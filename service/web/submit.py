"""Taking a filled-in form: hand it to the hub, and answer with the receipt, the mistakes, or a way on.

Rules: what was typed is never lost (422 shows it again); sending the same form twice gives the same receipt; the same form
with other content is asked about, not guessed (409); what is too large is refused in words (413, 411), before it is read.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from flask import Blueprint, Response, abort, request
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from gonzhi_code.areas import County
from gonzhi_code.forms import Option
from gonzhi_code.places import find_villages
from gonzhi_code.scene import Scene
from gonzhi_code.words import Words
from service.hub.context import Hub
from service.hub.intake import FormRejected, SubmissionConflict, accept
from service.hub.scanning import count_scan, open_scan
from service.hub.tampering import NoPoster, report_poster

from . import csp
from .drawing import is_secret
from .finished import Finished
from .form_page import answer_form
from .look import Look, look_of
from .pages import NO_STORE, page
from .scan import LONGEST_TOKEN, chooser, landing_of, wanted_scene

# More parts than the longest form with all its rows has by far.
MOST_PARTS = 1000
# Stands in a form whose beginning was counted already.
BEGUN = "begun"
# More villages of one name than this are not offered as choices; the person is asked to write more.
MOST_CHOICES = 12

_NO_VILLAGE = Words(
    "没有找到这个村社，请换个写法，或者留空、写在地址里",
    "There is no such village; write it another way, or leave it out and give the address",
)
_MANY_VILLAGES = Words("有好几个地方叫这个名字，请在下面点选一个", "Several places have this name; please pick one below")
_OTHER_TOWNSHIP = Words(
    "您选的镇街里没有这个村社，别的镇街有；请在下面点选，或改选镇街",
    "The township you chose has no such village, but others have; pick one below, or choose another township",
)
_TOO_MANY = Words("叫这个名字的地方太多，请写完整，或先选镇街", "Too many places match; write the full name or choose the township first")


def posted_form(most_bytes: int) -> MultiDict[str, str]:
    """The posted fields, after a look at the size of the body.

    Raises:
        LengthRequired: the body says no length. RequestEntityTooLarge: it is larger than ``most_bytes``.
    """
    if request.content_length is None:
        abort(411)
    if request.content_length > most_bytes:
        abort(413)
    request.max_content_length = most_bytes
    request.max_form_memory_size = most_bytes
    request.max_form_parts = MOST_PARTS
    return MultiDict(request.form)


class Villages:
    """The villages that the typed name may mean.

    Attributes:
        errors: what to tell, by field; empty where the name is clear, and then the form holds the id in its place.
        options: choices to offer.
    """

    def __init__(self, county: County, scene: Scene, form: MultiDict[str, str]) -> None:
        self.errors: dict[str, list[Words]] = {}
        self.options: Sequence[Option] = ()
        by_widget = {one.widget: one.name for section in scene.form.sections for one in section.fields}
        self.field, township = by_widget.get("village", ""), by_widget.get("township", "")
        typed = [text.strip() for text in form.getlist(self.field) if text.strip()]
        if not typed:
            return
        # A picked choice is posted beside the name that was typed, and stands behind it.
        chosen = next((text for text in reversed(typed) if text in county.villages), "")
        if not chosen:
            chosen = self._search(county, typed[0], form.get(township, "") if township else "")
        if chosen:
            form[self.field] = chosen

    def _search(self, county: County, text: str, township_id: str) -> str:
        found = find_villages(county, text, township_id if township_id in county.townships else "")
        if len(found) == 1:
            return found[0].id
        if not found and township_id in county.townships:
            found = find_villages(county, text)[:MOST_CHOICES]
            self.options = [Option(one.id, Words(county.place_name(one.id))) for one in found]
            self.errors[self.field] = [_OTHER_TOWNSHIP if found else _NO_VILLAGE]
            return ""
        if 1 < len(found) <= MOST_CHOICES:
            self.options = [Option(one.id, Words(county.place_name(one.id))) for one in found]
        self.errors[self.field] = [_NO_VILLAGE if not found else _MANY_VILLAGES if self.options else _TOO_MANY]
        return ""


def _other_mistakes(scene: Scene, form: MultiDict[str, str], village_field: str, today: dt.date) -> dict[str, object]:
    """Everything else that is wrong with a form whose village is not clear, so that all is mended at once."""
    rest = MultiDict((name, value) for name, value in form.items(multi=True) if name != village_field)
    try:
        scene.load(rest, today=today)
    except ValidationError as error:
        found: dict[str, object] = dict(error.messages_dict)
        return found
    return {}


def _unclear_village(form: MultiDict[str, str], county: County) -> bool:
    """Whether a village was named in words, which must be looked up before the form is taken."""
    return any(text.strip() and text not in county.villages for text in form.getlist("village_id"))


def _submission_id(form: MultiDict[str, str]) -> str:
    return form.get("submission_id", "").strip() or str(uuid.uuid4())


def _again(form: MultiDict[str, str], submission_id: str, but: Sequence[str] = ("submission_id", "add_row", "scene_key")) -> list[tuple[str, str]]:
    """What was posted, to be posted once more under a submission id; without what must not stand in a page."""
    return [*(pair for pair in form.items(multi=True) if pair[0] not in but and not is_secret(pair[0])), ("submission_id", submission_id)]


def _conflict(hub: Hub, conflict: SubmissionConflict, form: MultiDict[str, str]) -> Response:
    """The same form was filed before with other content: look at that one, or file this as a new one."""
    return page(
        "public/conflict.html",
        hub.county,
        409,
        cache=NO_STORE,
        receipt_token=conflict.receipt_token,
        fields=_again(form, str(uuid.uuid4()), but=("submission_id", "add_row")),
    )


def _take_poster(hub: Hub, token: str, form: MultiDict[str, str], look: Look) -> Response | None:
    """One tap about the poster itself; None where the code proves no poster, and then the form is asked as ever."""
    try:
        receipt = report_poster(
            hub, token_text=token, submission_id=form.get("submission_id", ""), address=request.remote_addr or "", language=look.lang
        )
    except NoPoster:
        return None
    return _to_receipt(hub, receipt.receipt_token, look)


def _to_receipt(hub: Hub, receipt_token: str, look: Look) -> Response:
    headers = (
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Security-Policy", csp.CLOSED),
        ("Cache-Control", NO_STORE),
        ("Location", look.link(f"/receipt/{receipt_token}")),
    )
    return Finished(b"", (*headers, *csp.headers_of(hub.settings.secure)), 303)


def _take(hub: Hub, token: str | None) -> Response:
    form = posted_form(hub.settings.max_form_bytes)
    look, submission_id = look_of(request), _submission_id(form)
    if token is not None and form.get("tell") == "poster":
        told = _take_poster(hub, token, form, look)
        if told is not None:
            return told
    redraw = "redraw" in form
    if not form.get(BEGUN) and not redraw:
        # No script has counted it; a page that comes back with mistakes says that it was counted.
        count_scan(hub, open_scan(hub, token, wanted_scene()), "started")
    # A village that was found by its name goes on as its number; the page shows again what was typed.
    as_typed = form.copy()
    before = redraw or "add_row" in form or _unclear_village(form, hub.county)
    scan = open_scan(hub, token, wanted_scene()) if before else None
    if scan is not None and scan.scene is not None:
        landing = landing_of(scan, scan.scene, token)
        if redraw or "add_row" in form:
            # Another look, another scene or one more row: drawn again with what was typed, and nothing is judged yet.
            begun = bool(form.get(BEGUN)) or not redraw
            return answer_form(hub.county, landing, look, submission_id, 200, typed=form, more_rows=form.get("add_row", ""), begun=begun)
        villages = Villages(hub.county, scan.scene, form)
        if villages.errors:
            wrong = {**_other_mistakes(scan.scene, form, villages.field, hub.today()), **villages.errors}
            return answer_form(
                hub.county, landing, look, submission_id, 422, typed=as_typed, errors=wrong, villages=villages.options
            )
    try:
        accepted = accept(
            hub,
            token_text=token,
            scene_key=wanted_scene(),
            form=form,
            submission_id=form.get("submission_id", "").strip(),
            address=request.remote_addr or "",
            language=look.lang,
        )
    except FormRejected as rejected:
        if rejected.scan.scene is None:
            return chooser(hub, rejected.scan, 422, typed=_again(form, submission_id))
        landing = landing_of(rejected.scan, rejected.scan.scene, token)
        return answer_form(hub.county, landing, look, submission_id, 422, typed=as_typed, errors=rejected.errors)
    except SubmissionConflict as conflict:
        return _conflict(hub, conflict, form)
    return _to_receipt(hub, accepted.receipt_token, look)


def blueprint(hub: Hub) -> Blueprint:
    """The routes that take forms, at the same addresses that show them."""
    routes = Blueprint("submit", __name__)

    @routes.post("/S/<scanned:token>")
    @routes.post("/s/<scanned:token>")
    def with_code(token: str) -> Response:
        return _take(hub, token[:LONGEST_TOKEN])

    @routes.post("/")
    @routes.post("/S/")
    @routes.post("/s/")
    def without_code() -> Response:
        return _take(hub, None)

    return routes
