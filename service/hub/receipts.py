"""The receipt: number, query code, who has the case, until when, and why.

The rule it keeps: a receipt can be drawn again at any time from what is stored and from the token in its address; nothing
on it depends on the session in which it was made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonzhi_code.areas import Unit
from gonzhi_code.deadlines import Deadline
from gonzhi_code.forms import FieldSpec
from gonzhi_code.scene import Scene
from gonzhi_code.words import Words
from service.store import cases, photos

from .context import Hub
from .numbers import query_code


@dataclass(frozen=True)
class Receipt:
    """What a citizen is told of a case that was accepted.

    Args:
        due: deadlines by clock: ``acknowledge``, ``handle`` and the statutory ones.
        photos_wanted: questions whose answers ask for a photo.
        photo_count: photos that are there already; most_photos: how many the reporter may add in all.
        created: False when the same form had come before.
    """

    case_no: str
    query_code: str
    receipt_token: str
    scene: Scene | None
    state: str
    lead: Unit
    helpers: tuple[Unit, ...]
    due: Mapping[str, Deadline]
    why: Words
    advice: tuple[Words, ...]
    marks: tuple[str, ...]
    place: str
    visibility: str
    reported_at: dt.datetime
    created: bool
    phone_given: bool = False
    photos_wanted: tuple[FieldSpec, ...] = ()
    photo_count: int = 0
    most_photos: int = 0

    @property
    def acknowledge_by(self) -> Deadline | None:
        """Until when the unit confirms that it has the case."""
        return self.due.get("acknowledge")

    @property
    def handle_by(self) -> Deadline | None:
        """Until when the matter is to be settled."""
        return self.due.get("handle")


def read_receipt(hub: Hub, receipt_token: str) -> Receipt | None:
    """The receipt behind a token; None where the token is not ours or the case is gone."""
    case_no = hub.tokens.read(receipt_token)
    if not case_no:
        return None
    return _read(hub, case_no)


def read_case_receipt(hub: Hub, case_no: str) -> Receipt:
    """The receipt of a case that exists.

    Raises:
        KeyError: it does not.
    """
    receipt = _read(hub, case_no)
    if receipt is None:
        raise KeyError(case_no)
    return receipt


def _read(hub: Hub, case_no: str) -> Receipt | None:
    with hub.store.read() as tx:
        row = cases.get_case(tx, case_no)
        if row is None:
            return None
        clocks = cases.clocks_of(tx, row["id"])
        sealed = cases.sealed_of(tx, row["id"])
        count = photos.count_photos(tx, row["id"])
    phone_given = bool(sealed and sealed["tail_index"])
    return receipt_of(hub, row, clocks, created=False, phone_given=phone_given, photo_count=count)


def receipt_of(
    hub: Hub,
    row: Mapping[str, Any],
    clocks: Sequence[Mapping[str, Any]],
    *,
    created: bool,
    phone_given: bool = False,
    photo_count: int = 0,
) -> Receipt:
    """The receipt of a case from its rows."""
    plan = hub.plans.get(row["scene_key"])
    case_no: str = row["case_no"]
    return Receipt(
        case_no=case_no,
        query_code=query_code(hub.sealer, case_no, row["submission_id"]),
        receipt_token=hub.tokens.make(case_no),
        scene=plan.scene if plan else None,
        state=row["state"],
        lead=unit_of(hub, row["lead_unit_id"]),
        helpers=tuple(unit_of(hub, unit_id) for unit_id in row["helper_ids"]),
        due={clock["key"]: Deadline(clock["due_at"], clock["provisional"]) for clock in clocks},
        why=Words(row["why"], row["why_en"]),
        advice=tuple(Words(zh, en) for zh, en in row["advice"]),
        marks=tuple(row["marks"]),
        place=row["place"],
        visibility=row["visibility"],
        reported_at=row["reported_at"],
        created=created,
        phone_given=phone_given,
        photos_wanted=plan.scene.photos_wanted(row["answers"]) if plan else (),
        photo_count=photo_count,
        most_photos=most_photos(hub, row),
    )


def most_photos(hub: Hub, row: Mapping[str, Any]) -> int:
    """Photos that a reporter may add to a case: as many as are set, and never fewer than its answers ask for."""
    plan = hub.plans.get(row["scene_key"])
    return max(hub.settings.max_photos, len(plan.scene.photos_wanted(row["answers"])) if plan else 0)


def unit_of(hub: Hub, unit_id: str) -> Unit:
    """A unit by its id; one that the county no longer has keeps its id as its name."""
    return hub.county.units.get(unit_id) or Unit(id=unit_id, name=unit_id, kind="bureau", assumed=True)
