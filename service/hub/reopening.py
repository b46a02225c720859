"""A closed case is taken up again: one level up, never by the clerk who closed it.

The rules it keeps: the first time, within ten days of closing, the reporter may have it taken up again as of right; after
that the wish is an appeal that the centre decides, once a round. The reporter's words are sealed, for the centre alone.

Source: the scheme 政务服务“好差评”: a bad rating is looked into and mended; ten days and the right to one reopening are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.cases import Action, Role, State
from gonzhi_code.deadlines import Span, TimeUnit, deadline
from gonzhi_code.words import Words
from service.store import audit, cases, ratings
from service.store.engine import Tx
from service.store.retention import is_forgotten

from .accounts import User
from .context import Hub
from .drafting import SYSTEM
from .exclusion import barred_units, taken_up_by
from .moving import Motion, Moved, make_move
from .numbers import read_case_no
from .permissions import Verb
from .refusals import Incomplete, NotAllowed
from .seeing import check_sight, check_verb, locked_by_id, role_of
from .telling import tell

OF_RIGHT = Span(10, TimeUnit.DAYS)
"""How long after closing the first reopening is the reporter's right."""
LONGEST_WORDS = 500

_NO_WORDS = Words("请写明哪里没有解决", "Say what is not solved")
_LONG = Words(f"最多 {LONGEST_WORDS} 个字", f"At most {LONGEST_WORDS} characters")
_NO_DECISION = Words("请写明决定的理由，会告知诉求人", "Say why; the reporter is told")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What became of the wish to have a case taken up again: it was, or the centre is to decide; both False: it was asked before."""

    reopened: bool = False
    asked: bool = False


def appeal(hub: Hub, case_no: str, words: str) -> Wish:
    """The reporter wants a closed case taken up again; the page has made sure that it is the reporter.

    Raises:
        NotAllowed: ``no_case``, ``not_open`` where it is not closed, ``forgotten`` where nothing is left of it. Incomplete: ``words``.
    """
    said = words.strip()
    if not said or len(said) > LONGEST_WORDS:
        raise Incomplete({"words": _LONG if said else _NO_WORDS})
    with hub.store.write() as tx:
        _, row = own_and_main(tx, read_case_no(case_no))
        if row["state"] != State.CLOSED:
            raise NotAllowed("not_open")
        if is_forgotten(row):
            raise NotAllowed("forgotten")
        wish = take_up(hub, tx, row, said, "诉求人要求重新办理")
    hub.waker.wake()
    return wish


def decide_appeal(hub: Hub, user: User, appeal_id: int, granted: bool, decision: str) -> None:
    """Decide whether a case is taken up again; whoever closed it does not decide.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, ``no_verb``, ``decided``, ``no_move``. Incomplete: ``decision``.
    """
    check_verb(user, Verb.DECIDE_APPEAL)
    now = hub.clock()
    with hub.store.write() as tx:
        asked = ratings.get_appeal(tx, appeal_id)
        if asked is None:
            raise NotAllowed("no_case")
        row = locked_by_id(tx, asked["case_id"])
        check_sight(hub, user, row)
        said = decision.strip()
        if not said or len(said) > LONGEST_WORDS:
            raise Incomplete({"decision": _LONG if said else _NO_DECISION})
        decided = {"state": "granted" if granted else "refused", "decision": said, "decided_by": user.username, "decided_at": now}
        if not ratings.decide_appeal(tx, asked["id"], decided):
            raise NotAllowed("decided")
        if granted:
            reopen(hub, tx, row, role_of(user), user.username, said)
        audit.add_audit(tx, now, user.username, "decide_appeal", case_id=row["id"], reason=said, detail={"granted": granted})
    hub.waker.wake()


def take_up(hub: Hub, tx: Tx, row: dict[str, Any], words: str, reason: str) -> Wish:
    """Reopen as of right, or ask the centre.

    Args:
        row: a closed case under lock; words: of the reporter, sealed where they are kept; reason: ours, for the history.
    """
    if _of_right(hub, row):
        reopen(hub, tx, row, Role.SYSTEM, SYSTEM, reason)
        return Wish(reopened=True)
    number = row["reopen_count"]
    asked = {
        "case_id": row["id"], "round": number, "at": hub.clock(),
        "blob": hub.sealer.seal(appeal_purpose(row["case_no"], number), words.encode()),
    }  # fmt: skip
    return Wish(asked=ratings.add_appeal(tx, asked) is not None)


def reopen(hub: Hub, tx: Tx, row: dict[str, Any], role: Role, by: str, reason: str) -> Moved:
    """Make the move, one level up, and tell the reporter.

    Raises:
        NotAllowed: ``no_move``: it is not closed, or this person closed it.
    """
    unit_id, changes = taken_up_by(hub, row, barred_units(hub, tx, row))
    moved = make_move(hub, tx, row, Motion(Action.REOPEN, role, by, unit_id, reason, changes=changes))
    tell(hub, tx, moved.row, "reopened", moved.seq)
    return moved


def own_and_main(tx: Tx, case_no: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The reporter's case and the one that it follows, both under lock; the same one where it follows none.

    The main case is locked first, as a merge does it, so that the two never wait for each other.

    Raises:
        NotAllowed: ``no_case``.
    """
    found = cases.get_case(tx, case_no)
    if found is None:
        raise NotAllowed("no_case")
    main = locked_by_id(tx, found["main_case_id"] or found["id"])
    own = main if main["id"] == found["id"] else locked_by_id(tx, found["id"])
    # It may have been merged, or its main case merged again, while the lock was waited for.
    follows = own["main_case_id"] or own["id"]
    return own, main if main["id"] == follows else locked_by_id(tx, follows)


def appeal_purpose(case_no: str, number: int) -> str:
    """What the words of an appeal are bound to."""
    return f"appeal:{case_no}:{number}"


def _of_right(hub: Hub, row: Row) -> bool:
    if row["reopen_count"] or row["closed_at"] is None:
        return False
    return hub.clock() <= deadline(row["closed_at"], OF_RIGHT, hub.county.calendar, on_unknown="provisional").at
