"""Signing in and out: opening, renewing, listing and ending sessions.

The rule it keeps: a session is a row and can be ended from either side; the cookie holds a random token and the row its
hash, so no session can be taken from a copy of the database. A token is new at every sign-in and again when the second factor
has come, so nobody can plant one (session fixation). Tries cost time, more with each one, for one account from one address
and for one address; the true holder elsewhere is never slowed, and here for two seconds at most. Whether name or password
was wrong is not told, and takes the same time.

Source: OWASP, "Session Management Cheat Sheet" and "Authentication Cheat Sheet".
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.words import Words
from service.store import accounts, audit, counters

from .accounts import BadAccount, User, password_errors, user_of_row
from .context import Hub
from .passwords import check_password, hash_password
from .throttling import address_key, delay_seconds, window_start

MISSES_BEFORE_SLOW = 3
SLOWEST_MS = 2000
TOUCH_AFTER = dt.timedelta(minutes=1)
"""Use of a session is written down at most this often."""
LONGEST_AGENT = 200
_TOKEN_BYTES = 32
_REFERENCE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in, and what is still to come.

    Args:
        method: ``password`` or ``oidc``.
        factor_due: the second factor is still to come; enrolled: the account has one.
        must_change: the password was lent, and is to be changed first.
    """

    user: User
    token: str
    method: str
    factor_due: bool
    enrolled: bool
    must_change: bool

    @property
    def whole(self) -> bool:
        """Whether the session opens the desk."""
        return not self.factor_due and not self.must_change


@dataclass(frozen=True, slots=True)
class Device:
    """One open session as its owner sees it: ``reference`` names it in a form and opens nothing."""

    reference: str
    agent: str
    method: str
    opened_at: dt.datetime
    seen_at: dt.datetime
    this: bool


def sign_in(hub: Hub, username: str, password: str, address: str, *, agent: str = "", old_token: str = "") -> str | None:
    """Open a session with name and password.

    Args:
        address: where the try comes from; agent: what the browser calls itself.
        old_token: the session that the browser had; it ends.

    Returns:
        The session token for the cookie; None where name and password do not belong together.
    """
    now = hub.clock()
    pair = f"{address_key(hub.sealer, 'sign-in', address)}:{hub.sealer.blind('account', username)}"
    with hub.store.write() as tx:
        # Counted before the password is looked at, so that tries at the same moment count as well.
        tries = counters.bump_counter(tx, pair, window_start(now))
        row = accounts.find_user(tx, username)
    known = row["password_hash"] if row and not row["disabled"] else None
    right = check_password(password, known)
    if row is None or not right:
        misses = _note_miss(hub, row, address, now)
        _wait(hub, max(misses, tries))
        return None
    _wait(hub, tries)
    token = open_session(hub, row, "password", agent=agent, old_token=old_token)
    with hub.store.write() as tx:
        counters.reset_counter(tx, pair)
    return token


def open_session(hub: Hub, row: Mapping[str, Any], method: str, *, agent: str = "", old_token: str = "") -> str:
    """Open a session for a row of ``users`` whose holder has shown who they are. Returns the token for the cookie."""
    now, token = hub.clock(), secrets.token_urlsafe(_TOKEN_BYTES)
    expires_at = now + dt.timedelta(hours=hub.settings.session_hours)
    due = row["totp"] is not None or factor_required(hub, row["role"])
    with hub.store.write() as tx:
        if old_token:
            accounts.revoke_session(tx, token_hash(old_token), now)
        accounts.add_session(
            tx, token_hash(token), row["id"], now, expires_at, method=method, agent=agent[:LONGEST_AGENT], factor_due=due
        )
        accounts.purge_sessions(tx, now)
        audit.add_audit(tx, now, row["username"], "sign_in", detail={"method": method})
    return token


def factor_required(hub: Hub, role: str) -> bool:
    """Whether accounts of a role must have a second factor here."""
    wanted = hub.settings.require_second_factor
    return wanted == "all" or (wanted == "centre" and role == "centre")


def sign_out(hub: Hub, token: str) -> None:
    """End the session; nothing happens where it had ended."""
    now = hub.clock()
    with hub.store.write() as tx:
        row = accounts.user_of_session(tx, token_hash(token), now)
        if accounts.revoke_session(tx, token_hash(token), now) and row is not None:
            audit.add_audit(tx, now, row["username"], "sign_out")


def session_of(hub: Hub, token: str, *, passive: bool = False) -> Session | None:
    """The session with this token; None where there is none, any more.

    Args:
        passive: the request was made by a page on its own, so it does not keep the session alive.
    """
    now, hashed = hub.clock(), token_hash(token)
    with hub.store.read() as tx:
        row = accounts.user_of_session(tx, hashed, now, now - hub.settings.idle)
    if row is None:
        return None
    if not passive and now - row["last_seen_at"] > TOUCH_AFTER:
        with hub.store.write() as tx:
            accounts.touch_session(tx, hashed, now)
    return Session(
        user_of_row(hub, row), token, row["method"], row["factor_due"], row["totp"] is not None, row["must_change"]
    )


