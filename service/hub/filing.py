"""Writing new cases: each with all that belongs to it, those that come at the same moment in one transaction.

The rule it keeps: a case, its number, its moves, its outbox and what counts it are durable together or not at all. Whoever
shares the transaction shares the flush of the disk and nothing else (``service/store/together.py``). Only the mark that many
cases came from one place is written after it on PostgreSQL, where the transaction is a single statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from gonzhi_code.routing import Decision
from service.store import Filed, cases
from service.store.counters import CounterKey
from service.store.engine import Tx
from service.store.intake_sql import Filing

from .context import Hub, local_day
from .drafting import Draft, Submission, draft_case
from .numbers import new_case_no
from .throttling import CODE_FACTOR, MANY_FROM_ADDRESS, MANY_FROM_CODE, address_key, delay_seconds, window_start

MOST_DRAWS = 8
"""Case numbers drawn before giving up. With a million cases one in four hundred thousand draws hits a taken one."""


@dataclass(frozen=True)
class Outcome:
    """What became of a submission.

    Args:
        filed: the case that stands for it; draft: the rows it has, or would have had if it were new.
        marks: those of throttling, on the case beside those of the draft; delay: seconds that the answer waits.
    """

    filed: Filed
    draft: Draft
    marks: tuple[str, ...] = ()
    delay: float = 0.0


@dataclass
class Item:
    """A submission on its way: what was decided, the rows under the number drawn last, and where it is counted.

    Args:
        counted: counters of where it came from, the address first; that of the code is left out without a registered one.
    """

    sent: Submission
    decision: Decision
    draft: Draft
    counted: tuple[CounterKey, ...]


def file_submission(hub: Hub, sent: Submission, address: str, decision: Decision) -> Outcome:
    """Write a submission as a case, or find the case it made before. Returns when that is durable."""
    item = Item(sent=sent, decision=decision, draft=draft_case(hub, sent, decision, new_case_no(hub.choose)), counted=_counters(hub, sent, address))
    outcome: Outcome = hub.filings.write(item, partial(file_together, hub))
    return outcome


def _counters(hub: Hub, sent: Submission, address: str) -> tuple[CounterKey, ...]:
    start, code_id = window_start(sent.received_at), sent.scan.code_id
    by_address = (address_key(hub.sealer, "submit", address), start)
    return (by_address, (f"submit-code:{code_id}", start)) if code_id else (by_address,)


def file_together(hub: Hub, tx: Tx, items: Sequence[Item]) -> list[Outcome]:
    """Write several submissions, each whole or not at all; on SQLite all of them in one transaction, on PostgreSQL in one statement."""
    return [_judge(hub, tx, item, filed) for item, filed in zip(items, _insert(hub, tx, items), strict=True)]


def _insert(hub: Hub, tx: Tx, items: Sequence[Item]) -> list[Filed]:
    # In one order for everybody, so that two transactions with the same submissions do not wait for each other for ever.
    found: dict[int, Filed] = {}
    waiting = sorted(range(len(items)), key=lambda place: items[place].sent.submission_id)
    for _ in range(MOST_DRAWS):
        written = cases.insert_cases(tx, [_filing(items[place]) for place in waiting])
        found.update((place, one) for place, one in zip(waiting, written, strict=True) if one is not None)
        waiting = [place for place in waiting if place not in found]
        if not waiting:
            return [found[place] for place in range(len(items))]
        for place in waiting:
            item = items[place]
            item.draft = draft_case(hub, item.sent, item.decision, new_case_no(hub.choose))
    raise RuntimeError(f"no free case number in {MOST_DRAWS} draws: the source of randomness repeats itself")


def _filing(item: Item) -> Filing:
    draft, sent = item.draft, item.sent
    scan = (local_day(sent.received_at), sent.scan.code_id, sent.plan.scene.key)
    return Filing(draft.case, draft.moves, draft.clocks, draft.sealed, draft.outbox, item.counted, scan)


def _judge(hub: Hub, tx: Tx, item: Item, filed: Filed) -> Outcome:
    """Mark a new case that came past a limit."""
    if not filed.created:
        return Outcome(filed, item.draft)
    limit, most = hub.settings.slow_after, hub.settings.slow_ms
    from_address, from_code = filed.counts[0], sum(filed.counts[1:])
    marks = [MANY_FROM_ADDRESS] if from_address > limit else []
    marks += [MANY_FROM_CODE] if from_code > limit * CODE_FACTOR else []
    if marks:
        cases.mark_new_case(tx, filed.id, [*item.draft.case["marks"], *marks])
    delay = max(delay_seconds(from_address, limit, most), delay_seconds(from_code, limit * CODE_FACTOR, most))
    return Outcome(filed, item.draft, tuple(marks), delay)
