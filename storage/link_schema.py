"""The tables of links: how their state changed and on what evidence, and archived copies of their pages."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from monitor.transitions import Transition
from storage.base import Base
from storage.columns import PackedLink


class LinkTransition(Base):
    """A change of a link's state; `visit_id` is NULL where a person made it."""

    __tablename__ = "link_transition"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    transition: Mapped[Transition] = mapped_column(PackedLink(Transition))


class ArchivedCopy(Base):
    """A page as an archive of the web has it, once by the sha256 of the archive's address."""

    __tablename__ = "archived_copy"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    url: Mapped[str]
    captured: Mapped[datetime]
    archive: Mapped[str]
    title: Mapped[str | None]
    saved: Mapped[bool]
    looked_at: Mapped[datetime]
