"""Uses of invitations kept for people who signed up by them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "invitation_hold",
        sa.Column("user_id", number, nullable=False),
        sa.Column("invitation_id", number, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["member.id"], name="fk_invitation_hold_user_id_member", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["space_invitation.id"],
            name="fk_invitation_hold_invitation_id_space_invitation",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "invitation_id", name="pk_invitation_hold"),
    )
    op.create_index("ix_invitation_hold_invitation_id", "invitation_hold", ["invitation_id"])


def downgrade() -> None:
    op.drop_table("invitation_hold")
