"""What is damaged, as a value: its kind, its row, and the first visit that it touches."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound, StatementError
from sqlalchemy.orm import Session

from storage import schema
from storage.errors import StoreError

UNREADABLE = (StoreError, StatementError, NoResultFound, ValueError, TypeError, KeyError, OverflowError)
"""What reading a damaged row may raise, here and in the drivers."""


class Kind(StrEnum):
    """What is damaged (a contract with other programs)."""

    DATABASE = "database"
    ROW = "row"
    REFERENCE = "reference"
    BODY = "body"
    HOPS = "hops"
    READING = "reading"
    VISIT = "visit"
    CHAIN = "chain"
    SEAL = "seal"
    STAMP = "stamp"


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that does not hold.

    `number` is its row's; `visit` is the first of `visits` that it touches, with its source and its time.
    `place` is the table and the column of a row or a reference.
    """

    kind: Kind
    what: str
    number: int = 0
    visit: int | None = None
    source: str | None = None
    at: datetime | None = None
    visits: int = 0
    place: str = ""


@dataclass(slots=True)
class Checked:
    """How much was looked at."""

    visits: int = 0
    bodies: int = 0
    snapshots: int = 0
    sources: int = 0
    days: int = 0
    stamps: int = 0
    unsealed: int = 0


def damage_of(
    session: Session, kind: Kind, what: str, visit: int | None, number: int, count: int, place: str = ""
) -> Damage:
    """Return a damage with the first visit that it touches, and of that what can still be read."""
    if visit is None:
        return Damage(kind, what, number, place=place)
    row = schema.Visit
    named = select(schema.SourceName.name).join(row, row.source_id == schema.SourceName.id)
    name = session.scalar(named.where(row.id == visit))
    try:
        at = session.scalar(select(row.at).where(row.id == visit))
    except UNREADABLE:
        at = None
    return Damage(kind, what, number, visit, name, at, count, place)
