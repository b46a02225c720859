"""The list of posters and what is the matter with them: by township, the dead, the odd, those to be inspected.

The rule it keeps: a township sees the posters of its own area; what makes a poster odd is counted without knowing anybody
(openings in an hour, phones near or far, cases that tell of another township), and is shown with its reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gonzhi_code.areas import County
from gonzhi_code.cases import State
from gonzhi_code.errors import UnknownScene
from gonzhi_code.scenes import scene_code_of
from gonzhi_code.words import Words
from service.store import poster_lists
from service.store.engine import Tx
from service.store.poster_lists import Wanted

from .accounts import User
from .context import Hub, local_day
from .permissions import Verb, may, townships_of
from .posting import HANGING, Life
from .scancounts import hourly_key
from .tampering import RULE_ID

PAGE = 50
MOST_POINTS = 2000
LOOK_BACK_DAYS = 30
"""Over how many days scans are added up and oddities looked for."""
BUSY_DAYS = 2
"""The hourly counters are kept that long."""
LEAST_FAR = 3
LEAST_ELSEWHERE = 3
"""One citizen who files at home, or tells of another town, makes no poster odd."""
OVER_STATES = frozenset({State.CLOSED.value, State.REJECTED.value, State.MERGED.value})
ONLY = ("dead", "odd", "overdue")


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is asked for; ``""`` for anything. ``only`` is one of :data:`ONLY`."""

    township_id: str = ""
    life: str = ""
    scene_key: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True)
class ListedPoster:
    """One line.

    Args:
        row: columns of ``codes`` and of the spot; scans: counts of the last :data:`LOOK_BACK_DAYS` days; why: what is odd.
    """

    row: Mapping[str, Any]
    scans: Mapping[str, int]
    why: tuple[Words, ...] = ()
    dead: bool = False
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class PosterPage:
    """One page of the list.

    Args:
        after: for the next page, ``""`` where this is the last.
        totals: of the area and township: by life, and by each word of :data:`ONLY`; townships: the same by township and life.
    """

    rows: tuple[ListedPoster, ...]
    after: str
    totals: Mapping[str, int]
    townships: Mapping[str, Mapping[str, int]]


def may_list(user: User) -> bool:
    """Whether somebody sees the list at all."""
    return may(user, Verb.MANAGE_CODES) or may(user, Verb.POST_CODES)


def area_of(county: County, user: User) -> tuple[str, ...] | None:
    """Prefixes of the places whose posters somebody sees; None for the whole county."""
    if not user.township_id:
        return None
    if user.role == "grid" and user.area_ids:
        return tuple(sorted(user.area_ids))
    return tuple(township[:9] for township in townships_of(county, user))


def wanted_of(hub: Hub, user: User, asked: Filter) -> Wanted:
    """The store's question for a filter, without the odd ones."""
    places = area_of(hub.county, user)
    if asked.township_id:
        prefix = asked.township_id[:9]
        places = (prefix,) if places is None else tuple(place for place in places if place.startswith(prefix))
    wanted = Wanted(places, lives=(asked.life,) if asked.life in set(Life) else ())
    if asked.scene_key:
        try:
            wanted = replace(wanted, scene_code=scene_code_of(asked.scene_key))
        except UnknownScene:
            wanted = replace(wanted, ids=())
    if asked.only == "dead":
        return _dead(hub, wanted)
    return _overdue(hub, wanted) if asked.only == "overdue" else wanted


def _dead(hub: Hub, wanted: Wanted) -> Wanted:
    moment = hub.clock() - dt.timedelta(days=int(hub.county.settings["posters.dead_days"]))
    return replace(wanted, unscanned_since=(local_day(moment), moment), hanging=tuple(sorted(HANGING)))


def _overdue(hub: Hub, wanted: Wanted) -> Wanted:
    return replace(wanted, inspect_before=hub.today())


