"""One's own case: how far it is, the answer, a rating, more words.

Rules: the address carries a signed token that ends after a day; no login and no script is needed; a staff account cannot
rate; what was sent twice is kept once; ``no-store``, because the page may stand on a borrowed phone.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.datastructures import MultiDict

from gonzhi_code.cases import State
from gonzhi_code.words import Words, in_language
from service.hub.case_access import Access, read_access
from service.hub.citizen_case import CitizenCase, read_case
from service.hub.context import Hub
from service.hub.letters import add_words, answer_question
from service.hub.rating import GRADES, rate
from service.hub.refusals import Incomplete, NotAllowed
from service.hub.reopening import appeal

from .auth import current_user
from .case_words import DONE, FACES, NO_STAFF, NOT_RATED, NOT_TAKEN, UNTIL_RATED, notes_of, title_of
from .errors import status_page
from .look import Look, look_of
from .pages import NO_STORE, groups, page
from .submit import posted_form
from .times import moment, until

SCRIPTS = ("receipt",)
Errors = Mapping[str, Sequence[Words]]


def _told(case: CitizenCase, look: Look) -> dict[str, Any]:
    """The case in the reader's language."""

    def say(text: str) -> str:
        return in_language(text, look.lang)

    progress, answer, question = case.progress, case.answer, case.question
    closed = progress.state_key == State.CLOSED.value
    dues = [(progress.acknowledge_by, Words("{at} 前签收", "Confirmed by {at}")), (progress.handle_by, Words("{at} 前办完", "Settled by {at}"))]
    return {
        "scene": say(progress.scene.title) if progress.scene else "",
        "title": say(title_of(case)),
        "state": say(progress.state),
        "holder": say(progress.holder) if not closed else "",
        "dues": [say(Words(zh.format(at=until(due)), zh.en.format(at=until(due).en))) for due, zh in dues if due and not closed],
        "answer": answer.text if answer else "",
        "answered_by": say(answer.by) if answer else "",
        "answered_at": say(moment(answer.at)) if answer else "",
        "notes": [say(one) for one in notes_of(case)],
        "can_rate": case.can_rate,
        "rate_hint": say(Words(UNTIL_RATED.format(at=until(case.rate_by)), UNTIL_RATED.en.format(at=until(case.rate_by).en))) if case.rate_by else "",
        "round": case.round,
        "grade_words": say(GRADES[case.grade]) if case.grade else "",
        "can_write": case.can_write,
        "can_appeal": case.can_appeal,
        "question": {"text": question.text, "at": say(moment(question.at))} if question else None,
        "letters": [{"at": say(moment(one.at)), "who": say(_who(one.kind)), "text": one.text} for one in case.letters],
        "photo_count": case.photo_count,
        "steps": [
            {"at": say(moment(step.at)), "what": say(step.what), "by": say(step.by), "reason": say(step.reason)} for step in progress.steps
        ],
    }


def _who(kind: str) -> Words:
    return Words("办理单位", "The office") if kind == "question" else Words("您", "You")


def _show(
    hub: Hub, token: str, access: Access, status: int = 200, *, errors: Errors | None = None, typed: MultiDict[str, str] | None = None
) -> Response:
    case = read_case(hub, access)
    if case is None:
        return status_page(hub.county, 404)
    look, done = look_of(request), DONE.get(request.args.get("done", ""))
    return page(
        "public/case.html",
        hub.county,
        status,
        cache=NO_STORE,
        scripts=SCRIPTS,
        look=look,
        band=case.progress.scene.key if case.progress.scene else "",
        case_no=groups(case.progress.case_no),
        case=_told(case, look),
        done=in_language(done, look.lang) if done and not errors else "",
        grades=[(value, FACES[value], in_language(words, look.lang)) for value, words in GRADES.items()],
        errors=errors or {},
        typed=typed or MultiDict(),
        here=f"/case/{token}",
        photos_action=look.link(f"/receipt/{hub.tokens.make(access.case_no)}/photos", back=token),
        most_photos=case.most_photos,
        submission_id=(typed or MultiDict()).get("submission_id") or str(uuid.uuid4()),
    )


