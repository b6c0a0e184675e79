"""Places left empty: what is damaged taken out of its row, with a mark that says when and why."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from scraper.model import Unreadable
from storage import schema
from storage.damage import Damage, Kind
from storage.frames import squeeze
from storage.proof_schema import Gone
from storage.values import kind_of, reading_to_bytes

LET_GO: Final = frozenset({"searchable.snapshot_id", "standing.snapshot_id"})
"""References to nothing that nobody misses."""


def empty_body(session: Session, damage: Damage, now: datetime) -> bytes | None:
    """Leave a body's place empty, its visits without one that is not there; return what stood there."""
    row = session.get(schema.Body, damage.number)
    if row is None:
        visit = schema.Visit
        used = (visit.body_id == damage.number) | (visit.content_id == damage.number)
        for number in session.scalars(select(visit.id).where(used)).all():
            mark(session, Kind.VISIT, number, now, damage.what)
        point(session, damage.number, None)
        return None
    data, row.data = row.data, b""
    row.dictionary_id = row.base_id = None
    return data


def empty_hops(session: Session, number: int) -> bytes | None:
    """Leave a visit without hops; return what stood there."""
    row = session.get_one(schema.Visit, number)
    data, row.hops, row.head_id = row.hops, None, None
    return data


def empty_reading(session: Session, number: int, now: datetime) -> bytes:
    """Leave a reading that says of itself that it is gone; the next good visit takes a new snapshot."""
    row = session.get_one(schema.Snapshot, number)
    gone = Unreadable(f"set aside as damaged on {now:%Y-%m-%d}")
    data, row.reading = row.reading, squeeze(reading_to_bytes(gone))
    row.leaning, row.shape, row.kind = False, None, kind_of(gone)
    standing = schema.Standing
    session.execute(update(standing).where(standing.snapshot_id == number).values(snapshot_id=None))
    return data


def let_go(session: Session, damage: Damage) -> None:
    """Take away what leads nowhere and is made again from what is there: search and standing."""
    if damage.place == "standing.snapshot_id":
        standing = schema.Standing
        which = update(standing).where(standing.snapshot_id == damage.number)
        session.execute(which.values(snapshot_id=None))
    else:
        found = schema.Searchable
        session.execute(delete(found).where(found.snapshot_id == damage.number))


def point(session: Session, body: int, other: int | None) -> None:
    """Have the visits point at another body, or at none, that point at this one."""
    for column in (schema.Visit.body_id, schema.Visit.content_id):
        session.execute(update(schema.Visit).where(column == body).values({column.key: other}))


def mark(
    session: Session, kind: Kind, number: int, now: datetime, why: str, data: bytes | None = None
) -> None:
    """Mark something as gone, once."""
    if session.get(Gone, (kind.value, number)) is None:
        session.add(Gone(kind=kind.value, number=number, at=now, why=why, data=data))


def unmark(session: Session, kind: Kind, number: int) -> None:
    """Take a mark away, if there is one."""
    mark = session.get(Gone, (kind.value, number))
    if mark is not None:
        session.delete(mark)
