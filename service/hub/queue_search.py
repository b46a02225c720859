"""Finding a case by what a caller has at hand: its number, the telephone of who reported it, the place, or words.

The rule it keeps: a telephone number is looked up whole, through its keyed hash, by those alone who may open who reported
the case that is found; every such look-up is logged, without the number. It is posted and never stands in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from gonzhi_code.idnumbers import read_mobile
from service.store import audit, cases

from .accounts import User
from .context import Hub
from .numbers import read_case_no
from .permissions import Sight, Verb, may, may_reveal, sight
from .queue import Row, rows_of

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Found:
    """What a search led to: one case, the cases of a telephone, or words for the list.

    Args:
        case_no: of the one case; rows: of the telephone, None where it was not one; words: to filter the list by.
    """

    case_no: str = ""
    rows: tuple[Row, ...] | None = None
    words: str = ""


def read_phone(text: str) -> str:
    """The mobile number that a text is, as answers hold it; ``""`` where it is none."""
    try:
        return read_mobile(text[:LONGEST])
    except ValidationError:
        return ""


def search(hub: Hub, user: User, text: str) -> Found:
    """What somebody typed into the search box leads to. A case that is not theirs is not found."""
    text = " ".join(text.split())[:LONGEST]
    phone = read_phone(text)
    if phone:
        return Found(rows=_by_phone(hub, user, phone))
    case_no = read_case_no(text)
    if case_no:
        with hub.store.read() as tx:
            row = cases.get_case(tx, case_no)
        if row is not None and sight(hub.county, user, row) > Sight.NONE:
            return Found(case_no=case_no)
    return Found(words=text)


def _by_phone(hub: Hub, user: User, phone: str) -> tuple[Row, ...]:
    if not may(user, Verb.REVEAL):
        return ()
    with hub.store.write() as tx:
        found: dict[int, dict[str, Any]] = {}
        for blind in hub.sealer.blinds("phone", phone):
            found.update((row["id"], row) for row in cases.cases_of_phone(tx, blind))
        shown = [row for row in found.values() if may_reveal(hub.county, user, row)]
        audit.add_audit(tx, hub.clock(), user.username, "search_phone", detail={"found": len(shown)})
        return rows_of(tx, hub, user, shown)
