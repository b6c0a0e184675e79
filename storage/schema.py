"""The tables of evidence. Every change here needs a revision in `migrations/`; a test holds the two together.

Sources and addresses stand once and are pointed at by number, so that an unchanged visit costs a
row of a few hundred bytes. Texts of any length from the outside (addresses, keys) are found by
their sha256: PostgreSQL indexes no entry of more than 2,704 bytes. Numbers that people hold on to
(visits, snapshots, findings) are never given twice.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.model import Change, FindingKind, LinkState, Place, ReviewState, Role, Severity, Source, State
from scraper.model import Completeness, OutcomeKind, Trouble
from storage.base import Base
from storage.columns import Packed

NUMBERED: dict[str, Any] = {"sqlite_autoincrement": True}


class SourceName(Base):
    """A source's id (dossier/name), once."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    dossier: Mapped[str] = mapped_column(index=True)


class Address(Base):
    """An address, once; `digest` is the sha256 of its UTF-8."""

    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    url: Mapped[str]


class Body(Base):
    """A body as received, once by its sha256; `data` is it as a zstd frame, `size` its bytes before."""

    __tablename__ = "body"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    size: Mapped[int]
    data: Mapped[bytes]


class Head(Base):
    """The hops of a visit as JSON in a zstd frame, on which later visits' hops lean; see `storage.heads`."""

    __tablename__ = "head"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    data: Mapped[bytes]


class Visit(Base):
    """One look at one address. `requested_id` and `final_id` are NULL where they are `url_id` too.

    `hops` is NULL where `head_id` says it all; `content_size` and `content_id` are explained in
    `storage.bodies`.
    """

    __tablename__ = "visit"
    __table_args__ = (Index(None, "source_id", "at"), NUMBERED)
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    role: Mapped[Role]
    via_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    url_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    requested_id: Mapped[int | None] = mapped_column(ForeignKey("address.id"))
    final_id: Mapped[int | None] = mapped_column(ForeignKey("address.id"))
    at: Mapped[datetime]
    seconds: Mapped[float]
    status: Mapped[int | None]
    outcome: Mapped[OutcomeKind]
    rule: Mapped[str]
    detail: Mapped[str]
    state: Mapped[State]
    completeness: Mapped[Completeness]
    trouble: Mapped[Trouble | None]
    trouble_detail: Mapped[str]
    head_id: Mapped[int | None] = mapped_column(ForeignKey("head.id"))
    hops: Mapped[bytes | None]
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    content_size: Mapped[int | None]
    content_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    origin: Mapped[str]


class Snapshot(Base):
    """What a good visit read: `reading` is its JSON as a zstd frame, `kind` the kind of reading."""

    __tablename__ = "snapshot"
    __table_args__ = NUMBERED
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    taken: Mapped[datetime]
    url_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    kind: Mapped[str]
    digest: Mapped[str]
    reading: Mapped[bytes]
    reread: Mapped["Rereading | None"] = relationship(
        primaryjoin="and_(Rereading.snapshot_id == Snapshot.id, Rereading.stands)",
        lazy="joined",
        viewonly=True,
    )


class Rereading(Base):
    """What a later reader made of a snapshot's body, beside what was read at the time.

    `stands` marks the newest, which counts; `reading` is its JSON as a zstd frame that leans on the
    snapshot's own.
    """

    __tablename__ = "rereading"
    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    digest: Mapped[str]
    reading: Mapped[bytes]
    stands: Mapped[bool]


class Searchable(Base):
    """A notice that search finds; `day` is its publication, else the day of the visit.

    Its words stand in `search`, which is not the same kind of table on both databases: an FTS5 table
    without content on SQLite (`rowid` is the snapshot's number), a `tsvector` with a GIN index on
    PostgreSQL. What is left there of a snapshot that is gone finds nothing.
    """

    __tablename__ = "searchable"
    snapshot_id: Mapped[int] = mapped_column(
        ForeignKey("snapshot.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    day: Mapped[date]


class Standing(Base):
    """What is remembered of a source between passes; `link` holds the whole of its tallies."""

    __tablename__ = "standing"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, autoincrement=False)
    state: Mapped[State] = mapped_column(index=True)
    link: Mapped[LinkState] = mapped_column(Packed(LinkState))
    url: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    body: Mapped[str | None]
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    next_due: Mapped[datetime | None] = mapped_column(index=True)
    layout_failures: Mapped[int]


class Followed(Base):
    """A source that the program added, with the visit that brought it."""

    __tablename__ = "followed"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, autoincrement=False)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    dossier: Mapped[str] = mapped_column(index=True)
    source: Mapped[Source] = mapped_column(Packed(Source))


class ListRow(Base):
    """A row of a list as remembered; `visit_id` is the visit that saw it first."""

    __tablename__ = "list_row"
    list_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    place: Mapped[int]
    key: Mapped[str]
    url: Mapped[str]
    title: Mapped[str]
    published: Mapped[date | None]
    document_number: Mapped[str | None]
    verdict: Mapped[str]
    settled: Mapped[bool]


class Finding(Base):
    """Something worth a person's time; `digest` is the sha256 of `key`, `visit_id` raised it."""

    __tablename__ = "finding"
    __table_args__ = (Index(None, "dossier", "state"), NUMBERED)
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    key: Mapped[str]
    dossier: Mapped[str]
    kind: Mapped[FindingKind]
    severity: Mapped[Severity]
    subject: Mapped[str]
    url: Mapped[str]
    title: Mapped[str]
    because: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]))
    zone: Mapped[Place | None] = mapped_column(Packed(Place))
    published: Mapped[date | None]
    signed: Mapped[date | None]
    document_number: Mapped[str | None]
    changes: Mapped[tuple[Change, ...]] = mapped_column(Packed(tuple[Change, ...]))
    replaces: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]))
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    raised: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[ReviewState]
    note: Mapped[str | None]
    decided: Mapped[datetime | None]


class Evidence(Base):
    """An earlier visit that shows a finding, in the order of its draft."""

    __tablename__ = "evidence"
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
