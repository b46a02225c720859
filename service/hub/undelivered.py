"""SMS that wait for a person, and replies that belong to nothing: the list, and what somebody does about each.

The rules it keeps: a machine never sends a notice twice; a person may, and it stands in the audit. A number is shown masked, and
of a protected matter not at all. The words of a reply are opened one at a time, with a reason that is logged, by somebody who
may learn who reported the case they belong to.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonzhi_code.words import Words
from service.notify import masked
from service.sealing import CannotOpen
from service.store import audit, cases, notices
from service.store.engine import Tx

from .accounts import User
from .context import Hub
from .notice_text import open_phone
from .permissions import Verb, may_reveal
from .refusals import Incomplete, NotAllowed
from .replies import FOR_A_PERSON, reply_purpose
from .seeing import check_verb
from .telling import number_only

BY_PERSON = "by_person"
"""Code of a notice that somebody told otherwise; it counts as arrived."""
SEEN = "seen"
LONGEST_REASON = 200
_WHY = Words("请写明原因", "Please say why")
_HOW = Words("请写明怎么告诉的", "Please say how they were told")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unsent:
    """One notice that waits for a person. ``phone`` is masked."""

    id: int
    case_no: str
    kind: str
    state: str
    code: str
    reason: str
    attempts: int
    created_at: dt.datetime
    phone: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One reply that waits for a person: when it came, what became of it, and its case where one is known."""

    id: int
    at: dt.datetime
    outcome: str
    case_no: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Everything about SMS that somebody should look at.

    Args:
        counts: notices by state; stopped: words by which the provider refuses, and how many wait for each.
    """

    unsent: Sequence[Unsent]
    replies: Sequence[Waiting]
    counts: Mapping[str, int]
    stopped: Sequence[tuple[str, int]]
    channel: str
    hold: bool


def undelivered(hub: Hub, user: User | None = None) -> Undelivered:
    """The list, for somebody at a desk, or for the command line (None).

    Raises:
        NotAllowed: ``no_verb``.
    """
    if user is not None:
        check_verb(user, Verb.SEE_NOTICES)
    sms = hub.settings.sms
    with hub.store.read() as tx:
        return Undelivered(
            unsent=[_unsent(hub, tx, row) for row in notices.list_notices(tx, unsent=True)],
            replies=[_waiting(hub, tx, user, row) for row in notices.list_replies(tx, FOR_A_PERSON)],
            counts=notices.notice_counts(tx),
            stopped=notices.stopped_codes(tx),
            channel=sms.channel,
            hold=sms.hold,
        )


def _unsent(hub: Hub, tx: Tx, row: Row) -> Unsent:
    phone = "****" if number_only(hub, row) else masked(open_phone(hub, tx, row))
    return Unsent(
        row["id"], row["case_no"], row["kind"], row["state"], row["error_code"], row["last_error"], row["attempts"], row["created_at"], phone
    )


def _waiting(hub: Hub, tx: Tx, user: User | None, row: Row) -> Waiting:
    case = cases.get_case_by_id(tx, row["case_id"]) if row["case_id"] else None
    may_open = user is not None and (case is None or may_reveal(hub.county, user, case))
    return Waiting(row["id"], row["received_at"], row["outcome"], case["case_no"] if case else "", may_open)


def send_again(hub: Hub, by: User | str, notice_id: int | None = None) -> int:
    """Put a notice back in line, or all that failed or were dropped; returns how many.

    Args:
        by: who decided, an account or a name; notice_id: one, be it uncertain; None for all, but none that may have arrived.

    Raises:
        NotAllowed: ``no_verb``.
    """
    who = _name(by)
    now = hub.clock()
    with hub.store.write() as tx:
        count = notices.retry_notices(tx, now, None if notice_id is None else [notice_id])
        if count:
            row = notices.get_notice(tx, notice_id) if notice_id is not None else None
            audit.add_audit(tx, now, who, "sms.again", case_id=row["case_id"] if row else None, detail={"count": count})
    return count


def told_otherwise(hub: Hub, user: User, notice_id: int, how: str) -> bool:
    """Note that the reporter was told in another way, so that the notice needs nobody any more. False where it did not.

    Raises:
        NotAllowed: ``no_verb``. Incomplete: ``how``.
    """
    who, said = _name(user), _asked(how, "how", _HOW)
    now = hub.clock()
    with hub.store.write() as tx:
        row = notices.get_notice(tx, notice_id)
        if row is None or row["state"] not in notices.FOR_A_PERSON:
            return False
        notices.note_receipt(tx, now, notice_id=notice_id, delivered=True, code=BY_PERSON)
        audit.add_audit(tx, now, who, "sms.told", case_id=row["case_id"], reason=said, detail={"kind": row["kind"]})
    return True


def open_reply(hub: Hub, user: User, reply_id: int, reason: str) -> tuple[str, str]:
    """The words of a reply and the number they came from; that they were opened is logged.

    Raises:
        NotAllowed: ``no_verb``, ``no_reply``, ``hidden``. Incomplete: ``reason``.
    """
    who, why = _name(user), _asked(reason, "reason", _WHY)
    with hub.store.write() as tx:
        row = notices.get_reply(tx, reply_id)
        if row is None:
            raise NotAllowed("no_reply")
        if not _waiting(hub, tx, user, row).may_open:
            raise NotAllowed("hidden")
        audit.add_audit(tx, hub.clock(), who, "sms.open", case_id=row["case_id"], reason=why, detail={"reply": reply_id})
    try:
        kept = json.loads(hub.sealer.open(reply_purpose(row["provider_key"]), row["blob"]))
    except CannotOpen:
        return "", ""
    return str(kept["text"]), str(kept["phone"])


def settle_reply(hub: Hub, user: User, reply_id: int) -> bool:
    """Take a reply off the list. False where there is none.

    Raises:
        NotAllowed: ``no_verb``.
    """
    who = _name(user)
    with hub.store.write() as tx:
        row = notices.get_reply(tx, reply_id)
        if row is None or row["outcome"] not in FOR_A_PERSON:
            return False
        notices.settle_reply(tx, row["provider_key"], SEEN)
        audit.add_audit(tx, hub.clock(), who, "sms.seen", case_id=row["case_id"], detail={"reply": reply_id, "outcome": row["outcome"]})
    return True


def _name(by: User | str) -> str:
    if isinstance(by, str):
        return by
    check_verb(by, Verb.SEE_NOTICES)
    return by.username


def _asked(text: str, name: str, missing: Words) -> str:
    said = " ".join(text.split())[:LONGEST_REASON]
    if not said:
        raise Incomplete({name: missing})
    return said
