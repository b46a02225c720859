"""Carries out what a small form of the case page asks: one key, one use case of the hub.

Rule: nothing is decided here; the hub refuses, and this room words the refusal. Photos of a result are kept before the result
is sent, so that they are there when it is checked, and stay when it is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from gonzhi_code.cases import Action
from gonzhi_code.moments import SHANGHAI
from gonzhi_code.words import Words
from service.hub import extensions, letters, reopening, reveal, supervising
from service.hub.accounts import User
from service.hub.context import Hub
from service.hub.handling import Given, Incomplete, NotAllowed, act
from service.hub.photos import PhotoRefused, attach_desk_photo

from .errors import PHOTO_REFUSED, PHOTO_SENTENCES

Form = Mapping[str, str]
MOVES = frozenset(action.value for action in Action) - {Action.REPORT.value}
_NO_DECISION = Words("请选择同意还是不同意", "Choose to grant or to refuse")


def do(hub: Hub, user: User, case_no: str, key: str, form: MultiDict[str, str], files: list[FileStorage]) -> None:
    """Do it.

    Args:
        key: of the small form; files: photos that came with it.

    Raises:
        NotAllowed, CaseMoved, Incomplete: as the use case says; ``no_move`` for a key that there is not.
    """
    if files and (key in ("photo", Action.RESOLVE.value)):
        _keep_photos(hub, user, case_no, files)
    if key in MOVES:
        act(hub, user, case_no, _number(form.get("version", "")), key, _given(form))
        return
    if key == "photo":
        if not files:
            raise Incomplete({"photos": PHOTO_SENTENCES["empty"]})
        return
    name, _, clock_key = key.partition(".")
    if name not in _RECORDS:
        raise NotAllowed("no_move")
    _RECORDS[name](hub, user, case_no, {**form.to_dict(), "clock_key": clock_key})


def _given(form: MultiDict[str, str]) -> Given:
    # A form without the picker of helpers leaves them as they are; one with it says who helps from now on.
    helpers = tuple(one for one in form.getlist("helper_ids") if one) if "has_helpers" in form else None
    return Given(
        reason=form.get("reason", ""),
        unit_id=form.get("unit_id", ""),
        helper_ids=helpers,
        conclusion=form.get("conclusion", ""),
        short=form.get("short", ""),
        answer=form.get("answer", ""),
        main_case_no=form.get("main_case_no", ""),
        channel=form.get("channel", ""),
    )


def _keep_photos(hub: Hub, user: User, case_no: str, files: list[FileStorage]) -> None:
    try:
        for one in files:
            attach_desk_photo(hub, user, case_no, one.stream)
    except PhotoRefused as refused:
        raise Incomplete({"photos": PHOTO_SENTENCES.get(refused.reason, PHOTO_REFUSED)}) from None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _granted(form: Form) -> bool:
    if form.get("granted") not in ("0", "1"):
        raise Incomplete({"granted": _NO_DECISION})
    return form["granted"] == "1"


def _time(text: str) -> dt.datetime | None:
    """What a field of date and time posts, in the county's time."""
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=SHANGHAI).astimezone(dt.UTC) if at.tzinfo is None and 2000 <= at.year < 2100 else None


def _decide_extension(hub: Hub, user: User, _case_no: str, form: Form) -> None:
    extensions.decide_extension(hub, user, _number(form.get("record", "")), _granted(form), form.get("decision", ""))


def _decide_appeal(hub: Hub, user: User, _case_no: str, form: Form) -> None:
    reopening.decide_appeal(hub, user, _number(form.get("record", "")), _granted(form), form.get("decision", ""))


def _ask_extension(hub: Hub, user: User, case_no: str, form: Form) -> None:
    days = _number(form.get("working_days", ""))
    extensions.ask_extension(hub, user, case_no, days, form.get("reason", ""), form["clock_key"] or extensions.HANDLE)


def _supervise(hub: Hub, user: User, case_no: str, form: Form) -> None:
    supervising.supervise(hub, user, case_no, form.get("level", ""), form.get("text", ""), _time(form.get("due_at", "")))


_RECORDS: Mapping[str, Callable[[Hub, User, str, Form], Any]] = {
    "ask_reporter": lambda hub, user, case_no, form: letters.ask_reporter(hub, user, case_no, form.get("text", ""), form.get("once", "")),
    "note": lambda hub, user, case_no, form: letters.note(hub, user, case_no, form.get("text", ""), form.get("once", "")),
    "remind": lambda hub, user, case_no, form: supervising.remind(hub, user, case_no, form.get("text", "")),
    "supervise": _supervise,
    "answer_supervision": lambda hub, user, _, form: supervising.answer_supervision(hub, user, _number(form.get("record", "")), form.get("answer", "")),
    "withdraw_supervision": lambda hub, user, _, form: supervising.withdraw_supervision(hub, user, _number(form.get("record", "")), form.get("reason", "")),
    "ask_extension": _ask_extension,
    "decide_extension": _decide_extension,
    "mark_complex": lambda hub, user, case_no, form: extensions.mark_complex(hub, user, case_no, form.get("reason", "")),
    "decide_appeal": _decide_appeal,
    "reveal": lambda hub, user, case_no, form: reveal.reveal(hub, user, case_no, form.get("reason", "")),
}
