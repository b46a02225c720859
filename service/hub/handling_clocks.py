"""The clocks of a case start and stop with its moves.

The rules it keeps:

* A clock starts with the move it names and stops with the move its ``stops`` names; every stop leaves a run: met or late by
  the unit that held the case, or void where the case went away before anybody owed it.
* Acknowledging and sending back are owed by each unit anew. All else is owed once a round: while a case is sent back and
  handed over its deadline stays, and only a reopening begins another round.
* A result that the review does not pass never stopped the clock: it runs on towards the deadline it had.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from gonzhi_code.cases import Action
from gonzhi_code.deadlines import Clock, Span, TimeUnit, deadline
from gonzhi_code.routing import COMPLEX
from gonzhi_code.routing_clocks import ClockTable
from gonzhi_code.words import Words
from service.store import alerts, cases, clock_runs
from service.store.clock_runs import LATE, MET, VOID
from service.store.engine import Tx

from .context import Hub
from .opening import all_answers

Row = Mapping[str, Any]

EACH_TIME = frozenset({"acknowledge", "send_back", "close", "rate"})
"""What stops the clocks that start anew with every move that starts them: each unit, each result, each closing."""
INFORM = Clock(
    "statutory.inform", Span(3, TimeUnit.DAYS), Words("把延期告诉投诉人", "Tell the reporter of the extension"),
    "浙江省劳动保障监察条例第三十条", starts="extend", stops="tell",
)  # fmt: skip
"""Owed once a statutory clock was extended; no move starts it."""
EACH_UNIT = frozenset({"acknowledge", "send_back"})

_STOPPED: Mapping[Action, frozenset[str]] = {
    Action.ACKNOWLEDGE: frozenset({"acknowledge"}),
    Action.START: frozenset({"acknowledge", "start"}),
    Action.SEND_BACK: frozenset({"acknowledge", "send_back"}),
    Action.RESOLVE: frozenset({"resolve", "start"}),
    Action.REWORK: frozenset({"close"}),
    # Whoever is refused has been given the decision on whether the matter is taken up.
    Action.REJECT: frozenset({"start", "tell"}),
}
_VOID: Mapping[Action, frozenset[str]] = {
    Action.START: frozenset({"send_back"}),
    Action.REOPEN: frozenset({"rate"}),
}
_ENDS = frozenset({Action.MERGE, Action.REJECT})
"""Nothing is owed after these: what still runs is void."""


def move_clocks(hub: Hub, tx: Tx, before: Row, after: Row, moves: Sequence[Row]) -> dt.datetime | None:
    """Stop and start what the newest move stops and starts.

    Args:
        before, after: the case's row before and after the move; moves: its whole history, the newest last.

    Returns:
        The deadline of handling from now on.
    """
    made = moves[-1]
    action, at = Action(made["action"]), made["at"]
    known = {clock.key: clock for clock in (*clocks_for(hub, tx, after), INFORM)}
    rows = {row["key"]: row for row in cases.clocks_of(tx, before["id"])}
    _stop(tx, before, rows, known, action, at)
    if action is Action.REWORK:
        _resume(tx, before, rows, known, moves)
    started = _to_start(known, rows, action, round_started_at(moves))
    new = [clock_row(hub, clock, at) for clock in started]
    cases.start_clocks(tx, before["id"], new)
    if before["alert_level"]:
        alerts.settle_alert_level(tx, before["id"])
    handle = next((row for row in new if row["key"] == "handle"), rows.get("handle"))
    if handle is None or action is Action.REOPEN:
        return None
    due_at: dt.datetime = handle["due_at"]
    return due_at


def clocks_for(hub: Hub, tx: Tx, row: Row) -> tuple[Clock, ...]:
    """The clocks that this case has, with the county's amounts."""
    plan = hub.plans.get(row["scene_key"])
    more = {"urgent": row["urgent"], "source": row["source"]}
    if plan is None:
        return ClockTable((), hub.county.settings).running({**more, COMPLEX: COMPLEX in row["marks"]})
    answers = plan.scene.undump(all_answers(hub, tx, row))
    spot = None
    facts = plan.rules.facts(answers, spot, row["township_id"], row["village_id"], more)
    facts[COMPLEX] = COMPLEX in row["marks"]
    return plan.rules.clocks.running(facts)


