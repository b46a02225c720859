"""One tap: this poster is wrong here, or looks pasted over. It makes a case for the centre, and asks for nothing else.

The rule it keeps: it goes the way of every complaint (one transaction, number, outbox, repeat-safe), but its lead is the
centre, which owns the posters, whatever the routing rules say. A poster that hangs over ours is never verified by the phone
that scans it; this tap and the letters printed under the code are what makes a scan an alarm.
"""

from __future__ import annotations

from dataclasses import replace

from gonzhi_code.rules import Priority
from gonzhi_code.words import Words

from .context import Hub, local_day
from .drafting import Submission, decide
from .intake import file_case, read_submission_id, sealed_hash
from .receipts import Receipt
from .scanning import Scan, open_scan

SUSPECT = "poster_suspect"
"""The mark of such a case."""
RULE_ID = "poster.tampered"
SCENE_KEY = "general"
WHY = Words("海报由社会治理中心管理，由它派人去看", "The centre looks after the posters and sends somebody to look")
_SAYS = "扫码的人说：这张海报不在应在的地方，或者像是被换过、盖过。"


class NoPoster(Exception):
    """The code proves no place, so there is no poster to look at."""


def report_poster(hub: Hub, *, token_text: str, submission_id: str, address: str, language: str) -> Receipt:
    """Take the tap.

    Args:
        token_text: the scanned code.
        submission_id: of the page, ``""`` where it made none; the tap has its own beside the form's.
        address: where the request came from; kept only as a keyed hash.
        language: ``zh`` or ``en``.

    Returns:
        The receipt; ``created`` is False when the same tap had come before.

    Raises:
        NoPoster: the code is torn, forged, or of a place that is not known.
    """
    received_at = hub.clock()
    scan = open_scan(hub, token_text, SCENE_KEY)
    if scan.spot is None or not scan.place_name or scan.claims is None:
        raise NoPoster
    plan = hub.plans[SCENE_KEY]
    marked = replace(scan, marks=(*scan.marks, SUSPECT))
    answers = plan.scene.load(_form_of(scan), today=local_day(received_at))
    dumped = plan.scene.dump(answers)
    content_hash = sealed_hash(hub.sealer, plan, dumped)
    given = f"{submission_id.strip()}-poster" if submission_id.strip() else ""
    sent = Submission(
        scan=marked,
        plan=plan,
        answers=answers,
        dumped=dumped,
        submission_id=read_submission_id(hub, given, content_hash, marked, address, received_at),
        content_hash=content_hash,
        language=language,
        received_at=received_at,
    )
    decision = decide(sent)
    centre = hub.county.unit_for("centre")
    decision = replace(decision, lead=centre, helpers=(), why=WHY, rule_id=RULE_ID, priority=Priority.YELLOW)
    return file_case(hub, sent, address, decision).receipt()


def _form_of(scan: Scan) -> dict[str, list[str]]:
    """What the general form would say of it."""
    spot = scan.spot
    assert spot is not None
    where = " ".join(part for part in (spot.name, spot.address) if part) or scan.place_name
    assert scan.claims is not None
    return {"category": ["unclear"], "description": [f"{_SAYS}海报编号 {spot.id}-{scan.claims.serial}。"], "address_text": [where[:100]]}
