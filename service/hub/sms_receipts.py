"""Receipts of SMS: what became of each on its way to the telephone. They come in any order, late, and again.

Aliyun repeats our own number of a message, Tencent only its own; whichever is there finds the notice. A receipt of a message
that is not ours (another system under the same account) is let go.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from service.store import notices

from .context import Hub
from .notice_text import notice_of

log = logging.getLogger("gonzhi.sms")


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt.

    Args:
        out_id: ours, ``""`` where it is not repeated; provider_id: theirs; code: the carrier's word; segments: 0 for unsaid.
    """

    out_id: str
    provider_id: str
    delivered: bool
    code: str = ""
    segments: int = 0


def note_receipts(hub: Hub, receipts: Iterable[Receipt]) -> int:
    """Note what they say. Returns how many belong to notices of ours."""
    now = hub.clock()
    known = 0
    with hub.store.write() as tx:
        for receipt in receipts:
            notice_id = notice_of(hub, tx, receipt.out_id)
            # A number of ours that fits no sending is one of before a person put the notice back: its outcome is history.
            if receipt.out_id.startswith("n") and not notice_id:
                continue
            known += notices.note_receipt(
                tx, now, notice_id=notice_id, provider_id=receipt.provider_id, delivered=receipt.delivered,
                code="" if receipt.delivered else receipt.code, segments=receipt.segments,
            )  # fmt: skip
    return known
