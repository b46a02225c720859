"""The first tables.

Frozen: a later change is a later migration. The words of the conditions are repeated here for the same reason.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)
OPEN_CASE = sa.text("state IN ('reported', 'accepted', 'assigned', 'acknowledged', 'in_handling', 'returned')")
OPEN_JOB = sa.text("state IN ('pending', 'leased')")
TABLES = (
    "spots", "codes", "scan_counts", "cases", "helpers", "moves", "clocks", "sealed", "photos", "outbox", "counters",
    "users", "sessions", "audit",
)


def upgrade() -> None:
    """Makes every table."""
    _places_and_codes()
    _cases()
    _parts_of_cases()
    _outbox_and_counters()
    _people()


def downgrade() -> None:
    """Drops every table, the ones that point at others first."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _places_and_codes() -> None:
    """Where codes hang, and how often they are opened."""
    op.create_table(
        "spots",
        sa.Column("issuer", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", sa.String(200), server_default="", nullable=False),
        sa.Column("village_id", sa.String(12), server_default="", nullable=False),
        sa.Column("address", sa.String(400), server_default="", nullable=False),
        sa.Column("subject_name", sa.String(200), server_default="", nullable=False),
        sa.Column("subject_id", sa.String(100), server_default="", nullable=False),
        sa.Column("owner_unit_id", sa.String(64), server_default="", nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "id", name="pk_spots"),
    )
    op.create_table(
        "codes",
        sa.Column("id", ID, nullable=False), sa.Column("issuer", sa.Integer(), nullable=False),
        sa.Column("spot_id", sa.Integer(), nullable=False), sa.Column("scene_code", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.String(12), server_default="", nullable=False),
        sa.Column("token", sa.String(200), nullable=False),
        sa.Column("key_id", sa.String(16), server_default="", nullable=False),
        sa.Column("state", sa.String(16), server_default="good", nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("validity_months", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state_at", UTC, nullable=False),
        sa.Column("state_by", sa.String(64), server_default="", nullable=False),
        sa.Column("note", sa.String(400), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_codes"),
        sa.ForeignKeyConstraint(["issuer", "spot_id"], ["spots.issuer", "spots.id"], name="fk_codes_issuer_spot_id"),
        sa.UniqueConstraint("issuer", "spot_id", "scene_code", "serial", name="uq_codes_issuer_spot_id_scene_code_serial"),
        sa.UniqueConstraint("token", name="uq_codes_token"),
    )
    op.create_table(
        "scan_counts",
        sa.Column("day", sa.Date(), nullable=False), sa.Column("code_id", ID, nullable=False, autoincrement=False),
        sa.Column("scene_key", sa.String(64), nullable=False),
        sa.Column("opened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started", sa.Integer(), server_default="0", nullable=False),
        sa.Column("submitted", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("day", "code_id", "scene_key", name="pk_scan_counts"),
        sqlite_with_rowid=False,
    )


def _cases() -> None:
    """The cases themselves."""
    op.create_table(
        "cases",
        sa.Column("id", ID, nullable=False), sa.Column("case_no", sa.String(16), nullable=False),
        sa.Column("submission_id", sa.String(80), nullable=False),
        sa.Column("content_hash", sa.String(80), nullable=False),
        sa.Column("scene_key", sa.String(64), nullable=False), sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), server_default="", nullable=False),
        sa.Column("code_token", sa.String(200), server_default="", nullable=False),
        sa.Column("code_serial", sa.Integer(), nullable=True),
        sa.Column("code_state", sa.String(16), server_default="", nullable=False),
        sa.Column("spot_issuer", sa.Integer(), nullable=True), sa.Column("spot_id", sa.Integer(), nullable=True),
        sa.Column("township_id", sa.String(12), server_default="", nullable=False),
        sa.Column("village_id", sa.String(12), server_default="", nullable=False),
        sa.Column("place", sa.String(400), server_default="", nullable=False),
        sa.Column("lead_unit_id", sa.String(64), nullable=False),
        sa.Column("helper_ids", JSON, server_default="[]", nullable=False),
        sa.Column("holder", sa.String(64), server_default="", nullable=False),
        sa.Column("priority", sa.String(16), server_default="", nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("visibility", sa.String(16), server_default="", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("why_en", sa.Text(), server_default="", nullable=False),
        sa.Column("rule_id", sa.String(100), server_default="", nullable=False),
        sa.Column("rules_version", sa.String(80), server_default="", nullable=False),
        sa.Column("marks", JSON, server_default="[]", nullable=False),
        sa.Column("advice", JSON, server_default="[]", nullable=False),
        sa.Column("answers", JSON, server_default="{}", nullable=False),
        sa.Column("summary", sa.String(200), server_default="", nullable=False),
        sa.Column("reported_at", UTC, nullable=False), sa.Column("accepted_at", UTC, nullable=True),
        sa.Column("assigned_at", UTC, nullable=True), sa.Column("acknowledged_at", UTC, nullable=True),
        sa.Column("resolved_at", UTC, nullable=True), sa.Column("closed_at", UTC, nullable=True),
        sa.Column("due_at", UTC, nullable=True), sa.Column("delivered_at", UTC, nullable=True),
        sa.Column("return_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reopen_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("main_case_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.ForeignKeyConstraint(["main_case_id"], ["cases.id"], name="fk_cases_main_case_id"),
        sa.UniqueConstraint("case_no", name="uq_cases_case_no"),
        sa.UniqueConstraint("submission_id", name="uq_cases_submission_id"),
    )
    op.create_index("ix_cases_lead_state", "cases", ["lead_unit_id", "state", "reported_at", "id"])
    op.create_index("ix_cases_main", "cases", ["main_case_id"], sqlite_where=sa.text("main_case_id IS NOT NULL"), postgresql_where=sa.text("main_case_id IS NOT NULL"))
    op.create_index("ix_cases_open_lead", "cases", ["lead_unit_id", "reported_at", "id"], sqlite_where=OPEN_CASE, postgresql_where=OPEN_CASE)
    op.create_index("ix_cases_overdue", "cases", ["due_at", "id"], sqlite_where=OPEN_CASE, postgresql_where=OPEN_CASE)
    op.create_index("ix_cases_reported", "cases", ["reported_at", "id"])
    op.create_index("ix_cases_spot", "cases", ["spot_issuer", "spot_id"], sqlite_where=sa.text("spot_id IS NOT NULL"), postgresql_where=sa.text("spot_id IS NOT NULL"))
    op.create_index("ix_cases_township", "cases", ["township_id", "reported_at", "id"])


def _parts_of_cases() -> None:
    """What belongs to a case."""
    op.create_table(
        "helpers",
        sa.Column("unit_id", sa.String(64), nullable=False), sa.Column("case_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "case_id", name="pk_helpers"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_helpers_case_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_helpers_case", "helpers", ["case_id"])
    op.create_table(
        "moves",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("action", sa.String(16), nullable=False), sa.Column("from_state", sa.String(16), nullable=False),
        sa.Column("to_state", sa.String(16), nullable=False), sa.Column("role", sa.String(16), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("unit_id", sa.String(64), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False), sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_moves"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_moves_case_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clocks",
        sa.Column("case_id", ID, nullable=False), sa.Column("key", sa.String(64), nullable=False),
        sa.Column("starts", sa.String(16), server_default="", nullable=False),
        sa.Column("started_at", UTC, nullable=False), sa.Column("due_at", UTC, nullable=False),
        sa.Column("provisional", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("amount", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unit", sa.String(16), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False), sa.Column("met_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "key", name="pk_clocks"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_clocks_case_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_clocks_running", "clocks", ["due_at"], sqlite_where=sa.text("met_at IS NULL"), postgresql_where=sa.text("met_at IS NULL"))
    op.create_table(
        "sealed",
        sa.Column("case_id", ID, nullable=False, autoincrement=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False), sa.Column("phone_index", sa.String(80), nullable=True),
        sa.Column("tail_index", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_sealed"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_sealed_case_id", ondelete="CASCADE"),
    )
    op.create_index("ix_sealed_phone", "sealed", ["phone_index"], sqlite_where=sa.text("phone_index IS NOT NULL"), postgresql_where=sa.text("phone_index IS NOT NULL"))
    op.create_table(
        "photos",
        sa.Column("id", ID, nullable=False), sa.Column("case_id", ID, nullable=False),
        sa.Column("field", sa.String(64), server_default="", nullable=False),
        sa.Column("name", sa.String(120), nullable=False), sa.Column("content_hash", sa.String(80), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False), sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False), sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_photos"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_photos_case_id", ondelete="CASCADE"),
        sa.UniqueConstraint("case_id", "content_hash", name="uq_photos_case_id_content_hash"),
        sa.UniqueConstraint("name", name="uq_photos_name"),
    )


def _outbox_and_counters() -> None:
    """What others are told, and what is counted."""
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False), sa.Column("case_id", ID, nullable=True),
        sa.Column("kind", sa.String(64), nullable=False), sa.Column("destination", sa.String(64), nullable=False),
        sa.Column("dedupe_key", sa.String(160), nullable=False),
        sa.Column("payload", JSON, server_default="{}", nullable=False),
        sa.Column("state", sa.String(16), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", UTC, nullable=False), sa.Column("lease_until", UTC, nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", UTC, nullable=False), sa.Column("delivered_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_outbox_case_id", ondelete="CASCADE"),
        sa.UniqueConstraint("dedupe_key", name="uq_outbox_dedupe_key"),
    )
    op.create_index("ix_outbox_case", "outbox", ["case_id"])
    op.create_index("ix_outbox_open", "outbox", ["next_at", "id"], sqlite_where=OPEN_JOB, postgresql_where=OPEN_JOB)
    op.create_table(
        "counters",
        sa.Column("key", sa.String(160), nullable=False), sa.Column("window_start", UTC, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window_start", name="pk_counters"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_counters_window", "counters", ["window_start"])


def _people() -> None:
    """Staff, their sessions, and what they did."""
    op.create_table(
        "users",
        sa.Column("id", ID, nullable=False), sa.Column("username", sa.String(64), nullable=False),
        sa.Column("display_name", sa.String(100), server_default="", nullable=False),
        sa.Column("password_hash", sa.String(400), nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=False), sa.Column("role", sa.String(16), nullable=False),
        sa.Column("disabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failed_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed_at", UTC, nullable=True), sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("username", name="uq_users_username"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(80), nullable=False), sa.Column("user_id", ID, nullable=False),
        sa.Column("created_at", UTC, nullable=False), sa.Column("last_seen_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False), sa.Column("revoked_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id", ondelete="CASCADE"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False), sa.Column("at", UTC, nullable=False),
        sa.Column("who", sa.String(80), nullable=False), sa.Column("action", sa.String(64), nullable=False),
        sa.Column("case_id", ID, nullable=True), sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", JSON, server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_case_id", "audit", ["case_id"])
