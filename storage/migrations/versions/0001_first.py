"""The first schema: evidence (sources to findings), and the memory of passes.

Revisions go forwards only: a copy made before an upgrade is the way back.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=null, autoincrement=False)


def blob(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def time(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def day(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=True)


def truth(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def points(name: str, table: str, *, null: bool = False) -> sa.Column[Any]:
    at = sa.ForeignKey(f"{table}.id")
    return sa.Column(name, sa.Integer(), at, nullable=null, autoincrement=False)


def table(name: str, *parts: sa.schema.SchemaItem, key: tuple[str, ...] = (), numbered: bool = False) -> None:
    """Make a table; without `key` it has a number of its own, never given twice if `numbered`."""
    own = () if key else (sa.Column("id", sa.Integer(), nullable=False),)
    op.create_table(
        name,
        *own,
        *parts,
        sa.PrimaryKeyConstraint(*(key or ("id",)), name=f"pk_{name}"),
        sqlite_autoincrement=numbered,
    )


def unique(name: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=f"uq_{name}_{column}")


def index(name: str, *columns: str) -> None:
    op.create_index("_".join(("ix", *(f"{name}_{column}" for column in columns))), name, list(columns))


def upgrade() -> None:
    names()
    visits()
    snapshots()
    standings()
    findings()
    sites()
    passes()


def names() -> None:
    table("source", text("name"), text("dossier"), unique("source", "name"))
    index("source", "dossier")
    table("address", blob("digest"), text("url"), unique("address", "digest"))
    table("body", blob("digest"), whole("size"), blob("data"), unique("body", "digest"))
    table("head", points("source_id", "source"), blob("data"))
    index("head", "source_id")


def visits() -> None:
    table(
        "visit",
        points("source_id", "source"),
        text("role"),
        points("via_id", "source", null=True),
        points("url_id", "address"),
        points("requested_id", "address", null=True),
        points("final_id", "address", null=True),
        time("at"),
        sa.Column("seconds", sa.Double(), nullable=False),
        whole("status", null=True),
        text("outcome"),
        text("rule"),
        text("detail"),
        text("state"),
        text("completeness"),
        text("trouble", null=True),
        text("trouble_detail"),
        points("head_id", "head", null=True),
        blob("hops", null=True),
        points("body_id", "body", null=True),
        whole("content_size", null=True),
        points("content_id", "body", null=True),
        text("origin"),
        numbered=True,
    )
    index("visit", "source_id", "at")


def snapshots() -> None:
    table(
        "snapshot",
        points("visit_id", "visit"),
        points("source_id", "source"),
        time("taken"),
        points("url_id", "address"),
        text("kind"),
        text("digest"),
        blob("reading"),
        unique("snapshot", "visit_id"),
        numbered=True,
    )
    index("snapshot", "source_id")


def standings() -> None:
    table(
        "standing",
        points("source_id", "source"),
        text("state"),
        text("link"),
        text("url", null=True),
        text("etag", null=True),
        text("last_modified", null=True),
        text("body", null=True),
        points("snapshot_id", "snapshot", null=True),
        time("next_due", null=True),
        whole("layout_failures"),
        key=("source_id",),
    )
    index("standing", "next_due")
    index("standing", "state")
    table(
        "followed",
        points("source_id", "source"),
        points("visit_id", "visit"),
        text("dossier"),
        text("source"),
        key=("source_id",),
    )
    index("followed", "dossier")
    table(
        "list_row",
        points("list_id", "source"),
        blob("digest"),
        points("visit_id", "visit"),
        whole("place"),
        text("key"),
        text("url"),
        text("title"),
        day("published"),
        text("document_number", null=True),
        text("verdict"),
        truth("settled"),
        key=("list_id", "digest"),
    )


def findings() -> None:
    table(
        "finding",
        blob("digest"),
        text("key"),
        text("dossier"),
        text("kind"),
        text("severity"),
        text("subject"),
        text("url"),
        text("title"),
        text("because"),
        text("zone", null=True),
        day("published"),
        day("signed"),
        text("document_number", null=True),
        text("changes"),
        text("replaces"),
        points("visit_id", "visit"),
        time("raised"),
        text("state"),
        text("note", null=True),
        time("decided", null=True),
        unique("finding", "digest"),
        numbered=True,
    )
    index("finding", "dossier", "state")
    index("finding", "raised")
    shown_by = points("visit_id", "visit")
    table("evidence", points("finding_id", "finding"), whole("place"), shown_by, key=("finding_id", "place"))
    index("evidence", "visit_id")


def sites() -> None:
    table(
        "probe",
        blob("digest"),
        text("directory"),
        time("at"),
        text("url"),
        text("final_url"),
        whole("status", null=True),
        text("text"),
        key=("digest",),
    )
    answer = (time("fetched"), whole("status", null=True), text("text"))
    table("robots", blob("digest"), text("origin"), *answer, key=("digest",))
    table("lane", blob("digest"), text("origin"), time("not_before"), key=("digest",))


def passes() -> None:
    outcome = (whole("checked"), truth("own_outage"), text("outcomes"))
    table("pass", time("started"), time("finished", null=True), *outcome)
    table("lease", text("name"), text("holder"), time("expires"), key=("name",))
    table("setting", text("key"), text("value"), key=("key",))
