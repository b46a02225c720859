"""The tables of places and codes, cases, the outbox, and people; ``tables_handling.py`` and ``tables_registry.py`` hold the rest.

Times are UTC. Words such as states and roles are stored as lower-case ASCII and never renamed, because partners hold them.
What identifies a reporter stands in ``sealed`` alone, encrypted; ``cases.answers`` holds the rest.
A partial index serves SQLite only when a query repeats its condition word for word, so conditions are constants here.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Float, Integer, LargeBinary, String

from .columns import case_id, flag, json, number, partial, text
from .types import Id, Utc

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMING)

# The states in which somebody still owes the case work; the words are those of gonzhi_code.cases.State.
OPEN_CASE = sa.text("state IN ('reported', 'accepted', 'assigned', 'acknowledged', 'in_handling', 'returned')")
# Those, and the ones that wait for the centre's review: all that still lies on somebody's desk.
DESK_CASE = sa.text("state IN ('reported', 'accepted', 'assigned', 'acknowledged', 'in_handling', 'returned', 'resolved')")
OPEN_JOB = sa.text("state IN ('pending', 'leased')")
FAILED_JOB = sa.text("state = 'failed'")
RUNNING_CLOCK = sa.text("met_at IS NULL")

spots = sa.Table(
    "spots", metadata,
    Column("issuer", Integer, primary_key=True, autoincrement=False),
    Column("id", Integer, primary_key=True, autoincrement=False),
    text("name", 200), text("village_id", 12), text("address", 400),
    text("subject_name", 200), text("subject_id", 100), text("owner_unit_id", 64),
    Column("created_at", Utc, nullable=False),
    sa.Index("ix_spots_village", "village_id", "name"),
)

codes = sa.Table(
    "codes", metadata,
    Column("id", Id, primary_key=True),
    Column("issuer", Integer, nullable=False), Column("spot_id", Integer, nullable=False),
    Column("scene_code", Integer, nullable=False), Column("serial", Integer, nullable=False),
    text("place_id", 12), Column("token", String(200), nullable=False, unique=True), text("key_id", 16),
    Column("state", String(16), nullable=False, server_default="good"),  # good, retired, lost, revoked
    Column("issued_on", sa.Date, nullable=False), number("validity_months"),
    Column("state_at", Utc, nullable=False), text("state_by", 64), text("note", 400),
    # minted, printed, posted, inspected, lost, moved, damaged, retired, replaced: what became of the paper; state says what the code is worth
    Column("life", String(16), nullable=False, server_default="minted", default="minted"), Column("life_at", Utc),
    Column("posted_at", Utc), Column("inspected_at", Utc), Column("inspect_by", sa.Date), Column("batch_id", Id),
    Column("lng_wgs84", Float), Column("lat_wgs84", Float),
    sa.ForeignKeyConstraint(["issuer", "spot_id"], ["spots.issuer", "spots.id"]),
    sa.UniqueConstraint("issuer", "spot_id", "scene_code", "serial"),
    sa.Index("ix_codes_place", "place_id", "id"),
    partial("ix_codes_inspect", "inspect_by", where=sa.text("inspect_by IS NOT NULL")),
)

# code_id 0 counts visits without a registered code; the scene is the one the form was shown for, "unified" for the chooser.
scan_counts = sa.Table(
    "scan_counts", metadata,
    Column("day", sa.Date, primary_key=True),
    Column("code_id", Id, primary_key=True, autoincrement=False),
    Column("scene_key", String(64), primary_key=True),
    number("opened"), number("started"), number("submitted"),
    # near, far: of those whose phone said how far from the poster it was; where it was is never kept
    number("near"), number("far"),
    sa.Index("ix_scan_counts_code", "code_id", "day"),
    sqlite_with_rowid=False,
)

cases = sa.Table(
    "cases", metadata,
    Column("id", Id, primary_key=True),
    Column("case_no", String(16), nullable=False, unique=True),
    Column("submission_id", String(80), nullable=False, unique=True),
    Column("content_hash", String(80), nullable=False),
    Column("scene_key", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    number("version", 1),
    Column("source", String(16), nullable=False),  # code, bad_code, none
    text("language", 8),
    text("code_token", 200), Column("code_serial", Integer), text("code_state", 16),
    Column("spot_issuer", Integer), Column("spot_id", Integer),
    text("township_id", 12), text("village_id", 12), text("place", 400),
    Column("lead_unit_id", String(64), nullable=False), json("helper_ids", "[]"), text("holder", 64),
    text("priority", 16), flag("urgent"), text("visibility", 16),
    text("why"), text("why_en"), text("rule_id", 100), text("rules_version", 80),
    json("marks", "[]"), json("advice", "[]"), json("answers", "{}"), text("summary", 200),
    Column("reported_at", Utc, nullable=False), Column("accepted_at", Utc), Column("assigned_at", Utc),
    Column("acknowledged_at", Utc), Column("resolved_at", Utc), Column("closed_at", Utc),
    Column("due_at", Utc), Column("delivered_at", Utc),
    number("return_count"), number("reopen_count"),
    # handler: account that acknowledged it; tier: who decides it, raised by one at each reopening; grade: the last rating, NULL unrated
    text("handler", 64), Column("tier", String(16), nullable=False, server_default="", default=""), Column("grade", Integer),
    number("alert_level"), number("supervision_level"), number("extension_count"),
    Column("main_case_id", Id, sa.ForeignKey("cases.id")),
    sa.Index("ix_cases_lead", "lead_unit_id", "reported_at", "id"),
    sa.Index("ix_cases_township", "township_id", "reported_at", "id"),
    sa.Index("ix_cases_reported", "reported_at", "id"),
    partial("ix_cases_desk", "reported_at", "id", where=DESK_CASE),
    partial("ix_cases_handler", "handler", "reported_at", "id", where=OPEN_CASE),
    partial("ix_cases_overdue", "due_at", "id", where=OPEN_CASE),
    partial("ix_cases_spot", "spot_issuer", "spot_id", where=sa.text("spot_id IS NOT NULL")),
    partial("ix_cases_main", "main_case_id", where=sa.text("main_case_id IS NOT NULL")),
)

# The helpers of a case a second time, as rows: a bureau asks for what it helps with, and JSON has no index on both engines.
helpers = sa.Table(
    "helpers", metadata,
    Column("unit_id", String(64), primary_key=True), case_id(primary_key=True),
    sa.Index("ix_helpers_case", "case_id"),
    sqlite_with_rowid=False,
)

moves = sa.Table(
    "moves", metadata,
    case_id(primary_key=True), Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("action", String(16), nullable=False),
    Column("from_state", String(16), nullable=False), Column("to_state", String(16), nullable=False),
    Column("role", String(16), nullable=False), Column("by", String(80), nullable=False),
    text("unit_id", 64), text("reason"), Column("at", Utc, nullable=False),
    sqlite_with_rowid=False,
)

clocks = sa.Table(
    "clocks", metadata,
    case_id(primary_key=True), Column("key", String(64), primary_key=True),
    text("starts", 16), Column("started_at", Utc, nullable=False), Column("due_at", Utc, nullable=False),
    flag("provisional"), number("amount"), text("unit", 16), text("source"), Column("met_at", Utc),
    # alert_level: 0 none, 1 half the time gone, 2 four fifths, 3 due (yellow), 4 a working day late (red); next_alert_at NULL: not planned
    number("alert_level"), Column("next_alert_at", Utc),
    partial("ix_clocks_running", "due_at", where=RUNNING_CLOCK),
    partial("ix_clocks_alert", "next_alert_at", where=RUNNING_CLOCK),
    sqlite_with_rowid=False,
)

# phone_index finds a reporter's other cases, tail_index checks the last four digits; both are keyed hashes.
sealed = sa.Table(
    "sealed", metadata,
    case_id(primary_key=True, autoincrement=False), Column("blob", sa.LargeBinary, nullable=False),
    Column("phone_index", String(80)), Column("tail_index", String(80)),
    partial("ix_sealed_phone", "phone_index", where=sa.text("phone_index IS NOT NULL")),
)

photos = sa.Table(
    "photos", metadata,
    Column("id", Id, primary_key=True), case_id(),
    text("field", 64), Column("name", String(120), nullable=False, unique=True),  # where the photo store keeps it
    Column("content_hash", String(80), nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("size_bytes", Integer, nullable=False), Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False), Column("created_at", Utc, nullable=False),
    Column("source", String(16), nullable=False, server_default="reporter", default="reporter"), text("by", 80),  # reporter, desk
    sa.UniqueConstraint("case_id", "content_hash"),
)

outbox = sa.Table(
    "outbox", metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, sa.ForeignKey("cases.id", ondelete="CASCADE")),
    Column("kind", String(64), nullable=False), Column("destination", String(64), nullable=False),
    Column("dedupe_key", String(160), nullable=False, unique=True), json("payload", "{}"),
    Column("state", String(16), nullable=False, server_default="pending", default="pending"),
    number("attempts"), Column("next_at", Utc, nullable=False), Column("lease_until", Utc), text("last_error"),
    Column("created_at", Utc, nullable=False), Column("delivered_at", Utc),
    partial("ix_outbox_open", "next_at", "id", where=OPEN_JOB),
    partial("ix_outbox_failed", "id", where=FAILED_JOB),
    sa.Index("ix_outbox_case", "case_id"),
)

counters = sa.Table(
    "counters", metadata,
    Column("key", String(160), primary_key=True), Column("window_start", Utc, primary_key=True),
    Column("count", Integer, nullable=False),
    sa.Index("ix_counters_window", "window_start"),
    sqlite_with_rowid=False,
)

users = sa.Table(
    "users", metadata,
    Column("id", Id, primary_key=True),
    Column("username", String(64), nullable=False, unique=True), text("display_name", 100),
    Column("password_hash", String(400), nullable=False),
    Column("unit_id", String(64), nullable=False), Column("role", String(16), nullable=False),
    flag("disabled"), number("failed_count"), Column("failed_at", Utc), Column("created_at", Utc, nullable=False),
    # grants: verbs beside those of the role; area_ids: villages of a grid officer; totp: sealed secret of the second factor;
    # subject: who this is at the county's single sign-on; must_change: the password was given by somebody else
    json("grants", "[]"), json("area_ids", "[]"), Column("totp", LargeBinary), Column("totp_step", Id), text("subject", 200),
    flag("must_change"),
    partial("ix_users_subject", "subject", where=sa.text("subject <> ''"), unique=True),
)

# What stands in for a lost second factor, each once; only a keyed hash is kept.
recovery_codes = sa.Table(
    "recovery_codes", metadata,
    Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("code_hash", String(80), primary_key=True), Column("used_at", Utc),
    sqlite_with_rowid=False,
)

sessions = sa.Table(
    "sessions", metadata,
    Column("token_hash", String(80), primary_key=True),
    Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Utc, nullable=False), Column("last_seen_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False, index=True), Column("revoked_at", Utc),
    text("method", 16), text("agent", 200), flag("factor_due"),  # factor_due: the second factor is still to come
)

# Only ever appended to. case_id is no foreign key: who looked at a case is still known after the case is erased.
audit = sa.Table(
    "audit", metadata,
    Column("id", Id, primary_key=True), Column("at", Utc, nullable=False, index=True),
    Column("who", String(80), nullable=False), Column("action", String(64), nullable=False),
    Column("case_id", Id, index=True), text("reason"), json("detail", "{}"),
    sa.Index("ix_audit_who", "who", "id"), sa.Index("ix_audit_action", "action", "id"),
)
