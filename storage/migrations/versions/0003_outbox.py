"""The outbox: what is to be told to people outside, and how far each route has been served."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "route",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("told_to", sa.Integer(), nullable=False),
        sa.Column("digest_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_route"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", TIME, nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("claimed", TIME, nullable=True),
        sa.Column("sent", TIME, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("token", name="uq_message_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_state_message_next_try", "message", ["state", "next_try"])
