"""What an import has brought in already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_item",
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("source", "kind", "external_id", name="pk_imported_item"),
    )
    op.create_index("ix_imported_item_subject", "imported_item", ["kind", "subject_id"])


def downgrade() -> None:
    op.drop_table("imported_item")
