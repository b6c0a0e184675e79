"""What is kept of a visit becomes a chain, and costs less: circumstances once, leaning frames, small times.

Visits of before have no digest: a source's chain begins with its first visit after this.
"""

import json
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0008"
down_revision = "0007"

COMMON = (
    "role",
    "status",
    "outcome",
    "rule",
    "detail",
    "state",
    "completeness",
    "trouble",
    "trouble_detail",
    "origin",
)
"""The columns that leave `visit` for `circumstance`, in the order of its digest."""


def text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=null, autoincrement=False)


def blob(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def points(name: str, table: str, *, null: bool = True) -> sa.Column[Any]:
    key = sa.ForeignKey(f"{table}.id", name=f"fk_{name}_{table}")
    return sa.Column(name, sa.Integer(), key, nullable=null, autoincrement=False)


def table(name: str, *parts: sa.schema.SchemaItem) -> None:
    own = sa.Column("id", sa.Integer(), nullable=False)
    op.create_table(name, own, *parts, sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))


def unique(name: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=f"uq_{name}_{column}")


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def anew(name: str, *, numbered: bool = False) -> AbstractContextManager[BatchOperations]:
    """Alter a table; SQLite makes it anew, so that its columns stand in the order of the model."""
    more = {"sqlite_autoincrement": numbered}
    return op.batch_alter_table(name, recreate="always" if is_sqlite() else "never", table_kwargs=more)


def after(name: str) -> dict[str, Any]:
    """Say where a column comes, where that can be said."""
    return {"insert_after": name} if is_sqlite() else {}


def upgrade() -> None:
    sites()
    circumstances()
    numbers = last_numbers()
    bodies()
    visits()
    snapshots()
    standings()
    give_back(numbers)


def sites() -> None:
    table("site", text("name"), unique("site", "name"))
    own = points("site_id", "site", null=False)
    table("dictionary", own, points("base_id", "dictionary"), whole("size"), blob("data"))
    op.create_index("ix_dictionary_site_id", "dictionary", ["site_id"])


def circumstances() -> None:
    table("configuration", blob("digest"), text("text"), unique("configuration", "digest"))
    table(
        "circumstance",
        blob("digest"),
        text("role"),
        whole("status", null=True),
        text("outcome"),
        text("rule"),
        text("detail"),
        text("state"),
        text("completeness"),
        text("trouble", null=True),
        text("trouble_detail"),
        text("origin"),
        text("reader", null=True),
        text("layout", null=True),
        whole("readers", null=True),
        points("configuration_id", "configuration"),
        unique("circumstance", "digest"),
    )


def last_numbers() -> dict[str, int]:
    """Return the highest numbers ever given: a table that SQLite makes anew forgets them."""
    if not is_sqlite():
        return {}
    rows = op.get_bind().exec_driver_sql("SELECT name, seq FROM sqlite_sequence").all()
    return {str(name): int(last) for name, last in rows}


def give_back(numbers: dict[str, int]) -> None:
    for name, last in numbers.items():
        op.get_bind().exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        op.get_bind().exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, last))


def bodies() -> None:
    with anew("body") as batch:
        batch.add_column(blob("text", null=True), **after("size"))
        batch.add_column(points("dictionary_id", "dictionary"), **after("text"))
        batch.add_column(points("base_id", "body"), **after("dictionary_id"))
    with anew("head") as batch:
        batch.add_column(points("site_id", "site"), **after("source_id"))
        batch.add_column(points("base_id", "head"), **after("site_id"))
    op.create_index("ix_head_site_id", "head", ["site_id"])


def visits() -> None:
    op.add_column("source", blob("tip", null=True))
    op.add_column("visit", whole("circumstance_id", null=True))
    common_once()
    moments("visit", "at")
    microseconds()
    with anew("visit", numbered=True) as batch:
        for name in COMMON:
            batch.drop_column(name)
        batch.alter_column("circumstance_id", nullable=False, existing_type=sa.Integer())
        batch.create_foreign_key("fk_visit_circumstance", "circumstance", ["circumstance_id"], ["id"])
        if is_sqlite():
            batch.alter_column("at", type_=sa.BigInteger(), existing_nullable=False)
            batch.alter_column("seconds", type_=sa.BigInteger(), existing_nullable=False)
        for name in ("text", "digest", "previous"):
            batch.add_column(blob(name, null=True))


