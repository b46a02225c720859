"""The second factor: six digits of an app that change every half minute, and recovery codes for a lost phone.

The rule it keeps: a code of a step is used once, and so is a recovery code; too many wrong codes close the digits of an
account for some minutes, but never the recovery codes, which nobody can guess, so whoever has one gets in. The secret is
kept sealed, recovery codes as keyed hashes; a secret counts only when a code has shown that the app has it.

Sources: RFC 6238 (TOTP), sections 4 and 5.2; RFC 4226, section 7.3 (limit of tries).
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import secrets
from dataclasses import dataclass
from enum import StrEnum

import pyotp

from service.sealing import CannotOpen
from service.store import accounts, audit, counters, factors

from .accounts import User
from .context import Hub
from .sessions import Session, factor_required, renew, token_hash
from .throttling import window_start

STEP_SECONDS = 30
STEPS_ASIDE = 1
"""The clock of a phone may be this many steps off (RFC 6238, section 5.2, advises one)."""
MISSES_ALLOWED = 8
"""Wrong codes of an account in ten minutes: 1,152 in a day are a chance of 0.35 % to hit one of three steps among a million."""
RECOVERY_CODES = 10
ENROL_MINUTES = 20
_RECOVERY_LETTERS = "abcdefghjkmnpqrtuvwxy2346789"
_RECOVERY_LENGTH = 10
"""48 bits: out of reach of guessing by page."""


class Answer(StrEnum):
    """What became of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    WAIT = "wait"
    """Too many were wrong; the digits of this account rest for some minutes. Recovery codes still open."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret that is offered to an app.

    Args:
        secret: base32, for typing; uri: for the QR code; ticket: sealed, goes through the form and comes back.
    """

    secret: str
    uri: str
    ticket: str


def begin(hub: Hub, user: User, ticket: str = "") -> Enrolment:
    """A new secret for the app; nothing is written before a code has shown that the app has it.

    Args:
        ticket: of an enrolment that was begun, to show the same secret again.
    """
    secret = _read_ticket(hub, user, ticket) or pyotp.random_base32()
    issuer = hub.county.brand["name"]
    uri = pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=user.username, issuer_name=issuer)
    sealed = hub.sealer.seal(_ticket_purpose(user), f"{int(hub.clock().timestamp())}:{secret}".encode())
    return Enrolment(secret, uri, base64.urlsafe_b64encode(sealed).decode())


def confirm(hub: Hub, session: Session, ticket: str, code: str) -> list[str] | None:
    """Take the app's secret as the second factor of whoever is signed in; other sessions of theirs end.

    Returns:
        Recovery codes, to be told once; None where the code or the ticket is wrong.
    """
    user, now = session.user, hub.clock()
    if session.factor_due and session.enrolled:
        return None  # whoever knows only the password does not get to replace the second factor
    secret = _read_ticket(hub, user, ticket)
    step = _step(secret, code, now) if secret and not _resting(hub, user, now) else None
    if step is None:
        _note_miss(hub, user, now)
        return None
    codes = _new_codes()
    blob = hub.sealer.seal(_purpose(user), secret.encode())
    with hub.store.write() as tx:
        factors.set_factor(tx, user.id, blob, step, [_hash(hub, user, one) for one in codes])
        accounts.revoke_sessions_of(tx, user.id, now, but=token_hash(session.token))
        audit.add_audit(tx, now, user.username, "enrol_factor")
    return codes


def check(hub: Hub, session: Session, code: str) -> tuple[Answer, str]:
    """Let a session go on with a code of the app or a recovery code.

    Returns:
        The answer, and where it is right the new token of the session.
    """
    user, now = session.user, hub.clock()
    if _use_recovery(hub, user, code, now):
        return Answer.RIGHT, renew(hub, session.token)
    if _resting(hub, user, now):
        return Answer.WAIT, ""
    if not _use_code(hub, user, code, now):
        _note_miss(hub, user, now)
        return Answer.WRONG, ""
    return Answer.RIGHT, renew(hub, session.token)


