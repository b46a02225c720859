"""Words between desk and reporter, about one case: questions and replies, additions, and notes of the desk for itself.

The rules it keeps: every word is sealed for its one case. The reporter needs no telephone and no account: whoever holds
number and query code reads the question and answers it. The same form sent twice is one letter. A question is no move and
stops no clock but those that ask for the reporter to be told.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.cases import State
from gonzhi_code.routing import Visibility
from gonzhi_code.words import Words
from service.sealing import CannotOpen
from service.store import cases, letters
from service.store.engine import Tx

from .accounts import User
from .context import Hub
from .custody import OVER
from .drafting import REPORTER
from .handling_clocks import stop_telling
from .numbers import read_case_no
from .permissions import Sight, Verb, may_reveal, sight
from .refusals import Incomplete, NotAllowed
from .seeing import check_verb, seen_case
from .telling import tell

QUESTION, REPLY, ADDITION, NOTE = "question", "reply", "addition", "note"
FROM_REPORTER = (REPLY, ADDITION)
LONGEST_TEXT = 1000
MOST_FROM_REPORTER = 30
"""Letters that a reporter may add to one case; beyond that the desk's page would be theirs."""

_NO_TEXT = Words("请写内容", "Please write something")
_LONG = Words(f"最多 {LONGEST_TEXT} 个字", f"At most {LONGEST_TEXT} characters")

