"""The tables by which several workers share a round: who is at which host, and what each has seen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from scraper.model import Trouble
from storage.base import Base
from storage.columns import Moment, Packed


@dataclass(frozen=True, slots=True)
class Silence:
    """A fetch that nothing answered: all that there is of it."""

    requested: str
    started: datetime
    seconds: float
    trouble: Trouble | None
    detail: str


class Round(Base):
    """A pass that several workers share; `finished` is NULL while it runs.

    `before` is the number of the last visit before it, `lists` are the lists that are due in it, `put_off`
    is what waits for a site to be asked again, `faults` what this program failed at.
    """

    __tablename__ = "round"
    id: Mapped[int] = mapped_column(primary_key=True)
    pass_id: Mapped[int] = mapped_column(ForeignKey("pass.id"))
    began: Mapped[datetime] = mapped_column(Moment())
    finished: Mapped[datetime | None] = mapped_column(Moment(), index=True)
    before: Mapped[int]
    dossiers: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]))
    lists: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]))
    put_off: Mapped[dict[str, datetime]] = mapped_column(Packed(dict[str, datetime]))
    behind: Mapped[dict[str, datetime]] = mapped_column(Packed(dict[str, datetime]))
    faults: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]))


class Turn(Base):
    """A host's turn in a round: the notices there that are due; `attempts` counts those who took it on."""

    __tablename__ = "turn"
    __table_args__ = (Index(None, "round_id", "done"),)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True, autoincrement=False)
    host: Mapped[str] = mapped_column(primary_key=True)
    sources: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]))
    attempts: Mapped[int]
    done: Mapped[bool]


class Held(Base):
    """A source whose course goes on when all hosts of a round were asked; `silence` is what it met."""

    __tablename__ = "held"
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[str]
    silence: Mapped[Silence | None] = mapped_column(Packed(Silence))


class Asked(Base):
    """A host that was asked in a round: at which address it answered, if it did, and what name resolved."""

    __tablename__ = "asked"
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True, autoincrement=False)
    host: Mapped[str] = mapped_column(primary_key=True)
    answered: Mapped[str | None]
    resolved: Mapped[str | None]


class Worker(Base):
    """A worker at work; one that was killed is told by `seen`, when it last said that it lives."""

    __tablename__ = "worker"
    name: Mapped[str] = mapped_column(primary_key=True)
    machine: Mapped[str]
    version: Mapped[str]
    began: Mapped[datetime]
    seen: Mapped[datetime]
    busy: Mapped[int]
    draining: Mapped[bool]


class Crossing(Base):
    """A server's lane as all workers see it: who asks there until when at most, and when it was last asked.

    All times are the database's own, so that no two machines' clocks have to agree.
    """

    __tablename__ = "crossing"
    server: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
    ended: Mapped[datetime]