def _over(hub: Hub) -> Response:
    """The token is over or not ours: number and secret open the case again."""
    return redirect(look_of(request).link("/track"), 303)  # type: ignore[return-value]


def _rate(hub: Hub, token: str, access: Access) -> Response:
    form = posted_form(hub.settings.max_form_bytes)
    if current_user(hub) is not None:
        return _show(hub, token, access, 403, errors={"grade": [NO_STAFF]}, typed=form)
    grade = form.get("grade", "")
    try:
        told = rate(hub, access.case_no, int(grade) if grade.isascii() and grade.isdigit() else 0, form.get("comment", ""), "page")
    except Incomplete as refused:
        return _show(hub, token, access, 422, errors=_listed(refused), typed=form)
    if told.outcome != "rated":
        return _show(hub, token, access, 409, errors={"grade": [NOT_RATED[told.outcome]]}, typed=form)
    return _back(token, "reopened" if told.reopened else "appealed" if told.appeal_asked else "rated")


def _words(hub: Hub, token: str, access: Access) -> Response:
    form = posted_form(hub.settings.max_form_bytes)
    write = answer_question if form.get("answers") == "question" else add_words
    try:
        write(hub, access.case_no, form.get("text", ""), form.get("submission_id", ""))
    except Incomplete as refused:
        return _show(hub, token, access, 422, errors=_listed(refused), typed=form)
    except NotAllowed as refused:
        return _show(hub, token, access, 409, errors={"text": [NOT_TAKEN.get(refused.reason, NOT_TAKEN["over"])]}, typed=form)
    return _back(token, "words")


def _appeal(hub: Hub, token: str, access: Access) -> Response:
    form = posted_form(hub.settings.max_form_bytes)
    if current_user(hub) is not None:
        return _show(hub, token, access, 403, errors={"words": [NO_STAFF]}, typed=form)
    try:
        wish = appeal(hub, access.case_no, form.get("words", ""))
    except Incomplete as refused:
        return _show(hub, token, access, 422, errors=_listed(refused), typed=form)
    except NotAllowed as refused:
        return _show(hub, token, access, 409, errors={"words": [NOT_TAKEN.get(refused.reason, NOT_TAKEN["not_open"])]}, typed=form)
    return _back(token, "reopened" if wish.reopened else "appealed")


def _listed(refused: Incomplete) -> dict[str, list[Words]]:
    return {name: [words] for name, words in refused.errors.items()}


def _back(token: str, done: str) -> Response:
    return redirect(look_of(request).link(f"/case/{token}", done=done), 303)  # type: ignore[return-value]


def blueprint(hub: Hub) -> Blueprint:
    """The routes of one's own case."""
    routes = Blueprint("case", __name__)

    @routes.get("/case/<token>")
    def show(token: str) -> Response:
        access = read_access(hub, token)
        return _show(hub, token, access) if access else _over(hub)

    @routes.get("/case/<token>/rate")
    @routes.get("/case/<token>/words")
    @routes.get("/case/<token>/again")
    def shown_again(token: str) -> Response:
        """Where a page with mistakes stood: asked for anew, in another look or by going back, it is the case."""
        return redirect(look_of(request).link(f"/case/{token}"), 303)  # type: ignore[return-value]

    @routes.post("/case/<token>/rate")
    def rate_it(token: str) -> Response:
        access = read_access(hub, token)
        return _rate(hub, token, access) if access else _over(hub)

    @routes.post("/case/<token>/words")
    def say_more(token: str) -> Response:
        access = read_access(hub, token)
        return _words(hub, token, access) if access else _over(hub)

    @routes.post("/case/<token>/again")
    def again(token: str) -> Response:
        access = read_access(hub, token)
        return _appeal(hub, token, access) if access else _over(hub)

    return routes
