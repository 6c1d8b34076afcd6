"""Live sessions and their questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "live_session",
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("timezone", sa.String(40), nullable=False),
        sa.Column("langs", sa.JSON(), nullable=False),
        sa.Column("phase", sa.String(12), nullable=False),
        sa.Column("phase_at", MOMENT, nullable=False),
        sa.Column("slow_mode", sa.Integer(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=True),
        sa.Column("recap_post_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_live_session_topic_id_topic", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("topic_id", name="pk_live_session"),
    )
    op.create_index("ix_live_session_phase_starts_at", "live_session", ["phase", "starts_at"])
    op.create_table(
        "live_host",
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["live_session.topic_id"], name="fk_live_host_topic_id_live_session", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name="fk_live_host_user_id_member", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("topic_id", "user_id", name="pk_live_host"),
    )
    op.create_table(
        "live_question",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("body", sa.String(500), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("client_token", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["live_session.topic_id"], name="fk_live_question_topic_id_live_session", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name="fk_live_question_author_id_member", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_live_question"),
        sa.UniqueConstraint("public_id", name="uq_live_question_public_id"),
        sa.UniqueConstraint("author_id", "client_token", name="uq_live_question_author_id_client_token"),
    )
    op.create_index("ix_live_question_topic_id_state", "live_question", ["topic_id", "state", "votes"])
    op.create_table(
        "question_vote",
        sa.Column("question_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["live_question.id"], name="fk_question_vote_question_id_live_question", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name="fk_question_vote_user_id_member", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("question_id", "user_id", name="pk_question_vote"),
    )
    op.create_table(
        "marked_post",
        sa.Column("post_id", ID, nullable=False),
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("marked_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_marked_post_post_id_post", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["live_session.topic_id"], name="fk_marked_post_topic_id_live_session", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["member.id"], name="fk_marked_post_marked_by_id_member", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("post_id", name="pk_marked_post"),
    )
    op.create_index("ix_marked_post_topic_id", "marked_post", ["topic_id"])


def downgrade() -> None:
    for table in ("marked_post", "question_vote", "live_question", "live_host", "live_session"):
        op.drop_table(table)
