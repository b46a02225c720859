"""How a case can end (核处结论): the words a unit chooses from when it gives its result.

The rule it keeps: a conclusion is chosen, never written, so that results can be counted; a stored word is never renamed.
A scene states its own, or takes those of every scene. Where a thing was mended, a photo of the mended thing belongs to it.

Source: the national wage platform keeps ten conclusions whose names are not published; the lists are ours after its model.
"""

from __future__ import annotations

from dataclasses import dataclass

from .words import Words


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One way a case can end.

    Args:
        key: stable ASCII word of at most 32 characters; title: for people.
        photos: a photo of how it looks now must be attached.
    """

    key: str
    title: Words
    photos: bool = False


def conclude(key: str, zh: str, en: str, *, photos: bool = False) -> Conclusion:
    """A conclusion from its word and its two wordings."""
    return Conclusion(key, Words(zh, en), photos)


UNTRUE = conclude("untrue", "不属实", "Not so")
UNREACHABLE = conclude("unreachable", "无法核实，也联系不上", "Cannot be checked, nobody answers")
DUPLICATE = conclude("duplicate", "重复反映", "Reported before")
ELSEWHERE = conclude("elsewhere", "不属本地管辖", "Outside this county")
COMMON = (UNTRUE, UNREACHABLE, DUPLICATE, ELSEWHERE)
"""Ends that any scene has."""

ORDINARY = (
    conclude("solved", "已解决", "Solved"),
    conclude("solved_in_part", "部分解决", "Solved in part"),
    conclude("planned", "已列入计划", "Planned"),
    conclude("explained", "已解释说明", "Explained"),
    conclude("other_channel", "已引导走法定渠道", "Sent to the legal channel"),
    *COMMON,
)
"""The conclusions of a scene that states none."""
