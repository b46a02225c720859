"""The supervision board: what came in, what became of it, who is late; for the county, a township, or one unit.

The rules it keeps:

* All figures of a line are about the same cases, those reported in the span; "in time" leaves out what is not due yet.
* Unrated is not satisfied: the share of the satisfied is of all that was closed or rated badly, not of what was rated.
* Sealed cases (minors) stand in no line, list or link, since a count of one in a village is a child. The centre and the
  auditor see how many there are in the whole county, and no number under five.
* A command room's board is of its own area, whatever the address asks for.

Sources: 国办发〔2020〕53号 (督办、评价); 政务服务“好差评”, five grades of which the last two are bad.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gonzhi_code.words import Words
from service.store import figures
from service.store.figures import COUNTS, Which

from .accounts import User
from .context import SHANGHAI, Hub
from .dispatch_watch import PROMISED_SECONDS, Waiting, undelivered
from .health import calendar_short
from .permissions import SEES_ALL, Verb, may, townships_of
from .receipts import unit_of

PROMISED = dt.timedelta(seconds=PROMISED_SECONDS)
CLOCKS = figures.OWED
"""The clocks that a unit is measured by, in the order of the work."""
LONGEST_DAYS = 366
"""A longer span is cut off at its beginning."""
DAYS_EACH = 62
"""Up to so many days each has a column of its own; beyond, each month has."""
LIST_LENGTH = 20
FEW = 5
"""A count of sealed cases below this is not told."""


class NotForThem(Exception):
    """The account has no board, or may not take figures away."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A span of days and filters, as an address asks for them; the names there are those of the desk's queue."""

    first: dt.date
    last: dt.date
    scene: str = ""
    township: str = ""
    unit: str = ""

    def params(self, **more: str) -> dict[str, str]:
        """What an address must hold to ask the same."""
        named = {"from": self.first.isoformat(), "to": self.last.isoformat(), "scene": self.scene, "township": self.township, "unit": self.unit}
        return {name: value for name, value in {**named, **more}.items() if value}

    def former(self) -> Asked:
        """The span before: the same days of the month before where it starts with a month, otherwise as many days."""
        day = dt.timedelta(days=1)
        if self.first.day == 1 and (self.first.year, self.first.month) == (self.last.year, self.last.month):
            end = self.first - day
            whole = (self.last + day).day == 1
            return replace(self, first=end.replace(day=1), last=end if whole else end.replace(day=min(self.last.day, end.day)))
        length = self.last - self.first + day
        return replace(self, first=self.first - length, last=self.first - day)


@dataclass(frozen=True, slots=True)
class Line:
    """The counts of one township, scene, unit or day; ``id`` is ``""`` for cases whose place nobody knows."""

    id: str
    name: Words
    counts: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        return self.counts[name]

    def share(self, part: str, whole: str) -> float | None:
        """A part of a whole, 0 to 1; None where there is nothing to have a part of."""
        return self.counts[part] / self.counts[whole] if self.counts[whole] else None


@dataclass(frozen=True, slots=True)
class Punctual:
    """How many clocks of each kind a unit met in the span, and how many there were: of cases it held when they ended."""

    name: Words
    counts: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Board:
    """Everything the page shows. ``sealed`` is None where it is not told, and ``few_sealed`` says that it is under five."""

    asked: Asked
    total: Line
    former: Line
    townships: list[Line]
    scenes: list[Line]
    units: list[Line]
    days: list[Line]
    punctual: list[Punctual] = field(default_factory=list)
    late: list[dict[str, Any]] = field(default_factory=list)
    matters: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    sealed: int | None = None
    few_sealed: bool = False
    calendar_until: dt.date | None = None


def read_asked(hub: Hub, args: Mapping[str, str]) -> Asked:
    """What an address asks; nonsense asks nothing. Without a span it is the month up to today."""
    today = hub.today()
    first, last = _day(args.get("from", "")), _day(args.get("to", ""))
    if first is None or last is None or first > last:
        first, last = today.replace(day=1), today
    first = max(first, last - dt.timedelta(days=LONGEST_DAYS - 1))

    def one_of(name: str, known: Iterable[str]) -> str:
        return args[name] if args.get(name, "") in known else ""

    return Asked(first, last, one_of("scene", hub.plans), one_of("township", hub.county.townships), one_of("unit", hub.county.units))


