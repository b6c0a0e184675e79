"""The table of sources that a person brought in as a list, outside any dossier's file."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from monitor.model import Role
from storage.base import Base


class Imported(Base):
    """A source out of a list; `digest` is the sha256 of its address' loose form, once in a dossier.

    `seconds` is the time between two looks.
    """

    __tablename__ = "imported"
    __table_args__ = (UniqueConstraint("dossier", "digest"),)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, autoincrement=False)
    dossier: Mapped[str]
    digest: Mapped[bytes]
    at: Mapped[datetime]
    url: Mapped[str]
    role: Mapped[Role]
    seconds: Mapped[int]
    title: Mapped[str | None]
    document_number: Mapped[str | None]
    zone: Mapped[str | None]
    footnote: Mapped[int | None]
    because: Mapped[str | None]
