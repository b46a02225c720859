"""The promise of the privacy notice, kept by the clock: who reported a case goes first, its words later, the trail last.

The rules it keeps:

* Nothing is taken out of a case before it is over and has been quiet for the whole period; one that was merged waits for the case
  it follows, and an appeal that nobody has decided keeps a case whole.
* Each case is a transaction of its own, so a killed worker leaves none half done; photos go before the rows that name them, so none
  is left behind that nothing names.
* What cannot be opened is not thrown away before its words are due: the secret may only have been left out of the settings.
* That something was taken out, when and by whom stays: in ``tombstones`` and on the trail. Figures stay as they are.

Sources: Personal Information Protection Law Arts. 19, 47 (no longer than needed; deletion when the period is over). No law sets one
period for such cases: 180 days and 3 years are settings with those defaults. The trail: at least 3 years, as for the records of
Art. 56.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.errors import BadArea
from gonzhi_code.routing import Visibility
from service.notify.file import forget_files
from service.sealing import CannotOpen
from service.store import audit, cases, photos, retention
from service.store.engine import Tx
from service.store.retention import FORGOTTEN, MASKED

from .context import Hub, ScenePlan
from .custody import OVER
from .drafting import SYSTEM, sealed_purpose
from .numbers import read_case_no
from .refusals import NotAllowed

BATCH = 200
"""Cases of one step in one run: a run stays well within its lease, and a backlog of years is gone in days."""
MOST_LOOKED_AT = 2000
SMS_FILES_KEPT = dt.timedelta(days=30)
"""Files of the SMS channel ``file`` hold numbers in the clear, and a gateway has read them long before."""

log = logging.getLogger("gonzhi.retention")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """How far it is: cases that are due for each step and cases that went through it."""

    due: Mapping[str, int]
    done: Mapping[str, int]


def run_retention(hub: Hub) -> int:
    """Do what is due, so much at a time. Returns how many cases went through a step."""
    # Forgetting goes first: who is forgotten need not be masked before.
    done = _run_step(hub, FORGOTTEN) + _run_step(hub, MASKED)
    now = hub.clock()
    with hub.store.write() as tx:
        retention.purge_replies(tx, now - hub.settings.keeps.reporter)
        retention.purge_audit(tx, now - hub.settings.keeps.trail)
    forget_files(hub.settings.sms_folder, (now - SMS_FILES_KEPT).date())
    return done


def mask_case(hub: Hub, case_no: str, by: str, reason: str) -> None:
    """Take the reporter out of a case that is over before the time, because they asked for it (Art. 47).

    Args:
        by: who does it, for the trail; reason: why.

    Raises:
        NotAllowed: ``no_case``; ``not_over``: whoever handles it still needs them; ``sealed_away``: it cannot be opened.
    """
    with hub.store.write() as tx:
        row = cases.get_case(tx, read_case_no(case_no), lock=True)
        if row is None:
            raise NotAllowed("no_case")
        if row["state"] not in OVER:
            raise NotAllowed("not_over")
        if not _mask(hub, tx, row, by, reason):
            raise NotAllowed("sealed_away")


def standing(hub: Hub) -> Standing:
    """How many cases are due, and how many are done."""
    with hub.store.read() as tx:
        due = {step: retention.count_due(tx, step, _before(hub, step)) for step in (MASKED, FORGOTTEN)}
        return Standing(due, retention.count_tombstones(tx))


def _before(hub: Hub, step: str) -> dt.datetime:
    keeps = hub.settings.keeps
    return hub.clock() - (keeps.reporter if step == MASKED else keeps.words)


def _run_step(hub: Hub, step: str) -> int:
    before, after_id, done, looked_at = _before(hub, step), 0, 0, 0
    # Those that cannot be opened stay due; they must not stand in the way of the others for ever.
    while done < BATCH and looked_at < MOST_LOOKED_AT:
        with hub.store.read() as tx:
            rows = retention.due_cases(tx, step, before, after_id=after_id, limit=BATCH - done)
        if not rows:
            break
        done += sum(_go_through(hub, step, row["id"], before) for row in rows)
        looked_at, after_id = looked_at + len(rows), rows[-1]["id"]
    if looked_at > done:
        log.warning("%d cases are due to be %s, but their sealed part cannot be opened; is an old secret missing?", looked_at - done, step)
    return done


def _go_through(hub: Hub, step: str, case_id: int, before: dt.datetime) -> bool:
    """One case, one transaction; asked again under lock, for somebody may have taken it up in between. Returns whether it was done."""
    with hub.store.write() as tx:
        row = retention.lock_due(tx, step, case_id, before)
        if row is None:
            return False
        return _mask(hub, tx, row, SYSTEM) if step == MASKED else _forget(hub, tx, row)


def _mask(hub: Hub, tx: Tx, row: Row, by: str, reason: str = "") -> bool:
    sealed = cases.sealed_of(tx, row["id"])
    if sealed is not None:
        purpose = sealed_purpose(row["case_no"])
        try:
            answers = json.loads(hub.sealer.open(purpose, sealed["blob"]))
        except CannotOpen:
            return False
        left = without_people(hub.plans.get(row["scene_key"]), answers)
        retention.remove_reporter(tx, row["id"], hub.sealer.seal(purpose, json.dumps(left, ensure_ascii=False).encode()) if left else None)
    else:
        retention.remove_reporter(tx, row["id"], None)
    return _note(hub, tx, row, MASKED, by, reason)


def _forget(hub: Hub, tx: Tx, row: Row) -> bool:
    for photo in photos.photos_of(tx, row["id"]):
        key = photo["name"].rpartition("/")[2]
        if not retention.photo_elsewhere(tx, row["id"], key):
            hub.photos.delete(key)
    retention.remove_reporter(tx, row["id"], None)
    retention.remove_words(tx, row["id"], _area(hub, row))
    retention.bury(tx, row["id"], MASKED, hub.clock(), SYSTEM)
    return _note(hub, tx, row, FORGOTTEN, SYSTEM)


def _area(hub: Hub, row: Row) -> str:
    try:
        return hub.county.place_name(row["village_id"] or row["township_id"])
    except BadArea:
        return ""


def _note(hub: Hub, tx: Tx, row: Row, step: str, by: str, reason: str = "") -> bool:
    if retention.bury(tx, row["id"], step, hub.clock(), by, reason):
        # Whoever looks for what is kept from others by this entry finds a number and nothing else.
        quiet = row["visibility"] != Visibility.NORMAL.value
        audit.add_audit(tx, hub.clock(), by, f"case.{step}", case_id=row["id"], reason="" if quiet else reason)
    return True


def without_people(plan: ScenePlan | None, answers: Row) -> dict[str, Any]:
    """Sealed answers without what identifies a person; of a list only those cells go.

    Where the scene or the question is gone, nobody can tell what an answer is, and it goes.
    """
    kept = {}
    for name, value in answers.items():
        spec = plan.scene.fields.get(name) if plan else None
        if spec is None:
            continue
        open_cells = {cell.name for cell in spec.rows if not cell.personal}
        if open_cells:
            kept[name] = [{key: one for key, one in line.items() if key in open_cells} for line in value]
        elif not spec.personal and not spec.rows:
            kept[name] = value
    return kept
