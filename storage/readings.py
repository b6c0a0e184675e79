"""Reading again: what was kept, in the order of its keeping, and readings put in the place of older ones."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from monitor.model import Snapshot, Visit
from scraper.model import Reading
from storage import schema
from storage.desk import Desk
from storage.errors import StoreError
from storage.frames import squeeze, unsqueeze
from storage.names import fingerprint
from storage.search_index import put_again
from storage.snapshots import open_reading, snapshot_in
from storage.values import kind_of, reading_from_bytes, reading_to_bytes
from storage.visits import visit_in

T = TypeVar("T")
Numbered: TypeAlias = type[schema.Visit] | type[schema.Snapshot]

AT_ONCE = 200
"""Rows that are in memory at a time."""


class Readings(Desk):
    """What `reparse` reads, and what it puts down."""

    def newest_visit(self) -> int:
        """Return the number of the newest visit, 0 if there is none."""
        with self._read() as session:
            return session.scalar(select(func.max(schema.Visit.id))) or 0

    def visits_in_order(self) -> Iterator[Visit]:
        """Yield every visit in the order of their keeping; few are in memory at a time."""
        return self._in_order(schema.Visit, visit_in)

    def snapshots_in_order(self) -> Iterator[Snapshot]:
        """Yield every snapshot in the order of their keeping; few are in memory at a time."""
        return self._in_order(schema.Snapshot, snapshot_in)

    def _in_order(self, table: Numbered, read: Callable[[Session, int], T | None]) -> Iterator[T]:
        after = 0
        while True:
            with self._read() as session:
                wish = select(table.id).where(table.id > after).order_by(table.id).limit(AT_ONCE)
                numbers = session.scalars(wish).all()
                found = [read(session, number) for number in numbers]
            yield from (one for one in found if one is not None)
            if len(numbers) < AT_ONCE:
                return
            after = numbers[-1]

    def put_reading(self, snapshot: int, reading: Reading, digest: str, now: datetime) -> None:
        """Have a snapshot read so from now on; what it was read as before is kept beside it.

        `digest` is that of what is compared. Raises StoreError if there is no such snapshot.
        """
        with self._write() as session:
            kept = session.get(schema.Snapshot, snapshot)
            if kept is None:
                raise StoreError(f"there is no snapshot {snapshot}")
            before = snapshot_in(session, snapshot)
            former = schema.Rereading.snapshot_id == snapshot
            session.execute(update(schema.Rereading).where(former).values(stands=False))
            frame = squeeze(reading_to_bytes(reading), open_reading(session, kept))
            row = schema.Rereading(
                snapshot_id=snapshot,
                at=now,
                kind=kind_of(reading),
                digest=digest,
                reading=frame,
                stands=True,
            )
            session.add(row)
            session.flush()
            session.expire(kept)
            put_again(session, snapshot, before, snapshot_in(session, snapshot))

    def former_readings(self, snapshot: int) -> tuple[Reading, ...]:
        """Return all that a snapshot was ever read as, the first reading first; the last one counts."""
        with self._read() as session:
            kept = session.get(schema.Snapshot, snapshot)
            if kept is None:
                return ()
            first = open_reading(session, kept)
            wish = select(schema.Rereading.reading).where(schema.Rereading.snapshot_id == snapshot)
            later = session.scalars(wish.order_by(schema.Rereading.id))
            frames = (first, *(unsqueeze(frame, first) for frame in later))
            return tuple(map(reading_from_bytes, frames))

    def visit_near(self, url: str, at: datetime, *, answered: bool = False) -> int | None:
        """Return the visit that looked at an address last before an hour, else first after it.

        `answered` wants one that brought a body. None if nobody ever looked.
        """
        visit = schema.Visit
        with self._read() as session:
            where = [visit.url_id == _address(session, url)]
            where += [visit.body_id.is_not(None)] if answered else []
            before = _one(session, where, visit.at <= at, visit.at.desc())
            return before or _one(session, where, visit.at > at, visit.at)


def _address(session: Session, url: str) -> int | None:
    return session.scalar(select(schema.Address.id).where(schema.Address.digest == fingerprint(url)))


def _one(
    session: Session, where: list[ColumnElement[bool]], bound: ColumnElement[bool], order: Any
) -> int | None:
    return session.scalar(select(schema.Visit.id).where(*where, bound).order_by(order).limit(1))
