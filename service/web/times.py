"""Points in time in words, in the county's own time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from gonzhi_code.deadlines import Deadline
from gonzhi_code.words import Words

ZONE = ZoneInfo("Asia/Shanghai")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# Under this a deadline counts as near.
SOON_SECONDS = 2 * _HOUR


def moment(at: dt.datetime) -> Words:
    """Day and minute: ``11 月 24 日 10:30``."""
    local = at.astimezone(ZONE)
    return Words(f"{local.month} 月 {local.day} 日 {local:%H:%M}", f"{local.day} {local:%b, %H:%M}")


def until(deadline: Deadline) -> Words:
    """When a deadline ends; a provisional one says so."""
    when = moment(deadline.at)
    if not deadline.provisional:
        return when
    return Words(f"{when}（明年的放假安排还没公布，可能调整）", f"{when.en} (next year's holidays are not published yet; this may change)")


def _length(seconds: int) -> Words:
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = rest // _MINUTE
    if days:
        return Words(f"{days} 天 {hours} 小时", f"{days} d {hours} h")
    if hours:
        return Words(f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min")
    return Words(f"{minutes} 分钟", f"{minutes} min")


def left(due: dt.datetime, now: dt.datetime) -> Words:
    """How long there is, or by how much it is late."""
    seconds = int((due - now).total_seconds())
    length = _length(abs(seconds))
    return Words(f"超时 {length}", f"late by {length.en}") if seconds < 0 else Words(f"还剩 {length}", f"{length.en} left")


def urgency(due: dt.datetime | None, now: dt.datetime) -> str:
    """``"late"``, ``"soon"`` or ``""``."""
    if due is None:
        return ""
    seconds = (due - now).total_seconds()
    return "late" if seconds < 0 else "soon" if seconds < SOON_SECONDS else ""
