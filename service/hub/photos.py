"""Photos of a case: sent by the reporter after the words, each on its own, or added by a desk to show the result.

The rule it keeps: a photo that fails never touches the case; a reporter's comes from whoever holds the receipt or the query
code, a desk's from the unit that holds the case. The file name is not kept, because people put names and places into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from service.photostore.reencode import PhotoRefused, reencode
from service.store import cases
from service.store import photos as photo_rows

from .accounts import User
from .context import Hub
from .custody import OVER
from .permissions import Verb
from .receipts import most_photos
from .refusals import NotAllowed
from .seeing import check_verb, seen_case

__all__ = ["Photo", "PhotoRefused", "attach_desk_photo", "attach_later", "attach_photo"]

LONGEST_FIELD = 64
REPORTER, DESK = "reporter", "desk"
"""Where a photo comes from; each may add as many as ``most_photos`` says."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a case: what it is kept under, and its size in pixels.

    Args:
        full_name: by which the case's photos are told apart, ``Given.photo_names`` among others.
    """

    name: str
    width: int
    height: int
    created: bool
    full_name: str = ""


def attach_photo(hub: Hub, receipt_token: str, filename: str, stream: IO[bytes], field: str = "") -> Photo:
    """Add a photo to the case of a receipt.

    Args:
        filename: as it was sent; only looked at, never kept.
        stream: the file.
        field: name of the question it belongs to, ``""`` for the case as a whole.

    Raises:
        PhotoRefused: ``.reason`` is ``no_case``, ``too_many``, or one of ``reencode.REASONS``.
    """
    return attach_later(hub, hub.tokens.read(receipt_token), stream, field)


def attach_later(hub: Hub, case_no: str, stream: IO[bytes], field: str = "") -> Photo:
    """Add a photo of the reporter's; the page has made sure that it is the reporter.

    Raises:
        PhotoRefused: as :func:`attach_photo`.
    """
    with hub.store.read() as tx:
        row = cases.get_case(tx, case_no) if case_no else None
    if row is None:
        raise PhotoRefused("no_case")
    return _attach(hub, row, stream, field, REPORTER, "")


def attach_desk_photo(hub: Hub, user: User, case_no: str, stream: IO[bytes], field: str = "") -> Photo:
    """Add a photo that shows how it looks now; those of this round count for the result.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, ``no_verb``, ``not_holder``, ``over``. PhotoRefused: as :func:`attach_photo`.
    """
    check_verb(user, Verb.RESOLVE)
    with hub.store.write() as tx:
        row = seen_case(hub, tx, user, case_no)
    if user.unit_id not in (row["holder"], *row["helper_ids"]):
        raise NotAllowed("not_holder")
    if row["state"] in OVER:
        raise NotAllowed("over")
    return _attach(hub, row, stream, field, DESK, user.username)


def _attach(hub: Hub, row: Mapping[str, Any], stream: IO[bytes], field: str, source: str, by: str) -> Photo:
    most_here = most_photos(hub, row)
    with hub.store.read() as tx:
        # Asked before the work of decoding, and again where it counts.
        if photo_rows.count_photos(tx, row["id"], source) >= most_here:
            raise PhotoRefused("too_many")
    most = hub.settings.max_photo_bytes
    picture = reencode(stream.read(most + 1), most_bytes=most)
    key = hub.photos.put(picture.data)
    plan = hub.plans.get(row["scene_key"])
    known_field = field if plan and field in plan.scene.fields and len(field) <= LONGEST_FIELD else ""
    name = f"{row['case_no']}/{key}"
    with hub.store.write() as tx:
        cases.get_case_by_id(tx, row["id"], lock=True)
        if photo_rows.count_photos(tx, row["id"], source) >= most_here:
            raise PhotoRefused("too_many")
        created = photo_rows.add_photo(
            tx,
            {
                "case_id": row["id"],
                "field": known_field,
                "name": name,
                "content_hash": key,
                "media_type": "image/jpeg",
                "size_bytes": len(picture.data),
                "width_px": picture.width,
                "height_px": picture.height,
                "created_at": hub.clock(),
                "source": source,
                "by": by,
            },
        )
    return Photo(key, picture.width, picture.height, created, name)
