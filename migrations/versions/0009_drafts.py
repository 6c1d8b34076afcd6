"""Drafts kept on the server, and what is to be published later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("place", sa.String(12), nullable=False),
        sa.Column("place_id", ID, nullable=False),
        sa.Column("client_token", sa.String(64), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("writer", sa.String(32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("publish_at", MOMENT),
        sa.Column("refusal", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name="fk_draft_user_id_member", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.UniqueConstraint("public_id", name="uq_draft_public_id"),
        sa.UniqueConstraint("user_id", "client_token", name="uq_draft_user_id_client_token"),
    )
    op.create_index("ix_draft_user_id_place", "draft", ["user_id", "place", "place_id"])
    op.create_index("ix_draft_user_id_updated_at", "draft", ["user_id", "updated_at", "id"])
    op.create_index("ix_draft_publish_at", "draft", ["publish_at"])


def downgrade() -> None:
    op.drop_table("draft")
