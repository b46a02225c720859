"""The page of one case at the desk: everything about it, the obvious next action, the others behind it, and its photos.

Rule: whoever has no part in a case is answered as if it did not exist. The version that was looked at travels with every
form; where somebody was faster the fresh page says who did what, and what was typed is still there. Nothing is cached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.datastructures import MultiDict

from gonzhi_code.labels import label
from gonzhi_code.words import Words, in_language
from service.hub.accounts import User
from service.hub.casepage import CaseView, Hidden, case_photo, concerns, open_case
from service.hub.context import Hub
from service.hub.handling import CaseMoved, Incomplete, NotAllowed
from service.hub.letters import mark_read
from service.hub.related import WHY

from .desk_answers import CaseWords, picker
from .desk_asks import Ask, asks_of
from .desk_doing import do
from .desk_history import History
from .desk_rows import COLOURED, SHAPES
from .desk_ways import who
from .desk_words import DONE, MOVED, NOT_SHOWN, refusal
from .look import Look, look_of
from .pages import NO_STORE
from .staff import staff_page
from .times import moment

SCRIPTS = ("desk_case",)


@dataclass(frozen=True)
class Said:
    """What a form came to: the sentence on top, and what was typed with what is wrong with it."""

    sentence: str = ""
    wrong: bool = False
    key: str = ""
    record: int = 0
    typed: MultiDict[str, str] = field(default_factory=MultiDict)
    errors: dict[str, str] = field(default_factory=dict)


def show_case(hub: Hub, user: User, case_no: str, status: int = 200, said: Said | None = None, *, revealed: bool = False) -> Response:
    """The page of a case, or of its number alone; 404 for whom it does not concern."""
    look = look_of(request)
    try:
        view = open_case(hub, user, case_no, revealed=revealed)
    except NotAllowed:
        abort(404)
    if isinstance(view, Hidden):
        shown = {"case_no": view.case_no, "state": in_language(label(view.state), look.lang), "shape": SHAPES.get(view.state, "full")}
        return staff_page(hub, "desk/case_hidden.html", status, look=look, sentence=in_language(NOT_SHOWN, look.lang), **shown)
    words, asks = CaseWords(hub, look.lang, view), asks_of(hub, user, view)
    return staff_page(
        hub, "desk/case.html", status, look=look, scripts=SCRIPTS, said=said or _done(look), view=view, row=view.row,
        words=words, answers=words.answers(), clocks=words.clocks(), held=words.held(), entries=History(words).entries(), result=_result(words),
        marks=_marks(words), photos=_photos(view), related=_related(words), asks=asks, **_grouped(asks, view),
        units=picker(hub, view.units), helpers=list(view.row["helper_ids"]), shape=SHAPES.get(view.row["state"], "full"),
        state=words.say(label(view.row["state"])), received=words.say(moment(view.row["reported_at"])), once=request.form.get("once", ""),
    )  # fmt: skip


def _grouped(asks: list[Ask], view: CaseView) -> dict[str, Any]:
    """The decisions that wait, the obvious next move, the other moves, and the records about the case."""
    moves = [one for one in asks if one.group == "move"]
    # Merging a case away and reopening a closed one are never the obvious thing.
    first = moves[0] if moves and moves[0].key not in ("merge", "reopen") else None
    return {
        "decisions": [one for one in asks if one.group == "decide"],
        "first": first,
        "others": [*(one for one in moves if one is not first), *(one for one in asks if one.group == "in_place")],
        "records": [one for one in asks if one.group == "record"],
    }


def _marks(words: CaseWords) -> list[tuple[str, str]]:
    row = words.view.row
    marks = [(row["priority"], words.say(label(row["priority"])))] if row["priority"] in COLOURED else []
    if row["supervision_level"]:
        marks.append(("red", words.say(Words("督办", "Supervised"))))
    if row["reopen_count"]:
        marks.append(("orange", words.say(Words("重办", "Reopened"))))
    return marks + [("", words.say(label(one))) for one in row["marks"]]


def _result(words: CaseWords) -> dict[str, str] | None:
    """The newest result, where one stands."""
    if not words.view.resolutions or not words.view.row["resolved_at"] or "forgotten" in words.view.gone:
        return None
    newest = words.view.resolutions[-1]
    return {"short": newest["short"], "answer": newest["answer"], "unit": words.unit(newest["unit_id"]), "at": words.say(moment(newest["at"]))}


def _photos(view: CaseView) -> list[dict[str, Any]]:
    if not view.shows_photos:
        return []
    return [{"key": one["name"].rpartition("/")[2], "desk": one["source"] == "desk", "width": one["width_px"], "height": one["height_px"]} for one in view.photos]


def _related(words: CaseWords) -> list[dict[str, str]]:
    return [
        {
            "case_no": one.row["case_no"], "state": words.say(label(one.row["state"])), "place": one.row["place"],
            "why": "、".join(words.say(WHY[reason]) for reason in one.why), "at": words.say(moment(one.row["reported_at"])),
        }
        for one in words.view.related
    ]  # fmt: skip


def _done(look: Look) -> Said:
    key = request.args.get("done", "")
    return Said(in_language(DONE[key], look.lang)) if key in DONE else Said()


def _act(hub: Hub, user: User, case_no: str, key: str) -> Response:
    """Do what a form asks, and go back to the case; or show it again with what is wrong and what was typed."""
    form, look = request.form, look_of(request)
    files = [one for one in request.files.getlist("photos") if one.filename]
    record = form.get("record", "")
    number = int(record) if record.isascii() and record.isdecimal() and len(record) < 10 else 0
    try:
        do(hub, user, case_no, key, form, files)
    except Incomplete as missing:
        errors = {("photos" if name == "photo_names" else name): in_language(text, look.lang) for name, text in missing.errors.items()}
        return show_case(hub, user, case_no, 422, Said("", True, key, number, form, errors))
    except CaseMoved as moved:
        sentence = _moved(moved, look)
        if not concerns(hub, user, case_no):
            state, shape = in_language(label(moved.state), look.lang), SHAPES.get(moved.state, "full")
            return staff_page(hub, "desk/case_hidden.html", 409, look=look, case_no=case_no, state=state, shape=shape, sentence=sentence)
        return show_case(hub, user, case_no, 409, Said(sentence, True, key, number, form))
    except NotAllowed as refused:
        if refused.reason in ("no_case", "hidden"):
            abort(404)
        return show_case(hub, user, case_no, 403, Said(in_language(refusal(refused.reason), look.lang), True, key, number, form))
    if key == "reveal":
        return show_case(hub, user, case_no, revealed=True)
    # What was handed on may be out of sight now.
    way = f"/desk/case/{case_no}" if concerns(hub, user, case_no) else "/desk"
    return redirect(look.link(way, done=key.partition(".")[0]), 303)  # type: ignore[return-value]


def _moved(moved: CaseMoved, look: Look) -> str:
    told = [{"by": moved.by, "at": at, "action": action, "state": state} for at, action, state in (
        (str(moment(moved.at)), str(label(moved.action)), str(label(moved.state))),
        (moment(moved.at).en, label(moved.action).en, label(moved.state).en),
    )]  # fmt: skip
    return in_language(Words(str(MOVED).format(**told[0]), MOVED.en.format(**told[1])), look.lang)


def blueprint(hub: Hub) -> Blueprint:
    """The routes of a case."""
    routes = Blueprint("desk_case", __name__)

    @routes.get("/desk/case/<case_no>")
    def show(case_no: str) -> Response:
        user = who(hub)
        answer = show_case(hub, user, case_no)
        if answer.status_code == 200:
            _note_read(hub, user, case_no)
        return answer

    @routes.post("/desk/case/<case_no>/<key>")
    def act(case_no: str, key: str) -> Response:
        return _act(hub, who(hub), case_no, key)

    @routes.get("/desk/case/<case_no>/photo/<key>")
    def photo(case_no: str, key: str) -> Response:
        try:
            data = case_photo(hub, who(hub), case_no, key)
        except NotAllowed:
            abort(404)
        answer = Response(data, content_type="image/jpeg")
        answer.headers["Cache-Control"] = NO_STORE
        return answer

    return routes


def _note_read(hub: Hub, user: User, case_no: str) -> None:
    """What the reporter wrote counts as read once the unit that has the case has it on its screen."""
    try:
        mark_read(hub, user, case_no)
    except NotAllowed:
        return
