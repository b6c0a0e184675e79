"""The table of what people say of a sheet's rows."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class Judgement(Base):
    """What a person says of two snapshots of a source; `first` and `last` are their numbers, 0 for none.

    They are no foreign keys: a judgement outlives what it was made on.
    """

    __tablename__ = "judgement"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    verdict: Mapped[str | None]
    importance: Mapped[str | None]
    note: Mapped[str | None]
    decided: Mapped[datetime]
