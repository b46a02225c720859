"""Staff accounts and their sessions. A session is a row, so it can be ended from the other side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .engine import Tx
from .tables import sessions, users


class UsernameTaken(Exception):
    """There is a user of this name already."""

    def __init__(self, username: str) -> None:
        super().__init__(f"user {username!r} exists already")
        self.username = username


def add_user(tx: Tx, row: Mapping[str, Any]) -> int:
    """Writes a user: columns of ``users`` without id. Returns the id.

    Raises:
        UsernameTaken: somebody has the name.
    """
    if find_user(tx, row["username"]) is not None:
        raise UsernameTaken(row["username"])
    user_id: int = tx.execute(users.insert().returning(users.c.id), dict(row)).scalar_one()
    return user_id


def find_user(tx: Tx, username: str) -> dict[str, Any] | None:
    """The user of that name, disabled or not."""
    found = tx.execute(sa.select(users).where(users.c.username == username)).mappings().first()
    return dict(found) if found else None


def all_users(tx: Tx) -> list[dict[str, Any]]:
    """Every user by name."""
    return [dict(row) for row in tx.execute(sa.select(users).order_by(users.c.username)).mappings()]


def change_user(tx: Tx, user_id: int, **changes: Any) -> None:
    """Changes columns of a user. A user who is disabled or gets a new password is signed out everywhere by the caller."""
    tx.execute(users.update().where(users.c.id == user_id).values(**changes))


def note_failed_sign_in(tx: Tx, user_id: int, now: dt.datetime) -> int:
    """Counts a wrong password. Returns how many there were since the last right one."""
    change = users.update().where(users.c.id == user_id).values(failed_count=users.c.failed_count + 1, failed_at=now)
    count: int = tx.execute(change.returning(users.c.failed_count)).scalar_one()
    return count


def add_session(tx: Tx, token_hash: str, user_id: int, now: dt.datetime, expires_at: dt.datetime) -> None:
    """Opens a session and forgets the user's failed sign-ins."""
    row = {"token_hash": token_hash, "user_id": user_id, "created_at": now, "last_seen_at": now, "expires_at": expires_at}
    tx.execute(sessions.insert(), row)
    tx.execute(users.update().where(users.c.id == user_id).values(failed_count=0, failed_at=None))


def user_of_session(tx: Tx, token_hash: str, now: dt.datetime) -> dict[str, Any] | None:
    """The user whose session this is, with ``last_seen_at``; None when it ended, ran out or the user is disabled."""
    alive = (sessions.c.token_hash == token_hash) & sessions.c.revoked_at.is_(None) & (sessions.c.expires_at > now)
    query = sa.select(users, sessions.c.last_seen_at, sessions.c.expires_at).join(sessions, sessions.c.user_id == users.c.id)
    found = tx.execute(query.where(alive, users.c.disabled.is_(False))).mappings().first()
    return dict(found) if found else None


def touch_session(tx: Tx, token_hash: str, now: dt.datetime) -> None:
    """Notes that a session was used."""
    tx.execute(sessions.update().where(sessions.c.token_hash == token_hash).values(last_seen_at=now))


def revoke_session(tx: Tx, token_hash: str, now: dt.datetime) -> bool:
    """Ends one session. Returns False when it had ended before."""
    alive = (sessions.c.token_hash == token_hash) & sessions.c.revoked_at.is_(None)
    return tx.execute(sessions.update().where(alive).values(revoked_at=now)).rowcount == 1


def revoke_sessions_of(tx: Tx, user_id: int, now: dt.datetime) -> int:
    """Ends every session of a user. Returns how many there were."""
    alive = (sessions.c.user_id == user_id) & sessions.c.revoked_at.is_(None)
    return tx.execute(sessions.update().where(alive).values(revoked_at=now)).rowcount


def purge_sessions(tx: Tx, before: dt.datetime) -> int:
    """Forgets sessions that ran out before a time. Returns how many."""
    return tx.execute(sessions.delete().where(sessions.c.expires_at < before)).rowcount
