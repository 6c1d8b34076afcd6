"""Polls, wiki posts, mentions, templates of categories, sizes of images."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("attachment", sa.Column("width", sa.Integer()))
    op.add_column("attachment", sa.Column("height", sa.Integer()))
    op.add_column("attachment", sa.Column("sizes", sa.JSON(), nullable=False, server_default="{}"))
    op.create_index("ix_attachment_user_id_created_at", "attachment", ["user_id", "created_at"])
    op.add_column("category", sa.Column("template", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("post", sa.Column("is_wiki", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("post", sa.Column("file_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("post", sa.Column("has_poll", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "post_mention",
        sa.Column("post_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_post_mention_post_id_post", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name="fk_post_mention_user_id_member", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "user_id", name="pk_post_mention"),
    )
    op.create_index("ix_post_mention_user_id", "post_mention", ["user_id"])
    _create_polls()


def _create_polls() -> None:
    op.create_table(
        "poll",
        sa.Column("id", ID, nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.String(200), nullable=False),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("is_multiple", sa.Boolean(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("results", sa.String(8), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_poll_post_id_post", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_poll"),
        sa.UniqueConstraint("post_id", name="uq_poll_post_id"),
    )
    op.create_index("ix_poll_closes_at", "poll", ["closes_at"])
    op.create_table(
        "poll_option",
        sa.Column("id", ID, nullable=False),
        sa.Column("poll_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name="fk_poll_option_poll_id_poll", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_poll_option"),
        sa.UniqueConstraint("poll_id", "position", name="uq_poll_option_poll_id_position"),
    )
    op.create_table(
        "poll_vote",
        sa.Column("option_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["option_id"], ["poll_option.id"], name="fk_poll_vote_option_id_poll_option", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name="fk_poll_vote_user_id_member", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("option_id", "user_id", name="pk_poll_vote"),
    )
    op.create_index("ix_poll_vote_user_id", "poll_vote", ["user_id"])


def downgrade() -> None:
    op.drop_table("poll_vote")
    op.drop_table("poll_option")
    op.drop_table("poll")
    op.drop_table("post_mention")
    for name in ("has_poll", "file_count", "is_wiki"):
        op.drop_column("post", name)
    op.drop_column("category", "template")
    op.drop_index("ix_attachment_user_id_created_at", table_name="attachment")
    for name in ("sizes", "height", "width"):
        op.drop_column("attachment", name)
