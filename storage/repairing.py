"""What is damaged made whole again where something proves that it is, and set aside where nothing does.

Nothing is put in a damaged thing's place that does not have its sha256, or does not give the visit's own
digest again. What is set aside stays readable as missing: a body as no bytes, hops as none, a reading as
unreadable; the damaged bytes are kept beside the marker that says when and why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scraper.addresses import server
from scraper.model import Hop, Listing, Notice
from scraper.readers import read_body
from storage import schema
from storage.aside import LET_GO, empty_body, empty_hops, empty_reading, let_go, mark, point, unmark
from storage.bodies import content_of, open_body
from storage.chains import digest_of, holds
from storage.damage import UNREADABLE, Damage, Kind, damage_of
from storage.desk import Desk
from storage.dictionaries import plain_of
from storage.errors import StoreError
from storage.frames import squeeze
from storage.heads import hops_of, put_hops
from storage.proof_schema import PRUNED, Gone
from storage.snapshots import leaning_frame, open_reading
from storage.values import kind_of, reading_from_bytes, reading_to_bytes

NOTED: Final = frozenset({Kind.VISIT, Kind.CHAIN, Kind.SEAL})
"""What can only be noted: nothing says what stood there before."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A marker: what is not as it was kept, since when that is known, and why."""

    kind: str
    number: int
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """A body that may be the one of this number; `text` is the sha256 of what it is decoded to."""

    number: int
    data: bytes
    text: str | None


class _Unproved(Exception):  # noqa: N818 - no error: a transaction that is taken back
    """What was put in gives another digest."""


class Repairing(Desk):
    """What is put in a damaged thing's place."""

    def missing(self) -> tuple[Missing, ...]:
        """Return what has been set aside, the oldest first; not what was let go by `prune`."""
        wish = select(Gone).where(Gone.why != PRUNED)
        with self._read() as session:
            rows = session.scalars(wish.order_by(Gone.at, Gone.kind, Gone.number))
            return tuple(Missing(row.kind, row.number, row.at, row.why) for row in rows)

    def aside(self) -> tuple[Damage, ...]:
        """Return what has been set aside as the damage that it was, so that it can be mended after all."""
        with self._read() as session:
            rows = session.scalars(select(Gone).where(Gone.why != PRUNED))
            return tuple(_as_damage(session, row) for row in rows)

    def pruned(self) -> int:
        """Return how many bodies were let go by `prune`."""
        with self._read() as session:
            return session.scalar(select(func.count()).where(Gone.why == PRUNED)) or 0

    def reindex(self) -> None:
        """Have SQLite make its indices anew: an index that contradicts its table is mended by that."""
        with self._write() as session:
            session.connection().exec_driver_sql("REINDEX")

    def digest_of_body(self, number: int) -> str | None:
        """Return the sha256 of a body by its row, in hexadecimal."""
        with self._read() as session:
            row = session.get(schema.Body, number)
            return row.digest.hex() if row else None

    def restore_body(self, number: int, data: bytes) -> bool:
        """Put a body's bytes in the place of damaged ones; False if they are not those of its sha256."""
        with self._write() as session:
            row = session.get(schema.Body, number)
            if row is None or sha256(data).digest() != row.digest:
                return False
            row.data, row.size = squeeze(data), len(data)
            row.dictionary_id = row.base_id = None
            unmark(session, Kind.BODY, number)
        return True

    def restore_visit(
        self,
        number: int,
        hops: tuple[Hop, ...] | None,
        reading: bytes | None,
        body: Found | None = None,
    ) -> bool:
        """Put hops, a reading's JSON, a body in the place of damaged ones; False if they are not those kept.

        None leaves what stands there. It is what was kept if it gives the visit's digest again; a body that
        has the sha256 of its row needs no such proof (`restore_body`).
        """
        return self._proved(lambda session: _put_visit(session, number, hops, reading, body))

    def trust_body(self, number: int, visit: int) -> bool:
        """Give a body the sha256 that its bytes have, where the visit's digest says that its row is wrong."""
        with self._read() as session:
            row = session.get(schema.Body, number)
            try:
                data = plain_of(row) if row else b""
            except StoreError:
                return False
            text = row.text if row else None
        return bool(data) and self.restore_visit(visit, None, None, Found(number, data, text))

    def trust_link(self, number: int) -> bool:
        """Give a visit the digest that what is kept of it has, if the visit after it was hashed with that."""

        def put(session: Session) -> schema.Visit:
            row = session.get_one(schema.Visit, number)
            row.digest = None
            session.flush()
            row.digest = digest_of(session, row)
            session.flush()
            visit = schema.Visit
            later = select(visit).where(visit.source_id == row.source_id, visit.id > number)
            after = session.scalar(later.order_by(visit.id).limit(1))
            if after is None and session.get_one(schema.SourceName, row.source_id).tip != row.digest:
                raise _Unproved
            return after or row

        return self._proved(put)

    def reread(self, number: int) -> bool:
        """Read the body of a visit again, in the place of a damaged reading; False as `restore_visit`."""
        with self._read() as session:
            row = session.get_one(schema.Visit, number)
            try:
                hops, content = hops_of(session, row), content_of(session, row)
            except StoreError:
                return False
            if not hops or not content:
                return False
            reader = session.get_one(schema.Circumstance, row.circumstance_id).reader
        kind = next((value for name, value in hops[-1].headers if name.lower() == "content-type"), None)
        reading = read_body(content, kind, hops[-1].url, reader)[1]
        if not isinstance(reading, Notice | Listing):
            return False
        return self.restore_visit(number, None, reading_to_bytes(reading))

    def still(self, damage: Damage) -> bool:
        """Tell whether a body, hops or a reading cannot be read now; what was mended may have mended it."""
        with self._read() as session:
            if session.get(Gone, (damage.kind.value, damage.number)) is not None:
                return True
            if damage.kind is Kind.BODY:
                return not _opens(session, damage.number)
            row = session.get_one(schema.Visit, damage.visit or 0)
            try:
                hops_of(session, row)
                taken = _snapshot(session, row.id)
                if taken is not None:
                    reading_from_bytes(open_reading(session, taken))
            except UNREADABLE:
                return True
            return not holds(session, row)

    def set_aside(self, damage: Damage, now: datetime) -> bool:
        """Mark a damaged thing as gone and leave its place empty; False for what cannot be marked."""
        with self._write() as session:
            data: bytes | None = None
            if damage.kind is Kind.BODY:
                data = empty_body(session, damage, now)
            elif damage.kind is Kind.HOPS:
                data = empty_hops(session, damage.number)
            elif damage.kind is Kind.READING:
                data = empty_reading(session, damage.number, now)
            elif damage.kind is Kind.REFERENCE and damage.place in LET_GO:
                let_go(session, damage)
            elif damage.kind not in NOTED:
                return False
            mark(session, damage.kind, damage.number, now, damage.what, data)
        return True

    def _proved(self, put: Callable[[Session], schema.Visit]) -> bool:
        """Do something to a visit, and keep it only where the visit's digest still holds."""
        try:
            with self._write() as session:
                row = put(session)
                session.flush()
                if not holds(session, row):
                    raise _Unproved
        except (_Unproved, *UNREADABLE):
            return False
        return True


