"""The lines, tabs and filters of the queue in the reader's language, ready to draw.

Rule: no names, numbers or words of citizens stand on a list; of a case that shows its number only, number and state do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gonzhi_code.labels import PRIORITIES, STATES, label, time_left
from gonzhi_code.moments import SHANGHAI
from gonzhi_code.words import Words, in_language
from service.hub.accounts import User
from service.hub.context import Hub
from service.hub.queue import MOST_COUNTED, Row
from service.hub.queue_asked import DESK_TABS, Asked

from .look import Look
from .times import urgency

SEALED = Words("（不公开）", "(sealed)")
SHAPES = {"reported": "ring", "accepted": "ring", "assigned": "ring", "acknowledged": "half", "in_handling": "half", "returned": "back"}
"""The shape beside a state; what is over has a full one."""
# Priorities that a row shows as a mark; the ordinary one is no news.
COLOURED = ("yellow", "orange", "red")
OWED = {"acknowledge": Words("签收", "to acknowledge"), "handle": Words("办理", "to settle"), "review": Words("审核", "to review")}
UNASSIGNED, TO_ASSIGN = ("reported", "accepted", "returned"), Words("等待交办", "to be assigned")
TABS: Mapping[str, Words] = {
    "open": Words("全部在办", "All open"),
    "mine": Words("我签收的", "Mine"),
    "new": Words("待签收", "New"),
    "today": Words("今日到期", "Due today"),
    "late": Words("已超时", "Late"),
    "returned": Words("退回", "Sent back"),
    "reopened": Words("重办", "Reopened"),
    "marked": Words("问题码", "Marked code"),
    "review": Words("待审核", "To review"),
    "decide": Words("待决定", "To decide"),
    "closed": STATES["closed"],
    "all": Words("全部", "All"),
}
SORTS = {"late": Words("先到期的在前", "Due first"), "new": Words("新来的在前", "Newest first")}
GRADED = {
    "good": Words("满意（4–5 分）", "Satisfied (4–5)"), "fair": Words("基本满意以上（3–5 分）", "Fair or better (3–5)"), "bad": Words("不满意（1–2 分）", "Dissatisfied (1–2)"),
    **{str(one): Words(f"{one} 分", f"Grade {one}") for one in range(5, 0, -1)}, "none": Words("未评价", "Not rated"),
}  # fmt: skip


class Lines:
    """Draws lines for one reader.

    Args:
        now: the time that is left is counted from here.
    """

    def __init__(self, hub: Hub, look: Look, now: dt.datetime) -> None:
        self.hub, self.look, self.now = hub, look, now

    def say(self, words: str | None) -> str:
        """The wording in the reader's language."""
        return in_language(words, self.look.lang) if words else ""

    def row(self, row: Row) -> dict[str, Any]:
        """One line."""
        plan = self.hub.plans.get(row.scene_key)
        told = {
            "case_no": row.case_no,
            "state": self.say(label(row.state)),
            "shape": SHAPES.get(row.state, "full"),
            "hidden": row.hidden,
            "scene_key": row.scene_key,
            "scene": self.say(plan.scene.title) if plan else self.say(SEALED) if row.hidden else row.scene_key,
            "marks": self._marks(row),
            "lead": row.lead,
            "place": row.place,
            "summary": row.summary,
            "received": self.say(_short(row.received_at)) if row.received_at else "",
            "acknowledgeable": row.acknowledgeable,
        }
        if row.due:
            told["left"] = self.say(time_left(row.due.deadline, self.now, self.hub.county.calendar, row.due.unit))
            told["owed"] = self.say(OWED[row.due.key])
            told["urgency"] = urgency(row.due.deadline.at, self.now)
        elif row.state in UNASSIGNED:
            told["owed"] = self.say(TO_ASSIGN)
        return told

    def _marks(self, row: Row) -> list[dict[str, str]]:
        marks = [(row.priority, label(row.priority))] if row.priority in COLOURED else []
        if row.unread:
            marks.append(("blue", Words("有新回复", "New reply")))
        if row.supervised:
            marks.append(("red", Words("督办", "Supervised")))
        if row.reopenings:
            marks.append(("orange", Words("重办", "Reopened")))
        if row.returns:
            marks.append(("", Words(f"退回 {row.returns} 次", f"Sent back × {row.returns}")))
        marks += [("", label(mark)) for mark in row.marks]
        return [{"kind": kind, "text": self.say(text)} for kind, text in marks]

    def tabs(self, asked: Asked, counts: Mapping[str, int], total: int) -> list[dict[str, Any]]:
        """The tabs under the same filters; those that are over show their number only where they are open."""
        numbers: dict[str, int | None] = {**dict.fromkeys(TABS), **counts, asked.tab: total}
        return [
            {"key": tab, "text": self.say(words), "href": self.address(asked.at(tab=tab)), "here": tab == asked.tab, "count": _shown(numbers[tab])}
            for tab, words in TABS.items()
            if tab != "decide" or tab in counts
        ]

    def sorts(self, asked: Asked) -> list[dict[str, Any]]:
        """The two orders of what lies on a desk; what is over stands newest first."""
        if asked.tab not in DESK_TABS:
            return []
        return [{"text": self.say(words), "href": self.address(asked.at(sort=key)), "here": key == asked.sort} for key, words in SORTS.items()]

    def address(self, asked: Asked, **more: str) -> str:
        """The address of a list."""
        return self.look.link("/desk", **asked.params(), **more)

    def chips(self, asked: Asked) -> list[dict[str, str]]:
        """The filters in force, each with the address that drops it."""
        units, townships = self.hub.county.units, self.hub.county.townships
        flags = {"late": Words("超过时限", "Ran late"), "returned": Words("退回过", "Was sent back"), "reopened": Words("重办过", "Was reopened")}
        told = {
            "scene": self.hub.plans[asked.scene].scene.title if asked.scene else "",
            "township": townships[asked.township].name if asked.township else "",
            "unit": units[asked.unit].name if asked.unit else "",
            "state": label(asked.state) if asked.state else "",
            "priority": label(asked.priority) if asked.priority else "",
            "grade": GRADED[asked.grade] if asked.grade else "",
            "marked": Words("问题码", "Marked code") if asked.marked == "1" else label(asked.marked) if asked.marked else "",
            "first": Words(f"{asked.first} 起", f"from {asked.first}") if asked.first else "",
            "last": Words(f"{asked.last} 止", f"to {asked.last}") if asked.last else "",
            **{name: words if getattr(asked, name) else "" for name, words in flags.items()},
            "words": f"“{asked.words}”" if asked.words else "",
        }
        empty = Asked()
        return [
            {"text": self.say(words), "href": self.address(replace(asked, **{name: getattr(empty, name)}))} for name, words in told.items() if words
        ]

    def choices(self, asked: Asked, user: User) -> list[dict[str, Any]]:
        """The filter selects: name, label, and options with the chosen one marked."""
        county = self.hub.county
        groups: list[tuple[str, Words, str, list[tuple[str, str]]]] = [
            ("scene", Words("场景", "Scene"), asked.scene, [(key, plan.scene.title) for key, plan in self.hub.plans.items()]),
            ("state", Words("状态", "State"), asked.state, list(STATES.items())),
            ("priority", Words("级别", "Priority"), asked.priority, list(PRIORITIES.items())),
            ("grade", Words("评价", "Rating"), asked.grade, list(GRADED.items())),
        ]
        if user.role in ("centre", "auditor"):
            groups.insert(1, ("township", Words("镇街", "Township"), asked.township, [(one.id, one.name) for one in county.townships.values()]))
        if user.role in ("centre", "auditor", "township"):
            own = [unit for unit in county.units.values() if user.role != "township" or unit.township_id in ("", user.township_id)]
            groups.insert(2, ("unit", Words("主办单位", "Lead"), asked.unit, [(unit.id, unit.name) for unit in own]))
        return [
            {"name": name, "label": self.say(words), "options": [(value, self.say(text), value == chosen) for value, text in options]}
            for name, words, chosen, options in groups
        ]


def _short(at: dt.datetime) -> Words:
    """Day and minute as narrow as a column needs."""
    local = at.astimezone(SHANGHAI)
    return Words(f"{local:%m-%d %H:%M}", f"{local.day} {local:%b %H:%M}")


def _shown(count: int | None) -> str:
    if count is None:
        return ""
    return f"{MOST_COUNTED}+" if count >= MOST_COUNTED else str(count)
