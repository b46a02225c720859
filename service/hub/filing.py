"""Writing new cases: each with all that belongs to it, those that come at the same moment in one transaction.

The rule it keeps: a case, its number, its marks and what counts it are durable together or not at all. Whoever shares the
transaction shares the flush of the disk and nothing else (``service/store/together.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from gonzhi_code.routing import Decision
from service.store import Filed, cases, counters
from service.store.counters import CounterKey
from service.store.engine import Tx
from service.store.intake_sql import Filing
from service.store.scans import ScanKey, add_scans

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
        by_address, by_code: counters of where it came from; ``by_code`` is None without a registered code.
    """

    sent: Submission
    decision: Decision
    draft: Draft
    by_address: CounterKey
    by_code: CounterKey | None

    def counted(self) -> tuple[CounterKey, ...]:
        """The counters that this submission counts for."""
        return (self.by_address, self.by_code) if self.by_code else (self.by_address,)


def file_submission(hub: Hub, sent: Submission, address: str, decision: Decision) -> Outcome:
    """Write a submission as a case, or find the case it made before. Returns when that is durable."""
    start, code_id = window_start(sent.received_at), sent.scan.code_id
    item = Item(
        sent=sent,
        decision=decision,
        draft=draft_case(hub, sent, decision, new_case_no(hub.choose)),
        by_address=(address_key(hub.sealer, "submit", address), start),
        by_code=(f"submit-code:{code_id}", start) if code_id else None,
    )
    outcome: Outcome = hub.filings.write(item, partial(file_together, hub))
    return outcome


def file_together(hub: Hub, tx: Tx, items: Sequence[Item]) -> list[Outcome]:
    """Write several submissions in one transaction."""
    filed = _insert(hub, tx, items)
    standing = _count(tx, [item for item, one in zip(items, filed, strict=True) if one.created])
    outcomes = []
    for item, one in zip(items, filed, strict=True):
        outcomes.append(_judge(hub, tx, item, one, standing) if one.created else Outcome(one, item.draft))
    return outcomes


def _insert(hub: Hub, tx: Tx, items: Sequence[Item]) -> list[Filed]:
    # In one order for everybody, so that two transactions with the same submissions do not wait for each other for ever.
    found: dict[int, Filed] = {}
    waiting = sorted(range(len(items)), key=lambda place: items[place].sent.submission_id)
    for _ in range(MOST_DRAWS):
        written = cases.insert_cases(tx, [_filing(items[place].draft) for place in waiting])
        found.update((place, one) for place, one in zip(waiting, written, strict=True) if one is not None)
        waiting = [place for place in waiting if place not in found]
        if not waiting:
            return [found[place] for place in range(len(items))]
        for place in waiting:
            item = items[place]
            item.draft = draft_case(hub, item.sent, item.decision, new_case_no(hub.choose))
    raise RuntimeError(f"no free case number in {MOST_DRAWS} draws: the source of randomness repeats itself")


def _filing(draft: Draft) -> Filing:
    return Filing(draft.case, draft.moves, draft.clocks, draft.sealed, draft.outbox)


def _count(tx: Tx, new: Sequence[Item]) -> Counter[CounterKey]:
    """Count new submissions. Returns where the counters stood before them.

    These rows are shared by many, so they are written last and held only for the length of the commit.
    """
    more = Counter(key for item in new for key in item.counted())
    after = counters.bump_counters(tx, more)
    submitted: Counter[ScanKey] = Counter(_scan_key(item) for item in new)
    add_scans(tx, {key: {"submitted": count} for key, count in submitted.items()})
    return Counter({key: count - more[key] for key, count in after.items()})


def _scan_key(item: Item) -> ScanKey:
    return local_day(item.sent.received_at), item.sent.scan.code_id, item.sent.plan.scene.key


def _judge(hub: Hub, tx: Tx, item: Item, filed: Filed, standing: Counter[CounterKey]) -> Outcome:
    """Count a new case among those of its transaction, and mark it where it came past a limit."""
    standing.update(item.counted())
    limit, most = hub.settings.slow_after, hub.settings.slow_ms
    from_address = standing[item.by_address]
    from_code = standing[item.by_code] if item.by_code else 0
    marks = [MANY_FROM_ADDRESS] if from_address > limit else []
    marks += [MANY_FROM_CODE] if from_code > limit * CODE_FACTOR else []
    if marks:
        cases.mark_new_case(tx, filed.id, [*item.draft.case["marks"], *marks])
    delay = max(delay_seconds(from_address, limit, most), delay_seconds(from_code, limit * CODE_FACTOR, most))
    return Outcome(filed, item.draft, tuple(marks), delay)
