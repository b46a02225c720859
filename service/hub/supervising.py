"""催办 and 督办: reminders, and supervision with a level, a deadline and an answer, as records about a case.

The rules it keeps: what is urged is urged of the unit that holds the case, and follows the case to whoever gets it next. A
supervision is answered by that unit, in words; it never moves the case. What is urged by the clock carries a key, so that
two schedulers urge once.

Source: 潍坊市12345政务服务便民热线条例 Art. 26; levels as offices commonly use them (一般、挂牌、约谈).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from gonzhi_code.cases import State
from gonzhi_code.words import Words
from service.store import alerts, audit, cases, supervisions
from service.store.engine import Tx

from .accounts import User
from .context import Hub
from .custody import OVER
from .drafting import SYSTEM
from .permissions import Verb
from .refusals import Incomplete, NotAllowed
from .seeing import check_sight, check_verb, locked_by_id, seen_case
from .short_words import one_line

LEVELS: Mapping[str, Words] = {
    "general": Words("一般督办", "Supervision"),
    "listed": Words("挂牌督办", "Listed supervision"),
    "interview": Words("约谈督办", "Interview"),
}
"""From the mildest to the gravest; a case keeps the gravest it came to as ``supervision_level`` 1 to 3."""
LONGEST_TEXT = 500

_NO_TEXT = Words("请写明要求", "Say what is wanted")
_LONG = Words(f"最多 {LONGEST_TEXT} 个字", f"At most {LONGEST_TEXT} characters")
_NO_LEVEL = Words("请选择督办的级别", "Choose the level")
_NO_DUE = Words("请填今后的答复期限", "Give a deadline that lies ahead")
_NO_ANSWER = Words("请写明办理情况", "Say how it stands")

Row = Mapping[str, Any]


def remind(
    hub: Hub, by: User | str, case_no: str, text: str, *, clock_key: str = "", dedupe_key: str = ""
) -> int | None:
    """Urge the unit that holds a case.

    Args:
        by: who urges, or ``"system"``; text: what is said; clock_key: the clock it is about, ``""`` for none.
        dedupe_key: what is urged under the same key before is not urged again.

    Returns:
        Its id; None where it was urged before.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, ``no_verb``, ``over``. Incomplete: ``text``.
    """
    with hub.store.write() as tx:
        row = _open_case(hub, tx, by, case_no, Verb.REMIND)
        said = _checked(text)
        return write_reminder(tx, row, _name(by), said, hub.clock(), clock_key=clock_key, dedupe_key=dedupe_key)


def write_reminder(
    tx: Tx, row: Row, by: str, text: str, at: dt.datetime, *, clock_key: str = "", dedupe_key: str = ""
) -> int | None:
    """The record of a reminder, for a unit of work that goes on. Returns its id; None where the key was there before."""
    return supervisions.add_supervision(
        tx,
        {
            "case_id": row["id"], "kind": "reminder", "unit_id": _urged(row), "by": by, "at": at,
            "clock_key": clock_key, "text": text, "dedupe_key": dedupe_key,
        },
    )  # fmt: skip


def supervise(
    hub: Hub, by: User | str, case_no: str, level: str, text: str, due_at: dt.datetime | None, *, clock_key: str = "", dedupe_key: str = ""
) -> int | None:
    """Supervise a case: say what is wanted, and until when it is to be answered.

    Args:
        by: who supervises, or ``"system"``; level: a word of :data:`LEVELS`; due_at: aware, in the future.

    Returns:
        Its id; None where ``dedupe_key`` was there before.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, ``no_verb``, ``over``. Incomplete: ``level``, ``text``, ``due_at``.
    """
    now = hub.clock()
    with hub.store.write() as tx:
        row = _open_case(hub, tx, by, case_no, Verb.SUPERVISE)
        errors = {}
        if level not in LEVELS:
            errors["level"] = _NO_LEVEL
        if due_at is None or due_at <= now:
            errors["due_at"] = _NO_DUE
        said = _checked(text, errors)
        made = supervisions.add_supervision(
            tx,
            {
                "case_id": row["id"], "kind": "supervision", "level": level, "unit_id": _urged(row), "by": _name(by), "at": now,
                "clock_key": clock_key, "text": said, "due_at": due_at, "dedupe_key": dedupe_key,
            },
        )  # fmt: skip
        if made is None:
            return None
        alerts.raise_supervision_level(tx, row["id"], list(LEVELS).index(level) + 1)
        audit.add_audit(tx, now, _name(by), "supervise", case_id=row["id"], reason=said, detail={"level": level})
    return made


def answer_supervision(hub: Hub, user: User, supervision_id: int, answer: str) -> None:
    """Answer for the unit that is supervised.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, ``no_verb``, ``not_holder``, ``decided``. Incomplete: ``answer``.
    """
    check_verb(user, Verb.ANSWER_SUPERVISION)
    with hub.store.write() as tx:
        asked, row = _asked(hub, tx, user, supervision_id)
        if asked["unit_id"] != user.unit_id:
            raise NotAllowed("not_holder")
        said = answer.strip()
        if not said or len(said) > LONGEST_TEXT:
            raise Incomplete({"answer": _LONG if said else _NO_ANSWER})
        now = hub.clock()
        if not supervisions.change_supervision(
            tx, asked["id"], {"answer": said, "answered_by": user.username, "answered_at": now}
        ):
            raise NotAllowed("decided")
        audit.add_audit(tx, now, user.username, "answer_supervision", case_id=row["id"])


def withdraw_supervision(hub: Hub, user: User, supervision_id: int, reason: str) -> None:
    """Take a supervision back, with a reason that is logged.

    Raises:
        NotAllowed: ``no_case``, ``no_verb``, ``decided``. Incomplete: ``reason``.
    """
    check_verb(user, Verb.SUPERVISE)
    with hub.store.write() as tx:
        asked, row = _asked(hub, tx, user, supervision_id)
        said = reason.strip()
        if not said or len(said) > LONGEST_TEXT:
            raise Incomplete({"reason": _LONG if said else _NO_TEXT})
        now = hub.clock()
        if not supervisions.change_supervision(tx, asked["id"], {"withdrawn_at": now}):
            raise NotAllowed("decided")
        audit.add_audit(tx, now, user.username, "withdraw_supervision", case_id=row["id"], reason=said)


def _open_case(hub: Hub, tx: Tx, by: User | str, case_no: str, verb: Verb) -> dict[str, Any]:
    if isinstance(by, User):
        check_verb(by, verb)
        row = seen_case(hub, tx, by, case_no)
    else:
        found = cases.get_case(tx, case_no, lock=True)
        if by != SYSTEM or found is None:
            raise NotAllowed("no_case")
        row = found
    if row["state"] in OVER:
        raise NotAllowed("over")
    return row


def _asked(hub: Hub, tx: Tx, user: User, supervision_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    found = supervisions.get_supervision(tx, supervision_id)
    if found is None or found["kind"] != "supervision":
        raise NotAllowed("no_case")
    row = locked_by_id(tx, found["case_id"])
    check_sight(hub, user, row)
    return found, row


def _urged(row: Row) -> str:
    """Whoever owes the work: the holder; while the centre reviews a result, the unit that gave it."""
    return str(row["lead_unit_id"] if row["state"] == State.RESOLVED.value else row["holder"] or row["lead_unit_id"])


def _checked(text: str, errors: dict[str, Words] | None = None) -> str:
    found = {} if errors is None else errors
    said = one_line(text)
    if not said:
        found["text"] = _NO_TEXT
    elif len(said) > LONGEST_TEXT:
        found["text"] = _LONG
    if found:
        raise Incomplete(found)
    return said


def _name(by: User | str) -> str:
    return by.username if isinstance(by, User) else by
