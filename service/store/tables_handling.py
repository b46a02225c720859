"""The tables of a case's life after it was assigned: what was answered, urged, extended, asked, rated, and told by SMS.

All of it is *about* a case and none of it is a state. What a person wrote is sealed; what is counted is plain.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Integer, LargeBinary, String, Text

from .columns import case_id, flag, json, number, partial, text
from .tables import metadata
from .types import Id, Utc

OPEN_SUPERVISION = sa.text("answered_at IS NULL AND withdrawn_at IS NULL")
ASKED = sa.text("state = 'asked'")
WAITING_NOTICE = sa.text("state IN ('pending', 'sending')")
UNSENT_NOTICE = sa.text("state IN ('failed', 'uncertain', 'dropped')")

# Every clock that stopped, and how: figures are drawn from here, because a clock that is started anew forgets its past.
clock_runs = sa.Table(
    "clock_runs", metadata,
    Column("id", Id, primary_key=True), case_id(index=True),
    Column("key", String(64), nullable=False), Column("unit_id", String(64), nullable=False),
    text("scene_key", 64), text("township_id", 12),
    Column("started_at", Utc, nullable=False), Column("due_at", Utc, nullable=False), Column("ended_at", Utc, nullable=False),
    Column("outcome", String(16), nullable=False),  # met, late, void
    flag("provisional"),
    sa.Index("ix_clock_runs_ended", "ended_at", "key"),
)

# What a unit answered; seq is that of the move "resolve" it belongs to. The short text may stand in an SMS.
resolutions = sa.Table(
    "resolutions", metadata,
    case_id(primary_key=True), Column("seq", Integer, primary_key=True, autoincrement=False),
    text("conclusion", 32), text("short", 100), Column("answer", Text, nullable=False),
    Column("unit_id", String(64), nullable=False), Column("by", String(80), nullable=False), Column("at", Utc, nullable=False),
    sqlite_with_rowid=False,
)

# 催办 (kind "reminder") and 督办 (kind "supervision", with a level, a deadline and an answer).
supervisions = sa.Table(
    "supervisions", metadata,
    Column("id", Id, primary_key=True), case_id(index=True),
    Column("kind", String(16), nullable=False), text("level", 16),  # general, listed, interview
    Column("unit_id", String(64), nullable=False), Column("by", String(80), nullable=False), Column("at", Utc, nullable=False),
    text("clock_key", 64), text("text"), Column("due_at", Utc),
    text("answer"), text("answered_by", 80), Column("answered_at", Utc), Column("withdrawn_at", Utc),
    text("dedupe_key", 160),
    partial("ix_supervisions_open", "unit_id", "due_at", where=OPEN_SUPERVISION),
    partial("ix_supervisions_dedupe", "dedupe_key", where=sa.text("dedupe_key <> ''"), unique=True),
)

extensions = sa.Table(
    "extensions", metadata,
    Column("id", Id, primary_key=True), case_id(index=True),
    Column("clock_key", String(64), nullable=False), Column("working_days", Integer, nullable=False),
    Column("reason", Text, nullable=False), Column("unit_id", String(64), nullable=False),
    Column("asked_by", String(80), nullable=False), Column("asked_at", Utc, nullable=False),
    Column("state", String(16), nullable=False, server_default="asked"),  # asked, granted, refused
    text("decision"), text("decided_by", 80), Column("decided_at", Utc),
    Column("due_before", Utc, nullable=False), Column("due_after", Utc),
    partial("ix_extensions_asked", "asked_at", where=ASKED),
)

# Words between desk and reporter: question (desk -> reporter), reply, addition (reporter -> desk), note (desk only).
letters = sa.Table(
    "letters", metadata,
    Column("id", Id, primary_key=True), case_id(index=True),
    Column("kind", String(16), nullable=False), Column("by", String(80), nullable=False), text("unit_id", 64),
    Column("at", Utc, nullable=False), Column("blob", LargeBinary, nullable=False),
    Column("dedupe_key", String(160), nullable=False, unique=True), Column("read_at", Utc),
)

# One rating a round; round counts the reopenings before it. The rater's words are sealed.
ratings = sa.Table(
    "ratings", metadata,
    case_id(primary_key=True), Column("round", Integer, primary_key=True, autoincrement=False),
    Column("grade", Integer, nullable=False), Column("channel", String(16), nullable=False),  # page, sms
    Column("unit_id", String(64), nullable=False), Column("at", Utc, nullable=False), Column("blob", LargeBinary),
    sa.Index("ix_ratings_at", "at"),
    sqlite_with_rowid=False,
)

# Wishes to have a case taken up again that somebody must decide; the first within ten days needs no decision.
appeals = sa.Table(
    "appeals", metadata,
    Column("id", Id, primary_key=True), case_id(),
    Column("round", Integer, nullable=False), Column("at", Utc, nullable=False), Column("blob", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False, server_default="asked"),  # asked, granted, refused
    text("decision"), text("decided_by", 80), Column("decided_at", Utc),
    sa.UniqueConstraint("case_id", "round"),
    partial("ix_appeals_asked", "at", where=ASKED),
)

# One SMS to a reporter. The number stays in the sealed part of the case and is opened when it is sent.
notices = sa.Table(
    "notices", metadata,
    Column("id", Id, primary_key=True), case_id(index=True),
    Column("kind", String(16), nullable=False),  # received, handed_over, resolved, reopened, extended, late, question
    Column("dedupe_key", String(160), nullable=False, unique=True), json("params", "{}"), text("phone_index", 80),
    Column("state", String(16), nullable=False, server_default="pending"),  # pending, sending, sent, delivered, failed, uncertain, dropped
    number("attempts"), Column("next_at", Utc, nullable=False), Column("lease_until", Utc),
    text("channel", 32), text("provider_id", 80), number("segments"), text("error_code", 80), text("last_error"),
    Column("created_at", Utc, nullable=False), Column("sent_at", Utc), Column("receipt_at", Utc),
    partial("ix_notices_waiting", "next_at", "id", where=WAITING_NOTICE),
    sa.Index("ix_notices_phone", "phone_index", "sent_at"),
    partial("ix_notices_unsent", "id", where=UNSENT_NOTICE),
    sa.Index("ix_notices_provider", "provider_id"),
)

# SMS that reporters sent back (上行), each once.
sms_replies = sa.Table(
    "sms_replies", metadata,
    Column("id", Id, primary_key=True), Column("provider_key", String(160), nullable=False, unique=True),
    Column("case_id", Id, index=True), text("phone_index", 80), Column("blob", LargeBinary, nullable=False),
    Column("outcome", String(32), nullable=False), Column("received_at", Utc, nullable=False),
)

# What was taken out of a case when the time to keep it was over; step: masked, forgotten.
tombstones = sa.Table(
    "tombstones", metadata,
    case_id(primary_key=True), Column("step", String(16), primary_key=True),
    Column("at", Utc, nullable=False), Column("by", String(80), nullable=False), text("reason"),
    sqlite_with_rowid=False,
)

# What is done again and again; whoever holds the lease does it, so several workers do it once.
schedules = sa.Table(
    "schedules", metadata,
    Column("name", String(64), primary_key=True), Column("next_at", Utc, nullable=False), Column("lease_until", Utc),
    Column("started_at", Utc), Column("finished_at", Utc), text("last_error"),
)

# The daily reconciliation, as it came out.
balances = sa.Table(
    "balances", metadata,
    Column("day", sa.Date, primary_key=True), json("figures", "{}"), flag("balanced"), Column("made_at", Utc, nullable=False),
)
