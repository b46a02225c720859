"""The printed sheet of a case: masked by a link, whole with a reason, never of a sealed case; each printing is logged.

Rule: the sheet says what the page says, in the same words, and nothing that the page does not show to this person.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from gonzhi_code.labels import label
from gonzhi_code.words import Words, in_language
from service.hub.accounts import User
from service.hub.casepage import CaseView, Hidden, case_photo, open_case
from service.hub.casesheet import LACKING, Part, Sheet, allow_printing
from service.hub.context import Hub
from service.hub.handling import Incomplete, NotAllowed
from service.hub.reveal import reveal

from .desk_answers import CaseWords
from .desk_case import Said, show_case
from .desk_history import History
from .desk_ways import who
from .desk_words import refusal
from .look import Look, look_of
from .pages import NO_STORE
from .times import moment

_TITLE = Words("案卷", "case sheet")
_MASKED = Words("诉求人信息已遮挡", "the reporter is masked")
_WHOLE = Words("含个人信息，专人保管，用后销毁", "holds personal data: keep it safe, destroy it after use")


def sheet_of(hub: Hub, user: User, view: CaseView, lang: str) -> Sheet:
    """What the sheet of a case says."""
    words = CaseWords(hub, lang, view)
    row, say, brand = view.row, words.say, hub.county.brand
    keep = _WHOLE if view.answers.revealed else _MASKED
    dot = " · "
    facts = [
        (say(Words("主办", "Lead")), words.unit(row["lead_unit_id"])),
        (say(Words("协办", "Helping")), say(Words("、", ", ")).join(words.unit(one) for one in row["helper_ids"])),
        (say(Words("现在在", "Now with")), words.unit(row["holder"])),
        (say(Words("地点", "Place")), row["place"]),
        (say(Words("收到", "Received")), say(moment(row["reported_at"]))),
        (say(Words("为什么这样派", "Why it went there")), say(Words(row["why"], row["why_en"]))),
        (say(Words("说明", "Note")), words.gone()),
        (say(Words("标记", "Marks")), say(Words("、", ", ")).join(say(label(one)) for one in row["marks"])),
    ]
    parts = [Part(say(Words("基本情况", "The case")), _given(facts))]
    parts += [Part(heading, tuple((one.label, "\n".join(one.lines)) for one in lines)) for heading, lines in words.answers()]
    clocks = [(one["title"], "，".join(part for part in (one["left"], one["due"], f"{one['by_law']} {one['source']}".strip()) if part)) for one in words.clocks()]
    held = [(one["unit"], f"{one['since']} – {one['until'] or say(Words('现在', 'now'))}（{one['office']}）") for one in words.held()]
    story = [(one.when, dot.join(part for part in (one.what + (f" → {one.to}" if one.to else ""), one.who) if part) + (f"\n{one.text}" if one.text else "")) for one in History(words).entries()]
    parts += [
        Part(say(Words("时限", "Deadlines")), tuple(clocks)),
        Part(say(Words("经手单位和办公时间", "Who held it, in office time")), tuple(held)),
        Part(say(Words("全部经过", "History")), tuple(story)),
    ]
    return Sheet(
        title=f"{say(Words(brand['name'], brand['name_en']))} {say(_TITLE)}",
        number=row["case_no"],
        under=dot.join((words.scene(), say(label(row["state"])))),
        parts=tuple(parts),
        foot=dot.join((user.name, say(moment(view.now)), say(keep))),
        photos=_photos(hub, user, view),
        photo_heading=say(Words("照片", "Photos")),
        missing=say(LACKING),
    )


def _given(rows: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(one for one in rows if one[1])


def _photos(hub: Hub, user: User, view: CaseView) -> tuple[bytes, ...]:
    if not view.shows_photos:
        return ()
    return tuple(case_photo(hub, user, view.row["case_no"], one["name"].rpartition("/")[2]) for one in view.photos)


def _print(hub: Hub, user: User, case_no: str, look: Look, *, revealed: bool) -> Response:
    try:
        allow_printing(hub, user, case_no, revealed=revealed)
    except NotAllowed as refused:
        if refused.reason in ("no_case", "hidden"):
            abort(404)
        return show_case(hub, user, case_no, 403, Said(in_language(refusal(refused.reason), look.lang), True))
    view = open_case(hub, user, case_no, revealed=revealed)
    if isinstance(view, Hidden):
        abort(404)
    from service.hub.sheet_paper import draw_sheet

    answer = Response(draw_sheet(sheet_of(hub, user, view, look.lang)), content_type="application/pdf")
    answer.headers["Cache-Control"] = NO_STORE
    answer.headers["Content-Disposition"] = f'inline; filename="{view.row["case_no"]}.pdf"'
    return answer


def blueprint(hub: Hub) -> Blueprint:
    """The routes of the sheet."""
    routes = Blueprint("desk_sheet", __name__)

    @routes.get("/desk/case/<case_no>/sheet.pdf")
    def masked(case_no: str) -> Response:
        return _print(hub, who(hub), case_no, look_of(request), revealed=False)

    @routes.post("/desk/case/<case_no>/sheet.pdf")
    def whole(case_no: str) -> Response:
        user, look = who(hub), look_of(request)
        try:
            reveal(hub, user, case_no, request.form.get("reason", ""))
        except Incomplete as missing:
            errors = {name: in_language(text, look.lang) for name, text in missing.errors.items()}
            return show_case(hub, user, case_no, 422, Said("", True, "sheet.pdf", 0, request.form, errors))
        except NotAllowed as refused:
            if refused.reason in ("no_case", "hidden"):
                abort(404)
            return show_case(hub, user, case_no, 403, Said(in_language(refusal(refused.reason), look.lang), True))
        return _print(hub, user, case_no, look, revealed=True)

    return routes
