"""Second factors of staff: which step of the clock was used last, and the codes that stand in for a lost device.

The rule it keeps: a step and a recovery code are used by one statement that says whether it was the first, so two requests
at once cannot both use the same one (RFC 6238, section 5.2).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa

from .engine import Tx
from .tables import recovery_codes, users


def use_step(tx: Tx, user_id: int, step: int) -> bool:
    """Notes that the code of a step was used. Returns False when it, or a later one, was used before."""
    fresh = (users.c.id == user_id) & (users.c.totp_step.is_(None) | (users.c.totp_step < step))
    return tx.execute(users.update().where(fresh).values(totp_step=step)).rowcount == 1


def set_factor(tx: Tx, user_id: int, totp: bytes | None, step: int | None, code_hashes: Iterable[str] = ()) -> None:
    """Gives a user another second factor and other recovery codes, or none."""
    tx.execute(users.update().where(users.c.id == user_id).values(totp=totp, totp_step=step))
    set_recovery_codes(tx, user_id, code_hashes)


def set_recovery_codes(tx: Tx, user_id: int, code_hashes: Iterable[str]) -> None:
    """Gives a user other recovery codes; the earlier ones are worth nothing any more."""
    tx.execute(recovery_codes.delete().where(recovery_codes.c.user_id == user_id))
    rows = [{"user_id": user_id, "code_hash": code_hash} for code_hash in code_hashes]
    if rows:
        tx.execute(recovery_codes.insert(), rows)


def use_recovery_code(tx: Tx, user_id: int, code_hashes: Iterable[str], now: dt.datetime) -> bool:
    """Uses a recovery code up. Returns False when it is none of the user's, or was used before.

    Args:
        code_hashes: the hash of what was typed, under each secret.
    """
    fresh = (recovery_codes.c.user_id == user_id) & recovery_codes.c.code_hash.in_(list(code_hashes)) & recovery_codes.c.used_at.is_(None)
    return tx.execute(recovery_codes.update().where(fresh).values(used_at=now)).rowcount == 1


def recovery_codes_left(tx: Tx, user_id: int) -> int:
    """How many recovery codes a user still has."""
    query = sa.select(sa.func.count()).where(recovery_codes.c.user_id == user_id, recovery_codes.c.used_at.is_(None))
    return int(tx.scalar(query) or 0)
