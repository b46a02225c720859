"""The charts of the board with their titles: each title is the answer to the one question its chart asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from gonzhi_code.words import Words, in_language
from service.hub.board import Board, Line

from .charts import Bar, Columns, bars, columns, percent
from .look import Look

MOST_BARS = 17
"""The sixteen townships, and cases whose place nobody knows."""

Link = Callable[..., str]
"""Makes the address of the queue for one more filter."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure at the top: what it is, how much, of how much, and how it was in the span before."""

    name: Words
    number: str
    of: str
    before: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar that is split: place and width in 0 to 100, a class, and its words."""

    x: float
    width: float
    kind: str
    words: Words
    count: int
    href: str = ""


@dataclass(frozen=True)
class Charts:
    """Everything drawn on the board."""

    by_township: tuple[Words, list[Bar]]
    minute: tuple[Words, list[Bar]]
    by_day: tuple[Words, Columns]
    in_time: tuple[Words, list[Bar]]
    ratings: tuple[Words, list[Part]]


def tiles(board: Board, link: Link) -> list[Tile]:
    """The five figures everybody asks for first, with those of the span before."""
    now, before = board.total, board.former

    def share(zh: str, en: str, part: str, whole: str, **filters: str) -> Tile:
        of = f"{now[part]}/{now[whole]}" if now[whole] else ""
        return Tile(Words(zh, en), percent(now.share(part, whole)), of, percent(before.share(part, whole)), link(**filters) if filters else "")

    return [
        Tile(Words("收到", "Received"), str(now["received"]), "", str(before["received"]), link()),
        share("一分钟内交办到位", "On the unit's desk within a minute", "delivered_in_time", "received"),
        share("按时签收", "Acknowledged in time", "acknowledged_in_time", "acknowledge_due"),
        share("按期办结", "Closed in time", "closed_in_time", "came_due"),
        share("满意（未评不算）", "Satisfied (unrated is not)", "satisfied", "judged"),
        Tile(Words("超时", "Late"), str(now["late"]), "", str(before["late"]), link(late="1")),
    ]


def charts(board: Board, look: Look, link: Link) -> Charts:
    """The charts of a board.

    Args:
        link: the address of the queue with the board's own filters and those given.
    """
    return Charts(_by_township(board, look, link), _minute(board, look, link), _by_day(board, look, link), _in_time(board, look, link), _ratings(board, link))


def _name(line: Line, look: Look) -> str:
    return in_language(line.name, look.lang)


def _by_township(board: Board, look: Look, link: Link) -> tuple[Words, list[Bar]]:
    lines = board.townships[:MOST_BARS]
    if not lines:
        return Words("这段时间没有收到件", "Nothing was received"), []
    most, share = lines[0], percent(lines[0].share("received", "received") and lines[0]["received"] / board.total["received"])
    title = Words(f"{most.name}最多：{most['received']} 件，占 {share}", f"Most from {most.name.en}: {most['received']}, {share} of all")
    rows = [(_name(line, look), float(line["received"]), str(line["received"]), link(township=line.id) if line.id else "") for line in lines]
    return title, bars(rows)


def _minute(board: Board, look: Look, link: Link) -> tuple[Words, list[Bar]]:
    late = [(line, line["received"] - line["delivered_in_time"]) for line in board.townships]
    late = sorted(((line, count) for line, count in late if count), key=lambda one: -one[1])
    total = sum(count for _, count in late)
    if not total:
        return Words("每一件都在一分钟内交办到位", "Every case was on its unit's desk within a minute"), []
    worst, count = late[0]
    title = Words(f"{total} 件超过一分钟才到位，{worst.name} {count} 件", f"{total} took longer than a minute, {count} of them in {worst.name.en}")
    rows = [
        (_name(line, look), float(count), f"{count}/{line['received']}", link(township=line.id) if line.id else "")
        for line, count in late[:MOST_BARS]
    ]
    return title, bars(rows)


def _by_day(board: Board, look: Look, link: Link) -> tuple[Words, Columns]:
    most = max(board.days, key=lambda line: line["received"], default=None)
    if most is None or not most["received"]:
        return Words("这段时间没有收到件", "Nothing was received"), columns([])
    rows = []
    for line in board.days:
        first, last = _span(line.id)
        words = in_language(day_words(line.id), look.lang)
        short = line.id[8:].lstrip("0") if len(line.id) > 7 else line.id[5:].lstrip("0")
        rows.append((f"{words}：{line['received']}", short, line["received"], link(**{"from": first, "to": last})))
    title = day_words(most.id)
    return Words(f"{title}最多，{most['received']} 件", f"Most on {title.en}: {most['received']}"), columns(rows)


def _in_time(board: Board, look: Look, link: Link) -> tuple[Words, list[Bar]]:
    due = [line for line in board.scenes if line["came_due"]]
    if not due:
        return Words("还没有到期或办结的件", "Nothing has come due or was closed"), []
    worst = min(due, key=lambda line: (line.share("closed_in_time", "came_due") or 0.0, -line["came_due"]))
    share = worst.share("closed_in_time", "came_due") or 0.0
    title = Words(f"{worst.name}按期办结最少：{percent(share)}", f"Least in time: {worst.name.en}, {percent(share)}")
    if share == 1:
        title = Words("到期的件全部按期办结", "Everything that came due was closed in time")
    rows = [
        (_name(line, look), line.share("closed_in_time", "came_due") or 0.0,
         f"{percent(line.share('closed_in_time', 'came_due'))}  {line['closed_in_time']}/{line['came_due']}", link(scene=line.id))
        for line in due
    ]  # fmt: skip
    return title, [replace(bar, kind=line.id) for bar, line in zip(bars(rows, whole=1.0), due, strict=True)]


def _ratings(board: Board, link: Link) -> tuple[Words, list[Part]]:
    total = board.total
    counts = (
        ("good", Words("满意", "Satisfied"), total["satisfied"], link(state="closed", grade="fair")),
        ("none", Words("未评", "Unrated"), total["unrated"], link(state="closed", grade="none")),
        ("bad", Words("不满意", "Not satisfied"), total["bad"], link(grade="bad")),
    )
    whole = sum(count for _, _, count, _ in counts)
    if not whole:
        return Words("还没有办结的件", "Nothing was closed yet"), []
    parts, x = [], 0.0
    for kind, words, count, href in counts:
        width = 100 * count / whole
        parts.append(Part(round(x, 2), round(width, 2), kind, words, count, href))
        x += width
    good, none = total["satisfied"], total["unrated"]
    title = Words(
        f"办结或评过的 {whole} 件里，{good} 件满意，{total['bad']} 件不满意，{none} 件未评",
        f"Of {whole} closed or rated, {good} satisfied, {total['bad']} not, {none} unrated",
    )
    return title, parts


def day_words(day: str) -> Words:
    """A day or month of a line in words."""
    if len(day) == len("2026-11"):
        month = dt.date.fromisoformat(f"{day}-01")
        return Words(f"{month.year} 年 {month.month} 月", f"{month:%B %Y}")
    date = dt.date.fromisoformat(day)
    return Words(f"{date.month} 月 {date.day} 日", f"{date.day} {date:%B}")


def _span(day: str) -> tuple[str, str]:
    if len(day) == len("2026-11"):
        first = dt.date.fromisoformat(f"{day}-01")
        return first.isoformat(), ((first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)).isoformat()
    return day, day
