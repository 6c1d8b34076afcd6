"""The themes that every platform begins with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.terms.themes import THEME, theme_rows

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_terms = sa.table(
    "term",
    sa.column("scheme", sa.String),
    sa.column("code", sa.String),
    sa.column("labels", sa.JSON),
    sa.column("synonyms", sa.JSON),
    sa.column("position", sa.Integer),
    sa.column("is_active", sa.Boolean),
    sa.column("mapping", sa.JSON),
)


def upgrade() -> None:
    op.bulk_insert(_terms, theme_rows())


def downgrade() -> None:
    op.execute(_terms.delete().where(_terms.c.scheme == THEME))