def clock_row(hub: Hub, clock: Clock, started_at: dt.datetime) -> dict[str, Any]:
    """A clock that starts now, as the store keeps it."""
    due = deadline(started_at, clock.span, hub.county.calendar, on_unknown="provisional")
    return {
        "key": clock.key,
        "starts": clock.starts,
        "started_at": started_at,
        "due_at": due.at,
        "provisional": due.provisional,
        "amount": clock.span.amount,
        "unit": clock.span.unit.value,
        "source": clock.source,
        "met_at": None,
    }


def stop(tx: Tx, case: Row, clocks: Sequence[Row], at: dt.datetime, *, outcome: str = "") -> None:
    """Stop running clocks of a case and write their runs.

    Args:
        case: its row as it was while they ran; clocks: rows of ``clocks``.
        outcome: ``""`` for met or late, whichever it is; a void clock is taken off the case.
    """
    running = [clock for clock in clocks if clock["met_at"] is None]
    if not running:
        return
    keys = [clock["key"] for clock in running]
    if outcome == VOID:
        clock_runs.drop_clocks(tx, case["id"], keys)
    else:
        clock_runs.stop_clocks(tx, case["id"], keys, at)
    clock_runs.add_runs(tx, [_run(case, clock, at, outcome) for clock in running])


def stop_telling(hub: Hub, tx: Tx, case: Row, at: dt.datetime) -> None:
    """The reporter was told something by the unit: the clocks that ask for that stop."""
    keys = {clock.key for clock in (*clocks_for(hub, tx, case), INFORM) if clock.stops == "tell"}
    stop(tx, case, [row for row in cases.clocks_of(tx, case["id"]) if row["key"] in keys], at)


def round_started_at(moves: Sequence[Row]) -> dt.datetime:
    """When the case was reported, or last reopened."""
    at: dt.datetime = next((move["at"] for move in reversed(moves) if move["action"] == Action.REOPEN), moves[0]["at"])
    return at


def _stop(tx: Tx, case: Row, rows: Mapping[str, Row], known: Mapping[str, Clock], action: Action, at: dt.datetime) -> None:
    by_stop: dict[str, list[Row]] = {}
    for key, row in rows.items():
        by_stop.setdefault(_stops(known, key), []).append(row)
    stopped = set(_STOPPED.get(action, ()))
    if action is Action.CLOSE:
        stopped = set(by_stop) - {"rate"}
    for word in sorted(stopped & set(by_stop)):
        stop(tx, case, by_stop[word], at)
    void = set(by_stop) - stopped if action in _ENDS else set(_VOID.get(action, ())) & set(by_stop)
    for word in sorted(void):
        stop(tx, case, by_stop[word], at, outcome=VOID)


def _resume(tx: Tx, case: Row, rows: Mapping[str, Row], known: Mapping[str, Clock], moves: Sequence[Row]) -> None:
    """The result did not count: what it stopped runs on."""
    resolved_at = next(move["at"] for move in reversed(moves) if move["action"] == Action.RESOLVE)
    keys = [key for key, row in rows.items() if _stops(known, key) == "resolve" and row["met_at"] == resolved_at]
    if keys:
        clock_runs.resume_clocks(tx, case["id"], keys, resolved_at)


def _to_start(known: Mapping[str, Clock], rows: Mapping[str, Row], action: Action, round_at: dt.datetime) -> list[Clock]:
    chosen = []
    for clock in known.values():
        begins = clock.starts == action or (action is Action.HAND_OVER and clock.starts == "assign" and clock.stops in EACH_UNIT)
        row = rows.get(clock.key)
        owed_already = clock.stops not in EACH_TIME and row is not None and row["started_at"] >= round_at
        if begins and not owed_already:
            chosen.append(clock)
    return chosen


def _stops(known: Mapping[str, Clock], key: str) -> str:
    # A clock that the scene no longer has ends with the result.
    return known[key].stops if key in known else "resolve"


def _run(case: Row, clock: Row, at: dt.datetime, outcome: str) -> dict[str, Any]:
    return {
        "case_id": case["id"],
        "key": clock["key"],
        "unit_id": case["holder"] or case["lead_unit_id"],
        "scene_key": case["scene_key"],
        "township_id": case["township_id"],
        "started_at": clock["started_at"],
        "due_at": clock["due_at"],
        "ended_at": at,
        "outcome": outcome or (MET if at <= clock["due_at"] else LATE),
        "provisional": clock["provisional"],
    }
