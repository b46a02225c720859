"""SMS to reporters: written with the move they tell of, taken one at a time, each sent at most once.

A notice is ``pending``, then ``sending`` (committed before the provider is called), then ``sent``, and ``delivered`` or
``failed`` when the receipt comes. What dies between leaves ``sending`` with a lease that runs out; whoever takes it then asks
the provider first. ``uncertain``, ``failed`` and ``dropped`` wait for a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .tables import cases
from .tables_handling import UNSENT_NOTICE, WAITING_NOTICE, notices, sms_replies

ERROR_LENGTH = 400
STOPPED = "the channel is stopped"
"""Stands as the reason of notices that wait because the provider refuses the account, the signature or the texts."""
FOR_A_PERSON = ("failed", "uncertain", "dropped")
"""States that no machine ends."""
_ON_ITS_WAY = ("sending", "sent", "uncertain")
_WENT_OUT = ("sending", "sent", "delivered", "failed", "uncertain")

Row = Mapping[str, Any]


def add_notices(tx: Tx, rows: Sequence[Row]) -> int:
    """Adds notices; one whose ``dedupe_key`` is there already is left as it is. Returns how many are new."""
    if not rows:
        return 0
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement = insert(notices).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return tx.execute(statement, list(rows)).rowcount


def _added(tx: Tx, table: sa.Table, row: Row) -> bool:
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    return tx.execute(insert(table).values(**row).on_conflict_do_nothing().returning(table.c.id)).first() is not None


def take_notice(tx: Tx, now: dt.datetime) -> dict[str, Any] | None:
    """The notice that has waited longest among those that are due, held until the unit of work ends; None for none.

    It is ``pending``, or ``sending`` with a lease that ran out.
    """
    due = sa.select(notices).where(WAITING_NOTICE, notices.c.next_at <= now).order_by(notices.c.next_at, notices.c.id)
    found = tx.execute(due.limit(1).with_for_update(skip_locked=True)).mappings().first()
    return dict(found) if found else None


def lease_notice(tx: Tx, row: Row, now: dt.datetime, until: dt.datetime, channel: str = "") -> dict[str, Any]:
    """Marks a notice as being sent, or as being asked after, before the provider is called.

    Args:
        row: as :func:`take_notice` gave it in this same unit of work.
        until: when others may take it; channel: the one that sends, ``""`` where it is only asked after.

    Returns:
        The row as it stands now; pass it to the functions that end the lease.
    """
    # While leased, next_at is the end of the lease: one query then finds waiting and abandoned notices alike.
    changed: dict[str, Any] = {"state": "sending", "attempts": row["attempts"] + 1, "lease_until": until, "next_at": until}
    if channel:
        changed |= {"channel": channel, "sent_at": now, "error_code": "", "last_error": ""}
    tx.execute(notices.update().where(notices.c.id == row["id"]).values(**changed))
    return {**row, **changed}


def note_sent(tx: Tx, row: Row, provider_id: str, segments: int) -> None:
    """Notes that the provider took a leased notice; one whose receipt came first keeps what the receipt said."""
    same = notices.c.id == row["id"]
    tx.execute(notices.update().where(same, notices.c.provider_id == "").values(provider_id=provider_id[:80], segments=segments))
    tx.execute(notices.update().where(_held(row)).values(state="sent", lease_until=None))


def put_back(
    tx: Tx, row: Row, at: dt.datetime, *, state: str = "pending", code: str = "", error: str = "", attempts: int | None = None
) -> None:
    """Ends a lease: to be taken again at a later time.

    Args:
        state: ``pending`` where it surely was not sent, ``sending`` where the provider must be asked first.
        attempts: the count to go on from, where this try is not to be counted.
    """
    values: dict[str, Any] = {"state": state, "next_at": at, "error_code": code[:80], "last_error": error[:ERROR_LENGTH]}
    values |= {"lease_until": at} if state == "sending" else {"lease_until": None, "sent_at": None}
    if attempts is not None:
        values["attempts"] = attempts
    tx.execute(notices.update().where(_held(row)).values(**values))


def end_notice(tx: Tx, row: Row, state: str, code: str, error: str) -> None:
    """Ends a notice that no machine will take again: ``failed``, ``uncertain`` or ``dropped``, with the reason."""
    values: dict[str, Any] = {"state": state, "lease_until": None, "error_code": code[:80], "last_error": error[:ERROR_LENGTH]}
    if state != "uncertain":
        values["sent_at"] = None
    tx.execute(notices.update().where(_held(row)).values(**values))


def _held(row: Row) -> sa.ColumnElement[bool]:
    """The row as long as it stands as it was taken or leased: nobody else took it, and no receipt came."""
    return sa.and_(notices.c.id == row["id"], notices.c.state == row["state"], notices.c.attempts == row["attempts"])


def note_receipt(
    tx: Tx, at: dt.datetime, *, notice_id: int = 0, provider_id: str = "", delivered: bool, code: str = "", segments: int = 0
) -> bool:
    """Notes what became of an SMS on its way; may come before the send is noted, again, or late.

    Args:
        notice_id: where the receipt repeats ours; provider_id: the provider's own, looked at where it does not.

    Returns:
        Whether it belongs to a notice.
    """
    row = tx.execute(_which(notice_id, provider_id)).mappings().first()
    if row is None:
        return False
    # An SMS that arrived stays arrived; one that failed and goes out again is not undone by the old receipt.
    allowed = (*_ON_ITS_WAY, "failed", "pending", "dropped") if delivered else _ON_ITS_WAY
    values: dict[str, Any] = {"state": "delivered" if delivered else "failed", "receipt_at": at, "lease_until": None, "error_code": code[:80]}
    values |= {"provider_id": provider_id[:80]} if provider_id else {}
    values |= {"segments": segments} if segments else {}
    tx.execute(notices.update().where(notices.c.id == row["id"], notices.c.state.in_(allowed)).values(**values))
    return True


def _which(notice_id: int, provider_id: str) -> sa.Select[Any]:
    if notice_id:
        return sa.select(notices.c.id).where(notices.c.id == notice_id)
    return sa.select(notices.c.id).where(notices.c.provider_id == provider_id, notices.c.provider_id != "").order_by(notices.c.id.desc())


def sent_to_phone(tx: Tx, phone_index: str, since: dt.datetime) -> int:
    """How many SMS went to a phone since a time."""
    went = sa.select(sa.func.count()).where(notices.c.phone_index == phone_index, notices.c.sent_at >= since)
    return int(tx.scalar(went.where(notices.c.state.in_(_WENT_OUT))) or 0)


def told_phones(tx: Tx, phone_indexes: Collection[str], kind: str, limit: int = 20) -> list[dict[str, Any]]:
    """Notices of a kind that went to a phone, the newest first; a phone has one index under each secret."""
    query = sa.select(notices).where(notices.c.phone_index.in_(list(phone_indexes)), notices.c.kind == kind)
    query = query.where(notices.c.state.in_(_WENT_OUT)).order_by(notices.c.sent_at.desc(), notices.c.id.desc())
    return [dict(row) for row in tx.execute(query.limit(limit)).mappings()]


def next_notice_at(tx: Tx) -> dt.datetime | None:
    """When the next notice falls due."""
    found: dt.datetime | None = tx.scalar(sa.select(notices.c.next_at).where(WAITING_NOTICE).order_by(notices.c.next_at).limit(1))
    return found


def notices_of(tx: Tx, case_id: int) -> list[dict[str, Any]]:
    """Every notice of a case, oldest first."""
    return [dict(row) for row in tx.execute(sa.select(notices).where(notices.c.case_id == case_id).order_by(notices.c.id)).mappings()]


def get_notice(tx: Tx, notice_id: int) -> dict[str, Any] | None:
    """One notice."""
    found = tx.execute(sa.select(notices).where(notices.c.id == notice_id)).mappings().first()
    return dict(found) if found else None


def list_notices(tx: Tx, *, unsent: bool = False, limit: int = 200) -> list[dict[str, Any]]:
    """The newest notices first: all, or those that wait for a person. With ``case_no``, ``scene_key`` and ``visibility``."""
    chosen = sa.select(notices).order_by(notices.c.id.desc()).limit(limit)
    if unsent:
        chosen = chosen.where(UNSENT_NOTICE)
    part = chosen.subquery()
    of_case = (cases.c.case_no, cases.c.scene_key, cases.c.visibility)
    query = sa.select(part, *of_case).join(cases, cases.c.id == part.c.case_id).order_by(part.c.id.desc())
    return [dict(row) for row in tx.execute(query).mappings()]


def stopped_codes(tx: Tx) -> list[tuple[str, int]]:
    """Why the channel is stopped: the provider's words, and how many notices wait for each."""
    query = sa.select(notices.c.error_code, sa.func.count()).where(WAITING_NOTICE, notices.c.last_error == STOPPED)
    return [(code, int(count)) for code, count in tx.execute(query.group_by(notices.c.error_code).order_by(notices.c.error_code))]


