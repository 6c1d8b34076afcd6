"""Bookmarks, rules of tags, moved posts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}", ondelete="CASCADE")


def upgrade() -> None:
    op.add_column("post", sa.Column("moved_to_id", ID))
    op.create_index("ix_post_moved_to_id", "post", ["moved_to_id"])
    op.add_column("topic", sa.Column("merged_into_id", ID))
    op.add_column("post_revision", sa.Column("removed_at", MOMENT))
    for name in ("is_staff_only", "is_withdrawn"):
        op.add_column("tag", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    _create_bookmarks()
    _create_tag_rules()
    op.create_table(
        "follow_preference",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("tracks_replied", sa.Boolean(), nullable=False),
        _to("follow_preference", "user_id", "member"),
        sa.PrimaryKeyConstraint("user_id", name="pk_follow_preference"),
    )


def _create_bookmarks() -> None:
    op.create_table(
        "bookmark",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("subject_kind", sa.String(20), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("folded", sa.String(1000), nullable=False),
        sa.Column("remind_at", MOMENT),
        sa.Column("reminded_at", MOMENT),
        _to("bookmark", "user_id", "member"),
        sa.PrimaryKeyConstraint("id", name="pk_bookmark"),
        sa.UniqueConstraint(
            "user_id", "subject_kind", "subject_id", name="uq_bookmark_user_id_subject_kind_subject_id"
        ),
    )
    op.create_index("ix_bookmark_user_latest", "bookmark", ["user_id", "created_at", "id"])
    op.create_index("ix_bookmark_subject", "bookmark", ["subject_kind", "subject_id"])
    op.create_index("ix_bookmark_remind_at", "bookmark", ["remind_at"])


def _create_tag_rules() -> None:
    op.create_table(
        "tag_synonym",
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        _to("tag_synonym", "tag_id", "tag"),
        sa.PrimaryKeyConstraint("slug", name="pk_tag_synonym"),
    )
    op.create_index("ix_tag_synonym_tag_id", "tag_synonym", ["tag_id"])
    op.create_table(
        "tag_group",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("is_single", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tag_group"),
    )
    op.create_table(
        "category_tag_rule",
        sa.Column("category_id", ID, nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("is_closed_set", sa.Boolean(), nullable=False),
        _to("category_tag_rule", "category_id", "category"),
        sa.PrimaryKeyConstraint("category_id", name="pk_category_tag_rule"),
    )
    for table, owner, other in (
        ("tag_group_member", "group_id", "tag_group"),
        ("category_tag", "category_id", "category"),
    ):
        op.create_table(
            table,
            sa.Column(owner, ID, nullable=False),
            sa.Column("tag_id", ID, nullable=False),
            _to(table, owner, other),
            _to(table, "tag_id", "tag"),
            sa.PrimaryKeyConstraint(owner, "tag_id", name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_tag_id", table, ["tag_id"])


def downgrade() -> None:
    for table in (
        "category_tag", "category_tag_rule", "tag_group_member", "tag_group", "tag_synonym", "bookmark",
        "follow_preference",
    ):  # fmt: skip
        op.drop_table(table)
    for name in ("is_withdrawn", "is_staff_only"):
        op.drop_column("tag", name)
    op.drop_column("post_revision", "removed_at")
    op.drop_column("topic", "merged_into_id")
    op.drop_index("ix_post_moved_to_id", "post")
    op.drop_column("post", "moved_to_id")
