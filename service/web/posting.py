"""What an officer sees who scans a poster with a signed-in phone: where it should hang, what was noted, and one tap to note more.

Rule: complete without its script, which only fills in the position; citizens' pages pay nothing for it, because a scan is led
here only when it carries a staff session and nothing else in its address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, redirect, request

from gonzhi_code.errors import BadArea, CannotDraw, CodeError, UnknownScene
from gonzhi_code.labels import label, life_label
from gonzhi_code.posters import LAYOUTS
from gonzhi_code.words import Words, in_language
from service.hub.accounts import User
from service.hub.code_keys import KeyOutOfUse
from service.hub.context import Hub
from service.hub.permissions import Verb, may
from service.hub.photos import PhotoRefused
from service.hub.positions import BadPosition, Position, read_position
from service.hub.poster_file import poster_file
from service.hub.posting import (
    HANGING,
    STEPS,
    Life,
    NotPosted,
    PosterChanged,
    Proof,
    keeps_position,
    may_step,
    note_step,
    steps_for,
)
from service.hub.replacing import drawn_poster, replace_poster

from . import guard
from .errors import PHOTO_REFUSED, PHOTO_SENTENCES, status_page
from .form_page import PERMISSIONS
from .look import Look, look_of
from .pages import NO_STORE, groups, page
from .poster_words import place_words, scene_words
from .scan import LONGEST_TOKEN
from .staff import current_user, session_token
from .times import moment

SCRIPTS = ("posting",)

BUTTONS: Mapping[Life, Words] = {
    Life.POSTED: Words("就贴在这里", "It hangs here"),
    Life.INSPECTED: Words("看过了，完好", "Looked at, all well"),
    Life.DAMAGED: Words("破了、脏了", "Torn or dirty"),
    Life.MOVED: Words("被挪到别处了", "It was moved away"),
    Life.LOST: Words("找不到了", "It is gone"),
    Life.PRINTED: Words("印好了", "Printed"),
    Life.RETIRED: Words("收回不用了", "Take it out of use"),
}
AGAIN = Words("换了位置，重新贴在这里", "It hangs here anew")
_BAD_POSITION = Words("没看懂这个位置，请写经度和纬度，例如 121.38610, 28.37154", "Please give longitude and latitude, such as 121.38610, 28.37154")
_CHANGED = Words("刚才有人先记了一条，请看下面的记录再决定。", "Somebody noted something just before you; please look below first.")
_NOT_NOW = Words("这张海报现在不能这样记。", "This cannot be noted of the poster now.")
_NO_KEY = Words("制码的密钥已停用，请先换一把新的再生成。", "The issuing key is out of use; set a new one first.")
_NO_LAYOUT = Words("这种版式画不出来，请换一种。", "It cannot be drawn in this format; choose another.")


def officer_page(hub: Hub) -> Callable[[str], Response | None]:
    """What leads the scan of a signed-in officer to the page of the poster; None for everybody else."""

    def divert(token: str) -> Response | None:
        if request.query_string or not session_token(hub):
            return None
        user = current_user(hub)
        if user is None or not may(user, Verb.POST_CODES):
            return None
        try:
            canonical = hub.signer.token_of(token)
        except CodeError:
            return None
        if hub.registry.find(canonical) is None:
            return None
        answer = redirect(f"/desk/poster/{canonical}", 302)
        answer.headers["Cache-Control"] = NO_STORE
        return answer  # type: ignore[return-value]

    return divert


def _buttons(row: Mapping[str, Any], steps: tuple[Life, ...]) -> list[tuple[str, Words]]:
    """The steps as buttons, the likely one first: of a poster that hangs, that it was looked at."""
    hangs = row["life"] in HANGING
    first = sorted(steps, key=lambda life: (life is Life.POSTED) == hangs)
    return [(life.value, AGAIN if hangs and life is Life.POSTED else BUTTONS[life]) for life in first]


class Handled:
    """One poster, the person who looks at it, and what the page tells of both."""

    def __init__(self, hub: Hub, user: User, token: str) -> None:
        self.hub, self.user = hub, user
        self.file = poster_file(hub, user, token)
        self.row = self.file.row

    def show(self, status: int = 200, *, errors: dict[str, Words] | None = None, typed: Mapping[str, str] | None = None) -> Response:
        """The page."""
        hub, row, look = self.hub, self.row, look_of(request)
        token = guard.token_of(request)
        done = request.args.get("done", "")
        answer = page(
            "desk/poster.html",
            hub.county,
            status,
            cache=NO_STORE,
            scripts=SCRIPTS,
            look=look,
            user=self.user,
            csrf=token,
            token=row["token"],
            tail=row["token"][-5:],
            token_groups=groups(row["token"], 5),
            number=f"{row['spot_id']}-{row['serial']}",
            place=place_words(hub, row),
            scene=in_language(scene_words(row["scene_code"]), look.lang),
            life=row["life"],
            life_words=life_label(row["life"]),
            worth=label(row["state"]) if row["state"] != "good" else None,
            inspect_by=row["inspect_by"],
            mine=self.file.mine,
            days=self.file.days,
            buttons=_buttons(row, steps_for(hub, self.user, row)),
            replaceable=may_step(hub, self.user, row, Life.REPLACED),
            wants_position=keeps_position(row),
            seen=self.file.event_count,
            history=[self._told(event, look) for event in reversed(self.file.events)],
            newer=self.file.newest if self.file.newest != row["token"] else "",
            layouts=sorted(LAYOUTS),
            done=life_label(done) if done in set(Life) else None,
            errors=errors or {},
            typed=typed or {},
        )
        answer.headers["Permissions-Policy"] = PERMISSIONS
        guard.give(answer, token, secure=hub.settings.secure)
        return answer

    def _told(self, event: Mapping[str, Any], look: Look) -> dict[str, str]:
        at = in_language(moment(event["at"]), look.lang)
        photo = f"/desk/poster/{self.row['token']}/photo/{event['photo']}" if event["photo"] else ""
        position = f"{event['lng_wgs84']:.5f}, {event['lat_wgs84']:.5f}" if event["lng_wgs84"] is not None else ""
        return {"life": event["life"], "words": life_label(event["life"]), "at": at, "by": event["by"], "note": event["note"],
                "photo": photo, "position": position}  # fmt: skip

    def take(self) -> Response:
        """What the posted form asks for."""
        form = request.form
        errors: dict[str, Words] = {}
        wanted, seen = form.get("life", ""), form.get("seen", "")
        position: Position | None = None
        try:
            position = read_position(form.get("position", ""))
        except BadPosition:
            errors["position"] = _BAD_POSITION
        if wanted not in {life.value for life in STEPS}:
            abort(400)
        upload = request.files.get("photo")
        most = self.hub.settings.max_photo_bytes
        photo = upload.stream.read(most + 1) if upload and upload.filename else b""
        proof = Proof(form.get("note", ""), photo, position)
        if not errors:
            try:
                return self._note(Life(wanted), proof, int(seen) if seen.isdecimal() and len(seen) < 9 else None)
            except PhotoRefused as refused:
                errors["photo"] = PHOTO_SENTENCES.get(refused.reason, PHOTO_REFUSED)
            except PosterChanged:
                return Handled(self.hub, self.user, self.row["token"]).show(409, errors={"": _CHANGED}, typed=form)
            except KeyOutOfUse:
                errors[""] = _NO_KEY
            except NotPosted as refused:
                if refused.reason != "not_now":
                    abort(403)
                errors[""] = _NOT_NOW
        return self.show(422, errors=errors, typed=form)

    def _note(self, life: Life, proof: Proof, seen: int | None) -> Response:
        token, look = self.row["token"], look_of(request)
        if life is Life.REPLACED:
            token = replace_poster(self.hub, self.user, token, proof.note, seen=seen).token
        else:
            note_step(self.hub, self.user, token, life, proof, seen=seen)
        return redirect(look.link(f"/desk/poster/{token}", done=life.value), 303)  # type: ignore[return-value]


def blueprint(hub: Hub) -> Blueprint:
    """The routes of one poster at the desk."""
    routes = Blueprint("posting", __name__)

    def handled(token: str) -> Handled | Response:
        user = current_user(hub)
        if user is None:
            return redirect("/desk/login", 303)  # type: ignore[return-value]
        if not (may(user, Verb.POST_CODES) or may(user, Verb.MANAGE_CODES)):
            abort(403)
        try:
            return Handled(hub, user, hub.signer.token_of(token[:LONGEST_TOKEN]))
        except (CodeError, NotPosted):
            return status_page(hub.county, 404)

    @routes.get("/desk/poster/<token>")
    def show(token: str) -> Response:
        found = handled(token)
        return found.show() if isinstance(found, Handled) else found

    @routes.post("/desk/poster/<token>")
    def take(token: str) -> Response:
        # The gate has looked at its size and at who sent it.
        found = handled(token)
        return found.take() if isinstance(found, Handled) else found

    @routes.get("/desk/poster/<token>/photo/<key>")
    def photo(token: str, key: str) -> Response:
        found = handled(token)
        if not isinstance(found, Handled):
            return found
        if key not in {event["photo"] for event in found.file.events}:
            abort(404)
        return Response(hub.photos.get(key), content_type="image/jpeg", headers={"Cache-Control": NO_STORE})

    @routes.get("/desk/poster/<token>/<layout>.pdf")
    def paper(token: str, layout: str) -> Response:
        found = handled(token)
        if not isinstance(found, Handled):
            return found
        if not found.file.mine or layout not in LAYOUTS:
            abort(404)
        try:
            pdf = drawn_poster(hub, found.row, layout)
        except (CannotDraw, CodeError, UnknownScene, BadArea):
            return found.show(422, errors={"layout": _NO_LAYOUT})
        name = f"{found.row['spot_id']}-{found.row['serial']}-{layout}.pdf"
        return Response(
            pdf, content_type="application/pdf", headers={"Cache-Control": NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
        )

    return routes
