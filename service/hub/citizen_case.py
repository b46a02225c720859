"""A case as the citizen whose it is reads it: how far it is, what was answered, what is asked of them, what they may do.

The rule it keeps: the answer is told once the centre has reviewed it (CLOSED), never before; with four digits of a phone
alone no words that were written are shown of a protected or sealed case; nobody's name but an office's appears. A case that
was merged follows the main one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.cases import State
from gonzhi_code.deadlines import Deadline
from gonzhi_code.routing import Visibility
from gonzhi_code.words import Words
from service.store import cases, handling, photos, ratings
from service.store.engine import Tx
from service.store.retention import is_forgotten

from .case_access import Access, Proof
from .context import Hub
from .letters import Letter, letters_for_reporter, open_question
from .rating import rating_open
from .receipts import most_photos, unit_of
from .tracking import Progress, progress_of

OVER = frozenset({State.CLOSED.value, State.REJECTED.value})


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, by which office, when."""

    text: str
    by: Words
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class CitizenCase:
    """Everything on the page of one's own case.

    Args:
        answer: once it was reviewed; None before, and where it may not be shown with this proof.
        hidden: there is an answer, which this proof does not open.
        rate_by: until when a rating counts; None where it cannot be rated now.
        grade: of the present round; round: how often it was reopened.
        appeal: state of the wish to have it taken up again in this round: ``asked``, ``granted``, ``refused``, ``""``; decision: why.
        can_appeal: it is closed and nobody asked yet to take it up again. forgotten: only its figures are left.
        question: what the office wants to know and nobody answered yet.
    """

    progress: Progress
    answer: Answer | None
    hidden: bool
    rate_by: Deadline | None
    can_rate: bool
    grade: int | None
    round: int
    appeal: str
    decision: str
    can_appeal: bool
    letters: tuple[Letter, ...]
    question: Letter | None
    can_write: bool
    photo_count: int
    most_photos: int
    merged: bool
    forgotten: bool


def read_case(hub: Hub, access: Access) -> CitizenCase | None:
    """The case that a token opens; None where it is gone."""
    with hub.store.read() as tx:
        own = cases.get_case(tx, access.case_no)
        if own is None:
            return None
        main = cases.get_case_by_id(tx, own["main_case_id"]) if own["main_case_id"] else None
        return _read(hub, tx, own, main or own, access.proof)


def _read(hub: Hub, tx: Tx, own: Mapping[str, Any], row: Mapping[str, Any], proof: Proof) -> CitizenCase:
    """``own`` is the reader's case; ``row`` the one that is worked on, another where it was merged."""
    opened = proof is Proof.CODE or own["visibility"] == Visibility.NORMAL.value
    progress = progress_of(hub, row, cases.moves_of(tx, row["id"]), cases.clocks_of(tx, row["id"]), proof)
    closed = row["state"] == State.CLOSED.value
    resolutions = handling.resolutions_of(tx, row["id"]) if closed else []
    letters = letters_for_reporter(hub, tx, own) if opened else []
    number = row["reopen_count"]
    rating = ratings.rating_of_round(tx, own["id"], number)
    appeal = next((one for one in ratings.appeals_of(tx, row["id"]) if one["round"] == number), None)
    clock = next((one for one in cases.clocks_of(tx, row["id"]) if one["key"] == "rate" and one["met_at"] is None), None)
    can_rate = closed and rating is None and rating_open(hub, own)
    return CitizenCase(
        progress=progress,
        answer=_answer(hub, resolutions[-1]) if resolutions and opened and not is_forgotten(row) else None,
        hidden=bool(resolutions) and not opened,
        forgotten=is_forgotten(own),
        rate_by=Deadline(clock["due_at"], clock["provisional"]) if clock and can_rate else None,
        can_rate=can_rate,
        grade=rating["grade"] if rating else None,
        round=number,
        appeal=appeal["state"] if appeal else "",
        decision=appeal["decision"] if appeal else "",
        can_appeal=closed and appeal is None and not can_rate and opened and not is_forgotten(row),
        letters=tuple(letters),
        question=open_question(letters) if row["state"] not in OVER else None,
        can_write=row["state"] not in OVER,
        photo_count=photos.count_photos(tx, own["id"]),
        most_photos=most_photos(hub, own),
        merged=row is not own,
    )


def _answer(hub: Hub, resolution: Mapping[str, Any]) -> Answer:
    unit = unit_of(hub, resolution["unit_id"])
    return Answer(resolution["answer"], Words(unit.name, unit.name_en), resolution["at"])