def common_once() -> None:
    """Move what visits have in common to rows of its own."""
    database = op.get_bind()
    visit = sa.table("visit", sa.column("circumstance_id"), *(sa.column(name) for name in COMMON))
    kept = sa.table("circumstance", *(sa.column(name) for name in ("id", "digest", *COMMON)))
    for row in database.execute(sa.select(*(visit.c[name] for name in COMMON)).distinct()).mappings().all():
        values = [*(row[name] for name in COMMON), None, None, None, None]
        packed = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        database.execute(kept.insert().values(digest=sha256(packed).digest(), **row))
    alike = sa.and_(*(kept.c[name].is_not_distinct_from(visit.c[name]) for name in COMMON))
    database.execute(
        visit.update().values(circumstance_id=sa.select(kept.c.id).where(alike).scalar_subquery())
    )


def moments(name: str, column: str) -> None:
    """Turn times as text to microseconds since 1970, in SQLite."""
    if is_sqlite():
        fraction = f"CAST(substr({column}, 21, 6) AS INTEGER)"
        counted = f"CAST(strftime('%s', {column}) AS INTEGER) * 1000000 + {fraction}"
        op.execute(f"UPDATE {name} SET {column} = {counted} WHERE {column} IS NOT NULL")  # noqa: S608


def microseconds() -> None:
    """Turn durations to whole microseconds."""
    if is_sqlite():
        op.execute("UPDATE visit SET seconds = CAST(round(seconds * 1000000) AS INTEGER)")
    else:
        op.execute("ALTER TABLE visit ALTER COLUMN seconds TYPE bigint USING round(seconds * 1000000)")


def digests(name: str, key: str, column: str) -> None:
    """Turn sha256 as hexadecimal text to bytes."""
    database = op.get_bind()
    if not is_sqlite():
        is_hex, hexed = f"{column} ~ '^[0-9a-f]{{64}}$'", f"decode({column}, 'hex')"
        using = f"CASE WHEN {is_hex} THEN {hexed} ELSE convert_to({column}, 'UTF8') END"
        op.execute(f"ALTER TABLE {name} ALTER COLUMN {column} TYPE bytea USING {using}")
        return
    rows = database.exec_driver_sql(f"SELECT {key}, {column} FROM {name} WHERE {column} IS NOT NULL").all()  # noqa: S608
    for number, said in rows:
        database.exec_driver_sql(f"UPDATE {name} SET {column} = ? WHERE {key} = ?", (in_bytes(said), number))  # noqa: S608


def in_bytes(said: str) -> bytes:
    try:
        found = bytes.fromhex(said)
    except ValueError:
        found = b""
    return found if found.hex() == said and len(said) == 64 else said.encode()


def snapshots() -> None:
    digests("snapshot", "id", "digest")
    moments("snapshot", "taken")
    op.add_column("snapshot", sa.Column("leaning", sa.Boolean(), nullable=True))
    op.execute("UPDATE snapshot SET leaning = FALSE")
    with anew("snapshot", numbered=True) as batch:
        if is_sqlite():
            batch.alter_column("taken", type_=sa.BigInteger(), existing_nullable=False)
            batch.alter_column("digest", type_=sa.LargeBinary(), existing_nullable=False)
        batch.alter_column("leaning", nullable=False, existing_type=sa.Boolean(), **after("digest"))


def standings() -> None:
    op.drop_index("ix_standing_state", "standing")
    digests("standing", "source_id", "body")
    moments("standing", "next_due")
    if is_sqlite():
        with anew("standing") as batch:
            batch.alter_column("body", type_=sa.LargeBinary(), existing_nullable=True)
            batch.alter_column("next_due", type_=sa.BigInteger(), existing_nullable=True)
