"""Sources that a person brought in as a list, outside any dossier's file."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "imported",
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("footnote", sa.Integer(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_imported_source_id"),
        sa.PrimaryKeyConstraint("source_id", name="pk_imported"),
        sa.UniqueConstraint("dossier", "digest", name="uq_imported_dossier_digest"),
    )
