"""From typed answers to everything that is stored of a new case; pure but for the hub's own keys.

The rule it keeps: personal answers, and in protected scenes every answer in free words, are sealed for this one case
before they come near the store. What is told to others (the payload) never holds an answer.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.cases import Action, Case, State, move, report
from gonzhi_code.deadlines import Clock, deadline
from gonzhi_code.routing import Decision, Visibility
from gonzhi_code.words import Words

from .context import Hub, ScenePlan
from .receipts import unit_of
from .scanning import Scan

SYSTEM = "system"
REPORTER = "reporter"
FIRST_ACTIONS = frozenset({Action.REPORT.value, Action.ACCEPT.value, Action.ASSIGN.value})
"""The moves a new case makes at once; clocks that start with them start with it."""
DESK = "desk"
"""The destination of the outbox that is our own unit desk."""
SUMMARY_LENGTH = 60
_LONG_DIGITS = re.compile(r"[0-9０-９][0-9０-９\- ]{5,}[0-9０-９Xx]")

Row = dict[str, Any]


@dataclass(frozen=True)
class Submission:
    """One form as it came in: what it says, where it was scanned, when, and the id that makes it one.

    Args:
        answers: typed; dumped: the same, JSON-able.
        content_hash: keyed hash of the content, to tell a repeat from something else.
        marks: of throttling and the like, beside those of the scan.
    """

    scan: Scan
    plan: ScenePlan
    answers: Mapping[str, Any]
    dumped: Mapping[str, Any]
    submission_id: str
    content_hash: str
    language: str
    received_at: dt.datetime


@dataclass(frozen=True)
class Draft:
    """The rows of a new case, as the store takes them."""

    case: Row
    moves: list[Row]
    clocks: list[Row]
    sealed: Row | None
    outbox: list[Row]


def decide(sent: Submission) -> Decision:
    """Where the case goes, and why."""
    return sent.plan.rules.decide(sent.answers, sent.scan.spot, {"source": sent.scan.source})


def draft_case(hub: Hub, sent: Submission, decision: Decision, case_no: str) -> Draft:
    """Everything that is stored of a new case under this number."""
    case, moves = _first_moves(sent, decision, case_no, hub.clock())
    clocks = [_clock_row(hub, clock, moves) for clock in decision.clocks if clock.starts in FIRST_ACTIONS]
    marks = list(dict.fromkeys([*decision.marks, *sent.scan.marks]))
    hidden = sent.plan.sealed_names(decision.visibility)
    row = _case_row(hub, sent, decision, case, moves)
    row["marks"] = marks
    row["advice"] = [[str(words), words.en if isinstance(words, Words) else str(words)] for words in decision.advice]
    row["answers"] = {name: value for name, value in sent.dumped.items() if name not in hidden}
    row["due_at"] = next((clock["due_at"] for clock in clocks if clock["key"] == "handle"), None)
    return Draft(row, moves, clocks, _sealed_row(hub, sent, hidden, case_no), _outbox_rows(hub, sent, row, moves))


def _first_moves(sent: Submission, decision: Decision, case_no: str, now: dt.datetime) -> tuple[Case, list[Row]]:
    """Reported, accepted, assigned: the three moves that intake makes at once."""
    case = report(case_no, sent.plan.scene.key, by=REPORTER, at=sent.received_at)
    case = move(case, Action.ACCEPT, role=SYSTEM, by=SYSTEM, at=now)
    case = move(case, Action.ASSIGN, role=SYSTEM, by=SYSTEM, at=now, unit_id=decision.lead.id, reason=decision.rule_id)
    rows = [
        {
            "seq": seq,
            "action": made.action.value,
            "from_state": made.from_state.value if made.from_state else "",
            "to_state": made.to_state.value,
            "role": str(getattr(made.role, "value", made.role)),
            "by": made.by,
            "unit_id": made.unit_id,
            "reason": made.reason,
            "at": made.at,
        }
        for seq, made in enumerate(case.moves, start=1)
    ]
    return case, rows


def _clock_row(hub: Hub, clock: Clock, moves: list[Row]) -> Row:
    started_at: dt.datetime = next(made["at"] for made in moves if made["action"] == clock.starts)
    due = deadline(started_at, clock.span, hub.county.calendar, on_unknown="provisional")
    # What intake does at once is met at once: no clock of the first minute is left running.
    met_at = moves[-1]["at"] if clock.key == "dispatch" else None
    return {
        "key": clock.key,
        "starts": clock.starts,
        "started_at": started_at,
        "due_at": due.at,
        "provisional": due.provisional,
        "amount": clock.span.amount,
        "unit": clock.span.unit.value,
        "source": clock.source,
        "met_at": met_at,
    }


def _case_row(hub: Hub, sent: Submission, decision: Decision, case: Case, moves: list[Row]) -> Row:
    scan = sent.scan
    spot = scan.spot
    registered = spot if scan.code_id else None
    return {
        "case_no": case.case_no,
        "submission_id": sent.submission_id,
        "content_hash": sent.content_hash,
        "scene_key": sent.plan.scene.key,
        "state": State(case.state).value,
        "source": scan.source,
        "language": sent.language,
        "code_token": scan.token,
        "code_serial": scan.claims.serial if scan.claims and spot else None,
        "code_state": scan.code_state,
        "spot_issuer": registered.issuer if registered else None,
        "spot_id": registered.id if registered else None,
        "township_id": decision.township_id,
        "village_id": decision.village_id,
        "place": place_words(hub, decision, sent),
        "lead_unit_id": decision.lead.id,
        "helper_ids": [unit.id for unit in decision.helpers],
        "holder": decision.lead.id,
        "priority": decision.priority.value,
        "urgent": decision.urgent,
        "visibility": decision.visibility.value,
        "why": str(decision.why),
        "why_en": decision.why.en,
        "rule_id": decision.rule_id,
        "rules_version": decision.rules_version,
        "summary": summary(sent, decision),
        "reported_at": moves[0]["at"],
        "accepted_at": moves[1]["at"],
        "assigned_at": moves[2]["at"],
    }


def place_words(hub: Hub, decision: Decision, sent: Submission) -> str:
    """Township, village and spot in words; the spot only where the citizen did not say another place."""
    area_id = decision.village_id or decision.township_id
    name = hub.county.place_name(area_id) if area_id else ""
    spot = sent.scan.spot
    said_other = sent.answers.get("village_id") or sent.answers.get("township_id")
    return f"{name} {spot.name}".strip() if spot and spot.name and not said_other else name


def summary(sent: Submission, decision: Decision) -> str:
    """The first words of the description for the queue, long numbers masked; nothing where the case is protected."""
    text = sent.dumped.get("description")
    if decision.visibility is not Visibility.NORMAL or "description" in sent.plan.personal or not isinstance(text, str):
        return ""
    line = " ".join(text.split())
    masked = _LONG_DIGITS.sub(lambda found: found.group()[:3] + "****", line)
    return masked if len(masked) <= SUMMARY_LENGTH else masked[: SUMMARY_LENGTH - 1] + "…"


def _sealed_row(hub: Hub, sent: Submission, hidden: frozenset[str], case_no: str) -> Row | None:
    kept = {name: value for name, value in sent.dumped.items() if name in hidden}
    if not kept:
        return None
    blob = hub.sealer.seal(sealed_purpose(case_no), json.dumps(kept, ensure_ascii=False).encode())
    phone = kept.get(sent.plan.scene.reporter_phone) if sent.plan.scene.reporter_phone else None
    if not isinstance(phone, str) or len(phone) < 4:
        return {"blob": blob}
    return {
        "blob": blob,
        "phone_index": hub.sealer.blind("phone", phone),
        "tail_index": hub.sealer.blind("tail", f"{case_no}:{phone[-4:]}"),
    }


def sealed_purpose(case_no: str) -> str:
    """What the sealed answers of a case are bound to."""
    return f"answers:{case_no}"


def _outbox_rows(hub: Hub, sent: Submission, row: Row, moves: list[Row]) -> list[Row]:
    """One row per thing to tell and destination, so that one that fails does not hide behind one that worked."""
    payload = event_payload(hub, row)
    kinds = [("case.assigned", payload)]
    if sent.scan.source == "bad_code":
        kinds.append(("code.alarm", alarm_payload(hub, sent, row)))
    at = moves[-1]["at"]
    return [
        {
            "kind": kind,
            "destination": destination,
            "dedupe_key": f"{kind}:{row['case_no']}:{len(moves)}:{destination}",
            "payload": told,
            "next_at": at,
            "created_at": at,
        }
        for kind, told in kinds
        for destination in (DESK, *hub.settings.connectors)
    ]


def event_payload(hub: Hub, row: Mapping[str, Any]) -> Row:
    """What another hub is told of an assigned case: where it is, who has it, until when. No answer, and no person."""
    lead = unit_of(hub, row["lead_unit_id"])
    told: Row = {
        "case_no": row["case_no"],
        "state": row["state"],
        "scene_key": row["scene_key"],
        "lead_id": lead.id,
        "lead": lead.name,
        "helper_ids": row["helper_ids"],
        "priority": row["priority"],
        "urgent": row["urgent"],
        "visibility": row["visibility"],
        "due_at": row["due_at"].isoformat() if row["due_at"] else None,
        "reported_at": row["reported_at"].isoformat(),
        "rule_id": row["rule_id"],
        "rules_version": row["rules_version"],
    }
    if row["visibility"] != Visibility.SEALED.value:
        told.update(township_id=row["township_id"], village_id=row["village_id"], marks=row["marks"])
    return told


def alarm_payload(hub: Hub, sent: Submission, row: Mapping[str, Any]) -> Row:
    """What the centre is told of a code that should not be hanging: which, where, and what is the matter with it."""
    claims = sent.scan.claims
    return {
        "case_no": row["case_no"],
        "code_state": sent.scan.code_state,
        "code_token": sent.scan.token,
        "unit_id": hub.county.unit_for("centre").id,
        "spot_id": claims.spot_id if claims else None,
        "serial": claims.serial if claims else None,
        "place_id": claims.place_id if claims else "",
        "place_trusted": sent.scan.spot is not None,
        "reported_at": row["reported_at"].isoformat(),
    }
