"""What was taken out of a case when the time to keep it was over; what was given up is found without reading the rest.

Frozen: a later change is a later migration.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)
FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    """Makes the table, and an index over what was given up."""
    op.create_table(
        "tombstones",
        sa.Column("case_id", ID, nullable=False), sa.Column("step", sa.String(16), nullable=False),
        sa.Column("at", UTC, nullable=False), sa.Column("by", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_tombstones_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "step", name="pk_tombstones"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_failed", "outbox", ["id"], sqlite_where=FAILED, postgresql_where=FAILED)


def downgrade() -> None:
    """Drops it again; what was taken out stays out."""
    op.drop_index("ix_outbox_failed", table_name="outbox")
    op.drop_table("tombstones")
