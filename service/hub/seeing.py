"""A case as somebody may act on it: found, locked, theirs to see, and as they saw it.

The rule it keeps: a case that is not theirs is answered like one that does not exist; only who had it in their unit before
is told where it went.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gonzhi_code.cases import Role
from service.store import cases, handling
from service.store.engine import Tx

from .accounts import User
from .context import Hub
from .permissions import Sight, Verb, may, sight
from .refusals import CaseMoved, NotAllowed

Row = Mapping[str, Any]


def seen_case(hub: Hub, tx: Tx, user: User, case_no: str, version: int | None = None) -> dict[str, Any]:
    """A case under lock, if this person may see it whole and it is as they saw it.

    Args:
        version: of the case as they saw it; None where that does not matter.

    Raises:
        NotAllowed: ``no_case`` or ``hidden``. CaseMoved: it is at another version.
    """
    row = cases.get_case(tx, case_no, lock=True)
    if row is None:
        raise NotAllowed("no_case")
    sees = sight(hub.county, user, row)
    stale = version is not None and version != row["version"]
    if stale and (sees is Sight.CASE or _had_it(tx, user, row)):
        newest = handling.last_move(tx, row["id"])
        if newest is not None:
            raise CaseMoved.of(newest)
    check_sight(hub, user, row)
    return row


def check_sight(hub: Hub, user: User, row: Row) -> None:
    """Whether this person sees the whole case.

    Raises:
        NotAllowed: ``no_case`` or ``hidden``.
    """
    sees = sight(hub.county, user, row)
    if sees is not Sight.CASE:
        raise NotAllowed("no_case" if sees is Sight.NONE else "hidden")


def check_verb(user: User, verb: Verb) -> None:
    """Whether the account may do such a thing at all.

    Raises:
        NotAllowed: ``no_verb``.
    """
    if not may(user, verb):
        raise NotAllowed("no_verb")


def locked_by_id(tx: Tx, case_id: int) -> dict[str, Any]:
    """A case under lock by its id.

    Raises:
        NotAllowed: ``no_case``.
    """
    row = cases.get_case_by_id(tx, case_id, lock=True)
    if row is None:
        raise NotAllowed("no_case")
    return row


def role_of(user: User) -> Role:
    """As what an account moves cases."""
    return Role(user.role)


def _had_it(tx: Tx, user: User, row: Row) -> bool:
    """Whether the case was in this person's unit before: they had it open when it was handed on, and are told so."""
    return any(move["unit_id"] == user.unit_id for move in cases.moves_of(tx, row["id"]))
