"""Words and names for suggestions while typing and for corrections; they are counted by the indexer."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    folded = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "search_word",
        sa.Column("id", number, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("folded", folded, nullable=False),
        sa.Column("reversed", folded, nullable=False),
        sa.Column("shown", sa.String(160), nullable=False),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("scope", sa.String(40), nullable=False),
        sa.Column("subject_id", number, nullable=True),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("frequency", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_word"),
    )
    for column in ("folded", "reversed", "subject_id"):
        op.create_index(f"ix_search_word_kind_{column}", "search_word", ["kind", column])
    op.create_table(
        "search_counted",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", number, nullable=False, autoincrement=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name="pk_search_counted"),
    )


def downgrade() -> None:
    op.drop_table("search_counted")
    op.drop_table("search_word")
