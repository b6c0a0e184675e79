"""Readings lean on a published shape; those of before lean on none."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("snapshot", sa.Column("shape", sa.Integer(), nullable=True))
