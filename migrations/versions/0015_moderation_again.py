"""Edits that wait keep what they carry; an appeal says which report it comes from, where whoever reported asks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("held_text", sa.Column("extras", sa.JSON(), nullable=True))
    with op.batch_alter_table("appeal") as table:
        table.add_column(sa.Column("report_id", ID, nullable=True))
        table.create_foreign_key("fk_appeal_report_id_report", "report", ["report_id"], ["id"], ondelete="SET NULL")
        table.create_index("ix_appeal_report_id", ["report_id"])


def downgrade() -> None:
    with op.batch_alter_table("appeal") as table:
        table.drop_index("ix_appeal_report_id")
        table.drop_constraint("fk_appeal_report_id_report", type_="foreignkey")
        table.drop_column("report_id")
    op.drop_column("held_text", "extras")
