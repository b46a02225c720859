"""One poster as its page shows it: what it is, what was noted of it, and whether there is a newer printing.

The rule it keeps: what was noted (who, photos, positions) is shown to those of the area and to the county's people; to
another township's officer a poster is only what is printed on it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from service.store import poster_lists, posters

from .accounts import User
from .context import Hub
from .posting import NotPosted, in_area

Row = dict[str, Any]
COUNTED_DAYS = 30


@dataclass(frozen=True, slots=True)
class PosterFile:
    """A poster and its history.

    Args:
        row: columns of ``codes`` and of the spot; events: the oldest first, none where it is not in the person's area.
        newest: token of the newest printing of this spot and scene; event_count: of all there are.
        mine: whether it is in the person's area.
        days: counts of the last :data:`COUNTED_DAYS` days on which there were any, the newest first.
    """

    row: Row
    events: tuple[Row, ...]
    event_count: int
    newest: str
    mine: bool
    days: tuple[Row, ...] = ()


def poster_file(hub: Hub, user: User, token: str) -> PosterFile:
    """The file of a poster.

    Args:
        token: of its code, upper case.

    Raises:
        NotPosted: ``unknown_code``.
    """
    with hub.store.read() as tx:
        row = posters.find_poster(tx, token)
        if row is None:
            raise NotPosted("unknown_code")
        events = posters.events_of(tx, row["id"])
        printings = posters.printings_of(tx, row["issuer"], row["spot_id"], row["scene_code"])
        days = poster_lists.days_of(tx, row["id"], hub.today() - dt.timedelta(days=COUNTED_DAYS))
    mine = in_area(hub, user, row["place_id"])
    return PosterFile(row, tuple(events) if mine else (), len(events), printings[-1]["token"], mine, tuple(days) if mine else ())
