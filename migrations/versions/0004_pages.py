"""The pages of the site in versions, second factors, categories put away, and what the figures are counted by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "page_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("author_id", ID),
        sa.Column("title", sa.String(160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("asks_again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name="fk_page_version_author_id_member", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_page_version"),
        sa.UniqueConstraint("slug", "number", name="uq_page_version_slug_number"),
    )
    op.create_index("ix_page_version_slug_lang_number", "page_version", ["slug", "lang", "number"])
    op.create_table(
        "second_factor",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("last_counter", sa.BigInteger()),
        sa.Column("recovery", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["member.id"], name="fk_second_factor_user_id_member", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factor"),
    )
    op.add_column("session_record", sa.Column("awaits_code", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("category", sa.Column("archived_at", MOMENT))
    op.create_index("ix_member_created_at", "member", ["created_at"])
    op.create_index("ix_member_last_seen_at", "member", ["last_seen_at"])


def downgrade() -> None:
    op.drop_index("ix_member_last_seen_at", "member")
    op.drop_index("ix_member_created_at", "member")
    op.drop_column("category", "archived_at")
    op.drop_column("session_record", "awaits_code")
    op.drop_table("second_factor")
    op.drop_index("ix_page_version_slug_lang_number", "page_version")
    op.drop_table("page_version")
