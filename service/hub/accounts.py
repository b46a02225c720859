"""Staff: who they are, how they sign in and out, and what role they play.

The rule it keeps: passwords are kept as scrypt hashes and sessions as hashes of random tokens, so neither can be taken
from a copy of the database; a session is a row and can be ended by either side. A wrong password costs time, more with
each one; it never locks the true holder out for more than a moment. Whether name or password was wrong is not told.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

from service.store import accounts, audit, counters

from .context import Hub
from .passwords import LEAST_LENGTH, check_password, hash_password
from .throttling import address_key, delay_seconds, window_start

ROLES = ("centre", "township", "unit", "grid", "auditor")
"""centre: the county centre, sees all; township: a command room, sees its township; unit: a bureau or office, sees what
it leads or helps; grid: a grid officer, sees what the unit holds in the villages of the grid; auditor: sees all and moves nothing."""
MISSES_BEFORE_SLOW = 3
SLOWEST_MS = 2000
TOUCH_AFTER = dt.timedelta(minutes=5)
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_TOKEN_BYTES = 32


class BadAccount(ValueError):
    """An account cannot be made or changed like that; the message says why."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in.

    Args:
        unit_id: the unit they belong to.
        township_id: of that unit, ``""`` for county units.
        role: one of :data:`ROLES`.
        grants: verbs beside those of the role (see permissions.py); area_ids: the villages of a grid officer.
    """

    id: int
    username: str
    name: str
    unit_id: str
    township_id: str
    role: str
    grants: frozenset[str] = frozenset()
    area_ids: frozenset[str] = frozenset()


def add_user(hub: Hub, username: str, password: str, unit_id: str, *, role: str = "", name: str = "") -> int:
    """Make an account.

    Args:
        role: ``""`` takes the one that fits the unit: centre, a township's command room, or any other unit.

    Raises:
        BadAccount: the name, password, unit or role will not do, or the name is taken.
    """
    if not _USERNAME.fullmatch(username):
        raise BadAccount("a user name has 2 to 64 small letters, digits, dots, dashes or underscores")
    unit = hub.county.units.get(unit_id)
    if unit is None:
        raise BadAccount(f"there is no unit {unit_id!r} in this county")
    role = role or _role_of(hub, unit_id)
    if role not in ROLES:
        raise BadAccount(f"a role is one of {', '.join(ROLES)}, not {role!r}")
    row = {
        "username": username,
        "display_name": name or unit.name,
        "password_hash": _hashed(password),
        "unit_id": unit_id,
        "role": role,
        "created_at": hub.clock(),
    }
    try:
        with hub.store.write() as tx:
            user_id = accounts.add_user(tx, row)
            audit.add_audit(tx, hub.clock(), "system", "add_user", detail={"username": username, "unit_id": unit_id, "role": role})
    except accounts.UsernameTaken as taken:
        raise BadAccount(str(taken)) from None
    return user_id


def set_password(hub: Hub, username: str, password: str) -> None:
    """Give a user a new password and end all of their sessions.

    Raises:
        BadAccount: there is no such user, or the password is too short.
    """
    hashed, now = _hashed(password), hub.clock()
    with hub.store.write() as tx:
        row = accounts.find_user(tx, username)
        if row is None:
            raise BadAccount(f"there is no user {username!r}")
        accounts.change_user(tx, row["id"], password_hash=hashed, failed_count=0, failed_at=None)
        accounts.revoke_sessions_of(tx, row["id"], now)
        audit.add_audit(tx, now, "system", "set_password", detail={"username": username})


def list_users(hub: Hub) -> list[User]:
    """Every user, by name."""
    with hub.store.read() as tx:
        return [_user(hub, row) for row in accounts.all_users(tx)]


def sign_in(hub: Hub, username: str, password: str, address: str) -> str | None:
    """Open a session.

    Returns:
        The session token for the cookie; None where name and password do not belong together.
    """
    now = hub.clock()
    with hub.store.read() as tx:
        row = accounts.find_user(tx, username)
    known = row["password_hash"] if row and not row["disabled"] else None
    if row is None or not check_password(password, known):
        _note_miss(hub, row, address, now)
        return None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    expires_at = now + dt.timedelta(hours=hub.settings.session_hours)
    with hub.store.write() as tx:
        accounts.add_session(tx, _token_hash(token), row["id"], now, expires_at)
        accounts.purge_sessions(tx, now)
        audit.add_audit(tx, now, username, "sign_in")
    return token


def sign_out(hub: Hub, token: str) -> None:
    """End the session; nothing happens where it had ended."""
    now = hub.clock()
    with hub.store.write() as tx:
        accounts.revoke_session(tx, _token_hash(token), now)


def user_of_session(hub: Hub, token: str) -> User | None:
    """Who is signed in with this token; None where nobody is, any more."""
    now, token_hash = hub.clock(), _token_hash(token)
    with hub.store.read() as tx:
        row = accounts.user_of_session(tx, token_hash, now)
    if row is None:
        return None
    if now - row["last_seen_at"] > TOUCH_AFTER:
        with hub.store.write() as tx:
            accounts.touch_session(tx, token_hash, now)
    return _user(hub, row)


def _note_miss(hub: Hub, row: dict[str, Any] | None, address: str, now: dt.datetime) -> None:
    """Count a wrong password for the address and the user, and answer the later the more there were."""
    with hub.store.write() as tx:
        misses = counters.bump_counter(tx, address_key(hub.sealer, "sign-in", address), window_start(now))
        if row is not None:
            accounts.note_failed_sign_in(tx, row["id"], now)
            audit.add_audit(tx, now, row["username"], "sign_in_failed")
    delay = delay_seconds(misses, MISSES_BEFORE_SLOW, SLOWEST_MS)
    if delay:
        hub.sleep(delay)


def _role_of(hub: Hub, unit_id: str) -> str:
    if hub.county.unit_for("centre").id == unit_id:
        return "centre"
    command = hub.county.roles.get("township.command")
    if command is not None and not isinstance(command, str) and unit_id in command.values():
        return "township"
    return "unit"


def _hashed(password: str) -> str:
    if len(password) < LEAST_LENGTH:
        raise BadAccount(f"a password has at least {LEAST_LENGTH} characters")
    return hash_password(password)


def _token_hash(token: str) -> str:
    # The token is random, so a plain hash hides it well enough; it is not a password.
    return hashlib.sha256(token.encode()).hexdigest()


def _user(hub: Hub, row: dict[str, Any]) -> User:
    unit = hub.county.units.get(row["unit_id"])
    return User(
        id=row["id"],
        username=row["username"],
        name=row["display_name"] or row["username"],
        unit_id=row["unit_id"],
        township_id=unit.township_id if unit else "",
        role=row["role"],
        grants=frozenset(row["grants"]),
        area_ids=frozenset(row["area_ids"]),
    )
