"""Consents by version, copies of own data, accounts on their way out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        sa.UniqueConstraint("user_id", "purpose", "version", name="uq_consent_user_id_purpose_version"),
        _member("consent", "user_id", "CASCADE"),
    )
    op.create_table(
        "data_export",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("ready_at", MOMENT),
        sa.Column("until", MOMENT),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_export"),
        sa.UniqueConstraint("public_id", name="uq_data_export_public_id"),
        _member("data_export", "user_id", "CASCADE"),
    )
    op.create_index("ix_data_export_user_id", "data_export", ["user_id"])
    op.create_table(
        "account_closing",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("was", sa.String(12), nullable=False),
        sa.Column("by_id", ID),
        sa.PrimaryKeyConstraint("user_id", name="pk_account_closing"),
        _member("account_closing", "user_id", "CASCADE"),
        _member("account_closing", "by_id", "SET NULL"),
    )
    op.create_index("ix_account_closing_due_at", "account_closing", ["due_at"])


def downgrade() -> None:
    for table in ("account_closing", "data_export", "consent"):
        op.drop_table(table)


def _member(table: str, column: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_member"
    return sa.ForeignKeyConstraint([column], ["member.id"], name=name, ondelete=ondelete)