def notice_counts(tx: Tx) -> dict[str, int]:
    """How many notices stand in each state."""
    found = tx.execute(sa.select(notices.c.state, sa.func.count()).group_by(notices.c.state))
    return {state: int(count) for state, count in found}


def retry_notices(tx: Tx, now: dt.datetime, ids: Collection[int] | None = None) -> int:
    """Puts notices back in line, by a person's word. Returns how many.

    Args:
        ids: these, be they uncertain; None for all that failed or were dropped, but none that may have arrived.
    """
    states = ("failed", "dropped") if ids is None else FOR_A_PERSON
    chosen = notices.update().where(notices.c.state.in_(states))
    if ids is not None:
        chosen = chosen.where(notices.c.id.in_(list(ids)))
    anew = {"state": "pending", "attempts": 0, "next_at": now, "created_at": now, "sent_at": None, "receipt_at": None}
    anew |= {"provider_id": "", "error_code": "", "last_error": ""}
    return tx.execute(chosen.values(**anew)).rowcount


def add_reply(tx: Tx, row: Row) -> bool:
    """Keeps an SMS that came in. False where it was there already."""
    return _added(tx, sms_replies, row)


def find_reply(tx: Tx, provider_key: str) -> dict[str, Any] | None:
    """An SMS that came in, by what the provider calls it."""
    found = tx.execute(sa.select(sms_replies).where(sms_replies.c.provider_key == provider_key)).mappings().first()
    return dict(found) if found else None


def get_reply(tx: Tx, reply_id: int) -> dict[str, Any] | None:
    """An SMS that came in, by our number."""
    found = tx.execute(sa.select(sms_replies).where(sms_replies.c.id == reply_id)).mappings().first()
    return dict(found) if found else None


def settle_reply(tx: Tx, provider_key: str, outcome: str, case_id: int | None = None) -> None:
    """Notes what was made of an SMS that came in."""
    chosen = sms_replies.update().where(sms_replies.c.provider_key == provider_key)
    tx.execute(chosen.values(outcome=outcome, **({"case_id": case_id} if case_id is not None else {})))


def list_replies(tx: Tx, outcomes: Collection[str], limit: int = 200) -> list[dict[str, Any]]:
    """SMS that came in and had one of these outcomes, the newest first."""
    query = sa.select(sms_replies).where(sms_replies.c.outcome.in_(list(outcomes)))
    return [dict(row) for row in tx.execute(query.order_by(sms_replies.c.id.desc()).limit(limit)).mappings()]
