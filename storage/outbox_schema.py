"""The tables of the outbox; where a message goes stands in the settings alone, no secret is kept here."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from monitor.messages import MessageState
from storage.base import Base
from storage.columns import Choice, Packed
from storage.schema import NUMBERED


class Route(Base):
    """How far a route of the settings has been served: the last finding looked at, its last digest."""

    __tablename__ = "route"
    name: Mapped[str] = mapped_column(primary_key=True)
    told_to: Mapped[int]
    digest_at: Mapped[datetime | None]


class Message(Base):
    """One message to one route; `holder` and `claimed` tell who sends it since when."""

    __tablename__ = "message"
    __table_args__ = (Index(None, "state", "next_try"), NUMBERED)
    id: Mapped[int] = mapped_column(primary_key=True)
    route: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    body: Mapped[str]
    findings: Mapped[tuple[int, ...]] = mapped_column(Packed(tuple[int, ...]))
    created: Mapped[datetime]
    state: Mapped[MessageState] = mapped_column(Choice(MessageState))
    attempts: Mapped[int]
    next_try: Mapped[datetime]
    holder: Mapped[str | None]
    claimed: Mapped[datetime | None]
    sent: Mapped[datetime | None]
    error: Mapped[str | None]
