"""Who may enter a space: members of it, invitations, requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("role_grant", sa.Column("since", MOMENT, nullable=True))
    op.create_index("ix_role_grant_space_id", "role_grant", ["space_id", "id"])
    op.add_column("space", sa.Column("premoderation", sa.String(12), nullable=False, server_default="none"))
    op.add_column("space", sa.Column("langs", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("space", sa.Column("archived_at", MOMENT, nullable=True))
    op.create_table(
        "space_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("space_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name="fk_space_request_space_id_space", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name="fk_space_request_user_id_member", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["member.id"], name="fk_space_request_decided_by_id_member", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_space_request"),
    )
    op.create_index("ix_space_request_space_id_state", "space_request", ["space_id", "state", "id"])
    op.create_index("ix_space_request_user_id", "space_request", ["user_id"])
    op.create_table(
        "space_invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("space_id", ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("created_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name="fk_space_invitation_space_id_space", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["member.id"], name="fk_space_invitation_user_id_member", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["member.id"], name="fk_space_invitation_created_by_id_member", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_space_invitation"),
        sa.UniqueConstraint("public_id", name="uq_space_invitation_public_id"),
    )
    op.create_index("ix_space_invitation_space_id", "space_invitation", ["space_id", "id"])
    op.create_index("ix_space_invitation_user_id", "space_invitation", ["user_id"])


def downgrade() -> None:
    op.drop_table("space_invitation")
    op.drop_table("space_request")
    op.drop_column("space", "archived_at")
    op.drop_column("space", "langs")
    op.drop_column("space", "premoderation")
    op.drop_index("ix_role_grant_space_id", "role_grant")
    op.drop_column("role_grant", "since")
