"""Intake: a filled-in form becomes a case that has been accepted, routed and put into the outbox.

The rule it keeps: accepted means committed. One transaction writes the case, its moves, clocks, sealed answers and outbox
rows; only then is there a number to give. The same form sent twice is one case; the same id with other content is a
conflict, and nothing is overwritten.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import ValidationError

from gonzhi_code.routing import Decision
from gonzhi_code.words import Words
from service.sealing import Sealer

from .context import Hub, ScenePlan, local_day
from .drafting import Submission, decide
from .filing import Outcome, file_submission
from .receipts import Receipt, read_case_receipt, receipt_of
from .scanning import Scan, open_scan
from .throttling import is_local

__all__ = ["Accepted", "FormRejected", "Receipt", "SubmissionConflict", "accept", "submit"]

_SUBMISSION_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CHOOSE = Words("请先选择要反映的事项", "Please choose first what it is about")
MISPLACED = "poster_misplaced"
"""The tick box on the page, and the mark it leaves: the finder says that the poster does not hang where it should."""


class FormRejected(Exception):
    """The form cannot be taken as it is.

    Args:
        scan: what the code led to, so that the page can be shown again.
        errors: every bad field at once: names to lists of Words.
        form: what was posted.
    """

    def __init__(self, scan: Scan, errors: Mapping[str, Any], form: Mapping[str, Any]) -> None:
        super().__init__(f"{len(errors)} fields to mend")
        self.scan, self.errors, self.form = scan, errors, form


class SubmissionConflict(Exception):
    """The submission id was used before, with other content.

    Args:
        receipt_token: of the case that was filed under the id.
    """

    def __init__(self, receipt_token: str) -> None:
        super().__init__("the same form was sent before with other content")
        self.receipt_token = receipt_token


@dataclass(frozen=True)
class Accepted:
    """A form that was taken: the case is committed.

    Args:
        outcome: of writing it just now; None where the same form had come before.
    """

    hub: Hub
    case_no: str
    outcome: Outcome | None = None

    @property
    def receipt_token(self) -> str:
        """What stands in the address of the receipt."""
        return self.hub.tokens.make(self.case_no)

    def receipt(self) -> Receipt:
        """The receipt itself, from the rows that were written, or read again."""
        if self.outcome is None:
            return read_case_receipt(self.hub, self.case_no)
        draft = self.outcome.draft
        row = {**draft.case, "marks": [*draft.case["marks"], *self.outcome.marks]}
        return receipt_of(self.hub, row, draft.clocks, created=True)


def submit(
    hub: Hub,
    *,
    token_text: str | None,
    scene_key: str | None,
    form: Mapping[str, Any],
    submission_id: str,
    address: str,
    language: str,
) -> Receipt:
    """What :func:`accept` does, with the receipt that the citizen will see; ``created`` is False for a repeat."""
    accepted = accept(
        hub,
        token_text=token_text,
        scene_key=scene_key,
        form=form,
        submission_id=submission_id,
        address=address,
        language=language,
    )
    return accepted.receipt()


def accept(
    hub: Hub,
    *,
    token_text: str | None,
    scene_key: str | None,
    form: Mapping[str, Any],
    submission_id: str,
    address: str,
    language: str,
) -> Accepted:
    """Take a form.

    Args:
        hub: the hub.
        token_text: the scanned code, None without one.
        scene_key: the scene the form is of; None where the code says it.
        form: posted values, a werkzeug MultiDict or a plain mapping.
        submission_id: made by the page; ``""`` where it made none.
        address: where the request came from; kept only as a keyed hash.
        language: ``zh`` or ``en``.

    Returns:
        Where its receipt is, once the case is committed.

    Raises:
        FormRejected: a field is wrong, or no scene is chosen. SubmissionConflict: the id stands for something else.
    """
    received_at = hub.clock()
    scan = open_scan(hub, token_text, scene_key)
    if scan.spot is not None and form.get(MISPLACED) == "yes":
        scan = replace(scan, marks=(*scan.marks, MISPLACED))
    if scan.scene is None:
        raise FormRejected(scan, {"scene_key": [_CHOOSE]}, form)
    plan = hub.plans[scan.scene.key]
    try:
        answers = plan.scene.load(form, today=local_day(received_at))
    except ValidationError as error:
        messages: Any = error.messages
        raise FormRejected(scan, messages, form) from None
    dumped = plan.scene.dump(answers)
    content_hash = sealed_hash(hub.sealer, plan, dumped)
    sent = Submission(
        scan=scan,
        plan=plan,
        answers=answers,
        dumped=dumped,
        submission_id=read_submission_id(hub, submission_id, content_hash, scan, address, received_at),
        content_hash=content_hash,
        language=language,
        received_at=received_at,
    )
    return file_case(hub, sent, address, decide(sent))


def file_case(hub: Hub, sent: Submission, address: str, decision: Decision) -> Accepted:
    """Write the case, or find the one that this form made before.

    Raises:
        SubmissionConflict: the id stands for something else.
    """
    outcome = file_submission(hub, sent, address, decision)
    filed = outcome.filed
    if not filed.created:
        if filed.content_hash != sent.content_hash:
            raise SubmissionConflict(hub.tokens.make(filed.case_no))
        return Accepted(hub, filed.case_no)
    hub.waker.wake()
    # Behind a proxy that does not say for whom it asks, slowing one would slow all.
    if outcome.delay and not is_local(address):
        hub.sleep(outcome.delay)
    return Accepted(hub, filed.case_no, outcome)


def sealed_hash(sealer: Sealer, plan: ScenePlan, dumped: Mapping[str, Any]) -> str:
    """Keyed hash of what was asked and answered; facts derived from the day of sending are left out."""
    asked = {name: value for name, value in dumped.items() if name in plan.scene.fields}
    return sealer.blind("content", json.dumps([plan.scene.key, asked], ensure_ascii=False, sort_keys=True))


def read_submission_id(
    hub: Hub, given: str, content_hash: str, scan: Scan, address: str, received_at: dt.datetime
) -> str:
    """The id the page made; where there is none, one that a repeat from the same place on the same day meets again."""
    given = given.strip()
    if _SUBMISSION_ID.fullmatch(given):
        return given
    if given:
        return "x-" + hub.sealer.blind("submission", given)
    day = local_day(received_at).isoformat()
    return "d-" + hub.sealer.blind("submission", f"{content_hash}\n{address}\n{scan.token}\n{day}")
