"""Everything somebody at a desk needs to know of one case, read in one snapshot, and nothing they may not see.

The rule it keeps: whoever sees the number of a case only gets number and state; what the reporter wrote, and who they are,
passes ``reveal.py`` and ``letters.may_read``. Nothing is changed by reading, but the reading of kept-back words is logged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonzhi_code.cases import Action
from gonzhi_code.words import Words
from service.store import (
    accounts,
    cases,
    clock_runs,
    extensions,
    handling,
    notices,
    photos,
    ratings,
    retention,
    supervisions,
)
from service.store.engine import Tx

from .accounts import User
from .context import Hub
from .custody import Held, custody
from .exclusion import Barred, barred_units
from .extensions import most_days
from .handling import possible
from .handling_asks import unit_choices
from .handling_clocks import clocks_for
from .letters import Letter, letters_of, may_read
from .numbers import read_case_no
from .permissions import Sight, may_reveal, sight
from .rating import Rating, appeal_words, ratings_for
from .refusals import NotAllowed
from .related import Related, related_cases
from .reveal import Shown, log_reading, shown_answers

Row = Mapping[str, Any]
Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Hidden:
    """A case that somebody sees the number of only."""

    case_no: str
    state: str


@dataclass(frozen=True)
class CaseView:
    """One case for one person.

    Args:
        row, moves, photos, supervisions, extensions, notices, resolutions, runs: as the store keeps them, oldest first.
        clocks: its deadlines, nearest first; titles: their names by key.
        appeals: with what the reporter wrote under ``words``.
        held: who had it from when until when. actions: what this person may do now, the obvious next thing first.
        gone: what was taken out of it, and when: ``masked`` who reported it, ``forgotten`` every word.
        barred: units that it is about; units: ids of those it may be given to.
        extendable: clocks that may be extended, and by how many working days at most.
        names: what people are called, by username. main_no: the case it was merged into, ``""`` for none.
        may_open: whether this person may reveal who reported it; shows_photos: and look at the photos.
    """

    row: Row
    moves: Rows
    clocks: Rows
    titles: Mapping[str, Words]
    runs: Rows
    answers: Shown
    photos: Rows
    resolutions: Rows
    supervisions: Rows
    extensions: Rows
    letters: Sequence[Letter]
    ratings: Sequence[Rating]
    appeals: Rows
    notices: Rows
    gone: Mapping[str, dt.datetime]
    related: Sequence[Related]
    held: Sequence[Held]
    actions: tuple[Action, ...]
    barred: Barred
    units: tuple[str, ...]
    extendable: Mapping[str, int]
    names: Mapping[str, str]
    main_no: str
    followers: tuple[str, ...]
    may_open: bool
    shows_photos: bool
    now: dt.datetime


def open_case(hub: Hub, user: User, case_no: str, *, revealed: bool = False) -> CaseView | Hidden:
    """A case as somebody sees it.

    Args:
        case_no: as it was typed or linked.
        revealed: who reported it is shown whole, for :func:`service.hub.reveal.reveal` was called in this request.

    Raises:
        NotAllowed: ``no_case``: there is none of that number, or it does not concern them.
    """
    with hub.store.read() as tx:
        row = cases.get_case(tx, read_case_no(case_no))
        sees = sight(hub.county, user, row) if row else Sight.NONE
        if row is None or sees is Sight.NONE:
            raise NotAllowed("no_case")
        if sees is Sight.NUMBER:
            return Hidden(row["case_no"], row["state"])
        parts = _parts(hub, tx, user, row, revealed)
    log_reading(hub, user, row)
    return CaseView(row=row, related=related_cases(hub, user, row), **parts)


def _parts(hub: Hub, tx: Tx, user: User, row: dict[str, Any], revealed: bool) -> dict[str, Any]:
    now = hub.clock()
    moves, clocks = cases.moves_of(tx, row["id"]), cases.clocks_of(tx, row["id"])
    barred, reads = barred_units(hub, tx, row), may_read(hub, user, row)
    may_open = may_reveal(hub.county, user, row)
    found = {
        "now": now,
        "moves": moves,
        "clocks": clocks,
        "runs": clock_runs.runs_of(tx, row["id"]),
        "titles": {clock.key: clock.title for clock in clocks_for(hub, tx, row)},
        "answers": shown_answers(hub, tx, user, row, revealed=revealed),
        "photos": photos.photos_of(tx, row["id"]),
        "resolutions": handling.resolutions_of(tx, row["id"]),
        "supervisions": supervisions.supervisions_of(tx, row["id"]),
        "extensions": extensions.extensions_of(tx, row["id"]),
        "letters": [letter for letter in letters_of(hub, tx, row) if reads or letter.kind == "note"],
        "ratings": ratings_for(hub, tx, user, row),
        "appeals": [{**one, "words": appeal_words(hub, row, one) if reads else ""} for one in ratings.appeals_of(tx, row["id"])],
        "notices": notices.notices_of(tx, row["id"]),
        "gone": retention.tombstones_of(tx, row["id"]),
        "held": custody(moves, now, hub.county.calendar),
        "actions": possible(hub, user, row, moves),
        "barred": barred,
        "units": unit_choices(hub, tx, user, barred),
        "extendable": {one["key"]: most_days(hub, tx, row, one["key"]) for one in clocks if one["met_at"] is None},
        "main_no": _number_of(tx, row["main_case_id"]),
        "followers": tuple(one["case_no"] for one in cases.merged_into(tx, row["id"])),
        "may_open": may_open,
        "shows_photos": row["visibility"] == "normal" or may_open,
    }
    found["names"] = _names(tx, found)
    return found


def _number_of(tx: Tx, case_id: int | None) -> str:
    row = cases.get_case_by_id(tx, case_id) if case_id is not None else None
    return row["case_no"] if row else ""


def _names(tx: Tx, found: Mapping[str, Any]) -> dict[str, str]:
    """What the people of a history are called; an account that is gone keeps its name of signing in."""
    keys = ("by", "asked_by", "decided_by", "answered_by")
    rows = [*found["moves"], *found["supervisions"], *found["extensions"], *found["appeals"], *found["resolutions"], *found["photos"]]
    usernames = {row[key] for row in rows for key in keys if row.get(key)} | {letter.by for letter in found["letters"]}
    names = {}
    for username in usernames - {"system", "reporter", "hub"}:
        account = accounts.find_user(tx, username)
        names[username] = (account["display_name"] if account else "") or username
    return names


def concerns(hub: Hub, user: User, case_no: str) -> bool:
    """Whether a case of this number is theirs to see, be it the number only."""
    with hub.store.read() as tx:
        row = cases.get_case(tx, read_case_no(case_no))
    return row is not None and sight(hub.county, user, row) > Sight.NONE


def case_photo(hub: Hub, user: User, case_no: str, key: str) -> bytes:
    """A photo of a case, for somebody who may look at it.

    Raises:
        NotAllowed: ``no_case``: whatever the cause.
    """
    with hub.store.read() as tx:
        row = cases.get_case(tx, read_case_no(case_no))
        photo = photos.photo_named(tx, f"{row['case_no']}/{key}") if row else None
    if row is None or photo is None or photo["case_id"] != row["id"] or sight(hub.county, user, row) is not Sight.CASE:
        raise NotAllowed("no_case")
    if row["visibility"] != "normal" and not may_reveal(hub.county, user, row):
        raise NotAllowed("no_case")
    try:
        return hub.photos.get(key)
    except KeyError:
        raise NotAllowed("no_case") from None