def new_recovery_codes(hub: Hub, user: User) -> list[str]:
    """Other recovery codes for somebody who is signed in; the earlier ones are worth nothing any more."""
    codes = _new_codes()
    with hub.store.write() as tx:
        factors.set_recovery_codes(tx, user.id, [_hash(hub, user, one) for one in codes])
        audit.add_audit(tx, hub.clock(), user.username, "new_recovery_codes")
    return codes


def recovery_codes_left(hub: Hub, user: User) -> int:
    """How many recovery codes are left."""
    with hub.store.read() as tx:
        return factors.recovery_codes_left(tx, user.id)


def remove(hub: Hub, user: User) -> bool:
    """Take one's own second factor off; the caller has asked for the password. Returns False where it is a duty."""
    if factor_required(hub, user.role):
        return False
    with hub.store.write() as tx:
        factors.set_factor(tx, user.id, None, None)
        audit.add_audit(tx, hub.clock(), user.username, "remove_factor")
    return True


def _use_code(hub: Hub, user: User, code: str, now: dt.datetime) -> bool:
    with hub.store.read() as tx:
        row = accounts.find_user(tx, user.username)
    if row is None or row["totp"] is None:
        return False
    step = _step(hub.sealer.open(_purpose(user), row["totp"]).decode(), code, now)
    if step is None:
        return False
    with hub.store.write() as tx:
        return factors.use_step(tx, user.id, step)


def _use_recovery(hub: Hub, user: User, code: str, now: dt.datetime) -> bool:
    plain = _plain(code)
    if len(plain) != _RECOVERY_LENGTH:
        return False
    with hub.store.write() as tx:
        used = factors.use_recovery_code(tx, user.id, hub.sealer.blinds("recovery", f"{user.id}:{plain}"), now)
        if used:
            audit.add_audit(tx, now, user.username, "use_recovery_code")
    return used


def _step(secret: str, code: str, now: dt.datetime) -> int | None:
    """The step whose code this is, the present one first."""
    digits = _plain(code)
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    present = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    for aside in (0, *(sign * n for n in range(1, STEPS_ASIDE + 1) for sign in (-1, 1))):
        if pyotp.utils.strings_equal(totp.generate_otp(present + aside), digits):
            return present + aside
    return None


def _resting(hub: Hub, user: User, now: dt.datetime) -> bool:
    with hub.store.read() as tx:
        return counters.read_counter(tx, f"factor:{user.id}", window_start(now)) >= MISSES_ALLOWED


def _note_miss(hub: Hub, user: User, now: dt.datetime) -> None:
    with hub.store.write() as tx:
        counters.bump_counter(tx, f"factor:{user.id}", window_start(now))
        audit.add_audit(tx, now, user.username, "factor_failed")


def _read_ticket(hub: Hub, user: User, ticket: str) -> str:
    """The secret in a ticket; ``""`` where it is not ours, not this user's, or too old."""
    try:
        told = hub.sealer.open(_ticket_purpose(user), base64.urlsafe_b64decode(ticket[:400].encode())).decode()
    except (CannotOpen, binascii.Error, ValueError):
        return ""
    at, _, secret = told.partition(":")
    return secret if int(hub.clock().timestamp()) - int(at) <= ENROL_MINUTES * 60 else ""


def _new_codes() -> list[str]:
    half = _RECOVERY_LENGTH // 2
    made = ("".join(secrets.choice(_RECOVERY_LETTERS) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES))
    return [f"{one[:half]}-{one[half:]}" for one in made]


def _plain(code: str) -> str:
    return "".join(mark for mark in code[:40].lower() if mark.isalnum())


def _hash(hub: Hub, user: User, code: str) -> str:
    return hub.sealer.blind("recovery", f"{user.id}:{_plain(code)}")


def _purpose(user: User) -> str:
    return f"totp:{user.id}"


def _ticket_purpose(user: User) -> str:
    return f"totp-ticket:{user.id}"
