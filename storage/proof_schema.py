"""The tables of proof: a seal over each day's visits, and the stamps that others put under it."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.columns import Digest

PRUNED: Final = "pruned"
"""why a body is gone that was let go, not lost"""


class Seal(Base):
    """A day's root over the digests of its visits, and what it follows; see `storage.seals`.

    It covers the visits numbered `first` to `last`, `visits` of which have a digest.
    """

    __tablename__ = "seal"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    first: Mapped[int]
    last: Mapped[int]
    visits: Mapped[int]
    root: Mapped[str] = mapped_column(Digest())
    digest: Mapped[str] = mapped_column(Digest())


class Stamp(Base):
    """An authority's answer for a seal, whole and in DER (RFC 3161)."""

    __tablename__ = "stamp"
    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"), primary_key=True, autoincrement=False)
    authority: Mapped[str]
    answer: Mapped[bytes]


class Gone(Base):
    """Something that is not here any more, or not as it was kept: when that was put down, and why.

    `kind` and `number` name it (a body, a visit's hops, a snapshot's reading, …); `data` are the bytes that
    stood there, where they were damaged.
    """

    __tablename__ = "gone"
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    why: Mapped[str]
    data: Mapped[bytes | None]
