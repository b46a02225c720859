"""The life of a printed poster: which step may follow which, who may note it, and what the code is worth afterwards.

The rule it keeps: all steps stand in one table; history is only appended; and whatever became of the paper, its code still
takes a complaint. ``codes.life`` says what became of the paper, ``codes.state`` what a scan of it is worth: a lost or moved
poster proves no place any more, a replaced one does until it is taken down.

Source: shelters' coordinates are secret (Ningbo Measures on Civil Air Defence Works), so the position of a shelter's poster
is neither asked for nor kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.photostore.reencode import reencode
from service.store import audit, posters
from service.store.engine import Tx

from .accounts import User
from .context import Hub, local_day
from .permissions import Verb, may, townships_of
from .positions import Position

SHELTER_CODES = frozenset({3})
"""Scene codes whose posters have no position in the registry."""
LONGEST_NOTE = 400


class Life(StrEnum):
    """What became of the paper. Stored, so never renamed."""

    MINTED = "minted"
    PRINTED = "printed"
    POSTED = "posted"
    INSPECTED = "inspected"
    MOVED = "moved"
    DAMAGED = "damaged"
    LOST = "lost"
    RETIRED = "retired"
    REPLACED = "replaced"


HANGING = frozenset({Life.POSTED, Life.INSPECTED, Life.DAMAGED})
OVER = frozenset({Life.RETIRED, Life.REPLACED})
ALIVE = frozenset(Life) - OVER


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table.

    Args:
        after: the lives it may follow.
        verb: what an account needs for it.
        worth: state of the code afterwards, ``""`` where the step does not touch it.
        wants_proof: whether a photo and a place belong to it.
    """

    after: frozenset[Life]
    verb: Verb
    worth: str = ""
    wants_proof: bool = False


STEPS: Mapping[Life, Step] = {
    Life.PRINTED: Step(frozenset({Life.MINTED}), Verb.MANAGE_CODES),
    # Also what was lost or moved and hangs again; and a poster that is put up anew a wall further on.
    Life.POSTED: Step(ALIVE, Verb.POST_CODES, "good", wants_proof=True),
    Life.INSPECTED: Step(HANGING, Verb.POST_CODES, "good", wants_proof=True),
    Life.DAMAGED: Step(HANGING, Verb.POST_CODES, wants_proof=True),
    Life.MOVED: Step(HANGING, Verb.POST_CODES, "lost", wants_proof=True),
    Life.LOST: Step(ALIVE - {Life.LOST}, Verb.POST_CODES, "lost"),
    Life.RETIRED: Step(ALIVE, Verb.MANAGE_CODES, "retired"),
    Life.REPLACED: Step(ALIVE, Verb.MANAGE_CODES, "retired"),
}
"""Every step there is. What is minted is not a step: the code begins there."""

STRONGER = ("lost", "revoked")
"""A code in one of these states stays in it when its poster is retired or replaced: the paper may hang anywhere."""


class NotPosted(Exception):
    """The step cannot be noted.

    Args:
        reason: ``unknown_code``, ``not_yours`` (another area, or no such right), ``not_now`` (the step does not follow).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PosterChanged(Exception):
    """Somebody noted something meanwhile; nothing was written."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What comes with a step: a photo as it was sent, a position, a few words."""

    note: str = ""
    photo: bytes = b""
    position: Position | None = None


def keeps_position(row: Mapping[str, Any]) -> bool:
    """Whether the position of this poster may be kept at all."""
    return row["scene_code"] not in SHELTER_CODES


def in_area(hub: Hub, user: User, place_id: str) -> bool:
    """Whether a place is in an account's area: the county's people have all of it, a township its own, a grid its villages."""
    if not user.township_id:
        return True
    if user.role == "grid" and user.area_ids and place_id not in user.area_ids:
        return False
    return place_id[:9] + "000" in townships_of(hub.county, user)


