"""What reporters send back by SMS: a grade rates, other words join their case, and what belongs to nothing waits for a person.

The rules it keeps: each is kept once, sealed, before anything is done with it, so that a provider that pushes it again, or a
crash in between, changes nothing. A number is known only by its keyed hash. A grade rates the case of the newest result SMS
that this telephone got and that can still be rated.

Source: docs/sms.md; help.aliyun.com 101847 (pushed again after 1, 5 and 10 minutes), tencentcloud.com 382/43548.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from service.store import cases, notices

from .context import Hub
from .custody import OVER
from .grade_words import read_grade
from .letters import LONGEST_TEXT, add_words, answer_question
from .rating import LONGEST_COMMENT, rate, rating_open
from .refusals import Incomplete, NotAllowed
from .telling import Kind

NEW, RATED, ADDED, UNMATCHED, NO_RATING, STOP_WORD = "new", "rated", "added", "unmatched", "no_rating", "stop_word"
FOR_A_PERSON = (UNMATCHED, NO_RATING, STOP_WORD)
"""Outcomes that somebody should look at."""
_STOP_WORDS = re.compile(r"\s*(TD|T|N|退订|退)\s*[。.!！]?\s*", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:\+|00)?86(?=1[0-9]{10}$)")
_NOT_A_DIGIT = re.compile(r"[^0-9+]")


@dataclass(frozen=True, slots=True)
class Reply:
    """One SMS that came in.

    Args:
        provider: word of the channel; key: what the provider calls it, the same each time it is pushed.
    """

    provider: str
    key: str
    phone: str
    text: str


def take_reply(hub: Hub, reply: Reply) -> str:
    """Keep an SMS and do what it says. Returns what was made of it, the same for each push of it."""
    key = f"{reply.provider}:{reply.key}"[:160]
    phone = plain_phone(reply.phone)
    words = reply.text[: LONGEST_TEXT * 2]
    row = {
        "provider_key": key,
        "phone_index": hub.sealer.blind("phone", phone),
        "blob": hub.sealer.seal(reply_purpose(key), json.dumps({"phone": phone, "text": words}, ensure_ascii=False).encode()),
        "outcome": NEW,
        "received_at": hub.clock(),
    }
    with hub.store.write() as tx:
        if not notices.add_reply(tx, row):
            kept = notices.find_reply(tx, key)
            if kept is not None and kept["outcome"] != NEW:
                return str(kept["outcome"])
    outcome, case_id = _act(hub, key, hub.sealer.blinds("phone", phone), words)
    with hub.store.write() as tx:
        notices.settle_reply(tx, key, outcome, case_id)
    return outcome


def plain_phone(text: str) -> str:
    """Eleven digits of a number as providers write it."""
    return _PREFIX.sub("", _NOT_A_DIGIT.sub("", text))


def reply_purpose(key: str) -> str:
    """What a kept SMS is bound to."""
    return f"sms-reply:{key}"


def _act(hub: Hub, key: str, phones: Sequence[str], text: str) -> tuple[str, int | None]:
    if _STOP_WORDS.fullmatch(text):
        return STOP_WORD, None
    graded = read_grade(text)
    if graded is not None:
        return _rate(hub, phones, *graded)
    return _add(hub, key, phones, text.strip()[:LONGEST_TEXT])


def _rate(hub: Hub, phones: Sequence[str], grade: int, said: str) -> tuple[str, int | None]:
    told = None
    for row in _told_cases(hub, phones, Kind.RESOLVED):
        told = told or row["id"]
        if rating_open(hub, row) and rate(hub, row["case_no"], grade, said[:LONGEST_COMMENT], "sms").outcome == "rated":
            return RATED, row["id"]
    return (NO_RATING, told) if told else (UNMATCHED, None)


def _add(hub: Hub, key: str, phones: Sequence[str], text: str) -> tuple[str, int | None]:
    if not text:
        return UNMATCHED, None
    once = hub.sealer.blind("sms-reply", key)
    known = None
    asked = {row["id"] for row in _told_cases(hub, phones, Kind.QUESTION)}
    # A question that was put comes before a newer case of which nothing was asked.
    for row in sorted(_cases_of(hub, phones), key=lambda row: row["id"] not in asked):
        known = known or row["id"]
        if row["state"] in OVER:
            continue
        try:
            (answer_question if row["id"] in asked else add_words)(hub, row["case_no"], text, once)
        except (NotAllowed, Incomplete):
            continue
        return ADDED, row["id"]
    return UNMATCHED, known


def _told_cases(hub: Hub, phones: Sequence[str], kind: Kind) -> Iterator[dict[str, Any]]:
    """Cases of which this telephone was told such a thing, the newest SMS first."""
    with hub.store.read() as tx:
        told = notices.told_phones(tx, phones, kind.value)
        rows = {one["case_id"]: cases.get_case_by_id(tx, one["case_id"]) for one in told}
    yield from (row for row in rows.values() if row is not None)


def _cases_of(hub: Hub, phones: Sequence[str]) -> list[dict[str, Any]]:
    """Cases of this telephone, newest first."""
    with hub.store.read() as tx:
        return [row for phone in phones for row in cases.cases_of_phone(tx, phone)]
