"""What a link's story rests on: its changes of state, archived copies, the canonical links of probes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("probe", sa.Column("canonical", sa.Text(), nullable=True))
    op.create_table(
        "link_transition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_link_transition"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_link_transition_source_id_source"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_link_transition_visit_id_visit"),
    )
    op.create_index("ix_link_transition_source_id", "link_transition", ["source_id"])
    op.create_table(
        "archived_copy",
        sa.Column("source_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("captured", TIME, nullable=False),
        sa.Column("archive", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("saved", sa.Boolean(), nullable=False),
        sa.Column("looked_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "digest", name="pk_archived_copy"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_archived_copy_source_id_source"),
    )
