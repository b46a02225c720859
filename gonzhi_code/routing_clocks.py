"""Which clocks run on a case: those of its scene, and those of the hub that the scene does not state itself.

The hub's clocks come from the county's settings ``clock.*``. Their defaults follow published practice of Zhejiang and
neighbouring hotlines: dispatch within a minute (Wenling), acknowledge within two working hours, send back within one
working day, handle in five working days (fifteen where the matter is complex, 24 hours where it is urgent), review in one
working day, rate within seven natural days. For each key the first clock that applies counts, the scene's before the
hub's. Statutory clocks have keys of their own and run beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from .conditions import ALWAYS, Condition, Facts, Test, all_of, field
from .deadlines import Clock, Span, TimeUnit
from .words import Words

SECONDS_PER_MINUTE = 60
_URGENT: Condition = field("urgent") == True  # noqa: E712 - a condition is built here, nothing is compared
_COMPLEX: Condition = field("complex") == True  # noqa: E712
_SETTING = "setting"
# Enough for every mix of choices; free numbers among the facts must not fill the memory.
MOST_KEPT = 256


def _hub(
    key: str, setting: str, unit: TimeUnit, zh: str, en: str, stops: str, starts: str = "assign", when: Condition = ALWAYS
) -> Clock:
    # The amount stands in the county's settings and is filled in when the table is made.
    return Clock(key, Span(0, unit), Words(zh, en), _SETTING, starts, when, f"clock.{setting}", stops)


HUB_CLOCKS = (
    _hub("dispatch", "dispatch_seconds", TimeUnit.MINUTES, "交办", "Dispatch", "assign", starts="report"),
    _hub("acknowledge", "acknowledge_urgent_minutes", TimeUnit.MINUTES, "紧急签收", "Acknowledge, urgent", "acknowledge", when=_URGENT),
    _hub("acknowledge", "acknowledge_hours", TimeUnit.WORKING_HOURS, "签收", "Acknowledge", "acknowledge"),
    _hub("send_back", "send_back_days", TimeUnit.WORKING_DAYS, "退回", "Send back", "send_back"),
    _hub("handle", "handle_urgent_hours", TimeUnit.HOURS, "紧急处置", "Handle, urgent", "resolve", when=_URGENT),
    _hub("handle", "handle_complex_days", TimeUnit.WORKING_DAYS, "复杂事项处置", "Handle, complex", "resolve", when=_COMPLEX),
    _hub("handle", "handle_days", TimeUnit.WORKING_DAYS, "处置", "Handle", "resolve"),
    _hub("review", "review_days", TimeUnit.WORKING_DAYS, "审核", "Review", "close", starts="resolve"),
    _hub("rate", "rate_days", TimeUnit.DAYS, "评价", "Rate", "rate", starts="close"),
)


class ClockTable:
    """The clocks of a scene in a county, in order of preference.

    Args:
        own: the scene's clocks.
        settings: the county's; a clock with a ``setting`` takes its amount from there.

    Raises:
        KeyError: a setting is missing; :class:`~gonzhi_code.routing.RuleSet` looks for that first.
    """

    HUB_SETTINGS: ClassVar[tuple[str, ...]] = tuple(clock.setting for clock in HUB_CLOCKS)

    def __init__(self, own: tuple[Clock, ...], settings: Mapping[str, Any]) -> None:
        clocks = [_with_amount(clock, settings) for clock in (*own, *HUB_CLOCKS)]
        self._rows = tuple((clock, None if clock.when == ALWAYS else clock.when.prepare(settings)) for clock in clocks)
        self._looked_at = tuple(sorted(all_of(*(clock.when for clock in clocks)).fields()))
        # Most clocks look at a handful of facts with few values; the same values give the same clocks.
        self._kept: dict[tuple[Any, ...], tuple[Clock, ...]] = {}

    def running(self, facts: Facts) -> tuple[Clock, ...]:
        """The clocks that run under these facts, one per key, in the order scene, hub."""
        try:
            key = tuple([facts.get(name) for name in self._looked_at])
            kept = self._kept.get(key)
        except TypeError:  # a list among the facts cannot be a key
            return _first_per_key(self._rows, facts)
        if kept is None:
            kept = _first_per_key(self._rows, facts)
            if len(self._kept) < MOST_KEPT:
                self._kept[key] = kept
        return kept


def _first_per_key(rows: tuple[tuple[Clock, Test | None], ...], facts: Facts) -> tuple[Clock, ...]:
    chosen: dict[str, Clock] = {}
    for clock, holds in rows:
        if clock.key not in chosen and (holds is None or holds(facts)):
            chosen[clock.key] = clock
    return tuple(chosen.values())


def _with_amount(clock: Clock, settings: Mapping[str, Any]) -> Clock:
    if not clock.setting:
        return clock
    amount = int(settings[clock.setting])
    if clock.setting.endswith("_seconds"):
        amount = -(-amount // SECONDS_PER_MINUTE)
    return replace(clock, span=Span(amount, clock.span.unit))
