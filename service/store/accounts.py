"""Staff accounts and their sessions. A session is a row, so it can be ended from the other side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import sessions, users

SUBJECT = sa.text("subject <> ''")


class UsernameTaken(Exception):
    """There is a user of this name already."""

    def __init__(self, username: str) -> None:
        super().__init__(f"user {username!r} exists already")
        self.username = username


class SubjectTaken(Exception):
    """Another account is linked to this person at the single sign-on."""

    def __init__(self, username: str) -> None:
        super().__init__(f"user {username!r} is linked to that subject already")
        self.username = username


def add_user(tx: Tx, row: Mapping[str, Any]) -> int:
    """Writes a user: columns of ``users`` without id. Returns the id.

    Raises:
        UsernameTaken: somebody has the name.
        SubjectTaken: somebody is linked to the subject.
    """
    if find_user(tx, row["username"]) is not None:
        raise UsernameTaken(row["username"])
    _free_subject(tx, row.get("subject", ""), 0)
    user_id: int = tx.execute(users.insert().returning(users.c.id), dict(row)).scalar_one()
    return user_id


def find_user(tx: Tx, username: str, *, lock: bool = False) -> dict[str, Any] | None:
    """The user of that name, disabled or not.

    Args:
        lock: keep others from changing it until the unit of work ends.
    """
    query = sa.select(users).where(users.c.username == username)
    found = tx.execute(query.with_for_update() if lock else query).mappings().first()
    return dict(found) if found else None


def user_of_subject(tx: Tx, subject: str) -> dict[str, Any] | None:
    """The user who is linked to a subject of the single sign-on, disabled or not."""
    if not subject:
        return None
    found = tx.execute(sa.select(users).where(SUBJECT, users.c.subject == subject)).mappings().first()
    return dict(found) if found else None


def all_users(tx: Tx) -> list[dict[str, Any]]:
    """Every user by name."""
    return [dict(row) for row in tx.execute(sa.select(users).order_by(users.c.username)).mappings()]


def lock_role(tx: Tx, role: str) -> list[dict[str, Any]]:
    """Everybody of a role who is not disabled, kept from being changed by others until the unit of work ends."""
    query = sa.select(users).where(users.c.role == role, users.c.disabled.is_(False)).order_by(users.c.id)
    return [dict(row) for row in tx.execute(query.with_for_update()).mappings()]


def change_user(tx: Tx, user_id: int, **changes: Any) -> None:
    """Changes columns of a user. A user who is disabled or gets a new password is signed out everywhere by the caller.

    Raises:
        SubjectTaken: somebody else is linked to the subject.
    """
    _free_subject(tx, changes.get("subject", ""), user_id)
    tx.execute(users.update().where(users.c.id == user_id).values(**changes))


def _free_subject(tx: Tx, subject: str, user_id: int) -> None:
    other = user_of_subject(tx, subject)
    if other is not None and other["id"] != user_id:
        raise SubjectTaken(other["username"])


def note_failed_sign_in(tx: Tx, user_id: int, now: dt.datetime) -> int:
    """Counts a wrong password. Returns how many there were since the last right one."""
    change = users.update().where(users.c.id == user_id).values(failed_count=users.c.failed_count + 1, failed_at=now)
    count: int = tx.execute(change.returning(users.c.failed_count)).scalar_one()
    return count


def add_session(
    tx: Tx,
    token_hash: str,
    user_id: int,
    now: dt.datetime,
    expires_at: dt.datetime,
    *,
    method: str = "",
    agent: str = "",
    factor_due: bool = False,
) -> None:
    """Opens a session and forgets the user's failed sign-ins.

    Args:
        method: how the user signed in, ``password`` or ``oidc``; agent: what the browser calls itself.
        factor_due: whether a second factor is still to come before the session opens anything.
    """
    row = {
        "token_hash": token_hash, "user_id": user_id, "created_at": now, "last_seen_at": now, "expires_at": expires_at,
        "method": method, "agent": agent, "factor_due": factor_due,
    }  # fmt: skip
    tx.execute(sessions.insert(), row)
    tx.execute(users.update().where(users.c.id == user_id).values(failed_count=0, failed_at=None))


def _alive(now: dt.datetime, seen_after: dt.datetime | None) -> sa.ColumnElement[bool]:
    alive = sessions.c.revoked_at.is_(None) & (sessions.c.expires_at > now)
    return alive if seen_after is None else alive & (sessions.c.last_seen_at > seen_after)


def user_of_session(tx: Tx, token_hash: str, now: dt.datetime, seen_after: dt.datetime | None = None) -> dict[str, Any] | None:
    """The user whose session this is, with the session's ``last_seen_at``, ``expires_at``, ``method`` and ``factor_due``; None
    when it ended, ran out, was not used since ``seen_after``, or the user is disabled."""
    of_session = (sessions.c.last_seen_at, sessions.c.expires_at, sessions.c.method, sessions.c.factor_due)
    query = sa.select(users, *of_session).join(sessions, sessions.c.user_id == users.c.id)
    alive = (sessions.c.token_hash == token_hash) & _alive(now, seen_after)
    found = tx.execute(query.where(alive, users.c.disabled.is_(False))).mappings().first()
    return dict(found) if found else None


def sessions_of(tx: Tx, user_id: int, now: dt.datetime, seen_after: dt.datetime | None = None) -> list[dict[str, Any]]:
    """The sessions of a user that are open, the last used first."""
    query = sa.select(sessions).where(sessions.c.user_id == user_id, _alive(now, seen_after))
    return [dict(row) for row in tx.execute(query.order_by(sessions.c.last_seen_at.desc(), sessions.c.token_hash)).mappings()]


def touch_session(tx: Tx, token_hash: str, now: dt.datetime) -> None:
    """Notes that a session was used."""
    tx.execute(sessions.update().where(sessions.c.token_hash == token_hash).values(last_seen_at=now))


def renew_session(tx: Tx, token_hash: str, new_hash: str) -> bool:
    """Gives an open session another token, now that the second factor has come. Returns False when it had ended."""
    alive = (sessions.c.token_hash == token_hash) & sessions.c.revoked_at.is_(None)
    return tx.execute(sessions.update().where(alive).values(token_hash=new_hash, factor_due=False)).rowcount == 1


def revoke_session(tx: Tx, token_hash: str, now: dt.datetime, *, user_id: int | None = None) -> bool:
    """Ends one session. Returns False when it had ended before, or is not of the user ``user_id``."""
    alive = (sessions.c.token_hash == token_hash) & sessions.c.revoked_at.is_(None)
    if user_id is not None:
        alive &= sessions.c.user_id == user_id
    return tx.execute(sessions.update().where(alive).values(revoked_at=now)).rowcount == 1


def revoke_sessions_of(tx: Tx, user_id: int, now: dt.datetime, *, but: str = "") -> int:
    """Ends every session of a user, except the one with the hash ``but``. Returns how many there were."""
    alive = (sessions.c.user_id == user_id) & sessions.c.revoked_at.is_(None) & (sessions.c.token_hash != but)
    return tx.execute(sessions.update().where(alive).values(revoked_at=now)).rowcount


def purge_sessions(tx: Tx, before: dt.datetime) -> int:
    """Forgets sessions that ran out before a time. Returns how many."""
    return tx.execute(sessions.delete().where(sessions.c.expires_at < before)).rowcount
