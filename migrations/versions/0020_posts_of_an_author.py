"""The messages of a member are listed from the newest on: read off an index, however many they wrote."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_post_author", "post", ["author_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_post_author", table_name="post")
