"""Reports, decisions with their reasons, appeals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IS_OPEN = sa.text("state IN ('new', 'triaged')")


def _to_member(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["member.id"], name=f"fk_{table}_{column}_member", ondelete="SET NULL")


def upgrade() -> None:
    op.add_column("attachment", sa.Column("state", sa.String(12), nullable=False, server_default="shown"))
    op.create_table(
        "decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("actor_id", ID),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("subject_kind", sa.String(20), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("space_id", ID),
        sa.Column("member_id", ID),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("statement_lang", sa.String(12), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("is_reported", sa.Boolean(), nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("appeal_until", MOMENT),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("told_at", MOMENT),
        _to_member("decision", "actor_id"),
        _to_member("decision", "member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("public_id", name="uq_decision_public_id"),
    )
    op.create_index("ix_decision_created_at", "decision", ["created_at"])
    op.create_index("ix_decision_member_id", "decision", ["member_id"])
    op.create_index("ix_decision_subject", "decision", ["subject_kind", "subject_id"])
    op.create_table(
        "report",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("subject_kind", sa.String(20), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("space_id", ID),
        sa.Column("owner_id", ID),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("gravity", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reporter_id", ID),
        sa.Column("email", sa.String(254)),
        sa.Column("reporter_lang", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("looked_at", MOMENT),
        sa.Column("taken_by_id", ID),
        sa.Column("decided_at", MOMENT),
        sa.Column("decision_id", ID),
        sa.Column("receipt_at", MOMENT),
        sa.Column("told_at", MOMENT),
        _to_member("report", "reporter_id"),
        _to_member("report", "taken_by_id"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_report_decision_id_decision", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("public_id", name="uq_report_public_id"),
    )
    op.create_index("ix_report_created_at", "report", ["created_at"])
    op.create_index("ix_report_decision_id", "report", ["decision_id"])
    op.create_index("ix_report_reporter_id", "report", ["reporter_id"])
    op.create_index("ix_report_state", "report", ["state", "gravity", "id"])
    op.create_index("ix_report_subject", "report", ["subject_kind", "subject_id", "state"])
    for name, who in (("uq_report_open_reporter", "reporter_id"), ("uq_report_open_email", "email")):
        op.create_index(
            name, "report", ["subject_kind", "subject_id", who],
            unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN,
        )  # fmt: skip
    op.create_table(
        "appeal",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_lang", sa.String(12), nullable=False),
        sa.Column("decided_by_id", ID),
        sa.Column("decided_at", MOMENT),
        sa.Column("told_at", MOMENT),
        _to_member("appeal", "decided_by_id"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_appeal_decision_id_decision", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_appeal"),
        sa.UniqueConstraint("public_id", name="uq_appeal_public_id"),
        sa.UniqueConstraint("decision_id", name="uq_appeal_decision_id"),
    )
    op.create_index("ix_appeal_state", "appeal", ["state"])
    op.create_table(
        "canned_text",
        sa.Column("id", ID, nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned_text"),
        sa.UniqueConstraint("reason", "lang", name="uq_canned_text_reason_lang"),
    )


def downgrade() -> None:
    op.drop_table("canned_text")
    op.drop_table("appeal")
    op.drop_table("report")
    op.drop_table("decision")
    op.drop_column("attachment", "state")
