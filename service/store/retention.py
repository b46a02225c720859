"""What is taken out of the store when the time to keep it is over: first who reported a case, later everything but its figures.

The rule it keeps: a case whose words are gone has no fingerprint of its content left (``content_hash`` is empty), so that everybody
who holds its row can tell (:func:`is_forgotten`); and each step leaves a row in ``tombstones`` that says when and by whom.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .engine import Tx
from .tables import audit, cases, moves, outbox, photos, sealed
from .tables_handling import (
    ASKED,
    appeals,
    extensions,
    letters,
    notices,
    ratings,
    resolutions,
    sms_replies,
    supervisions,
    tombstones,
)
from .tables_registry import poster_events

MASKED, FORGOTTEN = "masked", "forgotten"
"""The steps: who reported it is gone; what was written is gone."""
_OVER = ("closed", "rejected", "merged")
_SOME = 5000


def is_forgotten(row: Mapping[str, Any]) -> bool:
    """Whether of this case only figures are left; a row of ``cases``."""
    return not row["content_hash"]


def due_cases(tx: Tx, step: str, before: dt.datetime, *, after_id: int = 0, limit: int = 100) -> list[dict[str, Any]]:
    """Cases that are over since before a moment and have not gone through this step, by id.

    One that was merged is over when the one it follows is; an appeal that nobody decided keeps a case whole.
    """
    query = sa.select(cases).where(_due(step, before), cases.c.id > after_id).order_by(cases.c.id).limit(limit)
    return [dict(row) for row in tx.execute(query).mappings()]


def count_due(tx: Tx, step: str, before: dt.datetime) -> int:
    """How many cases :func:`due_cases` would give in all."""
    return int(tx.scalar(sa.select(sa.func.count()).select_from(cases).where(_due(step, before))) or 0)


def lock_due(tx: Tx, step: str, case_id: int, before: dt.datetime) -> dict[str, Any] | None:
    """The row of one case under lock, if the step is still due for it."""
    if tx.scalar(sa.select(cases.c.id).where(cases.c.id == case_id).with_for_update()) is None:
        return None
    found = tx.execute(sa.select(cases).where(cases.c.id == case_id, _due(step, before))).mappings().first()
    return dict(found) if found else None


def _due(step: str, before: dt.datetime) -> sa.ColumnElement[bool]:
    main = cases.alias("main")
    moment = sa.literal(before, cases.c.reported_at.type)
    waits_for_main = sa.select(1).where(main.c.id == cases.c.main_case_id, main.c.state.not_in(_OVER) | _moved(main, moment)).exists()
    return sa.and_(
        cases.c.reported_at < moment,
        cases.c.state.in_(_OVER),
        ~_moved(cases, moment),
        ~waits_for_main,
        ~sa.select(1).where(appeals.c.case_id == cases.c.id, ASKED).correlate(cases).exists(),
        ~sa.select(1).where(tombstones.c.case_id == cases.c.id, tombstones.c.step == step).correlate(cases).exists(),
    )


def _moved(of: Any, since: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.select(1).where(moves.c.case_id == of.c.id, moves.c.at >= since).correlate(of).exists()


def bury(tx: Tx, case_id: int, step: str, at: dt.datetime, by: str, reason: str = "") -> bool:
    """Note that a case went through a step. Returns False when it had before."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    row = {"case_id": case_id, "step": step, "at": at, "by": by, "reason": reason}
    return tx.scalar(insert(tombstones).values(row).on_conflict_do_nothing().returning(tombstones.c.case_id)) is not None


def tombstones_of(tx: Tx, case_id: int) -> dict[str, dt.datetime]:
    """The steps that a case went through, and when."""
    found = tx.execute(sa.select(tombstones.c.step, tombstones.c.at).where(tombstones.c.case_id == case_id))
    return {row.step: row.at for row in found}


def count_tombstones(tx: Tx) -> dict[str, int]:
    """How many cases went through each step."""
    query = sa.select(tombstones.c.step, sa.func.count().label("cases")).group_by(tombstones.c.step)
    return {row.step: row.cases for row in tx.execute(query)}


def remove_reporter(tx: Tx, case_id: int, blob: bytes | None) -> None:
    """Take out what finds or names the reporter.

    Args:
        blob: the sealed part without them; None where nothing is left of it.
    """
    mine = sealed.c.case_id == case_id
    if blob is None:
        tx.execute(sealed.delete().where(mine))
    else:
        tx.execute(sealed.update().where(mine).values(blob=blob, phone_index=None, tail_index=None))
    tx.execute(notices.update().where(notices.c.case_id == case_id).values(phone_index=""))
    tx.execute(sms_replies.delete().where(sms_replies.c.case_id == case_id))


def remove_words(tx: Tx, case_id: int, place: str) -> None:
    """Take out everything that somebody wrote about a case; states, times, areas, units and grades stay.

    The photos themselves lie in the photo store and must be gone before.

    Args:
        place: what stands in place of the address, which may have been somebody's home.
    """
    for table in (sealed, photos, letters, appeals, outbox):
        tx.execute(table.delete().where(table.c.case_id == case_id))
    for table, empty in (
        (moves, {"reason": ""}),
        (resolutions, {"short": "", "answer": ""}),
        (supervisions, {"text": "", "answer": ""}),
        (extensions, {"reason": "", "decision": ""}),
        (ratings, {"blob": None}),
        (notices, {"params": {}, "phone_index": ""}),
    ):
        tx.execute(table.update().where(table.c.case_id == case_id).values(**empty))
    nothing = {"answers": {}, "summary": "", "place": place, "why": "", "why_en": "", "advice": [], "content_hash": ""}
    tx.execute(cases.update().where(cases.c.id == case_id).values(**nothing, version=cases.c.version + 1))


def photo_elsewhere(tx: Tx, case_id: int, key: str) -> bool:
    """Whether the picture under this key of the photo store belongs to another case, or to a poster, as well."""
    other = sa.select(1).where(photos.c.case_id != case_id, photos.c.name.endswith(f"/{key}", autoescape=True)).exists()
    poster = sa.select(1).where(poster_events.c.photo == key).exists()
    return bool(tx.scalar(sa.select(other | poster)))


def purge_replies(tx: Tx, before: dt.datetime) -> int:
    """Forget SMS that came before a moment and belong to no case; those of a case go with its reporter. Returns how many."""
    return tx.execute(sms_replies.delete().where(sms_replies.c.received_at < before, sms_replies.c.case_id.is_(None))).rowcount


def purge_audit(tx: Tx, before: dt.datetime, most: int = _SOME) -> int:
    """Forget entries of the trail from before a moment, so many at a time. Returns how many."""
    old = sa.select(audit.c.id).where(audit.c.at < before).order_by(audit.c.at).limit(most)
    return tx.execute(audit.delete().where(audit.c.id.in_(old))).rowcount