def may_step(hub: Hub, user: User, row: Mapping[str, Any], life: Life) -> bool:
    """Whether this person may note this step on a poster now."""
    step = STEPS.get(life)
    return step is not None and may(user, step.verb) and row["life"] in step.after and in_area(hub, user, row["place_id"])


def steps_for(hub: Hub, user: User, row: Mapping[str, Any]) -> tuple[Life, ...]:
    """The steps this person may note now, in the order of the table; replacing mints a code and is a function of its own."""
    return tuple(life for life in STEPS if life is not Life.REPLACED and may_step(hub, user, row, life))


def note_step(hub: Hub, user: User, token: str, life: Life, proof: Proof, *, seen: int | None = None) -> dict[str, Any]:
    """Note what became of a poster.

    Args:
        token: of its code, upper case.
        proof: photo, position and words.
        seen: how many events the page had shown; None does not ask.

    Returns:
        The poster as it is now.

    Raises:
        NotPosted: see there. PosterChanged: another event came in between. PhotoRefused: the photo will not do.
    """
    key = _kept_photo(hub, proof)
    with hub.store.write() as tx:
        row = posters.find_poster(tx, token, lock=True)
        if row is None:
            raise NotPosted("unknown_code")
        if not in_area(hub, user, row["place_id"]) or not may(user, STEPS[life].verb):
            raise NotPosted("not_yours")
        if seen is not None and seen != posters.count_events(tx, row["id"]):
            raise PosterChanged
        if not may_step(hub, user, row, life):
            raise NotPosted("not_now")
        write_step(hub, tx, row, life, by=user.username, note=proof.note, photo=key, position=proof.position)
        found = posters.find_poster(tx, token)
    hub.registry.forget()
    assert found is not None
    return found


def _kept_photo(hub: Hub, proof: Proof) -> str:
    if not proof.photo:
        return ""
    return hub.photos.put(reencode(proof.photo, most_bytes=hub.settings.max_photo_bytes).data)


def write_step(
    hub: Hub,
    tx: Tx,
    row: Mapping[str, Any],
    life: Life,
    *,
    by: str,
    note: str = "",
    photo: str = "",
    position: Position | None = None,
    worth: str = "",
) -> None:
    """Append the event and bring the poster up to date, in the caller's transaction.

    Args:
        row: the poster, read in the same transaction.
        worth: state of the code, where it is another than the table says.
    """
    now = hub.clock()
    place = position if keeps_position(row) else None
    spot = {"lng_wgs84": place.lng, "lat_wgs84": place.lat} if place else {}
    note = note.strip()[:LONGEST_NOTE]
    accuracy = place.accuracy_m if place else None
    posters.add_event(
        tx,
        {"code_id": row["id"], "life": life.value, "at": now, "by": by, "note": note, "photo": photo, "accuracy_m": accuracy, **spot},
    )
    changes: dict[str, Any] = {"life": life.value, "life_at": now}
    # Where a poster hangs is known when it is put up or looked at; where it was found torn down is only in the history.
    if life in (Life.POSTED, Life.INSPECTED):
        changes |= spot
        changes["posted_at" if life is Life.POSTED else "inspected_at"] = now
        changes["inspect_by"] = local_day(now) + dt.timedelta(days=int(hub.county.settings["posters.inspect_days"]))
    elif life is not Life.PRINTED and life is not Life.DAMAGED:
        changes["inspect_by"] = None
    state = worth or _worth(row, life)
    if state != row["state"]:
        changes |= {"state": state, "state_at": now, "state_by": by, "note": note}
    posters.change_poster(tx, row["id"], changes)
    detail = {"token": row["token"], "life": life.value, "state": state}
    audit.add_audit(tx, now, by, "poster.step", reason=note, detail=detail)


def _worth(row: Mapping[str, Any], life: Life) -> str:
    step = STEPS.get(life)
    worth = step.worth if step else ""
    if not worth or (life in OVER and row["state"] in STRONGER):
        return str(row["state"])
    return worth
