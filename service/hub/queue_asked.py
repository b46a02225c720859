"""What somebody asks of the queue: a tab, an order, filters. Read from an address and written back into one.

The rule it keeps: nonsense in an address asks nothing; what is asked stands in the address, so a list can be kept and passed
on; and nothing personal stands there, so telephone numbers are never among the words (queue_search.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gonzhi_code.cases import State
from gonzhi_code.rules import Priority
from service.store.queue_sql import Scope, Wanted

from .accounts import User
from .context import SHANGHAI, Hub
from .permissions import SEES_ALL, Verb, may, townships_of

OPEN = tuple(state.value for state in (State.REPORTED, State.ACCEPTED, State.ASSIGNED, State.ACKNOWLEDGED, State.IN_HANDLING, State.RETURNED))
NEW = tuple(state.value for state in (State.REPORTED, State.ACCEPTED, State.ASSIGNED))
OVER = tuple(state.value for state in (State.CLOSED, State.REJECTED, State.MERGED))
USUAL_TAB, USUAL_SORT = "open", "late"
DESK_TABS = ("open", "mine", "new", "today", "late", "returned", "reopened", "marked", "review")
"""Tabs over what lies on a desk; each has its number."""
TABS = (*DESK_TABS, "decide", "closed", "all")
"""``decide``: more time, or being taken up again, was asked for; some of these cases are closed."""
SORTS = (USUAL_SORT, "new")
GRADES: Mapping[str, tuple[int, ...]] = {"good": (4, 5), "fair": (3, 4, 5), "bad": (1, 2), **{str(one): (one,) for one in range(1, 6)}}
UNRATED = "none"
MOST_WORDS, LONGEST_WORDS = 5, 60
_MARKED = ("retired", "lost", "revoked", "expired", "malformed", "unknown_version", "unknown_key", "bad_signature", "unknown_spot")


@dataclass(frozen=True, slots=True)
class Asked:
    """A tab, an order, and filters; the names in an address are those of :meth:`params`.

    Args:
        first, last: days in the county, of the report. grade: ``1`` to ``5``, ``good``, ``fair`` (3 and better, what the board counts as satisfied), ``bad`` or ``none``.
        marked: ``1`` for any code that is not good, or the word of one state of a code.
    """

    tab: str = USUAL_TAB
    sort: str = USUAL_SORT
    scene: str = ""
    township: str = ""
    unit: str = ""
    state: str = ""
    priority: str = ""
    grade: str = ""
    marked: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    late: bool = False
    returned: bool = False
    reopened: bool = False
    words: str = ""

    def params(self) -> dict[str, str]:
        """What an address must hold to ask the same again; what is as usual is left out."""
        given = {
            "tab": "" if self.tab == USUAL_TAB and not self.filtered else self.tab,
            "sort": "" if self.sort == USUAL_SORT or self.tab not in DESK_TABS else self.sort,
            "scene": self.scene, "township": self.township, "unit": self.unit, "state": self.state, "priority": self.priority,
            "grade": self.grade, "marked": self.marked,
            "from": self.first.isoformat() if self.first else "", "to": self.last.isoformat() if self.last else "",
            "late": "1" if self.late else "", "returned": "1" if self.returned else "", "reopened": "1" if self.reopened else "",
            "q": self.words,
        }  # fmt: skip
        return {name: value for name, value in given.items() if value}

    def at(self, **changes: str) -> Asked:
        """The same with another tab or order."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def filtered(self) -> bool:
        """Whether anything is asked beside the tab and the order."""
        return replace(self, tab=USUAL_TAB, sort=USUAL_SORT) != _USUAL

    @property
    def of_content(self) -> bool:
        """Whether a filter tells what a case is about, which a case that shows its number only must not answer."""
        return bool(self.scene or self.township or self.unit or self.priority or self.grade or self.marked or self.tab == "marked")


_USUAL = Asked()


