"""Links and their changes are kept as frames; what was kept before stays as it is, as bytes.

A change's time stands in the change itself. The pages that lean on a dictionary are found by an index.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("ix_body_dictionary_id", "body", ["dictionary_id"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    recreate: Any = "always" if sqlite else "never"
    for table, column in (("standing", "link"), ("link_transition", "transition")):
        with op.batch_alter_table(table, recreate=recreate) as batch:
            batch.alter_column(
                column,
                type_=sa.LargeBinary(),
                existing_type=sa.Text(),
                existing_nullable=False,
                postgresql_using=f"convert_to({column}, 'UTF8')",
            )
            if table == "link_transition":
                batch.drop_column("at")