def which(hub: Hub, user: User, asked: Asked) -> Which:
    """The cases somebody may have figures of, and asks for.

    Raises:
        NotForThem: no board for this account.
    """
    if not may(user, Verb.SEE_BOARD):
        raise NotForThem
    townships: tuple[str, ...] = (asked.township,) if asked.township else ()
    unit_id = asked.unit
    if user.role not in SEES_ALL:
        own = townships_of(hub.county, user)
        if own:
            townships = tuple(one for one in own if not asked.township or one == asked.township) or own
        else:
            unit_id = user.unit_id
    return Which(_midnight(asked.first), _midnight(asked.last + dt.timedelta(days=1)), townships, unit_id, asked.scene)


def board(hub: Hub, user: User, asked: Asked) -> Board:
    """The board for somebody.

    Raises:
        NotForThem: no board for this account.
    """
    now, cases = hub.clock(), which(hub, user, asked)
    everything = user.role in SEES_ALL
    unfiltered = everything and not (asked.scene or asked.township or asked.unit)
    with hub.store.read() as tx:
        rows = figures.cube(tx, cases, now, PROMISED)
        before = figures.cube(tx, which(hub, user, asked.former()), now, PROMISED)
        runs = figures.runs_by_unit(tx, cases)
        late = figures.late_cases(tx, cases, now, LIST_LENGTH)
        matters = figures.open_matters(tx, cases, LIST_LENGTH)
        sealed = figures.sealed_count(tx, cases.since, cases.before) if unfiltered else None
    few = sealed is not None and 0 < sealed < FEW
    waiting = [one for one in undelivered(hub) if not cases.township_ids or one.township_id in cases.township_ids]
    return Board(
        asked=asked,
        total=_sum("", Words("合计", "All"), rows),
        former=_sum("", Words("上期", "Before"), before),
        townships=_lines(rows, "township_id", lambda one: _town(hub, one)),
        scenes=_lines(rows, "scene_key", lambda one: hub.plans[one].scene.title if one in hub.plans else Words(one)),
        units=_lines(rows, "unit_id", lambda one: _unit(hub, one)),
        days=_days(rows, asked),
        punctual=_punctual(hub, runs),
        late=late,
        matters=matters,
        waiting=waiting if everything or cases.township_ids else [],
        sealed=None if few else sealed,
        few_sealed=few,
        calendar_until=calendar_short(hub),
    )


def _lines(rows: list[dict[str, Any]], key: str, name: Callable[[str], Words]) -> list[Line]:
    """One line for each value of a column, the most received first."""
    by: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by.setdefault(row[key], []).append(row)
    lines = [_sum(one, name(one), some) for one, some in by.items()]
    return sorted(lines, key=lambda line: (-line["received"], line.id))


def _punctual(hub: Hub, runs: list[dict[str, Any]]) -> list[Punctual]:
    """One line for each unit, the one that was late most often first."""
    by: dict[str, dict[str, tuple[int, int]]] = {}
    for row in runs:
        by.setdefault(row["unit_id"], {})[row["key"]] = (row["met"], row["met"] + row["late"])
    worst = sorted(by, key=lambda one: (sum(met - whole for met, whole in by[one].values()), one))
    return [Punctual(_unit(hub, one), by[one]) for one in worst]


def _days(rows: list[dict[str, Any]], asked: Asked) -> list[Line]:
    """A line for every day of the span, also those on which nothing came; for every month where they are many."""
    each = (asked.last - asked.first).days < DAYS_EACH
    days = [asked.first + dt.timedelta(days=number) for number in range((asked.last - asked.first).days + 1)]
    by: dict[str, list[dict[str, Any]]] = {(day.isoformat() if each else day.isoformat()[:7]): [] for day in days}
    for row in rows:
        by.setdefault(row["day"] if each else row["day"][:7], []).append(row)
    return [_sum(one, Words(one), by[one]) for one in sorted(by)]


def _sum(one: str, name: Words, rows: Iterable[Mapping[str, Any]]) -> Line:
    counts = dict.fromkeys(COUNTS, 0)
    for row in rows:
        for count in COUNTS:
            counts[count] += row[count]
    return Line(one, name, counts)


def _town(hub: Hub, one: str) -> Words:
    town = hub.county.townships.get(one)
    return Words(town.name, town.name_en or town.name) if town else Words("地点不明", "Place unknown")


def _unit(hub: Hub, one: str) -> Words:
    unit = unit_of(hub, one)
    return Words(unit.name, unit.name_en or unit.name)


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), SHANGHAI)
