"""Photos of a case, sent after the words and each on its own.

The rule it keeps: a photo that fails never touches the case; who may add one is whoever holds the receipt. The file name
is not kept, because people put names and places into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from service.photostore.reencode import PhotoRefused, reencode
from service.store import cases
from service.store import photos as photo_rows

from .context import Hub

__all__ = ["Photo", "PhotoRefused", "attach_photo"]

LONGEST_FIELD = 64


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a case: what it is kept under, and its size in pixels."""

    name: str
    width: int
    height: int
    created: bool


def attach_photo(hub: Hub, receipt_token: str, filename: str, stream: IO[bytes], field: str = "") -> Photo:
    """Add a photo to the case of a receipt.

    Args:
        filename: as it was sent; only looked at, never kept.
        stream: the file.
        field: name of the question it belongs to, ``""`` for the case as a whole.

    Raises:
        PhotoRefused: ``.reason`` is ``no_case``, ``too_many``, or one of ``reencode.REASONS``.
    """
    case_no = hub.tokens.read(receipt_token)
    with hub.store.read() as tx:
        row = cases.get_case(tx, case_no) if case_no else None
        if row is None:
            raise PhotoRefused("no_case")
        # Asked before the work of decoding, and again where it counts.
        if photo_rows.count_photos(tx, row["id"]) >= hub.settings.max_photos:
            raise PhotoRefused("too_many")
    most = hub.settings.max_photo_bytes
    picture = reencode(stream.read(most + 1), most_bytes=most)
    key = hub.photos.put(picture.data)
    plan = hub.plans.get(row["scene_key"])
    known_field = field if plan and field in plan.scene.fields and len(field) <= LONGEST_FIELD else ""
    with hub.store.write() as tx:
        cases.get_case_by_id(tx, row["id"], lock=True)
        if photo_rows.count_photos(tx, row["id"]) >= hub.settings.max_photos:
            raise PhotoRefused("too_many")
        created = photo_rows.add_photo(
            tx,
            {
                "case_id": row["id"],
                "field": known_field,
                "name": f"{case_no}/{key}",
                "content_hash": key,
                "media_type": "image/jpeg",
                "size_bytes": len(picture.data),
                "width_px": picture.width,
                "height_px": picture.height,
                "created_at": hub.clock(),
            },
        )
    return Photo(key, picture.width, picture.height, created)
