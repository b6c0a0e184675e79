"""The tables of evidence. Every change here needs a revision in `migrations/`; a test holds the two together.

Sources and addresses stand once and are pointed at by number, so that an unchanged visit costs a
row of a few hundred bytes. Texts of any length from the outside (addresses, keys) are found by
their sha256: PostgreSQL indexes no entry of more than 2,704 bytes. Numbers that people hold on to
(visits, snapshots, findings) are never given twice.
"""

from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    MappedSQLExpression,
    column_property,
    mapped_column,
    relationship,
)

from monitor.model import Change, FindingKind, LinkState, Place, ReviewState, Role, Severity, Source, State
from scraper.model import Completeness, OutcomeKind, Trouble
from storage.base import Base
from storage.columns import Digest, Moment, Packed, PackedLink, Seconds

T = TypeVar("T")

NUMBERED: dict[str, Any] = {"sqlite_autoincrement": True}


class SourceName(Base):
    """A source's id (dossier/name), once; `tip` is the digest of its newest visit."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    dossier: Mapped[str] = mapped_column(index=True)
    tip: Mapped[str | None] = mapped_column(Digest())


class Address(Base):
    """An address, once; `digest` is the sha256 of its UTF-8."""

    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    url: Mapped[str]


class Site(Base):
    """A host, once: pages of one look alike, and so do its answers' heads."""

    __tablename__ = "site"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Dictionary(Base):
    """Bytes that frames of a site's pages lean on; see `storage.dictionaries`.

    `data` is a zstd frame that itself leans on the dictionary `base_id`, if any; `size` counts the
    bytes before.
    """

    __tablename__ = "dictionary"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("dictionary.id"))
    size: Mapped[int]
    data: Mapped[bytes]
    base: Mapped["Dictionary | None"] = relationship(remote_side=id, viewonly=True)


class Body(Base):
    """A body as received, once by its sha256; `data` is it as a zstd frame, `size` its bytes before.

    The frame leans on a dictionary, on another body (an earlier version of the same page), or on
    nothing. `text` is the sha256 of the text that it was decoded to.
    """

    __tablename__ = "body"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    size: Mapped[int]
    text: Mapped[str | None] = mapped_column(Digest())
    dictionary_id: Mapped[int | None] = mapped_column(ForeignKey("dictionary.id"), index=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    data: Mapped[bytes]
    dictionary: Mapped[Dictionary | None] = relationship(viewonly=True)
    base: Mapped["Body | None"] = relationship(remote_side=id, viewonly=True)


class Head(Base):
    """The hops of a visit as JSON in a zstd frame, on which later visits' hops lean; see `storage.heads`.

    The frame leans on the head `base_id` of the same site, if any.
    """

    __tablename__ = "head"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("head.id"))
    data: Mapped[bytes]
    base: Mapped["Head | None"] = relationship(remote_side=id, viewonly=True)


class Configuration(Base):
    """The settings that a visit was made with, as JSON without secrets; `digest` is its sha256."""

    __tablename__ = "configuration"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(Digest(), unique=True)
    text: Mapped[str]


class Circumstance(Base):
    """What a visit has in common with many others, once; `digest` is the sha256 over all of it.

    `reader` and `layout` gave the reading that the visit stands on, `readers` is the version of the
    readers at work (NULL: nothing was read, or it was not yet kept).
    """

    __tablename__ = "circumstance"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    role: Mapped[Role]
    status: Mapped[int | None]
    outcome: Mapped[OutcomeKind]
    rule: Mapped[str]
    detail: Mapped[str]
    state: Mapped[State]
    completeness: Mapped[Completeness]
    trouble: Mapped[Trouble | None]
    trouble_detail: Mapped[str]
    origin: Mapped[str]
    reader: Mapped[str | None]
    layout: Mapped[str | None]
    readers: Mapped[int | None]
    configuration_id: Mapped[int | None] = mapped_column(ForeignKey("configuration.id"))


def _common(column: InstrumentedAttribute[T], number: Mapped[int]) -> MappedSQLExpression[T]:
    """Let a column of its circumstance be asked of a visit; it is not loaded with the visit."""
    wish = select(column).where(Circumstance.id == number).correlate_except(Circumstance)
    return column_property(wish.scalar_subquery(), deferred=True)


class Visit(Base):
    """One look at one address. `requested_id` and `final_id` are NULL where they are `url_id` too.

    `hops` is NULL where `head_id` says it all; `content_size` and `content_id` are explained in
    `storage.bodies`; `text` is NULL where it is the body's. `digest` and `previous` are links of the
    source's chain (`storage.chain`): `previous` is NULL where it is the digest of the source's visit
    with the next smaller number.
    """

    __tablename__ = "visit"
    __table_args__ = (Index(None, "source_id", "at"), NUMBERED)
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    circumstance_id: Mapped[int] = mapped_column(ForeignKey("circumstance.id"))
    at: Mapped[datetime] = mapped_column(Moment())
    seconds: Mapped[float] = mapped_column(Seconds())
    url_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    via_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    requested_id: Mapped[int | None] = mapped_column(ForeignKey("address.id"))
    final_id: Mapped[int | None] = mapped_column(ForeignKey("address.id"))
    head_id: Mapped[int | None] = mapped_column(ForeignKey("head.id"))
    hops: Mapped[bytes | None]
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    content_size: Mapped[int | None]
    content_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    text: Mapped[str | None] = mapped_column(Digest())
    digest: Mapped[str | None] = mapped_column(Digest())
    previous: Mapped[str | None] = mapped_column(Digest())
    role: Mapped[Role] = _common(Circumstance.role, circumstance_id)
    status: Mapped[int | None] = _common(Circumstance.status, circumstance_id)
    outcome: Mapped[OutcomeKind] = _common(Circumstance.outcome, circumstance_id)
    rule: Mapped[str] = _common(Circumstance.rule, circumstance_id)
    detail: Mapped[str] = _common(Circumstance.detail, circumstance_id)
    state: Mapped[State] = _common(Circumstance.state, circumstance_id)
    origin: Mapped[str] = _common(Circumstance.origin, circumstance_id)


class Snapshot(Base):
    """What a good visit read: `reading` is its JSON as a zstd frame, `kind` the kind of reading.

    The frame leans on the published shape numbered `shape`, if any, and if `leaning` after it on the visit's
    content (shape 1 or none) or the words of that (`storage.shapes`).
    """

    __tablename__ = "snapshot"
    __table_args__ = NUMBERED
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    taken: Mapped[datetime] = mapped_column(Moment())
    url_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    kind: Mapped[str]
    digest: Mapped[str] = mapped_column(Digest())
    leaning: Mapped[bool]
    reading: Mapped[bytes]
    shape: Mapped[int | None]
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
    state: Mapped[State]
    link: Mapped[LinkState] = mapped_column(PackedLink(LinkState))
    url: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    body: Mapped[str | None] = mapped_column(Digest())
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    next_due: Mapped[datetime | None] = mapped_column(Moment(), index=True)
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
    __table_args__ = (Index(None, "list_id", "published"),)
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
