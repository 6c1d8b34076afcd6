"""What waits for a moderator, levels of trust, blocks, requests to join, what the classifier has learnt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("member", sa.Column("trust", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE member SET trust = 1 WHERE status = 'active'")  # who was here before is no newcomer
    op.create_table(
        "seen_day",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _key("seen_day", "user_id", "day"),
        _member("seen_day", "user_id", "CASCADE"),
    )
    op.create_table(
        "held_text",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("post_id", ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("author_id", ID),
        sa.Column("space_id", ID, nullable=False),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("causes", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by_id", ID),
        sa.Column("reason", sa.String(500), nullable=False),
        _key("held_text", "id"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_held_text_post_id_post", ondelete="CASCADE"),
        _member("held_text", "author_id", "SET NULL"),
        _member("held_text", "decided_by_id", "SET NULL"),
    )
    op.create_index("ix_held_text_post_id", "held_text", ["post_id"])
    op.create_index("ix_held_text_waiting", "held_text", ["state", "space_id", "id"])
    op.create_index("ix_held_text_author", "held_text", ["author_id", "state"])
    op.create_table(
        "spam_token",
        sa.Column("token", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("spam", sa.Integer(), nullable=False),
        sa.Column("fine", sa.Integer(), nullable=False),
        _key("spam_token", "token"),
    )
    op.create_table(
        "spam_lesson",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("is_spam", sa.Boolean(), nullable=False),
        sa.Column("tokens", sa.JSON(), nullable=False),
        sa.Column("learnt_at", MOMENT, nullable=False),
        _key("spam_lesson", "kind", "subject_id"),
    )
    op.create_table(
        "block",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("value", sa.String(254), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("created_by_id", ID),
        _key("block", "id"),
        sa.UniqueConstraint("kind", "value", name="uq_block_kind_value"),
        _member("block", "created_by_id", "SET NULL"),
    )
    op.create_index("ix_block_until", "block", ["until"])
    op.create_table(
        "human_token",
        sa.Column("digest", sa.String(43), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        _key("human_token", "digest"),
    )
    op.create_index("ix_human_token_until", "human_token", ["until"])
    op.create_table(
        "join_request",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("motive", sa.String(500), nullable=False),
        _key("join_request", "user_id"),
        _member("join_request", "user_id", "CASCADE"),
    )
    op.create_table(
        "site_invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("note", sa.String(120), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("created_by_id", ID),
        _key("site_invitation", "id"),
        sa.UniqueConstraint("token", name="uq_site_invitation_token"),
        _member("site_invitation", "created_by_id", "SET NULL"),
    )


def downgrade() -> None:
    for table in (
        "site_invitation", "join_request", "human_token", "block", "spam_lesson", "spam_token", "held_text", "seen_day",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_column("member", "trust")


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _member(table: str, column: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_member"
    return sa.ForeignKeyConstraint([column], ["member.id"], name=name, ondelete=ondelete)
