"""Looking after accounts: making, changing, stopping and letting in again. Who may do that to whom stands in ``granting.py``.

The rule it keeps: the last manager of the centre can be neither stopped nor moved; a password that is given is told once and
must be changed; everything is on the trail, and no password is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.words import Words
from service.store import Tx, accounts, audit, factors
from service.store.accounts import SubjectTaken

from .accounts import BadAccount, User, add_user, name_errors, no_such_user, set_password, subject_taken, user_of_row
from .context import Hub
from .granting import By, NotYours, Wanted, looks_after, more_than_you, too_much, wanted_errors, whole
from .passwords import new_password
from .permissions import Verb, may

_MANAGERS = "centre"
"""The role that looks after the accounts of all."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its manager sees it: never a password, never a secret.

    Args:
        yours: whether the manager may let its holder in again (see :func:`too_much`).
    """

    user: User
    disabled: bool
    must_change: bool
    factor: bool
    subject: str
    sessions: int
    seen_at: dt.datetime | None
    yours: bool


def list_accounts(hub: Hub, by: By) -> list[Account]:
    """The accounts that somebody manages, by name.

    Raises:
        NotYours: they manage none.
    """
    if not isinstance(by, str) and not may(by, Verb.MANAGE_USERS):
        raise NotYours
    with hub.store.read() as tx:
        rows = accounts.all_users(tx)
        return [_account(hub, tx, by, row) for row in rows if looks_after(hub, by, user_of_row(hub, row))]


def get_account(hub: Hub, by: By, username: str) -> Account:
    """One account.

    Raises:
        NotYours: there is none of that name that they manage.
    """
    with hub.store.read() as tx:
        row = accounts.find_user(tx, username)
        if row is None or not looks_after(hub, by, user_of_row(hub, row)):
            raise NotYours
        return _account(hub, tx, by, row)


def make_account(hub: Hub, by: By, username: str, wanted: Wanted, *, further: Mapping[str, Words] | None = None) -> str:
    """Make an account.

    Args:
        further: what is wrong with the form beside what is looked at here, so that all is told at once.

    Returns:
        Its password, to be told once; it must be changed at the first sign-in.

    Raises:
        BadAccount: something will not do. NotYours: they manage nobody.
    """
    wanted = whole(hub, wanted)
    errors = {**name_errors(username), **wanted_errors(hub, by, wanted, None), **(further or {})}
    if errors:
        raise BadAccount(errors)
    password = new_password()
    add_user(
        hub, username, password, wanted.unit_id, role=wanted.role, name=wanted.name, grants=wanted.grants,
        area_ids=wanted.area_ids, subject=wanted.subject, must_change=True, by=_name(by),
    )  # fmt: skip
    return password


def change_account(hub: Hub, by: By, username: str, wanted: Wanted, *, further: Mapping[str, Words] | None = None) -> None:
    """Change unit, role, grants, villages, shown name and link of an account. Its holder goes on working, by the new rights.

    Args:
        further: see :func:`make_account`.

    Raises:
        BadAccount: something will not do. NotYours: the account is not theirs.
    """
    wanted = whole(hub, wanted)
    with hub.store.write() as tx:
        row, user = _locked(hub, tx, by, username)
        errors = {**wanted_errors(hub, by, wanted, (row, user)), **(further or {})}
        if errors:
            raise BadAccount(errors)
        _keep_a_manager(tx, user, wanted.role, "role")
        changes = {
            "unit_id": wanted.unit_id, "role": wanted.role, "display_name": wanted.name or row["display_name"],
            "grants": sorted(wanted.grants), "area_ids": sorted(wanted.area_ids), "subject": wanted.subject,
        }  # fmt: skip
        changed = {key: value for key, value in changes.items() if value != row[key]}
        if not changed:
            return
        try:
            accounts.change_user(tx, user.id, **changed)
        except SubjectTaken as taken:
            raise BadAccount({"subject": subject_taken(taken)}) from None
        told = {key: [row[key], value] for key, value in changed.items() if key in ("unit_id", "role", "grants", "area_ids")}
        detail = {"username": username, "fields": sorted(changed), **told}
        audit.add_audit(tx, hub.clock(), _name(by), "change_user", detail=detail)


def disable(hub: Hub, by: By, username: str) -> None:
    """Stop an account; all of its sessions end.

    Raises:
        BadAccount: it is the last manager of the centre, or one's own. NotYours: the account is not theirs.
    """
    now = hub.clock()
    with hub.store.write() as tx:
        _, user = _locked(hub, tx, by, username)
        if not isinstance(by, str) and by.id == user.id:
            raise BadAccount({"disable": Words("不能停用自己的账号", "nobody stops their own account")})
        _keep_a_manager(tx, user, "", "disable")
        accounts.change_user(tx, user.id, disabled=True)
        accounts.revoke_sessions_of(tx, user.id, now)
        audit.add_audit(tx, now, _name(by), "disable_user", detail={"username": username})


def enable(hub: Hub, by: By, username: str) -> None:
    """Let a stopped account sign in again.

    Raises:
        BadAccount: it holds what the manager lacks. NotYours: the account is not theirs.
    """
    with hub.store.write() as tx:
        _, user = _locked(hub, tx, by, username, letting_in="enable")
        accounts.change_user(tx, user.id, disabled=False)
        audit.add_audit(tx, hub.clock(), _name(by), "enable_user", detail={"username": username})


def reset_password(hub: Hub, by: By, username: str) -> str:
    """Give an account another password; all of its sessions end.

    Returns:
        The password, to be told once; it must be changed at the next sign-in.

    Raises:
        BadAccount: the account holds what the manager lacks. NotYours: it is not theirs.
    """
    with hub.store.write() as tx:
        _locked(hub, tx, by, username, letting_in="password")
    password = new_password()
    set_password(hub, username, password, by=_name(by), must_change=True)
    return password


def end_sessions(hub: Hub, by: By, username: str) -> int:
    """End every session of an account. Returns how many there were.

    Raises:
        NotYours: the account is not theirs.
    """
    now = hub.clock()
    with hub.store.write() as tx:
        _, user = _locked(hub, tx, by, username)
        count = accounts.revoke_sessions_of(tx, user.id, now)
        audit.add_audit(tx, now, _name(by), "end_sessions", detail={"username": username, "count": count})
    return count


def reset_factor(hub: Hub, by: By, username: str) -> None:
    """Take the second factor off an account whose holder lost it; all of its sessions end.

    Raises:
        BadAccount: the account holds what the manager lacks. NotYours: it is not theirs.
    """
    now = hub.clock()
    with hub.store.write() as tx:
        _, user = _locked(hub, tx, by, username, letting_in="factor")
        factors.set_factor(tx, user.id, None, None)
        accounts.revoke_sessions_of(tx, user.id, now)
        audit.add_audit(tx, now, _name(by), "reset_factor", detail={"username": username})


def _name(by: By) -> str:
    return by if isinstance(by, str) else by.username


def _locked(hub: Hub, tx: Tx, by: By, username: str, *, letting_in: str = "") -> tuple[dict[str, Any], User]:
    """The account, kept from being changed by others. ``letting_in`` names the field where the change would open it."""
    found = accounts.find_user(tx, username)
    if found is not None and found["role"] == _MANAGERS:
        # All managers in one order, before the one that is meant: two who stop each other would wait for each other for ever.
        accounts.lock_role(tx, _MANAGERS)
    row = accounts.find_user(tx, username, lock=True)
    if row is None and isinstance(by, str):
        raise no_such_user(username)
    if row is None or not looks_after(hub, by, user_of_row(hub, row)):
        raise NotYours
    user = user_of_row(hub, row)
    if letting_in and too_much(by, user):
        raise BadAccount({letting_in: more_than_you(user, by)})
    return row, user


def _keep_a_manager(tx: Tx, user: User, role: str, field: str) -> None:
    """Refuse to take away the last manager of the centre.

    Raises:
        BadAccount: it is the last one.
    """
    if user.role != _MANAGERS or role == _MANAGERS:
        return
    if {row["id"] for row in accounts.lock_role(tx, _MANAGERS)} <= {user.id}:
        last = Words("这是最后一个中心管理账号，不能停用或改角色", "this is the last manager of the centre; it can be neither stopped nor moved")
        raise BadAccount({field: last})


def _account(hub: Hub, tx: Tx, by: By, row: Mapping[str, Any]) -> Account:
    now, user = hub.clock(), user_of_row(hub, row)
    opened = accounts.sessions_of(tx, user.id, now, now - hub.settings.idle)
    return Account(
        user=user, disabled=row["disabled"], must_change=row["must_change"], factor=row["totp"] is not None, subject=row["subject"],
        sessions=len(opened), seen_at=max((one["last_seen_at"] for one in opened), default=None), yours=not too_much(by, user),
    )  # fmt: skip
