"""Points in time in words, in the county's own time."""

from __future__ import annotations

import datetime as dt

from gonzhi_code.deadlines import Deadline
from gonzhi_code.moments import SHANGHAI
from gonzhi_code.words import Words

# Under this a deadline counts as near.
SOON_SECONDS = 2 * 3600


def moment(at: dt.datetime) -> Words:
    """Day and minute: ``11 月 24 日 10:30``."""
    local = at.astimezone(SHANGHAI)
    return Words(f"{local.month} 月 {local.day} 日 {local:%H:%M}", f"{local.day} {local:%b, %H:%M}")


def day(at: dt.datetime) -> Words:
    """The day with its year, for what is looked at years later: ``2029 年 11 月 24 日``."""
    local = at.astimezone(SHANGHAI)
    return Words(f"{local.year} 年 {local.month} 月 {local.day} 日", f"{local.day} {local:%b %Y}")


def until(deadline: Deadline) -> Words:
    """When a deadline ends; a provisional one says so."""
    when = moment(deadline.at)
    if not deadline.provisional:
        return when
    return Words(f"{when}（明年的放假安排还没公布，可能调整）", f"{when.en} (next year's holidays are not published yet; this may change)")


def urgency(due: dt.datetime | None, now: dt.datetime) -> str:
    """``"late"``, ``"soon"`` or ``""``."""
    if due is None:
        return ""
    seconds = (due - now).total_seconds()
    return "late" if seconds < 0 else "soon" if seconds < SOON_SECONDS else ""
