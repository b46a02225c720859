"""The life of a case after it was assigned.

Frozen: a later change is a later migration. The words of the conditions are repeated here for the same reason.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)
OPEN_CASE = sa.text("state IN ('reported', 'accepted', 'assigned', 'acknowledged', 'in_handling', 'returned')")
DESK_CASE = sa.text("state IN ('reported', 'accepted', 'assigned', 'acknowledged', 'in_handling', 'returned', 'resolved')")
TABLES = (
    "clock_runs", "resolutions", "supervisions", "extensions", "letters", "ratings", "appeals", "notices",
    "sms_replies", "schedules", "balances", "recovery_codes",
)
ADDED = (
    ("cases", "handler"), ("cases", "tier"), ("cases", "grade"), ("cases", "alert_level"),
    ("cases", "supervision_level"), ("cases", "extension_count"), ("clocks", "alert_level"),
    ("clocks", "next_alert_at"), ("photos", "source"), ("photos", "by"), ("sessions", "method"),
    ("sessions", "agent"), ("sessions", "factor_due"), ("users", "grants"), ("users", "area_ids"),
    ("users", "totp"), ("users", "totp_step"), ("users", "subject"), ("users", "must_change"),
)
INDEXES = (
    ("ix_cases_desk", "cases"), ("ix_cases_lead", "cases"), ("ix_cases_handler", "cases"), ("ix_clocks_alert", "clocks"),
    ("ix_users_subject", "users"), ("ix_audit_who", "audit"), ("ix_audit_action", "audit"),
)


def upgrade() -> None:
    """Adds the columns and makes the tables."""
    _columns()
    _handling()
    _time()
    _citizens()
    _messages()
    _routine()
    _people()


def downgrade() -> None:
    """Drops them again, the ones that point at others first."""
    for name in reversed(TABLES):
        op.drop_table(name)
    for name, table in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    op.create_index("ix_cases_lead_state", "cases", ["lead_unit_id", "state", "reported_at", "id"])
    op.create_index("ix_cases_open_lead", "cases", ["lead_unit_id", "reported_at", "id"], sqlite_where=OPEN_CASE, postgresql_where=OPEN_CASE)
    for table, column in reversed(ADDED):
        op.drop_column(table, column)


def _columns() -> None:
    """What is new in tables that were there."""
    op.add_column("cases", sa.Column("handler", sa.String(64), server_default="", nullable=False))
    op.add_column("cases", sa.Column("tier", sa.String(16), server_default="", nullable=False))
    op.add_column("cases", sa.Column("grade", sa.Integer(), nullable=True))
    op.add_column("cases", sa.Column("alert_level", sa.Integer(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("supervision_level", sa.Integer(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("extension_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("clocks", sa.Column("alert_level", sa.Integer(), server_default="0", nullable=False))
    op.add_column("clocks", sa.Column("next_alert_at", UTC, nullable=True))
    op.add_column("photos", sa.Column("source", sa.String(16), server_default="reporter", nullable=False))
    op.add_column("photos", sa.Column("by", sa.String(80), server_default="", nullable=False))
    op.add_column("sessions", sa.Column("method", sa.String(16), server_default="", nullable=False))
    op.add_column("sessions", sa.Column("agent", sa.String(200), server_default="", nullable=False))
    op.add_column("sessions", sa.Column("factor_due", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("users", sa.Column("grants", JSON, server_default="[]", nullable=False))
    op.add_column("users", sa.Column("area_ids", JSON, server_default="[]", nullable=False))
    op.add_column("users", sa.Column("totp", sa.LargeBinary(), nullable=True))
    op.add_column("users", sa.Column("totp_step", ID, nullable=True))
    op.add_column("users", sa.Column("subject", sa.String(200), server_default="", nullable=False))
    op.add_column("users", sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_cases_handler", "cases", ["handler", "reported_at", "id"], sqlite_where=sa.text("state IN ('reported', 'accepted', 'assigned', 'acknowledged', 'in_handling', 'returned')"), postgresql_where=sa.text("state IN ('reported', 'accepted', 'assigned', 'acknowledged', 'in_handling', 'returned')"))
    op.drop_index("ix_cases_lead_state", table_name="cases")
    op.drop_index("ix_cases_open_lead", table_name="cases")
    op.create_index("ix_cases_lead", "cases", ["lead_unit_id", "reported_at", "id"])
    op.create_index("ix_cases_desk", "cases", ["reported_at", "id"], sqlite_where=DESK_CASE, postgresql_where=DESK_CASE)
    op.create_index("ix_clocks_alert", "clocks", ["next_alert_at"], sqlite_where=sa.text("met_at IS NULL"), postgresql_where=sa.text("met_at IS NULL"))
    op.create_index("ix_users_subject", "users", ["subject"], unique=True, sqlite_where=sa.text("subject <> ''"), postgresql_where=sa.text("subject <> ''"))
    op.create_index("ix_audit_who", "audit", ["who", "id"])
    op.create_index("ix_audit_action", "audit", ["action", "id"])


def _handling() -> None:
    """What units owe, answer and are urged to do."""
    op.create_table(
        "clock_runs",
        sa.Column("id", ID, nullable=False), sa.Column("case_id", ID, nullable=False),
        sa.Column("key", sa.String(64), nullable=False), sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("scene_key", sa.String(64), server_default="", nullable=False),
        sa.Column("township_id", sa.String(12), server_default="", nullable=False),
        sa.Column("started_at", UTC, nullable=False), sa.Column("due_at", UTC, nullable=False),
        sa.Column("ended_at", UTC, nullable=False), sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("provisional", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_clock_runs_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_clock_runs"),
    )
    op.create_table(
        "resolutions",
        sa.Column("case_id", ID, nullable=False), sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("conclusion", sa.String(32), server_default="", nullable=False),
        sa.Column("short", sa.String(100), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), nullable=False), sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("by", sa.String(80), nullable=False), sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_resolutions_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_resolutions"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "supervisions",
        sa.Column("id", ID, nullable=False), sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("level", sa.String(16), server_default="", nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=False), sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", UTC, nullable=False), sa.Column("clock_key", sa.String(64), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False), sa.Column("due_at", UTC, nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_by", sa.String(80), server_default="", nullable=False),
        sa.Column("answered_at", UTC, nullable=True), sa.Column("withdrawn_at", UTC, nullable=True),
        sa.Column("dedupe_key", sa.String(160), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_supervisions_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_supervisions"),
    )
    op.create_index("ix_clock_runs_case_id", "clock_runs", ["case_id"])
    op.create_index("ix_clock_runs_ended", "clock_runs", ["ended_at", "key"])
    op.create_index("ix_supervisions_case_id", "supervisions", ["case_id"])
    op.create_index("ix_supervisions_dedupe", "supervisions", ["dedupe_key"], unique=True, sqlite_where=sa.text("dedupe_key <> ''"), postgresql_where=sa.text("dedupe_key <> ''"))
    op.create_index("ix_supervisions_open", "supervisions", ["unit_id", "due_at"], sqlite_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"), postgresql_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"))


def _time() -> None:
    """More time that was asked for."""
    op.create_table(
        "extensions",
        sa.Column("id", ID, nullable=False), sa.Column("case_id", ID, nullable=False),
        sa.Column("clock_key", sa.String(64), nullable=False), sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False), sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False), sa.Column("asked_at", UTC, nullable=False),
        sa.Column("state", sa.String(16), server_default="asked", nullable=False),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(80), server_default="", nullable=False),
        sa.Column("decided_at", UTC, nullable=True), sa.Column("due_before", UTC, nullable=False),
        sa.Column("due_after", UTC, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_extensions_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_extensions"),
    )
    op.create_index("ix_extensions_asked", "extensions", ["asked_at"], sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))
    op.create_index("ix_extensions_case_id", "extensions", ["case_id"])


def _citizens() -> None:
    """What reporters write and how they rate."""
    op.create_table(
        "letters",
        sa.Column("id", ID, nullable=False), sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False), sa.Column("by", sa.String(80), nullable=False),
        sa.Column("unit_id", sa.String(64), server_default="", nullable=False), sa.Column("at", UTC, nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False), sa.Column("dedupe_key", sa.String(160), nullable=False),
        sa.Column("read_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_letters_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.UniqueConstraint("dedupe_key", name="uq_letters_dedupe_key"),
    )
    op.create_table(
        "ratings",
        sa.Column("case_id", ID, nullable=False), sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False), sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=False), sa.Column("at", UTC, nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_ratings_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "round", name="pk_ratings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "appeals",
        sa.Column("id", ID, nullable=False), sa.Column("case_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False), sa.Column("at", UTC, nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(16), server_default="asked", nullable=False),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(80), server_default="", nullable=False),
        sa.Column("decided_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_appeals_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
        sa.UniqueConstraint("case_id", "round", name="uq_appeals_case_id_round"),
    )
    op.create_index("ix_appeals_asked", "appeals", ["at"], sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))
    op.create_index("ix_letters_case_id", "letters", ["case_id"])
    op.create_index("ix_ratings_at", "ratings", ["at"])


def _messages() -> None:
    """What reporters are told by SMS."""
    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False), sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False), sa.Column("dedupe_key", sa.String(160), nullable=False),
        sa.Column("params", JSON, server_default="{}", nullable=False),
        sa.Column("phone_index", sa.String(80), server_default="", nullable=False),
        sa.Column("state", sa.String(16), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False), sa.Column("next_at", UTC, nullable=False),
        sa.Column("lease_until", UTC, nullable=True), sa.Column("channel", sa.String(32), server_default="", nullable=False),
        sa.Column("provider_id", sa.String(80), server_default="", nullable=False),
        sa.Column("segments", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error_code", sa.String(80), server_default="", nullable=False),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False), sa.Column("created_at", UTC, nullable=False),
        sa.Column("sent_at", UTC, nullable=True), sa.Column("receipt_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notices_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("dedupe_key", name="uq_notices_dedupe_key"),
    )
    op.create_table(
        "sms_replies",
        sa.Column("id", ID, nullable=False), sa.Column("provider_key", sa.String(160), nullable=False),
        sa.Column("case_id", ID, nullable=True), sa.Column("phone_index", sa.String(80), server_default="", nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False), sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("received_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sms_replies"),
        sa.UniqueConstraint("provider_key", name="uq_sms_replies_provider_key"),
    )
    op.create_index("ix_sms_replies_case_id", "sms_replies", ["case_id"])
    op.create_index("ix_notices_case_id", "notices", ["case_id"])
    op.create_index("ix_notices_phone", "notices", ["phone_index", "sent_at"])
    op.create_index("ix_notices_provider", "notices", ["provider_id"])
    op.create_index("ix_notices_unsent", "notices", ["id"], sqlite_where=sa.text("state IN ('failed', 'uncertain', 'dropped')"), postgresql_where=sa.text("state IN ('failed', 'uncertain', 'dropped')"))
    op.create_index("ix_notices_waiting", "notices", ["next_at", "id"], sqlite_where=sa.text("state IN ('pending', 'sending')"), postgresql_where=sa.text("state IN ('pending', 'sending')"))


def _routine() -> None:
    """What is done again and again."""
    op.create_table(
        "schedules",
        sa.Column("name", sa.String(64), nullable=False), sa.Column("next_at", UTC, nullable=False),
        sa.Column("lease_until", UTC, nullable=True), sa.Column("started_at", UTC, nullable=True),
        sa.Column("finished_at", UTC, nullable=True), sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_schedules"),
    )
    op.create_table(
        "balances",
        sa.Column("day", sa.Date(), nullable=False), sa.Column("figures", JSON, server_default="{}", nullable=False),
        sa.Column("balanced", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("made_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_balances"),
    )


def _people() -> None:
    """How staff get in again who lost their second factor."""
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", ID, autoincrement=False, nullable=False), sa.Column("code_hash", sa.String(80), nullable=False),
        sa.Column("used_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_recovery_codes_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name="pk_recovery_codes"),
        sqlite_with_rowid=False,
    )
