"""Following a case with its number and a secret: the query code, or the phone's last four digits where a phone was given.

The rule it keeps: a number that does not exist, a wrong code and a wrong phone are answered alike and take alike; nothing
tells whether a case exists. The query code cannot be guessed, so it is always looked at, if slowly; four digits can, so
after a few misses on one number they are not looked at until the hour is over, whoever asks. The holder of the query code
is never shut out.
"""

from __future__ import annotations

import datetime as dt
import hmac
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonzhi_code.deadlines import Deadline
from gonzhi_code.labels import label, step_label
from gonzhi_code.routing import Visibility
from gonzhi_code.scene import Scene
from gonzhi_code.words import Words
from service.store import cases, counters

from .case_access import Proof
from .context import Hub
from .numbers import QUERY_CODE_LENGTH, plain_letters, query_codes, read_case_no
from .receipts import unit_of
from .throttling import address_key, delay_seconds, window_start

TAIL_LENGTH = 4
TAIL_WINDOW = dt.timedelta(hours=1)
MOST_TAIL_MISSES = 5
"""Wrong phone digits on one case in an hour: ten thousand combinations last eighty days at that pace."""
MISSES_BEFORE_SLOW = 10
SLOWEST_MS = 1000
_NO_CASE: Mapping[str, Any] = {"id": 0, "submission_id": "nobody"}
_TOLD_REASONS = frozenset({"reject", "send_back", "hand_over"})
"""Moves whose reason the citizen is told; those of the desk's own work are not theirs to weigh."""


class TooManyTries(Exception):
    """Too many wrong phone digits; the query code still works.

    Args:
        seconds: until the digits are looked at again.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Step:
    """One move in plain words: when, what, by which office, and why where the citizen is told."""

    at: dt.datetime
    what: Words
    by: Words
    reason: Words


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a case is, without anything personal.

    Args:
        proof: what showed that it is theirs.
    """

    case_no: str
    state: Words
    state_key: str
    scene: Scene | None
    holder: Words
    acknowledge_by: Deadline | None
    handle_by: Deadline | None
    steps: tuple[Step, ...]
    proof: Proof = Proof.CODE


def look_up(hub: Hub, case_no: str, secret: str, address: str) -> Progress | None:
    """How far a case is; None where number and secret do not belong together, whatever the cause.

    Args:
        case_no: as it was typed.
        secret: query code or last four digits, as it was typed.
        address: where the request came from; misses are counted for it.

    Raises:
        TooManyTries: four digits were tried too often on this number, existing or not.
    """
    now = hub.clock()
    number, letters = read_case_no(case_no), plain_letters(secret)
    by_tail = len(letters) == TAIL_LENGTH and letters.isdecimal()
    tail_key = "track-tail:" + hub.sealer.blind("case_no", number or plain_letters(case_no))
    tail_start = window_start(now, TAIL_WINDOW)
    with hub.store.read() as tx:
        if by_tail and counters.read_counter(tx, tail_key, tail_start) >= MOST_TAIL_MISSES:
            raise TooManyTries(math.ceil((tail_start + TAIL_WINDOW - now).total_seconds()))
        found = cases.get_case(tx, number)
        row = found or _NO_CASE
        # Asked for cases that do not exist, too, so that both take the same statements.
        sealed, moves = cases.sealed_of(tx, row["id"]), cases.moves_of(tx, row["id"])
        clocks = cases.clocks_of(tx, row["id"])
    by_code = len(letters) == QUERY_CODE_LENGTH and _is_code(hub, number, row["submission_id"], letters)
    by_phone = by_tail and _is_tail(hub, number, letters, sealed)
    if found is None or not (by_code or by_phone):
        _note_miss(hub, address, tail_key if by_tail else "", now)
        return None
    return progress_of(hub, found, moves, clocks, Proof.CODE if by_code else Proof.TAIL)


def _is_code(hub: Hub, case_no: str, submission_id: str, letters: str) -> bool:
    return any(hmac.compare_digest(code, letters) for code in query_codes(hub.sealer, case_no, submission_id) if letters.isascii())


def _is_tail(hub: Hub, case_no: str, digits: str, sealed: Mapping[str, Any] | None) -> bool:
    kept = (sealed and sealed["tail_index"]) or "none"
    return any(hmac.compare_digest(blind, kept) for blind in hub.sealer.blinds("tail", f"{case_no}:{digits}"))


def _note_miss(hub: Hub, address: str, tail_key: str, now: dt.datetime) -> None:
    """Count a miss and make the asker wait; the count is committed first, so that asking in parallel gains nothing."""
    with hub.store.write() as tx:
        misses = counters.bump_counter(tx, address_key(hub.sealer, "track", address), window_start(now))
        if tail_key:
            counters.bump_counter(tx, tail_key, window_start(now, TAIL_WINDOW))
    delay = delay_seconds(misses, MISSES_BEFORE_SLOW, SLOWEST_MS)
    if delay:
        hub.sleep(delay)


def progress_of(
    hub: Hub, row: Mapping[str, Any], moves: Sequence[Mapping[str, Any]], clocks: Sequence[Mapping[str, Any]], proof: Proof
) -> Progress:
    """How far a case is, from its rows."""
    plan = hub.plans.get(row["scene_key"])
    due = {clock["key"]: Deadline(clock["due_at"], clock["provisional"]) for clock in clocks if clock["met_at"] is None}
    hidden = row["visibility"] == Visibility.SEALED.value
    return Progress(
        case_no=row["case_no"],
        state=label(row["state"]),
        state_key=row["state"],
        scene=plan.scene if plan else None,
        holder=_unit_words(hub, row["holder"]),
        acknowledge_by=due.get("acknowledge"),
        handle_by=due.get("handle"),
        steps=tuple(_step(hub, move, hidden) for move in moves),
        proof=proof,
    )


def _step(hub: Hub, move: Mapping[str, Any], hidden: bool) -> Step:
    told = move["action"] in _TOLD_REASONS and not hidden
    # A result lies with the centre for its review, but the centre did not give it.
    unit_id = "" if move["action"] == "resolve" else move["unit_id"]
    return Step(move["at"], step_label(move["action"]), _unit_words(hub, unit_id), Words(move["reason"] if told else ""))


def _unit_words(hub: Hub, unit_id: str) -> Words:
    if not unit_id:
        return Words("")
    unit = unit_of(hub, unit_id)
    return Words(unit.name, unit.name_en)