def read_asked(hub: Hub, args: Mapping[str, str]) -> Asked:
    """What an address asks; what makes no sense asks nothing."""

    def one_of(name: str, known: tuple[str, ...] | Mapping[str, object]) -> str:
        value = args.get(name, "")
        return value if value in known else ""

    asked = Asked(
        sort=one_of("sort", SORTS) or USUAL_SORT,
        scene=one_of("scene", hub.plans),
        township=one_of("township", hub.county.townships),
        unit=one_of("unit", hub.county.units),
        state=one_of("state", tuple(state.value for state in State)),
        priority=one_of("priority", tuple(one.value for one in Priority)),
        grade=one_of("grade", (*GRADES, UNRATED)),
        marked=one_of("marked", ("1", *_MARKED)),
        first=_day(args.get("from", "")),
        last=_day(args.get("to", "")),
        late=args.get("late") == "1",
        returned=args.get("returned") == "1",
        reopened=args.get("reopened") == "1",
        words=" ".join(args.get("q", "").split())[:LONGEST_WORDS],
    )
    # A list that was drilled into from a figure holds what is over, too, unless a tab is named.
    return asked.at(tab=one_of("tab", TABS) or ("all" if asked.filtered else USUAL_TAB))


def wanted_of(asked: Asked, user: User, now: dt.datetime) -> Wanted:
    """The conditions of a list."""
    wanted = _TABS[asked.tab](user, now)
    states = wanted.states
    if asked.state:
        states = (asked.state,) if not states or asked.state in states else ("none",)
    return replace(
        wanted,
        states=states,
        scene_key=asked.scene,
        township_id=asked.township,
        unit_id=asked.unit,
        priority=asked.priority,
        grades=GRADES.get(asked.grade, ()),
        unrated=asked.grade == UNRATED,
        bad_code=wanted.bad_code or asked.marked == "1",
        code_state=asked.marked if asked.marked != "1" else "",
        since=_midnight(asked.first) if asked.first else None,
        before=_midnight(asked.last + dt.timedelta(days=1)) if asked.last else None,
        late_at=now if asked.late else None,
        returned=asked.returned,
        reopened=wanted.reopened or asked.reopened,
        words=tuple(asked.words.split()[:MOST_WORDS]),
        opened=bool(asked.words) or (asked.of_content and user.role not in SEES_ALL),
    )


def decides(user: User) -> bool:
    """Whether somebody decides what others ask for; they alone are shown the tab."""
    return may(user, Verb.DECIDE_EXTENSION) or may(user, Verb.DECIDE_APPEAL)


def scope_of(hub: Hub, user: User) -> Scope:
    """What concerns somebody, and what of it they may open; the same as ``permissions.sight`` says of one case."""
    opens = may(user, Verb.OPEN_SEALED)
    return Scope(
        everything=user.role in SEES_ALL,
        unit_id=user.unit_id,
        township_ids=townships_of(hub.county, user) if user.role == "township" else (),
        village_ids=tuple(sorted(user.area_ids)) if user.role == "grid" else (),
        protected=user.role == "centre",
        sealed=opens,
        sealed_of_others=opens and user.role == "centre",
    )


def _end_of_day(now: dt.datetime) -> dt.datetime:
    return _midnight(now.astimezone(SHANGHAI).date() + dt.timedelta(days=1))


_TABS = {
    "open": lambda user, now: Wanted(on_desk=True, states=OPEN),
    "mine": lambda user, now: Wanted(on_desk=True, states=OPEN, handler=user.username),
    "new": lambda user, now: Wanted(on_desk=True, states=NEW),
    "today": lambda user, now: Wanted(on_desk=True, due_since=now, due_before=_end_of_day(now)),
    "late": lambda user, now: Wanted(on_desk=True, due_before=now),
    "returned": lambda user, now: Wanted(on_desk=True, states=(State.RETURNED.value,)),
    "reopened": lambda user, now: Wanted(on_desk=True, reopened=True),
    "marked": lambda user, now: Wanted(on_desk=True, bad_code=True),
    "review": lambda user, now: Wanted(on_desk=True, states=(State.RESOLVED.value,)),
    "decide": lambda user, now: Wanted(to_decide=True),
    "closed": lambda user, now: Wanted(states=OVER),
    "all": lambda user, now: Wanted(),
}


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day if day and 2000 <= day.year < 2100 else None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), SHANGHAI)
