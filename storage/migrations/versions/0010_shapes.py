"""Readings lean on a published shape, those of before on none; a list's rows are counted by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("snapshot", sa.Column("shape", sa.Integer(), nullable=True))
    op.create_index("ix_list_row_list_id_list_row_published", "list_row", ["list_id", "published"])
