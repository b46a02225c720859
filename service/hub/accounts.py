"""Staff: who they are, which unit they belong to, what role they play, and the rules of their passwords.

The rule it keeps: passwords are kept as scrypt hashes, so none can be taken from a copy of the database; a role fits its unit
(only the centre's own people are of the role centre, only a command room's people of the role township). How somebody signs
in stands in ``sessions.py``; what a manager may do to accounts in ``managing.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.words import Words
from service.store import accounts, audit

from .context import Hub
from .passwords import LEAST_LENGTH, hash_password, is_common

ROLES = ("centre", "township", "unit", "grid", "auditor")
"""centre: the county centre, sees all; township: a command room, sees its township; unit: a bureau or office, sees what
it leads or helps; grid: a grid officer, sees what the unit holds in the villages of the grid; auditor: sees all and moves nothing."""
LONGEST_PASSWORD = 200
RESERVED = frozenset({"new", "system"})
"""Names that mean something else: an address of the pages, and the service itself on the trail."""
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


class BadAccount(ValueError):
    """An account cannot be made or changed like that. The message says why.

    Args:
        errors: what is wrong, by field, all at once.
    """

    def __init__(self, errors: Mapping[str, Words]) -> None:
        super().__init__("; ".join(words.en for words in errors.values()))
        self.errors = dict(errors)


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


def add_user(
    hub: Hub,
    username: str,
    password: str,
    unit_id: str,
    *,
    role: str = "",
    name: str = "",
    grants: frozenset[str] = frozenset(),
    area_ids: frozenset[str] = frozenset(),
    subject: str = "",
    must_change: bool = False,
    by: str = "system",
) -> int:
    """Make an account. What the one who makes it may give is looked at by the caller (``managing.py``).

    Args:
        role: ``""`` takes the one that fits the unit: centre, a township's command room, or any other unit.
        grants: verbs beside those of the role; area_ids: villages of a grid officer; subject: who it is at the single sign-on.
        must_change: whether the password was only lent and must be changed at the next sign-in.
        by: who does it, for the trail.

    Raises:
        BadAccount: the name, password, unit or role will not do, or the name is taken.
    """
    role = role or role_of_unit(hub, unit_id)
    errors = {**name_errors(username), **place_errors(hub, unit_id, role, area_ids), **password_errors(password, username)}
    if errors:
        raise BadAccount(errors)
    unit = hub.county.units[unit_id]
    row = {
        "username": username, "display_name": name or unit.name, "password_hash": hash_password(password), "unit_id": unit_id,
        "role": role, "grants": sorted(grants), "area_ids": sorted(area_ids), "subject": subject, "must_change": must_change,
        "created_at": hub.clock(),
    }  # fmt: skip
    detail = {"username": username, "unit_id": unit_id, "role": role, "grants": sorted(grants)}
    try:
        with hub.store.write() as tx:
            user_id = accounts.add_user(tx, row)
            audit.add_audit(tx, hub.clock(), by, "add_user", detail=detail)
    except accounts.UsernameTaken:
        taken = Words(f"账号 {username} 已经有人用了，请换一个", f"the user name {username!r} exists already; choose another")
        raise BadAccount({"username": taken}) from None
    except accounts.SubjectTaken as taken_by:
        raise BadAccount({"subject": subject_taken(taken_by)}) from None
    return user_id


def set_password(hub: Hub, username: str, password: str, *, by: str = "system", must_change: bool = False) -> None:
    """Give a user a new password and end all of their sessions.

    Args:
        by: who does it, for the trail; must_change: see :func:`add_user`.

    Raises:
        BadAccount: there is no such user, or the password will not do.
    """
    errors = password_errors(password, username)
    if errors:
        raise BadAccount(errors)
    hashed, now = hash_password(password), hub.clock()
    with hub.store.write() as tx:
        row = accounts.find_user(tx, username)
        if row is None:
            raise no_such_user(username)
        accounts.change_user(tx, row["id"], password_hash=hashed, failed_count=0, failed_at=None, must_change=must_change)
        accounts.revoke_sessions_of(tx, row["id"], now)
        audit.add_audit(tx, now, by, "set_password", detail={"username": username})


def list_users(hub: Hub) -> list[User]:
    """Every user, by name."""
    with hub.store.read() as tx:
        return [user_of_row(hub, row) for row in accounts.all_users(tx)]


def find_user(hub: Hub, username: str) -> User | None:
    """The user of that name, disabled or not."""
    with hub.store.read() as tx:
        row = accounts.find_user(tx, username)
    return user_of_row(hub, row) if row else None


def no_such_user(username: str) -> BadAccount:
    """What is said of a name that nobody has."""
    return BadAccount({"username": Words(f"没有账号 {username}", f"there is no user {username!r}")})


def subject_taken(taken: accounts.SubjectTaken) -> Words:
    """What is said of a person of the single sign-on who is linked to another account."""
    return Words(f"这个统一认证标识已经关联了账号 {taken.username}", f"that subject is linked to the account {taken.username!r} already")


def name_errors(username: str) -> dict[str, Words]:
    """What is wrong with a user name."""
    if _USERNAME.fullmatch(username) and username not in RESERVED:
        return {}
    return {
        "username": Words(
            "账号用 2 到 64 个小写字母、数字、点、横线或下划线，字母或数字开头",
            "a user name has 2 to 64 small letters, digits, dots, dashes or underscores",
        )
    }


def password_errors(password: str, username: str, *, field: str = "password") -> dict[str, Words]:
    """What is wrong with a password that somebody chose."""
    if len(password) < LEAST_LENGTH:
        return {field: Words(f"密码至少 {LEAST_LENGTH} 个字符", f"a password has at least {LEAST_LENGTH} characters")}
    if len(password) > LONGEST_PASSWORD:
        return {field: Words(f"密码最多 {LONGEST_PASSWORD} 个字符", f"a password has at most {LONGEST_PASSWORD} characters")}
    if username and username in password.lower():
        return {field: Words("密码里不要带账号", "a password does not hold the user name")}
    if is_common(password):
        return {field: Words("这个密码太容易猜，请换一个", "this password is too easy to guess; choose another")}
    return {}


def place_errors(hub: Hub, unit_id: str, role: str, area_ids: frozenset[str]) -> dict[str, Words]:
    """What is wrong with the unit, the role in it, and the villages of a grid officer."""
    errors: dict[str, Words] = {}
    unit = hub.county.units.get(unit_id)
    if unit is None:
        errors["unit"] = Words("请选择单位" if not unit_id else f"没有单位 {unit_id}", f"there is no unit {unit_id!r} in this county")
    if role not in ROLES:
        errors["role"] = Words("请选择角色", f"a role is one of {', '.join(ROLES)}, not {role!r}")
    if unit is None or errors:
        return errors
    if role == "centre" and role_of_unit(hub, unit_id) != "centre":
        errors["role"] = Words("只有社会治理中心的人员可以用这个角色", "the role 'centre' is for people of the centre only")
    if role == "township" and role_of_unit(hub, unit_id) != "township":
        errors["role"] = Words("只有综合信息指挥室的人员可以用这个角色", "the role 'township' is for people of a command room only")
    if role == "grid" and not unit.township_id:
        errors["role"] = Words("网格员要属于镇街的单位", "a grid officer belongs to a unit of a township")
    elif role == "grid" and not all(_lies_in(hub, area_id, unit.township_id) for area_id in area_ids):
        errors["areas"] = Words("所选村社不在这个镇街", "the villages of a grid officer lie in the unit's township")
    if role != "grid" and area_ids:
        errors["areas"] = Words("只有网格员要选村社", "only a grid officer has villages")
    return errors


def _lies_in(hub: Hub, village_id: str, township_id: str) -> bool:
    village = hub.county.villages.get(village_id)
    if village is None:
        return False
    town = hub.county.townships[village.township_id]
    return township_id in (town.id, town.owner_id)


def role_of_unit(hub: Hub, unit_id: str) -> str:
    """The role that fits a unit where none is said."""
    if hub.county.unit_for("centre").id == unit_id:
        return "centre"
    command = hub.county.roles.get("township.command")
    if command is not None and not isinstance(command, str) and unit_id in command.values():
        return "township"
    return "unit"


def user_of_row(hub: Hub, row: Mapping[str, Any]) -> User:
    """A row of ``users`` as a user."""
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
