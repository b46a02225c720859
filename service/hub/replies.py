"""What reporters send back by SMS: a grade rates, other words join their case, and what belongs to nothing waits for a person.

The rules it keeps: each is kept once, sealed, before anything is done with it, so that a provider that pushes it again, or a
crash in between, changes nothing. A number is known only by its keyed hash. A grade rates the case of the newest result SMS
that this telephone got and that can still be rated.

Source: docs/sms.md; help.aliyun.com 101847 (pushed again after 1, 5 and 10 minutes), tencentcloud.com 382/43548.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from service.store import cases, notices, ratings

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


@dataclass(frozen=True, slots=True)
class Wish:
    """What an SMS asks for: the outcome it is to have, and what it says."""

    outcome: str
    grade: int = 0
    said: str = ""


def take_reply(hub: Hub, reply: Reply) -> str:
    """Keep an SMS and do what it says. Returns what was made of it, the same for each push of it."""
    key = f"{reply.provider}:{reply.key}"[:160]
    phone = plain_phone(reply.phone)
    text = reply.text.strip()[: LONGEST_TEXT * 2]
    wish = _read(text)
    phones = hub.sealer.blinds("phone", phone)
    case_id, came_at = _case_for(hub, wish, phones), hub.clock()
    row = {
        "provider_key": key,
        "case_id": case_id,
        "phone_index": phones[0],
        "blob": hub.sealer.seal(reply_purpose(key), json.dumps({"phone": phone, "text": text}, ensure_ascii=False).encode()),
        "outcome": NEW,
        "received_at": came_at,
    }
    with hub.store.write() as tx:
        if not notices.add_reply(tx, row) and (kept := notices.find_reply(tx, key)):
            if kept["outcome"] != NEW:
                return str(kept["outcome"])
            # Pushed again before it was done: it stays with the case that was chosen then, be that one rated by now.
            case_id, came_at = kept["case_id"], kept["received_at"]
    outcome = _act(hub, key, wish, phones, case_id, came_at)
    with hub.store.write() as tx:
        notices.settle_reply(tx, key, outcome)
    return outcome


def plain_phone(text: str) -> str:
    """Eleven digits of a number as providers write it."""
    return _PREFIX.sub("", _NOT_A_DIGIT.sub("", text))


def reply_purpose(key: str) -> str:
    """What a kept SMS is bound to."""
    return f"sms-reply:{key}"


def _read(text: str) -> Wish:
    if not text or _STOP_WORDS.fullmatch(text):
        return Wish(STOP_WORD if text else UNMATCHED)
    graded = read_grade(text)
    return Wish(RATED, *graded) if graded else Wish(ADDED, said=text[:LONGEST_TEXT])


def _case_for(hub: Hub, wish: Wish, phones: Sequence[str]) -> int | None:
    """The case that it is about: the one it can be done to, else the one that it probably means."""
    if wish.outcome == RATED:
        told = list(_told_cases(hub, phones, Kind.RESOLVED))
        return _first(told, lambda row: rating_open(hub, row))
    if wish.outcome == ADDED:
        asked = _asked(hub, phones)
        # A question that was put comes before a newer case of which nothing was asked.
        known = sorted(_cases_of(hub, phones), key=lambda row: row["id"] not in asked)
        return _first(known, lambda row: row["state"] not in OVER)
    return None


def _first(rows: Sequence[dict[str, Any]], fits: Callable[[dict[str, Any]], bool]) -> int | None:
    return next((int(row["id"]) for row in rows if fits(row)), int(rows[0]["id"]) if rows else None)


def _act(hub: Hub, key: str, wish: Wish, phones: Sequence[str], case_id: int | None, since: dt.datetime) -> str:
    with hub.store.read() as tx:
        row = cases.get_case_by_id(tx, case_id) if case_id is not None else None
    if row is None:
        return wish.outcome if wish.outcome == STOP_WORD else UNMATCHED
    try:
        if wish.outcome == RATED:
            return _rate(hub, row, wish, since)
        write = answer_question if row["id"] in _asked(hub, phones) else add_words
        write(hub, row["case_no"], wish.said, hub.sealer.blind("sms-reply", key))
    except (NotAllowed, Incomplete):
        return UNMATCHED
    return ADDED


def _rate(hub: Hub, row: dict[str, Any], wish: Wish, since: dt.datetime) -> str:
    if rate(hub, row["case_no"], wish.grade, wish.said[:LONGEST_COMMENT], "sms").outcome == RATED:
        return RATED
    # This same SMS may have rated it: pushed twice at once, or before a crash that kept us from noting it.
    with hub.store.read() as tx:
        kept = ratings.ratings_of(tx, row["id"])
    same = any((one["channel"], one["grade"]) == ("sms", wish.grade) and one["at"] >= since for one in kept)
    return RATED if same else NO_RATING


def _asked(hub: Hub, phones: Sequence[str]) -> set[int]:
    """Cases of which this telephone was asked something."""
    return {row["id"] for row in _told_cases(hub, phones, Kind.QUESTION)}


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