def poster_list(hub: Hub, user: User, asked: Filter, after: str = "", *, limit: int = PAGE) -> PosterPage:
    """One page of the list, and the counts above it."""
    wanted = wanted_of(hub, user, asked)
    with hub.store.read() as tx:
        odd = oddities(hub, tx)
        if asked.only == "odd":
            wanted = replace(wanted, ids=tuple(sorted(odd)))
        rows = poster_lists.poster_page(tx, wanted, _cursor(after), limit + 1)
        more, rows = len(rows) > limit, rows[:limit]
        ids = tuple(row["id"] for row in rows)
        scans = poster_lists.scans_of(tx, ids, hub.today() - dt.timedelta(days=LOOK_BACK_DAYS)) if ids else {}
        dead = {row["id"] for row in poster_lists.poster_page(tx, replace(_dead(hub, wanted), ids=ids), None, limit)} if ids else set()
        totals, townships = _totals(hub, tx, wanted_of(hub, user, Filter(asked.township_id)), odd)
    listed = tuple(
        ListedPoster(
            row, scans.get(row["id"], {}), odd.get(row["id"], ()), row["id"] in dead, bool(row["inspect_by"] and row["inspect_by"] < hub.today())
        )
        for row in rows
    )
    last = rows[-1] if more else None
    return PosterPage(listed, f"{last['place_id']}.{last['id']}" if last else "", totals, townships)


def poster_points(hub: Hub, user: User, asked: Filter) -> list[dict[str, Any]]:
    """The posters of a filter whose position is known, at most :data:`MOST_POINTS`."""
    wanted = wanted_of(hub, user, asked)
    with hub.store.read() as tx:
        if asked.only == "odd":
            wanted = replace(wanted, ids=tuple(sorted(oddities(hub, tx))))
        return poster_lists.poster_points(tx, wanted, MOST_POINTS)


def oddities(hub: Hub, tx: Tx) -> dict[int, tuple[Words, ...]]:
    """Code id -> why its poster is odd."""
    now, least = hub.clock(), int(hub.county.settings["posters.opens_an_hour"])
    since = now - dt.timedelta(days=LOOK_BACK_DAYS)
    open_states = [state.value for state in State if state.value not in OVER_STATES]
    found: dict[int, tuple[Words, ...]] = {}

    def note(counts: Mapping[int, int], zh: str, en: str) -> None:
        for code_id, count in counts.items():
            found[code_id] = (*found.get(code_id, ()), Words(zh.format(count), en.format(count)))

    note(poster_lists.suspect_codes(tx, RULE_ID, open_states), "{} 人说它被动过", "{} say it was tampered with")
    prefix = hourly_key(0)[:-1]
    note(poster_lists.busy_codes(tx, now - dt.timedelta(days=BUSY_DAYS), least, prefix), "一小时打开 {} 次", "{} openings in an hour")
    km = hub.county.settings["posters.far_km"]
    note(poster_lists.far_codes(tx, local_day(since), LEAST_FAR), f"{{}} 次在 {km} 公里外扫", f"{{}} scans more than {km} km away")
    note(poster_lists.elsewhere_codes(tx, since, LEAST_ELSEWHERE), "{} 件说的是别的镇街", "{} cases tell of another township")
    return found


def _totals(
    hub: Hub, tx: Tx, wanted: Wanted, odd: Mapping[int, tuple[Words, ...]]
) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    townships: dict[str, dict[str, int]] = {}
    totals = {life.value: 0 for life in Life}
    for (township, life), count in poster_lists.lives_by_township(tx, wanted).items():
        townships.setdefault(f"{township}000", {})[life] = count
        totals[life] = totals.get(life, 0) + count
    totals["dead"] = poster_lists.count_posters(tx, _dead(hub, wanted))
    totals["overdue"] = poster_lists.count_posters(tx, _overdue(hub, wanted))
    totals["odd"] = poster_lists.count_posters(tx, replace(wanted, ids=tuple(sorted(odd)))) if odd else 0
    return totals, townships


def _cursor(text: str) -> tuple[str, int] | None:
    place, _, number = text.partition(".")
    return (place, int(number)) if place.isdecimal() and len(place) == 12 and number.isdecimal() and len(number) < 19 else None
