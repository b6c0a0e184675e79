"""The small tables: what a pass remembers of sites, of itself, and of who may run."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.columns import Packed


class Probe(Base):
    """How a site answered for a page that cannot exist; `digest` is the sha256 of `directory`."""

    __tablename__ = "probe"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    directory: Mapped[str]
    at: Mapped[datetime]
    url: Mapped[str]
    final_url: Mapped[str]
    status: Mapped[int | None]
    text: Mapped[str]
    canonical: Mapped[str | None]


class Robots(Base):
    """The robots.txt of an origin as last fetched; `digest` is the sha256 of `origin`."""

    __tablename__ = "robots"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    origin: Mapped[str]
    fetched: Mapped[datetime]
    status: Mapped[int | None]
    text: Mapped[str]


class Lane(Base):
    """Until when an origin is left alone, and after how many refusals running; `digest` is its sha256."""

    __tablename__ = "lane"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    origin: Mapped[str]
    not_before: Mapped[datetime] = mapped_column(index=True)
    strikes: Mapped[int]
    because: Mapped[str]


class Lease(Base):
    """Who may run a pass: one row, whose `token` grows; `holder` is empty while nobody does."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    expires: Mapped[datetime]
    token: Mapped[int]


class Pass(Base):
    """One pass: `finished` is NULL while it runs, and for ever if it was killed."""

    __tablename__ = "pass"
    id: Mapped[int] = mapped_column(primary_key=True)
    started: Mapped[datetime]
    finished: Mapped[datetime | None]
    checked: Mapped[int]
    own_outage: Mapped[bool]
    outcomes: Mapped[dict[str, int]] = mapped_column(Packed(dict[str, int]))


class Setting(Base):
    """A small thing to remember, under a name."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
