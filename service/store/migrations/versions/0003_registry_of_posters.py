"""What is known of every printed poster.

Frozen: a later change is a later migration. The words of the conditions are repeated here for the same reason.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)
TABLES = (
    "poster_events", "batches", "batch_rows", "aliases", "alias_counts", "issuers", "code_keys", "revocation_lists",
)
ADDED = (
    ("codes", "life"), ("codes", "life_at"), ("codes", "posted_at"), ("codes", "inspected_at"),
    ("codes", "inspect_by"), ("codes", "batch_id"), ("codes", "lng_wgs84"), ("codes", "lat_wgs84"),
    ("scan_counts", "near"), ("scan_counts", "far"),
)
INDEXES = (("ix_codes_inspect", "codes"), ("ix_codes_place", "codes"), ("ix_scan_counts_code", "scan_counts"), ("ix_spots_village", "spots"))


def upgrade() -> None:
    """Adds the columns and makes the tables."""
    _columns()
    _posters()
    _outsiders()
    _keys()


def downgrade() -> None:
    """Drops them again, the ones that point at others first."""
    for name in reversed(TABLES):
        op.drop_table(name)
    for name, table in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    for table, column in reversed(ADDED):
        op.drop_column(table, column)


def _columns() -> None:
    """What is new in tables that were there."""
    op.add_column("codes", sa.Column("life", sa.String(16), server_default="minted", nullable=False))
    op.add_column("codes", sa.Column("life_at", UTC, nullable=True))
    op.add_column("codes", sa.Column("posted_at", UTC, nullable=True))
    op.add_column("codes", sa.Column("inspected_at", UTC, nullable=True))
    op.add_column("codes", sa.Column("inspect_by", sa.Date(), nullable=True))
    op.add_column("codes", sa.Column("batch_id", ID, nullable=True))
    op.add_column("codes", sa.Column("lng_wgs84", sa.Float(), nullable=True))
    op.add_column("codes", sa.Column("lat_wgs84", sa.Float(), nullable=True))
    op.create_index("ix_codes_inspect", "codes", ["inspect_by"], sqlite_where=sa.text("inspect_by IS NOT NULL"), postgresql_where=sa.text("inspect_by IS NOT NULL"))
    op.create_index("ix_codes_place", "codes", ["place_id", "id"])
    op.add_column("scan_counts", sa.Column("near", sa.Integer(), server_default="0", nullable=False))
    op.add_column("scan_counts", sa.Column("far", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_scan_counts_code", "scan_counts", ["code_id", "day"])
    op.create_index("ix_spots_village", "spots", ["village_id", "name"])


def _posters() -> None:
    """The life of posters, and the batches that made them."""
    op.create_table(
        "poster_events",
        sa.Column("id", ID, nullable=False), sa.Column("code_id", ID, nullable=False),
        sa.Column("life", sa.String(16), nullable=False), sa.Column("at", UTC, nullable=False),
        sa.Column("by", sa.String(80), nullable=False), sa.Column("note", sa.String(400), server_default="", nullable=False),
        sa.Column("photo", sa.String(120), server_default="", nullable=False),
        sa.Column("place", sa.String(400), server_default="", nullable=False),
        sa.Column("lng_wgs84", sa.Float(), nullable=True), sa.Column("lat_wgs84", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["code_id"], ["codes.id"], name="fk_poster_events_code_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_poster_events"),
    )
    op.create_table(
        "batches",
        sa.Column("id", ID, nullable=False), sa.Column("name", sa.String(120), nullable=False),
        sa.Column("layout", sa.String(32), nullable=False), sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_at", UTC, nullable=False), sa.Column("state", sa.String(16), nullable=False),
        sa.Column("row_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bad_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("options", JSON, server_default="{}", nullable=False),
        sa.Column("folder", sa.String(200), server_default="", nullable=False),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False), sa.Column("heartbeat_at", UTC, nullable=True),
        sa.Column("finished_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.create_table(
        "batch_rows",
        sa.Column("batch_id", ID, nullable=False), sa.Column("row_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", JSON, server_default="{}", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False), sa.Column("code_id", ID, nullable=True),
        sa.Column("readback", sa.String(32), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_batch_rows_batch_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["code_id"], ["codes.id"], name="fk_batch_rows_code_id"),
        sa.PrimaryKeyConstraint("batch_id", "row_no", name="pk_batch_rows"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_poster_events_code_id", "poster_events", ["code_id"])


def _outsiders() -> None:
    """Old codes and other issuers."""
    op.create_table(
        "aliases",
        sa.Column("id", ID, nullable=False), sa.Column("address", sa.String(400), nullable=False),
        sa.Column("owner", sa.String(100), server_default="", nullable=False),
        sa.Column("scene_key", sa.String(64), server_default="", nullable=False),
        sa.Column("place_id", sa.String(12), server_default="", nullable=False),
        sa.Column("spot_name", sa.String(200), server_default="", nullable=False),
        sa.Column("note", sa.String(400), server_default="", nullable=False),
        sa.Column("issuer", sa.Integer(), nullable=True), sa.Column("spot_id", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.String(80), nullable=False), sa.Column("added_at", UTC, nullable=False),
        sa.Column("retired_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_aliases"),
        sa.UniqueConstraint("address", name="uq_aliases_address"),
    )
    op.create_table(
        "alias_counts",
        sa.Column("day", sa.Date(), nullable=False), sa.Column("alias_id", ID, autoincrement=False, nullable=False),
        sa.Column("opened", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("day", "alias_id", name="pk_alias_counts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "issuers",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(100), nullable=False), sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("algorithm", sa.String(16), nullable=False), sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(80), nullable=False), sa.Column("added_at", UTC, nullable=False),
        sa.Column("closed_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_issuers"),
    )


def _keys() -> None:
    """Keys and revocations."""
    op.create_table(
        "code_keys",
        sa.Column("key_id", sa.String(16), nullable=False), sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", UTC, nullable=False), sa.Column("by", sa.String(80), nullable=False),
        sa.Column("note", sa.String(400), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_code_keys"),
    )
    op.create_table(
        "revocation_lists",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False), sa.Column("made_at", UTC, nullable=False),
        sa.Column("entries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_revocation_lists"),
    )