def user_of_session(hub: Hub, token: str) -> User | None:
    """Who is signed in with this token and may work; None where nobody is, or something is still to come."""
    session = session_of(hub, token)
    return session.user if session is not None and session.whole else None


def renew(hub: Hub, token: str) -> str:
    """Another token for a session whose second factor has come; the earlier one opens nothing any more.

    Returns:
        The new token, ``""`` where the session had ended.
    """
    fresh = secrets.token_urlsafe(_TOKEN_BYTES)
    with hub.store.write() as tx:
        return fresh if accounts.renew_session(tx, token_hash(token), token_hash(fresh)) else ""


def devices(hub: Hub, session: Session) -> list[Device]:
    """The open sessions of whoever is signed in, this one first."""
    now, own = hub.clock(), token_hash(session.token)
    with hub.store.read() as tx:
        rows = accounts.sessions_of(tx, session.user.id, now, now - hub.settings.idle)
    rows.sort(key=lambda row: row["token_hash"] != own)
    return [
        Device(reference(row["token_hash"]), row["agent"], row["method"], row["created_at"], row["last_seen_at"], row["token_hash"] == own)
        for row in rows
    ]


def end_device(hub: Hub, session: Session, wanted: str) -> bool:
    """End one of one's own sessions. Returns False where it had ended.

    Args:
        wanted: its ``reference``.
    """
    now = hub.clock()
    with hub.store.write() as tx:
        hashes = [row["token_hash"] for row in accounts.sessions_of(tx, session.user.id, now)]
        ended = [accounts.revoke_session(tx, one, now, user_id=session.user.id) for one in hashes if reference(one) == wanted]
        if any(ended):
            audit.add_audit(tx, now, session.user.username, "end_session")
    return any(ended)


def end_other_devices(hub: Hub, session: Session) -> int:
    """End all of one's own sessions but this one. Returns how many there were."""
    now = hub.clock()
    with hub.store.write() as tx:
        count = accounts.revoke_sessions_of(tx, session.user.id, now, but=token_hash(session.token))
        if count:
            audit.add_audit(tx, now, session.user.username, "end_session", detail={"count": count})
    return count


def change_password(hub: Hub, session: Session, old: str, new: str, address: str) -> None:
    """Change one's own password; every other session ends.

    Raises:
        BadAccount: the old password is wrong, or the new one will not do.
    """
    user, now = session.user, hub.clock()
    if not confirm_password(hub, user, old, address):
        raise BadAccount({"old": Words("现在的密码不对", "the present password is wrong")})
    errors = password_errors(new, user.username, field="new")
    if not errors and new == old:
        errors = {"new": Words("新密码要和现在的不一样", "the new password must differ from the present one")}
    if errors:
        raise BadAccount(errors)
    hashed = hash_password(new)
    with hub.store.write() as tx:
        accounts.change_user(tx, user.id, password_hash=hashed, must_change=False)
        accounts.revoke_sessions_of(tx, user.id, now, but=token_hash(session.token))
        audit.add_audit(tx, now, user.username, "change_password")


def confirm_password(hub: Hub, user: User, password: str, address: str) -> bool:
    """Whether this is the password of somebody who is signed in already; wrong ones cost time as at the sign-in."""
    now = hub.clock()
    with hub.store.read() as tx:
        row = accounts.find_user(tx, user.username)
    if row is not None and check_password(password, row["password_hash"]):
        return True
    _wait(hub, _note_miss(hub, row, address, now))
    return False


def reference(hashed: str) -> str:
    """What names a session in a form: the beginning of its hash."""
    return hashed[:_REFERENCE_LENGTH]


def token_hash(token: str) -> str:
    """What the store keeps of a token. It is random, so a plain hash hides it well enough; it is not a password."""
    return hashlib.sha256(token.encode()).hexdigest()


def _note_miss(hub: Hub, row: Mapping[str, Any] | None, address: str, now: dt.datetime) -> int:
    """Count a wrong password for the address and the user. Returns how many came from the address."""
    with hub.store.write() as tx:
        misses = counters.bump_counter(tx, address_key(hub.sealer, "sign-in", address), window_start(now))
        if row is not None:
            accounts.note_failed_sign_in(tx, row["id"], now)
            audit.add_audit(tx, now, row["username"], "sign_in_failed")
    return misses


def _wait(hub: Hub, count: int) -> None:
    delay = delay_seconds(count, MISSES_BEFORE_SLOW, SLOWEST_MS)
    if delay:
        hub.sleep(delay)
