"""Timing of a candidate against a yardstick in the same run.

The rule it keeps: the two are timed in turn, in pairs, so that a busy or slow machine hits both alike; the medians of the
pairs are what is said, and the ratio is the only figure to be compared between machines.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

PAIRS = 31
PAIR_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Ratio:
    """Medians in seconds of one call each, and the median over the pairs of candidate / yardstick."""

    candidate: float
    yardstick: float
    ratio: float


def seconds_per_call(call: Callable[[], object], calls: int) -> float:
    """Seconds of one call, over ``calls`` of them in a row."""
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - start) / calls


def _calls_for(call: Callable[[], object], seconds: float) -> int:
    return max(1, round(seconds / max(seconds_per_call(call, 3), 1e-7)))


def compare(candidate: Callable[[], object], yardstick: Callable[[], object], *, pairs: int = PAIRS) -> Ratio:
    """Time both in interleaved pairs of about 20 ms a side.

    Args:
        candidate, yardstick: what to call, without arguments.
        pairs: how many pairs; odd, so that the median is one that was measured.
    """
    candidate_calls, yardstick_calls = _calls_for(candidate, PAIR_SECONDS), _calls_for(yardstick, PAIR_SECONDS)
    measured = []
    for number in range(pairs):
        # Every other pair begins with the yardstick, so that neither always runs first.
        if number % 2:
            theirs = seconds_per_call(yardstick, yardstick_calls)
            ours = seconds_per_call(candidate, candidate_calls)
        else:
            ours = seconds_per_call(candidate, candidate_calls)
            theirs = seconds_per_call(yardstick, yardstick_calls)
        measured.append((ours, theirs))
    return Ratio(
        candidate=statistics.median(ours for ours, _ in measured),
        yardstick=statistics.median(theirs for _, theirs in measured),
        ratio=statistics.median(ours / theirs for ours, theirs in measured),
    )


def report(name: str, against: str, result: Ratio, *, faster: bool = False) -> None:
    """Print one line: both medians, and the ratio (how many times slower, or with ``faster`` how many times faster)."""
    ratio = f"{1 / result.ratio:.1f} times faster" if faster else f"{result.ratio:.2f} times"
    print(f"{name:<38} {result.candidate * 1e6:9.1f} us   {against:<34} {result.yardstick * 1e6:9.1f} us   ratio {ratio}")