def _as_damage(session: Session, gone: Gone) -> Damage:
    kind, visit = Kind(gone.kind), None
    if kind in (Kind.HOPS, Kind.VISIT):
        visit = gone.number
    elif kind is Kind.READING:
        visit = session.get_one(schema.Snapshot, gone.number).visit_id
    return damage_of(session, kind, gone.why, visit, gone.number, int(visit is not None))


def _put_visit(
    session: Session,
    number: int,
    hops: tuple[Hop, ...] | None,
    reading: bytes | None,
    body: Found | None = None,
) -> schema.Visit:
    if body is not None:
        _put_body(session, body)
    row = session.get_one(schema.Visit, number, populate_existing=True)
    if hops is not None:
        row.head_id, row.hops = put_hops(session, row.source_id, server(hops[-1].url) if hops else "", hops)
        unmark(session, Kind.HOPS, number)
    taken = _snapshot(session, number)
    if reading is not None and taken is not None:
        taken.reading, taken.leaning, taken.shape = leaning_frame(reading, content_of(session, row))
        taken.kind = kind_of(reading_from_bytes(reading))
        unmark(session, Kind.READING, taken.id)
        _stand_on(session, taken)
    return row


def _put_body(session: Session, body: Found) -> None:
    """Put a body under its number; where the same bytes came again since, have the visits point at those."""
    digest = sha256(body.data).digest()
    known = session.scalar(select(schema.Body).where(schema.Body.digest == digest))
    row = session.get(schema.Body, body.number)
    if known is not None and known.id != body.number:
        point(session, body.number, known.id)
    elif row is None:
        size, data = len(body.data), squeeze(body.data)
        session.add(schema.Body(id=body.number, digest=digest, size=size, text=body.text, data=data))
    else:
        row.digest, row.data, row.size = digest, squeeze(body.data), len(body.data)
        row.dictionary_id = row.base_id = None
    unmark(session, Kind.BODY, body.number)
    session.flush()


def _snapshot(session: Session, visit: int) -> schema.Snapshot | None:
    return session.scalar(select(schema.Snapshot).where(schema.Snapshot.visit_id == visit))


def _stand_on(session: Session, taken: schema.Snapshot) -> None:
    """Have a source stand on its newest snapshot again, if that was taken from under it."""
    newest = select(func.max(schema.Snapshot.id)).where(schema.Snapshot.source_id == taken.source_id)
    standing = session.get(schema.Standing, taken.source_id)
    if standing and standing.snapshot_id is None and session.scalar(newest) == taken.id:
        standing.snapshot_id = taken.id


def _opens(session: Session, number: int) -> bool:
    try:
        return bool(open_body(session.get(schema.Body, number)))
    except StoreError:
        return False