log = logging.getLogger("gonzhi.hub")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, opened.

    Args:
        kind: question, reply, addition or note; by: username or ``"reporter"``; unit_id: of the desk, ``""`` for the reporter.
        text: ``""`` where it cannot be opened any more.
        case_no: the case it was written about: this one, or one that was merged into it.
    """

    id: int
    kind: str
    by: str
    unit_id: str
    at: dt.datetime
    text: str
    read_at: dt.datetime | None
    case_no: str


def ask_reporter(hub: Hub, user: User, case_no: str, text: str, submission_id: str = "") -> int:
    """Ask the reporter something, or tell them how it stands. Returns the letter's id.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, ``no_verb``, ``not_holder``, ``over``. Incomplete: ``text``.
    """
    check_verb(user, Verb.ASK_REPORTER)
    with hub.store.write() as tx:
        row = seen_case(hub, tx, user, case_no)
        if user.role != "centre" and user.unit_id not in (row["lead_unit_id"], row["holder"], *row["helper_ids"]):
            raise NotAllowed("not_holder")
        if row["state"] in OVER:
            raise NotAllowed("over")
        letter_id, created = _write(hub, tx, row, QUESTION, user.username, user.unit_id, text, submission_id)
        if created:
            stop_telling(hub, tx, row, hub.clock())
            tell(hub, tx, row, "question", letter_id)
    hub.waker.wake()
    return letter_id


def note(hub: Hub, user: User, case_no: str, text: str, submission_id: str = "") -> int:
    """Write something down for the desks that see the case; the reporter never reads it. Returns the letter's id.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, ``no_verb``. Incomplete: ``text``.
    """
    check_verb(user, Verb.NOTE)
    with hub.store.write() as tx:
        row = seen_case(hub, tx, user, case_no)
        return _write(hub, tx, row, NOTE, user.username, user.unit_id, text, submission_id)[0]


def answer_question(hub: Hub, case_no: str, text: str, submission_id: str) -> int:
    """The reporter answers what was asked; the page has made sure that it is the reporter. Returns the letter's id.

    Raises:
        NotAllowed: ``no_case``, ``over``, ``too_many``. Incomplete: ``text``.
    """
    return _from_reporter(hub, case_no, REPLY, text, submission_id)


def add_words(hub: Hub, case_no: str, text: str, submission_id: str) -> int:
    """The reporter adds something unasked; as :func:`answer_question`."""
    return _from_reporter(hub, case_no, ADDITION, text, submission_id)


def letters_of(hub: Hub, tx: Tx, row: Row) -> list[Letter]:
    """Every letter about a case and about those merged into it, oldest first.

    For a page of staff that may see them, see :func:`may_read`; for the reporter's page see :func:`letters_for_reporter`.
    """
    numbers = {row["id"]: row["case_no"]} | {one["id"]: one["case_no"] for one in cases.merged_into(tx, row["id"])}
    return [_opened(hub, letter, numbers[letter["case_id"]]) for letter in letters.letters_of(tx, numbers)]


def letters_for_reporter(hub: Hub, tx: Tx, row: Row) -> list[Letter]:
    """What the reporter of a case reads: the questions, and their own words; no note, and nothing of another reporter."""
    found = [letter for letter in letters.letters_of(tx, [row["id"]]) if letter["kind"] != NOTE]
    return [_opened(hub, letter, row["case_no"]) for letter in found]


def open_question(found: list[Letter]) -> Letter | None:
    """The newest question that was not answered yet."""
    for letter in reversed(found):
        if letter.kind == REPLY:
            return None
        if letter.kind == QUESTION:
            return letter
    return None


def may_read(hub: Hub, user: User, row: Row) -> bool:
    """Whether a person at a desk reads what the reporter wrote: of a protected case only who may learn who reported it."""
    if row["visibility"] == Visibility.PROTECTED.value:
        return may_reveal(hub.county, user, row)
    return sight(hub.county, user, row) is Sight.CASE


def mark_read(hub: Hub, user: User, case_no: str) -> int:
    """Note that the unit that holds a case has read what the reporter wrote. Returns how many letters were new.

    Raises:
        NotAllowed: ``no_case``, ``hidden``.
    """
    with hub.store.write() as tx:
        row = seen_case(hub, tx, user, case_no)
        if user.unit_id not in (row["holder"], row["lead_unit_id"]) or not may_read(hub, user, row):
            return 0
        ids = [row["id"], *(one["id"] for one in cases.merged_into(tx, row["id"]))]
        return letters.mark_read(tx, ids, FROM_REPORTER, hub.clock())


def _from_reporter(hub: Hub, case_no: str, kind: str, text: str, submission_id: str) -> int:
    with hub.store.write() as tx:
        row = cases.get_case(tx, read_case_no(case_no), lock=True)
        if row is None:
            raise NotAllowed("no_case")
        if row["state"] in (State.CLOSED, State.REJECTED):
            raise NotAllowed("over")
        letter_id, created = _write(hub, tx, row, kind, REPORTER, "", text, submission_id)
        if created and letters.count_letters(tx, row["id"], FROM_REPORTER) > MOST_FROM_REPORTER:
            raise NotAllowed("too_many")
    return letter_id


def _write(
    hub: Hub, tx: Tx, row: Row, kind: str, by: str, unit_id: str, text: str, submission_id: str
) -> tuple[int, bool]:
    said = text.strip()
    if not said or len(said) > LONGEST_TEXT:
        raise Incomplete({"text": _LONG if said else _NO_TEXT})
    # Without an id the same words on the same case on the same day are one letter.
    once = submission_id.strip()[:64] or f"{by}:{said}:{hub.today().isoformat()}"
    key = f"{row['case_no']}:{kind}:{hub.sealer.blind('letter', once)}"
    return letters.add_letter(
        tx,
        {
            "case_id": row["id"], "kind": kind, "by": by, "unit_id": unit_id, "at": hub.clock(), "dedupe_key": key,
            "blob": hub.sealer.seal(_purpose(key), said.encode()),
        },
    )  # fmt: skip


def _opened(hub: Hub, letter: Row, case_no: str) -> Letter:
    try:
        text = hub.sealer.open(_purpose(letter["dedupe_key"]), letter["blob"]).decode()
    except CannotOpen:
        log.warning("letter %s cannot be opened", letter["id"])
        text = ""
    return Letter(
        letter["id"], letter["kind"], letter["by"], letter["unit_id"], letter["at"], text, letter["read_at"], case_no
    )


def _purpose(key: str) -> str:
    return f"letter:{key}"
