"""What several workers share: rounds, hosts' turns, what was seen, who works, when each server was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    moment = sa.BigInteger() if op.get_bind().dialect.name == "sqlite" else sa.DateTime(timezone=True)
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pass_id", sa.Integer(), nullable=False),
        sa.Column("began", moment, nullable=False),
        sa.Column("finished", moment, nullable=True),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("dossiers", sa.Text(), nullable=False),
        sa.Column("lists", sa.Text(), nullable=False),
        sa.Column("put_off", sa.Text(), nullable=False),
        sa.Column("behind", sa.Text(), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["pass_id"], ["pass.id"], name="fk_round_pass_id"),
        sa.PrimaryKeyConstraint("id", name="pk_round"),
    )
    op.create_index("ix_round_finished", "round", ["finished"])
    _of_round(
        "turn",
        "host",
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_turn_round_id_turn_done", "turn", ["round_id", "done"])
    _of_round(
        "held",
        "source",
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("silence", sa.Text(), nullable=True),
    )
    _of_round(
        "asked",
        "host",
        sa.Column("answered", sa.Text(), nullable=True),
        sa.Column("resolved", sa.Text(), nullable=True),
    )
    op.create_table(
        "worker",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy", sa.Integer(), nullable=False),
        sa.Column("draining", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_worker"),
    )
    op.create_table(
        "crossing",
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("server", name="pk_crossing"),
    )


def _of_round(table: str, key: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(key, sa.Text(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=f"fk_{table}_round_id"),
        sa.PrimaryKeyConstraint("round_id", key, name=f"pk_{table}"),
    )
